"""The catalogue: everything that may be observed, what it counts, and which parts make which totals."""

from collections.abc import Mapping

from figures.metrics.metric import ALL, Metric
from figures.registry import SOURCES

__all__ = ["ALL", "EQUAL_TOTALS", "METRICS", "RESTATED_BY", "Metric"]

METRICS: Mapping[str, Metric] = {metric.id: metric for source in SOURCES.values() for metric in source.metrics}

# What TRAC restates cell by cell: its figure of the same dimensions is a second witness of ICE's.
RESTATED_BY: Mapping[str, str] = {"ice.detained": "trac.detained"}

# The total is printed in the disposition table and in the criminality table of the same sheet.
EQUAL_TOTALS = (
    (
        "ice.detained{agency=all, criminality=all}",
        "ice.detained_by_disposition{disposition=all, facility_type=all}",
    ),
)
