"""CBP and OHSS in the line: which files are asked for, since when each is known, what holds one, what lifts it."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from figures.periods import end_of_day
from figures.registry import SOURCES
from flows.context import Line
from flows.importing import ImportFileError, Stated, import_files
from replica.cbp_files import FINAL_2025, FINAL_2026, FIRST_OF_2027, RUNNING_2026, CbpEdition
from replica.cbp_pages import LISTING, TABLE, path
from replica.ohss import FIRST, SECOND, workbook
from storage.engine import reading
from storage.read import reads, vintages
from tests.border import EDITIONS, published
from tests.border_front import AUGUST, BORDER_PATROL, JULY, OHSS, REFUSAL, SOUTHWEST, Front


@pytest.fixture
def front(tmp_path: Path, httpserver: HTTPServer) -> Front:
    return Front(tmp_path / "home", httpserver)


def test_a_fresh_installation_takes_every_edition_that_is_linked_and_knows_when_each_was_posted(front: Front) -> None:
    linked = (FINAL_2025, *RUNNING_2026[:5])
    front.serve(*linked)
    assert front.look().state == "new"
    releases = front.releases()
    assert [r.name for r in releases] == [e.name("aor") for e in linked]
    assert [(r.known_at, r.known_by) for r in releases] == [(end_of_day(e.posted), "posted") for e in linked]
    assert front.open("hold", "warn") == {}
    october = front.values(SOUTHWEST, date(2025, 10, 1))
    assert len(october) == 4  # it moved in three editions, and is no vintage in the fifth
    assert len(set(october)) == 4
    assert len(front.values(SOUTHWEST, date(2022, 10, 1))) == 1
    agreed = front.open("note")["witness_agrees"]
    assert "figures agree with nationwide-encounters-fy" in agreed


def test_a_file_that_stands_as_it_was_got_is_not_asked_for_again(front: Front) -> None:
    front.serve(JULY)
    front.look()
    front.server.clear_log()
    assert front.look().state == "unchanged"
    assert front.asked() == [LISTING]
    front.server.clear_log()
    front.serve(JULY, AUGUST)
    assert front.look().new == (AUGUST.name("aor"),)
    assert set(front.asked()) == {LISTING, path(AUGUST, "aor"), path(AUGUST, "state")}


@pytest.mark.parametrize(
    ("stated", "known"),
    [(b"09/12/2026", (end_of_day(date(2026, 9, 12)), "posted")), (b"08/05/2026", (None, "fetched"))],
)
def test_other_bytes_under_an_old_address_are_known_since_their_own_day(
    front: Front, stated: bytes, known: tuple[datetime | None, str]
) -> None:
    """Since the day that the page states anew; where it states none, since our look."""
    front.serve(JULY)
    front.look()
    _recount(front, JULY, b"2026 (FYTD),FYTD,JUL", 9000)
    front.served[LISTING] = (front.served[LISTING][0].replace(b"08/05/2026", stated), "text/html")
    front.look(days=3)
    first, again = front.releases()
    assert (first.known_at, first.known_by) == (end_of_day(JULY.posted), "posted")
    assert (again.known_at, again.known_by) == (known[0] or front.now, known[1])


def _recount(front: Front, edition: CbpEdition, begins: bytes, more: int) -> None:
    """Count more in the first row of the southwest that begins so, in both files and in the sizes of the listing."""
    for kind in ("aor", "state"):
        where = path(edition, kind)
        content = front.served[where][0]
        lines = content.split(b"\r\n")
        at = next(n for n, line in enumerate(lines) if line.startswith(begins) and b"Southwest" in line)
        label, _, count = lines[at].rpartition(b",")
        lines[at] = label + b"," + str(int(count) + more).encode()
        changed = b"\r\n".join(lines)
        front.served[where] = (changed, "text/csv")
        page = front.served[LISTING][0].replace(b'"%d"' % len(content), b'"%d"' % len(changed))
        front.served[LISTING] = (page, "text/html")


def test_a_file_without_its_witness_is_held_and_lifted_when_the_witness_comes(front: Front) -> None:
    front.serve(AUGUST)
    front.served[path(AUGUST, "state")] = (REFUSAL, "text/html")
    outcome = front.look()
    assert outcome.state == "new"
    assert "No file by area was ever confirmed here" in front.open("hold")["witness_absent"]
    assert front.values(BORDER_PATROL, date(2026, 8, 1)) == []
    front.serve(AUGUST)
    front.look()
    assert front.open("hold") == {}
    assert len(front.values(BORDER_PATROL, date(2026, 8, 1))) == 1


def test_after_one_was_confirmed_a_missing_witness_is_told_and_holds_nothing(front: Front) -> None:
    front.serve(JULY)
    front.look()
    front.serve(JULY, AUGUST)
    front.served[path(AUGUST, "state")] = (REFUSAL, "text/html")
    front.look()
    assert front.open("hold") == {}
    assert "is not at hand" in front.open("warn")["witness_absent"]


def test_a_witness_that_says_otherwise_holds_the_cells(front: Front) -> None:
    front.serve(AUGUST)
    content = front.served[path(AUGUST, "state")][0]
    lines = content.split(b"\r\n")
    at = next(n for n, line in enumerate(lines) if line.startswith(b"2026 (FYTD),FYTD,AUG,Southwest"))
    lines[at] = lines[at].rpartition(b",")[0] + b",12345"
    front.served[path(AUGUST, "state")] = (b"\r\n".join(lines), "text/csv")
    front.look()
    assert SOUTHWEST in front.open("hold")["witness_differs"]
    assert front.values(SOUTHWEST, date(2026, 8, 1)) == []


@pytest.mark.parametrize(
    ("spoil", "check", "said"),
    [
        (lambda c: REFUSAL, "refused", "the publisher refused us (status 403)"),
        (lambda c: b"<html><head><title>Encounters</title></head></html>", "bot_page", "a page for people was served"),
        (lambda c: c.replace(b"Month (abbv)", b"month_abbv", 1), "layout_drift", "row 1: expected the header"),
        (lambda c: c.replace(b",10", b",-10", 1), "layout_drift", "a whole number"),
        (lambda c: c.replace(b",10", b",1.0", 1), "layout_drift", "a whole number"),
    ],
)
def test_a_hostile_file_is_said_and_nothing_of_it_is_stored(
    front: Front, spoil: Callable[[bytes], bytes], check: str, said: str
) -> None:
    front.serve(AUGUST)
    where = path(AUGUST, "aor")
    front.served[where] = (spoil(front.served[where][0]), "text/csv")
    front.look()
    assert said in front.open("hold", "warn")[check]
    assert front.values(SOUTHWEST, date(2026, 8, 1)) == []
    assert front.subjects()


def test_a_file_that_was_cut_off_is_tried_again_and_not_stored(front: Front) -> None:
    front.serve(AUGUST)
    where = path(AUGUST, "aor")
    front.served[where] = (front.served[where][0][:-20], "text/csv")
    outcome = front.look()
    assert (outcome.state, front.releases()) == ("failed", [])
    assert "the download was cut off" in outcome.notes[0]


def test_a_file_of_another_size_is_held_until_the_sizes_agree(front: Front) -> None:
    front.serve(AUGUST)
    size = str(len(front.served[path(AUGUST, "aor")][0])).encode()
    page = front.served[LISTING][0]
    front.served[LISTING] = (page.replace(b'"' + size + b'"', b'"99"'), "text/html")
    front.look()
    assert "and 99 by the page that links it" in front.open("hold")["size_differs"]
    front.served[LISTING] = (page, "text/html")
    front.look()
    assert front.open("hold") == {}


def test_a_listing_that_goes_back_is_told_and_moves_nothing(front: Front) -> None:
    front.serve(JULY, AUGUST)
    front.look()
    known = [r.known_at for r in front.releases()]
    page = front.served[LISTING][0]
    front.served[LISTING] = (page.replace(b"09/04/2026", b"09/01/2026"), "text/html")
    front.look()
    assert "the date went back" in front.open("warn")["posted_back"]
    assert [r.known_at for r in front.releases()] == known


def test_the_turn_of_october_brings_two_files_under_new_names_and_no_word_of_those_unlinked(front: Front) -> None:
    front.serve(FINAL_2025, *RUNNING_2026[-2:])
    front.look()
    front.now = datetime(2026, 11, 8, 15, tzinfo=UTC)
    front.serve(FINAL_2025, FINAL_2026, FIRST_OF_2027)
    assert set(front.look().new) == {FINAL_2026.name("aor"), FIRST_OF_2027.name("aor")}
    assert front.open("hold", "warn") == {}


def test_a_closed_year_that_changes_is_held_and_a_large_revision_is_told(front: Front) -> None:
    front.serve(JULY)
    front.look()
    front.serve(JULY, AUGUST)
    _recount(front, AUGUST, b"2025,FYTD,MAR", 900)
    front.look()
    assert "Years that were over have changed" in front.open("hold")["closed_year_changed"]
    assert len(front.values(SOUTHWEST, date(2025, 3, 1))) == 1
    assert "Months moved by more than they ever did" in front.open("warn")["revised_beyond_limit"]
    assert any("restates the past" in subject for subject in front.subjects())


def test_the_table_of_the_page_is_held_against_the_files(front: Front) -> None:
    front.serve(AUGUST)
    front.look()
    front.look("cbp_apprehensions")
    assert front.open("hold") == {}
    assert len(front.values("cbp.apprehensions{region=southwest, where=at_large}", date(2026, 8, 1))) == 1
    page = front.served[TABLE][0]
    row = page.index(b"Southwest Border Total")
    cell = page.index(b"<td>", row)
    front.served[TABLE] = (page[:cell] + b"<td>9" + page[cell + 4 :], "text/html")
    front.look("cbp_apprehensions", days=2)
    assert "apprehensions_total" in front.open("hold")


def test_ohss_is_looked_at_once_a_month_quietly_and_a_revival_is_told(front: Front) -> None:
    name = "2025_0116_ohss_immigration-enforcement-and-legal-processes-tables-november-2024.xlsx"
    front.served = {OHSS: (f'<html><a href="/sites/default/files/2025-01/{name}">x</a></html>'.encode(), "text/html")}
    assert front.look("ohss").state == "unchanged"
    assert front.asked() == [OHSS]
    assert front.look("ohss").state == "not_asked"
    later = name.replace("2025_0116", "2026_0901").replace("november-2024", "june-2026")
    front.served = {OHSS: (f'<html><a href="/sites/default/files/2026-09/{later}">x</a></html>'.encode(), "text/html")}
    front.look("ohss", days=30)
    assert "were taken to have ended on 16 January 2025" in front.open("warn")["revived"]
    front.served = {}
    assert front.look("ohss", days=30).state == "unchanged"  # a page that is gone is noted and wakes nobody
    assert len(front.subjects()) == 1


def test_ohss_editions_are_imported_and_their_revisions_noted(front: Front, tmp_path: Path) -> None:
    files = {"2024_0930": FIRST, "2024_1108": SECOND}
    for day, edition in files.items():
        file = tmp_path / f"{day}_ohss_immigration-enforcement-and-legal-processes-tables.xlsx"
        file.write_bytes(workbook(edition))
        _import(front.line, "ohss", [file])
    first, second = front.releases()
    assert [(r.known_at, r.known_by) for r in (first, second)] == [
        (end_of_day(day), "file_name") for day in (date(2024, 9, 30), date(2024, 11, 8))
    ]
    assert "figures moved" in front.open("note")["revised"]


def _import(line: Line, source: str, files: list[Path], manifest: Mapping[str, Stated] | None = None) -> None:
    def fail(error: ImportFileError) -> None:
        raise error

    for _ in import_files(SOURCES[source], files, manifest or {}, (), line, [], alert=False, on_error=fail):
        pass


@pytest.mark.parametrize(
    ("editions", "october", "years"),
    [
        (EDITIONS[1:4], [240988, 240986, 240981], (2021, 2022, 2023)),
        pytest.param(
            EDITIONS,
            [240988, 240986, 240981, 240942, 240932, 240930, 240927],
            (2020, 2021, 2022, 2023, 2025),
            marks=pytest.mark.slow,
        ),
    ],
    ids=["three", "all"],
)
def test_editions_by_state_give_the_same_vintages_in_any_order_and_twice(
    front: Front,
    shared_data: Path,
    tmp_path: Path,
    editions: Sequence[str],
    october: Sequence[float],
    years: Sequence[int],
) -> None:
    """For eight of them the day of posting is not known: they are dated by the fifth of the month after their last."""
    for name in editions:
        (tmp_path / name).write_bytes(published(shared_data, name))
    orders = [list(editions), random.Random(16).sample(editions, len(editions))]
    found = []
    for number, order in enumerate(orders):
        other = Front(tmp_path / f"home{number}", front.server)
        for name in (*order, *order[:2]):
            _import(other.line, "cbp_encounters", [tmp_path / name])
        with reading(other.line.database) as connection:
            keys = [each["key"] for each in reads.series_list(connection)]
            found.append(
                [
                    (f.series, f.period, f.value, f.known_at, f.sha256, f.held)
                    for f in vintages.history(connection, keys)
                ]
            )
        assert other.open("hold", "warn") == {}
        assert other.values(SOUTHWEST, date(2023, 10, 1)) == october
        assert all(len(other.values(SOUTHWEST, date(year, 3, 1))) == 1 for year in years)
    assert sorted(found[0], key=str) == sorted(found[1], key=str)
