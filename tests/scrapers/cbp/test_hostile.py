"""CBP's files as they must not come: each gives a clear record, and nothing wrong is read."""

import re
from collections.abc import Callable

import pytest
from pytest_httpserver import HTTPServer

from figures.records import Media, Parsed
from replica.cbp_files import FILES, FINAL_2025, RUNNING_2026, aor_file, sbo_file, state_file
from scrapers.cbp.encounters import MOST_NEW_CITIZENSHIPS, parse
from scrapers.errors import BlockedError, DriftError, FetchError, NotReadableError
from scrapers.web.fetch import Policy, fetch
from tests.border import recounted

AUGUST = RUNNING_2026[-1]
NAME = AUGUST.name("aor")
Edit = Callable[[bytes], bytes]
REFUSAL = (
    b"<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD>"
    b"<BODY>Reference&#32;&#35;18&#46;2d8f1502&#46;17&#46;1a</BODY></HTML>"
)


@pytest.fixture
def policy(httpserver: HTTPServer) -> Policy:
    hosts = frozenset({f"{httpserver.host}:{httpserver.port}"})
    return Policy("onrecord/test (+mailto:desk@example.org)", private_hosts=hosts)


@pytest.fixture(scope="module")
def content() -> bytes:
    return aor_file(AUGUST)


def first(old: bytes, new: bytes) -> Edit:
    def edit(whole: bytes) -> bytes:
        assert old in whole
        return whole.replace(old, new, 1)

    return edit


def every(old: bytes, new: bytes) -> Edit:
    def edit(whole: bytes) -> bytes:
        assert old in whole
        return whole.replace(old, new)

    return edit


def last_count(new: bytes) -> Edit:
    return lambda whole: re.sub(rb",\d+\r\n$", b"," + new + b"\r\n", whole)


# What is done to a file, and what is said of it.
REFUSED: dict[str, tuple[Edit, type[Exception], str]] = {
    "renamed columns": (
        lambda whole: b"fiscal_year,month_grouping,month_abbv" + whole[whole.index(b",Component") :],
        DriftError,
        "row 1: expected the header Fiscal Year,Month Grouping",
    ),
    "a column more": (first(b"Encounter Count\r\n", b"Encounter Count,Note\r\n"), DriftError, "row 1: expected"),
    "two columns exchanged": (
        first(b"Component,Land Border Region", b"Land Border Region,Component"),
        DriftError,
        "row 1",
    ),
    "a byte order mark": (lambda whole: b"\xef\xbb\xbf" + whole, DriftError, "row 1: expected the header"),
    "no rows": (
        lambda whole: whole[: whole.index(b"\n") + 1],
        DriftError,
        "expected rows below the header, found none",
    ),
    "nothing": (lambda whole: b"", NotReadableError, "ends in the middle of a line, after 0 bytes"),
    "a page": (lambda whole: b"<!DOCTYPE html>\n<html>\n", NotReadableError, "is a page and not a CSV file"),
    "a refusal": (lambda whole: REFUSAL + b"\n", NotReadableError, "it begins with '<HTML><HEAD><TITLE>Access"),
    "a workbook": (lambda whole: b"PK\x03\x04\xff\xfe\n", NotReadableError, "is not a CSV file in UTF-8"),
    "cut off in a line": (lambda whole: whole[: len(whole) // 2], NotReadableError, "it was cut off"),
    "cut off in a count": (lambda whole: whole[:-3], NotReadableError, "in the middle of a line"),
    "a line without end": (
        lambda whole: whole + b"," * 1_000_000 + b"\n",
        NotReadableError,
        "has 1,000,001 characters",
    ),
    "a quote left open": (first(b"FMUA,MEXICO", b'FMUA,"MEXICO'), NotReadableError, "is not a CSV file"),
    "a value too few": (
        first(b",Title 8,Inadmissibles,", b",Inadmissibles,"),
        DriftError,
        "expected 12 values, found 11",
    ),
    "a comma without quotes": (
        first(b'"CHINA, PEOPLES REPUBLIC OF"', b"CHINA, PEOPLES REPUBLIC OF"),
        DriftError,
        "found 13",
    ),
    "a blank line": (first(b"\r\n", b"\r\n\r\n"), DriftError, "row 2: expected 12 values, found 0"),
    "a negative count": (last_count(b"-5"), DriftError, "column 'Encounter Count': expected a whole number"),
    "a fraction": (last_count(b"12.5"), DriftError, "found '12.5'"),
    "a count with a comma": (last_count(b'"1,200"'), DriftError, "found '1,200'"),
    "a blank count": (last_count(b""), DriftError, "found ''"),
    "a count in other digits": (last_count("١٢".encode()), DriftError, "expected a whole number"),
    "a count of ten digits": (last_count(b"1234567890"), DriftError, "of up to 9 digits"),
    "an unknown month": (first(b"FYTD,OCT", b"FYTD,OKT"), DriftError, "column 'Month (abbv)': expected one of"),
    "an unknown grouping": (first(b",Remaining,", b",Rest,"), DriftError, "column 'Month Grouping'"),
    "an unknown component": (first(b"U.S. Border Patrol", b"USBP"), DriftError, "found 'USBP'"),
    "an unknown region": (first(b"Northern Land Border", b"Coastal Border"), DriftError, "found 'Coastal Border'"),
    "an unknown sector": (first(b"Yuma Sector", b"Imperial Sector"), DriftError, "found 'Imperial Sector'"),
    "an unknown group": (first(b",UAC,", b",UC,"), DriftError, "column 'Demographic'"),
    "an unknown authority": (
        first(b",Title 8,", b",Title 50,"),
        DriftError,
        "expected one of Title 42, Title 8, found",
    ),
    "an unknown kind": (first(b",Apprehensions,", b",Arrests,"), DriftError, "column 'Encounter Type'"),
    "an unknown year": (first(b"2026 (FYTD)", b"FY2026"), DriftError, "column 'Fiscal Year': expected years such as"),
    "a year that is skipped": (every(b"\n2024,", b"\n2022,"), DriftError, "years in a row"),
    "an early year that runs": (every(b"\n2024,", b"\n2024 (FYTD),"), DriftError, "the last may run"),
    "one year by two names": (first(b"\n2025,", b"\n2025 (FYTD),"), DriftError, "years in a row"),
    "one group by two names": (first(b",UAC,", b",UC / Single Minors,"), DriftError, "expected either"),
    "a sector of field operations": (
        first(
            b"U.S. Border Patrol,Southwest Land Border,Yuma", b"Office of Field Operations,Southwest Land Border,Yuma"
        ),
        DriftError,
        "expected a sector of Border Patrol, or a field office",
    ),
    "a control character": (first(b"FMUA,MEXICO", b"FMUA,MEX\x1b[2JICO"), DriftError, "expected a name"),
}


def test_what_is_no_file_of_cbps_is_refused_with_words(content: bytes) -> None:
    for what, (edit, error, words) in REFUSED.items():
        changed = edit(content)
        assert changed != content, what
        with pytest.raises(error, match=re.escape(words)) as raised:
            parse(changed, NAME)
        said = str(raised.value)
        assert NAME in said, what
        assert said.isprintable(), what
        assert len(said) < 1200, what


def test_a_row_that_is_there_twice_is_refused(content: bytes) -> None:
    header, row, *rest = content.split(b"\r\n")
    with pytest.raises(DriftError, match=r"row 3: expected each combination of values once"):
        parse(b"\r\n".join([header, row, row, *rest]), NAME)
    # The same people under another count or grouping are the same row.
    other = row.rpartition(b",")[0] + b",7"
    with pytest.raises(DriftError, match=r"row 3: expected each combination"):
        parse(b"\r\n".join([header, row, other.replace(b",FYTD,", b",Remaining,"), *rest]), NAME)


def test_two_files_that_overlap_are_no_file(content: bytes) -> None:
    """Pasted together their common years would count twice."""
    older = aor_file(FINAL_2025).partition(b"\r\n")[2]
    with pytest.raises(DriftError, match=r"each combination of values once"):
        parse(content + older, NAME)


def test_an_unknown_state_is_refused_and_a_new_citizenship_is_read_on() -> None:
    name = AUGUST.name("state")
    state = state_file(AUGUST)
    with pytest.raises(DriftError, match=r"row \d+, column 'State': expected one of AK, AL.* and others, found 'ZZ'"):
        parse(first(b"Land Border,ME,", b"Land Border,ZZ,")(state), name)
    before = parse(state, name)
    changed = every(b",GUATEMALA,", b",ATLANTIS,")(state)
    parsed = parse(changed, name)
    (note,) = parsed.findings
    assert (note.check, note.severity) == ("new_citizenship", "note")
    assert "'ATLANTIS' (row " in note.words
    assert [o.value for o in parsed.observations] == [o.value for o in before.observations]
    assert recounted(changed, parsed.observations) == len(parsed.observations)


def test_a_file_of_other_citizenships_is_another_file() -> None:
    header, *rows = sbo_file(AUGUST).split(b"\r\n")
    rows = [row.replace(b",Other,", b",Land %d," % n) for n, row in enumerate(rows)]
    with pytest.raises(DriftError, match=f"at most {MOST_NEW_CITIZENSHIPS} new ones"):
        parse(b"\r\n".join([header, *rows]), AUGUST.name("sbo"))


def test_a_file_of_more_rows_than_any_is_not_read_to_its_end(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.cbp.encounters.MOST_ROWS", 100)
    with pytest.raises(NotReadableError, match=r"has more than 100 rows; no file of CBP has"):
        parse(content, NAME)


def test_a_copy_with_other_line_ends_is_read_and_said(content: bytes) -> None:
    parsed = parse(content.replace(b"\r\n", b"\n"), NAME)
    assert [(f.check, f.severity) for f in parsed.findings] == [("line_ends", "note")]
    assert parsed.observations == parse(content, NAME).observations


def test_a_count_of_zero_adds_nothing_and_is_said(content: bytes) -> None:
    """CBP's files of FY2020 to FY2023 have such rows, beside expulsions of the same people."""
    parsed = parse(last_count(b"0")(content), NAME)
    (note,) = parsed.findings
    assert (note.check, note.severity, note.found) == ("zero_count", "note", "1 of 0")


def named(content: bytes, name: str) -> list[tuple[str, str, str, str]]:
    return [(f.check, f.severity, f.expected, f.found) for f in parse(content, name).findings]


def test_a_file_that_is_not_what_its_name_says_is_held(content: bytes) -> None:
    base = "nationwide-encounters-fy23-fy26"
    for name, expected in {
        f"{base}-aug-aor_1.csv": [],
        f"{base}-jul-aor.csv": [("newest month of a running year: JUL", "AUG")],
        f"{base}-aor.csv": [("newest month of a running year: none", "AUG")],
        f"{base}-aug-state.csv": [("kind of file: state", "aor")],
        "nationwide-encounters-fy22-fy25-aug-aor.csv": [("fiscal years: 2022 to 2025", "2023 to 2026")],
    }.items():
        assert named(content, name) == [("name_differs", "hold", *each) for each in expected]
    ((check, severity, _, _),) = named(content, "download.csv")
    assert (check, severity) == ("unknown_name", "note")
    (held,) = parse(content, f"{base}-jul-aor.csv").findings
    assert held.words == (
        f"{base}-jul-aor.csv: the newest month of a running year by its name is JUL, by its rows AUG. "
        "It may be another file."
    )


def without(content: bytes, *beginnings: bytes) -> bytes:
    kept = [line for line in content.splitlines(keepends=True) if not line.startswith(beginnings)]
    assert len(kept) < content.count(b"\n")
    return b"".join(kept)


def test_rows_that_are_cut_off_at_a_line_show_by_what_the_file_says_of_its_newest_month(content: bytes) -> None:
    """Without its newest month a file still says by `Remaining` how far it should go."""
    held = {f.check: f.words for f in parse(without(content, b"2026 (FYTD),FYTD,AUG"), NAME).findings}
    assert set(held) == {"name_differs", "month_grouping"}
    assert "AUG of 2023 is marked FYTD where the running year's newest month is JUL" in held["month_grouping"]


def test_a_refusal_is_told_as_one_and_never_as_no_data(httpserver: HTTPServer, policy: Policy) -> None:
    page = b"<!DOCTYPE html><html><head><title>Nationwide Encounters</title></head></html>"

    def answer(status: int, body: bytes, media: Media) -> FetchError:
        httpserver.clear()
        httpserver.expect_request("/f").respond_with_data(body, status)
        with pytest.raises(FetchError) as raised:
            fetch(httpserver.url_for("/f"), media, None, policy, sleep=lambda seconds: None)
        return raised.value

    for status, body in ((403, REFUSAL), (200, REFUSAL), (200, page)):
        error = answer(status, body, "csv")
        assert isinstance(error, BlockedError)
        assert (error.status, error.transient) == (status, False)
        assert "hand it in with `onrecord import`" in str(error)
    assert "the publisher refused us (status 403)" in str(answer(403, REFUSAL, "html"))
    for body in (b"PK\x03\x04" + bytes(5000), b"no columns here\n", b"%PDF-1.7\n1,2,3"):
        error = answer(200, body, "csv")
        assert not isinstance(error, BlockedError)
        assert "not a CSV file: it begins with" in str(error)
    cut = answer(200, FILES["state"](FINAL_2025)[:-9], "csv")
    assert (cut.transient, cut.status) == (True, 200)
    assert "bytes end in the middle of a line, with b'" in str(cut)


def test_a_file_is_fetched_as_it_came(httpserver: HTTPServer, policy: Policy) -> None:
    for kind, made in FILES.items():
        body = made(FINAL_2025)
        httpserver.clear()
        httpserver.expect_request("/f.csv", headers={"Accept": "text/csv, */*;q=0.1"}).respond_with_data(body)
        response = fetch(httpserver.url_for("/f.csv"), "csv", None, policy)
        assert response.content == body
        parsed: Parsed = parse(response.content or b"", FINAL_2025.name(kind))
        assert parsed.findings == ()
