from pathlib import Path

import pytest
import requests

from figures.records import Listing
from replica.editions import edition
from replica.publisher import PAGE, Publisher
from scrapers.errors import DriftError
from scrapers.ice_page import MOST_UNKNOWN, discover

URL = "https://www.ice.gov/detain/detention-management"
FILES = "https://www.ice.gov/doclib/detention/"


def _page(*hrefs: str) -> bytes:
    return "".join(f'<p><a href="{href}">Detention FY 2025 YTD (227 KB)</a></p>' for href in hrefs).encode()


def _found(listing: Listing) -> dict[str, list[str]]:
    return {
        role: sorted(target.name for target in listing.targets if target.role == role)
        for role in ("current", "year_end", "other")
    }


def test_the_replicas_page_lists_the_current_file_and_the_year_end_ones() -> None:
    with Publisher() as publisher:
        publisher.publish(edition("FY24"))
        publisher.publish(edition("05122025"))
        publisher.publish(edition("05232025"))
        url = publisher.address + PAGE
        listing = discover(requests.get(url, timeout=10).content, url)
        assert [target.url.startswith(publisher.address) for target in listing.targets] == [True, True]
    assert _found(listing) == {
        "current": ["FY25_detentionStats05232025.xlsx"],
        "year_end": ["FY24_detentionStats.xlsx"],
        "other": [],
    }
    assert listing.findings == ()


@pytest.mark.parametrize(
    ("names", "current"),
    [
        # 20 November 2025: the page linked both; the first link is not the newest
        (("FY26_detentionStats11202025.xlsx", "FY25_detentionStats09242025.xlsx"), "FY26_detentionStats11202025.xlsx"),
        (("FY25_detentionStats05122025.xlsx", "FY25_detentionStats05232025.xlsx"), "FY25_detentionStats05232025.xlsx"),
        # the day decides, not the order of the letters: 12182024 is older than 01162025
        (("FY25_detentionStats12182024.xlsx", "FY25_detentionStats01162025.xlsx"), "FY25_detentionStats01162025.xlsx"),
        (("FY25_detentionStats.xlsx", "FY25_detentionStats09242025.xlsx"), "FY25_detentionStats09242025.xlsx"),
        (("FY19-detentionstats.xlsx", "FY24_detentionStats.xlsx"), "FY24_detentionStats.xlsx"),
    ],
)
def test_the_newest_file_is_current_wherever_it_stands(names: tuple[str, str], current: str) -> None:
    for order in (names, tuple(reversed(names))):
        assert _found(discover(_page(*(FILES + name for name in order)), URL))["current"] == [current]


def test_an_older_edition_beside_the_newest_is_said_and_left() -> None:
    old = FILES + "FY25_detentionStats05122025.xlsx"
    listing = discover(_page(old, FILES + "FY25_detentionStats05232025.xlsx"), URL)
    assert len(listing.targets) == 1
    (finding,) = listing.findings
    assert (finding.check, finding.severity, finding.found) == ("older_link", "note", old)
    assert finding.words == (
        f"The workbook 'FY25_detentionStats05122025.xlsx' ({old}) is an older edition that the page still links; "
        "the newest one is taken."
    )


def test_year_end_files_alone_are_a_listing() -> None:
    listing = discover(_page(FILES + "FY23_detentionStats.xlsx", FILES + "FY24_detentionStats.xlsx"), URL)
    assert _found(listing) == {
        "current": ["FY24_detentionStats.xlsx"],
        "year_end": ["FY23_detentionStats.xlsx"],
        "other": [],
    }


@pytest.mark.parametrize(
    "href",
    [
        "/doclib/detention/FY25_detentionStats05232025.xlsx",
        "../doclib/detention/FY25_detentionStats05232025.xlsx",
        "//www.ice.gov/doclib/detention/FY25_detentionStats05232025.xlsx",
        " /doclib/detention/FY25_detentionStats05232025.xlsx\n",
        FILES + "FY25_detentionStats05232025.xlsx#stats",
    ],
)
def test_relative_links_and_fragments_lead_to_one_address(href: str) -> None:
    (target,) = discover(_page(href, FILES + "FY25_detentionStats05232025.xlsx"), URL).targets
    assert target.url == FILES + "FY25_detentionStats05232025.xlsx"


def test_a_query_string_stays_in_the_address_and_out_of_the_name() -> None:
    (target,) = discover(_page(FILES + "FY25_detentionStats05232025.xlsx?v=1&amp;x=2"), URL).targets
    assert (target.name, target.url) == (
        "FY25_detentionStats05232025.xlsx",
        FILES + "FY25_detentionStats05232025.xlsx?v=1&x=2",
    )


def test_an_escaped_name_is_read_as_it_is_meant() -> None:
    (target,) = discover(_page(FILES + "FY25%5FdetentionStats05232025.xlsx"), URL).targets
    assert target.name == "FY25_detentionStats05232025.xlsx"


@pytest.mark.parametrize(
    "href",
    [
        "https://example.org/doclib/detention/FY26_detentionStats11202025.xlsx",
        "https://www.ice.gov@example.org/FY26_detentionStats11202025.xlsx",
        "https://www.ice.gov.example.org/FY26_detentionStats11202025.xlsx",
        "http://169.254.169.254/FY26_detentionStats11202025.xlsx",
    ],
)
def test_a_workbook_on_another_host_is_said_and_never_a_target(href: str) -> None:
    listing = discover(_page(href, FILES + "FY25_detentionStats05232025.xlsx"), URL)
    assert [target.name for target in listing.targets] == ["FY25_detentionStats05232025.xlsx"]
    (finding,) = listing.findings
    assert (finding.check, finding.severity) == ("foreign_link", "warn")
    assert "is linked on another host and is not fetched" in finding.words


def test_the_newest_file_is_current_though_its_name_has_an_unknown_shape(shared_data: Path) -> None:
    """Drupal adds `_0` to the name of a file that was uploaded again."""
    listing = discover((shared_data / "cases" / "page_suffix_0.html").read_bytes(), URL)
    assert _found(listing) == {
        "current": ["FY26_detentionStats07202026_0.xlsx"],
        "year_end": ["FY25_detentionStats.xlsx"],
        "other": [],
    }


@pytest.mark.parametrize(
    "name",
    [
        "FY25_detentionStats05232025_0.xlsx",
        "FY25_detentionStats05232025 (1).xlsx",
        "FY25_detentionStats05232025_v2.xlsx",
        "FY2025_detentionStats05232025.xlsx",
        "FY25-detention-stats-05-23-2025.xlsx",
        "FY25_detentionStats20250523.xlsx",
        "FY25_detentionStats_final.xlsx",
        "FY25_detentionStats02302025.xlsx",  # the shape is known, the day is none
        "DetentionStatistics.xlsx",
        "FY25_detentionStats05232025.xlsm",
    ],
)
def test_a_name_of_unknown_shape_is_fetched_and_an_older_file_is_not_current_in_its_place(name: str) -> None:
    listing = discover(_page(FILES + name, FILES + "FY24_detentionStats.xlsx"), URL)
    assert _found(listing) == {"current": [name], "year_end": ["FY24_detentionStats.xlsx"], "other": []}
    (finding,) = listing.findings
    assert (finding.check, finding.severity) == ("unknown_name", "note")
    assert finding.words == (
        f"The workbook {name!r} ({FILES}{name}) has a name of no known shape (scrapers/ice_names.py); it is fetched, "
        "and what is inside decides."
    )


def test_beside_a_file_of_a_known_name_others_are_looked_into() -> None:
    known, newer = "FY25_detentionStats05232025.xlsx", "FY25_detentionStats06052025_0.xlsx"
    older, list_ = "FY25_detentionStats05122025_0.xlsx", "FacilityList.xlsx"
    listing = discover(_page(FILES + known, FILES + older, FILES + list_), URL)
    assert _found(listing) == {"current": [known], "year_end": [], "other": [list_]}
    assert {(f.check, f.found) for f in listing.findings} == {
        ("older_link", FILES + older),
        ("unknown_name", FILES + list_),
    }
    listing = discover(_page(FILES + known, FILES + newer), URL)
    assert _found(listing) == {"current": [newer], "year_end": [], "other": [known]}


def test_a_page_full_of_unknown_names_is_said_once_and_the_newest_are_fetched() -> None:
    names = [f"FY25_detentionStats_part{n:03d}.xlsx" for n in range(300)]
    listing = discover(_page(*(FILES + name for name in names)), URL)
    assert len(listing.targets) == MOST_UNKNOWN
    warned = [finding for finding in listing.findings if finding.severity == "warn"]
    assert [finding.check for finding in warned] == ["many_unknown_names"]
    assert warned[0].words.startswith("The page links 300 workbooks with names of no known shape")


@pytest.mark.parametrize("host", ["ice.gov", "www.ice.gov", "WWW.ICE.GOV"])
def test_the_site_is_one_with_and_without_www(host: str) -> None:
    href = f"https://{host}/doclib/detention/FY25_detentionStats05232025.xlsx"
    (target,) = discover(_page(href), URL).targets
    assert (target.url, target.role) == (href, "current")


def test_an_old_workbook_file_is_said_and_not_fetched() -> None:
    name = "FY25_detentionStats05232025.xls"
    listing = discover(_page(FILES + name, FILES + "FY24_detentionStats.xlsx"), URL)
    assert [target.name for target in listing.targets] == ["FY24_detentionStats.xlsx"]
    (finding,) = listing.findings
    assert (finding.check, finding.severity) == ("old_format", "warn")
    assert finding.words == f"The workbook {name!r} ({FILES}{name}) is no .xlsx file and is not fetched."


@pytest.mark.parametrize(
    "name", ["Over72HourFacilities.xlsx", "over72hourfacilities.XLSX", "dedicatedNonDedicatedFacilityList.xlsx"]
)
def test_workbooks_of_no_concern_are_ignored_by_name(name: str) -> None:
    listing = discover(_page(FILES + name, FILES + "FY24_detentionStats.xlsx"), URL)
    assert (len(listing.targets), listing.findings) == (1, ())


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (b"", "0 other workbook links"),
        (b"<p>No links here</p>", "0 other workbook links"),
        (_page(FILES + "visitor-guide.pdf", FILES + "Over72HourFacilities.xlsx"), "0 other workbook links"),
        (_page(FILES + "DetentionStatistics.xls"), "1 other workbook links"),
        (_page("javascript:FY25_detentionStats05232025.xlsx"), "0 other workbook links"),
        (_page("file:///FY25_detentionStats05232025.xlsx"), "0 other workbook links"),
        (b"<!-- " + _page(FILES + "FY25_detentionStats05232025.xlsx") + b" -->", "0 other workbook links"),
        (b"<script>'" + _page(FILES + "FY25_detentionStats05232025.xlsx") + b"'</script>", "0 other workbook links"),
    ],
)
def test_a_page_without_a_statistics_workbook_is_drift(page: bytes, found: str) -> None:
    with pytest.raises(DriftError) as raised:
        discover(page, URL)
    assert str(raised.value) == f"{URL}: expected a link to a detention statistics workbook, found {found}"


@pytest.mark.parametrize(
    "junk",
    [
        b'<a href="http://[::1/FY26_detentionStats11202025.xlsx">',
        '<a href="https://www.ice.gov\u2100/FY26_detentionStats11202025.xlsx">'.encode(),
        b"<div>" * 20_000,
        b'<a href="x">' * 5_000,
        b"\x00\xff\xfe" * 100,
        b'<a href="">' + b"<a href>" + b"<a>",
    ],
)
def test_hostile_markup_hides_no_link(junk: bytes) -> None:
    listing = discover(junk + _page(FILES + "FY25_detentionStats05232025.xlsx"), URL)
    assert [target.name for target in listing.targets] == ["FY25_detentionStats05232025.xlsx"]
