"""TRAC's table of people detained, as TRAC derives it from ICE's editions: one row for each snapshot, newest first."""

import json
from collections.abc import Iterable
from datetime import date

from replica.editions import Edition, editions

_TABLE = "detained_by_criminality"
_CRIMINALITY = {
    "all": "Total",
    "other": "Other Immigration Violator",
    "pend": "Pending Criminal Charges",
    "conv": "Convicted Criminal",
}
_AGENCY = {"ice": "ICE", "cbp": "CBP", "total": "Total"}


def population_table(upto: date) -> bytes:
    """pop_agen_table.json as it stood when every edition on record published up to that day was loaded."""
    return table_of(edition for edition in editions() if edition.published_on <= upto)


def table_of(published: Iterable[Edition]) -> bytes:
    """pop_agen_table.json from editions in the order of their publication: a JSON array, `[]` without any.

    Of two editions with one snapshot day the later counts. TRAC has no row for the year-end snapshot of FY2024,
    and drops faulty sheets: an edition that is a year-end file or lacks one of the twelve figures gives no row.
    """
    rows: dict[date, dict[str, str | int | float]] = {}
    for edition in published:
        row = _row(edition)
        if row is not None and not edition.year_end:
            rows[edition.docket.through] = row
    newest_first = [rows[day] for day in sorted(rows, reverse=True)]
    return json.dumps(newest_first, separators=(",", ":")).encode()


def _row(edition: Edition) -> dict[str, str | int | float] | None:
    row: dict[str, str | int | float] = {"date": f"{edition.docket.through:%m/%d/%Y}"}
    for criminality, label in _CRIMINALITY.items():
        for agency, column in _AGENCY.items():
            figure = edition.figures.get((_TABLE, label, column))
            if figure is None:
                return None
            row[f"{agency}_{criminality}"] = figure
    return row
