"""What the pages of series are made from."""

from dataclasses import dataclass

from figures.records import Dims, Figure


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """A series that is not split by place. `file` is how its files are called, without what comes after the dot.

    `newest` is the newest clean figure of each period, in order of period; `vintages` every figure of every release,
    removals among them, in order of release.
    """

    key: str
    dims: Dims
    file: str
    unit: str
    newest: tuple[Figure, ...]
    vintages: tuple[Figure, ...]

    @property
    def last(self) -> Figure | None:
        """The figure of the latest period that has a number."""
        numbers = [figure for figure in self.newest if figure.value is not None and figure.period.end is not None]
        return max(numbers, key=lambda figure: (figure.period.end, figure.known_at), default=None)

    @property
    def dropped(self) -> tuple[Figure, ...]:
        """The marks of releases that no longer stated it."""
        return tuple(figure for figure in self.vintages if figure.status == "removed")

    @property
    def held(self) -> int:
        """How many of its vintages are held back."""
        return sum(figure.held for figure in self.vintages)


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """A metric. `table` is its table among the data, `places` how many series it has that are split by place."""

    id: str
    unit: str
    noun: str
    meaning: str
    caveat: str
    dims: tuple[str, ...]
    source: str
    attribution: str
    credit: str
    table: str
    rows: int
    places: int
    series: tuple[SeriesFacts, ...]
