from datetime import date

import pytest

from scrapers.ice_footnotes import CLOCKS, Statement, dating, state
from scrapers.workbook import Sheet

DOCKET = "ICE Currently Detained Population Breakdown"
BOOK_INS = "FY2025 ICE Initial Book-Ins"
REMOVALS = "FY2025 ICE Removals"


def _notes(*lines: tuple[str, str], visible: bool = True) -> Sheet:
    """A footnotes sheet: section (column A, blank where it goes on) and sentence (column B), from row 1."""
    cells = {(row, column): text for row, line in enumerate(lines, 1) for column, text in enumerate(line, 1) if text}
    return Sheet("Footnotes" if visible else "Footnotes_DEL", visible, cells)


def _state(clock: str, *sheets: Sheet, year: int = 2025) -> tuple[Statement | None, str]:
    return state(CLOCKS[clock], [dating(sheet) for sheet in sheets], year)


@pytest.mark.parametrize(
    ("sentence", "year", "through", "run"),
    [
        (
            "ICE National Docket data are a snapshot as of 05/18/2025 (IIDS Run Date 05/19/2025; "
            "EID as of 05/18/2025).",
            2025,
            date(2025, 5, 18),
            date(2025, 5, 19),
        ),
        (
            "FY2021 ICE National Docket data are a snapshot as of t 09/25/2021 (IIDS v.1.34 run date 09/27/2021; "
            "EID as of 09/25/2021).",
            2021,
            date(2021, 9, 25),
            date(2021, 9, 27),
        ),
        (
            "ICE National Docket data are a snapshot as of  01/15/2023 (IIDS v.2.0 run date 01/17/2023; "
            "EID as of  01/15/2023).",
            2023,
            date(2023, 1, 15),
            date(2023, 1, 17),
        ),
        (
            "ICE National Docket data are a snapshot as 04/04/2026 (IIDS Run Date 04/05/2026; EID as of 04/04/2026).",
            2026,
            date(2026, 4, 4),
            date(2026, 4, 5),
        ),
        (
            "ICE National Docket data are a snapshot as of 10/02/2020 (IIDS v 1.34 run as of 10/05/2020; "
            "EID as of 10/02/2020).",
            2020,
            date(2020, 10, 2),
            date(2020, 10, 5),
        ),
        ("ICE National Docket data are a snapshot as of 5/8/2025.", 2025, date(2025, 5, 8), None),
        (
            "ice national docket data are a snapshot as of 05/18/2025 (iids run date05/19/2025).",
            2025,
            date(2025, 5, 18),
            date(2025, 5, 19),
        ),
    ],
)
def test_the_docket_is_dated_in_every_wording(sentence: str, year: int, through: date, run: date | None) -> None:
    found = _state("docket", _notes((DOCKET, sentence)), year=year)
    assert found == (Statement(through, run, "xlsx:Footnotes!B1"), "")


@pytest.mark.parametrize(
    ("sentence", "through", "run"),
    [
        (
            "FY2025 YTD ICE Removals data are updated through 05/17/2025 (IIDS Run Date 05/19/2025; "
            "EID as of 05/17/2025).",
            date(2025, 5, 17),
            date(2025, 5, 19),
        ),
        (
            "ICE Removals data are filtered through 11/30/2024  (IIDS v.1.34 run date 12/02/2024).",
            date(2024, 11, 30),
            date(2024, 12, 2),
        ),
        ("Removals data updated  through 11/30/2024 (IIDS v2.0).", date(2024, 11, 30), None),
    ],
)
def test_removals_are_dated_in_every_wording(sentence: str, through: date, run: date | None) -> None:
    found = _state("removals", _notes((REMOVALS, sentence)))
    assert found == (Statement(through, run, "xlsx:Footnotes!B1"), "")


@pytest.mark.parametrize(
    "sentence",
    [
        "ICE National Docket data are a snapshot as of 09/022/2025 (IIDS Run Date 09/03/2025; EID as of 09/02/2025).",
        "ICE National Docket data are a snapshot as of 09/022/2025; EID as of 09/02/2025.",
        "ICE National Docket data are a snapshot as of 02/30/2025 (EID as of 03/01/2025).",
        "ICE National Docket data are a snapshot as of the day above (IIDS Run Date 09/03/2025).",
        "ICE Detention data are a snapshot as of 09/02/2025.",
    ],
)
def test_what_is_no_date_is_none_and_no_other_date_of_the_sentence_stands_in(sentence: str) -> None:
    assert _state("docket", _notes((DOCKET, sentence))) == (
        None,
        "no footnote states the day of the docket block",
    )


@pytest.mark.parametrize(
    "words", ["as of 09/02/2025", "as 09/02/2025", "of 09/02/2025", "09/02/2025", "as of  09/02/2025"]
)
def test_the_day_of_a_snapshot_needs_no_as_of(words: str) -> None:
    sentence = f"ICE National\xa0Docket data are a snapshot {words} (IIDS Run Date 09/03/2025)."
    found, _ = _state("docket", _notes((DOCKET, sentence)))
    assert found is not None
    assert (found.through, found.run) == (date(2025, 9, 2), date(2025, 9, 3))


def test_a_run_date_that_is_none_is_left_out_and_the_day_kept() -> None:
    sentence = "ICE National Docket data are a snapshot as of 09/02/2025 (IIDS Run Date 09/033/2025; EID 09/02/2025)."
    assert _state("docket", _notes((DOCKET, sentence)))[0] == Statement(date(2025, 9, 2), None, "xlsx:Footnotes!B1")


def test_each_block_has_its_own_date() -> None:
    notes = _notes(
        ("FY2025 ICE Average Daily Population", "ICE Detention data are updated through 01/01/2025."),
        (REMOVALS, "A removal is a removal."),
        ("", "ICE Removals data are updated through 02/02/2025."),
        (DOCKET, "ICE National Docket data are a snapshot as of 03/03/2025."),
        (BOOK_INS, "ICE Book-ins data is updated through 04/04/2025."),
        ("FY2025 and FY2024 ICE Final Book Outs", "ICE Final Book Out data are updated through 05/05/2025."),
        ("Semiannual Arrests, Bookins and Removals", "ICE Removals data are updated through 06/06/2025."),
    )
    found = {clock: _state(clock, notes)[0] for clock in ("docket", "book_ins", "removals")}
    assert {clock: (s.through, s.locator) for clock, s in found.items() if s} == {
        "removals": (date(2025, 2, 2), "xlsx:Footnotes!B3"),
        "docket": (date(2025, 3, 3), "xlsx:Footnotes!B4"),
        "book_ins": (date(2025, 4, 4), "xlsx:Footnotes!B5"),
    }


def test_a_sentence_that_names_its_block_needs_no_section() -> None:
    """03172022b has no title over the removals section."""
    notes = _notes(
        ("FY2025 ICE Final Releases", "FY2025 ICE Removals data are updated through 02/02/2025."),
        ("FY2025 ICE Final Releases", "FY2025 ICE Book-ins data is updated through 02/03/2025."),
    )
    assert _state("removals", notes)[0] == Statement(date(2025, 2, 2), None, "xlsx:Footnotes!B1")
    assert _state("book_ins", notes)[0] == Statement(date(2025, 2, 3), None, "xlsx:Footnotes!B2")


def test_the_blocks_own_section_is_believed_before_a_sentence_elsewhere() -> None:
    """04282022 says `ICE Removals data` in the section on releases too."""
    notes = _notes(
        ("FY2025 ICE Final Releases", "FY2025 ICE Removals data are updated through 02/02/2025."),
        (REMOVALS, "FY2025 ICE Removals data are updated through 02/09/2025."),
    )
    assert _state("removals", notes)[0] == Statement(date(2025, 2, 9), None, "xlsx:Footnotes!B2")


def test_the_semiannual_date_never_stands_in() -> None:
    notes = _notes(("Semiannual Arrests, Bookins and Removals", "ICE Removals data are updated through 04/22/2025."))
    assert _state("removals", notes) == (None, "no footnote states the day of the removals block")


def test_two_days_for_a_block_are_no_choice() -> None:
    notes = _notes(
        (REMOVALS, "ICE Removals data are updated through 05/17/2025."),
        ("", "ICE Removals data are updated through 05/03/2025."),
    )
    assert _state("removals", notes) == (
        None,
        "the footnotes state different days for the removals block: 2025-05-03, 2025-05-17",
    )


def test_one_day_said_twice_is_one_day() -> None:
    sentence = "ICE Removals data are updated through 05/17/2025."
    assert _state("removals", _notes((REMOVALS, sentence), ("", sentence)))[0] == Statement(
        date(2025, 5, 17), None, "xlsx:Footnotes!B1"
    )


@pytest.mark.parametrize(
    ("through", "fits"),
    [
        ("09/30/2024", False),
        ("10/01/2024", True),
        ("09/30/2025", True),
        ("10/14/2025", True),  # a year's last snapshot is taken a few days into the next
        ("10/15/2025", False),
        ("05/17/2024", False),
    ],
)
def test_a_day_of_another_year_dates_nothing(through: str, fits: bool) -> None:
    statement, reason = _state("docket", _notes((DOCKET, f"National Docket data are a snapshot as of {through}.")))
    assert (statement is not None) is fits
    month, day, year = through.split("/")
    assert reason == (
        ""
        if fits
        else f"the footnote for the docket block says {year}-{month}-{day} (xlsx:Footnotes!B1), "
        "which is no day of FY2025"
    )


def test_a_visible_sheet_is_believed_before_a_hidden_one() -> None:
    line = (DOCKET, "National Docket data are a snapshot as of 05/18/2025.")
    hidden = _notes((DOCKET, "National Docket data are a snapshot as of 05/04/2025."), visible=False)
    assert _state("docket", hidden, _notes(line))[0] == Statement(date(2025, 5, 18), None, "xlsx:Footnotes!B1")
    assert _state("docket", hidden)[0] == Statement(date(2025, 5, 4), None, "xlsx:Footnotes_DEL!B1")


def test_no_footnotes_date_nothing() -> None:
    assert _state("docket") == (None, "no footnote states the day of the docket block")
