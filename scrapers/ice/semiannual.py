"""The `Semiannual` sheet: arrests, book-ins and removals by fiscal year, of three groups and of TPS countries.

Twelve tables below one another, each with its range of fiscal years in the title: `FY2018 - YTD2022`,
`FY2018 - EOFY2024`, `FY2018 - FY2025 YTD`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from figures.periods import Period, fiscal_year_end, fiscal_year_start, fiscal_year_to_date, us_dates
from figures.records import Dims, Finding, Observation
from scrapers.errors import DriftError
from scrapers.ice.list_sheets import (
    HEADINGS,
    Notes,
    drift,
    noted,
    nothing_below,
    overwritten,
    require_room,
    rows_down,
    undated,
    words,
)
from scrapers.xlsx.blocks import Block, Context, Position, Statement, figure, joined, odd_cells
from scrapers.xlsx.labels import Words, is_blank, label
from scrapers.xlsx.labels import words as words_of
from scrapers.xlsx.reader import Sheet, address, locator

EVENTS = {"Arrests": "arrests", "Bookins": "book_ins", "Removals": "removals"}
GROUPS = {
    **{f"United States Armed Forces {who}": "armed_forces" for who in ("Noncitizen", "Alien", "Noncitizens", "Aliens")},
    "United States Citizen": "us_citizens",
    "United States Citizens": "us_citizens",
    "Parents of USC": "parents_of_us_citizens",
    "Temporary Protected Status Countries": "tps_countries",
}
TPS = "tps_countries"
NOTES: Notes = (
    *HEADINGS,
    ("when_refreshed", words(r"The data contained within this Semiannual page (has been refreshed|is static) for")),
    ("when_refreshed_2026", words(r"The data contained within this Semiannual page has been refreshed\b")),
)
# A footnote's digit may be glued to the last year.
_TITLE = re.compile(
    rf"^(?P<group>.+?) (?P<event>{'|'.join(EVENTS)}):? FY\s*(?P<first>20\d{{2}})\s*[-\u2013]\s*"
    r"(?P<mark>EOFY|YTD|FY)\s*(?P<last>20\d{2})\d{0,2}(?P<ytd> YTD)?$",
    re.IGNORECASE,
)
# `FY2022`, `FY2022 YTD`, `FY2022 (10/1/2021 - 3/31/2022)`
_YEAR = re.compile(
    r"^FY\s*(20\d{2})\d{0,2}(?P<ytd> YTD)?(?: \((?P<range>[\d/]+ ?[-\u2013] ?[\d/]+)\))?$", re.IGNORECASE
)
_GROUPS, _EVENTS = Words(GROUPS), Words(EVENTS)
_FISCAL_YEAR, _COUNTRY = words_of(["Fiscal Year"]), words_of(["Citizenship Country"])
# fmt: off
_COUNTRIES = words_of([
    "Afghanistan", "Burma (Myanmar)", "Cameroon", "El Salvador", "Ethiopia", "Haiti", "Honduras", "Lebanon", "Nepal",
    "Nicaragua", "Somalia", "South Sudan", "Sudan", "Syria", "Ukraine", "Venezuela", "Yemen",
])
# fmt: on


@dataclass(frozen=True, slots=True)
class Title:
    """`ended` says that the title calls its last fiscal year ended, `running` that it calls it running."""

    at: Position
    group: str
    event: str
    first: int
    last: int
    ended: bool
    running: bool

    @property
    def table(self) -> str:
        return f"semiannual_{self.group}_{self.event}"


@dataclass(frozen=True, slots=True)
class Year:
    """A fiscal year as a row label or a column header gives it."""

    at: Position
    year: int
    running: bool
    through: date | None


def read(sheet: Sheet, context: Context) -> Block:
    """Every table that the sheet has. One that is not laid out as declared is a finding; the others are still read."""
    titles = list(_titles(sheet))
    if not titles:
        where = f"sheet {sheet.title!r}"
        error = DriftError(where, "titles such as `Parents of USC Arrests FY2018 - FY2024`", "none")
        return Block(findings=(drift(error, "semiannual", context),), used=noted(sheet, NOTES).used)
    tables = [_table(sheet, context, title, titles) for title in titles]
    block = joined([*tables, Block(findings=tuple(_absent(sheet, context, titles))), noted(sheet, NOTES)])
    # A group's single figure may truly be 0 (no citizen removed); all countries at once may not.
    kept, lost = overwritten(block.observations, context.year, lambda o: o.metric.startswith("ice.tps_"))
    findings = (*block.findings, *lost, *odd_cells(kept, context.severity))
    return Block(tuple(kept), findings, block.used)


def _titles(sheet: Sheet) -> Iterator[Title]:
    for at, value in sorted(sheet.cells.items()):
        match = _TITLE.match(label(value))
        group = _GROUPS.meaning(match["group"]) if match else None
        if match and group:
            yield Title(
                at,
                group,
                _EVENTS.meaning(match["event"]) or "",
                int(match["first"]),
                int(match["last"]),
                ended=match["mark"].upper() == "EOFY",
                running=match["mark"].upper() == "YTD" or match["ytd"] is not None,
            )


def _absent(sheet: Sheet, context: Context, titles: Sequence[Title]) -> Iterator[Finding]:
    """Every edition has had all twelve tables; one that is not found was renamed or dropped."""
    there = {title.table for title in titles}
    for group in sorted({*GROUPS.values()}):
        for event in sorted(EVENTS.values()):
            if (table := f"semiannual_{group}_{event}") not in there:
                yield drift(DriftError(f"sheet {sheet.title!r}", f"the title of {table} once", "none"), table, context)


def _table(sheet: Sheet, context: Context, title: Title, titles: Sequence[Title]) -> Block:
    try:
        same = [address(*other.at) for other in titles if other.table == title.table]
        if len(same) != 1:
            raise DriftError(f"sheet {sheet.title!r}", f"the title of {title.table} exactly once", ", ".join(same))
        reader = _countries if title.group == TPS else _years
        figures, used = reader(sheet, title, {other.at for other in titles})
    except DriftError as error:
        return Block(findings=(drift(error, title.table, context),))
    clock = f"semiannual_{title.event}"
    family = "tps" if title.group == TPS else "semiannual"
    observations = []
    for at, dims, year in figures:
        period, statement = _period(sheet, title, year, context, context.statement(clock))
        metric = f"ice.{family}_{title.event}"
        observations.append(figure(sheet, at, metric, dims, period, title.table, context, statement))
    return Block(
        tuple(observations), tuple(_doubts(sheet, title, figures, observations, context)), frozenset({title.at, *used})
    )


Located = tuple[Position, Dims, Year]


def _years(sheet: Sheet, title: Title, titles: set[Position]) -> tuple[list[Located], set[Position]]:
    """Fiscal years down, one column of figures."""
    head = _head(sheet, title)
    column = head[1]
    over = (head[0], column + 1)
    headed = [sheet.cells.get(at) for at in (head, over)]
    if headed[0] not in _FISCAL_YEAR or _EVENTS.meaning(headed[1]) != title.event:
        expected = f"`Fiscal Year` and the word for {title.event}"
        raise DriftError(locator(sheet.title, *head), expected, f"{[label(text) for text in headed]}")
    figures: list[Located] = []
    rows = _listed(sheet, head, titles, [column + 1])
    for at in rows:
        figures.append(((at, column + 1), (("group", title.group),), _year(sheet, (at, column))))
    nothing_below(sheet, _to_next(sheet, 1 + max(rows, default=head[0]), titles), (column + 1,), title.table)
    _in_turn(sheet, head, [year.year for _, _, year in figures])
    used = {head, over, *(year.at for _, _, year in figures), *(at for at, _, _ in figures)}
    return figures, used


def _head(sheet: Sheet, title: Title) -> Position:
    """The first cell of the header: below the title, with a blank row between them or without."""
    row, column = title.at
    return (row + 2 if is_blank(sheet.cells.get((row + 1, column))) else row + 1), column


def _listed(sheet: Sheet, head: Position, titles: set[Position], columns: Sequence[int]) -> list[int]:
    """The rows below a header, to the first without a label or the next title; one blank row is passed over where
    figures follow it.
    """
    column = head[1]
    return list(rows_down(sheet, (head[0] + 1, column), columns, ends=lambda row: (row, column) in titles))


def _countries(sheet: Sheet, title: Title, titles: set[Position]) -> tuple[list[Located], set[Position]]:
    """Countries down, fiscal years across."""
    head = _head(sheet, title)
    column = head[1]
    if sheet.cells.get(head) not in _COUNTRY:
        raise DriftError(locator(sheet.title, *head), "`Citizenship Country`", repr(sheet.cells.get(head)))
    years = _years_across(sheet, head)
    columns = [year.at[1] for year in years]
    _in_turn(sheet, head, [year.year for year in years])
    rows = _listed(sheet, head, titles, columns)
    require_room(sheet, head, len(rows), len(columns))
    named = _named(sheet, title, [(at, column) for at in rows])
    nothing_below(sheet, _to_next(sheet, 1 + max(rows, default=head[0]), titles), columns, title.table)
    if not named:
        raise DriftError(locator(sheet.title, *head), "countries below the header", "none")
    figures: list[Located] = [
        ((at, year.at[1]), (("country", name),), year) for name, (at, _) in named.items() for year in years
    ]
    return figures, {head, *named.values(), *(year.at for year in years), *(at for at, _, _ in figures)}


def _years_across(sheet: Sheet, head: Position) -> list[Year]:
    """The fiscal years that stand right of a header."""
    row, column = head
    last = max(c for (r, c), value in sheet.cells.items() if r == row and not is_blank(value))
    return [_year(sheet, (row, c)) for c in range(column + 1, last + 1)]


def _named(sheet: Sheet, title: Title, places: Sequence[Position]) -> dict[str, Position]:
    """The countries of a column. Raises DriftError when one stands there twice."""
    named: dict[str, Position] = {}
    for at in places:
        value = sheet.cells[at]
        name = _COUNTRIES.find(value) or label(value)
        if name in named:
            raise DriftError(locator(sheet.title, *at), f"each country of {title.table} once", f"{name} again")
        named[name] = at
    return named


def _to_next(sheet: Sheet, row: int, titles: set[Position]) -> range:
    """The rows from `row` to the next title, or to the end of the sheet."""
    return range(row, min((r for r, _ in titles if r >= row), default=1 + max(r for r, _ in sheet.cells)))


def _year(sheet: Sheet, at: Position) -> Year:
    where = locator(sheet.title, *at)
    match = _YEAR.match(label(sheet.cells.get(at)))
    if match is None:
        raise DriftError(where, "a fiscal year", repr(sheet.cells.get(at)))
    year, through = int(match[1]), None
    if match["range"]:
        days = list(us_dates(match["range"]))
        if len(days) != 2 or days[0] != fiscal_year_start(year) or not days[0] < days[1] <= fiscal_year_end(year):
            raise DriftError(where, f"days of FY{year} from 1 October on", match["range"])
        through = days[1]
    return Year(at, year, match["ytd"] is not None, through)


def _in_turn(sheet: Sheet, head: Position, years: Sequence[int]) -> None:
    if not years or list(years) != list(range(years[0], years[0] + len(years))):
        raise DriftError(locator(sheet.title, *head), "fiscal years in turn", f"{list(years)}")


def _period(
    sheet: Sheet, title: Title, year: Year, context: Context, stated: Statement | None
) -> tuple[Period, Statement | None]:
    """A fiscal year that is over is whole; one that is called running ends where a label or footnote says."""
    where = locator(sheet.title, *year.at)
    run = stated.run if stated else None
    whole = Period("fiscal_year", fiscal_year_start(year.year), fiscal_year_end(year.year))
    if year.through is not None:
        return fiscal_year_to_date(year.year, year.through), Statement(year.through, run, where)
    if _is_over(title, year, context):
        return whole, Statement(fiscal_year_end(year.year), None, where)
    if stated is None or year.year != context.year:
        return fiscal_year_to_date(year.year, None), None
    if stated.through == whole.end:
        return whole, stated
    return fiscal_year_to_date(year.year, stated.through), stated


def _is_over(title: Title, year: Year, context: Context) -> bool:
    """Whether a year is whole: the title says so, or it lies before the edition's and nothing calls it running."""
    is_last = year.year == title.last
    if is_last and title.ended:
        return True
    is_running = year.running or (is_last and title.running)
    return year.year < context.year and not is_running


def _doubts(
    sheet: Sheet, title: Title, figures: Sequence[Located], observations: Sequence[Observation], context: Context
) -> Iterator[Finding]:
    endless = [o for o in observations if o.period.end is None]
    stated = context.dates.get(f"semiannual_{title.event}")
    reason = stated if isinstance(stated, str) else f"no footnote states the day of {title.table}"
    # Other tables of the section may give other days; whole years need none, so nothing is held for it.
    yield from (replace(f, severity="note") for f in undated(endless, reason, f"a day of FY{context.year}", context))
    years = sorted({year.year for _, _, year in figures})
    if (years[0], years[-1]) != (title.first, title.last):
        where = locator(sheet.title, *title.at)
        expected, found = f"FY{title.first} to FY{title.last}", f"FY{years[0]} to FY{years[-1]}"
        text = f"{where}: the title of {title.table} says {expected}, but the table holds {found}."
        yield Finding("years_of_title", "warn", "table", (title.table,), expected, found, text)
