"""What `onrecord reconcile` prints, from a reconciliation by hand."""

import io
import json
from datetime import UTC, date, datetime

from rich.console import Console

from checks.sources.reconcile import reconcile
from figures.plain import as_json
from flows.reconcile import Outcome
from flows.show.reconcile_report import CLASSES, as_markdown, as_object, disputed, print_report
from tests.checks.conftest import book, row

JUNE, MAY = date(2025, 6, 15), date(2025, 6, 1)
SEEN = date(2025, 6, 30)


def made(start: int = 2000) -> Outcome:
    """One date that is compared, one without a workbook, one workbook that TRAC skipped."""
    books = [book(1, date(2025, 6, 20), JUNE, start), book(2, date(2025, 6, 12), date(2025, 6, 8), 9000)]
    return Outcome(reconcile([row(MAY, 1000), row(JUNE, 2000)], books, SEEN), (), (), None)


NOW = datetime(2025, 7, 1, 15, tzinfo=UTC)


def printed(outcome: Outcome) -> str:
    out = io.StringIO()
    print_report(outcome, NOW, Console(file=out, width=240))
    return out.getvalue()


def test_the_counts_come_first_and_every_exception_with_its_reason() -> None:
    text = printed(made())
    assert text.startswith(
        "TRAC's dates: 1 all figures agree; 1 no workbook held.\n"
        "ICE's workbooks: 1 all figures agree; 1 TRAC skipped it.\n"
    )
    assert "it never loaded this release." in text
    assert "Dates without a workbook here: 2025-06-01." in text
    assert text.endswith(
        "Newest count of TRAC: 2025-06-15 (16 days old); of ICE: 2025-06-15 (16 days old). "
        "TRAC: tracreports.org; cite it with link and as-of date.\n"
    )


def test_json_holds_every_date_every_workbook_and_every_different_cell() -> None:
    data = json.loads(as_json(as_object(made(4000), NOW)))
    assert data["summary"] == {
        "dates": {"values_differ": 1, "no_workbook": 1},
        "workbooks": {"values_differ": 1, "trac_skipped": 1},
        "dates_that_agree_in_all_figures": 0,
    }
    assert data["newest"] == {key: {"day": "2025-06-15", "age_days": 16} for key in ("trac", "ice")}
    assert [each["date"] for each in data["dates"]] == ["2025-06-01", "2025-06-15"]
    (workbook,) = data["dates"][1]["workbooks"]
    assert (workbook["basis"], workbook["equal"], len(workbook["differences"])) == ("snapshot", 0, 12)
    assert workbook["differences"][0] == {
        "series": "trac.detained{agency=CBP, criminality=all}",
        "ice": 1221,
        "ice_cells": ["xlsx:Detention!CBPall"],
        "trac": 621,
        "trac_cell": "json:/CBPall",
    }
    assert data["workbooks"][1]["date"] is None


def test_a_dispute_is_one() -> None:
    assert (disputed(made()), disputed(made(4000))) == (False, True)


def test_the_page_lists_every_pair_and_every_date() -> None:
    page = as_markdown(made())
    assert "2 dates of TRAC's, 2 workbooks of ICE's. 1 dates have a workbook; 1 of them agree in all figures. " in page
    assert "Newest count: TRAC 2025-06-15, ICE 2025-06-15." in page
    assert "| 2025-06-15 | 06202025.xlsx | 2025-06-15 | snapshot | 12 |" in page
    assert "| 2025-06-01 | No workbook of this release is held; TRAC's date is the day of the count. |" in page
    assert set(CLASSES) >= {each.outcome for each in made().found.dates}
