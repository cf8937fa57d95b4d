"""Each facility as its page shows it, read one after the other: all of them at once do not fit memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from figures.periods import fiscal_year
from figures.records import Dims
from flows.publishing.facility_place import places
from flows.publishing.facility_rows import inspections, listed, restated, said
from pages.facts.facility_facts import Edition, FacilityFacts
from scrapers.ice.places.facility_names import CROSSWALK, own_id
from storage.engine import Transaction
from storage.read import copies, publication, reads
from storage.read.facility_figures import (
    FACILITY,
    FacilitySeries,
    Stated,
    facility_series,
    names_standing_for,
    stated_by_place,
)
from storage.read.holds import Holds, open_holds

ICE, TRAC = "ice", "trac_facilities"
# Every list states it, so it dates them.
DATED_BY = "ice.facility_alos"
LIST = "facility_description"
TOTAL = "all"


@dataclass(frozen=True, slots=True)
class _Known:
    """What is the same for all facilities."""

    editions: Mapping[int, Edition]
    copies: frozenset[int]
    stands_for: Mapping[str, str]
    because: Mapping[tuple[int, str], str]
    newest: date | None
    newest_release: int | None


def facility_facts(connection: Transaction) -> Callable[[], Iterator[FacilityFacts]]:
    """What gives each facility, by state and name, each time that it is called; while the transaction is open."""
    return partial(_each, connection)


def _each(connection: Transaction) -> Iterator[FacilityFacts]:
    holds = open_holds(connection)
    known = _known(connection, holds)
    series: dict[str, list[FacilitySeries]] = {}
    for where, some in facility_series(connection, ICE, "ice.facility_", (FACILITY,)).items():
        series.setdefault(where[0][1], []).extend(some)
    trac = facility_series(connection, TRAC, "trac.facility_", ("city", FACILITY, "state"))
    for where, some in trac.items():
        for facility in _meant(where, known.stands_for):
            series.setdefault(facility, []).extend(some)
    lies = places(series)
    order = sorted(series, key=lambda each: (lies[each], each))
    read = stated_by_place(connection, [series[each] for each in order], holds)
    for facility, stated in zip(order, read, strict=True):
        yield _facts(facility, lies[facility], stated, known)


def _known(connection: Transaction, holds: Holds) -> _Known:
    editions = {
        release.id: Edition(release.source, release.name, release.sha256, release.known_at, release.position)
        for release in reads.releases(connection)
    }
    days = publication.every_stated_day(connection, [(ICE, DATED_BY)]).get(ICE, {})
    clean = [number for number in days if not holds.on_table(number, LIST)]
    newest = max(clean, key=lambda number: (editions[number].known_at, editions[number].position), default=None)
    standing = names_standing_for(connection)
    return _Known(
        editions=editions,
        copies=frozenset(copies.copies(connection, ICE)),
        stands_for={each.own: each.facility for each in standing},
        because={(each.release, each.own): each.because for each in standing},
        newest=days[newest] if newest is not None else None,
        newest_release=newest,
    )


def _meant(where: Dims, stands_for: Mapping[str, str]) -> set[str]:
    """The facilities that a name of TRAC's may stand for: more than one only where a name changed hands."""
    city, facility, state = (value for _, value in where)
    if facility == TOTAL:
        return set()
    own = own_id(facility, city, state)
    return {row.facility for row in CROSSWALK.get(own, ())} or {stands_for.get(own, own)}


def _facts(facility: str, place: str, stated: Sequence[Stated], known: _Known) -> FacilityFacts:
    ours = [each for each in stated if each.series.metric.startswith("ice.") and each.release not in known.copies]
    theirs = [each for each in stated if each.series.metric.startswith("trac.") and _is_of(facility, each)]
    rows = listed(ours, known.editions)
    words = said(ours, rows, known.because)
    name, city, state = _named(facility)
    newest = words["name"][0].words[0].strip(" *") if "name" in words else ""
    return FacilityFacts(
        id=facility,
        name=newest or name,
        city=city,
        state=state,
        place=place,
        newest=known.newest,
        on_newest=any(each.release == known.newest_release for each in ours),
        listed=tuple(rows.values()),
        said=words,
        inspections=inspections(ours, rows),
        restated=restated(theirs, known.editions),
    )


def _named(facility: str) -> tuple[str, str, str]:
    """Name, city and state of an id: `PORT ISABEL | LOS FRESNOS | TX`."""
    name, city, state = [*(part.strip() for part in facility.split(" | ")), "", ""][:3]
    return name or facility, city, state


def _is_of(facility: str, stated: Stated) -> bool:
    """Whether a name of TRAC's stood for this facility in the year of a figure."""
    city, name, state = (value for _, value in stated.series.place)
    rows = CROSSWALK.get(own_id(name, city, state), ())
    year = fiscal_year(stated.period.end) if stated.period.end else 0
    fitting = [row for row in rows if row.since is None or row.since <= year]
    return not rows or max(fitting, key=lambda row: row.since or 0, default=rows[0]).facility == facility
