"""A whole file by area of responsibility, built from CBP's files by state and of the southwest by a written recipe.

No whole AOR file is at hand; its header, its order and its values are known. What is taken from where:

* Month, region, demographic group, citizenship, authority and count are those of the file by state, row by row: the
  sums per month and region are CBP's own.
* In the southwest the component is that of the southwest's file: of each month, group, citizenship group and authority
  the first rows go to the Office of Field Operations until its count is reached, the rest to Border Patrol. In years
  that are over both files agree to the digit, and so do the sums by component here.
* The component is MADE outside the southwest, and in months that the southwest's file lacks. So is every area: one of
  those that lie in the row's state, drawn by a random number of a fixed seed.

The same files and the same seed give the same bytes.
"""

import csv
import io
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

SEED = 20261128
HEADER = (
    "Fiscal Year",
    "Month Grouping",
    "Month (abbv)",
    "Component",
    "Land Border Region",
    "Area of Responsibility",
    "AOR (Abbv)",
    "Demographic",
    "Citizenship",
    "Title of Authority",
    "Encounter Type",
    "Encounter Count",
)
MADE = "the component outside the southwest, and every area of responsibility"
USBP, OFO = "U.S. Border Patrol", "Office of Field Operations"
SOUTHWEST, NORTHERN = "Southwest Land Border", "Northern Land Border"
# Made: what part of a row is the Office of Field Operations' where no file says it.
_SHARE_OF_OFO = {SOUTHWEST: 0.3, NORTHERN: 0.8, "Other": 0.97}
# Made: how many areas the rows of a month are spread over; by it the file is as long as a real one.
MOST_AREAS = 4

_GROUPS = {"MEXICO": "Mexico", "GUATEMALA": "Guatemala", "HONDURAS": "Honduras", "EL SALVADOR": "El Salvador"}
_SECTOR_CODES = {
    "Big Bend": "BBT",
    "Blaine": "BLW",
    "Buffalo": "BUN",
    "Del Rio": "DRT",
    "Detroit": "DTM",
    "El Centro": "ELC",
    "El Paso": "EPT",
    "Grand Forks": "GFN",
    "Havre": "HVM",
    "Houlton": "HLT",
    "Laredo": "LRT",
    "Miami": "MIP",
    "New Orleans": "NLL",
    "Ramey": "RMY",
    "Rio Grande Valley": "RGV",
    "San Diego": "SDC",
    "Spokane": "SPW",
    "Swanton": "SWB",
    "Tucson": "TCA",
    "Yuma": "YUM",
}
_ByState = Mapping[str, tuple[str, ...]]
_SECTORS: Mapping[str, _ByState] = {
    SOUTHWEST: {
        "TX": ("Rio Grande Valley", "Del Rio", "El Paso", "Laredo", "Big Bend"),
        "CA": ("San Diego", "El Centro", "Yuma"),
        "AZ": ("Tucson", "Yuma"),
        "NM": ("El Paso",),
    },
    NORTHERN: {
        "ME": ("Houlton",),
        "NH": ("Swanton",),
        "VT": ("Swanton",),
        "NY": ("Swanton", "Buffalo"),
        "PA": ("Buffalo",),
        "OH": ("Detroit",),
        "MI": ("Detroit",),
        "MN": ("Grand Forks",),
        "ND": ("Grand Forks",),
        "MT": ("Havre", "Spokane"),
        "ID": ("Spokane",),
        "WA": ("Blaine", "Spokane"),
    },
    "Other": {"FL": ("Miami",), "LA": ("New Orleans",), "PR": ("Ramey",), "VI": ("Ramey",)},
}
_ELSEWHERE = {SOUTHWEST: ("El Paso",), NORTHERN: ("Grand Forks",), "Other": ("Miami",)}
_OFFICES: Mapping[str, _ByState] = {
    SOUTHWEST: {"TX": ("Laredo", "El Paso"), "CA": ("San Diego",), "AZ": ("Tucson",), "NM": ("El Paso",)},
    NORTHERN: {
        "ME": ("Boston",),
        "VT": ("Boston",),
        "NY": ("Buffalo",),
        "MI": ("Detroit",),
        "AK": ("Portland",),
    },
    "Other": {
        "CA": ("Los Angeles", "San Francisco", "San Diego"),
        "FL": ("Miami", "Tampa"),
        "GA": ("Atlanta",),
        "IL": ("Chicago",),
        "LA": ("New Orleans",),
        "MA": ("Boston",),
        "MD": ("Baltimore",),
        "NJ": ("New York",),
        "NY": ("New York", "Buffalo"),
        "OR": ("Portland",),
        "PR": ("San Juan",),
        "TX": ("Houston", "Laredo"),
        "VI": ("San Juan",),
        "WA": ("Seattle",),
    },
}
_OFFICE_ELSEWHERE = {SOUTHWEST: ("El Paso",), NORTHERN: ("Seattle",), "Other": ("Preclearance",)}

_Row = Mapping[str, str]
_Group = tuple[str, str, str, str, str]


def area_file(by_state: bytes, southwest: bytes, seed: int = SEED) -> bytes:
    """The file by area that a file by state and one of the southwest give together."""
    rows = list(_rows(by_state))
    shares = _of_field_operations(rows, list(_rows(southwest)))
    dice = random.Random(seed)  # noqa: S311 - figures, no secrets
    counts: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        for component, count in _components(row, shares):
            for area, part in _areas(row, component, count, dice):
                counts[_key(row, component, area)] += part
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows((*key, count) for key, count in sorted(counts.items(), key=_order))
    return out.getvalue().encode()


def _rows(content: bytes) -> Iterator[_Row]:
    yield from csv.DictReader(io.StringIO(content.decode(), newline=""))


def _order(item: tuple[tuple[str, ...], int]) -> tuple[str, ...]:
    """As CBP's: year, month, component, region, area and the rest, each from A to Z; the grouping decides nothing."""
    key, _ = item
    return (key[0], *key[2:])


def _group(row: _Row) -> _Group:
    citizenship = row.get("Citizenship Grouping") or _GROUPS.get(row["Citizenship"], "Other")
    year = row["Fiscal Year"].removesuffix(" (FYTD)")
    return year, row["Month (abbv)"], row["Demographic"], citizenship, row["Title of Authority"]


def _of_field_operations(rows: Sequence[_Row], southwest: Sequence[_Row]) -> dict[_Group, int]:
    """By group: how many of its encounters in the southwest are the Office of Field Operations'."""
    whole: Counter[_Group] = Counter()
    for row in rows:
        if row["Land Border Region"] == SOUTHWEST:
            whole[_group(row)] += int(row["Encounter Count"])
    stated: dict[_Group, int] = defaultdict(int)
    months: set[tuple[str, str]] = set()
    for row in southwest:
        group = _group(row)
        months.add(group[:2])
        if row["Component"] == OFO:
            stated[group] += int(row["Encounter Count"])
    made = _SHARE_OF_OFO[SOUTHWEST]
    return {
        group: min(stated[group], total) if group[:2] in months else round(made * total)
        for group, total in whole.items()
    }


def _components(row: _Row, left: dict[_Group, int]) -> Iterator[tuple[str, int]]:
    count, region = int(row["Encounter Count"]), row["Land Border Region"]
    if region == SOUTHWEST:
        group = _group(row)
        first = min(count, left[group])
        left[group] -= first
    else:
        first = round(_SHARE_OF_OFO[region] * count)
    if first or not count:
        yield OFO, first
    if count - first:
        yield USBP, count - first


def _areas(row: _Row, component: str, count: int, dice: random.Random) -> Iterator[tuple[tuple[str, str], int]]:
    """A count spread over some areas of its state: ((name, code), part)."""
    region, state = row["Land Border Region"], row["State"]
    if component == USBP:
        names = _SECTORS[region].get(state, _ELSEWHERE[region])
        areas = [(f"{name} Sector", _SECTOR_CODES[name]) for name in names]
    else:
        names = _OFFICES[region].get(state, _OFFICE_ELSEWHERE[region])
        areas = [(f"{name} Field Office", name) for name in names]
    chosen = dice.sample(areas, min(len(areas), MOST_AREAS, max(count, 1)))
    cuts = sorted(dice.randrange(count + 1) for _ in chosen[1:])
    for area, low, high in zip(chosen, (0, *cuts), (*cuts, count), strict=True):
        if high - low or not count:
            yield area, high - low


def _key(row: _Row, component: str, area: tuple[str, str]) -> tuple[str, ...]:
    authority = row["Title of Authority"]
    kind = "Expulsions" if authority == "Title 42" else "Apprehensions" if component == USBP else "Inadmissibles"
    return (
        row["Fiscal Year"],
        row["Month Grouping"],
        row["Month (abbv)"],
        component,
        row["Land Border Region"],
        *area,
        row["Demographic"],
        row["Citizenship"],
        authority,
        kind,
    )
