"""ICE's workbook as a whole: which sheet is what and of which year, every reader's figures, and what nobody read.

https://www.ice.gov/detain/detention-management
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

from figures.records import Finding, Leftover, Observation, Parsed
from scrapers.errors import DriftError, NotAnEditionError, NotReadableError
from scrapers.ice import atd, bond, detention, iclos, one_offs, prose, segregation, semiannual, transgender, vulnerable
from scrapers.ice.file_names import read_name
from scrapers.ice.footnotes import CLOCKS, Dating, dating, state
from scrapers.ice.list_sheets import says_nothing
from scrapers.ice.places import facilities
from scrapers.ice.sheet_findings import about_leftovers, about_sheets, finding
from scrapers.xlsx.blocks import MOST_FIGURES, Block, Context, Position, Statement, raw_text
from scrapers.xlsx.labels import label
from scrapers.xlsx.reader import Sheet, Workbook, locator

PARSER = 3
# A sheet of which more was not understood is another sheet: its first cells say which.
MOST_LISTED = 5_000
# A list of facilities alone is no edition (one of 2020 was taken for one).
LEAST_KINDS = 2
_YEAR = re.compile(r"(?:EO)?Y?FY\s*(\d{4}|\d{2})(?!\d)", re.IGNORECASE)
Reader = Callable[[Sheet, Context], Block]


class Sheets(Protocol):
    """An opened workbook: the titles of its sheets with whether they are visible, and each sheet by its title."""

    @property
    def titles(self) -> Sequence[tuple[str, bool]]: ...

    @property
    def modified_at(self) -> datetime | None: ...

    def sheet(self, title: str) -> Sheet: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sheet: the words in its title, who reads it, and cells of it that say nothing, by a named rule."""

    id: str
    title: re.Pattern[str]
    read: Reader
    ignored: Mapping[str, re.Pattern[str]]


@dataclass(slots=True)
class _Read:
    """What was read of a workbook so far."""

    findings: list[Finding]
    observations: list[Observation] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


# Text that stands on most sheets and states no figure.
HEADINGS = {
    "agency_heading": _words(r"U\.S\. Immigration and Customs Enforcement"),
    "statute": _words(r"These statistics are made available to the public pursuant to"),
    "sheet_heading": _words(r"ICE (DETENTION|FACILITIES|ALTERNATIVES TO DETENTION) DATA\b"),
    "blank_text": _words(r"\s*$"),
}
FOOTNOTES = Kind("footnotes", _words(r"^\s*footnotes"), prose.read, {})
DETENTION = Kind("detention", _words(r"^\s*detention\s*(EO)?FY"), detention.read, HEADINGS)
OTHER_KINDS = (
    Kind("atd", _words(r"^\s*ATD\b"), atd.read, HEADINGS),
    Kind("facilities", _words(r"^\s*facilities\b"), facilities.read, HEADINGS),
    Kind("pending_iclos", _words(r"^\s*pending ICLOS"), one_offs.read_pending_iclos, HEADINGS),
    Kind("iclos", _words(r"^\s*ICLOS\b"), iclos.read, HEADINGS),
    Kind("bond", _words(r"^\s*monthly bond\b"), bond.read, HEADINGS),
    Kind("semiannual", _words(r"^\s*semiannual\b"), semiannual.read, HEADINGS),
    Kind("transgender", _words(r"^.*\btrans\b.*\bpop"), transgender.read, HEADINGS),
    Kind("vulnerable", _words(r"^\s*vulnerable\b"), vulnerable.read_vulnerable, HEADINGS),
    Kind("segregation", _words(r"^.*\bmonthly segregation\b"), segregation.read_monthly, HEADINGS),
    FOOTNOTES,
    Kind("header", _words(r"^\s*header\s*$"), one_offs.read_header, HEADINGS),
    Kind("fear_summary", _words(r"^.*established fear summary"), one_offs.read_fear_summary, HEADINGS),
    Kind("famu_released", _words(r"^.*FAMU individuals released"), one_offs.read_famu_released, HEADINGS),
)
KINDS = (DETENTION, *OTHER_KINDS)
# The blocks whose queries make the edition; others are run on other days.
MAIN_CLOCKS = ("docket", "book_ins", "removals")
# Clocks of blocks that have a sheet of their own, which some editions leave out.
SHEET_OF_CLOCK = {"iclos": "iclos", "bond": "bond", "semiannual_arrests": "semiannual"}


def parse(content: bytes, name: str) -> Parsed:
    """Every figure of a workbook. `name` is the file's name; it serves only to see that it contradicts the sheets.

    Raises NotReadableError when the bytes are no workbook, or none of ICE's; DriftError when no figure can be read.
    """
    return read(Workbook(content), name)


def read(book: Sheets, name: str) -> Parsed:
    """Every figure of an opened workbook, as `parse` gives them."""
    sheets = [book.sheet(title) for title, _ in book.titles if _kind(title)]
    footnotes = _Dates([dating(sheet) for sheet in sheets if _kind(sheet.title) is FOOTNOTES])
    named = read_name(name).fiscal_year
    # The main sheet comes first: a sheet that states no year of its own is of the main one's.
    main = _of_kind(DETENTION, sheets, named)
    current = _current(main, named)
    main_year = next((year for sheet, year in main if sheet is current), None)
    read = _Read(list(about_sheets(main, current, name, named)))
    _add_sheets(read, DETENTION, main, current, footnotes)
    for kind in OTHER_KINDS:
        mine = _of_kind(kind, sheets, main_year or named)
        _add_sheets(read, kind, mine, _current(mine, None), footnotes)
    _require_an_edition(book, name, [_kind(sheet.title) for sheet in sheets], read.observations, read.findings)
    stated = footnotes.of(main_year, visible=True) if main_year else {}
    return Parsed(
        tuple(read.observations),
        (*read.findings, *_new_sheets(book), *_stale_footnotes(stated, sheets)),
        fiscal_year=main_year,
        run_date=_run(stated),
        modified_at=book.modified_at,
        leftovers=tuple(read.leftovers),
    )


def _require_an_edition(
    book: Sheets,
    name: str,
    kinds: Collection[Kind | None],
    observations: Sequence[Observation],
    findings: Sequence[Finding],
) -> None:
    """Every edition has had a sheet of people detained; without one, two sheets of other kinds may still be of one.

    Raises NotAnEditionError when nothing of the kind is there, DriftError when no figure of it could be read.
    """
    named = {kind.id for kind in kinds if kind is not None}
    is_filled = any(o.value is not None for o in observations)
    if "detention" not in named and (len(named) < LEAST_KINDS or not is_filled):
        sheets = ", ".join(repr(title) for title, _ in book.titles[:5]) or "none"
        raise NotAnEditionError(
            f"too little in it is known of ICE's detention statistics: its sheets are {sheets}, and an edition has "
            "such as `Detention FY26` and `Facilities FY26`"
        )
    if not is_filled:
        reasons = "; ".join(f.words for f in findings)
        raise DriftError(f"workbook {name}", "at least one figure", reasons)


@lru_cache(maxsize=256)
def _kind(title: str) -> Kind | None:
    return next((kind for kind in KINDS if kind.title.match(label(title))), None)


def sheet_year(sheet: Sheet) -> int | None:
    """The fiscal year of a sheet: as its heading says, else as its title does.

    FY21_detentionStats07222020 has an ATD sheet titled FY20 whose heading and figures are of FY21.
    """
    headings = [
        text for row in range(1, 6) if HEADINGS["sheet_heading"].match(text := label(sheet.cells.get((row, 1))))
    ]
    for text in [*headings, sheet.title]:
        if match := _YEAR.search(text):
            return int(match[1]) % 2000 + 2000
    return None


def _of_kind(kind: Kind, sheets: Sequence[Sheet], year: int | None) -> list[tuple[Sheet, int | None]]:
    """The sheets of a kind, each with its fiscal year: its own, or else `year`."""
    return [(sheet, sheet_year(sheet) or year) for sheet in sheets if _kind(sheet.title) is kind]


def _current(sheets: Sequence[tuple[Sheet, int | None]], named: int | None) -> Sheet | None:
    """The one sheet of its kind that the edition stands for: visible, and not of a year before the file's name.

    FY21_detentionStats10282021 shows the sheet of FY2020; FY24_detentionStats11152024 rightly holds FY2025.
    """
    visible = [(sheet, year or 0) for sheet, year in sheets if sheet.visible]
    newest = max((year for _, year in visible), default=0)
    candidates = [sheet for sheet, year in visible if year == newest and year >= (named or 0)]
    return candidates[0] if len(candidates) == 1 else None


class _Dates:
    """By fiscal year and clock: the statement that dates a block, or why there is none. Asked once each."""

    def __init__(self, footnotes: Sequence[Dating]) -> None:
        self._footnotes = footnotes
        self._known: dict[tuple[int, bool], dict[str, Statement | str]] = {}

    def of(self, year: int, *, visible: bool) -> Mapping[str, Statement | str]:
        """A hidden footnotes sheet (Footnotes_DEL) belongs to a hidden sheet; it never dates what is shown."""
        if (year, visible) not in self._known:
            allowed = [sheet for sheet in self._footnotes if sheet.visible or not visible]
            answers = {clock.id: state(clock, allowed, year) for clock in CLOCKS.values()}
            self._known[year, visible] = {name: found or reason for name, (found, reason) in answers.items()}
        return self._known[year, visible]


def _add_sheets(
    read: _Read, kind: Kind, sheets: Sequence[tuple[Sheet, int | None]], current: Sheet | None, footnotes: _Dates
) -> None:
    """Add what the sheets of a kind say, and what on them was not understood."""
    for sheet, year in sheets:
        block = _block(kind, sheet, year, sheet is current, footnotes)
        left, beyond = _leftovers(sheet, block.used, kind.ignored)
        read.observations.extend(block.observations)
        read.leftovers.extend(left)
        read.findings.extend([*block.findings, *about_leftovers(sheet, left, beyond)])
        _require_room(read.observations)


def _block(kind: Kind, sheet: Sheet, year: int | None, is_current: bool, footnotes: _Dates) -> Block:
    if year is None:
        words = f"sheet {sheet.title!r} states no fiscal year, and neither does the file's name; it is not read."
        return Block((), (finding("no_year", "hold", (), "a fiscal year", "none", words),))
    return kind.read(sheet, Context(year, is_current, footnotes.of(year, visible=sheet.visible)))


def _new_sheets(book: Sheets) -> list[Finding]:
    """A visible sheet of no known kind: everything on it is unread."""
    return [
        finding(
            "new_sheet", "warn", (), "a sheet of a known kind", repr(title), f"sheet {title!r} is new; it is not read."
        )
        for title, visible in book.titles
        if visible and _kind(title) is None
    ]


def _require_room(observations: Sequence[Observation]) -> None:
    if len(observations) > MOST_FIGURES:
        raise NotReadableError(f"more than {MOST_FIGURES:,} figures, which no edition has")


def _run(stated: Mapping[str, Statement | str]) -> date | None:
    """The day on which the main tables were queried."""
    main = [stated.get(clock) for clock in MAIN_CLOCKS]
    return max((each.run for each in main if isinstance(each, Statement) and each.run), default=None)


def _stale_footnotes(stated: Mapping[str, Statement | str], sheets: Sequence[Sheet]) -> list[Finding]:
    """A footnote that dates a sheet which is not there was left from an earlier edition (10 January 2022)."""
    kinds = {found.id for sheet in sheets if (found := _kind(sheet.title))}
    return [
        finding(
            "footnote_without_sheet",
            "note",
            (),
            f"a sheet of kind {kind}",
            "none",
            f"{said.locator} dates a sheet of kind {kind} with {said.through.isoformat()}, and there is none.",
        )
        for clock, kind in SHEET_OF_CLOCK.items()
        if isinstance(said := stated.get(clock), Statement) and kind not in kinds
    ]


def _leftovers(
    sheet: Sheet, used: frozenset[Position], ignored: Mapping[str, re.Pattern[str]]
) -> tuple[list[Leftover], int]:
    """The filled cells of a visible sheet that nobody mapped and no named rule ignores; how many there are beyond those
    that are listed.
    """
    if not sheet.visible:
        return [], 0
    unread = sorted(at for at in sheet.cells if at not in used)
    texts = ((at, raw_text(sheet.cells[at])) for at in unread[:MOST_LISTED])
    left = [Leftover(locator(sheet.title, *at), text) for at, text in texts if not says_nothing(text, ignored.values())]
    return left, max(0, len(unread) - MOST_LISTED)
