"""What moved a verdict: a newer period, a revision, a hold or its lifting, an edit of the claim, a late edition.

Judged by comparing a verdict with the one before it, or with the one that it replaces, down to their cells. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from alerts.knowledge import KnownRelease
from alerts.verdicts import Verdict
from figures.periods import spoken, washington_day
from figures.records import Figure
from figures.values import same

Mover = Literal["first", "event", "revision", "hold", "lifted", "edit", "late_edition", "reread", "calendar"]
SECOND_WITNESS = "second_witness"
HELD, MISSING = "quality_hold", "data_missing"
TITLES: Mapping[Mover, str] = {
    "first": "first judged",
    "event": "an event",
    "revision": "a revision",
    "hold": "a hold",
    "lifted": "a hold lifted",
    "edit": "an edit of the claim",
    "late_edition": "a late edition",
    "reread": "a file read anew",
    "calendar": "the calendar",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in evidence, as it is kept with a verdict."""

    file: str
    sha256: str
    locator: str
    series: str
    period: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Cause:
    """What moved a verdict, in a sentence, the release that did it, and the cells that differ."""

    mover: Mover
    words: str
    release: str
    release_sha256: str
    before: tuple[Cell, ...] = ()
    after: tuple[Cell, ...] = ()

    def to_json(self) -> dict[str, Any]:
        kept = asdict(self)
        del kept["mover"]
        return kept


@dataclass(frozen=True, slots=True)
class Round:
    """What is known of the side that moved: the newest release of the claim's sources, and which came in late."""

    newest: KnownRelease | None
    late: Sequence[KnownRelease] = ()  # public by then, and stored after the verdict that is replaced


def cause(
    before: Mapping[str, Any] | None, replaced: Mapping[str, Any] | None, verdict: Verdict, round_: Round
) -> Cause:
    """What moved a claim from the verdict before, or made the one recorded for the same instant another.

    `before` and `replaced` are verdicts as recorded; an edit of the claim is told by whoever judges.
    """
    old = replaced or before
    if old is None:
        return _made("first", "Judged for the first time.", verdict, round_)
    gone, come = differing(old, verdict)
    mover, words = _mover(old, verdict, gone, come, round_, replaces=replaced is not None)
    return _made(mover, words, verdict, round_, gone, come)


def edited(before: Mapping[str, Any], verdict: Verdict, round_: Round) -> Cause:
    gone, come = differing(before, verdict)
    return _made(
        "edit", "An edit of the claim, not an event: the same figures under other words.", verdict, round_, gone, come
    )


def _mover(
    old: Mapping[str, Any],
    verdict: Verdict,
    gone: Sequence[Cell],
    come: Sequence[Cell],
    round_: Round,
    *,
    replaces: bool,
) -> tuple[Mover, str]:
    if verdict.state == HELD and old["state"] != HELD:
        return "hold", f"A hold, not an event. {verdict.words}"
    if replaces and round_.late:
        late = round_.late[-1]
        since = spoken(washington_day(late.known_at))
        return "late_edition", f"An edition that came in late: {late.name}, public since {since}."
    if old["state"] == HELD and (replaces or not _newer(old, round_)):
        name = _rests_on(verdict, round_) or "the release"
        return "lifted", f"A hold was lifted, nothing was published: {name} is judged on."
    if replaces and come:
        return "reread", f"A file was read anew, nothing was published: {_told(gone, come)}."
    if replaces and verdict.state == old["state"]:
        return "reread", "What is known of the sources has changed, the figures have not."
    if _later(verdict, old):
        return "event", f"A newer period, through {_day(verdict.edition)}{_in(_rests_on(verdict, round_))}."
    if gone or come:
        return "revision", f"A revision of figures published before, not an event: {_told(gone, come)}."
    if old["state"] != verdict.state and verdict.state == MISSING:
        return "revision", f"What was judged on is not stated any more{_in(_newest(round_))}."
    return "calendar", "No figure moved; the day did."


def _newer(old: Mapping[str, Any], round_: Round) -> bool:
    return round_.newest is not None and old["as_of"] < round_.newest.known_at


def _later(verdict: Verdict, old: Mapping[str, Any]) -> bool:
    return verdict.answer == "standing" and bool(verdict.edition) and verdict.edition > (old["edition"] or "")


def _day(edition: str) -> str:
    return spoken(date.fromisoformat(edition))


def _in(name: str) -> str:
    return f", in {name}" if name else ""


def _newest(round_: Round) -> str:
    return round_.newest.name if round_.newest else ""


def _rests_on(verdict: Verdict, round_: Round) -> str:
    """The newest file in evidence: what came out last may be another source's, which says nothing of the figure."""
    newest = _newest_evidence(verdict)
    return newest.release_name if newest else _newest(round_)


def _newest_evidence(verdict: Verdict) -> Figure | None:
    return max(verdict.evidence, key=lambda f: f.known_at, default=None)


def _told(gone: Sequence[Cell], come: Sequence[Cell]) -> str:
    """`xlsx:..!P29 of A.xlsx said 1,000; xlsx:..!P29 of B.xlsx says 1,010`."""
    said = [f"{cell.locator} of {cell.file} said {_number(cell)}" for cell in gone]
    says = [f"{cell.locator} of {cell.file} says {_number(cell)}" for cell in come]
    return "; ".join([*said, *says])


def _number(cell: Cell) -> str:
    return "no number" if cell.value is None else f"{cell.value:,.10g}"


def differing(old: Mapping[str, Any], verdict: Verdict) -> tuple[list[Cell], list[Cell]]:
    """The cells that only the old verdict rests on, and those of the new one: by series, period and value."""
    before = [_recorded(piece) for piece in old["evidence"] if piece.get("role") != SECOND_WITNESS]
    after = [_cell(figure) for figure in verdict.evidence]
    gone = [cell for cell in before if not any(_says_the_same(cell, other) for other in after)]
    come = [cell for cell in after if not any(_says_the_same(cell, other) for other in before)]
    return gone, come


def _says_the_same(cell: Cell, other: Cell) -> bool:
    return (cell.series, cell.period) == (other.series, other.period) and same(cell.value, other.value)


def _recorded(piece: Mapping[str, Any]) -> Cell:
    period = f"{piece['period_start'] or ''}..{piece['period_end'] or ''}"
    return Cell(piece["file"], piece["sha256"], piece["locator"], piece["series"], period, piece["value"])


def _cell(figure: Figure) -> Cell:
    start, end = figure.period.start, figure.period.end
    period = f"{start.isoformat() if start else ''}..{end.isoformat() if end else ''}"
    return Cell(figure.release_name, figure.sha256, figure.locator, figure.series, period, figure.value)


def _made(
    mover: Mover,
    words: str,
    verdict: Verdict,
    round_: Round,
    gone: Sequence[Cell] = (),
    come: Sequence[Cell] = (),
) -> Cause:
    """The release that caused it is the newest in evidence; for a hold the one that is held."""
    newest = _newest_evidence(verdict)
    if mover == "late_edition":
        release, sha256 = round_.late[-1].name, ""
    elif newest is not None and mover != "hold":
        release, sha256 = newest.release_name, newest.sha256
    else:
        release, sha256 = _newest(round_), ""
    return Cause(mover, words, release, sha256, tuple(gone), tuple(come))
