"""What a reconciliation comes to for the trust gate: which cells are in dispute, and findings for the record. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from checks.sources.paired_tables import TableResult
from checks.sources.reconcile import AGREEING, DISPUTED, Booked, Comparison, Dated, Difference, Reconciliation
from figures.periods import spoken
from figures.records import Finding, Severity

DISAGREE, EXCHANGED = "sources_disagree", "columns_exchanged"
WITNESS, UNWITNESSED, NO_WORKBOOK = "second_witness", "no_second_witness", "no_workbook_held"
CHECKS = frozenset({DISAGREE, EXCHANGED, WITNESS, UNWITNESSED, NO_WORKBOOK})
PEOPLE_HELD = "people held"
# TRAC showed a release 1 to 13 days after ICE's in 2025-26 (`trac_dates` has the sources).
TRAC_LATE = timedelta(days=21)
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Dispute:
    """Cells in which one release of ICE's and TRAC's table differ. `settled`: a later edition of ICE's has TRAC's
    figures; then only the edition with the wrong ones stays held.
    """

    check: str
    table: str
    day: date
    release_id: int
    release_name: str
    differences: tuple[Difference, ...]
    paired: str
    words: str
    settled: bool = False


def disputes(found: Reconciliation, tables: Sequence[TableResult]) -> list[Dispute]:
    """Every open dispute, oldest day first."""
    people = [dispute for dated in found.dates for dispute in _of_date(dated)]
    others = [
        Dispute(
            DISAGREE,
            each.table.title,
            each.taken,
            each.source.release_id,
            each.source.name,
            each.differences,
            each.paired,
            each.words,
        )
        for each in tables
        if each.outcome in DISPUTED and each.source
    ]
    return [*people, *others]


def _of_date(dated: Dated) -> Iterator[Dispute]:
    if not dated.comparisons or dated.outcome == "trac_behind":
        return
    *earlier, newest = dated.comparisons
    if newest.outcome in DISPUTED:
        for comparison in dated.comparisons:
            if comparison.outcome in DISPUTED:
                yield _dispute(dated, comparison, settled=False)
    elif newest.outcome in AGREEING:
        # A figure that a later edition of one count changed is a revision; columns in each other's place never were.
        for comparison in earlier:
            if comparison.outcome == "columns_exchanged":
                yield _dispute(dated, comparison, settled=True)


def _dispute(dated: Dated, comparison: Comparison, *, settled: bool) -> Dispute:
    book = comparison.pair.book
    check = EXCHANGED if comparison.exchanged else DISAGREE
    after = f" {dated.comparisons[-1].pair.book.name} has them right." if settled else ""
    differences = "; ".join(_difference(each) for each in comparison.differences[:_SHOWN])
    more = f"; {len(comparison.differences) - _SHOWN} more" if len(comparison.differences) > _SHOWN else ""
    words = (
        f"TRAC's row of {spoken(dated.row.date)} and {book.name} disagree: {differences}{more}. "
        f"Paired {comparison.pair.words}.{after}"
    )
    if comparison.exchanged:
        words = f"The figures of ICE and CBP seem to stand in each other's column. {words}"
    return Dispute(
        check=check,
        table=PEOPLE_HELD,
        day=dated.row.date,
        release_id=book.release_id,
        release_name=book.name,
        differences=comparison.differences,
        paired=comparison.pair.words,
        words=words,
        settled=settled,
    )


def _difference(each: Difference) -> str:
    where = each.ours[0].locator if each.ours else "ICE's rows together"
    return f"{where} says {each.value:,.10g}, {each.theirs.locator} {each.theirs.value:,.10g}"


def on_ice(dispute: Dispute) -> Finding:
    """The hold on the workbook's side: the cells in dispute and no other."""
    cells = tuple(dict.fromkeys(o.locator for each in dispute.differences for o in each.ours))
    theirs = ", ".join(f"{each.theirs.value:.10g}" for each in dispute.differences)
    ours = ", ".join(f"{each.value:.10g}" for each in dispute.differences)
    return Finding(dispute.check, "hold", "cells", cells, f"{dispute.day}: {theirs}", ours, dispute.words)


def on_trac(dispute: Dispute) -> Finding:
    """The hold on TRAC's side."""
    cells = tuple(each.theirs.locator for each in dispute.differences)
    theirs = ", ".join(f"{each.theirs.value:.10g}" for each in dispute.differences)
    ours = ", ".join(f"{each.value:.10g}" for each in dispute.differences)
    return Finding(dispute.check, "hold", "cells", cells, f"{dispute.day}: {ours}", theirs, dispute.words)


def note_on_book(booked: Booked, today: date) -> Finding | None:
    """What is recorded of a workbook that is not in dispute: TRAC as its second witness, or why there is none."""
    comparison = booked.comparison
    if comparison and booked.outcome in AGREEING:
        cells = tuple(o.locator for o in comparison.equal)
        day = comparison.pair.row.date.isoformat()
        return Finding(WITNESS, "note", "cells", cells, f"{len(cells)} equal figures at TRAC", day, booked.words)
    if booked.outcome in DISPUTED:
        return None
    late = booked.outcome == "trac_behind" and today - booked.book.posted > TRAC_LATE
    severity: Severity = "warn" if late else "note"
    return Finding(UNWITNESSED, severity, "release", (), "a row of TRAC's", booked.outcome, booked.words)


def note_on_table(found: Reconciliation) -> Finding | None:
    """TRAC's dates without a workbook, in one line for the newest of its tables."""
    without = [dated.row for dated in found.dates if dated.outcome == "no_workbook"]
    if not without:
        return None
    days = ", ".join(row.date.isoformat() for row in without)
    words = f"{len(without)} of {len(found.dates)} dates of TRAC's have no workbook here to be held against: {days}."
    return Finding(
        NO_WORKBOOK, "note", "release", (), "a workbook for each date", f"{len(without)} of {len(found.dates)}", words
    )
