"""What `onrecord reconcile` prints: tables for people, JSON for programs, the page docs/reconciliation.md."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich.console import Console

from alerts.messages.words.figures_told import CREDIT
from checks.sources.reconcile import AGREEING, DISPUTED, Booked, Comparison, Dated, Difference
from flows.reconcile import Outcome
from flows.show.formats import age_days, aged
from flows.show.printing import say, table

# Each class of outcome in words, in the order in which they are listed.
CLASSES: Mapping[str, str] = {
    "agree": "all figures agree",
    "dates_differ": "all figures agree, the days differ",
    "values_differ": "values differ",
    "columns_exchanged": "ICE and CBP seem exchanged",
    "incomplete": "what can be compared agrees, a cell has no number",
    "trac_behind": "TRAC is behind",
    "trac_skipped": "TRAC skipped it",
    "older_sheet": "an older sheet published again",
    "undated": "the workbook cannot be placed in time",
    "before_table": "before TRAC's table begins",
    "no_workbook": "no workbook held",
}


def disputed(outcome: Outcome) -> bool:
    """Whether anything is in dispute as it stands."""
    outcomes = [*(each.outcome for each in outcome.found.dates), *(each.outcome for each in outcome.tables)]
    return any(each in DISPUTED for each in outcomes)


def as_object(outcome: Outcome, now: datetime) -> dict[str, Any]:
    """`onrecord reconcile --json`: a stable interface. `newest`: how old each newest count is at `now`."""
    found = outcome.found
    return {
        "newest": {name: {"day": day, "age_days": age_days(day, now)} for name, day in _newest(outcome).items()},
        "summary": {
            "dates": dict(_counted(found.dates)),
            "workbooks": dict(_counted(found.books)),
            "dates_that_agree_in_all_figures": sum(each.outcome in AGREEING for each in found.dates),
        },
        "dates": [
            {
                "date": each.row.date,
                "outcome": each.outcome,
                "words": each.words,
                "workbooks": [_comparison(comparison) for comparison in each.comparisons],
            }
            for each in found.dates
        ],
        "workbooks": [
            {
                "workbook": each.book.name,
                "posted": each.book.posted,
                "day": each.book.day,
                "outcome": each.outcome,
                "date": each.comparison.pair.row.date if each.comparison else None,
                "words": each.words,
            }
            for each in found.books
        ],
        "tables": [
            {
                "table": each.table.id,
                "downloaded": each.taken,
                "outcome": each.outcome,
                "workbook": each.source.name if each.source else None,
                "equal": len(each.equal),
                "differences": [_difference(difference) for difference in each.differences],
                "words": each.words,
            }
            for each in outcome.tables
        ],
    }


def _counted(found: Sequence[Dated] | Sequence[Booked]) -> Iterable[tuple[str, int]]:
    counts = Counter(str(each.outcome) for each in found)
    return [(name, counts[name]) for name in CLASSES if counts[name]]


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "workbook": comparison.pair.book.name,
        "outcome": comparison.outcome,
        "paired": comparison.pair.words,
        "basis": comparison.pair.basis,
        "days_apart": comparison.pair.apart,
        "equal": len(comparison.equal),
        "differences": [_difference(difference) for difference in comparison.differences],
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "series": difference.theirs.series,
        "ice": difference.value,
        "ice_cells": [o.locator for o in difference.ours],
        "trac": difference.theirs.value,
        "trac_cell": difference.theirs.locator,
    }


def _newest(outcome: Outcome) -> dict[str, date | None]:
    """The last day that each publisher counts people for, of what is held here."""
    return {
        "trac": max((each.row.date for each in outcome.found.dates), default=None),
        "ice": max((each.book.day for each in outcome.found.books if each.book.day), default=None),
    }


def _newest_words(outcome: Outcome, now: datetime) -> str:
    newest = {name: aged(day, now) or "none held here" for name, day in _newest(outcome).items()}
    return f"Newest count of TRAC: {newest['trac']}; of ICE: {newest['ice']}."


def print_report(outcome: Outcome, now: datetime, console: Console, limit: int | None = None) -> None:
    found = outcome.found
    if not found.dates:
        say(console, "No table of TRAC's is held here yet: onrecord run fetches it.")
        return
    for title, counted in (("TRAC's dates", _counted(found.dates)), ("ICE's workbooks", _counted(found.books))):
        words = "; ".join(f"{count} {CLASSES[name]}" for name, count in counted)
        say(console, f"{title}: {words or 'none'}.")
    dates, books, tables = _told(outcome)
    for title, columns, rows in (
        ("Dates that do not simply agree", ("date", "what", "why"), dates),
        ("Workbooks that do not simply agree", ("workbook", "posted", "what", "why"), books),
        ("TRAC's other tables", ("table", "downloaded", "what", "why"), tables),
    ):
        if rows:
            say(console)
            table(console, title, columns, rows, limit=limit)
    without = [each.row.date.isoformat() for each in found.dates if each.outcome == "no_workbook"]
    if without:
        say(console, f"Dates without a workbook here: {', '.join(without)}.")
    say(console, f"{_newest_words(outcome, now)} {CREDIT}")


_Rows = list[tuple[object, ...]]


def _told(outcome: Outcome) -> tuple[_Rows, _Rows, _Rows]:
    """Rows for what is not a plain agreement; dates without a workbook are listed apart."""
    found = outcome.found
    dates: _Rows = [
        (each.row.date, CLASSES[each.outcome], each.words)
        for each in found.dates
        if each.outcome not in ("agree", "no_workbook")
    ]
    books: _Rows = [
        (each.book.name, each.book.posted, CLASSES[each.outcome], each.words)
        for each in found.books
        if each.outcome != "agree" or not each.book.current
    ]
    tables: _Rows = [(each.table.title, each.taken, CLASSES[each.outcome], each.words) for each in outcome.tables]
    return dates, books, tables


def as_markdown(outcome: Outcome) -> str:
    """The page docs/reconciliation.md, from what is stored."""
    found = outcome.found
    dates, books, tables = _told(outcome)
    agree = sum(each.outcome in AGREEING for each in found.dates)
    compared = sum(bool(each.comparisons) for each in found.dates)
    newest = {name: day or "none" for name, day in _newest(outcome).items()}
    lines = [
        "# ICE held against TRAC",
        "",
        "Made by `onrecord reconcile --markdown`. TRAC: Transactional Records Access Clearinghouse, "
        "<https://tracreports.org/immigration/detentionstats/>; its files are not republished here.",
        "",
        f"{len(found.dates)} dates of TRAC's, {len(found.books)} workbooks of ICE's. {compared} dates have a workbook; "
        f"{agree} of them agree in all figures. Newest count: TRAC {newest['trac']}, ICE {newest['ice']}.",
        "",
        *_markdown("TRAC's dates by class", ("class", "dates"), [(CLASSES[n], c) for n, c in _counted(found.dates)]),
        *_markdown("Workbooks by class", ("class", "workbooks"), [(CLASSES[n], c) for n, c in _counted(found.books)]),
        *_markdown("Dates that do not simply agree", ("date", "class", "explanation"), dates),
        *_markdown("Workbooks that do not simply agree", ("workbook", "posted", "class", "explanation"), books),
        *_markdown("TRAC's other tables", ("table", "downloaded", "class", "explanation"), tables),
        *_markdown("Every pair", ("TRAC's date", "workbook", "count of", "paired", "equal figures"), _pairs(outcome)),
        *_markdown(
            "Dates without a workbook",
            ("date", "explanation"),
            [(each.row.date, each.words) for each in found.dates if each.outcome == "no_workbook"],
        ),
    ]
    return "\n".join(lines).rstrip()


def _pairs(outcome: Outcome) -> _Rows:
    return [
        (each.row.date, c.pair.book.name, c.pair.book.day, c.pair.basis, len(c.equal))
        for each in outcome.found.dates
        for c in each.comparisons
    ]


def _markdown(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    made = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    if not made:
        return []
    return [f"## {title}", "", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|", *made, ""]


def _cell(value: object) -> str:
    """A text from outside as a cell: it ends neither the cell nor the line."""
    return " ".join(str("" if value is None else value).split()).replace("|", "\\|")
