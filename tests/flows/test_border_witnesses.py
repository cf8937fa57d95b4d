"""The files that check others: CBP's second listing is watched as the first is, and what a witness says counts whenever
it comes.
"""

from datetime import date, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from figures.registry import SOURCES
from flows.fetching.source_states import stands
from flows.importing import ImportFileError, import_files
from flows.lateness import watched
from flows.show.standing import standing
from replica.cbp_files import FINAL_2025, CbpEdition, sbo_file, state_file
from replica.cbp_pages import FOLDER, LISTING, SOUTHWEST_LISTING, path
from storage.engine import reading
from storage.read import journal, vintages
from tests.border_front import AUGUST, BORDER_PATROL, JULY, REFUSAL, SOUTHWEST, Front

SBO, FILES = "cbp_southwest", "cbp_encounters"
NEWEST = date(2026, 8, 1)


@pytest.fixture
def front(tmp_path: Path, httpserver: HTTPServer) -> Front:
    return Front(tmp_path / "home", httpserver)


def _recounted(content: bytes, begins: bytes) -> bytes:
    """A file whose first row that begins so counts another number."""
    lines = content.split(b"\r\n")
    at = next(n for n, line in enumerate(lines) if line.startswith(begins))
    label, _, count = lines[at].rpartition(b",")
    lines[at] = label + b"," + str(int(count) + 111).encode()
    return b"\r\n".join(lines)


def _restate(front: Front, edition: CbpEdition, kind: str, begins: bytes) -> None:
    """Serve other counts in one file of an edition, with the size that the pages state of it."""
    where = path(edition, kind)
    before = front.served[where][0]
    after = _recounted(before, begins)
    front.served[where] = (after, "text/csv")
    for page in [each for each in front.served if not each.startswith(FOLDER)]:
        content, media = front.served[page]
        front.served[page] = (content.replace(b'"%d"' % len(before), b'"%d"' % len(after)), media)


def _restated_today(front: Front, where: str) -> None:
    """Let a page say that the files of August were posted on the day of the next look."""
    day = f"{front.now + timedelta(days=1):%m/%d/%Y}".encode()
    front.served[where] = (front.served[where][0].replace(b"09/04/2026", day), "text/html")


def test_the_second_listing_is_asked_once_a_day_and_its_files_when_they_are_new_or_changed(front: Front) -> None:
    front.serve(FINAL_2025, JULY)
    front.look(SBO)
    assert set(front.asked()) == {SOUTHWEST_LISTING, path(FINAL_2025, "sbo"), path(JULY, "sbo")}
    assert front.releases() == []  # they check other files, and are none of their own
    front.server.clear_log()
    front.look(SBO)
    assert front.asked() == [SOUTHWEST_LISTING]
    front.serve(FINAL_2025, JULY, AUGUST)
    front.server.clear_log()
    front.look(SBO)
    assert front.asked() == [SOUTHWEST_LISTING, path(AUGUST, "sbo")]
    page = front.served[SOUTHWEST_LISTING][0]
    for old, new in ((b"09/04/2026", b"09/14/2026"), (b'"%d"' % len(front.served[path(JULY, "sbo")][0]), b'"99"')):
        front.served[SOUTHWEST_LISTING] = (page.replace(old, new), "text/html")
        front.server.clear_log()
        front.look(SBO, days=2)
        assert len(front.asked()) == 2, old


def test_robots_txt_is_asked_first_and_a_page_that_it_bars_is_left_alone(front: Front) -> None:
    front.serve(AUGUST)
    front.robots = f"User-agent: *\nDisallow: {SOUTHWEST_LISTING}\n"
    outcome = front.look(SBO)
    assert outcome.state == "failed"
    assert "robots.txt says" in outcome.notes[0]
    assert front.asked() == []
    assert front.look().state == "new"
    front.robots = f"User-agent: *\nDisallow: {FOLDER}\n"
    front.look(SBO, days=2)
    assert front.asked()[-1] == SOUTHWEST_LISTING


def test_a_file_by_area_is_held_against_the_file_of_the_southwest_by_component(front: Front) -> None:
    front.serve(AUGUST)
    front.look(SBO)
    front.look()
    assert front.open("hold", "warn") == {}
    with reading(front.line.database) as connection:
        agreed = [f.words for f in journal.findings(connection, check="witness_agrees", open_only=True)]
    assert any(f"figures agree with {AUGUST.name('sbo')}." in words for words in agreed)
    assert any(f"figures agree with {AUGUST.name('state')}." in words for words in agreed)


def test_components_that_the_file_of_the_southwest_counts_otherwise_are_held(front: Front) -> None:
    """The file by state knows no component, and agrees: the file of the southwest alone can tell."""
    front.serve(JULY)
    front.look(SBO)
    front.look()
    front.serve(JULY, AUGUST)
    _restate(front, AUGUST, "sbo", b"2026 (FYTD),FYTD,AUG,U.S. Border Patrol")
    front.look(SBO)
    front.look()
    assert BORDER_PATROL in front.open("hold")["witness_differs"]
    assert front.values(BORDER_PATROL, NEWEST) == []
    assert front.values("cbp.encounters{component=all, region=northern}", NEWEST) != []


def test_a_witness_that_comes_after_the_file_counts_all_the_same(front: Front) -> None:
    front.serve(JULY)
    front.look()
    front.look(SBO)
    front.serve(JULY, AUGUST)
    front.look()
    assert len(front.values(BORDER_PATROL, NEWEST)) == 1
    _restate(front, AUGUST, "sbo", b"2026 (FYTD),FYTD,AUG,U.S. Border Patrol")
    front.look(SBO)
    assert AUGUST.name("sbo") in front.open("hold")["witness_differs"]
    assert front.values(BORDER_PATROL, NEWEST) == []
    front.serve(JULY, AUGUST)  # put right under the same name: what it said before counts no more
    _restated_today(front, SOUTHWEST_LISTING)
    front.look(SBO)
    assert front.open("hold") == {}
    assert len(front.values(BORDER_PATROL, NEWEST)) == 1


def test_a_file_by_state_that_comes_after_a_missing_one_was_told_is_compared_too(front: Front) -> None:
    front.serve(JULY)
    front.look()
    front.serve(JULY, AUGUST)
    _restate(front, AUGUST, "state", b"2026 (FYTD),FYTD,AUG,Southwest")
    late = front.served.pop(path(AUGUST, "state"))
    front.look()
    assert "is not at hand" in front.open("warn")["witness_absent"]
    assert len(front.values(SOUTHWEST, NEWEST)) == 1
    front.served[path(AUGUST, "state")] = late
    front.look()
    assert SOUTHWEST in front.open("hold")["witness_differs"]
    assert front.values(SOUTHWEST, NEWEST) == []


def test_the_file_of_the_southwest_alone_does_not_confirm_the_first_file_by_area(front: Front) -> None:
    front.serve(AUGUST)
    front.served[path(AUGUST, "state")] = (REFUSAL, "text/html")
    front.look(SBO)
    front.look()
    assert "No file by area was ever confirmed here" in front.open("hold")["witness_absent"]
    assert front.values(BORDER_PATROL, NEWEST) == []


def test_the_first_file_by_area_is_held_whole_until_its_file_by_state_says_the_same(front: Front) -> None:
    front.serve(AUGUST)
    _restate(front, AUGUST, "state", b"2025,FYTD,MAR,Northern")
    front.look()
    assert "do not say the same" in front.open("hold")["never_confirmed"]
    assert front.values(BORDER_PATROL, NEWEST) == []
    front.serve(AUGUST)
    _restated_today(front, LISTING)
    front.look()
    assert front.open("hold") == {}
    assert len(front.values(BORDER_PATROL, NEWEST)) == 1


def test_a_file_that_was_confirmed_once_waits_again_when_its_witness_is_no_more(front: Front) -> None:
    """Another file may stand for it. That it was confirmed itself says nothing, once the witness says otherwise."""
    front.serve(AUGUST)
    front.look()
    assert front.open("hold") == {}
    front.served[path(AUGUST, "state")] = (b"a,b\r\n1,2\r\n", "text/csv")
    _restated_today(front, LISTING)
    front.look()
    assert "No file by area was ever confirmed here" in front.open("hold")["witness_absent"]
    assert front.values(BORDER_PATROL, NEWEST) == []


@pytest.mark.parametrize("spoil", ["renamed", "negative", "page"])
def test_a_witness_that_cannot_be_read_stops_nothing_and_is_said(front: Front, spoil: str) -> None:
    front.serve(JULY)
    front.look()
    front.serve(JULY, AUGUST)
    where = path(AUGUST, "state")
    content = front.served[where][0]
    edits = {
        "renamed": content.replace(b"Month (abbv)", b"month_abbv", 1),
        "negative": content.replace(b",10", b",-10", 1),
        "page": b"a,b\r\n1,2\r\n",
    }
    front.served[where] = (edits[spoil], "text/csv")
    assert front.look().new == (AUGUST.name("aor"),)
    said = front.open("warn")["witness_absent"]
    assert f"{AUGUST.name('state')} could not be read: " in said
    assert len(front.values(SOUTHWEST, NEWEST)) == 1


@pytest.mark.parametrize(
    ("answer", "state", "check", "said"),
    [
        (REFUSAL, "refused", "refused", "the publisher refused us (status 403)"),
        (None, "moved", "file_gone", "404"),
        (
            b"<html><body><a href='/x.csv'>x</a></body></html>",
            "live",
            "page_drift",
            "a link to a file of the southwest",
        ),
    ],
)
def test_what_happens_to_the_second_page_is_said_of_it_alone(
    front: Front, answer: bytes | None, state: str, check: str, said: str
) -> None:
    front.serve(AUGUST)
    del front.served[SOUTHWEST_LISTING]
    if answer is not None:
        front.served[SOUTHWEST_LISTING] = (answer, "text/html")
    assert front.look(SBO).state == "failed"
    assert said in front.open("warn")[check]
    assert front.subjects()
    assert front.look().state == "new"
    with reading(front.line.database) as connection:
        known = {name: each.stand.state for name, each in stands(connection).items()}
    assert (known[SBO], known[FILES]) == (state, "live")


def test_a_second_listing_that_goes_back_is_told(front: Front) -> None:
    front.serve(JULY, AUGUST)
    front.look(SBO)
    page = front.served[SOUTHWEST_LISTING][0]
    front.served[SOUTHWEST_LISTING] = (page.replace(b"09/04/2026", b"09/01/2026"), "text/html")
    front.look(SBO)
    assert "the date went back" in front.open("warn")["posted_back"]


def test_status_shows_the_second_page_and_nothing_of_it_is_late(front: Front) -> None:
    front.serve(AUGUST)
    front.look(SBO)
    with reading(front.line.database) as connection:
        (entry,) = standing(connection, [SOURCES[SBO]], front.now, timedelta(hours=36))["sources"]
        (cbp,) = [each for each in watched(connection, SOURCES.values()) if each.name == "cbp"]
    assert (entry["state"]["state"], entry["next_due"], entry["data_as_of"]) == ("live", None, None)
    assert SBO not in {source.id for source in cbp.sources}
    assert cbp.seen is None  # a look at files that only check others sees no release


def _handed_in(front: Front, folder: Path, **contents: bytes) -> None:
    """Files of August by kind, imported by hand one after the other."""
    folder.mkdir(exist_ok=True)
    for kind, content in contents.items():
        file = folder / AUGUST.name(kind)
        file.write_bytes(content)
        errors: list[ImportFileError] = []
        import_files_of = import_files(
            SOURCES[FILES], [file], {}, (), front.line, [], alert=False, on_error=errors.append
        )
        assert [each.new for each in import_files_of] == [True]
        assert errors == []


def test_files_by_state_and_of_the_southwest_that_are_handed_in_are_series_and_agree_in_one_vintage(
    front: Front, tmp_path: Path
) -> None:
    _handed_in(front, tmp_path / "files", state=state_file(AUGUST), sbo=sbo_file(AUGUST))
    assert [release.name for release in front.releases()] == [AUGUST.name("state"), AUGUST.name("sbo")]
    assert len(front.values(SOUTHWEST, NEWEST)) == 1  # both files state it
    assert len(front.values(BORDER_PATROL, NEWEST)) == 1  # by component, of the southwest's file alone
    assert len(front.values("cbp.encounters{component=all, region=northern}", NEWEST)) == 1  # by state alone
    assert front.open("hold", "warn") == {}


@pytest.mark.parametrize("order", [("state", "sbo"), ("sbo", "state")])
def test_a_figure_that_two_files_of_one_edition_state_otherwise_is_held(
    front: Front, tmp_path: Path, order: tuple[str, str]
) -> None:
    made = {"state": state_file(AUGUST), "sbo": _recounted(sbo_file(AUGUST), b"2026 (FYTD),FYTD,AUG,U.S. Border")}
    _handed_in(front, tmp_path / "files", **{kind: made[kind] for kind in order})
    assert f"{SOUTHWEST} of August 2026 is " in front.open("hold")["witness_differs"]
    with reading(front.line.database) as connection:
        stated = vintages.history(connection, [SOUTHWEST])
    newest = [(f.held, f.release_name) for f in stated if (f.period.kind, f.period.start) == ("month", NEWEST)]
    assert sorted(held for held, _ in newest) == [False, True]
    assert len(front.values("cbp.encounters{component=all, region=northern}", NEWEST)) == 1
