"""CBP's listing: which file is taken, what the page states of it, and what of a later look cannot be right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from replica.cbp_files import FINAL_2025, FINAL_2026, FIRST_OF_2027, RUNNING_2026, CbpEdition
from replica.cbp_pages import BARRED, FOLDER, LISTING, path, site
from scrapers.cbp.listing import Attachment, discover, newest_of, read_listing
from scrapers.cbp.listing_changes import against_before
from scrapers.errors import DriftError

HOST = "https://www.cbp.gov"
URL = HOST + LISTING
RUNNING = (FINAL_2025, *RUNNING_2026[-2:])
TURN = (FINAL_2025, *RUNNING_2026[-2:], FINAL_2026, FIRST_OF_2027)
TODAY = date(2026, 11, 28)


def page(*editions: CbpEdition) -> bytes:
    return site(editions)[LISTING][0]


def read(content: bytes) -> tuple[Attachment, ...]:
    return read_listing(content, URL)[0]


def test_each_file_is_found_once_with_its_size_and_day() -> None:
    served = site(RUNNING)
    attachments, findings = read_listing(served[LISTING][0], URL)
    assert findings == ()
    wanted = {HOST + path(e, kind): e for e in RUNNING for kind in ("aor", "state")}
    found = {a.url: a for a in attachments if BARRED not in a.url}
    assert set(found) == set(wanted)
    for url, edition in wanted.items():
        assert found[url].posted == edition.posted
        assert found[url].size == len(served[url.removeprefix(HOST)][0])
    assert len(attachments) == len(found) + 2


def test_the_newest_file_by_area_is_current_files_by_state_are_witnesses_and_the_barred_folder_is_left_alone() -> None:
    listing = discover(page(*RUNNING), URL)
    (current,) = [t for t in listing.targets if t.role == "current"]
    assert current.name == "nationwide-encounters-fy23-fy26-aug-aor_0.csv"
    assert current.posted == date(2026, 9, 4)
    assert {t.role for t in listing.targets if "state" in t.name} == {"witness"}
    assert not any(BARRED in t.url for t in listing.targets)
    (barred,) = listing.findings
    assert (barred.check, barred.severity) == ("barred_folder", "note")
    assert "hand them in with `onrecord import`" in barred.words
    assert len(listing.targets) == 6


def test_in_october_two_files_come_under_new_names() -> None:
    listing = discover(page(*TURN), URL)
    roles = {t.name: t.role for t in listing.targets if "aor" in t.name}
    assert roles == {
        "nationwide-encounters-fy24-fy27-oct-aor.csv": "current",
        "nationwide-encounters-fy23-fy26-aor.csv": "other",
        "nationwide-encounters-fy23-fy26-aug-aor_0.csv": "other",
        "nationwide-encounters-fy23-fy26-jul-aor.csv": "other",
        "nationwide-encounters-fy22-fy25-aor.csv": "other",
    }
    # The final file alone, before the first of the new window: it is the newest.
    between = read(page(*TURN[:-1]))
    newest = newest_of(between, "aor")
    assert newest is not None
    assert newest.name == "nationwide-encounters-fy23-fy26-aor.csv"
    assert against_before(read(page(*TURN)), read(page(*RUNNING)), TODAY) == []


def test_of_two_uploads_of_one_edition_the_later_one_is_taken() -> None:
    content = page(*RUNNING)
    new = b"nationwide-encounters-fy23-fy26-aug-aor_0.csv"
    old = b"nationwide-encounters-fy23-fy26-aug-aor.csv"
    link, rows = f'<li><a href="{FOLDER}2026-09/'.encode(), b'<tr scope="row">'
    (row,) = (part for part in content.split(rows) if new in part and b"data-sort-value" in part)
    earlier = row.replace(new, old).replace(b"09/04/2026", b"09/03/2026")
    both = content.replace(link, link + old + b'">older</a></li>' + link, 1).replace(row, row + rows + earlier, 1)
    listing = discover(both, URL)
    assert [t.name for t in listing.targets if t.role == "current" and "aor" in t.name] == [new.decode()]
    assert [f.check for f in listing.findings] == ["older_link", "barred_folder"]
    # The day that the page states decides, not the number behind the name.
    later = both.replace(b"09/03/2026", b"09/09/2026")
    assert old.decode() in {t.name for t in discover(later, URL).targets if t.role == "current"}


def test_links_that_are_odd_are_said_and_not_followed() -> None:
    content = page(*RUNNING)
    place = b"</ul>"
    for link, check in {
        b"https://evil.example/nationwide-encounters-fy23-fy26-sep-aor.csv": "foreign_link",
        b"ftp://www.cbp.gov/nationwide-encounters-fy23-fy26-sep-aor.csv": "foreign_link",
        b"/sites/default/files/2026-10/nationwide-arrests-fy23-fy26-sep-aor.csv": "unknown_name",
        b"/sites/default/files/2026-10/nationwide-encounters-fy23-fy26-sept-aor.csv": "unknown_name",
        b"/sites/default/files/2026-10/nationwide-encounters-fy23-fy26-sep-aor.csv": "file_not_stated",
    }.items():
        listing = discover(content.replace(place, b'<li><a href="' + link + b'">x</a></li>' + place, 1), URL)
        found = [f for f in listing.findings if f.check != "barred_folder"]
        assert [(f.check, f.severity) for f in found] == [(check, "warn")], link
        taken = link.rpartition(b"/")[2].decode() in {t.name for t in listing.targets}
        assert taken == (check == "file_not_stated")
    for other in (b"mailto:a@b", b"http://[", b"/newsroom", b"/x.pdf"):
        assert len(discover(content.replace(place, b'<a href="' + other + b'">x</a>' + place, 1), URL).findings) == 1


def test_a_size_or_day_that_is_none_is_said_and_never_guessed() -> None:
    content = page(*RUNNING)
    for old, new in (
        (b'data-sort-value="09/04/2026"', b'data-sort-value="04.09.2026"'),
        (b'data-sort-value="09/04/2026"', b'data-sort-value="09/44/2026"'),
        (b'data-sort-value="09/04/2026"', b""),
    ):
        attachments, findings = read_listing(content.replace(old, new), URL)
        assert {f.check for f in findings} == {"file_not_stated"}
        assert {a.posted for a in attachments if "-aug-" in a.name} == {None}
    twice = content.replace(b"-jul-aor.csv", b"-aug-aor_0.csv").replace(b"2026-08/", b"2026-09/")
    attachments, findings = read_listing(twice, URL)
    assert "2 rows in the table of files" in findings[0].words
    assert [a.posted for a in attachments if a.name.endswith("aug-aor_0.csv")] == [None]


def test_a_page_without_files_is_drift() -> None:
    for content in (b"", b"<html><body>Access Denied</body></html>", page(*RUNNING).replace(b".csv", b".zip")):
        with pytest.raises(DriftError, match="expected a link to a file of encounters"):
            discover(content, URL)


def test_a_listing_that_goes_back_is_said() -> None:
    """A day earlier than it was, a newest edition that is gone or dated before the one before it, a day to come."""
    full = page(*RUNNING)
    before = read(full)
    edits: dict[str, Callable[[], bytes]] = {
        "posted_back": lambda: full.replace(b"09/04/2026", b"09/01/2026"),
        "edition_gone": lambda: page(*RUNNING[:-1]),
        "posted_ahead": lambda: full.replace(b"09/04/2026", b"12/24/2026"),
    }
    for check, edit in edits.items():
        findings = against_before(read(edit()), before, TODAY)
        assert [(f.check, f.severity) for f in findings] == [(check, "warn")] * 2, check
    assert against_before(before, before, TODAY) == []
    assert against_before(before, (), TODAY) == []
    (gone, _) = against_before(read(page(*RUNNING[:-1])), before, TODAY)
    assert gone.words == (
        "The listing ends with nationwide-encounters-fy23-fy26-jul-aor.csv, and had "
        "nationwide-encounters-fy23-fy26-aug-aor_0.csv before: an edition is linked no more."
    )
    again = replace(RUNNING[-1], posted=date(2026, 10, 9))
    earlier = CbpEdition(2023, 2026, "SEP", date(2026, 10, 5))
    late = against_before(read(page(*RUNNING, earlier)), read(page(*RUNNING[:-1], again)), date(2026, 10, 20))
    late = [f for f in late if "is a newer edition than" in f.words]
    assert {f.check for f in late} == {"posted_back"}
    assert "is a newer edition than" in late[0].words


def test_a_day_before_the_last_month_of_a_file_was_over_dates_nothing() -> None:
    early = replace(RUNNING[-1], posted=date(2026, 8, 31))
    attachments, findings = read_listing(page(early), URL)
    assert {f.check for f in findings} == {"posted_too_early"}
    assert "dated 2026-08-31, before its last month was over" in findings[0].words
    assert [a.posted for a in attachments if BARRED not in a.url] == [None, None]
