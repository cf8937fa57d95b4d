"""CBP's calendar as the line tells it: from the days that its listing states to what is due, late, told and over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from figures.registry import SOURCES
from flows.lateness import tell_silences, watched
from flows.show.due import as_object
from flows.show.standing import standing
from replica.cbp_files import CbpEdition
from storage.engine import reading
from tests.border_front import AUGUST, JULY, Front

CBP = tuple(SOURCES[name] for name in ("cbp_southwest", "cbp_encounters", "cbp_apprehensions"))


@pytest.fixture
def front(tmp_path: Path, httpserver: HTTPServer) -> Front:
    return Front(tmp_path / "home", httpserver)


def _told(front: Front, day: date, *editions: CbpEdition) -> Sequence[str]:
    """The keys of what is told of CBP's silence after a look on a day."""
    front.now = datetime(day.year, day.month, day.day, 16, tzinfo=UTC) - timedelta(days=1)
    front.serve(*editions)
    front.look()
    return tell_silences(front.line.database, CBP, front.now, ["screen"])


def _stage(front: Front) -> tuple[str, date]:
    with reading(front.line.database) as connection:
        entries = standing(connection, CBP, front.now, timedelta(hours=36))["sources"]
    entry = next(each for each in entries if each["source"] == "cbp_encounters")
    return entry["stage"], entry["next_due"]["due"]


def test_a_month_is_due_on_the_3rd_told_as_late_on_the_11th_and_over_when_it_comes(front: Front) -> None:
    assert _told(front, date(2026, 8, 20), JULY) == []
    assert _stage(front) == ("", date(2026, 9, 3))
    assert _told(front, date(2026, 9, 3), JULY) == []
    assert _stage(front)[0] == "due"
    assert _told(front, date(2026, 9, 10), JULY) == []
    assert _told(front, date(2026, 9, 11), JULY) == ["silence:cbp:2026-08-05:late"]
    assert _told(front, date(2026, 9, 12), JULY) == []
    subject = front.subjects()[-1]
    assert subject == ("U.S. Customs and Border Protection is late: nothing new since 5 August 2026 (37 days)")
    late = replace(AUGUST, posted=date(2026, 9, 14))
    (over,) = _told(front, date(2026, 9, 15), JULY, late)
    assert over.startswith("spoke:cbp:")
    assert _stage(front) == ("", date(2026, 10, 15))


def test_after_the_edition_of_august_the_final_file_is_awaited_until_7_november(front: Front) -> None:
    assert _told(front, date(2026, 9, 5), AUGUST) == []
    for quiet in (date(2026, 10, 11), date(2026, 10, 16), date(2026, 11, 7)):
        assert _told(front, quiet, AUGUST) == []
    assert _stage(front)[0] == "due"
    assert _told(front, date(2026, 11, 8), AUGUST) == ["silence:cbp:2026-09-04:late"]
    with reading(front.line.database) as connection:
        (cbp,) = watched(connection, CBP)
    told = as_object(cbp, daily=False)
    assert told["due"]["because"].startswith("declared: the final file of a fiscal year came between 15 October and")
    assert [each["stages"] for each in told["silences"]] == [["due", "late"]]


def test_a_final_file_on_its_last_day_is_not_late(front: Front) -> None:
    final = replace(AUGUST, month="", posted=date(2026, 11, 7), upload=-1)
    _told(front, date(2026, 9, 5), AUGUST)
    assert _told(front, date(2026, 11, 8), AUGUST, final) == []
    assert _stage(front) == ("", date(2026, 12, 3))
    assert front.subjects() == []
