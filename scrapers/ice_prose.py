"""The `Footnotes` sheet: definitions and notes as watched prose. The dates in it are read by `ice_footnotes`.

Every text is an observation without a number, under its section and its place in it, so that a changed definition
can be shown against the edition before.
"""

import re
from collections import Counter

from figures.periods import instant
from figures.records import Observation
from scrapers.blocks import Block, Context, figure
from scrapers.labels import label
from scrapers.workbook import Sheet

TABLE = "footnotes"
_YEARS = re.compile(r"\b(?:EO)?FY\s*\d{2,4}(?:\s+YTD)?(?:\s+and\s+(?:EO)?FY\s*\d{2,4})?\s*", re.IGNORECASE)


def read(sheet: Sheet, context: Context) -> Block:
    """Each text of the sheet: column A opens a section, the other columns hold its texts."""
    observations: list[Observation] = []
    section, places = "", Counter[str]()
    for (row, column), value in sorted(sheet.cells.items()):
        if column == 1 and (text := label(value)):
            section = _YEARS.sub("", text).strip()
        places[section] += 1
        dims = (("place", f"{places[section]:03d}"), ("section", section or "before any section"))
        period = instant(None)
        observations.append(figure(sheet, (row, column), "ice.footnote", dims, period, TABLE, context))
    return Block(tuple(observations), (), frozenset(sheet.cells))
