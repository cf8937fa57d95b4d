"""The dates that a workbook's own footnotes state for each block: the day it runs through and the run date.

More than a hundred wordings since 2019: `updated|filtered through 05/17/2025 (IIDS Run Date 05/19/2025; ...`,
`a snapshot as of t 09/25/2021 (IIDS v.1.34 run date ...`, `snapshot as 04/04/2026`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import chain

from figures.periods import fiscal_year_end, fiscal_year_start, us_dates
from scrapers.xlsx.blocks import Statement
from scrapers.xlsx.labels import label, squeezed
from scrapers.xlsx.reader import Sheet, locator

# A docket snapshot of a closed fiscal year is taken up to a few days into the next (10/02/2020, 10/04/2019).
YEAR_END_GRACE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a block's date is stated: section title (column A), sentence, and a sentence that needs no section.

    03172022b has no title over the removals section: there the sentence alone must name its block.
    Semiannual tables may lag their sheet by a year (`any_year`): their reader compares with the table's own years.
    """

    id: str
    section: re.Pattern[str]
    sentence: re.Pattern[str]
    alone: re.Pattern[str]
    any_year: bool = False


def _section(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_sentence = _section
_THROUGH = r"\b(?:updated|filtered)\s+through\b"
_NEVER = re.compile(r"(?!)")  # without its section the sentence could speak of another block
_FINAL_OUTS = _sentence(r"ICE Final (Book Outs?|Releases) data\b.*" + _THROUGH)
_FEAR = _section(r"USCIS Average Time")
_SEMIANNUAL = _section(r"Semiannual")
CLOCKS = {
    clock.id: clock
    for clock in (
        Clock(
            "docket",
            re.compile(r"ICE Currently Detained Population", re.IGNORECASE),
            re.compile(r"National Docket data are a snapshot\b", re.IGNORECASE),
            re.compile(r"National Docket data are a snapshot\b", re.IGNORECASE),
        ),
        Clock(
            "book_ins",
            re.compile(r"ICE Initial Book-Ins", re.IGNORECASE),
            re.compile(_THROUGH, re.IGNORECASE),
            re.compile(r"ICE Book-ins data\b.*" + _THROUGH, re.IGNORECASE),
        ),
        Clock(
            "removals",
            re.compile(r"ICE Removals\s*$", re.IGNORECASE),
            re.compile(_THROUGH, re.IGNORECASE),
            re.compile(r"ICE Removals data\b.*" + _THROUGH, re.IGNORECASE),
        ),
        Clock("adp", _section(r"ICE Average Daily Population"), _sentence(_THROUGH), _NEVER),
        # From April to September 2022 the section's own sentence speaks of removals; the one that speaks of final
        # releases stands in the bond section and gives another day.
        Clock("final_outs", _section(r"ICE Final (Book Outs?|Releases)"), _FINAL_OUTS, _FINAL_OUTS),
        Clock("fear_snapshot", _FEAR, _sentence(r"Detention Facilities data are a snapshot\b"), _NEVER),
        Clock("fear_released", _FEAR, _sentence(r"(Releases?|Book Outs?) data\b.*" + _THROUGH), _NEVER),
        Clock("iclos", _section(r"^ICLOS"), _sentence(r"IC(LOS|LSO)\b.*" + _THROUGH), _NEVER),
        Clock("bond", _section(r"Monthly Bond"), _sentence(_THROUGH), _NEVER),
        Clock("parole", _section(r"with (Positive )?Credible Fear"), _sentence(_THROUGH), _NEVER),
        Clock("semiannual_arrests", _SEMIANNUAL, _sentence(r"Arrests data\b.*" + _THROUGH), _NEVER, any_year=True),
        Clock("semiannual_book_ins", _SEMIANNUAL, _sentence(r"Detention data\b.*" + _THROUGH), _NEVER, any_year=True),
        Clock("semiannual_removals", _SEMIANNUAL, _sentence(r"Removals data\b.*" + _THROUGH), _NEVER, any_year=True),
    )
}
_RUN = re.compile(r"run (?:date|as of)", re.IGNORECASE)
_DATED = re.compile(r"through|snapshot", re.IGNORECASE)  # what every sentence that dates a block says
_LIKE_A_DATE = re.compile(r"\d+/\d+/[\d/]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that dates a block, under the section it stands in."""

    section: str
    text: str
    locator: str


@dataclass(frozen=True, slots=True)
class Dating:
    """The sentences of one footnotes sheet that date a block, in their order."""

    visible: bool
    sentences: tuple[Sentence, ...]


def dating(sheet: Sheet) -> Dating:
    """A footnotes sheet cut down to the sentences that date a block: the rest is read once only."""
    section = ""
    sentences = []
    for (row, column), value in sorted(sheet.cells.items()):
        if column == 1:
            section = label(value) or section
        elif isinstance(value, str) and _DATED.search(value):
            sentences.append(Sentence(section, squeezed(value), locator(sheet.title, row, column)))
    return Dating(sheet.visible, tuple(sentences))


def statements(clock: Clock, notes: Dating) -> list[Statement]:
    """What one footnotes sheet states for a block: from its section, else from sentences that name the block."""
    sectioned: list[Statement] = []
    alone: list[Statement] = []
    for sentence in notes.sentences:
        if sentence.section and clock.section.search(sentence.section):
            sectioned.extend(_read(clock.sentence, sentence))
        elif not sentence.section.casefold().startswith("semiannual"):
            alone.extend(_read(clock.alone, sentence))
    return sectioned or alone


def _read(pattern: re.Pattern[str], sentence: Sentence) -> Iterator[Statement]:
    match = pattern.search(sentence.text)
    if match is None:
        return
    tail = sentence.text[match.start() :]
    run_at = _RUN.search(tail)
    through = _first_date(tail[: run_at.start()] if run_at else tail)
    if through is not None:
        yield Statement(through, _first_date(tail[run_at.end() :]) if run_at else None, sentence.locator)


def _first_date(text: str) -> date | None:
    """The first thing written like a date. Where it is no calendar day (`09/022/2025`), a later date is no substitute:
    it says something else.
    """
    written = _LIKE_A_DATE.search(text)
    return next(us_dates(written[0]), None) if written else None


def fits(statement: Statement, year: int, grace: timedelta = YEAR_END_GRACE) -> bool:
    """Whether a stated day can belong to a sheet of this fiscal year."""
    return fiscal_year_start(year) <= statement.through <= fiscal_year_end(year) + grace


def state(clock: Clock, sheets: Sequence[Dating], year: int) -> tuple[Statement | None, str]:
    """The statement that dates a block of a sheet of fiscal year `year`, or None and the reason why there is none.

    Visible sheets are asked first.
    """
    reason = f"no footnote states the day of the {clock.id} block"
    for visible in (True, False):
        asked = [sheet for sheet in sheets if sheet.visible is visible]
        found = list(chain.from_iterable(map(partial(statements, clock), asked)))
        fitting = found if clock.any_year else [s for s in found if fits(s, year)]
        if fitting:
            return _agreed(clock, fitting)
        if found and not reason.startswith("the footnote"):
            reason = (
                f"the footnote for the {clock.id} block says {found[0].through.isoformat()} "
                f"({found[0].locator}), which is no day of FY{year}"
            )
    return None, reason


def _agreed(clock: Clock, fitting: Sequence[Statement]) -> tuple[Statement | None, str]:
    """The first statement that fits, or why none is taken: different days are an ambiguity, never a choice."""
    different = {statement.through for statement in fitting}
    if len(different) > 1:
        days = ", ".join(map(str, sorted(different)))
        return None, f"the footnotes state different days for the {clock.id} block: {days}"
    return fitting[0], ""
