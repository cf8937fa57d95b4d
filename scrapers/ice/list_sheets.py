"""What the readers of ICE's list sheets share: texts ignored by name, faults in words, history replaced by zeros."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from figures.periods import fiscal_year_start
from figures.records import Finding, Observation
from scrapers.errors import DriftError
from scrapers.xlsx.blocks import MOST_FIGURES, MOST_ROWS, Block, Context, Position
from scrapers.xlsx.labels import Words, is_blank, label, squeezed
from scrapers.xlsx.reader import Sheet, locator

Notes = tuple[tuple[str, re.Pattern[str]], ...]


def words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


HEADINGS: Notes = (
    ("agency_heading", words(r"U\.S\. Immigration and Customs Enforcement\s*$")),
    ("blank_text", words(r"\s*$")),
)


def noted(sheet: Sheet, notes: Notes) -> Block:
    """The cells whose text a named rule ignores: they state no figure."""
    return Block(
        used=frozenset(
            at
            for at, value in sheet.cells.items()
            if isinstance(value, str) and says_nothing(value, (rule for _, rule in notes))
        )
    )


def says_nothing(text: str, rules: Iterable[re.Pattern[str]]) -> bool:
    """Whether a named rule knows a text to state no figure, with footnote marks around it or without."""
    plain = squeezed(text)
    bare = label(text) or plain
    return any(rule.match(plain) or rule.match(bare) for rule in rules)


def rows_down(
    sheet: Sheet,
    first: Position,
    figures: Collection[int],
    *,
    ends: Callable[[int], bool] = lambda _: False,
    known: Words[Any] | None = None,
) -> Iterator[int]:
    """The rows of a list from its first label down, to the first without a label or the one that `ends` it.

    One blank row is passed over where the list goes on after it: with a label that is `known`, or with a number in one
    of the columns of `figures`.
    """
    row, column = first

    def is_row(at: int) -> bool:
        return bool(label(sheet.cells.get((at, column)))) and not ends(at)

    def goes_on(at: int) -> bool:
        has_number = any(isinstance(sheet.cells.get((at, c)), float | int) for c in figures)
        return is_row(at) and (has_number or (known is not None and sheet.cells.get((at, column)) in known))

    while True:
        if is_row(row):
            if row - first[0] > MOST_ROWS:
                raise DriftError(locator(sheet.title, *first), f"at most {MOST_ROWS:,} rows in a list", "more of them")
            yield row
        elif not all(is_blank(sheet.cells.get((row, c))) for c in (column, *figures)) or not goes_on(row + 1):
            return
        row += 1


def guarded(read: Callable[[Sheet, Context], Block], sheet: Sheet, context: Context, table: str) -> Block:
    """What `read` gives, or the finding that the table is not laid out as declared; its cells stay leftovers."""
    try:
        return read(sheet, context)
    except DriftError as error:
        return Block(findings=(drift(error, table, context),))


def drift(error: DriftError, table: str, context: Context) -> Finding:
    said = f"{error}. Nothing of {table} was read."
    return Finding("layout_drift", context.severity, "table", (table,), error.expected, error.found, said)


def new_row(sheet: Sheet, at: Position, name: str, table: str, known: Iterable[str]) -> Finding:
    where = locator(sheet.title, *at)
    said = f"{where}: the row {name!r} is new in {table}; it is stored under its own label."
    return Finding("new_row_label", "warn", "cells", (where,), f"one of {sorted(known)}", repr(name), said)


def undated(cells: Sequence[Observation], reason: str, expected: str, context: Context) -> list[Finding]:
    """Figures for which the document states no end of their period, named cell by cell."""
    if not cells:
        return []
    where = tuple(o.locator for o in cells)
    said = f"{_span(where)}: {reason}; these figures are stored without an end of their period."
    return [Finding("undated_block", context.severity, "cells", where, expected, "none", said)]


def _past(observations: Iterable[Observation], year: int) -> Iterable[list[Observation]]:
    """The figures of periods that ended before a fiscal year began, together by the day on which they begin."""
    past: dict[date, list[Observation]] = {}
    for o in observations:
        if o.status != "not_current" and o.period.start and o.period.start < fiscal_year_start(year):
            past.setdefault(o.period.start, []).append(o)
    return past.values()


def overwritten(
    observations: Sequence[Observation], year: int, proves: Callable[[Observation], bool] = lambda _: True
) -> tuple[list[Observation], list[Finding]]:
    """Past periods whose figures ICE has replaced by zeros: the zeros get a status, and one finding names them.

    A period is taken as overwritten when it ended before fiscal year `year` began and every figure of it for which
    `proves` holds, totals included, is 0. No such month was ever empty: FY2026 editions show 0 for all of FY2025.
    """
    gone: set[str] = set()
    for group in _past(observations, year):
        if _nothing_left(list(filter(proves, group))):
            gone.update(o.locator for o in group if o.value == 0)
    if not gone:
        return list(observations), []
    kept = [o._replace(status="overwritten") if o.locator in gone else o for o in observations]
    where = tuple(o.locator for o in kept if o.status == "overwritten")
    said = (
        f"{_span(where)}: {len(where)} figures of periods before fiscal year {year} are 0, with their totals; ICE has "
        "replaced its history by zeros. They are kept as overwritten; earlier editions hold the figures."
    )
    finding = Finding("history_overwritten", "note", "cells", where, "figures of past periods", "0 in all", said)
    return kept, [finding]


def require_room(sheet: Sheet, at: Position, rows: int, columns: int) -> None:
    """Raise DriftError for a table of more figures than any edition has, most of them blank."""
    if rows * columns > MOST_FIGURES:
        raise DriftError(
            locator(sheet.title, *at), f"at most {MOST_FIGURES:,} figures", f"{rows:,} rows of {columns:,}"
        )


def nothing_below(sheet: Sheet, rows: Iterable[int], columns: Sequence[int], table: str) -> None:
    """Raise DriftError when numbers stand below the end of a table: a blank row has split it."""
    for at in ((row, column) for row in rows for column in columns):
        if isinstance(sheet.cells.get(at), float | int):
            where = locator(sheet.title, *at)
            raise DriftError(where, f"no figures below the end of {table}", repr(sheet.cells[at]))


def _nothing_left(group: Sequence[Observation]) -> bool:
    return any(o.value == 0 for o in group) and not any(o.value for o in group)


def _span(where: Sequence[str]) -> str:
    return where[0] if len(where) == 1 else f"{where[0]} to {where[-1].rpartition('!')[2]}"
