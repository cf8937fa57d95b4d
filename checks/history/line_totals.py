"""Whether figures of a row or column add to the totals that stand across from it.

A column that empties (families leave, a technology is given up) takes its people along to the columns beside it, and
each row goes on adding to its total. A slip of the decimal point leaves the totals where they were.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from figures.cells import row_and_column
from figures.metrics.metric import ALL
from figures.records import Dims, Observation

# Averages are rounded, each by itself.
WITHIN = 0.005
# The three splits of one average in the list of facilities: tables that have no totals of their own.
FACILITY_SPLITS = ("ice.facility_adp_by_level", "ice.facility_adp_by_criminality", "ice.facility_adp_by_threat_level")
_SPLIT_DIMS = frozenset({"level", "sex", "criminality", "threat_level"})
_Rows = Mapping[tuple[str, object, Dims], Sequence[Observation]]


def adds(cells: Collection[str], line: str, observations: Iterable[Observation]) -> bool:
    """Whether each figure of a `row` or `column` stands in a sum across it, and all of these sums add."""
    current = list(filter(_is_current, observations))
    mine = [o for o in current if o.locator in cells and o.value]
    if not mine:
        return False
    metrics = {o.metric for o in mine}
    if metrics <= set(FACILITY_SPLITS):
        return _splits_agree(mine, current)
    groups = _groups(current, metrics, mine[0].table)
    return all(_adds(o, groups, line) for o in mine)


def _is_current(o: Observation) -> bool:
    return o.status != "not_current" and o.value is not None


def _groups(
    observations: Sequence[Observation], metrics: Collection[str], table: str
) -> dict[tuple[str, object, Dims], list[Observation]]:
    """Figures that differ along one dimension only."""
    groups: dict[tuple[str, object, Dims], list[Observation]] = defaultdict(list)
    for o in observations:
        for name, _ in o.dims if o.metric in metrics and o.table == table else ():
            groups[name, o.period, _without(o.dims, name)].append(o)
    return groups


def _without(dims: Dims, name: str) -> Dims:
    return tuple(pair for pair in dims if pair[0] != name)


def _adds(o: Observation, groups: _Rows, line: str) -> bool:
    across = [name for name, _ in o.dims if _is_across(groups[name, o.period, _without(o.dims, name)], line)]
    return any(_sum_adds(name, groups[name, o.period, _without(o.dims, name)]) for name in across)


def _is_across(group: Sequence[Observation], line: str) -> bool:
    """Whether a group runs across a line: along the row of a column's figure, along the column of a row's."""
    at = 0 if line == "column" else 1
    return len(group) > 1 and len({row_and_column(each.locator.rpartition("!")[2])[at] for each in group}) == 1


def _sum_adds(name: str, group: Sequence[Observation]) -> bool:
    totals = [o.value for o in group if (name, ALL) in o.dims and o.value is not None]
    added = sum(o.value or 0.0 for o in group if (name, ALL) not in o.dims)
    return len(totals) == 1 and abs(added - totals[0]) <= (0.0 if group[0].unit == "people" else WITHIN * totals[0])


def _splits_agree(mine: Sequence[Observation], observations: Sequence[Observation]) -> bool:
    """Whether the places that a column names have the same average in all three splits."""
    places = {_place(o.dims) for o in mine}
    sums = dict.fromkeys(FACILITY_SPLITS, 0.0)
    for o in observations:
        if o.metric in FACILITY_SPLITS and _place(o.dims) in places:
            sums[o.metric] += o.value or 0.0
    stated = [each for each in sums.values() if each]
    return len(stated) > 1 and max(stated) - min(stated) <= WITHIN * max(stated)


def _place(dims: Dims) -> Dims:
    return tuple(pair for pair in dims if pair[0] not in _SPLIT_DIMS)
