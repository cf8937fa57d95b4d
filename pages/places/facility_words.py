"""What a facility's page says of the rows of the lists: sums, cells as they are shown, what columns are called."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Final

from figures.periods import washington_day
from pages.facts.facility_facts import Cell, Edition, FacilityFacts, Listed, Restated
from pages.words import Words

# `_` marks a text for the catalogues.
_ = str
# Three ways in which ICE splits the same people. The first that is whole and not held back is summed.
SEXES: Final = ("male criminal", "male non_criminal", "female criminal", "female non_criminal")
THREATS: Final = ("threat 1", "threat 2", "threat 3", "threat none")
LEVELS: Final = ("level A", "level B", "level C", "level D")
COLUMNS: Final = {
    "level A": _("Level A (low)"),
    "level B": _("Level B"),
    "level C": _("Level C"),
    "level D": _("Level D (high)"),
    "threat 1": _("Threat 1 (highest)"),
    "threat 2": _("Threat 2"),
    "threat 3": _("Threat 3"),
    "threat none": _("No threat level"),
    "male criminal": _("Men, criminal"),
    "male non_criminal": _("Men, non-criminal"),
    "female criminal": _("Women, criminal"),
    "female non_criminal": _("Women, non-criminal"),
    "mandatory": _("Mandatory detention"),
    "alos": _("Average stay, days"),
    "minimum": _("Beds paid for"),
}
SAID: Final = {
    "name": _("Name"),
    "address": _("Address"),
    "city": _("City"),
    "zip": _("Zip code"),
    "area": _("Field office"),
    "type": _("Type"),
    "sex": _("Men or women"),
}
INSPECTIONS: Final = {
    "last": _("Last inspection"),
    "last_odo": _("Last inspection by ICE's Office of Detention Oversight"),
    "last_nakamoto": _("Last inspection by the Nakamoto Group"),
    "second_to_last": _("Inspection before the last"),
    "second_to_last_nakamoto": _("Inspection by the Nakamoto Group before the last"),
}
TYPES: Final = {
    "IGSA": _("agreement with a local government"),
    "DIGSA": _("agreement with a local government, for ICE alone"),
    "CDF": _("run by a company under contract to ICE"),
    "SPC": _("owned by ICE"),
    "USMS IGA": _("agreement of the U.S. Marshals Service with a local government"),
    "USMS CDF": _("run by a company under contract to the U.S. Marshals Service"),
    "BOP": _("Federal Bureau of Prisons"),
    "DOD": _("Department of Defense"),
    "FAMILY": _("for families"),
    "FAMILY STAGING": _("for families, for a short time"),
    "JUVENILE": _("for minors"),
    "STAGING": _("for a short time before a transfer"),
    "HOLD": _("hold room"),
    "HOSPITAL": _("hospital"),
    "STATE": _("facility of a state"),
}
WHO: Final = {
    "FEMALE/MALE": _("women and men"),
    "FEMALE": _("women"),
    "MALE": _("men"),
}
Anchors = Mapping[tuple[str, str, int], str]
# Four years of lists, one every two weeks.
MOST: Final = 104
NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of a table: the list's day, whether all of it is held back, its cells, and where the evidence stands."""

    day: str
    held: bool
    cells: tuple[tuple[str, bool], ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class People:
    """A day of the first table: what ICE and TRAC say, whether it is held back, and where the evidence stands."""

    day: str
    evidence: str
    ice: str
    ice_held: bool
    trac: str
    others: tuple[tuple[str, bool], ...]


class Writer:
    """Numbers of one language, each written once: the same ones stand on many pages."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._people = lru_cache(maxsize=100_000)(partial(words.number, decimals=1))
        self.whole = lru_cache(maxsize=10_000)(words.number)
        self.day = lru_cache(maxsize=10_000)(words.short_day)

    def people(self, value: float) -> str:
        """An average: one decimal."""
        return self._people(round(value, 1))

    def cell(self, name: str, cell: Cell | None) -> str:
        """A figure as a table shows it; where the publisher gave no number, what the cell shows."""
        if cell is None:
            return NOTHING
        if cell.value is None:
            return cell.text.strip() or NOTHING
        return self.whole(cell.value) if name == "minimum" else self.people(cell.value)

    def rows(self, listed: Sequence[Listed], names: Sequence[str], anchors: Anchors) -> Iterator[Shown]:
        """The rows of a table with these figures; lists that state none of them are left out."""
        for each in listed:
            found = [each.cells.get(name) for name in names]
            if not any(found):
                continue
            held = [cell is not None and cell.held for cell in found]
            shown = [self.cell(name, cell) for name, cell in zip(names, found, strict=True)]
            every = all(held)
            cells = tuple((text, mark and not every) for text, mark in zip(shown, held, strict=True))
            yield Shown(self.day_of(each), every, cells, anchors[each.key])

    def public(self, edition: Edition) -> str:
        """Since which day the public could read a file, in Washington."""
        return self.day(washington_day(edition.known_at))

    def day_of(self, listed: Listed) -> str:
        """The day of a list, which some do not state."""
        return self.day(listed.day) if listed.day else self.words.say("no day stated")


def total(listed: Listed) -> float | None:
    """The people held on average: the sum of a split that is whole and not held back."""
    for split in (SEXES, THREATS, LEVELS):
        cells = [listed.cells.get(name) for name in split]
        values = [cell.value for cell in cells if cell is not None and not cell.held and cell.value is not None]
        if len(values) == len(split):
            return sum(values)
    return None


def columns_of(listed: Listed) -> str:
    """In which columns of its row the figures stand: from the first to the last."""
    letters = sorted((cell.column for cell in listed.cells.values()), key=lambda each: (len(each), each))
    return f"{letters[0]}–{letters[-1]}" if letters else ""


def within(listed: Sequence[Listed]) -> tuple[Listed, ...]:
    """The newest lists, and of those before them the last of each fiscal year: a page stays small."""
    kept, last = list(listed[:MOST]), {each.since for each in listed[:MOST]}
    for each in listed[MOST:]:
        if each.since not in last:
            last.add(each.since)
            kept.append(each)
    return tuple(kept)


def anchors_of(listed: Sequence[Listed], shown: Sequence[Listed]) -> Anchors:
    """The name of each list's line in the evidence: counted from the oldest, so that it stays when newer ones come."""
    kept = {each.key for each in shown}
    return {each.key: f"list-{len(listed) - at}" for at, each in enumerate(listed) if each.key in kept}


def people_rows(facility: FacilityFacts, anchors: Anchors, write: Writer) -> list[People]:
    """What ICE's lists and TRAC say of each day, the newest first."""
    trac = {each.day: each for each in facility.restated}
    listed = [(_day(each), _listed_row(each, trac.get(_day(each)), anchors, write)) for each in facility.listed]
    shown = {each.day for each in facility.listed}
    alone = [(day, _restated_row(each, write)) for day, each in trac.items() if day not in shown]
    return [row for _, row in sorted([*listed, *alone], key=lambda each: each[0], reverse=True)]


def _day(listed: Listed) -> date:
    return listed.day or washington_day(listed.edition.known_at)


def _listed_row(listed: Listed, said: Restated | None, anchors: Anchors, write: Writer) -> People:
    people = total(listed)
    others = [(name, listed.cells.get(name)) for name in ("alos", "minimum")]
    return People(
        day=write.day_of(listed),
        evidence=anchors[listed.key],
        ice=_number(people, write.people),
        ice_held=people is None and any(cell.held for cell in listed.cells.values()),
        trac=_number(said.people if said and listed.day else None, write.people),
        others=tuple((write.cell(name, cell), cell is not None and cell.held) for name, cell in others),
    )


def _restated_row(said: Restated, write: Writer) -> People:
    others = ((NOTHING, False), (_number(said.minimum, write.whole), False))
    return People(write.day(said.day), "trac", NOTHING, False, _number(said.people, write.people), others)


def _number(value: float | None, written: Callable[[float], str]) -> str:
    return NOTHING if value is None else written(value)
