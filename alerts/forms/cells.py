"""The cells that a verdict rests on, those in which two verdicts differ, and how these are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.forms.verdicts import Verdict
from figures.records import Figure
from figures.values import same

SECOND_WITNESS = "second_witness"  # the role of a figure that says again what is judged on


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in evidence, as it is kept with a verdict."""

    file: str
    sha256: str
    locator: str
    series: str
    period: str
    value: float | None


def told(gone: Sequence[Cell], come: Sequence[Cell]) -> str:
    """`xlsx:..!P29 of A.xlsx said 1,000; xlsx:..!P29 of B.xlsx says 1,010`."""
    said = [f"{cell.locator} of {cell.file} said {_number(cell)}" for cell in gone]
    says = [f"{cell.locator} of {cell.file} says {_number(cell)}" for cell in come]
    return "; ".join([*said, *says])


def _number(cell: Cell) -> str:
    return "no number" if cell.value is None else f"{cell.value:,.10g}"


def differing(old: Mapping[str, Any], verdict: Verdict) -> tuple[list[Cell], list[Cell]]:
    """The cells that only the old verdict rests on, and those of the new one: by series, period and value."""
    before = [_recorded(piece) for piece in old["evidence"] if piece.get("role") != SECOND_WITNESS]
    after = [cell_of(figure) for figure in verdict.evidence]
    gone = [cell for cell in before if not any(_says_the_same(cell, other) for other in after)]
    come = [cell for cell in after if not any(_says_the_same(cell, other) for other in before)]
    return gone, come


def _says_the_same(cell: Cell, other: Cell) -> bool:
    return (cell.series, cell.period) == (other.series, other.period) and same(cell.value, other.value)


def _recorded(piece: Mapping[str, Any]) -> Cell:
    period = f"{piece['period_start'] or ''}..{piece['period_end'] or ''}"
    return Cell(piece["file"], piece["sha256"], piece["locator"], piece["series"], period, piece["value"])


def cell_of(figure: Figure) -> Cell:
    start, end = figure.period.start, figure.period.end
    period = f"{start.isoformat() if start else ''}..{end.isoformat() if end else ''}"
    return Cell(figure.release_name, figure.sha256, figure.locator, figure.series, period, figure.value)
