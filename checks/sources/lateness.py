"""When the next release is due, and when a silence is worth telling: learnt from the gaps between releases.

A silence has three stages, each for once: `due` (later than usual, said in the status alone), `late` (told) and
`silent` (told again, when it has lasted as long again as it takes to be late). What was declared, what is learnt and
from how much: `checks/sources/publication.toml`.
"""

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Literal

from figures.periods import spoken
from figures.records import Finding

RULES_FILE = Path(__file__).with_name("publication.toml")
Stage = Literal["due", "late", "silent"]
STAGES: tuple[Stage, ...] = ("due", "late", "silent")
CountedBy = Literal["release", "newer_day"]
SHORTEST_MONTH = 28
BEFORE_TURN = 9  # a release of September counts to August: the next is the final file of the fiscal year


@dataclass(frozen=True, slots=True)
class Law:
    """What the law says about publication, where it says so, and the last day on which somebody looked."""

    words: str
    citation: str
    url: str
    checked: date

    @property
    def sentence(self) -> str:
        return f"{self.words} ({self.citation}; checked until {spoken(self.checked)}): {self.url}"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """After how many days without a release the next is due, and after how many it is late."""

    due: int
    late: int
    because: str


@dataclass(frozen=True, slots=True)
class Learning:
    """From how much history a rhythm is learnt, and how."""

    window_days: int
    at_least: int
    turns_at_least: int
    correction_days: int
    late_quantile: float
    late_at_most: int
    late_floor: int


@dataclass(frozen=True, slots=True)
class Monthly:
    """A publisher that keeps to days of the month: the next release is due on `due` of the month after the last one,
    and late on `late`. After one of September, which the turn of the fiscal year follows, both are days of their own,
    `[month, day]`.
    """

    due: int
    late: int
    turn_due: tuple[int, int]
    turn_late: tuple[int, int]
    because: str
    turn_because: str


@dataclass(frozen=True, slots=True)
class Rules:
    """A publisher's section of `publication.toml`: its rhythm in days, or the days of the month that it keeps to.

    Without `learning` a rhythm is the declared one.
    """

    counted_by: CountedBy
    declared: Rhythm | None = None
    turn: Rhythm | None = None
    learning: Learning | None = None
    law: Law | None = None
    follows: str = ""
    off_by_days: int = 0
    monthly: Monthly | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """The first day of each stage of the silence that began on `since`, and how those days are known."""

    since: date
    due: date
    late: date
    silent: date
    because: str

    def begins(self, stage: Stage) -> date:
        return {"due": self.due, "late": self.late, "silent": self.silent}[stage]

    def reached(self, day: date) -> tuple[Stage, ...]:
        """The stages that have begun by a day, in order."""
        return tuple(stage for stage in STAGES if day >= self.begins(stage))


@cache
def rules() -> Mapping[str, Rules]:
    """The shipped rules, by publisher."""
    return load(RULES_FILE.read_text("utf-8"))


def shipped_laws() -> dict[str, Law]:
    """What the law says, by publisher, where it says anything."""
    return {name: section.law for name, section in rules().items() if section.law}


def load(text: str) -> Mapping[str, Rules]:
    """Raises ValueError, naming the publisher, for a section with a key that is unknown, missing or out of range."""
    return {name: _rules(name, section) for name, section in tomllib.loads(text).items()}


def _rules(name: str, section: Mapping[str, Any]) -> Rules:
    parts = {"declared": Rhythm, "turn": Rhythm, "learning": Learning, "law": Law, "monthly": Monthly}
    try:
        made = Rules(**{key: parts[key](**value) if key in parts else value for key, value in section.items()})
    except TypeError as error:
        raise ValueError(f"publication.toml: [{name}]: {error}") from error
    rhythms = [rhythm for rhythm in (made.declared, made.turn) if rhythm]
    if made.declared is None and made.monthly is None:
        raise ValueError(f"publication.toml: [{name}]: declared or monthly says when a release is due")
    _require_order(name, made.monthly)
    if made.counted_by not in ("release", "newer_day") or not all(0 < r.due < r.late for r in rhythms):
        raise ValueError(f"publication.toml: [{name}]: counted_by is unknown, or a release is late before it is due")
    return made


def _require_order(name: str, of: Monthly | None) -> None:
    if of is not None and not _keeps_order(of):
        needed = "days from 1 to 28, and days of October to December, each due before it is late"
        raise ValueError(f"publication.toml: [{name}]: monthly needs {needed}")


def _keeps_order(of: Monthly) -> bool:
    """Whether the days of a month can be: every month has them, and the turn's lie after the fiscal year is over."""
    try:
        turn = [date(2000, month, day) for month, day in (of.turn_due, of.turn_late)]
    except (TypeError, ValueError):
        return False
    return 1 <= of.due < of.late <= SHORTEST_MONTH and date(2000, 9, 30) < turn[0] < turn[1]


def expected(since: date, releases: Iterable[date], of: Rules) -> Expected:
    """What is expected after the release of `since`, by what was known on that day.

    `releases` are the days of the publisher's releases; those after `since` are not looked at.
    """
    if of.monthly is not None:
        return _by_calendar(since, of.monthly)
    known = sorted({day for day in releases if day < since} | {since})
    ordinary = _ordinary(known, of)
    turn = _turn(known, ordinary, of)
    days = {}
    said = {}
    for stage, after in _after(ordinary, ordinary.late).items():
        day, rhythm = since + timedelta(days=after + 1), ordinary
        # A stage that would begin in the new fiscal year is expected as at earlier turns.
        if spans_turn(since, day):
            day, rhythm = since + timedelta(days=_after(turn, ordinary.late)[stage] + 1), turn
        days[stage], said[stage] = day, rhythm.because
    return Expected(since, days["due"], days["late"], days["silent"], said["late"])


def _by_calendar(since: date, of: Monthly) -> Expected:
    """A silence is told again when the next release after the one that is missing would be late as well."""
    if since.month == BEFORE_TURN:
        due, late = (date(since.year, month, day) for month, day in (of.turn_due, of.turn_late))
        return Expected(since, due, late, _month_after(late, of.late), of.turn_because)
    due, late = _month_after(since, of.due), _month_after(since, of.late)
    return Expected(since, due, late, _month_after(late, of.late), of.because)


def _month_after(day: date, number: int) -> date:
    """The day of that number in the month after that of a day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=number)


def _after(rhythm: Rhythm, again: int) -> dict[Stage, int]:
    return {"due": rhythm.due, "late": rhythm.late, "silent": rhythm.late + again}


def spans_turn(first: date, last: date) -> bool:
    """Whether a 1 October lies after the first day and not after the last."""
    return any(first < date(year, 10, 1) <= last for year in range(first.year, last.year + 1))


def _ordinary(known: Sequence[date], of: Rules) -> Rhythm:
    learning = of.learning
    if of.declared is None:
        raise ValueError("publication.toml: a publisher without days of the month needs a declared rhythm")
    if learning is None:
        return of.declared
    begin = known[-1] - timedelta(days=learning.window_days)
    gaps = [(b - a).days for a, b in _gaps(known, learning) if b >= begin and not spans_turn(a, b)]
    if len(gaps) < learning.at_least:
        return of.declared
    due = math.ceil(median(gaps))
    usual = min(_quantile(gaps, learning.late_quantile), learning.late_at_most * due)
    late = max(learning.late_floor, usual, due + 1)
    window = f"{learning.window_days} days before"
    return Rhythm(
        due, late, f"learnt from {len(gaps)} gaps in the {window}: {due} days in the middle, late after {late}"
    )


def _turn(known: Sequence[date], ordinary: Rhythm, of: Rules) -> Rhythm:
    """A turn is late when it has lasted longer than turns do, by as much as an ordinary gap may."""
    declared, learning = of.turn or ordinary, of.learning
    if learning is None:
        return declared
    gaps = [(b - a).days for a, b in _gaps(known, learning) if spans_turn(a, b)]
    if len(gaps) < learning.turns_at_least:
        return declared
    due = math.ceil(median(gaps))
    late = due + ordinary.late - ordinary.due
    said = f"learnt from {len(gaps)} earlier turns of the fiscal year: {due} days in the middle, late after {late}"
    return Rhythm(due, late, said)


def _gaps(known: Sequence[date], learning: Learning) -> list[tuple[date, date]]:
    """The gaps between releases that are no corrections of the one before."""
    kept = [known[0]]
    for day in known[1:]:
        if (day - kept[-1]).days > learning.correction_days:
            kept.append(day)
    return list(pairwise(kept))


def _quantile(values: Sequence[int], share: float) -> int:
    """The smallest value that so large a share of them does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def finding(stage: Stage, what: Expected, publisher: str, followed: str = "") -> Finding:
    """That a stage of a silence has begun, in words that stay true for as long as it lasts.

    `followed` is who published on `what.since` the release that this publisher is expected to restate.
    """
    begins = what.begins(stage)
    said = f"nothing new since {spoken(what.since)}"
    if followed:
        said = f"what {followed} published on {spoken(what.since)} is not shown yet"
    words = {
        "due": f"{publisher}: {said}; the next release has been due since {spoken(begins)}",
        "late": f"{publisher}: {said}; late since {spoken(begins)}",
        "silent": f"{publisher}: {said}; silent for so long since {spoken(begins)} that it is told again",
    }[stage]
    check = f"release_{stage}"
    day = f"a release by {begins - timedelta(days=1)}"
    severity: Literal["note", "warn"] = "note" if stage == "due" else "warn"
    return Finding(check, severity, "release", (), day, what.since.isoformat(), f"{words} ({what.because}).")


@dataclass(frozen=True, slots=True)
class Silence:
    """The days between two releases; `until` is None for the one that lasts."""

    since: date
    until: date | None
    days: int
    reached: tuple[Stage, ...]


def silences(releases: Iterable[date], seen: date, of: Rules) -> list[Silence]:
    """Every silence between releases, oldest first, with its stages; the last one up to `seen`, the last look."""
    days = sorted(set(releases))
    ends: list[date | None] = [*days[1:], *([None] if days else [])]
    found = []
    for since, until in zip(days, ends, strict=True):
        last = until or max(seen, since)
        reached = expected(since, days, of).reached(last - timedelta(days=1) if until else last)
        found.append(Silence(since, until, (last - since).days, reached))
    return found
