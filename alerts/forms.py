"""A claim against what was known at an instant. Pure: the same knowledge gives the same verdict.

`at_claim` asks whether it was right on what was published then, `revised` whether it is right with hindsight,
`standing` whether the world still looks like that. Only the first two are about the claim's truth.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from alerts import hedges
from alerts.claims import SHOWN_DAYS, Accept, Claim, ComparisonTest, LevelTest, TargetTest, Test, ThresholdTest
from alerts.hedges import Accepted
from alerts.knowledge import Knowledge
from alerts.rates import Rate, newest_interval, since, whole_year
from alerts.verdicts import Answer, Reading, Verdict, distance, truth
from figures.periods import PeriodKind, spoken, washington_day
from figures.records import Figure

APPROACHING = 0.80
STATE_DAYS = 28  # the state follows a window of at least this length: 14-day rates are too noisy to alert on


@dataclass(frozen=True, slots=True)
class _Basis:
    """What one answer rests on: the clean points of the series that it may use, and all that was known."""

    claim: Claim
    answer: Answer
    points: list[Figure]
    known: Knowledge
    as_of: datetime

    def missing(self, what: str) -> Verdict:
        return Verdict(self.claim.id, self.answer, "data_missing", words=what)


def evaluate(claim: Claim, answer: Answer, knowledge: Knowledge, as_of: datetime) -> Verdict:
    """The verdict for one answer, on what was known at `as_of` (`at_claim`: at the latest on the day of the claim)."""
    test = claim.words.test
    if answer == "at_claim":
        as_of = min(as_of, claim.on_record_at)
    known = knowledge.at(as_of)
    kind: PeriodKind = "instant" if isinstance(test, LevelTest | ThresholdTest) else "fiscal_year_to_date"
    series, stand_in = _judged_by(test, answer, known, as_of)
    if answer != "revised" and (why := known.held_back(series, kind)):
        words = f"The newest edition is held back. {why}"
        return Verdict(claim.id, answer, "quality_hold", words=words, stand_in=stand_in)
    points = known.clean(series, kind)
    if answer == "revised":
        then = knowledge.at(claim.on_record_at).clean(test.series, kind)
        points = [f for f in points if then and _day(f) <= _day(then[-1])]
    return _seconded(_by_form(test, _Basis(claim, answer, points, known, as_of)), stand_in, known)


def _by_form(test: Test, basis: _Basis) -> Verdict:
    match test:
        case LevelTest():
            return _level(test, basis)
        case ThresholdTest():
            return _threshold(test, basis)
        case TargetTest():
            return _target(test, basis)
        case ComparisonTest():
            return _comparison(test, basis)


def _judged_by(test: Test, answer: Answer, known: Knowledge, as_of: datetime) -> tuple[str, str]:
    """The series to judge on, whole: the claim's own, or the one that stands in and why. Two are never mixed.

    Only how the world stands now is asked of a stand-in: what was public when the claim was made is ICE's to say.
    """
    stand_in = test.stand_in if isinstance(test, LevelTest | ThresholdTest) else None
    if stand_in is None or answer != "standing":
        return test.series, ""
    own, other = known.newest_day(test.series, "instant"), known.newest_day(stand_in.series, "instant")
    silent = (washington_day(as_of) - own).days if own else None
    if other is None or (own is not None and (other <= own or (silent or 0) <= stand_in.after_days)):
        return test.series, ""
    ours, theirs = _publisher(test.series), _publisher(stand_in.series)
    after = f" after its count of {spoken(own)} ({silent} days ago)" if own else ""
    return stand_in.series, f"No figure of {ours}'s{after} is held here; {theirs} stands in"


def _publisher(series: str) -> str:
    return series.partition(".")[0].upper()


def _seconded(verdict: Verdict, stand_in: str, known: Knowledge) -> Verdict:
    """The verdict with who stands in and what the second source says of its evidence."""
    words = f"{stand_in}: {verdict.words}" if stand_in and verdict.words else verdict.words
    found = tuple(w for figure in verdict.evidence if (w := known.witness(figure)))
    return replace(verdict, words=words, stand_in=stand_in, witnesses=found)


def _day(figure: Figure) -> date:
    return figure.period.end or date.min


def _own(accept: Accept | None) -> Accepted | None:
    return Accepted(accept.low, accept.high, accept.low, accept.high, accept.because) if accept else None


def _usual_movement(sigma: float, basis: _Basis, newest: Figure) -> float:
    """The usual movement over the days from the snapshot that the claim could rest on to the newest one."""
    then = basis.known.at(basis.claim.on_record_at).clean(basis.claim.words.test.series, "instant")
    start = _day(then[-1]) if then else basis.claim.words.said_on
    return float(sigma * (max(14, (_day(newest) - start).days) / 14) ** 0.5)


def _level(test: LevelTest, basis: _Basis) -> Verdict:
    if not basis.points:
        return basis.missing(f"No clean figure of {test.series} was public.")
    newest = basis.points[-1]
    y = newest.value or 0.0
    accepted = _own(test.accept) or hedges.accepted(test.value, test.hedge)
    deviation = (y - test.value) / test.value
    z = (y - test.value) / _usual_movement(test.noise.sigma_14, basis, newest)
    state, nearness = distance(accepted.contains(y), deviation, z)
    return Verdict(
        claim=basis.claim.id,
        answer=basis.answer,
        state=state if basis.answer == "standing" else truth(y, accepted),
        measured=y,
        accept_low=accepted.low,
        accept_high=accepted.high,
        gap=accepted.gap(y),
        deviation=deviation,
        z=z,
        rule=accepted.rule,
        words=f"{y:,.0f} {test.unit} on {spoken(_day(newest))}",
        edition=_day(newest).isoformat(),
        size=abs(deviation),
        nearness=nearness,
        evidence=(newest,),
    )


def _threshold(test: ThresholdTest, basis: _Basis) -> Verdict:
    if not basis.points:
        return basis.missing(f"No clean figure of {test.series} was public.")
    newest = basis.points[-1]
    y = newest.value or 0.0
    own = test.yardsticks[0]
    intervals = [_over(test, yardstick.value) for yardstick in test.yardsticks]
    accepted = intervals[0]
    gap = accepted.gap(y)
    z = gap / _usual_movement(test.noise.sigma_14, basis, newest)
    below = gap / (accepted.low or own.value)
    state, nearness = distance(accepted.contains(y), below, z)
    words = f"{y:,.0f} {test.unit} on {spoken(_day(newest))}: " + "; ".join(
        f"{(y - yardstick.value) / yardstick.value:+.1%} against {yardstick.words}" for yardstick in test.yardsticks
    )
    if basis.answer != "standing":
        truths = {truth(y, interval) for interval in intervals}
        state = truths.pop() if len(truths) == 1 else "depends_on_definition"
    elif own.until and washington_day(basis.as_of) > own.until:
        state, words = "superseded", f"{words}. {own.until_because}"
    return Verdict(
        claim=basis.claim.id,
        answer=basis.answer,
        state=state,
        measured=y,
        accept_low=accepted.low,
        accept_high=accepted.high,
        gap=gap,
        deviation=(y - own.value) / own.value,
        z=z,
        rule=accepted.rule,
        words=words,
        edition=_day(newest).isoformat(),
        size=abs(below),
        nearness=nearness,
        evidence=(newest,),
    )


def _over(test: ThresholdTest, value: float) -> Accepted:
    if test.hedge == "significantly more than":
        return hedges.significantly_more_than(value, test.noise.sigma_14)
    return hedges.accepted(value, "more than")


def _target(test: TargetTest, basis: _Basis) -> Verdict:
    shown = newest_interval(basis.points, SHOWN_DAYS)
    window = newest_interval(basis.points, STATE_DAYS)
    if shown is None or window is None:
        return basis.missing(f"No two clean editions of {test.series} lie {STATE_DAYS} days apart.")
    accepted = _own(test.accept) or hedges.target(test.value)
    rates = [("newest interval", shown), (f"newest window of {STATE_DAYS} days or more", window)]
    base = max((_day(f) for f in basis.points if _day(f) < test.since), default=None)
    total = since(basis.points, base + timedelta(days=1)) if base else None
    if total:
        rates.append(("since the target was set", total))
    y = shown.per_day
    state, nearness = _attained(window.per_day, test.value, accepted)
    missed = 1 - test.proxy_share
    return Verdict(
        claim=basis.claim.id,
        answer=basis.answer,
        state=state,
        measured=y,
        accept_low=accepted.low,
        accept_high=accepted.high,
        gap=accepted.gap(y),
        deviation=(y - test.value) / test.value,
        rule=accepted.rule,
        words=f"{y:,.1f} {test.unit} from {spoken(shown.start)} to {spoken(shown.end)}, "
        f"{y / test.value:.0%} of the target "
        f"({y / test.proxy_share / test.value:.0%} if the series misses {missed:.0%} of it)",
        edition=shown.end.isoformat(),
        size=max(0.0, 1 - window.per_day / test.value),
        nearness=nearness,
        readings=tuple(
            _reading(name, rate, rate.per_day, accepted, _attained(rate.per_day, test.value, accepted)[0], rate.formula)
            for name, rate in rates
        ),
        evidence=_once(shown, window),
    )


def _attained(per_day: float, target: float, accepted: Accepted) -> tuple[str, float]:
    """met, approaching or short, and how close to the threshold of the next further state."""
    shortfall = max(0.0, target - per_day)
    if accepted.contains(per_day):
        allowed = target - (accepted.low or 0.0)
        return "met", shortfall / allowed if shortfall else 0.0
    missing = shortfall / (target * (1 - APPROACHING))
    return ("approaching", missing) if per_day >= APPROACHING * target else ("short", 1.0)


def _reading(name: str, rate: Rate, measured: float, accepted: Accepted, state: str, formula: str) -> Reading:
    if rate.gap_days:
        formula += f", leaving out {rate.gap_days} days that no edition covers"
    return Reading(name, measured, accepted.low, accepted.high, state, formula, rate.start, rate.end)


def _once(*rates: Rate) -> tuple[Figure, ...]:
    return tuple(dict.fromkeys(figure for rate in rates for figure in rate.figures))


def _comparison(test: ComparisonTest, basis: _Basis) -> Verdict:
    base = whole_year(basis.known.clean(test.series, "fiscal_year_to_date"), test.against_fiscal_year)
    total = since(basis.points, test.since)
    if base is None:
        return basis.missing(f"No clean edition of {test.series} covers FY{test.against_fiscal_year} to its end.")
    if total is None or total.days < SHOWN_DAYS:
        before = spoken(test.since - timedelta(days=1))
        return basis.missing(f"No clean editions of {test.series} run from {before} on, {SHOWN_DAYS} days or more.")
    y = total.per_day / base.per_day
    accepted = hedges.roughly_the_same(test.noise.cv_of(total.days))
    z = (y - 1) / test.noise.cv_of(total.days)
    state, nearness = distance(accepted.contains(y), y - 1, z)
    formula = f"[{total.formula}] / [{base.formula}]"
    readings = [_reading(f"since {spoken(test.since)}", total, y, accepted, state, formula)]
    if window := newest_interval(basis.points, STATE_DAYS):
        readings.append(_window(test, window, base))
    gap = f" (leaving out {total.gap_days} days that no edition covers)" if total.gap_days else ""
    return Verdict(
        claim=basis.claim.id,
        answer=basis.answer,
        state=state if basis.answer == "standing" else truth(y, accepted),
        measured=y,
        accept_low=accepted.low,
        accept_high=accepted.high,
        gap=accepted.gap(y),
        deviation=y - 1,
        z=z,
        rule=accepted.rule,
        words=f"{total.per_day:,.1f} a day from {spoken(total.start)} to {spoken(total.end)}{gap}, {y:.3f} times the "
        f"{base.per_day:,.1f} a day of FY{test.against_fiscal_year}",
        edition=total.end.isoformat(),
        size=abs(y - 1),
        nearness=nearness,
        readings=tuple(readings),
        evidence=_once(total, base),
    )


def _window(test: ComparisonTest, window: Rate, base: Rate) -> Reading:
    """The newest window beside the cumulative one: its own interval, its own state."""
    low, high = 1 - test.window_tolerance, 1 + test.window_tolerance
    accepted = Accepted(low, high, low, high, test.window_because)
    ratio = window.per_day / base.per_day
    state, _ = distance(accepted.contains(ratio), ratio - 1, (ratio - 1) / test.noise.cv_of(window.days))
    name = f"newest window of {STATE_DAYS} days or more"
    return _reading(name, window, ratio, accepted, state, f"[{window.formula}] / [{base.formula}]")
