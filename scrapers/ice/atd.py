"""The `ATD FYnn` sheet: Alternatives to Detention by technology, status and area, court appearances, family releases.

Its dates stand on the sheet itself, not in the footnotes: below each table (`Data from BI Inc. Participants Report,
5.17.2025`), in the title of the table by area, and as a month in the titles of the court tables.
"""

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from figures.periods import Period, fiscal_year_end, us_dates
from figures.records import Finding, Observation
from scrapers.ice.detention import read_tables
from scrapers.ice.footnotes import fits
from scrapers.ice.list_sheets import says_nothing
from scrapers.xlsx.blocks import Block, Context, Position, Statement, figure, joined
from scrapers.xlsx.declared_tables import Column, Labels, Row, Table
from scrapers.xlsx.labels import label, squeezed
from scrapers.xlsx.reader import Sheet, locator
from scrapers.xlsx.tables import anchors, find_titles

_TECHNOLOGY = {
    "SmartLINK": "smartlink",
    "VoiceID": "voice_id",
    "TR": "telephonic_reporting",  # to 2021
    "GPS": "ankle_monitor",  # called Ankle Monitor since January 2024
    "Ankle Monitor": "ankle_monitor",
    "Wristworn": "wristworn",
    "VeriWatch": "wristworn",
    "Veriwatch": "wristworn",
    "Dual Tech": "dual",
    "Dual Technology": "dual",
    "No Tech": "none",
    "No Technology": "none",
}
_TECHNOLOGY_ROWS = {text: Row((("technology", value),)) for text, value in _TECHNOLOGY.items()}
_ALL = (("technology", "all"),)

# fmt: off
_AREAS = (
    "Atlanta", "Baltimore", "Boston", "Buffalo", "Chicago", "Dallas", "Denver", "Detroit", "El Paso", "Harlingen",
    "Houston", "Los Angeles", "Miami", "New Orleans", "New York", "Newark", "Philadelphia", "Phoenix",
    "Salt Lake City", "San Antonio", "San Diego", "San Francisco", "Seattle", "St Paul", "Washington DC",
)
# fmt: on
# The notes below a table follow without a blank row.
_NOTE_ROW = re.compile(r"\*?(?:Data from|Court Data|Only Participants|Costs listed)", re.IGNORECASE)

TECHNOLOGY = Table(  # from August 2022
    id="atd_technology",
    titles=("ATD Active Population Counts and Daily Cost by Technology",),
    labels=(Labels(("Technology",), {**_TECHNOLOGY_ROWS, "Total": Row(_ALL)}, required=("Total",), new="technology"),),
    headers=(frozenset({"Count", "Daily Tech Cost"}),),
    columns={"Count": Column("ice.atd"), "Daily Tech Cost": Column("ice.atd_daily_cost")},
    clock="atd_technology",
    kind="instant",
    until=_NOTE_ROW,
)

STATUS = Table(
    id="atd_status",
    titles=("ATD Active Population by Status, Extended Case Management Service, Count and ALIP",),
    labels=(
        Labels(
            ("FAMU Status",),
            {
                "FAMU": Row((("status", "family_unit"),)),
                "ECMS-FAMU": Row((("status", "family_unit_extended_case_management"),)),
                "Single Adult": Row((("status", "single_adult"),)),
                "ECMS-Single Adult": Row((("status", "single_adult_extended_case_management"),)),
                "Total": Row((("status", "all"),)),
            },
            required=("FAMU", "Single Adult", "Total"),
            new="status",
        ),
    ),
    headers=(frozenset({"Count", "ALIP"}),),
    columns={"Count": Column("ice.atd_by_status"), "ALIP": Column("ice.atd_days_by_status")},
    clock="atd_status",
    kind="instant",
    always=True,
    until=_NOTE_ROW,
)

AREAS = Table(
    id="atd_areas",
    titles=(
        "Active ATD Participants and Average Length in Program, by AOR and Technology",
        "Active ATD Participants and Average Length in Program",  # FY2019
    ),
    labels=(
        Labels(
            ("AOR/Technology",),
            _TECHNOLOGY_ROWS,
            required=("Total",),
            groups={"Total": Row((("area", "all"),)), **{area: Row((("area", area),)) for area in _AREAS}},
            new="technology",
            free_groups="area",
            group_self=_ALL,
        ),
    ),
    headers=(frozenset({"Count", "Average Length in Program"}),),
    columns={
        "Count": Column("ice.atd_by_area"),
        "Average Length in Program": Column("ice.atd_days_by_area"),
    },
    clock="atd_areas",
    kind="instant",
    always=True,
)


def _court(hearings: str, name: str) -> Table:
    dims = (("hearings", hearings),)
    return Table(
        id=f"court_{hearings}",
        titles=(f"Court Appearance: {name}",),
        labels=(
            Labels(
                ("Metric",),
                {
                    "Attended": Row((("outcome", "attended"),)),
                    "Failed to Attend": Row((("outcome", "failed"),)),
                    "Total": Row((("outcome", "all"),)),
                },
                required=("Attended", "Failed to Attend", "Total"),
                new="outcome",
            ),
        ),
        headers=(frozenset({"Count", "%"}),),
        columns={
            "Count": Column("ice.court_appearance", dims),
            "%": Column("ice.court_appearance_share", dims),
        },
        clock=f"court_{hearings}",
        kind="fiscal_year_to_date",
        until=_NOTE_ROW,
    )


COURT = (_court("all", "Total Hearings"), _court("final", "Final Hearings"))  # from November 2022
TABLES = (TECHNOLOGY, STATUS, AREAS, *COURT)
ALL_TITLES = frozenset(words for table in TABLES for words in table.titles)
# Sentences that state no figure of ours, by the rule's name.
NOTES: Mapping[str, re.Pattern[str]] = {
    "participants_report_date": re.compile(r"\*?Data from BI Inc\. Participants Report", re.IGNORECASE),
    "obp_report_date": re.compile(r"\*?Data from OBP Report", re.IGNORECASE),
    "court_data_source": re.compile(r"\*?Court Data from BI Inc", re.IGNORECASE),
    "court_tracking_note": re.compile(r"\*?Only Participants with court tracking", re.IGNORECASE),
    "cost_note": re.compile(r"\*?Costs listed above are only related to technology", re.IGNORECASE),
}
# The sheet of a closed fiscal year has been published with a report of weeks later (23 October 2021 for FY21).
LATEST = timedelta(days=60)
_REPORT = re.compile(r"Participants Report,?\s*(?:as of\s+)?(\d{1,2})[./](\d{1,2})[./](\d{4})", re.IGNORECASE)
_COURT_DATE = re.compile(r"\*?Court Data from BI Inc\b", re.IGNORECASE)
_MONTH = re.compile(r"\b(?:thru|through)\s+([a-z]+)", re.IGNORECASE)
_YEAR_END = re.compile(r"Year End", re.IGNORECASE)
_RELEASED = re.compile(
    r"From '?(\d{1,2}/\d{1,2}/\d{4})'? (?:to|and) '?(\d{1,2}/\d{1,2}/\d{4})'?,"
    r"\s*([\d,]+) FAMU individuals were released",
    re.IGNORECASE,
)


def read(sheet: Sheet, context: Context) -> Block:
    """Every table of the sheet, the releases inside a sentence, and the notes that state no figure."""
    titles = find_titles(sheet, ALL_TITLES)
    dates: dict[str, Statement | str] = {}
    for table in TABLES:
        found = anchors(table, titles)
        if len(found) == 1:
            dates[table.clock] = _stated(sheet, table, found[0], context.year)
    dated = Context(context.year, context.is_current, dates)
    block = read_tables(sheet, dated, TABLES, ALL_TITLES)
    return joined([block, _released(sheet, context), Block(used=_notes(sheet))])


def _notes(sheet: Sheet) -> frozenset[Position]:
    return frozenset(
        at for at, value in sheet.cells.items() if isinstance(value, str) and says_nothing(value, NOTES.values())
    )


def _stated(sheet: Sheet, table: Table, anchor: Position, year: int) -> Statement | str:
    """The day of a table: of its title, else of the first report line below it (a court table: its month's end)."""
    text = label(sheet.cells[anchor])
    where = locator(sheet.title, *anchor)
    if table in COURT:
        return _court_day(sheet, text, anchor, year, where)
    days = [(day, where) for day in us_dates(text)] or list(_report_days(sheet, anchor))
    if not days:
        return f"no line below {where} states the day of {table.id}"
    statement = Statement(days[0][0], None, days[0][1])
    if fits(statement, year, LATEST):
        return statement
    return f"{days[0][1]} dates {table.id} {days[0][0].isoformat()}, which is no day of FY{year}"


def _report_days(sheet: Sheet, anchor: Position) -> Iterator[tuple[date, str]]:
    """Report lines below a table first; the table by area of FY2019 has its line above."""
    found = [
        (at, m)
        for at, value in sorted(sheet.cells.items())
        if isinstance(value, str) and (m := _REPORT.search(squeezed(value)))
    ]
    below = [pair for pair in found if pair[0][0] > anchor[0]]
    for at, match in below or found:
        month, day, year = (int(part) for part in match.groups())
        yield from ((d, locator(sheet.title, *at)) for d in us_dates(f"{month}/{day}/{year}"))


def _month_end(name: str, year: int) -> date:
    """The last day of a month of a fiscal year."""
    month = list(calendar.month_name).index(name)
    calendar_year = year - 1 if month >= 10 else year
    return date(calendar_year, month, calendar.monthrange(calendar_year, month)[1])


def _court_day(sheet: Sheet, text: str, anchor: Position, year: int, where: str) -> Statement | str:
    if _YEAR_END.search(text):
        return Statement(fiscal_year_end(year), None, where)
    if (match := _MONTH.search(text)) and match[1].capitalize() in list(calendar.month_name):
        return Statement(_month_end(match[1].capitalize(), year), None, where)
    for at, value in sorted(sheet.cells.items()):
        if at[0] > anchor[0] and isinstance(value, str) and _COURT_DATE.match(squeezed(value)):
            for day in us_dates(value):
                statement = Statement(day, None, locator(sheet.title, *at))
                return statement if fits(statement, year) else f"{statement.locator} says {day}, no day of FY{year}"
    return f"{where} names no month"


def _released(sheet: Sheet, context: Context) -> Block:
    """`From '03/23/2026' and '04/05/2026', 10 FAMU individuals were released`: a number inside a sentence."""
    observations: list[Observation] = []
    findings: list[Finding] = []
    used = set()
    for at, value in sheet.cells.items():
        match = _RELEASED.search(squeezed(value)) if isinstance(value, str) else None
        if match is None:
            continue
        days = [next(us_dates(match[n]), None) for n in (1, 2)]
        used.add(at)
        if None in days:
            where = locator(sheet.title, *at)
            words = f"{where} states no calendar days: {match[0]!r}."
            findings.append(Finding("undated_block", "warn", "cells", (where,), "two days", match[0], words))
        observations.append(
            figure(
                sheet,
                at,
                "ice.famu_released",
                (("group", "family_unit"),),
                Period("span", days[0], days[1]),
                "famu_released",
                context,
                value=float(match[3].replace(",", "")),
                status="reported",
            )
        )
    return Block(tuple(observations), tuple(findings), frozenset(used))
