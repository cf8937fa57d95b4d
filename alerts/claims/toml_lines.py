"""Where in a TOML file a key stands. The standard reader gives values without places; a person needs the line."""

import re
from collections.abc import Iterator, Mapping, Sequence

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
    lines = enumerate(text.splitlines(), start=1)
    for number, line in lines:
        if header := _TABLE.match(line):
            table = _opened(tuple(header[2].split(".")), header[1] == "[[", counts, found, number)
        elif key := _KEY.match(line):
            place: Place = (*table, *key[1].split("."))
            found.setdefault(place, number)
            if _without_comment(key[2]) == "[":
                _list(place, lines, found)
            elif quotes := _left_open(key[2]):
                _text(quotes, lines)
    return found


def _without_comment(line: str) -> str:
    return line.split("#")[0].strip()


def _left_open(value: str) -> str:
    """The three quotes that begin a text over several lines; "" where none is begun."""
    return next((quotes for quotes in _TRIPLE if value.startswith(quotes) and value.count(quotes) == 1), "")


def _list(place: Place, lines: Iterator[tuple[int, str]], found: dict[Place, int]) -> None:
    """Read the lines of a list to its end, and find each entry."""
    entry = 0
    for number, line in lines:
        if _ENTRY.match(line):
            found[(*place, entry)] = number
            entry += 1
        if _without_comment(line).startswith("]"):
            return


def _text(quotes: str, lines: Iterator[tuple[int, str]]) -> None:
    """Read the lines of a text to its end: what looks like a key in it is none."""
    for _, line in lines:
        if quotes in line:
            return


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
