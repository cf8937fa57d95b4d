"""Levels of one day: a number, a range, a yardstick, a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from alerts import hedges
from alerts.claims_tests import LevelTest, RangeTest, RecordTest, ThresholdTest
from alerts.forms_basis import (
    COMES_WITHIN,
    FORTNIGHT,
    GREATEST_AGE,
    Basis,
    day,
    interval_of,
    own,
    truth_of,
    usual_movement,
    within,
)
from alerts.hedges import Accepted
from alerts.verdicts import Verdict, distance, truth
from figures.periods import spoken, washington_day
from figures.records import Figure

INTERNAL = "The number was an internal count, which nobody outside can verify"


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """A value for one day with its cells: counted on that day, or taken from the two counts around it."""

    value: float
    on: date
    words: str
    formula: str
    evidence: tuple[Figure, ...]


def level(test: LevelTest | RangeTest, basis: Basis) -> Verdict:
    interval = hedges.between(test.low, test.high) if isinstance(test, RangeTest) else interval_of(test)
    named = test.on if basis.answer != "standing" else None
    found = _on(test, interval, named, basis) if named else _newest(test.unit, basis)
    if isinstance(found, Verdict):
        return found
    y = found.value
    stated = test.value if isinstance(test, LevelTest) else _nearer(y, test)
    deviation, z = (y - stated) / stated, (y - stated) / usual_movement(test.noise.sigma_14, basis, found.on)
    state, nearness = distance(interval.contains(y), deviation, z)
    if basis.answer != "standing":
        state = truth_of(y, interval, test) if isinstance(test, LevelTest) else truth(y, interval)
    return basis.verdict(
        state,
        f"{found.words}. {INTERNAL}" if test.internal else found.words,
        **within(interval, y),
        deviation=deviation,
        z=z,
        rule=interval.rule,
        edition=found.on.isoformat(),
        size=abs(deviation),
        nearness=nearness,
        evidence=found.evidence,
        difference=y - stated,
        formula=f"{found.formula} - {stated:,.0f} = {y - stated:+,.0f}; z {z:.1f} over the days since the count that "
        f"the claim could rest on, {(y - stated) / test.noise.sigma_14:.1f} over 14 days",
    )


def _nearer(y: float, test: RangeTest) -> float:
    """The end of a range that a value is measured from: itself inside."""
    return min(max(y, test.low), test.high)


def _newest(unit: str, basis: Basis) -> _Snapshot | Verdict:
    points = basis.points(basis.series, "instant")
    if not points:
        return basis.missing(f"No clean figure of {basis.claim.words.test.series} was public.")
    newest, said_on = points[-1], washington_day(basis.said_at)
    if basis.answer != "standing" and said_on - day(newest) > GREATEST_AGE:
        days = (said_on - day(newest)).days
        return basis.missing(
            f"The newest count that is held here is of {spoken(day(newest))}, {days} days before the claim: it says "
            "nothing of that day."
        )
    return _counted(newest, unit)


def _counted(figure: Figure, unit: str) -> _Snapshot:
    y, on = figure.value or 0.0, day(figure)
    return _Snapshot(y, on, f"{y:,.0f} {unit} on {spoken(on)}", f"{y:,.0f}", (figure,))


def _on(test: LevelTest | RangeTest, interval: Accepted, on: date, basis: Basis) -> _Snapshot | Verdict:
    """The count of a named day; between two counts the one that fits, or the line between them."""
    points = basis.known.clean(basis.series, "instant")
    exact = next((f for f in points if day(f) == on), None)
    if exact:
        return _counted(exact, test.unit)
    before = next((f for f in reversed(points) if day(f) < on), None)
    after = next((f for f in points if day(f) > on), None)
    if after is None:
        known = f"the newest was {before.value:,.0f} on {spoken(day(before))}" if before else "none was"
        return basis.not_yet(f"No count of {spoken(on)} or later was public; {known}.", on + FORTNIGHT, since=on)
    if before is None:
        what = f"No clean figure of {test.series} before {spoken(on)} is held here."
        return basis.missing(what, on - FORTNIGHT, day(after))
    basis.bridged((day(before), day(after)))
    return _interpolated(before, after, on, interval, test.unit)


def _interpolated(before: Figure, after: Figure, on: date, interval: Accepted, unit: str) -> _Snapshot:
    low, high = before.value or 0.0, after.value or 0.0
    elapsed, span = (on - day(before)).days, (day(after) - day(before)).days
    line = low + (high - low) * elapsed / span
    fits = [(value, on_day) for value, on_day in ((low, day(before)), (high, day(after))) if interval.contains(value)]
    words = (
        f"{line:,.0f} {unit} on {spoken(on)}, interpolated between {low:,.0f} on {spoken(day(before))} and {high:,.0f} "
        f"on {spoken(day(after))}"
    )
    formula = f"({low:,.0f} + {elapsed}/{span} x ({high:,.0f} - {low:,.0f}))"
    if interval.contains(line) or not fits:
        return _Snapshot(line, on, words, formula, (before, after))
    value, fitting = fits[0]
    return _Snapshot(value, on, f"{words}; the count of {spoken(fitting)} fits", f"{value:,.0f}", (before, after))


def threshold(test: ThresholdTest, basis: Basis) -> Verdict:
    found = _newest(test.unit, basis)
    if isinstance(found, Verdict):
        return found
    y, first = found.value, test.yardsticks[0]
    intervals = [_beyond(test, yardstick.value) for yardstick in test.yardsticks]
    interval = intervals[0]
    gap = interval.gap(y)
    z = gap / usual_movement(test.noise.sigma_14, basis, found.on)
    below = gap / (interval.low or interval.high or first.value)
    state, nearness = distance(interval.contains(y), below, z)
    words = f"{found.words}: " + "; ".join(
        f"{(y - yardstick.value) / yardstick.value:+.1%} against {yardstick.words}" for yardstick in test.yardsticks
    )
    if basis.answer != "standing":
        truths = {truth(y, each) for each in intervals}
        state = truths.pop() if len(truths) == 1 else "depends_on_definition"
    elif first.until and basis.today > first.until:
        state, words = "superseded", f"{words}. {first.until_because}"
    return basis.verdict(
        state,
        words,
        measured=y,
        accept_low=interval.low,
        accept_high=interval.high,
        gap=gap,
        deviation=(y - first.value) / first.value,
        z=z,
        rule=interval.rule,
        edition=found.on.isoformat(),
        size=abs(below),
        nearness=nearness,
        evidence=found.evidence,
        difference=y - first.value,
        formula=f"{found.formula} / {first.value:,.0f}",
    )


def _beyond(test: ThresholdTest, value: float) -> Accepted:
    word = hedges.SAME_AS.get(test.hedge, test.hedge)
    if word == "significantly more than":
        return hedges.significantly_more_than(value, test.noise.sigma_14)
    return hedges.accepted(value, word)


def record(test: RecordTest, basis: Basis) -> Verdict:
    """Strictly beyond every earlier value in the window; where the published window starts is part of the verdict."""
    points = [f for f in basis.known.clean(basis.series, "instant") if test.since is None or day(f) >= test.since]
    at = _candidate(test, points, basis)
    if isinstance(at, Verdict):
        return at
    candidate, earlier = points[at], points[:at]
    y, best = candidate.value or 0.0, _best(test, earlier)
    interval = own(test.accept) or hedges.accepted(test.value, test.hedge)
    is_record = best is None or (y > best if test.side == "highest" else y < best)
    state = truth_of(y, interval, test) if is_record else "outside"
    words = (
        f"{y:,.0f} {test.unit} on {spoken(day(candidate))}, {'the' if is_record else 'not the'} {test.side} since "
        f"{spoken(day(points[0]))}, where what is held here of the record starts"
    )
    if best is not None:
        words += f"; the {test.side} before was {best:,.0f}"
    if test.leak:
        words = f"{'Confirmed later' if state in _RIGHT else 'Not confirmed'}: {words}"
    if basis.answer == "standing":
        state, words = _still(test, points, y, state, words)
    return basis.verdict(
        state,
        words,
        **within(interval, y),
        deviation=(y - test.value) / test.value,
        rule=f"{test.side} in the window, and {interval.rule}",
        edition=day(candidate).isoformat(),
        evidence=(candidate, *([f for f in earlier if f.value == best][:1])),
        difference=y - test.value,
        formula=f"{y:,.0f} {'>' if test.side == 'highest' else '<'} {best:,.0f}" if best is not None else f"{y:,.0f}",
    )


_RIGHT = ("holds", "holds_marginal", "understated")


def _best(test: RecordTest, points: Sequence[Figure]) -> float | None:
    values = [f.value for f in points if f.value is not None]
    return (max if test.side == "highest" else min)(values, default=None)


def _candidate(test: RecordTest, points: Sequence[Figure], basis: Basis) -> int | Verdict:
    """Where in the record the claim's own value stands: on its day, after a leak next, else the newest of then."""
    from_day = test.on or basis.claim.words.said_on
    if test.leak or test.on:
        at = next((n for n, f in enumerate(points) if day(f) >= from_day and (test.leak or day(f) == from_day)), None)
        if at is not None:
            basis.bridged((from_day, day(points[at])))
            return at
        if points and day(points[-1]) > from_day:
            what = f"No count of {spoken(from_day)} is held here."
            return basis.missing(what, from_day, from_day + COMES_WITHIN)
        what = "The number was leaked before any publication." if test.leak else f"No count of {spoken(from_day)} yet."
        return basis.not_yet(what, from_day + FORTNIGHT, since=from_day)
    then = basis.known.at(basis.said_at).clean(basis.series, "instant")
    at = next((n for n in reversed(range(len(points))) if then and day(points[n]) <= day(then[-1])), None)
    if at is None:
        return basis.missing(f"No clean figure of {test.series} was public.")
    return at


def _still(test: RecordTest, points: Sequence[Figure], y: float, state: str, words: str) -> tuple[str, str]:
    """Whether a record stands: the next one supersedes it and does not make it wrong."""
    best = _best(test, points)
    if best is not None and best != y:
        on = next(day(f) for f in points if f.value == best)
        return "superseded", f"{words}. The {test.side} is now {best:,.0f}, of {spoken(on)}"
    return "near" if state in _RIGHT else "far", words
