"""A claim against what was known at an instant. Pure: the same knowledge gives the same verdict.

`at_claim` asks whether it was right on what was published then, `revised` whether it is right with hindsight,
`standing` whether the world still looks like that. Only the first two are about the claim's truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from alerts.claims.claim_tests import CompositionTest, ShareTest, Test, TrendTest
from alerts.claims.model import Claim
from alerts.claims.scopes import SCOPES, relation, scope_of
from alerts.forms import levels, rates, shares, targets, totals
from alerts.forms.basis import Basis, Judge, NotHeldError, capped
from alerts.forms.evidence import Knowledge, Unheld
from alerts.forms.verdicts import Answer, Verdict
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import PeriodKind, end_of_day, spoken, washington_day


@dataclass(frozen=True, slots=True)
class _Form:
    """`kind` is the kind of period whose newest edition must not be held; empty where the test itself says.

    An answer about a named `day` or `window` waits for a held edition only where it cannot be given without.
    """

    judge: Judge
    kind: PeriodKind | Literal[""]
    named: Literal["", "day", "window"] = ""


FORMS: Mapping[str, _Form] = {
    "level": _Form(levels.level, "instant", "day"),
    "range": _Form(levels.level, "instant", "day"),
    "threshold": _Form(levels.threshold, "instant"),
    "record": _Form(levels.record, "instant", "day"),
    "target_rate": _Form(targets.rate, "fiscal_year_to_date"),
    "target_total": _Form(targets.total, "fiscal_year_to_date"),
    "target_level": _Form(targets.level, "instant"),
    "ratio": _Form(rates.ratio, "fiscal_year_to_date", "window"),
    "comparison": _Form(rates.comparison, "fiscal_year_to_date"),
    "trend": _Form(shares.trend, ""),
    "share": _Form(shares.share, ""),
    "cumulative": _Form(totals.total, "", "window"),
    "rate": _Form(totals.total, "", "window"),
    "projection": _Form(totals.projection, "month", "window"),
    "composition": _Form(shares.composition, "month"),
}


def _kind(test: Any) -> PeriodKind:
    """The kind of period that a test is judged on."""
    fixed = FORMS[test.form].kind
    if fixed:
        return fixed
    if isinstance(test, TrendTest):
        return test.by
    if isinstance(test, ShareTest):
        return "fiscal_year_to_date" if test.flow else "instant"
    return totals.RULES[test.rule][0]


def _waits_for_none(test: Any, answer: Answer) -> bool:
    """Whether an answer is about a day or window of the claim's own, which newer editions do not change."""
    named = FORMS[test.form].named
    on_a_day = getattr(test, "on", None) is not None or getattr(test, "leak", False)
    return named == "window" or (named == "day" and answer == "at_claim" and on_a_day)


def _is_named(test: Any, answer: Answer) -> bool:
    """Whether an answer is about a day or window of the claim's own, then as now: no newer edition is asked for it."""
    on_a_day = getattr(test, "on", None) is not None or getattr(test, "leak", False)
    if isinstance(test, CompositionTest):  # with hindsight its windows are named; when it was said they may have run
        return answer == "revised" and all(part.over for part in test.parts)
    return FORMS[test.form].named == "window" or (on_a_day and answer != "standing")


def evaluate(claim: Claim, answer: Answer, knowledge: Knowledge, as_of: datetime) -> Verdict:
    """The verdict for one answer, on what was known at `as_of` (`at_claim`: at the latest on the day of the claim)."""
    words, test = claim.words, claim.words.test
    if test.form == "not_testable":
        disputed = f" It disputes {', '.join(test.disputes)}." if test.disputes else ""
        return Verdict(claim.id, answer, "not_testable", words=test.because + disputed, unverified=words.unverified)
    counts = scope_of(test.series)
    if relation(test.series, words.covers) == "none":
        what = f"{test.series} counts {counts}, the claim {words.covers} ({SCOPES.get(words.covers, words.covers)})."
        return Verdict(claim.id, answer, "not_comparable", words=what, unverified=words.unverified)
    if answer == "at_claim":
        as_of = min(as_of, claim.on_record_at)
    verdict = _by_day(claim, answer, knowledge, as_of)
    proxy = f"{counts} for {words.covers}" if words.testability == "proxy" else ""
    return replace(capped(verdict, words.testability), proxy=proxy, unverified=words.unverified)


def _by_day(claim: Claim, answer: Answer, knowledge: Knowledge, as_of: datetime) -> Verdict:
    """Where only the month of a claim is known: by the first and by the last edition of that month."""
    if claim.words.said_day != "month" or answer == "standing":
        return _at(claim, answer, knowledge, as_of, claim.on_record_at)
    source = METRICS[metric_of(claim.words.test.series)].source
    start = end_of_day(claim.words.said_on.replace(day=1) - timedelta(days=1))
    within = (
        r.known_at for r in knowledge.released() if r.source == source and start < r.known_at <= claim.on_record_at
    )
    first = next(within, claim.on_record_at)
    late = _at(claim, answer, knowledge, as_of, claim.on_record_at)
    early = _at(claim, answer, knowledge, first if answer == "at_claim" else as_of, first)
    # An edition that is not held here leaves the answer to the other.
    if early.state in (late.state, "not_held"):
        return late
    if late.state == "not_held":
        return early
    said = [f"{v.words} ({v.state.replace('_', ' ')})" for v in (early, late)]
    return replace(
        late, state="depends_on_date", words=f"By the month's first edition: {said[0]}; by its last: {said[1]}"
    )


def _at(claim: Claim, answer: Answer, knowledge: Knowledge, as_of: datetime, said_at: datetime) -> Verdict:
    test = claim.words.test
    form, known = FORMS[test.form], knowledge.at(as_of)
    series, stand_in = _judged_by(test, answer, known, as_of)
    why = _held_back(test, series, known) if answer != "revised" else ""
    held = Verdict(claim.id, answer, "quality_hold", words=f"The newest edition is held back. {why}", stand_in=stand_in)
    basis = Basis(claim, answer, known, as_of, said_at, series)
    unheld = None if _is_named(test, answer) else _newer_unheld(test, basis)
    if why and not unheld and not _waits_for_none(test, answer):
        return held
    try:
        verdict = form.judge(test, basis)
    except NotHeldError as error:
        return _not_held(error.unheld, basis)
    # What is superseded stays so, whatever a newer edition says.
    if unheld is not None and verdict.state != "superseded":
        return _not_held(unheld, basis)
    if why and verdict.state in ("data_missing", "not_yet_testable"):
        return held
    return _seconded(verdict, stand_in, known)


def _newer_unheld(test: Test, basis: Basis) -> Unheld | None:
    """The newest edition that was public, where that is not held here: what was said then rests on that of then, how
    the world stands now on that of now.
    """
    then = basis.known if basis.answer == "standing" else basis.known.at(basis.said_at)
    needed = (basis.series,) if getattr(test, "stand_in", None) else getattr(test, "required", test.needed)
    sources = dict.fromkeys(METRICS[metric_of(series)].source for series in needed)
    found = (then.newer_unheld(source, now=basis.answer == "standing") for source in sources)
    return next((unheld for unheld in found if unheld is not None), None)


def _not_held(unheld: Unheld, basis: Basis) -> Verdict:
    how = "the publisher or an archive lists it" if unheld.listed else "it is on the list of known editions"
    ways = "`onrecord backfill` takes it where an archive has it, `onrecord import` from a file"
    if unheld.source != "ice":
        ways = f"`onrecord import FILE --source {unheld.source}` takes it from a file"
    words = f"{unheld.name}, an edition of {spoken(unheld.day)}, was public and is not held here ({how}). {ways}"
    return basis.verdict("not_held", words)


def _held_back(test: Test, series: str, known: Knowledge) -> str:
    """Why the newest edition cannot be judged on, by any of the series that the answer needs."""
    kinds: tuple[PeriodKind, ...] = ("month", "instant") if test.form == "composition" else (_kind(test),)
    stand_in = getattr(test, "stand_in", None)
    needed = getattr(test, "required", test.needed) if stand_in is None else (series,)
    return next((why for each in needed for kind in kinds if (why := known.held_back(each, kind))), "")


def _judged_by(test: Test, answer: Answer, known: Knowledge, as_of: datetime) -> tuple[str, str]:
    """The series to judge on, whole: the claim's own, or the one that stands in and why. Two are never mixed.

    Only how the world stands now is asked of a stand-in: what was public when the claim was made is ICE's to say.
    """
    stand_in = getattr(test, "stand_in", None)
    if stand_in is None or answer != "standing":
        return test.series, ""
    mine, other = known.newest_day(test.series, "instant"), known.newest_day(stand_in.series, "instant")
    silent = (washington_day(as_of) - mine).days if mine else None
    if other is None or (mine is not None and (other <= mine or (silent or 0) <= stand_in.after_days)):
        return test.series, ""
    ours, theirs = _publisher(test.series), _publisher(stand_in.series)
    after = f" after its count of {spoken(mine)} ({silent} days ago)" if mine else ""
    return stand_in.series, f"No figure of {ours}'s{after} is held here; {theirs} stands in"


def _publisher(series: str) -> str:
    return series.partition(".")[0].upper()


def _seconded(verdict: Verdict, stand_in: str, known: Knowledge) -> Verdict:
    """The verdict with who stands in and what the second source says of its evidence."""
    words = f"{stand_in}: {verdict.words}" if stand_in and verdict.words else verdict.words
    found = tuple(w for figure in verdict.evidence if (w := known.witness(figure)))
    return replace(verdict, words=words, stand_in=stand_in, witnesses=found)
