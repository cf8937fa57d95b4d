"""The catalogue: everything that may be observed, what it counts, and which parts make which totals."""

from collections.abc import Mapping

from figures import (
    metrics_atd,
    metrics_cbp,
    metrics_detention,
    metrics_facilities,
    metrics_lists,
    metrics_ohss,
    metrics_prose,
    metrics_trac,
)
from figures.metric import ALL, Metric

__all__ = ["ALL", "EQUAL_TOTALS", "METRICS", "RESTATED_BY", "Metric"]

METRICS: Mapping[str, Metric] = {
    metric.id: metric
    for metric in (
        *metrics_detention.METRICS,
        *metrics_atd.METRICS,
        *metrics_facilities.METRICS,
        *metrics_lists.METRICS,
        *metrics_prose.METRICS,
        *metrics_trac.METRICS,
        *metrics_cbp.METRICS,
        *metrics_ohss.METRICS,
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
