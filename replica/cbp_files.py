"""Made-up files of CBP's encounters, in the publisher's form: by area of responsibility, by state, of the southwest.

The figures are made, the layouts, values, names and posting days are CBP's. One set of rows is behind all three files
of an edition, so that they agree; a month of the running year moves by a few from edition to edition, as they do. The
traps are there: `Remaining`, a citizenship with a comma, a window that rolls in October, `_0` in a name.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

MONTHS = ("OCT", "NOV", "DEC", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP")
USBP, OFO = "U.S. Border Patrol", "Office of Field Operations"
SOUTHWEST, NORTHERN, OTHER = "Southwest Land Border", "Northern Land Border", "Other"
CHINA = "CHINA, PEOPLES REPUBLIC OF"
# (component, region, area, code, state)
_AREAS = (
    (USBP, SOUTHWEST, "Big Bend Sector", "BBT", "TX"),
    (USBP, SOUTHWEST, "Del Rio Sector", "DRT", "TX"),
    (USBP, SOUTHWEST, "El Centro Sector", "ELC", "CA"),
    (USBP, SOUTHWEST, "El Paso Sector", "EPT", "NM"),
    (USBP, SOUTHWEST, "Laredo Sector", "LRT", "TX"),
    (USBP, SOUTHWEST, "Rio Grande Valley Sector", "RGV", "TX"),
    (USBP, SOUTHWEST, "San Diego Sector", "SDC", "CA"),
    (USBP, SOUTHWEST, "Tucson Sector", "TCA", "AZ"),
    (USBP, SOUTHWEST, "Yuma Sector", "YUM", "AZ"),
    (USBP, NORTHERN, "Blaine Sector", "BLW", "WA"),
    (USBP, NORTHERN, "Swanton Sector", "SWB", "VT"),
    (USBP, OTHER, "Miami Sector", "MIP", "FL"),
    (OFO, SOUTHWEST, "Laredo Field Office", "Laredo", "TX"),
    (OFO, SOUTHWEST, "San Diego Field Office", "San Diego", "CA"),
    (OFO, NORTHERN, "Boston Field Office", "Boston", "ME"),
    (OFO, NORTHERN, "Seattle Field Office", "Seattle", "WA"),
    (OFO, OTHER, "Miami Field Office", "Miami", "FL"),
    (OFO, OTHER, "New York Field Office", "New York", "NY"),
)
_PEOPLE = (
    ("Single Adults", "MEXICO"),
    ("Single Adults", CHINA),
    ("Single Adults", "OTHER"),
    ("FMUA", "MEXICO"),
    ("UAC", "GUATEMALA"),
)
_ACCOMPANIED = ("Accompanied Minors", "MEXICO")
_GROUPS = {"MEXICO": "Mexico", "GUATEMALA": "Guatemala"}
# The row that is counted anew after its month has been published.
_REVISED = ("Tucson Sector", "Single Adults", "MEXICO")


@dataclass(frozen=True, slots=True)
class CbpEdition:
    """`month` is the newest month, empty in the final file of the last year. `upload` is put behind the name."""

    first_year: int
    last_year: int
    month: str
    posted: date
    upload: int = -1

    def name(self, kind: str) -> str:
        """The name of its file of a kind: `aor`, `state` or `sbo`."""
        scope = "sbo" if kind == "sbo" else "nationwide"
        parts = [f"{scope}-encounters-fy{self.first_year % 100}-fy{self.last_year % 100}", self.month.lower()]
        parts += [] if kind == "sbo" else [kind]
        upload = f"_{self.upload}" if kind == "aor" and self.upload >= 0 else ""
        return "-".join(filter(None, parts)) + f"{upload}.csv"

    @property
    def months(self) -> list[tuple[int, str]]:
        """Every fiscal year and month that it covers."""
        last = MONTHS.index(self.month) if self.month else len(MONTHS) - 1
        years = range(self.first_year, self.last_year + 1)
        return [(y, m) for y in years for n, m in enumerate(MONTHS) if y < self.last_year or n <= last]


FINAL_2025 = CbpEdition(2022, 2025, "", date(2025, 10, 15))
# The running year's editions with the days on which CBP posted them.
RUNNING_2026 = tuple(
    CbpEdition(2023, 2026, month, posted, 0 if month == "AUG" else -1)
    for month, posted in zip(
        MONTHS,
        (
            date(2025, 11, 5),
            date(2025, 12, 3),
            date(2026, 1, 6),
            date(2026, 2, 4),
            date(2026, 3, 5),
            date(2026, 4, 3),
            date(2026, 5, 5),
            date(2026, 6, 4),
            date(2026, 7, 6),
            date(2026, 8, 5),
            date(2026, 9, 4),
        ),
        strict=False,
    )
)
# The turn of October: the final file of the year that is over, and the first of the new window.
FINAL_2026 = CbpEdition(2023, 2026, "", date(2026, 10, 15))
FIRST_OF_2027 = CbpEdition(2024, 2027, "OCT", date(2026, 11, 4))


# The editions of FY2025 until August. On which days they were posted is not known here: the fifth stands for it.
RUNNING_2025 = tuple(
    CbpEdition(2022, 2025, month, date(2024 + (number > 1), (number + 10) % 12 + 1, 5))
    for number, month in enumerate(MONTHS[:-1])
)
# Border Patrol's own count in the southwest, from CBP's file of August 2025; all other figures are made.
_COUNTED = {
    2024: (188749, 191106, 249740, 124215, 140641, 137473, 128895, 117905, 83532, 56400, 58009, 53858),
    2025: (56520, 46612, 47324, 29107, 8353, 7180, 8377, 8725, 6068, 4596, 6321),
}


class Row(NamedTuple):
    """One count, with everything that any of the three files tells of it."""

    year: str
    grouping: str
    month: str
    component: str
    region: str
    area: str
    code: str
    state: str
    demographic: str
    citizenship: str
    authority: str
    kind: str
    number: int


def rows(edition: CbpEdition) -> Iterator[Row]:
    """The rows behind an edition's files."""
    newest = MONTHS.index(edition.month) if edition.month else len(MONTHS) - 1
    for year, month in edition.months:
        running = bool(edition.month) and year == edition.last_year
        label = f"{year} (FYTD)" if running else str(year)
        grouping = "Remaining" if MONTHS.index(month) > newest else "FYTD"
        since = newest - MONTHS.index(month) if running else len(MONTHS)
        counts = _counts(year, month)
        for place, (component, region, area, code, state) in enumerate(_AREAS):
            people = (*_PEOPLE, _ACCOMPANIED) if component == OFO else _PEOPLE
            for number, (demographic, citizenship) in enumerate(people):
                count = counts[place, number]
                if (area, demographic, citizenship) == _REVISED:
                    count += min(since, 3)
                head = (label, grouping, month, component, region, area, code, state, demographic, citizenship)
                yield from _by_authority(head, year, month, count)


def _counts(year: int, month: str) -> dict[tuple[int, int], int]:
    """By place and group: made up, but for Border Patrol's total in the southwest where it is known."""
    made = {
        (place, number): _count(year, month, place, number)
        for place in range(len(_AREAS))
        for number in range(len(_PEOPLE) + 1)
    }
    known = _COUNTED.get(year, ())
    if MONTHS.index(month) >= len(known):
        return made
    total = known[MONTHS.index(month)]
    mine = [key for key in made if _AREAS[key[0]][:2] == (USBP, SOUTHWEST) and key[1] < len(_PEOPLE)]
    weight = sum(made[key] for key in mine)
    scaled = {key: max(1, total * made[key] // weight) for key in mine}
    scaled[mine[0]] += total - sum(scaled.values())
    return made | scaled


def _count(year: int, month: str, place: int, number: int) -> int:
    return 100 + (131 * year + 89 * MONTHS.index(month) + 57 * place + 23 * number) % 900


def _by_authority(head: tuple[str, ...], year: int, month: str, count: int) -> Iterator[Row]:
    """Expulsions end with May 2023; a third of the adults were expelled before."""
    component, demographic = head[3], head[8]
    expelled = (year, MONTHS.index(month)) <= (2023, MONTHS.index("MAY")) and demographic == "Single Adults"
    title_8 = "Apprehensions" if component == USBP else "Inadmissibles"
    if expelled:
        yield Row._make((*head, "Title 42", "Expulsions", count // 3))
    yield Row._make((*head, "Title 8", title_8, count - count // 3 if expelled else count))


def aor_file(edition: CbpEdition) -> bytes:
    header = (
        "Fiscal Year,Month Grouping,Month (abbv),Component,Land Border Region,Area of Responsibility,AOR (Abbv),"
        "Demographic,Citizenship,Title of Authority,Encounter Type,Encounter Count"
    )
    return _file(header, rows(edition), lambda r: (*r[:7], *r[8:12]))


def state_file(edition: CbpEdition) -> bytes:
    header = (
        "Fiscal Year,Month Grouping,Month (abbv),Land Border Region,State,Demographic,Citizenship,Title of Authority,"
        "Encounter Count"
    )
    return _file(header, rows(edition), lambda r: (*r[:3], r.region, *r[7:11]))


def sbo_file(edition: CbpEdition) -> bytes:
    header = (
        "Fiscal Year,Month Grouping,Month (abbv),Component,Demographic,Citizenship Grouping,Title of Authority,"
        "Encounter Type,Encounter Count"
    )
    southwest = (row for row in rows(edition) if row.region == SOUTHWEST)
    return _file(
        header,
        southwest,
        lambda r: (*r[:4], r.demographic, _GROUPS.get(r.citizenship, "Other"), r.authority, r.kind),
    )


FILES: dict[str, Callable[[CbpEdition], bytes]] = {"aor": aor_file, "state": state_file, "sbo": sbo_file}


def _file(header: str, some: Iterator[Row], key: Callable[[Row], tuple[str, ...]]) -> bytes:
    """Counts of like rows added up, in CBP's order, without totals, lines ended by CR LF."""
    counts: Counter[tuple[str, ...]] = Counter()
    for row in some:
        counts[key(row)] += row.number
    out = io.StringIO()
    out.write(f"{header}\r\n")
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], *item[0][2:]))
    csv.writer(out, lineterminator="\r\n").writerows((*labels, count) for labels, count in ordered)
    return out.getvalue().encode()


def apprehended(edition: CbpEdition) -> list[Mapping[str, int]]:
    """Border Patrol's count of each month of the last year so far, by region, the newest last."""
    counts: dict[str, Counter[str]] = {month: Counter() for year, month in edition.months if year == edition.last_year}
    for row in rows(edition):
        if row.component == USBP and row.year.startswith(str(edition.last_year)):
            counts[row.month][row.region] += row.number
    return list(counts.values())
