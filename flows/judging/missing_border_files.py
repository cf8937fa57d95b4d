"""Editions of CBP's files that are known to have been public and are not held here, in whatever of their layouts.

Every edition restates four years: only one that is newer than what is held, or that was public when a claim was made,
is missed.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta

from alerts.forms.evidence import Unheld
from figures.periods import end_of_day, fiscal_year_end, month_of_fiscal_year
from scrapers.cbp.columns import MONTHS
from scrapers.cbp.encounter_file_names import read_name
from scrapers.cbp.posting_dates import POSTED, USUAL_DAY
from storage.engine import Transaction
from storage.read import journal, reads

SOURCE = "cbp_encounters"
# The first window under today's names; what came before was put into a folder that robots.txt bars.
FIRST = 2024
LAST = max(POSTED, key=lambda edition: POSTED[edition])  # the newest edition that is known to have been


def unheld_cbp(connection: Transaction) -> list[Unheld]:
    """By day. Of an edition of which a file of any layout is held, none is missed."""
    names = [read_name(release.name) for release in reads.releases(connection, SOURCE)]
    held = {(file.last_year, file.month) for file in names if file is not None}
    looks = journal.looks(connection, [SOURCE], end_of_day(date(FIRST - 1, 1, 1)))["well"]
    found = []
    for year, month, day in sorted(_known(), key=lambda each: each[2]):
        if (year, month) not in held:
            after = bisect_right(looks, end_of_day(day))
            seen_past = looks[after] if after < len(looks) else None
            found.append(Unheld(SOURCE, _name(year, month), day, year, listed=False, seen_past=seen_past))
    return found


def _known() -> Iterator[tuple[int, str, date]]:
    """(fiscal year, month or "" for the final file, day of posting) of every edition since the first."""
    for year in range(FIRST, LAST[0] + 1):
        for month in MONTHS[:-1]:
            if year < LAST[0] or MONTHS.index(month) <= MONTHS.index(LAST[1]):
                yield year, month, POSTED.get((year, month)) or _usual(year, month)
    yield from ((year, month, day) for (year, month), day in POSTED.items() if not month)


def _usual(year: int, month: str) -> date:
    through = month_of_fiscal_year(year, month.title(), fiscal_year_end(year)).end or fiscal_year_end(year)
    return (through + timedelta(days=1)).replace(day=USUAL_DAY)


def _name(year: int, month: str) -> str:
    window = f"nationwide-encounters-fy{(year - 3) % 100}-fy{year % 100}"
    return f"{window}-{month.lower()}-aor.csv" if month else f"{window}-aor.csv"
