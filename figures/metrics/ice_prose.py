"""What ICE writes about its figures."""

from figures.metrics.metric import Metric

METRICS: tuple[Metric, ...] = (
    Metric(
        "ice.footnote",
        "text",
        "footnote",
        "a text of the Footnotes sheet: definitions and the days that blocks run through",
        ("place", "section"),
        source="ice",
    ),
)
