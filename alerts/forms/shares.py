"""Shares in points, trends over a window, and claims that several things happened at once."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from alerts.claims import hedges
from alerts.claims.claim_tests import CompositionTest, ShareTest, TrendTest
from alerts.claims.hedges import Accepted
from alerts.claims.parts import Part, Window
from alerts.forms.basis import COMES_WITHIN, STATE_DAYS, Basis, day, own, usual_movement, within
from alerts.forms.daily_rates import ONE_DAY, newest_interval, of_months
from alerts.forms.months import months_in, named_months, newest_window, windows, year_before
from alerts.forms.verdicts import MATERIAL_R, MATERIAL_Z, Reading, Verdict, distance, truth
from figures.periods import PeriodKind, spoken
from figures.records import Figure


def share(test: ShareTest, basis: Basis) -> Verdict:
    found = _flow(test, basis) if test.flow else _stock(test, basis)
    if isinstance(found, Verdict):
        return found
    part, whole, on, words, formula, evidence = found
    y = 100 * part / whole
    interval = own(test.accept) or (
        hedges.fraction(test.value) if test.fraction else hedges.accepted_points(test.value, test.hedge)
    )
    d = y - test.value
    z = d / (test.noise.sigma_14 if test.flow else usual_movement(test.noise.sigma_14, basis, on))
    state, nearness = distance(interval.contains(y), d / test.value, z)
    return basis.verdict(
        state if basis.answer == "standing" else truth(y, interval),
        f"{y:.1f} % {_WITH[test.definition]} ({part:,.0f} of {whole:,.0f}), {words}",
        **within(interval, y),
        deviation=d / test.value,
        z=z,
        rule=f"{interval.rule}; in points",
        edition=on.isoformat(),
        size=abs(d / test.value),
        nearness=nearness,
        evidence=evidence,
        difference=d,
        formula=formula,
    )


_WITH = {
    "convicted": "convicted",
    "convicted or charged": "convicted or charged",
    "no conviction": "without a conviction",
    "no record": "without a conviction or a charge",
}
_Parts = tuple[float, float, date, str, str, tuple[Figure, ...]]


def _stock(test: ShareTest, basis: Basis) -> _Parts | Verdict:
    """Of those held on the newest day (or the claim's own) that has all parts."""
    whole = {day(f): f for f in basis.points(test.of, "instant")}
    parts = [{day(f): f for f in basis.points(series, "instant")} for series in test.numerator]
    days = [on for on in sorted(whole) if all(on in each for each in parts)]
    if test.on and basis.answer != "standing":
        days = [on for on in days if on == test.on]
    if not days:
        what = f"No clean figures of {test.of} and its parts were public for one day."
        return basis.missing(what, test.on, test.on + COMES_WITHIN if test.on else None)
    on = days[-1]
    figures = [each[on] for each in parts]
    total, counted = whole[on].value or 0.0, sum(f.value or 0.0 for f in figures)
    formula = f"({' + '.join(f'{f.value:,.0f}' for f in figures)}) / {total:,.0f}"
    return counted, total, on, f"of the people held on {spoken(on)}", formula, (*figures, whole[on])


def _flow(test: ShareTest, basis: Basis) -> _Parts | Verdict:
    """Of those booked in between the same two editions."""
    rates = [newest_interval(basis.points(s, "fiscal_year_to_date"), STATE_DAYS) for s in (test.of, *test.numerator)]
    found = [rate for rate in map(basis.crossed, rates) if rate is not None]
    if len(found) < len(rates) or len({(rate.start, rate.end) for rate in found}) > 1:
        what = f"No two clean editions of {test.of} and its parts lie {STATE_DAYS} days apart."
        return basis.missing(what, basis.year)
    whole, *parts = found
    counted = sum(rate.amount for rate in parts)
    terms = " + ".join(rate.formula.partition(" / ")[0] for rate in parts)
    words = f"of the people booked in from {spoken(whole.start)} to {spoken(whole.end)}"
    figures = tuple(dict.fromkeys(f for rate in (*parts, whole) for f in rate.figures))
    return counted, whole.amount, whole.end, words, f"[{terms}] / {whole.formula.partition(' / ')[0]}", figures


def trend(test: TrendTest, basis: Basis) -> Verdict:
    points = [f for f in _steps(basis.points(test.series, test.by), test.by) if day(f) >= test.start]
    if test.until and basis.answer != "standing":
        points = [f for f in points if day(f) <= test.until]
    if len(points) < max(2, (test.steps or 1) + 1) or not points[0].value:
        what = f"Too few clean figures of {test.series} since {spoken(test.start)} were public."
        return basis.missing(what, test.start, test.until and test.until + COMES_WITHIN)
    if test.by == "instant":
        for earlier, later in pairwise([test.start, *map(day, points)]):
            basis.bridged((earlier, later))
    used = points[-(test.steps + 1) :] if test.steps else points
    y = 100 * _change(test, used)
    steps = len(used) - 1
    noise = test.step_noise * (steps**0.5 if test.by == "instant" else 1.0)
    asked = hedges.CHANGES[test.verb]
    interval = _of_change(test, asked)
    inside = _holds(test, used, y, interval) and abs(y) / 100 >= asked.z * noise
    first, last = used[0], used[-1]
    state = (
        _standing_of(test, used, y, inside=inside) if basis.answer == "standing" else "holds" if inside else "outside"
    )
    words = (
        f"{y:+.1f} % from {first.value:,.0f} ({_spoken(first)}) to {last.value:,.0f} ({_spoken(last)}), "
        f"{'a steady slope' if test.method == 'theil_sen' else f'{steps} steps'}"
    )
    return basis.verdict(
        state,
        words,
        **within(interval, y),
        z=y / 100 / noise,
        rule=interval.rule,
        edition=day(last).isoformat(),
        size=0.0 if inside else abs(interval.gap(y)) / 100,
        evidence=(last, first) if test.method == "last_minus_first" else tuple(reversed(used)),
        formula=f"{last.value:,.0f} / {first.value:,.0f} - 1",
    )


def _steps(points: Sequence[Figure], by: PeriodKind) -> list[Figure]:
    """Complete months only: a running one is no step."""
    return [f for f in points if by != "month" or (day(f) + ONE_DAY).day == 1]


def _spoken(figure: Figure) -> str:
    return f"{day(figure):%B %Y}" if figure.period.kind == "month" else spoken(day(figure))


def _change(test: TrendTest, points: Sequence[Figure]) -> float:
    """Relative change over the window: of the ends, or of the median slope between all pairs."""
    first, last = points[0].value or 0.0, points[-1].value or 0.0
    if test.method != "theil_sen":
        return last / first - 1
    slopes = [
        ((b.value or 0.0) - (a.value or 0.0)) / (day(b) - day(a)).days
        for n, a in enumerate(points)
        for b in points[n + 1 :]
    ]
    return median(slopes) * (day(points[-1]) - day(points[0])).days / first


def _of_change(test: TrendTest, asked: hedges.Change) -> Accepted:
    least, most = 100 * asked.least, 100 * asked.most if asked.most else None
    sign = 1 if test.direction == "up" else -1
    low, high = (least, most) if sign > 0 else (-most if most else None, -least)
    return Accepted(low, high, low, high, f"{test.direction}; {asked.rule}")


def _holds(test: TrendTest, used: Sequence[Figure], y: float, interval: Accepted) -> bool:
    if test.method != "in_a_row":
        return interval.contains(y)
    sign = 1 if test.direction == "up" else -1
    return all(sign * ((b.value or 0.0) - (a.value or 0.0)) > 0 for a, b in pairwise(used))


def _standing_of(test: TrendTest, used: Sequence[Figure], y: float, *, inside: bool) -> str:
    """One step against a trend does not break it; two material ones in a row do, and a reversed sign is far."""
    sign = 1 if test.direction == "up" else -1
    if sign * y < 0:
        return "far"
    last_two = list(pairwise(used))[-2:]
    against = [sign * ((b.value or 0.0) / (a.value or 1.0) - 1) for a, b in last_two]
    material = [step < 0 and abs(step) >= max(MATERIAL_R, MATERIAL_Z * test.step_noise) for step in against]
    broken = len(material) == 2 and all(material)
    return "drifting" if broken or not inside else "near"


def composition(test: CompositionTest, basis: Basis) -> Verdict:
    """Each part must hold. Judged on proxies, as nearly always, the whole is at most consistent."""
    readings: list[Reading] = []
    evidence: list[Figure] = []
    beside: list[Reading] = []
    for part in test.parts:
        if part.where_held and not named_months(part.series, part.over, basis):
            continue
        found = _moved(part, basis)
        if isinstance(found, Verdict):
            if part.where_held:  # some months of it are here, and not both windows
                continue
            return found
        readings.append(found[0])
        evidence += found[1]
        if part.beside_year and basis.answer == "standing":
            beside += year_before(part.words, basis.points(part.series, "month"))
    broken = any(each.state == "inconsistent" for each in readings)
    right, wrong = ("near", "far") if basis.answer == "standing" else ("holds", "outside")
    said = "; ".join(f"{each.name} {each.measured:+.0f} %" for each in readings)
    return basis.verdict(
        wrong if broken else right,
        said,
        measured=readings[0].measured,
        accept_low=readings[0].low,
        accept_high=readings[0].high,
        gap=0.0,
        rule="each part moved in the stated direction, by what is stated for it",
        edition=max(each.end for each in readings).isoformat(),
        readings=(*readings, *beside),
        evidence=tuple(dict.fromkeys(evidence)),
        formula="; ".join(each.formula for each in readings),
    )


_Amount = tuple[float, str, date, list[Figure]]


def _moved(part: Part, basis: Basis) -> tuple[Reading, list[Figure]] | Verdict:
    first, over = windows(part, basis)
    base = _amount(part, first, basis)
    now = _amount(part, over, basis)
    if base is None or now is None or not base[0]:
        basis.must_hold(first.start, None, part.series)
        return basis.missing(f"{part.words}: no clean figures of {part.series} for both periods were public.")
    y = 100 * (now[0] / base[0] - 1)
    edge = 100 * part.at_least
    held = y >= edge if part.direction == "up" else y <= -edge
    low, high = (edge, None) if part.direction == "up" else (None, -edge)
    formula = f"{now[1]} against {base[1]}"
    state = "consistent" if held else "inconsistent"
    return Reading(part.words, y, low, high, state, formula, first.start, now[2]), [*now[3], *base[3]]


def _amount(part: Part, over: Window | None, basis: Basis) -> _Amount | None:
    """A series over whole months, or on one day; of another series, its share."""
    found = _value(part.series, over, basis, months_in(part.base))
    if found is None or part.of is None:
        return found
    whole = _value(part.of, over, basis, months_in(part.base))
    if whole is None or not whole[0]:
        return None
    value = 100 * found[0] / whole[0]
    return value, f"{found[1]} / {whole[1]} = {value:.1f} %", found[2], [*found[3], *whole[3]]


def _value(series: str, over: Window | None, basis: Basis, newest_months: int) -> _Amount | None:
    months = named_months(series, over, basis)
    if months:
        window = over or newest_window(months, newest_months)
        rate = of_months(months, window.start, window.end) if window else None
        return (rate.amount, rate.formula.partition(" / ")[0], rate.end, list(rate.figures)) if rate else None
    held = [f for f in basis.points(series, "instant") if over is None or over.start <= day(f) <= over.end]
    if not held:
        return None
    newest = held[-1]
    return newest.value or 0.0, f"{newest.value:,.0f}", day(newest), [newest]
