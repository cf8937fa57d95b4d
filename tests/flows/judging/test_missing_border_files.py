"""Editions of CBP's that were public and are not held here."""

from datetime import date
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from flows.judging.missing_border_files import unheld_cbp
from storage.engine import reading
from tests.border_front import AUGUST, JULY, Front


@pytest.fixture
def front(tmp_path: Path, httpserver: HTTPServer) -> Front:
    return Front(tmp_path / "home", httpserver)


def test_every_edition_that_is_known_and_not_held_is_named_with_its_day(front: Front) -> None:
    with reading(front.line.database) as connection:
        missing = unheld_cbp(connection)
    assert [each.day for each in missing] == sorted(each.day for each in missing)
    by_name = {each.name: (each.day, each.fiscal_year) for each in missing}
    assert by_name["nationwide-encounters-fy23-fy26-aug-aor.csv"] == (date(2026, 9, 4), 2026)
    assert by_name["nationwide-encounters-fy22-fy25-apr-aor.csv"] == (date(2025, 5, 5), 2025)
    assert by_name["nationwide-encounters-fy21-fy24-aor.csv"] == (date(2024, 10, 17), 2024)
    assert len(by_name) == len(missing) == 3 * 11 + 3
    front.serve(JULY, AUGUST)
    front.look()
    with reading(front.line.database) as connection:
        after = unheld_cbp(connection)
    assert len(after) == len(missing) - 2
    assert all(each.seen_past is not None for each in after)  # what is held restates them all
