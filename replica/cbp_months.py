"""The editions of one year in the order in which they came, made from the year's final file by area of responsibility.

Only final files are at hand in the size of a real one. What an edition says of a month that was over is what the final
file says of it, but for one row of each month of the running year, which is moved by a few as CBP's months are.
"""

import csv
import io
from collections.abc import Iterator

from replica.cbp_files import MONTHS

_YEAR, _GROUPING, _MONTH, _COUNT = 0, 1, 2, -1


def edition_through(final: bytes, month: str) -> bytes:
    """The file as it stood when `month` was its newest: the last year runs, and ends with it."""
    reached = MONTHS.index(month)
    header, *rows = csv.reader(io.StringIO(final.decode(), newline=""))
    last = max(row[_YEAR] for row in rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(_as_known(rows, last, reached))
    return out.getvalue().encode()


def _as_known(rows: list[list[str]], last: str, reached: int) -> Iterator[list[str]]:
    moved: set[int] = set()
    for row in rows:
        at = MONTHS.index(row[_MONTH])
        if row[_YEAR] != last:
            yield [row[_YEAR], "FYTD" if at <= reached else "Remaining", *row[_MONTH:]]
        elif at <= reached:
            more = 0 if at in moved else (len(MONTHS) - 1 - reached) % 5
            moved.add(at)
            yield [f"{last} (FYTD)", "FYTD", *row[_MONTH:_COUNT], str(int(row[_COUNT]) + more)]


def names(first_year: int, last_year: int) -> dict[str, str]:
    """By month: what the editions of a year are called, from October to August, in order."""
    window = f"nationwide-encounters-fy{first_year % 100}-fy{last_year % 100}"
    return {month: f"{window}-{month.lower()}-aor.csv" for month in MONTHS[:-1]}
