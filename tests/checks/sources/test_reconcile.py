"""Every date and every workbook is explained: each class has an input that makes it."""

from dataclasses import replace
from datetime import date

from checks.sources.disputes import disputes, note_on_book, note_on_table, on_ice, on_trac
from checks.sources.pairing import Book, Row, exchanged
from checks.sources.reconcile import Reconciliation, reconcile
from tests.checks.conftest import book, cells, dims, row

DAY, POSTED, SEEN = date(2025, 6, 15), date(2025, 6, 20), date(2025, 6, 22)
LATER = row(date(2025, 6, 29), 5000)


def outcomes(found: Reconciliation) -> tuple[list[str], list[str]]:
    return [each.outcome for each in found.dates], [each.outcome for each in found.books]


def altered(found: Book, agency: str, kind: str, by: float) -> Book:
    key = dims(agency, kind)
    cell = found.cells[key]
    return replace(found, cells={**found.cells, key: cell._replace(value=(cell.value or 0.0) + by)})


def swapped(number: int, posted: date, *kinds: str) -> Book:
    """A workbook with ICE and CBP in each other's place, in some rows of the table."""
    made = book(number, posted, DAY, 2000)
    other = exchanged(made.cells)
    moved = {key: o if dict(key)["criminality"] in kinds else made.cells[key] for key, o in other.items()}
    return replace(made, cells=moved)


def test_twelve_equal_figures_agree() -> None:
    found = reconcile([row(DAY, 2000)], [book(1, POSTED, DAY, 2000)], SEEN)
    assert outcomes(found) == (["agree"], ["agree"])
    assert found.dates[0].words == "All 12 figures equal those of 06202025.xlsx. Paired by the day of the count."
    assert disputes(found, []) == []


def test_equal_figures_under_another_day_are_no_dispute() -> None:
    found = reconcile([row(date(2025, 6, 16), 2000)], [book(1, POSTED, DAY, 2000)], SEEN)
    assert outcomes(found) == (["dates_differ"], ["dates_differ"])
    assert "TRAC says 16 June 2025, ICE 15 June 2025" in found.dates[0].words
    assert disputes(found, []) == []


def test_one_altered_cell_is_found_and_named() -> None:
    found = reconcile([row(DAY, 2000)], [altered(book(1, POSTED, DAY, 2000), "ICE", "convicted", 1)], SEEN)
    assert outcomes(found) == (["values_differ"], ["values_differ"])
    (dispute,) = disputes(found, [])
    assert (dispute.check, dispute.settled, len(dispute.differences)) == ("sources_disagree", False, 1)
    assert on_ice(dispute).scope == ("xlsx:Detention!ICEconvicted",)
    assert on_trac(dispute).scope == ("json:/ICEconvicted",)
    assert on_ice(dispute).words == (
        "TRAC's row of 15 June 2025 and 06202025.xlsx disagree: xlsx:Detention!ICEconvicted says 2,001, "
        "json:/ICEconvicted 2,000. Paired by the day of the count."
    )


def test_a_wholly_other_count_on_the_day_is_a_dispute_and_no_missing_pair() -> None:
    found = reconcile([row(DAY, 2000)], [book(1, POSTED, DAY, 4000)], SEEN)
    assert outcomes(found) == (["values_differ"], ["values_differ"])
    assert len(disputes(found, [])[0].differences) == 12


def test_exchanged_columns_are_suspected_in_all_rows_or_in_one() -> None:
    for kinds in (("convicted", "pending", "other", "all"), ("convicted", "all")):
        found = reconcile([row(DAY, 2000)], [swapped(1, POSTED, *kinds)], SEEN)
        assert outcomes(found) == (["columns_exchanged"], ["columns_exchanged"])
        (dispute,) = disputes(found, [])
        assert (dispute.check, len(dispute.differences)) == ("columns_exchanged", 2 * len(kinds))
        assert not any("all,all" in str(o) for o in on_ice(dispute).scope)


def test_an_exchange_and_another_change_is_more_than_an_exchange() -> None:
    mixed = altered(swapped(1, POSTED, "convicted", "all"), "all", "all", 5)
    assert outcomes(reconcile([row(DAY, 2000)], [mixed], SEEN))[0] == ["values_differ"]


def test_a_re_issue_that_puts_the_columns_right_settles_tracs_side_alone() -> None:
    books = [swapped(1, POSTED, "convicted", "all"), book(2, date(2025, 6, 26), DAY, 2000)]
    found = reconcile([row(DAY, 2000)], books, SEEN)
    assert outcomes(found) == (["agree"], ["columns_exchanged", "agree"])
    (dispute,) = disputes(found, [])
    assert (dispute.release_id, dispute.settled) == (1, True)
    assert dispute.words.endswith("06262025.xlsx has them right.")


def test_a_revision_that_trac_followed_is_no_dispute() -> None:
    books = [altered(book(1, POSTED, DAY, 2000), "ICE", "other", 3), book(2, date(2025, 6, 26), DAY, 2000)]
    found = reconcile([row(DAY, 2000)], books, SEEN)
    assert found.dates[0].outcome == "agree"
    assert disputes(found, []) == []


def test_a_re_issue_that_trac_could_not_have_loaded_leaves_it_behind() -> None:
    books = [book(1, POSTED, DAY, 2000), altered(book(2, date(2025, 6, 26), DAY, 2000), "ICE", "other", 3)]
    found = reconcile([row(DAY, 2000)], books, date(2025, 6, 22))
    assert found.dates[0].outcome == "trac_behind"
    assert disputes(found, []) == []
    later = reconcile([row(DAY, 2000)], books, date(2025, 7, 3))
    assert later.dates[0].outcome == "values_differ"
    assert [d.release_id for d in disputes(later, [])] == [2]


def test_a_re_issue_with_exchanged_columns_is_suspected_at_once() -> None:
    books = [book(1, POSTED, DAY, 2000), swapped(2, date(2025, 6, 26), "convicted", "all")]
    assert reconcile([row(DAY, 2000)], books, date(2025, 6, 22)).dates[0].outcome == "columns_exchanged"


def test_a_cell_without_a_number_is_not_compared_and_not_agreed_on() -> None:
    one = book(1, POSTED, DAY, 2000)
    key = dims("CBP", "pending")
    found = reconcile(
        [row(DAY, 2000)], [replace(one, cells={**one.cells, key: one.cells[key]._replace(value=None)})], SEEN
    )
    assert outcomes(found) == (["incomplete"], ["incomplete"])
    assert found.dates[0].words.startswith("11 of 12 figures can be compared with 06202025.xlsx and agree.")
    assert disputes(found, []) == []


def test_a_workbook_without_a_row_is_behind_skipped_before_old_or_undated() -> None:
    rows = [row(date(2025, 6, 1), 1000), LATER]
    skipped = book(1, POSTED, DAY, 2000)
    behind = book(2, date(2025, 7, 17), date(2025, 7, 13), 3000)
    before = book(3, date(2019, 5, 1), date(2019, 4, 20), 3000)
    older = book(4, POSTED, date(2020, 10, 2), 3000, current=False)
    undated = book(5, POSTED, None, 3000)
    found = reconcile(rows, [skipped, behind, before, older, undated], SEEN)
    assert [b.outcome for b in found.books] == ["trac_skipped", "trac_behind", "before_table", "older_sheet", "undated"]
    words = [b.words for b in found.books]
    assert words[0].endswith("and none for it: it never loaded this release.")
    assert words[1].endswith("yet; its newest row is of 29 June 2025.")
    assert words[2].startswith("TRAC's table begins on 1 June 2025")
    assert words[3].startswith("It shows only the sheet of 2 October 2020 (10,221 people held)")
    assert words[4] == "No row has its figures, and it cannot be placed by its day: it states no day."
    assert [d.outcome for d in found.dates] == ["no_workbook", "no_workbook"]


def test_an_empty_table_leaves_every_workbook_ahead_of_it() -> None:
    found = reconcile([], [book(1, POSTED, DAY, 2000)], SEEN)
    assert found.books[0].outcome == "trac_behind"
    assert found.books[0].words.endswith("its table is empty.")


def test_a_date_without_a_workbook_says_what_the_date_is() -> None:
    rows = [Row(day, cells(2000, day, "trac.detained")) for day in (date(2021, 6, 11), date(2025, 6, 1))]
    words = [d.words for d in reconcile(rows, [], SEEN).dates]
    assert words[0].startswith(
        "No workbook of this release is held; TRAC's date is the day on which ICE posted it. The workbook kept a"
    )
    assert words[1] == "No workbook of this release is held; TRAC's date is the day of the count."


def test_what_is_recorded_of_a_workbook_and_of_the_table() -> None:
    found = reconcile([row(DAY, 2000), LATER], [book(1, POSTED, DAY, 2000)], SEEN)
    note = note_on_book(found.books[0], SEEN)
    assert note is not None
    assert (note.check, note.severity, len(note.scope), note.found) == ("second_witness", "note", 12, "2025-06-15")
    table = note_on_table(found)
    assert table is not None
    assert table.words == "1 of 2 dates of TRAC's have no workbook here to be held against: 2025-06-29."
    disputed = reconcile([row(DAY, 2000)], [book(1, POSTED, DAY, 4000)], SEEN)
    assert note_on_book(disputed.books[0], SEEN) is None
    assert note_on_table(disputed) is None


def test_trac_that_stays_behind_becomes_a_warning() -> None:
    (ahead,) = reconcile([row(date(2025, 6, 1), 1000)], [book(1, POSTED, DAY, 2000)], SEEN).books
    severities = [note.severity for day in (11, 12) if (note := note_on_book(ahead, date(2025, 7, day)))]
    assert severities == ["note", "warn"]
