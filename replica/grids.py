"""Cells by position, and a declared block written into them."""

from collections.abc import Mapping

from replica.blocks import Block
from replica.editions import LEVELS

# Row and column, from 1.
Cells = dict[tuple[int, int], str | int | float]
# The figures of one table by row and column label, in the order of the sheet.
Rows = Mapping[tuple[str, str], int | float | None]


def put(cells: Cells, row: int, column: int, value: str | int | float) -> None:
    """Fill a cell. Raises ValueError when it is filled already: the layout has no room for what was added."""
    if (row, column) in cells:
        raise ValueError(
            f"row {row}, column {column} would hold {cells[row, column]!r} and {value!r}; "
            "take out a row that was added, or declare a layout with room for it"
        )
    cells[row, column] = value


def write(cells: Cells, block: Block, figures: Rows, title: str, top: int) -> int:
    """Write a block with its title in row `top`; the row below its last one."""
    rows = _grouped(dict.fromkeys(row for row, _ in figures))
    columns = dict.fromkeys(column for _, column in figures)
    headers = [
        header for name in columns for header in ((name, f"Percent {name}") if name in block.shares else (name,))
    ]
    put(cells, top, block.column, title)
    put(cells, top + 1, block.column, block.corner)
    if block.second:
        put(cells, top + 1, block.column + 1, block.second)
    for at, header in enumerate(headers, start=block.figures_column):
        put(cells, top + 1, at, header)
    above = ""
    for down, row in enumerate(rows, start=top + 2):
        _labels(cells, block, row, above, down)
        above = row
        for at, header in enumerate(headers, start=block.figures_column):
            value = _value(figures, block, row, header)
            if value is not None:
                put(cells, down, at, value)
    return top + 2 + len(rows)


def _grouped(rows: Mapping[str, None]) -> list[str]:
    """The rows in their order, those of one first level together: one that was added stands with its own."""
    first = list(dict.fromkeys(row.partition(LEVELS)[0] for row in rows))
    place = {name: at for at, name in enumerate(first)}
    return sorted(rows, key=lambda row: place[row.partition(LEVELS)[0]])


def _labels(cells: Cells, block: Block, row: str, above: str, at: int) -> None:
    first, _, second = row.partition(LEVELS)
    if block.second:
        if first != above.partition(LEVELS)[0]:
            put(cells, at, block.column, block.spelling.get(first, first))
        if second:
            put(cells, at, block.column + 1, second)
        return
    shown = second if block.nested and second else row
    put(cells, at, block.column, block.spelling.get(shown, shown))


def _value(figures: Rows, block: Block, row: str, header: str) -> int | float | None:
    name = header.removeprefix("Percent ")
    figure = figures.get((row, name))
    if name == header or name not in block.shares:
        return figure
    total = figures.get((row, "Total"))
    # A share of nobody is no number; the cell stays blank.
    return figure / total if figure is not None and total else None
