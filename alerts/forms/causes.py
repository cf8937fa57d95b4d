"""What moved a verdict: a newer period, a revision, a hold or its lifting, an edit of the claim, a late edition.

Judged by comparing a verdict with the one before it, or with the one that it replaces, down to their cells, and by what
is on record of holds. Pure. docs/alerts.md has the table of what happened against what is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from alerts.forms.cells import SECOND_WITNESS, Cell, cell_of, differing, told
from alerts.forms.evidence import HoldChange, KnownRelease
from alerts.forms.verdicts import Verdict
from figures.periods import spoken, washington_day
from figures.plain import plain
from figures.records import Figure

Mover = Literal[
    "first",
    "event",
    "revision",
    "hold",
    "lifted",
    "edit",
    "late_edition",
    "reread",
    "earlier",
    "witness",
    "not_held",
    "calendar",
]
HELD, MISSING, NOT_HELD = "quality_hold", "data_missing", "not_held"
# Who lifts a hold that no person has lifted.
OURSELVES = "onrecord"
_Move = tuple[Mover, str]  # with the sentence that says it
TITLES: Mapping[Mover, str] = {
    "first": "first judged",
    "event": "an event",
    "revision": "a revision",
    "hold": "a hold",
    "lifted": "a hold lifted",
    "edit": "an edit of the claim",
    "late_edition": "a late file",
    "reread": "a file read or checked anew",
    "earlier": "an earlier verdict judged again",
    "witness": "a second witness",
    "not_held": "a file that is not held here",
    "calendar": "the calendar",
}


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
        kept: dict[str, Any] = plain(self)
        del kept["mover"]
        return kept


@dataclass(frozen=True, slots=True)
class Round:
    """What is known of the side that moved: the newest release of the claim's sources, and which came in late.

    `lifted` are the holds that ended since the other verdict was recorded, `put` those that began since on what that
    verdict rests on; the newest first.
    """

    newest: KnownRelease | None
    late: Sequence[KnownRelease] = ()  # public by then, and stored after the verdict that is replaced
    lifted: Sequence[HoldChange] = ()
    put: Sequence[HoldChange] = ()


@dataclass(frozen=True, slots=True)
class _Compared:
    """A verdict beside the one before it, or the one that it `replaces` for the same instant."""

    old: Mapping[str, Any]
    verdict: Verdict
    gone: Sequence[Cell]
    come: Sequence[Cell]
    round_: Round
    replaces: bool

    @property
    def newcomers(self) -> list[Figure]:
        """The figures in evidence that the other verdict does not rest on."""
        return [figure for figure in self.verdict.evidence if cell_of(figure) in self.come]


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
    compared = _Compared(old, verdict, gone, come, round_, replaced is not None)
    mover, words = _by_holds(compared) or (_again if compared.replaces else _anew)(compared)
    return _made(mover, words, verdict, round_, gone, come)


def edited(before: Mapping[str, Any], verdict: Verdict, round_: Round) -> Cause:
    gone, come = differing(before, verdict)
    words = "An edit of the claim, not an event: the same figures under other words."
    if gone or come:
        words = f"An edit of the claim, not an event: it is judged on other figures now: {told(gone, come)}."
    return _made("edit", words, verdict, round_, gone, come)


def _by_holds(of: _Compared) -> _Move | None:
    """What holds, their lifting, and a late edition that is judged on did. None when it was something else.

    The first of these that is so explains the most.
    """
    return (
        _newly_held(of)
        or _late_and_rested_on(of)
        or _lifted(of)
        or _held_back(of)
        or _late_beside(of)
        or _hold_is_gone(of)
    )


def _newly_held(of: _Compared) -> _Move | None:
    """What there is cannot be judged on."""
    if of.verdict.state != HELD or of.old["state"] == HELD:
        return None
    return "hold", f"{_began(of.round_.put)} {of.verdict.words}".rstrip()


def _late_and_rested_on(of: _Compared) -> _Move | None:
    """The same instant, and a figure that is new in evidence is of the newest of the editions that came in late."""
    late = of.round_.late
    is_new = bool(late) and any(figure.release_name == late[-1].name for figure in of.newcomers)
    return ("late_edition", _late(of.round_)) if of.replaces and is_new else None


def _lifted(of: _Compared) -> _Move | None:
    """The last hold lifted from figures that are new in evidence, where all of them were public by then."""
    lifted = next((change for change in of.round_.lifted if any(map(change.covers, of.newcomers))), None)
    if lifted is None or any(figure.known_at > lifted.at for figure in of.newcomers):
        return None
    return "lifted", f"{_ended(lifted)} {_rests_on(of.verdict, of.round_)} is judged on."


def _held_back(of: _Compared) -> _Move | None:
    """What the other verdict rests on is held, and nothing newer is judged on."""
    put = of.round_.put
    if not of.gone or not put or _later(of.verdict, of.old):
        return None
    cells = ", ".join(dict.fromkeys(cell.locator for cell in of.gone))
    return "hold", f"{_began(put)} What was judged on is held back now: {cells}. {put[0].words}".rstrip()


def _late_beside(of: _Compared) -> _Move | None:
    """The same instant, and an edition came in late."""
    return ("late_edition", _late(of.round_)) if of.replaces and of.round_.late else None


def _hold_is_gone(of: _Compared) -> _Move | None:
    """A hold is no longer found although nothing was published, and what was held is judged on."""
    was_held = of.old["state"] == HELD and of.verdict.state not in (HELD, NOT_HELD)
    if not was_held or not (of.replaces or not _newer(of.old, of.round_)):
        return None
    name = _rests_on(of.verdict, of.round_) or "the release"
    return "lifted", f"The hold is no longer found, nothing was published: {name} is judged on."


def _again(of: _Compared) -> _Move:
    """The same instant judged again, on other figures or after other verdicts."""
    if of.verdict.state == NOT_HELD and of.old["state"] != NOT_HELD:
        return "not_held", f"A file is known of that is not held here, nothing was published. {of.verdict.words}"
    said = {(cell.sha256, cell.series, cell.period) for cell in of.gone}
    if any((cell.sha256, cell.series, cell.period) in said for cell in of.come):
        return "reread", f"A file was read anew, nothing was published: {told(of.gone, of.come)}."
    if of.gone or of.come:
        return "reread", f"A file was read or checked anew, nothing was published: {told(of.gone, of.come)}."
    return _witnessed(of) or (
        "earlier",
        "Nothing was published and no figure moved: what was judged before it, or how, is another.",
    )


def _anew(of: _Compared) -> _Move:
    """A later instant."""
    verdict, round_ = of.verdict, of.round_
    if _later(verdict, of.old):
        return "event", f"A newer period, through {_day(verdict.edition)}{_in(_rests_on(verdict, round_))}."
    said = {(cell.series, cell.period) for cell in of.gone}
    if any((cell.series, cell.period) in said for cell in of.come):
        return "revision", f"A revision of figures published before, not an event: {told(of.gone, of.come)}."
    if of.come:
        return "event", f"Published since{_in(_rests_on(verdict, round_))}: {told((), of.come)}."
    if verdict.state == NOT_HELD and of.old["state"] != NOT_HELD:
        return "not_held", f"No figure moved. {verdict.words}"
    if of.gone:
        return "revision", f"What was judged on is not stated any more{_in(_newest(round_))}: {told(of.gone, ())}."
    return _witnessed(of) or ("calendar", "No figure moved; the day did.")


def _witnessed(of: _Compared) -> _Move | None:
    had = any(piece.get("role") == SECOND_WITNESS for piece in of.old["evidence"])
    if had == bool(of.verdict.witnesses) or of.verdict.state != of.old["state"]:
        return None
    says = "A second source says the same now" if of.verdict.witnesses else "No second source says the same any more"
    return "witness", f"{says}. The figures have not changed."


def _ended(lifted: HoldChange) -> str:
    because = lifted.because.rstrip(".") or "no reason was recorded"
    if lifted.by == OURSELVES:
        return f"A hold was lifted because {because}:"
    return f"A hold was lifted by {lifted.by} because {because}. Nothing was published:"


def _began(put: Sequence[HoldChange]) -> str:
    """By a check, or because a person's lifting was taken back or is over."""
    if not put or not put[0].by:
        return "A hold, not an event."
    because = put[0].because.rstrip(".") or "no reason was recorded"
    if put[0].by == OURSELVES:
        return f"A hold stands again, not an event: the lifting ended because {because}."
    return f"A hold stands again, not an event: {put[0].by} took its lifting back because {because}."


def _late(round_: Round) -> str:
    late = round_.late[-1]
    return f"A file that came in late: {late.name}, public since {spoken(washington_day(late.known_at))}."


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
