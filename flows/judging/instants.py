"""A claim judged instant by instant from one gathering of what is known. Writes nothing.

A chain gives the verdicts to be recorded and the news in them; what was recorded for an instant before, on other
figures or other holds, is replaced by a later row with the reason.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from alerts.claims.model import Claim
from alerts.forms.causes import HELD, MISSING, NOT_HELD, Cause, Round, cause, differing, edited
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import HoldChange, Knowledge, KnownRelease
from alerts.forms.hysteresis import Position, Step, on_ladder, rules_of, step
from alerts.forms.verdicts import ANSWERS, Answer, Verdict
from alerts.messages.words.claim_news import News
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import washington_day
from figures.records import Figure
from flows.bases import digests_of, entries_of
from flows.judging.news_of_moves import Told, news_of
from flows.judging.verdict_rows import Row, differs, placed_at, row_of

# When each release was stored, by source, name and the instant since when it was public.
Stored = Mapping[tuple[str, str, datetime], datetime]


@dataclass(slots=True)
class Book:
    """All that a claim may rest on, and for each instant a digest of it: the same digest gives the same verdict."""

    knowledge: Knowledge
    released: Sequence[datetime]
    _digests: Sequence[str]
    _cut: dict[datetime, Knowledge] = field(default_factory=dict)
    # From when on each digest counts, where that is not when releases came out.
    _since: Sequence[datetime] | None = None

    def at(self, instant: datetime) -> Knowledge:
        if instant not in self._cut:
            self._cut[instant] = self.knowledge.at(instant)
        return self._cut[instant]

    def basis(self, instant: datetime) -> str:
        place = bisect_right(self.released if self._since is None else self._since, instant)
        return self._digests[place - 1] if place else ""


def book(knowledge: Knowledge, series: Iterable[str]) -> Book:
    """What is known of some series and of the releases of their sources."""
    keys = sorted(set(series))
    sources = {METRICS[metric_of(key)].source for key in keys}
    figures = {key: knowledge.figures.get(key, ()) for key in keys}
    releases = tuple(release for release in knowledge.releases if release.source in sources)
    unheld = tuple(each for each in knowledge.unheld if each.source in sources)
    cut = replace(knowledge, figures=figures, releases=releases, unheld=unheld)
    every = [figure for vintages in figures.values() for figure in vintages]
    instants, digests = digests_of(sorted(entries_of(every, cut)))
    return Book(cut, _released(every, releases), digests, _since=instants)


def _released(figures: Iterable[Figure], releases: Iterable[KnownRelease]) -> list[datetime]:
    """The instants at which something came out."""
    return sorted({f.known_at for f in figures} | {r.known_at for r in releases})


@dataclass(frozen=True, slots=True)
class Stance:
    """How a claim stood at an instant, and what brought it there ('' in words where nothing moved)."""

    position: Position
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class Moved:
    """News of one claim, and the instant at which it came about."""

    news: News
    as_of: datetime
    floor: float


@dataclass(slots=True)
class Chain:
    """One claim over some instants."""

    claim: Claim
    book: Book
    alike: frozenset[str]  # the versions of the claim that ask the same of the figures, this one among them
    stances: dict[tuple[str, datetime], Stance] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    made: Verdict | None = None  # how the claim did when it was made, on what was public then
    edited: bool = False
    undone: bool = False  # something that was said of it was undone just now
    changed_from: datetime | None = None  # the first instant, before all of these, that rests on other things now
    last: datetime | None = None

    def stood(self, answer: str, at: datetime) -> Stance | None:
        return self.stances.get((answer, at))

    def now(self, answer: str) -> Stance | None:
        return self.stances.get((answer, self.last)) if self.last else None


def judge_chain(
    claim: Claim,
    of: Book,
    instants: Sequence[datetime],
    before: Mapping[str, Row],
    recorded: Mapping[tuple[str, datetime], Row],
    stored: Stored,
    now: datetime,
    alike: Collection[str] = (),
) -> Chain:
    """Judge a claim at each instant in turn, from the verdicts that stood before the first of them.

    `alike` are the versions of the claim that ask the same of the figures.
    """
    chain = Chain(claim, of, frozenset((*alike, claim.sha256)))
    at = [instant for instant in instants if instant >= claim.on_record_at]
    if not at:
        return chain
    chain.last = at[-1]
    for answer in ANSWERS:
        row: Row | None = before.get(answer)
        # What was right when the claim was made is asked of that day: at every later instant the answer is the same.
        same = evaluate(claim, answer, of.at(at[-1]), at[-1]) if answer == "at_claim" else None
        chain.made = chain.made or same
        for instant in at:
            verdict = same or evaluate(claim, answer, of.at(instant), instant)
            row = _advance(chain, row, recorded, verdict, instant, stored, now)
    return chain


def _advance(
    chain: Chain,
    before: Row | None,
    recorded: Mapping[tuple[str, datetime], Row],
    verdict: Verdict,
    as_of: datetime,
    stored: Stored,
    now: datetime,
) -> Row:
    """Take one step; the row that stands after it, whether it is to be recorded or not."""
    replaced = recorded.get((verdict.answer, as_of))
    position, by_edit = _from(chain, before, replaced, verdict, as_of)
    taken = step(position, verdict, rules_of(chain.claim.words.test.form))
    chain.edited |= _is_of_other_words(chain, before)
    kept = replaced if replaced is not None else before
    is_changed = kept is None or _is_changed(chain, kept, verdict, taken, as_of)
    if kept is not None and not is_changed and not taken.change:
        chain.stances[verdict.answer, as_of] = Stance(taken.position, verdict, "")
        return kept
    if replaced is not None and not is_changed:
        why = _as_recorded(replaced)
    elif before is not None and _by_words(chain, replaced or before, verdict, taken, by_edit=by_edit):
        why = edited(before, verdict, _round(chain.book, as_of, (), before))
    else:
        late = _came_in_late(chain.book, before, replaced, recorded, verdict.answer, as_of, stored)
        why = cause(before, replaced, verdict, _round(chain.book, as_of, late, kept))
    row = row_of(chain.claim, verdict, taken, why, as_of, now)
    chain.stances[verdict.answer, as_of] = Stance(taken.position, verdict, why.words)
    if is_changed:
        chain.rows.append(row)
    if taken.change and not chain.claim.words.over(washington_day(as_of)):  # of a draft, or after its end, none is told
        basis = Told(chain.made, chain.book.knowledge, chain.book.at(as_of), as_of)
        news = news_of(chain.claim, verdict, taken, before, row, basis)
        chain.moved.append(Moved(news, as_of, taken.floor))
    return row if is_changed or kept is None else kept


def _is_changed(chain: Chain, kept: Row, verdict: Verdict, taken: Step, as_of: datetime) -> bool:
    """Whether another verdict is to be recorded than the one kept."""
    # An edit is recorded at the instant from which it counts; before it, other words alone make no other verdict.
    worded = as_of == chain.last and _is_of_other_words(chain, kept)
    return worded or differs(kept, verdict, taken.position)


def _is_of_other_words(chain: Chain, row: Row | None) -> bool:
    return row is not None and bool(row["claim_sha256"] != chain.claim.sha256)


def _by_words(chain: Chain, row: Row, verdict: Verdict, taken: Step, *, by_edit: bool) -> bool:
    """Whether a verdict differs from a recorded one by the words of its claim alone, and nothing is told of it."""
    return not taken.change and (by_edit or _only_words(chain, row, verdict))


def _from(
    chain: Chain, before: Row | None, replaced: Row | None, verdict: Verdict, as_of: datetime
) -> tuple[Position | None, bool]:
    """The place from which a claim goes on, and whether an edit of its wording has put it there.

    An edited claim takes its place anew, without a word, on what was known before; where its old wording was judged at
    the same instant, that is what is known at this one.
    """
    if before is None:
        return None, False
    position = placed_at(before)
    if before["claim_sha256"] in chain.alike:
        return position, False
    then = _last_seen(chain, verdict.answer, before["as_of"])
    judged = (then.measured, then.accept_low, then.accept_high, then.size)
    if judged == tuple(before[name] for name in ("measured", "accept_low", "accept_high", "size")):
        return position, False
    if replaced is not None and on_ladder(verdict.state):
        just_now = as_of == chain.last and replaced["claim_sha256"] not in chain.alike
        if just_now or replaced["reworded"]:
            return step(None, verdict).position, True
    return step(None, then).position, True


def _last_seen(chain: Chain, answer: Answer, instant: datetime) -> Verdict:
    """How a claim stood at an instant as it is worded now; while figures are held or missing, how it stood before."""
    then = evaluate(chain.claim, answer, chain.book.at(instant), instant)
    before = [at for at in chain.book.released if at < instant] if then.state in (HELD, MISSING, NOT_HELD) else []
    for earlier in reversed(before):
        seen = evaluate(chain.claim, answer, chain.book.at(earlier), max(earlier, chain.claim.on_record_at))
        if seen.state not in (HELD, MISSING, NOT_HELD):
            return seen
    return then


def _only_words(chain: Chain, row: Row, verdict: Verdict) -> bool:
    """Whether nothing but the wording of a claim is new since a verdict was recorded."""
    return row["claim_sha256"] != chain.claim.sha256 and differing(row, verdict) == ([], [])


def _round(of: Book, as_of: datetime, late: Sequence[KnownRelease], old: Row | None) -> Round:
    """What is known of the side that moved since the verdict `old` was recorded."""
    releases = of.at(as_of).released()
    newest = releases[-1] if releases else None
    if old is None:
        return Round(newest, late)
    since = [change for change in of.knowledge.hold_changes if change.at > old["recorded_at"]]
    lifted = [change for change in since if change.lifted]
    return Round(newest, late, lifted, _put_on([change for change in since if not change.lifted], of, old))


def _put_on(holds: Sequence[HoldChange], of: Book, old: Row) -> list[HoldChange]:
    """Those of some holds that are on what a verdict rests on."""
    rested_on = list(_figures(of, old)) if holds else []
    return [change for change in holds if any(map(change.covers, rested_on))]


def _figures(of: Book, row: Row) -> Iterator[Figure]:
    """The figures that a recorded verdict rests on, as they are known now."""
    for piece in row["evidence"]:
        for figure in of.knowledge.figures.get(piece["series"], ()):
            if (figure.sha256, figure.locator) == (piece["sha256"], piece["locator"]):
                yield figure


def _as_recorded(row: Row) -> Cause:
    found = row["cause"] or {}
    words = ("words", "release", "release_sha256")
    return Cause(row["moved_by"] or "event", *(found.get(name, "") for name in words))


def _came_in_late(
    of: Book,
    before: Row | None,
    replaced: Row | None,
    recorded: Mapping[tuple[str, datetime], Row],
    answer: Answer,
    as_of: datetime,
    stored: Stored,
) -> list[KnownRelease]:
    """The releases that were public by an instant and were stored when it, or one after it, had been judged already."""
    rows = [row for (of_answer, at), row in recorded.items() if of_answer == answer and at > as_of]
    known = replaced["recorded_at"] if replaced else min((row["recorded_at"] for row in rows), default=None)
    since = before["as_of"] if before is not None and replaced is None else None
    return [
        release
        for release in of.at(as_of).released()
        if known is not None
        and stored.get((release.source, release.name, release.known_at), known) > known
        and (since is None or release.known_at > since)
    ]
