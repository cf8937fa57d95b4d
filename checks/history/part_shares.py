"""A part's share of its total that jumps by more than is usual, its own past included: people moved between rows.

What is measured is how many people stand elsewhere than the share of the edition before would put them, against as many
as could have come to stand elsewhere: of a count since 1 October those counted since, of an average the days since, of
the people of one day all of them, for each fortnight.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from checks.catalogue import limit
from checks.history.compare import Compared, Pair
from figures.metrics.metric import ALL
from figures.periods import Period
from figures.records import Dims, Earlier, Figure, Finding, Observation, Severity, series_key

CHECK = "part_share"
# By metric: the dimensions along which its parts add to their total.
PARTS: Mapping[str, tuple[str, ...]] = {
    "ice.detained": ("agency", "criminality"),
    "ice.detained_by_disposition": ("disposition", "facility_type"),
    "ice.book_ins": ("agency",),
    "ice.book_ins_by_criminality": ("criminality", "facility_type"),
    "ice.final_releases": ("facility_type",),
    "ice.final_book_outs": ("facility_type",),
    "ice.final_releases_by_reason": ("criminality", "reason"),
    "ice.final_book_outs_by_reason": ("criminality", "reason"),
    "ice.adp": ("agency", "criminality"),
    "ice.adp_by_facility_type": ("facility_type",),
    "ice.fear_detained": ("facility_type",),
    "ice.atd": ("technology",),
    "ice.atd_by_status": ("status",),
    "ice.atd_by_area": ("area",),
}
# By how a part is counted: what is told of it, and what is told where its own past says nothing.
TOLD = {"counted": "told_counted", "averaged": "told_averaged", "of_a_day": "told_of_a_day"}
ALONE = {"counted": "alone_counted", "averaged": "alone_averaged", "of_a_day": "alone_of_a_day"}
FORTNIGHT = 14
_KINDS = ("instant", "fiscal_year_to_date")
_SHOWN = 3


class Step(NamedTuple):
    """A part and its total, as two editions state them, `days` apart."""

    value: float
    of: float
    was: float
    of_was: float
    days: int

    @property
    def moved(self) -> float:
        """How many people stand elsewhere than by the share that was."""
        return self.value - self.was / self.of_was * self.of


class Jump(NamedTuple):
    """`size` is what the step comes to, `usual` the most that is not told."""

    part: Observation
    of: Observation
    before: Earlier
    step: Step
    size: float
    usual: float
    held: bool


def part_shares(compared: Compared, past: Sequence[Figure]) -> list[Finding]:
    """Findings about one edition. `past` holds the clean figures of its fiscal year before it, in order of release."""
    jumps: dict[str, list[Jump]] = defaultdict(list)
    for part, of, before, step in _steps(compared):
        kind = _kind(part)
        if abs(step.moved) < limit(CHECK, "people"):
            continue
        size, most = _size(kind, step, part.period), limit(CHECK, kind)
        if size < limit(CHECK, TOLD[kind]):
            continue
        usual = min(_usual(kind, part, of, past), most)
        if size >= usual:
            held = size >= most and abs(step.moved) >= limit(CHECK, "moved") and step.of >= limit(CHECK, "of")
            jumps[part.table].append(Jump(part, of, before, step, size, usual, held))
    return [finding for table, some in sorted(jumps.items()) for finding in _findings(table, some)]


def _steps(compared: Compared) -> Iterator[tuple[Observation, Observation, Earlier, Step]]:
    """Each part with its total, where the edition before states both too."""
    both = {(pair.new.table, pair.new.period.kind, pair.new.dims): pair for pair in _of_parts(compared)}
    for (table, kind, dims), (part, was, _) in both.items():
        days = _days(was.period.end, part.period.end)
        if days is None or (_kind(part) != "of_a_day" and was.fiscal_year != part.fiscal_year):
            continue
        wholes = [both.get((table, kind, _whole(dims, name))) for name in PARTS[part.metric]]
        for whole in filter(None, wholes):
            if whole.new is not part and whole.new.value and whole.old.value:
                step = Step(part.value or 0.0, whole.new.value, was.value, whole.old.value, days)
                yield part, whole.new, was, step


def _of_parts(compared: Compared) -> Iterator[Pair]:
    """The figures of the metrics that are looked at."""
    for pairs in compared.pairs.values():
        if pairs[0].new.metric in PARTS or pairs[-1].new.metric in PARTS:  # else of the whole table none is
            yield from (pair for pair in pairs if pair.new.period.kind in _KINDS and pair.new.metric in PARTS)


def _whole(dims: Dims, name: str) -> Dims:
    return tuple((each, ALL if each == name else value) for each, value in dims)


def _kind(o: Observation) -> str:
    if o.period.kind == "instant":
        return "of_a_day"
    return "counted" if o.unit == "people" else "averaged"


def _days(before: date | None, after: date | None) -> int | None:
    """Between two editions; None where the later one has no later day."""
    return (after - before).days if before and after and after >= before else None


def _size(kind: str, step: Step, period: Period) -> float:
    if kind == "counted":
        return abs(step.moved) / max(step.of - step.of_was, limit(CHECK, "since") * step.of)
    if kind == "averaged":
        whole = (period.end - period.start).days + 1 if period.start and period.end else step.days
        return abs(step.moved) * whole / max(step.days, FORTNIGHT) / step.of
    return abs(step.moved) / step.of / max(1.0, step.days / FORTNIGHT)


def _steps_before(names: tuple[str, str], past: Iterable[Figure]) -> Iterator[tuple[Step, Period]]:
    """The steps of a part and its total, from each release that states both to the next."""
    shares: dict[int, dict[str, tuple[Figure, float]]] = defaultdict(dict)
    for figure in past:
        if figure.series in names and figure.value is not None:
            shares[figure.release_id][figure.series] = figure, figure.value
    both = [(*each[names[0]], each[names[1]][1]) for each in shares.values() if len(each) == len(names)]
    for (was, had, of_had), (now, has, of_has) in pairwise(both):
        days = _days(was.period.end, now.period.end)
        if days is not None and of_had and of_has:
            yield Step(has, of_has, had, of_had, days), now.period


def _usual(kind: str, part: Observation, of: Observation, past: Sequence[Figure]) -> float:
    """What the part's own steps of the fiscal year allow; where there are few, what is told of any part."""
    names = (part.series, series_key(of.metric, of.dims))
    sizes = [
        _size(kind, *step) for step in _steps_before(names, [f for f in past if f.period.kind == part.period.kind])
    ]
    if len(sizes) < limit(CHECK, "steps"):
        return limit(CHECK, ALONE[kind])
    return limit(CHECK, "times") * max(sizes)


def _findings(table: str, some: Sequence[Jump]) -> Iterator[Finding]:
    for held in (True, False):
        mine = sorted((each for each in some if each.held is held), key=lambda each: -abs(each.step.moved))
        if not mine:
            continue
        said = [_said(each) for each in mine[:_SHOWN]]
        more = f"; {len(mine) - _SHOWN} more" if len(mine) > _SHOWN else ""
        severity: Severity = "hold" if held else "warn"
        cells = tuple(dict.fromkeys(each.part.locator for each in mine))
        first = mine[0]
        words = f"{table}: a share of its total moved by more than is usual: {'; '.join(said)}{more}."
        expected = f"{first.step.was / first.step.of_was:.3f} of {first.of.locator}, or near"
        yield Finding(CHECK, severity, "cells", cells, expected, f"{first.step.value / first.step.of:.3f}", words)


def _said(jump: Jump) -> str:
    step = jump.step
    return (
        f"{jump.part.locator} is {step.value / step.of:.1%} of {jump.of.locator}, {step.was / step.of_was:.1%} in "
        f"{jump.before.release_name} ({step.moved:+,.0f} people)"
    )
