from collections.abc import Callable, Mapping, Sequence

import pytest

from scrapers.xlsx.reader import CellValue, Sheet

Rows = Mapping[int, Sequence[CellValue]]


@pytest.fixture
def grid() -> Callable[..., Sheet]:
    """A sheet written as rows from column A on; None is an empty cell."""

    def build(title: str, rows: Rows, *, visible: bool = True) -> Sheet:
        cells = {(r, c): v for r, row in rows.items() for c, v in enumerate(row, 1) if v is not None}
        return Sheet(title, visible, cells)

    return build
