"""An older edition that comes in late: what comes after it is asked again, also where its year is long over."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.content import Content, content
from tests.importer import line_to, take

# Three years apart: the texts of the third are held against those of the one before, whatever its year.
FAR_APART = ("FY19-detentionstats.xlsx", "FY22_detentionStats01102022.xlsx", "FY25_detentionStats05232025.xlsx")


def _said(home: Path, paths: Sequence[Path]) -> Content:
    home.mkdir()
    line = line_to(home, f"sqlite:///{home}/onrecord.db")
    for path in paths:
        take(line, [path])
    said = content(line.database)
    line.database.dispose()
    return said


@pytest.fixture
def far_apart(shared_data: Path) -> list[Path]:
    return [shared_data / "ice" / "workbooks" / name for name in FAR_APART]


def test_the_next_edition_with_texts_is_held_against_a_late_one_years_before_it(
    tmp_path: Path, far_apart: Sequence[Path]
) -> None:
    first, late, last = far_apart
    in_order = _said(tmp_path / "in order", [first, late, last])
    assert _said(tmp_path / "late", [first, last, late]) == in_order
    assert _said(tmp_path / "without", [first, last])["findings"] != in_order["findings"]
