"""A claim judged instant by instant from one gathering of what is known. Writes nothing.

A chain gives the verdicts to be recorded and the news in them; what was recorded for an instant before, on other
figures or other holds, is replaced by a later row with the reason.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from alerts.claims.model import Claim
from alerts.forms.causes import HELD, MISSING, NOT_HELD, Cause, Round, cause, edited
from alerts.forms.cells import differing
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import HoldChange, KnownRelease
from alerts.forms.hysteresis import Position, Step, rules_of, step
from alerts.forms.verdicts import ANSWERS, Answer, Verdict, on_ladder
from alerts.messages.words.claim_news import News
from figures.periods import washington_day
from figures.records import Figure
from flows.judging.books import Book
from flows.judging.news_of_moves import Told, news_of
from flows.judging.verdict_rows import Row, differs, placed_at, row_of

# When each release was stored, by source, name and the instant since when it was public.
Stored = Mapping[tuple[str, str, datetime], datetime]


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
    recorded: Row | None = None  # how it stood when that was last recorded, before all of this

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
    chain.recorded = _last_recorded(before, recorded, at[-1])
    for answer in ANSWERS:
        row: Row | None = before.get(answer)
        # What was right when the claim was made is asked of that day: at every later instant the answer is the same.
        same = evaluate(claim, answer, of.at(at[-1]), at[-1]) if answer == "at_claim" else None
        chain.made = chain.made or same
        for instant in at:
            verdict = same or evaluate(claim, answer, of.at(instant), instant)
            row = _advance(chain, row, recorded, verdict, instant, stored, now)
    return chain


def _last_recorded(
    before: Mapping[str, Row], recorded: Mapping[tuple[str, datetime], Row], until: datetime
) -> Row | None:
    rows = [row for (answer, at), row in recorded.items() if answer == "standing" and at <= until]
    return max(rows, key=lambda row: row["as_of"], default=before.get("standing"))


class _Case(NamedTuple):
    """A claim at one instant: what stood before it, what was recorded for it, and how it is judged now."""

    before: Row | None
    replaced: Row | None
    verdict: Verdict
    taken: Step
    as_of: datetime

    @property
    def kept(self) -> Row | None:
        """The row that stands unless another is recorded."""
        return self.before if self.replaced is None else self.replaced


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
    case = _Case(before, replaced, verdict, taken, as_of)
    kept = case.kept
    if kept is not None and not _is_changed(chain, kept, verdict, taken, as_of):
        if not taken.change:
            chain.stances[verdict.answer, as_of] = Stance(taken.position, verdict, "")
            return kept
        why = _as_recorded(replaced) if replaced is not None else _why(chain, case, recorded, stored, by_edit=by_edit)
        _stand(chain, case, row_of(chain.claim, verdict, taken, why, as_of, now), why)
        return kept
    why = _why(chain, case, recorded, stored, by_edit=by_edit)
    row = row_of(chain.claim, verdict, taken, why, as_of, now)
    chain.rows.append(row)
    _stand(chain, case, row, why)
    return row


def _why(
    chain: Chain, case: _Case, recorded: Mapping[tuple[str, datetime], Row], stored: Stored, *, by_edit: bool
) -> Cause:
    """What brought a claim to its verdict: other words of its own, or what came out, was held or was lifted."""
    before, replaced, verdict = case.before, case.replaced, case.verdict
    if before is not None and _by_words(chain, replaced or before, verdict, case.taken, by_edit=by_edit):
        return edited(before, verdict, _round(chain.book, case.as_of, (), before))
    late = _came_in_late(chain.book, case, recorded, stored)
    return cause(before, replaced, verdict, _round(chain.book, case.as_of, late, case.kept))


def _stand(chain: Chain, case: _Case, row: Row, why: Cause) -> None:
    """Note how a claim stands and the news of its move. Of a draft, or after its end, none is told."""
    verdict, taken, as_of = case.verdict, case.taken, case.as_of
    chain.stances[verdict.answer, as_of] = Stance(taken.position, verdict, why.words)
    if taken.change and not chain.claim.words.over(washington_day(as_of)):
        basis = Told(chain.made, chain.book.knowledge, chain.book.at(as_of), as_of)
        news = news_of(chain.claim, verdict, taken, case.before, row, basis)
        chain.moved.append(Moved(news, as_of, taken.floor))


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
    of: Book, case: _Case, recorded: Mapping[tuple[str, datetime], Row], stored: Stored
) -> list[KnownRelease]:
    """The releases that were public by an instant and were stored when it, or one after it, had been judged already."""
    known = _judged_at(case, recorded)
    if known is None:
        return []
    since = case.before["as_of"] if case.before is not None and case.replaced is None else None
    return [
        release
        for release in of.at(case.as_of).released()
        if stored.get((release.source, release.name, release.known_at), known) > known
        and (since is None or release.known_at > since)
    ]


def _judged_at(case: _Case, recorded: Mapping[tuple[str, datetime], Row]) -> datetime | None:
    """When an instant was judged already, else the first time that one after it was; None when neither was."""
    if case.replaced is not None:
        at: datetime = case.replaced["recorded_at"]
        return at
    answer = case.verdict.answer
    after = (row["recorded_at"] for (of, at), row in recorded.items() if of == answer and at > case.as_of)
    return min(after, default=None)
