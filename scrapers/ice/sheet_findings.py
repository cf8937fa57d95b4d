"""What is said of the sheets of a workbook: which is current, which is hidden, and what on it was not understood."""

from collections.abc import Iterator, Sequence

from figures.records import Finding, Leftover, Severity
from scrapers.xlsx.reader import Sheet


def about_leftovers(sheet: Sheet, left: Sequence[Leftover], beyond: int) -> list[Finding]:
    """Nothing disappears in silence: what nobody understood is said by its cells, and counted `beyond` these."""
    if not left and not beyond:
        return []
    cells = tuple(leftover.locator for leftover in left)
    shown = ", ".join(f"{leftover.locator.rpartition('!')[2]} {leftover.raw[:40]!r}" for leftover in left[:5])
    number = len(left) + beyond
    more = f" and {number - 5} more" if number > 5 else ""
    cells_were = f"{number} cells were" if number > 1 else "one cell was"
    words = f"sheet {sheet.title!r}: {cells_were} not understood: {shown}{more}."
    return [Finding("leftover", "warn", "cells", cells, "cells of declared tables or named notes", str(number), words)]


def about_sheets(
    sheets: Sequence[tuple[Sheet, int | None]], current: Sheet | None, name: str, named: int | None
) -> list[Finding]:
    """What is odd about the sheets of one kind, each with its fiscal year; `named` is the year in the file's name."""
    findings = [said for sheet, year in sheets for said in _about_sheet(sheet, year, sheet is current, name, named)]
    if current is None:
        words = f"{name} holds no detention sheet that can be taken as current; nothing of it is judged on."
        expected = f"a visible detention sheet of FY{named}" if named else "one visible detention sheet"
        shown = ", ".join(f"FY{year}{'' if sheet.visible else ' (hidden)'}" for sheet, year in sheets) or "none"
        findings.append(finding("no_current_sheet", "hold", (), expected, shown, words))
    return findings


def _about_sheet(sheet: Sheet, year: int | None, is_current: bool, name: str, named: int | None) -> Iterator[Finding]:
    where = f"sheet {sheet.title!r}"
    if not sheet.visible:
        words = f"{where} is hidden; its figures are kept under FY{year} and are not taken as current."
        yield finding("hidden_sheet", "note", (), "visible sheets", "hidden", words)
    elif not is_current:
        words = f"{name}: {where} is not the current one; its figures are kept under FY{year} only."
        expected = f"FY{named}" if named else "one"
        yield finding("wrong_year_sheet", "warn", (), expected, f"FY{year}", words)
    elif named is not None and year != named:
        words = f"{name} is named FY{named} but holds FY{year}; the sheet's own year is used."
        yield finding("name_year", "note", (), f"FY{named}", f"FY{year}", words)


def finding(check: str, severity: Severity, tables: tuple[str, ...], expected: str, found: str, words: str) -> Finding:
    """A finding about some tables, or about the release where none is named."""
    return Finding(check, severity, "table" if tables else "release", tables, expected, found, words)
