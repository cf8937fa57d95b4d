"""Which published names are one facility: a reviewed list, and the rule that names what is not on it.

ICE publishes no code beside the name. A facility is an entry of ICE's list that goes on: names are one facility when a
person found them so (same address and place, never both in one sheet, averages that go on) and wrote down why.
"""

import csv
import difflib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

CROSSWALK_FILE = Path(__file__).with_name("facility_crosswalk.csv")
FIELDS = ("name", "city", "state", "facility", "since", "address", "why")
# Spellings of one name lie above this, names of two places in one city mostly below.
SIMILAR = 0.8

_OTHER = re.compile(r"[^A-Z0-9&/()'#-]+")
_STREET = re.compile(r"#?(\d+)\s+(?:[NSEW]\.?\s+)?(\w+)")


@dataclass(frozen=True, slots=True)
class Known:
    """A published name and the facility it stands for; `since` is the first fiscal year in which it does, if stated.

    `key` is the id that the name would have if it were on no list.
    """

    key: str
    name: str
    facility: str
    since: int | None
    address: str
    why: str


Crosswalk = Mapping[str, tuple[Known, ...]]


def plain(text: str) -> str:
    """Capital letters, blanks folded, full stops and commas as blanks, stars (marks of notes) dropped."""
    return _OTHER.sub(" ", text.upper()).strip()


@lru_cache(maxsize=4096)
def own_id(name: str, city: str, state: str) -> str:
    """The id of a name that is on no list: `ADAMS COUNTY DET CENTER | NATCHEZ | MS`."""
    return " | ".join(plain(part) for part in (name, city, state))


def load(text: str) -> Crosswalk:
    """The rows of a crosswalk by key. Raises ValueError when a row gives no reason, a name stands for two facilities
    at a time, or an id is itself renamed.
    """
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != FIELDS:
        raise ValueError(f"crosswalk: expected the columns {', '.join(FIELDS)}, found {reader.fieldnames}")
    rows: dict[str, tuple[Known, ...]] = {}
    for number, line in enumerate(reader, start=2):
        row = _row(line, number)
        before = rows.get(row.key, ())
        if row.since in {other.since for other in before}:
            raise ValueError(f"crosswalk, line {number}: {row.key!r} stands there twice for the same years")
        rows[row.key] = (*before, row)
    for row in chain.from_iterable(rows.values()):
        if row.facility not in {other.facility for other in rows.get(row.facility, ())}:
            raise ValueError(f"crosswalk: {row.key!r} points to {row.facility!r}, which has no row of its own")
    return rows


def _row(line: dict[str, str], number: int) -> Known:
    since = line["since"]
    if not (line["name"] and line["facility"] and line["why"]):
        raise ValueError(f"crosswalk, line {number}: a name, a facility and a reason are needed, found {line}")
    if since and not re.fullmatch(r"20\d\d", since):
        raise ValueError(f"crosswalk, line {number}: since must be a fiscal year such as 2024, found {since!r}")
    key = own_id(line["name"], line["city"], line["state"])
    return Known(key, line["name"], line["facility"], int(since) if since else None, line["address"], line["why"])


CROSSWALK = load(CROSSWALK_FILE.read_text(encoding="utf-8"))


def identify(name: str, city: str, state: str, year: int, crosswalk: Crosswalk = CROSSWALK) -> Known | None:
    """The row of the crosswalk for a name in a sheet of fiscal year `year`, or None when it is not listed."""
    rows = [row for row in crosswalk.get(own_id(name, city, state), ()) if row.since is None or row.since <= year]
    return max(rows, key=lambda row: row.since or 0, default=None)


def lookalikes(
    name: str,
    city: str,
    state: str,
    address: str,
    elsewhere: Iterable[str],
    crosswalk: Crosswalk = CROSSWALK,
) -> list[tuple[str, str]]:
    """Known facilities that an unlisted name may be, and why; those in `elsewhere` are rows of its own sheet."""
    taken = set(elsewhere)
    mine, place = plain(name), f" | {plain(city)} | {plain(state)}"
    found: dict[str, str] = {}
    for row in (row for key, rows in crosswalk.items() if key.endswith(place) for row in rows):
        if row.facility in taken:
            continue
        if street(address) is not None and street(address) == street(row.address):
            found[row.facility] = f"the same address, {row.address}"
        elif _similar(mine, plain(row.name)):
            found.setdefault(row.facility, f"the same city and a name like {row.name!r}")
    return sorted(found.items())


def street(address: str) -> tuple[str, str] | None:
    """Number and first word of a street address: `96 GEORGE THOMPSON DR.` is that of `96 George Thompson Drive`."""
    match = _STREET.match(address.strip().upper())
    return (match[1], match[2]) if match else None


def _similar(one: str, other: str) -> bool:
    return (
        difflib.SequenceMatcher(None, one, other).ratio() >= SIMILAR or other.startswith(one) or one.startswith(other)
    )
