"""Cells of a sheet: columns as letters, and where a locator lies on its sheet."""

from functools import cache, lru_cache


@cache
def letters(column: int) -> str:
    """The letters of a column, from 1: `A`, `AB`."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


@lru_cache(maxsize=16384)
def row_and_column(cell: str) -> tuple[int, int]:
    """`F20` is (20, 6). Raises ValueError for what is no cell."""
    head = cell.rstrip("0123456789")
    column = 0
    for letter in head:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(head) :]), column


def row_of(locator: str) -> tuple[str, int]:
    """The sheet and the row of a locator: `xlsx:Detention FY25!F20` lies in row 20 of `xlsx:Detention FY25`."""
    sheet, _, cell = locator.rpartition("!")
    return sheet, row_and_column(cell)[0]
