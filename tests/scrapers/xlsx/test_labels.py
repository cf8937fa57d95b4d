"""Labels in every spelling that was seen or is likely: one label stays one, two stay two."""

import pytest

from scrapers.ice.atd import TABLES as ATD_TABLES
from scrapers.ice.detention_tables import TABLES
from scrapers.ice.places.facility_columns import CORE, INSPECTION
from scrapers.xlsx.labels import Words, fold, is_blank, label, name, words

REASONS = words(
    [
        "Total",
        "Order of Recognizance",
        "Notice to Appear (I-862)",
        "Relief Granted by IJ",
        "ICE Threat Level 1",
        "ICE Threat Level 2",
        "No ICE Threat Level",
        "Level A",
        "Male Non-Crim",
        "0-180 Days",
        "FAMU",
    ]
)


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("Order of Recognizance", "Order of Recognizance"),
        ("ORDER OF RECOGNIZANCE", "Order of Recognizance"),
        ("order of recognizance", "Order of Recognizance"),
        ("Order of  Recognizance ", "Order of Recognizance"),
        ("Order\nof\xa0Recognizance", "Order of Recognizance"),
        ("Order of Recogn\xadizance\u200b", "Order of Recognizance"),
        ("Order of Recognizance*", "Order of Recognizance"),
        ("** Order of Recognizance **", "Order of Recognizance"),
        ("Order of Recognizance1", "Order of Recognizance"),
        ("Order of Recognizance12*", "Order of Recognizance"),
        ("Order of Recognizance¹", "Order of Recognizance"),
        ("Order of Recognizance [1]", "Order of Recognizance"),
        ("Order of Recognizance (2)", "Order of Recognizance"),
        ("Order of Recognizance:", "Order of Recognizance"),
        ("Order of Recognizance†", "Order of Recognizance"),
        ("Notice to Appear (I-862)3", "Notice to Appear (I-862)"),
        ("NOTICE TO APPEAR (I–862)", "Notice to Appear (I-862)"),
        ("Relief Granted by IJ1", "Relief Granted by IJ"),
        ("Level A1", "Level A"),
        ("Male Non–Crim", "Male Non-Crim"),
        ("0–180 days", "0-180 Days"),
        ("ICE Threat Level1", "ICE Threat Level 1"),
        ("ICE THREAT LEVEL 1*", "ICE Threat Level 1"),
        ("No ICE Threat Level2", "No ICE Threat Level"),
        ("FAMU*", "FAMU"),
        # What is another label, or might be.
        ("ICE Threat Level 3", None),
        ("ICE Threat Level 12", None),
        ("ICE Threat Level", None),
        ("No ICE Threat Level 2", None),
        ("Level B", None),
        ("Level", None),
        ("Total Detained", None),
        ("Total 2", None),
        ("181-365 Days", None),
        ("Order of Supervision", None),
        ("", None),
        (None, None),
        (7, None),
        (7.5, None),
    ],
)
def test_a_declared_label_is_found_in_any_spelling_and_no_other_is(written: object, declared: str | None) -> None:
    assert REASONS.find(written) == declared
    assert (written in REASONS) is (declared is not None)


def test_a_blank_label_is_found_where_it_is_declared() -> None:
    assert words(["", "Removals"]).find(None) == ""
    assert words(["", "Removals"]).find("\xa0") == ""
    assert words(["Removals"]).find(None) is None


def test_two_labels_that_are_compared_as_one_must_mean_one_thing() -> None:
    assert Words({"Order of Supervision": 1, "Order of supervision": 1}).meaning("ORDER OF SUPERVISION") == 1
    with pytest.raises(ValueError, match="are compared as one and mean two things"):
        Words({"Dual Tech": 1, "Dualtech": 2})


def test_every_declared_label_is_told_apart_from_those_beside_it() -> None:
    """`Words` refuses two labels of other meaning that fold to one; these are all that readers put together."""
    for table in (*TABLES, *ATD_TABLES):
        columns = Words(table.columns)
        assert all(
            columns.find(text) == text or table.columns[columns.find(text) or ""] == table.columns[text]
            for text in table.columns
        )
        for labels in table.labels:
            Words({**labels.groups, **labels.rows})
    known = Words({**CORE, **INSPECTION})
    for text in (*CORE, *INSPECTION):
        assert known.find(text) == text
    assert len({fold(text) for text in (*CORE, *INSPECTION)}) == len(CORE) + len(INSPECTION)


def test_of_two_headers_only_the_one_without_a_digit_is_the_declared_one() -> None:
    """A column `Level A2` beside `Level A` is a new one; where it stands alone the digit is a footnote's."""
    assert REASONS.across({1: "Level A", 2: "Level A2", 3: "TOTAL"}) == {1: "Level A", 2: "Level A2", 3: "Total"}
    assert REASONS.across({1: "Level A2", 2: "Level B"}) == {1: "Level A", 2: "Level B"}
    assert REASONS.across({1: "Level A2", 2: "LEVEL A"}) == {1: "Level A2", 2: "Level A"}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*Total**", "Total"),
        ("STEWART DETENTION CENTER1", "STEWART DETENTION CENTER"),
        ("Total [12]", "Total"),
        ("JFK INTERNATIONAL AP - T7", "JFK INTERNATIONAL AP - T7"),
        ("EOFY24", "EOFY24"),
        ("fy25", "fy25"),
        ("BAKER COUNTY SHERIFF’S OFFICE", "BAKER COUNTY SHERIFF'S OFFICE"),
        ("Other 1", "Other 1"),
        ("*", ""),
    ],
)
def test_a_label_of_no_list_is_shown_without_its_marks(written: str, shown: str) -> None:
    assert label(written) == shown


def test_names_of_no_list_are_in_capitals() -> None:
    assert name("River Correctional  Center*") == name("RIVER CORRECTIONAL CENTER") == "RIVER CORRECTIONAL CENTER"


@pytest.mark.parametrize("value", [None, "", " ", "\xa0\n", "\u200b", " \ufeff "])
def test_what_nobody_sees_is_blank(value: object) -> None:
    assert is_blank(value)
    assert not any(is_blank(other) for other in (0, 0.0, "-", "*", False))
