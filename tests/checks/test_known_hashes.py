from datetime import date

import pytest

from checks.known_hashes import COLUMNS, Witness, check_missing, check_witnesses, load, witnesses

HEAD = ",".join(COLUMNS) + "\n"
KNOWN = (Witness(date(2025, 5, 23), "FY25_a.xlsx", "a" * 64, date(2025, 5, 24)),)


def test_the_shipped_list_names_every_known_edition_once() -> None:
    listed = witnesses()
    assert len(listed) == 149
    assert listed[0].edition_date == date(2020, 8, 21)
    assert len({w.sha256 for w in listed}) == 149


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n", "expected the columns"),
        (HEAD + "23 May,a.xlsx," + "a" * 64 + ",\n", "line 2"),
        (HEAD + "2025-05-23,a.xlsx,abc,\n", "'abc' is no sha256"),
        (HEAD + ("2025-05-23,a.xlsx," + "a" * 64 + ",\n") * 2, "line 3"),
        (HEAD + "2025-05-23\n", "line 2"),
    ],
)
def test_a_list_that_cannot_be_used_says_where(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        load(text)


@pytest.mark.parametrize(
    ("name", "sha256", "day", "checks"),
    [
        ("FY25_a.xlsx", "a" * 64, date(2025, 5, 24), ["witness"]),
        ("FY25_b.xlsx", "a" * 64, date(2025, 5, 24), ["witness"]),
        ("FY25_a.xlsx", "a" * 64, date(2025, 5, 25), ["witness", "archived_earlier"]),
        ("fy25_A.xlsx", "b" * 64, date(2025, 5, 24), ["witness_differs"]),
        ("FY25_c.xlsx", "b" * 64, date(2025, 5, 24), ["not_witnessed"]),
    ],
)
def test_a_capture_against_the_list(name: str, sha256: str, day: date, checks: list[str]) -> None:
    assert [f.check for f in check_witnesses(name, sha256, day, KNOWN)] == checks


def test_what_the_archive_does_not_have() -> None:
    assert check_missing({"a" * 64}, (), KNOWN) == []
    (none,) = check_missing((), (), KNOWN)
    (other,) = check_missing((), ("FY25_A.xlsx",), KNOWN)
    assert none.words == (
        "FY25_a.xlsx (edition of 23 May 2025): the archive has it not at all. "
        "If you hold the file, take it with `onrecord import`."
    )
    assert "with other bytes only" in other.words
