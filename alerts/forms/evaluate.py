"""A claim against what was known at an instant. Pure: the same knowledge gives the same verdict.

`at_claim` asks whether it was right on what was published then, `revised` whether it is right with hindsight,
`standing` whether the world still looks like that. Only the first two are about the claim's truth.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.claims.model import Claim
from alerts.claims.scopes import NEVER_REFUTED, relation, scope_of
from alerts.forms.basis import Basis, NotHeldError, Said, UnsettledError, capped
from alerts.forms.evidence import Knowledge, Unheld
from alerts.forms.registry import Test
from alerts.forms.several_readings import combined
from alerts.forms.verdicts import HELD_BACK, RESOLVED, Answer, Verdict
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import end_of_day, spoken, washington_day
from figures.registry import SOURCES
from figures.scopes import SCOPES

# The states of an answer that cannot be given; that stay, whatever is not held; that say that a number was not reached.
CANNOT_TELL = frozenset({"not_held", "not_yet_testable", "data_missing", "quality_hold", "not_comparable"})
ENDED = frozenset({"superseded", "none", *RESOLVED})
NOT_REACHED = frozenset({"short", "approaching", "missed", "outside", "drifting", "far", "inconsistent"})


def evaluate(claim: Claim, answer: Answer, knowledge: Knowledge, as_of: datetime) -> Verdict:
    """The verdict for one answer, on what was known at `as_of` (`at_claim`: at the latest on the day of the claim).

    Every admissible reading of the claim is judged by the same rules, and the answer is that of all.
    """
    own = _read(claim, answer, knowledge, as_of)
    if not claim.words.readings:
        return own
    others = [(words, _read(read, answer, knowledge, as_of)) for words, read in claim.read_otherwise]
    return combined((claim.words.read_as or claim.words.test.because, own), others)


def _read(claim: Claim, answer: Answer, knowledge: Knowledge, as_of: datetime) -> Verdict:
    """The verdict by the claim's own reading."""
    words, test = claim.words, claim.words.test
    if not test.needed:
        return replace(test.judge(_basis(claim, answer, knowledge, as_of)), unverified=words.unverified)
    if relation(test.series, words.covers) == "none":
        return _not_comparable(claim, answer)
    if answer == "at_claim":
        as_of = min(as_of, claim.on_record_at)
    verdict = capped(_by_day(claim, answer, knowledge, as_of), words.testability)
    proxy = f"{scope_of(test.series)} for {words.covers}" if words.testability == "proxy" else ""
    made = replace(verdict, proxy=proxy, unverified=words.unverified)
    if answer == "standing" and _is_asked_no_more(claim):
        return replace(made, state="none", size=0.0, nearness=0.0)
    return _unless_never_refuted(made, words.covers)


def _not_comparable(claim: Claim, answer: Answer) -> Verdict:
    words, series = claim.words, claim.words.test.series
    counts, means = scope_of(series), SCOPES.get(words.covers, words.covers)
    what = f"{series} counts {counts}, the claim {words.covers} ({means})."
    return Verdict(claim.id, answer, "not_comparable", words=what, unverified=words.unverified)


def _is_asked_no_more(claim: Claim) -> bool:
    """Whether it is about what is over, so that it is not asked how the world stands towards it."""
    test = claim.words.test
    return test.is_over and not (claim.words.testability == "bound" and test.is_asked_again_as_bound)


def _unless_never_refuted(verdict: Verdict, covers: str) -> Verdict:
    """The verdict; that a number was not reached does not refute a claim about what no series can refute."""
    if covers not in NEVER_REFUTED or verdict.state not in NOT_REACHED:
        return verdict
    said = f"{verdict.words}. It does not refute a claim about {covers}" if verdict.words else ""
    return replace(verdict, state="not_testable", words=said, size=0.0, nearness=0.0)


def _by_day(claim: Claim, answer: Answer, knowledge: Knowledge, as_of: datetime) -> Verdict:
    """Where only the month of a claim is known: by the first and by the last edition of that month."""
    if claim.words.said_day != "month" or answer == "standing":
        return _at(claim, answer, knowledge, as_of, claim.on_record_at)
    first = _first_of_month(claim, knowledge)
    late = _at(claim, answer, knowledge, as_of, claim.on_record_at)
    early = _at(claim, answer, knowledge, first if answer == "at_claim" else as_of, first)
    # An end that cannot be judged leaves the answer to the other.
    if early.state == late.state or early.state in CANNOT_TELL:
        return late
    if late.state in CANNOT_TELL:
        return early
    said = [f"{v.words} ({v.state.replace('_', ' ')})" for v in (early, late)]
    return replace(late, state="depends_on_date", words=f"By the month's first file: {said[0]}; by its last: {said[1]}")


def _first_of_month(claim: Claim, knowledge: Knowledge) -> datetime:
    """When the first edition of the month of a claim came out; where none did before it, when it was made."""
    source = METRICS[metric_of(claim.words.test.series)].source
    start = end_of_day(claim.words.said_on.replace(day=1) - timedelta(days=1))
    times = (r.known_at for r in knowledge.released() if r.source == source)
    return next((at for at in times if start < at <= claim.on_record_at), claim.on_record_at)


def _at(claim: Claim, answer: Answer, knowledge: Knowledge, as_of: datetime, said_at: datetime) -> Verdict:
    test = claim.words.test
    known = knowledge.at(as_of)
    series, stand_in = _judged_by(test, answer, known, as_of)
    why = _held_back(test, series, known) if answer != "revised" else ""
    held = Verdict(claim.id, answer, "quality_hold", words=f"{HELD_BACK} {why}", stand_in=stand_in)
    basis = replace(_basis(claim, answer, known, as_of), said_at=said_at, series=series)
    unheld = None if answer in test.of_own_period else _newer_unheld(test, basis)
    if why and not unheld and answer not in test.given_while_held:
        return held
    verdict = _judged(test, basis, unheld)
    if verdict.state == "not_held":
        return verdict
    if why and _hold_is_the_reason(verdict, test):
        return held
    return _seconded(verdict, stand_in, known)


def _hold_is_the_reason(verdict: Verdict, test: Test) -> bool:
    """Whether nothing can be said by what is clean, so that what is held back is the reason."""
    return verdict.state == "data_missing" or (verdict.state == "not_yet_testable" and not test.asks_held_days)


def _judged(test: Test, basis: Basis, unheld: Unheld | None) -> Verdict:
    """The verdict of a form; `not_held` where it rests on an edition that is not held here, or where `unheld` is newer
    than all that are.
    """
    try:
        verdict = _settled(test, basis)
    except NotHeldError as error:
        return _not_held(error.unheld, basis)
    # What is superseded, or came to its end, stays so, whatever a newer edition says.
    return verdict if unheld is None or verdict.state in ENDED else _not_held(unheld, basis)


def _settled(test: Test, basis: Basis) -> Verdict:
    """The verdict of a form. One that goes over days whose editions are not held here stands where it would be the same
    whatever they hold, from the least to the most; else it rests on them: raises NotHeldError.
    """
    try:
        return test.judge(basis)
    except UnsettledError:
        least, verdict, most = (test.judge(replace(basis, unheld_days=each)) for each in ("low", "as_bridged", "high"))
        around = (least.gap or 0.0) < 0 < (most.gap or 0.0)  # what the wording accepts lies between
        if not least.state == verdict.state == most.state or (around and verdict.state != "near"):
            raise
        return verdict


def _basis(claim: Claim, answer: Answer, known: Knowledge, as_of: datetime) -> Basis:
    words, series = claim.words, claim.words.test.series
    said = Said(claim.id, words.said_on, words.testability == "bound", series)
    return Basis(said, answer, known, as_of, claim.on_record_at, series)


def _newer_unheld(test: Test, basis: Basis) -> Unheld | None:
    """The newest edition that was public, where that is not held here: what was said then rests on that of then, how
    the world stands now on that of now.
    """
    then = basis.known if basis.answer == "standing" else basis.known.at(basis.said_at)
    needed = (basis.series,) if test.may_stand_in else test.needed
    sources = dict.fromkeys(METRICS[metric_of(series)].source for series in needed)
    found = (then.newer_unheld(source, now=basis.answer == "standing") for source in sources)
    return next((unheld for unheld in found if unheld is not None), None)


def _not_held(unheld: Unheld, basis: Basis) -> Verdict:
    how = "the publisher or an archive lists it" if unheld.listed else "it is on the list of known files"
    ways = "`onrecord backfill` takes it where an archive has it, `onrecord import` from a file"
    if not SOURCES[unheld.source].captures:
        ways = f"`onrecord import FILE --source {unheld.source}` takes it from a file"
    words = f"{unheld.name}, a file of {spoken(unheld.day)}, was public and is not held here ({how}). {ways}"
    return basis.verdict("not_held", words)


def _held_back(test: Test, series: str, known: Knowledge) -> str:
    """Why the newest edition cannot be judged on, by any of the series that the answer needs."""
    needed = test.needed if test.may_stand_in is None else (series,)
    return next((why for each in needed for kind in test.kinds if (why := known.held_back(each, kind))), "")


def _judged_by(test: Test, answer: Answer, known: Knowledge, as_of: datetime) -> tuple[str, str]:
    """The series to judge on, whole: the claim's own, or the one that stands in and why. Two are never mixed.

    Only how the world stands now is asked of a stand-in: what was public when the claim was made is ICE's to say.
    """
    stand_in = test.may_stand_in
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
