"""Where a facility's page lies. The address follows from the facility's id, so that it stays when others come."""

import hashlib
import re
from collections.abc import Iterable

LONGEST = 80
_OTHER = re.compile(r"[^a-z0-9]+")


def places(ids: Iterable[str]) -> dict[str, str]:
    """`tx/port-isabel-los-fresnos/` for `PORT ISABEL | LOS FRESNOS | TX`. No two ids get the same."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for facility in sorted(ids):
        name, city, state = ([*facility.split(" | "), "", ""])[:3]
        place = f"{_plain(state)[:20] or 'elsewhere'}/{_short(facility, _plain(f'{name} {city}'))}/"
        if place in taken:
            place = f"{place.rstrip('/')}-{_mark(facility)}/"
        taken.add(place)
        found[facility] = place
    return found


def _short(facility: str, text: str) -> str:
    if len(text) <= LONGEST and text:
        return text
    return f"{text[:LONGEST].strip('-')}-{_mark(facility)}".lstrip("-")


def _plain(text: str) -> str:
    return _OTHER.sub("-", text.lower()).strip("-")


def _mark(facility: str) -> str:
    return hashlib.sha256(facility.encode()).hexdigest()[:8]
