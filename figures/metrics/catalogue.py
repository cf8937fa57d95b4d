"""The catalogue: everything that may be observed, what it counts, and which parts make which totals."""

from collections.abc import Mapping

from figures.metrics import cbp, ice_atd, ice_detention, ice_facilities, ice_lists, ice_prose, ohss, trac
from figures.metrics.metric import ALL, Metric

__all__ = ["ALL", "EQUAL_TOTALS", "METRICS", "RESTATED_BY", "Metric"]

METRICS: Mapping[str, Metric] = {
    metric.id: metric
    for metric in (
        *ice_detention.METRICS,
        *ice_atd.METRICS,
        *ice_facilities.METRICS,
        *ice_lists.METRICS,
        *ice_prose.METRICS,
        *trac.METRICS,
        *cbp.METRICS,
        *ohss.METRICS,
    )
}

# What TRAC restates cell by cell: its figure of the same dimensions is a second witness of ICE's.
RESTATED_BY: Mapping[str, str] = {"ice.detained": "trac.detained"}

# The total is printed in the disposition table and in the criminality table of the same sheet.
EQUAL_TOTALS = (
    (
        "ice.detained{agency=all, criminality=all}",
        "ice.detained_by_disposition{disposition=all, facility_type=all}",
    ),
)
