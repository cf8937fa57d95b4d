"""Every check that holds an edition of ICE's against the ones before it, in order. History asks here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from checks.against import NOT_COMPARED, Compared, compare
from checks.asking import asked
from checks.lines import lines
from checks.movements import movements
from checks.parts import Parts, parts
from checks.place_rows import lists_of
from checks.repeats import Drawn, repeats
from checks.revisions import Noise, alarms, candidates
from checks.turnover import turnover
from figures.metrics import METRICS
from figures.records import Earlier, Figure, Finding, Observation

# What editions are compared by: every number of ICE's.
NUMBERS = frozenset(metric.id for metric in METRICS.values() if metric.source == "ice" and metric.unit != "text")
# How far each of some series moved before, by series and by whether the period had just ended.
Record = Callable[[Collection[str]], Mapping[tuple[str, bool], Noise]]
# Given what is found here, all that holds the edition: what is told of revisions leaves that out.
Holding = Callable[[Sequence[Finding]], Sequence[Finding]]


def against_before(
    observations: Sequence[Observation],
    earlier: Sequence[Earlier],
    drawn: Drawn,
    alike: Sequence[Drawn],
    record: Record,
    published: date,
    past: Sequence[Figure] = (),
    frozen_before: Sequence[Observation] = (),
    holding: Holding = list,
    let_through: tuple[type[Exception], ...] = (),
) -> list[Finding]:
    """Findings about one edition. `earlier` is the last clean edition of each table, `alike` the editions of which some
    table shows the same as this one; `record` is asked only for series that moved. `past` are the clean counts of the
    fiscal year before it, `frozen_before` the figures of sheets of years gone by in the edition before. What `record`
    and `holding` raise of `let_through` is raised as it is.
    """
    current = sorted((o for o in observations if _is_compared(o)), key=lambda o: o.locator)
    compared = compare(current, earlier)
    lists = lists_of(current, compared)
    found = [
        *asked("repeats", current, repeats, drawn, alike),
        *asked("lines", current, lines, compared, observations),
        *asked("movements", current, movements, current, compared),
        *asked("turnover", current, turnover, current, compared, lists),
        *parts(Parts(current, observations, compared, published, past, frozen_before, lists)),
    ]
    about = compared, record, published, holding, found
    return [*found, *asked("alarms", current, _revised, *about, let_through=let_through)]


def _revised(
    compared: Compared, record: Record, published: date, holding: Holding, found: Sequence[Finding]
) -> list[Finding]:
    moved = candidates(compared, published)
    if not moved:
        return []
    return alarms(moved, record({pair.old.series for pair in moved}), published, holding(found))


def _is_compared(o: Observation) -> bool:
    return o.status != "not_current" and o.table not in NOT_COMPARED and o.metric in NUMBERS
