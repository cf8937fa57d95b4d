"""The past played again: which alerts would have been sent, and what other tolerances would have changed.

Pure once the past is read: verdicts are taken once for each instant, then stepped through as often as a question asks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from alerts.claims.model import Claim
from alerts.forms import hysteresis, verdicts
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Knowledge
from alerts.forms.hysteresis import Hysteresis, Position, Rules, rules_of, step
from alerts.forms.verdicts import UNMOVED, Answer, Tolerances, Verdict, judged_by
from alerts.messages.message import Message
from alerts.messages.words.claim_news import News, desk_message, gravity, news_key, together
from figures.periods import washington_day
from flows.judging.books import Book
from flows.judging.instants import Chain, judge_chain

TELLING: tuple[Answer, ...] = ("revised", "standing")  # what was right when it was said never moves
TAKEN_BACK_WITHIN = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, what was known by then, and how the claims that were on record stood."""

    as_of: datetime
    knowledge: Knowledge
    verdicts: tuple[tuple[Claim, Verdict], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A message that would have been sent, and the news in it."""

    as_of: datetime
    message: Message
    news: tuple[News, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """When to tell: the tolerances of a verdict, and the hysteresis of its hysteresis."""

    name: str
    tolerances: Tolerances = verdicts.AS_STATED
    hysteresis: Hysteresis = hysteresis.AS_STATED


@dataclass(frozen=True, slots=True)
class Measured:
    """What a setting comes to. A departure is a claim whose figures leave what its wording accepts; `delays` are the
    days from there to the first alert of it, for those that were told of while they lasted.
    """

    setting: Setting
    alerts: int
    years: float
    departures: int
    delays: tuple[int, ...]
    taken_back: int

    @property
    def alerts_a_year(self) -> float:
        return self.alerts / self.years

    @property
    def usual_delay(self) -> float | None:
        return median(self.delays) if self.delays else None


AS_NOW = Setting("as now")
SWEEP: tuple[Setting, ...] = (
    AS_NOW,
    *(Setting(f"material from {r:.0%}", Tolerances(material_r=r)) for r in (0.02, 0.08, 0.10)),
    *(Setting(f"material from {z:g} usual movements", Tolerances(material_z=z)) for z in (1.0, 3.0)),
    *(Setting(f"far from {r:.0%}", Tolerances(far_r=r)) for r in (0.10, 0.20, 0.25)),
    *(Setting(f"far from {z:g} usual movements", Tolerances(far_z=z)) for z in (2.0, 4.0)),
    *(Setting(f"again after {f:.0%} more", hysteresis=Hysteresis(further=f)) for f in (0.05, 0.10, 0.25, 0.50)),
    *(Setting(f"calm inside {c:.0%}", hysteresis=Hysteresis(calm=c)) for c in (0.6, 1.0)),
    *(Setting(f"calm for {n} edition{'s' * (n > 1)}", hysteresis=Hysteresis(calm_editions=n)) for n in (1, 3)),
)


def moments(past: Iterable[tuple[datetime, Knowledge]], claims: Sequence[Claim]) -> list[Moment]:
    """Every verdict that can be told of, at each instant."""
    return [Moment(as_of, known, tuple(_verdicts(claims, known, as_of))) for as_of, known in past]


def _verdicts(claims: Sequence[Claim], known: Knowledge, as_of: datetime) -> Iterator[tuple[Claim, Verdict]]:
    for claim in claims:
        if claim.on_record_at <= as_of:
            for answer in TELLING:
                yield claim, evaluate(claim, answer, known, as_of)


def alerts(played: Sequence[Moment], since: datetime) -> list[Told]:
    """The messages of `since` and later, as judging day by day would have queued them.

    What stood before is played too: a claim takes its first place without a word, and the same news is told once.
    """
    moved = [each for chain in _chains(played) for each in chain.moved]
    groups: dict[tuple[datetime, str, int], list[News]] = {}
    for each in sorted(moved, key=lambda moved: (moved.as_of, gravity(moved.news))):
        groups.setdefault((each.as_of, *_place(each.news)), []).append(each.news)
    keys: set[str] = set()
    told: list[Told] = []
    parts = [(key[0], part) for key, group in groups.items() for part in together(group)]
    for as_of, group in parts:
        message = desk_message(group, as_of)
        if message.key not in keys and as_of >= since:
            told.append(Told(as_of, message, tuple(group)))
        keys.add(message.key)
    return told


def _chains(played: Sequence[Moment]) -> Iterator[Chain]:
    """Each claim judged as it was live, with at each instant what was known by then."""
    if not played:
        return
    cut = {moment.as_of: moment.knowledge.at(moment.as_of) for moment in played}
    instants = list(cut)
    for claim in dict.fromkeys(claim for claim, _ in played[-1].verdicts):
        of = Book(played[-1].knowledge, instants, [""] * len(instants), cut)
        yield judge_chain(claim, of, instants, {}, {}, {}, instants[-1])


def _place(news: News) -> tuple[str, int]:
    """What news is grouped by: the series and the release that moved it."""
    newest = next(iter(news.verdict.evidence), None)
    return (newest.series, newest.release_id) if newest else (news.claim.id, 0)


def _moves(played: Sequence[Moment], since: datetime, setting: Setting) -> dict[tuple[datetime, str, int], list[News]]:
    """The changes of `since` and later under a setting, by what is told together."""
    positions: dict[tuple[str, str], Position] = {}
    keys: set[str] = set()
    groups: dict[tuple[datetime, str, int], list[News]] = {}
    for moment in played:
        for news in _news(moment, positions, setting):
            if (key := news_key(news)) not in keys and moment.as_of >= since:
                groups.setdefault((moment.as_of, *_place(news)), []).append(news)
            keys.add(key)
    return groups


def _news(moment: Moment, positions: dict[tuple[str, str], Position], setting: Setting) -> Iterator[News]:
    for claim, stated in moment.verdicts:
        verdict = judged_by(stated, setting.tolerances)
        before = positions.get((claim.id, verdict.answer))
        taken = step(before, verdict, _rules(claim, setting.tolerances), setting.hysteresis)
        positions[claim.id, verdict.answer] = taken.position
        if taken.change and not claim.words.over(washington_day(moment.as_of)):
            now = replace(verdict, state=taken.position.state)
            yield News(claim, now, taken.change, before.underlying if before else "")


def _rules(claim: Claim, by: Tolerances) -> Rules:
    """How a claim moves under other tolerances; those of shares in the same proportion."""
    rules, stated = rules_of(claim.words.test.form), verdicts.AS_STATED
    material = rules.material * by.material_r / stated.material_r
    return replace(rules, material=material, far=rules.far * by.far_r / stated.far_r)


def measure(played: Sequence[Moment], since: datetime, until: datetime, setting: Setting) -> Measured:
    """How much would have been told under a setting, how late, and how much of it was soon taken back."""
    told = _moves(played, since, setting)
    moved: dict[str, list[tuple[datetime, str]]] = {}
    for (as_of, *_), group in told.items():
        for news in group:
            moved.setdefault(news.claim.id, []).append((as_of, news.change))
    departures = [d for d in _departures(played) if since <= d[1] <= until]
    delays = []
    for claim, start, end in departures:
        first = next(
            (at for at, change in moved.get(claim, ()) if change == "further_away" and start <= at < end), None
        )
        if first is not None:
            delays.append((first - start).days)
    years = max((until - since).total_seconds() / 86_400, 1.0) / 365.25
    return Measured(setting, len(told), years, len(departures), tuple(delays), sum(map(_taken_back, moved.values())))


def _outside(played: Sequence[Moment]) -> dict[str, list[tuple[datetime, bool]]]:
    """For each claim, whether its figures were outside of what its wording accepts, at each instant that says so."""
    by_claim: dict[str, list[tuple[datetime, bool]]] = {}
    for moment in played:
        for claim, verdict in moment.verdicts:
            if verdict.answer == "standing" and verdict.gap is not None and verdict.state not in UNMOVED:
                by_claim.setdefault(claim.id, []).append((moment.as_of, verdict.gap != 0))
    return by_claim


def _departures(played: Sequence[Moment]) -> Iterator[tuple[str, datetime, datetime]]:
    """Claim, and from when until when its figures were outside of what its wording accepts; only ends that were seen to
    begin, since a claim that never stood inside has not left.
    """
    for claim_id, seen in _outside(played).items():
        start: datetime | None = None
        for (_, was_outside), (at, outside) in pairwise(seen):
            if outside and not was_outside:
                start = at
            elif start and not outside:
                yield claim_id, start, at
                start = None
        if start:
            yield claim_id, start, played[-1].as_of + timedelta(days=1)


def _taken_back(moves: Sequence[tuple[datetime, str]]) -> int:
    """How many alerts of a departure were followed by one of coming nearer within two months."""
    following: Mapping[int, tuple[datetime, str]] = dict(enumerate(moves[1:]))
    return sum(
        change == "further_away"
        and n in following
        and following[n][1] == "nearer"
        and following[n][0] - at <= TAKEN_BACK_WITHIN
        for n, (at, change) in enumerate(moves)
    )


def sweep(played: Sequence[Moment], since: datetime, until: datetime) -> list[Measured]:
    """Each tolerance moved by itself, the others as they are."""
    return [measure(played, since, until, setting) for setting in SWEEP]
