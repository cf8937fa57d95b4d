"""Where in a TOML file a key stands. The standard reader gives values without places; a person needs the line."""

import re
from collections.abc import Mapping, Sequence

Place = tuple[str | int, ...]
_TABLE = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-.]+)\s*=\s*(.*)$")
_ENTRY = re.compile(r"^\s*(\{|\"|')")
_TRIPLE = ('"""', "'''")


def places(text: str) -> Mapping[Place, int]:
    """The line (from 1) of each table, key and, in a list over several lines, each entry."""
    found: dict[Place, int] = {(): 1}
    counts: dict[Place, int] = {}
    table: Place = ()
    inside: Place | None = None  # a list that goes on over lines
    closing = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if closing:
            closing = "" if closing in line else closing
        elif inside is not None:
            if _ENTRY.match(line):
                counts[inside] = counts.get(inside, -1) + 1
                found[(*inside, counts[inside])] = number
            inside = None if line.split("#")[0].strip().startswith("]") else inside
        elif header := _TABLE.match(line):
            table = _opened(tuple(header[2].split(".")), header[1] == "[[", counts, found, number)
        elif key := _KEY.match(line):
            place: Place = (*table, *key[1].split("."))
            found.setdefault(place, number)
            inside = place if key[2].split("#")[0].strip() == "[" else None
            closing = next((q for q in _TRIPLE if key[2].startswith(q) and key[2].count(q) == 1), "")
    return found


def _opened(name: Place, many: bool, counts: dict[Place, int], found: dict[Place, int], number: int) -> Place:
    """A table's header; of several tables of one name each has its number."""
    at: Place = ()
    for part in name[:-1]:
        at = (*at, part)
        at = (*at, counts[at]) if at in counts else at
    at = (*at, name[-1])
    if many:
        counts[at] = counts.get(at, -1) + 1
        at = (*at, counts[at])
    found.setdefault(at, number)
    return at


def line_of(place: Sequence[str | int], found: Mapping[Place, int]) -> int:
    """The line of a place, or of the nearest table around it that is there."""
    wanted = tuple(place)
    while wanted not in found:
        wanted = wanted[:-1]
    return found[wanted]
