"""What a table of an edition shows, in one number: by it a table is found again in an older edition."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from figures.records import Observation

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
# Fewer numbers than these may be equal by chance or because a small table hardly moves.
ENOUGH = 8


def prints(observations: Sequence[Observation]) -> dict[str, str]:
    """By table: a hash over its current figures as they were shown. Tables that rightly stand still have none."""
    shown: dict[str, list[str]] = defaultdict(list)
    for o in observations:
        if o.table in DRAWN_ANEW and o.value is not None and o.status == "reported":
            shown[o.table].append(f"{o.raw} {o.series} {o.period.kind}")
    return {
        table: hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
        for table, lines in shown.items()
        if sum(not line.startswith("0 ") for line in lines) >= ENOUGH
    }
