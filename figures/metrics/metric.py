"""What a metric is: one thing that is counted, the dimensions it is split by, and which parts make which totals."""

from dataclasses import dataclass, field

ALL = "all"


@dataclass(frozen=True, slots=True)
class Metric:
    """`noun` is what a number of it is called in a sentence; `parts` names the dimensions along which the
    published parts must add to the figure for `all`; for those also in `partial` a total is not always published.
    Along `owned`, rows that are `part_of` another row add to that one.

    `cumulative` figures count from 1 October and cannot fall within a fiscal year. `source` is the id of the source
    that publishes it; `credit` names the publisher wherever a figure is shown, empty where none asks to be named.
    """

    id: str
    unit: str
    noun: str
    meaning: str
    dims: tuple[str, ...]
    parts: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    owned: str = ""
    cumulative: bool = False
    caveat: str = ""
    credit: str = ""
    source: str = field(kw_only=True)


def metric_of(series: str) -> str:
    """The id of the metric that a series belongs to: `ice.detained` of `ice.detained{agency=all, ...}`."""
    return series.partition("{")[0]
