"""The revision alarm: periods that are over and move by more than their series was ever used to.

Closed periods are revised in every edition. What is told here is not that one moved, but that it moved beyond the noise
of its own history; the figures stand, and whoever rests on them is told of both.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from checks.catalogue import limit
from checks.history.compare import Compared, Pair, closed
from figures.metrics.metric import ALL
from figures.periods import Period
from figures.records import Finding, Observation, Severity
from figures.removal_rules import windowed
from figures.values import same

CHECK = "revised_beyond_usual"
# People are coded anew from one agency, criminality, type of facility or reason to another, and their total stands.
CODED = frozenset({"agency", "criminality", "facility_type", "reason", "part_of"})
_SHOWN = 6


class Noise(NamedTuple):
    """How far closed periods of a series moved from edition to edition: the mean of steps as shares of the figure."""

    steps: int
    spread: float


def candidates(compared: Compared, published: date) -> list[Pair]:
    """Closed figures that moved by more than any series does ordinarily; of these the series' own record is asked."""
    found = []
    for pairs in compared.pairs.values():
        for pair in pairs:
            if (
                same(pair.new.value, pair.old.value)
                or pair.new.period != pair.old.period
                or not closed(pair.new.period)
            ):
                continue
            # Windows restate what is long over: most of it never moves, and then every move is out of the usual.
            floor = 0.0 if windowed(pair.new.table) else _floor(pair, published)
            if abs((pair.new.value or 0.0) - pair.old.value) > floor:
                found.append(pair)
    return found


def alarms(
    moved: Sequence[Pair], noise: Mapping[tuple[str, bool], Noise], published: date, holds: Iterable[Finding] = ()
) -> list[Finding]:
    """One finding for each table with what moved beyond the usual. `noise` is by series and freshness (`is_fresh`).

    What `holds` keep from being judged on is left out, and noted by itself: nobody is told of a revision to a figure
    that is doubted.
    """
    is_held = _held_by([finding for finding in holds if finding.severity == "hold"])
    tables: dict[tuple[str, bool], list[tuple[Pair, float]]] = defaultdict(list)
    for pair in moved:
        own = noise.get((pair.old.series, is_fresh(pair.new.period, published)), Noise(0, 0.0))
        allowed = _allowed(pair, own, published)
        if abs((pair.new.value or 0.0) - pair.old.value) > allowed:
            tables[pair.new.table, is_held(pair.new)].append((pair, allowed))
    return [finding for (table, held), some in sorted(tables.items()) for finding in _finding(table, some, held=held)]


def _held_by(holds: Sequence[Finding]) -> Callable[[Observation], bool]:
    release = any(finding.scope_kind == "release" for finding in holds)
    tables = {table for finding in holds if finding.scope_kind == "table" for table in finding.scope}
    cells = {cell for finding in holds if finding.scope_kind == "cells" for cell in finding.scope}
    return lambda o: release or o.table in tables or o.locator in cells


def _floor(pair: Pair, published: date) -> float:
    """The move that any series of the kind may make, in its unit."""
    kind = "" if "people" in pair.new.unit else "_others"
    age = "fresh" if is_fresh(pair.new.period, published) else "old"
    largest = max(abs(pair.old.value), abs(pair.new.value or 0.0))
    share = limit(CHECK, f"{age}{kind}") * abs(pair.old.value)
    return max(share, limit(CHECK, "root") * math.sqrt(largest)) if pair.new.unit == "people" else share


def _is_long_over(period: Period, published: date) -> bool:
    """Whether a fiscal year was over for more than another: tables that list the years before repeat it."""
    over = period.kind == "fiscal_year" and period.end is not None
    return over and (published - (period.end or published)).days > limit(CHECK, "closed_days")


def is_fresh(period: Period, published: date) -> bool:
    """Whether an edition came in the month after the end of a period, when most of the late entries do."""
    end = period.end or published
    return (published.year - end.year) * 12 + published.month - end.month <= limit(CHECK, "fresh_months")


def _is_total(pair: Pair) -> bool:
    """Whether a figure counts everybody whom its table counts, however they are coded."""
    return all(value == ALL for name, value in pair.new.dims if name in CODED)


def _allowed(pair: Pair, own: Noise, published: date) -> float:
    """How far a figure may move without being told of. `own` is how its series moved before."""
    allowed, known = _floor(pair, published), own.steps >= limit(CHECK, "steps")
    if (known and not own.spread) or _is_long_over(pair.new.period, published):
        return 0.0  # it never moved, or was closed long ago
    if known:
        return max(allowed, limit(CHECK, "spread") * own.spread * abs(pair.old.value))
    return allowed if _is_total(pair) else allowed * limit(CHECK, "unknown")


def _recoded(pairs: Sequence[Pair]) -> bool:
    """Whether people moved from one criminality to another: of all agencies together, or a hundred of one agency or
    reason, while the figure for all criminalities moved no more than usual.
    """
    moved = {(pair.new.period, pair.new.dims) for pair in pairs}
    for pair in pairs:
        if dict(pair.new.dims).get("criminality", ALL) == ALL or "people" not in pair.new.unit:
            continue
        whole = tuple((name, ALL if name == "criminality" else value) for name, value in pair.new.dims)
        everybody = all(value == ALL for name, value in whole if name in CODED)
        enough = everybody or _size(pair) >= limit(CHECK, "recoded")
        if enough and (pair.new.period, whole) not in moved:
            return True
    return False


def _finding(table: str, some: Sequence[tuple[Pair, float]], *, held: bool) -> Iterator[Finding]:
    # Totals first, then by size: what is shown of many must be what matters.
    some = sorted(some, key=lambda each: (not _is_total(each[0]), -_size(each[0])))
    said = [_said(pair, allowed) for pair, allowed in some[:_SHOWN]]
    more = f"; {len(some) - _SHOWN} more" if len(some) > _SHOWN else ""
    before = some[0][0].old.release_name
    what = f"{table}{', held back' * held}: {_figures(len(some))}"
    # That single parts were coded anew is for the record; that there were more or fewer people, or that they moved from
    # one criminality to another, is for people.
    recoded = not _is_total(some[0][0]) and _recoded([pair for pair, _ in some])
    since = f"since {before}, while their totals hardly moved: people were coded anew" if recoded else f"since {before}"
    words = f"{what} moved by more than usual {since}: {'; '.join(said)}{more}."
    cells = tuple(pair.new.locator for pair, _ in some)
    severity: Severity = "warn" if (recoded or _is_total(some[0][0])) and not held else "note"
    yield Finding(CHECK, severity, "cells", cells, f"the figures of {before}, or near", f"{len(some)} moved", words)


def _said(pair: Pair, allowed: float) -> str:
    old, new = pair.old.value, pair.new.value or 0.0
    share = f" ({new / old - 1:+.1%})" if old else ""
    return (
        f"{pair.old.series} of {_name(pair.new.period)} from {old:,.6g} ({pair.old.locator}) to {new:,.6g} "
        f"({pair.new.locator}){share}, usual within {allowed:,.4g}"
    )


def _name(period: Period) -> str:
    start = period.start
    if start is None:
        return "an undated period"
    if period.kind == "month":
        return f"{start:%B %Y}"
    return f"{period.end and period.end.year}" if period.kind == "quarter" else f"fiscal year {start.year + 1}"


def _size(pair: Pair) -> float:
    """By how much a figure moved."""
    return abs((pair.new.value or 0.0) - pair.old.value)


def _figures(count: int) -> str:
    return "1 figure of a closed period" if count == 1 else f"{count} figures of closed periods"
