"""A facility under a new name: matched to one that left the list by city, type and average, before it is called gone.

ICE publishes no code beside the name and types names anew: `ICA - FARMVILLE` is now `PRINCE EDWARD COUNTY (FARMVILLE)`.
What goes on is the place: its city, its type, and its days in custody, which only add up.
"""

import difflib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from checks.catalogue import limit
from figures.cells import row_of
from figures.metrics.metric import ALL
from figures.periods import Period
from figures.records import Finding, Observation

CHECK = "facility_renamed"
AVERAGE = "ice.facility_adp_by_criminality"
_WORDS = {f"ice.facility_{name}": name for name in ("name", "city", "state", "type")}
METRICS = frozenset({AVERAGE, *_WORDS})
_WHERE = ("city", "state", "type")
_OTHER = re.compile(r"[^A-Z0-9]+")


class Place(NamedTuple):
    """A row of the list of facilities. `id` is its facility; `type` is empty where it is not known."""

    id: str
    name: str
    city: str
    state: str
    type: str
    average: float
    cell: str = ""  # where its name stands


@dataclass(frozen=True, slots=True)
class Listing:
    """The list of one edition: its places by id, without those that stand in it twice, and its fiscal year."""

    places: Mapping[str, Place]
    period: Period
    fiscal_year: int | None


class Renamed(NamedTuple):
    """That a new name stands for a facility of the edition before, and why, in words."""

    place: Place
    facility: str
    because: str


def listing(observations: Iterable[Observation]) -> Listing | None:
    """The list that an edition states as current; None where it states none."""
    words: dict[tuple[str, int], dict[str, Observation]] = defaultdict(dict)
    averages: dict[tuple[str, int], float] = defaultdict(float)
    first: Observation | None = None
    for o in filter(_is_of_the_list, observations):
        row = row_of(o.locator)
        if o.metric != AVERAGE:
            words[row][_WORDS[o.metric]] = o
        elif o.value is not None:
            averages[row] += o.value
            first = first or o
    if first is None:
        return None
    places = [_place(said, averages[row]) for row, said in words.items() if "name" in said]
    return Listing(_named_once(places), first.period, first.fiscal_year)


def _folded(text: str) -> str:
    return _OTHER.sub(" ", text.upper()).strip()


def _is_of_the_list(o: Observation) -> bool:
    return o.metric in METRICS and o.status != "not_current"


def _named_once(places: Sequence[Place]) -> dict[str, Place]:
    times = Counter(place.id for place in places)
    return {place.id: place for place in places if times[place.id] == 1 and place.id != ALL}


def _place(said: Mapping[str, Observation], average: float) -> Place:
    """A place from the words of its row."""
    name = said["name"]
    city, state, type_ = (_folded(said[word].raw) if word in said else "" for word in _WHERE)
    return Place(dict(name.dims)["facility"], name.raw.strip(), city, state, type_, average, name.locator)


def names(
    now: Listing, before: Iterable[Listing], unlisted: Collection[str], known: Mapping[str, str]
) -> list[Renamed]:
    """The facilities that names of an edition stand for, other than their own.

    `before` are the last lists before it, the newest first: one of them may have been an old one, posted by mistake.
    `unlisted` are ids that no reviewed list of names has; `known` says for which facilities names stood in earlier
    editions. A name that was a facility of its own in the list before stays one.
    """
    taken, left = set(now.places), now.places.keys() & unlisted
    found: list[Renamed] = []
    for number, there in enumerate(before if left else ()):
        left -= there.places.keys()
        if not number:
            found += _known_names(now, sorted(left), known, taken)
        left -= {each.place.id for each in found}
        matched = _gone_and_here(now, sorted(left), there, taken)
        found += matched
        taken |= {each.facility for each in matched}
        if not left:
            break
    return found


def _known_names(now: Listing, left: Iterable[str], known: Mapping[str, str], taken: set[str]) -> Iterator[Renamed]:
    """Names that stood for a facility before; each facility is `taken` then."""
    for own in left:
        facility = known.get(own)
        if facility and facility not in taken:
            taken.add(facility)
            yield Renamed(now.places[own], facility, "the name stood for it in an earlier edition")


def _gone_and_here(now: Listing, left: Iterable[str], there: Listing, taken: Collection[str]) -> list[Renamed]:
    """What some new names stand for in an earlier list, of the facilities that nothing else was matched to."""
    gone = [place for id_, place in there.places.items() if id_ not in taken]
    days = days_between(now.period, there.period, same_year=now.fiscal_year == there.fiscal_year)
    return renamed([now.places[own] for own in left], gone, days)


def renamed(new: Iterable[Place], gone: Iterable[Place], days: tuple[int, int] | None) -> list[Renamed]:
    """Each new name that goes on with a place that left the list. One that may be two places is none of them.

    `days` are those of the year that both averages are over; None where the two are of different years.
    """
    here, there = _by_city(new), _by_city(gone)
    found: list[Renamed] = []
    for city in sorted(here.keys() & there.keys()):
        pairs = [
            _Pair(apart, _alike(one, other), one, other)
            for one in here[city]
            for other in there[city]
            if (apart := _apart(one, other, days)) is not None
        ]
        found += _matched(pairs, days)
    return found


def note(own: str, facility: str, cell: str, because: str) -> Finding:
    """What is recorded of a name that stands for another facility."""
    words = (
        f"{cell}: {own!r} is {facility!r} under another name: {because}. Its figures go on in that facility's series."
    )
    return Finding(CHECK, "note", "cells", (cell,), facility, own, words)


class _Pair(NamedTuple):
    apart: float
    alike: float
    one: Place
    other: Place


def _by_city(places: Iterable[Place]) -> Mapping[tuple[str, str], Sequence[Place]]:
    cities: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in places:
        if place.city:
            cities[place.city, place.state].append(place)
    return cities


def days_between(period: Period, before: Period, *, same_year: bool) -> tuple[int, int] | None:
    """The days of a year that two lists are over; None where they are of two years, or one is without a day."""
    if not (same_year and period.start and period.end and before.start and before.end):
        return None
    days, had = (period.end - period.start).days + 1, (before.end - before.start).days + 1
    return (days, had) if days >= had else None


def _apart(one: Place, other: Place, days: tuple[int, int] | None) -> float | None:
    """How far two averages are from going on, as a logarithm; None where they do not.

    Types are typed anew too (`IGSA` became `DIGSA`): where they differ the names have to be alike.
    """
    if min(one.average, other.average) <= 0 or _is_another_type(one, other):
        return None
    apart = abs(math.log(one.average / other.average))
    lost = days is not None and one.average * days[0] < other.average * days[1] * (1 - limit(CHECK, "lost"))
    # A place that was opened lately grows severalfold; then its name has to be much the same.
    grows = days is not None and _alike(one, other) >= limit(CHECK, "same_name")
    most = limit(CHECK, "growing" if grows else "apart")
    return None if lost or apart > most else apart


def _alike(one: Place, other: Place) -> float:
    return difflib.SequenceMatcher(None, one.name.upper(), other.name.upper()).ratio()


def _matched(pairs: Sequence[_Pair], days: tuple[int, int] | None) -> Iterator[Renamed]:
    """The names that are most alike first; where another place would do nearly as well, nothing is said."""
    taken: set[str] = set()
    for pair in sorted(pairs, key=lambda pair: (-pair.alike, pair.apart, pair.one.id, pair.other.id)):
        if {pair.one.id, pair.other.id} & taken or any(_is_rival(each, pair, taken) for each in pairs):
            continue
        taken |= {pair.one.id, pair.other.id}
        span = f" over {days[0]} and {days[1]} days" if days else ""
        averages = f"{pair.one.average:,.1f} people on average where {pair.other.average:,.1f} were"
        because = f"the same city and type, {averages}{span}"
        yield Renamed(pair.one, pair.other.id, because)


def _is_rival(each: _Pair, pair: _Pair, taken: Collection[str]) -> bool:
    """Whether a pair would take one of the two places of another, and is nearly as good."""
    if (each.one.id == pair.one.id) == (each.other.id == pair.other.id) or {each.one.id, each.other.id} & set(taken):
        return False
    return each.apart <= pair.apart + limit(CHECK, "nearer") and each.alike >= pair.alike - limit(CHECK, "alike")


def _is_another_type(one: Place, other: Place) -> bool:
    """Whether the types differ, and the names too."""
    differ = one.type and other.type and one.type != other.type
    return bool(differ) and _alike(one, other) < limit(CHECK, "other_type")
