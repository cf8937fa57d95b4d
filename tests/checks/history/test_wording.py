"""Watched definitions: what is new, gone and changed, told apart from dates and counts that move in every edition."""

from checks.history.wording import LONGEST_SHOWN, changed

ADP = "Average Daily Population is the midnight count of people held by ICE over the days of the fiscal year to date."
STAY = "Length of stay is counted from the book-in to the release or removal of a person and averaged over all of them."


def _said(new: list[str], before: list[str]) -> list[tuple[str, str, str]]:
    found = changed([(f"xlsx:Footnotes!A{n}", text) for n, text in enumerate(new, 1)], before, "the edition before")
    return [(each.check, each.expected, each.found) for each in found]


def test_dates_and_counts_change_no_definition() -> None:
    assert _said(["Data through 05/12/2025 (IIDS v1.31)."], ["Data through 04/28/2025 (IIDS v1.30)."]) == []
    assert _said(["Of the 166,083 records  43 are open."], ["Of the 157,686 records 2 are open."]) == []


def test_a_word_that_changed_is_said_with_its_place() -> None:
    new = ADP.replace("midnight count", "noon count")
    (finding,) = changed([("xlsx:Footnotes!A7", new)], [STAY, ADP], "the edition before")[:1]
    assert (finding.check, finding.severity, finding.scope) == ("definition_changed", "note", ("xlsx:Footnotes!A7",))
    assert finding.words == "xlsx:Footnotes!A7: 'midnight' became 'noon' (before: the edition before)."


def test_a_long_text_is_found_again_when_one_word_of_it_changed() -> None:
    long = " ".join(f"{word}{chr(97 + n % 26)}" for n in range(40) for word in ("of", "which", "records", "remain"))
    assert len(long) > 2 * LONGEST_SHOWN
    (said,) = _said([long.replace("recordsc", "cases")], [long])
    assert said[0] == "definition_changed"


def test_each_text_is_what_one_text_was() -> None:
    said = _said([ADP.replace("held", "detained"), STAY.replace("averaged", "summed")], [STAY, ADP])
    assert [(check, expected[:7]) for check, expected, _ in said] == [
        ("definition_changed", "Average"),
        ("definition_changed", "Length "),
    ]


def test_what_resembles_nothing_is_new_and_what_is_missing_is_gone() -> None:
    assert [check for check, _, _ in _said([ADP], [STAY])] == ["definition_new", "definition_gone"]
    assert _said([ADP], [ADP, STAY]) == [("definition_gone", STAY, "nothing")]
    assert _said([ADP, STAY], [ADP]) == [("definition_new", "nothing", STAY)]
