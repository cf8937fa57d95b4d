"""What an edition shows, in one number for each table and one for all: by it either is found again in another edition.

Numbers count by value (`figures.values`), so that a copy saved by another program shows the same.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from figures.records import Observation
from figures.values import coarse

# Tables that differ in every edition since 2019 but for faults and for editions issued again. Guaranteed minimums, the
# semiannual tables and quarters rightly stand still; bonds and segregation are drawn monthly.
DRAWN_ANEW = frozenset(
    {
        "detained_by_disposition",
        "detained_by_criminality",
        "book_ins_by_month",
        "book_ins_by_criminality",
        "final_releases",
        "final_book_outs",
        "releases_by_reason",
        "book_outs_by_reason",
        "removals",
        "adp",
        "alos",
        "adp_by_facility_type",
        "alos_by_facility_type",
        "alos_adult",
        "atd_technology",
        "atd_status",
        "atd_areas",
        "facility_stay",
        "facility_criminality",
    }
)
# The list of facilities is one sheet: what repeats in one split of it repeats in all.
ALIKE = {"facility_criminality": ("facility_criminality", "facility_levels", "facility_threat", "facility_mandatory")}
# Stands where a table's id does, for all that an edition states.
EDITION = "edition"
# Fewer numbers than these may be equal by chance or because a small table hardly moves.
ENOUGH = 8


def prints(observations: Sequence[Observation]) -> dict[str, str]:
    """By table: a hash over its current figures. Tables that rightly stand still have none."""
    tables: dict[str, list[str]] = defaultdict(list)
    for o in observations:
        if o.table in DRAWN_ANEW and o.value is not None and o.status == "reported":
            tables[o.table].append(f"{coarse(o.value)} {o.series} {o.period.kind}")
    return {
        table: _hash(lines)
        for table, lines in tables.items()
        if sum(not line.startswith("0 ") for line in lines) >= ENOUGH
    }


def prints_of_edition(observations: Sequence[Observation]) -> dict[str, str]:
    """What an edition shows, by table and, under `EDITION`, as a whole. A file without a number shows nothing."""
    found = prints(observations)
    return found | {EDITION: edition_print(observations)} if any(o.value is not None for o in observations) else found


def edition_print(observations: Sequence[Observation]) -> str:
    """A hash over every figure and text with its period and run date, wherever it stands: equal in a copy alone."""
    total = 0
    spelled: dict[tuple[object, ...], str] = {}  # few, since a table states few periods
    for o in observations:  # one by one, and in whatever order: a file with its whole history has half a million
        of = (o.status, o.period, o.fiscal_year, o.run_date)
        if (end := spelled.get(of)) is None:
            end = spelled[of] = " ".join(map(str, of))
        line = f"{_said(o)} {o.series} {end}"
        total += int.from_bytes(hashlib.sha256(line.encode("utf-8", "replace")).digest())
    return f"{total % 2**256:064x}"


def _said(o: Observation) -> str:
    # Programs that save a copy break lines in their own way.
    return " ".join(o.raw.split()) if o.value is None else coarse(o.value)


def _hash(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
