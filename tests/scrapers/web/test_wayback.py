"""The archive's index as it answers, and which of its captures are worth fetching."""

import json
from datetime import UTC, datetime

import pytest

from figures.registry import ICE
from scrapers.errors import DriftError
from scrapers.ice.captures import choose
from scrapers.web.wayback import FIELDS, REVISIT, Capture, capture_url, digest_of, index_url, read_index

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME = "FY25_detentionStats05232025.xlsx"
FILES = ICE.captures
ROW = ["20250524013000", FILES + NAME, XLSX, "200", "A" * 32, "123456"]


def _page(*rows: object) -> bytes:
    return json.dumps([list(FIELDS), *rows]).encode()


def test_a_row_is_a_capture() -> None:
    page = read_index(_page(ROW), "index")
    assert page.captures == (Capture(datetime(2025, 5, 24, 1, 30, tzinfo=UTC), FILES + NAME, XLSX, 200, "A" * 32),)
    assert (page.unreadable, page.resume_key) == ((), "")
    assert capture_url("https://archive.example/", page.captures[0]) == (
        f"https://archive.example/web/20250524013000id_/{FILES}{NAME}"
    )


def test_there_is_more_where_a_key_follows_an_empty_row() -> None:
    page = read_index(_page(ROW, [], ["gov,ice)/x 2025"]), "index")
    assert (len(page.captures), page.resume_key) == (1, "gov,ice)/x 2025")
    assert "resumeKey=gov%2Cice%29%2Fx+2025" in index_url(
        "https://a", FILES, prefix=True, options=(), resume_key=page.resume_key
    )


def test_nothing_captured_is_an_empty_list() -> None:
    assert read_index(b"[]", "index").captures == ()


@pytest.mark.parametrize(
    "content",
    [b"<html>", b"{}", b"[1]", b'[["urlkey"]]', _page(ROW, [], [1]), _page(ROW, [], ["a", "b"]), b"[" * 100_000],
)
def test_an_answer_of_another_shape_is_drift(content: bytes) -> None:
    with pytest.raises(DriftError, match="the archive's index: expected"):
        read_index(content, "the archive's index")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (0, "20250231000000"),
        (0, "2025052401300"),
        (1, "ftp://www.ice.gov/a.xlsx"),
        (1, "https://user@www.ice.gov/a.xlsx"),
        (1, "https://www.ice.gov/a b.xlsx"),
        (1, "https://www.ice.gov/a\r\nHost: x"),
        (1, "http://[x"),
        (3, "20"),
        (4, "sha-256"),
        (4, None),
    ],
)
def test_a_row_that_is_no_capture_is_told_and_not_guessed(field: int, text: str | None) -> None:
    odd = [text if at == field else value for at, value in enumerate(ROW)]
    page = read_index(_page(odd, ROW), "index")
    assert (len(page.captures), len(page.unreadable)) == (1, 1)


def test_the_digest_is_sha_1_in_base_32() -> None:
    assert digest_of(b"") == "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"


def _capture(day: int, name: str = NAME, digest: str = "A", status: int | None = 200, media: str = XLSX) -> Capture:
    url = name if name.startswith("http") else FILES + name
    return Capture(datetime(2025, 5, day, tzinfo=UTC), url, media, status, digest * 32)


def test_the_earliest_capture_of_each_set_of_bytes_and_name() -> None:
    wanted, skipped = choose(
        [
            _capture(26, digest="B"),
            _capture(25),
            _capture(24, f"http://ice.gov/doclib/detention/{NAME}?x=1"),
            _capture(27, media=REVISIT, status=None),
            _capture(23, "FY25_detentionStats05222025.xlsx"),
        ]
    )
    assert [(w.name, w.capture.at.day, w.capture.digest[0]) for w in wanted] == [
        ("FY25_detentionStats05222025.xlsx", 23, "A"),
        (NAME, 24, "A"),
        (NAME, 26, "B"),
    ]
    assert skipped == []


def test_a_name_of_no_known_shape_that_seems_to_be_of_a_fiscal_year_is_taken() -> None:
    """What is inside decides, as it does on the publisher's own page."""
    wanted, skipped = choose([_capture(1, "FY25_detentionStats05232025_0.xlsx"), _capture(2, "FY25 stats.xls")])
    assert ([w.name for w in wanted], [s.why for s in skipped]) == (
        ["FY25_detentionStats05232025_0.xlsx"],
        ["unknown_name"],
    )


@pytest.mark.parametrize(
    ("capture", "why"),
    [
        (_capture(1, status=302, media="text/html"), "redirect"),
        (_capture(1, status=404, media="text/html"), "error_page"),
        (_capture(1, status=None), "error_page"),
        (_capture(1, media="text/html"), "not_a_workbook"),
        (_capture(1, "ICE_new.xlsx"), "unknown_name"),
        (_capture(1, f"https://evil.example/doclib/detention/{NAME}"), "another_host"),
    ],
)
def test_what_gives_no_workbook_is_left_out_by_name(capture: Capture, why: str) -> None:
    wanted, skipped = choose([capture])
    assert (wanted, [s.why for s in skipped]) == ([], [why])


def test_workbooks_of_no_concern_are_left_out_without_a_word() -> None:
    assert choose([_capture(1, "Over72HourFacilities.xlsx")]) == ([], [])
