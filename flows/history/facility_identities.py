"""What names in a list of facilities stand for, asked again from a release on: a fold over the releases in their order.

A name on no reviewed list is a facility of its own, unless it goes on with a place that left the list of the edition
before (`checks.places.renames`), or stood for another facility in an earlier edition. So the answer for a release
rests on
those before it and on nothing else: an older edition that comes in late has the later ones asked again, and the same
editions give the same series in whatever order they came.
"""

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from checks.history.balance import PLACES
from checks.places.renames import METRICS, listing, names
from figures.records import Observation
from scrapers.ice.places.facility_names import CROSSWALK
from storage.engine import Transaction
from storage.read.release_order import StoredRelease
from storage.write import facility_identities
from storage.write.facility_identities import Name

LISTED = frozenset(row.facility for rows in CROSSWALK.values() for row in rows)
SOURCE = "ice"
# Of three lists in a row one was an old one (October 2021, September 2022).
LOOKED_AT = 3
# A list with more unknown names is none of the places in use (1,882 rows in January 2021): nothing is joined by it.
MOST_NEW = 300
# The releases of which something moved, and what was read under the facilities that its names stand for.
Settled = tuple[set[int], dict[int, Sequence[Observation]]]
NOTHING_SETTLED: Settled = (set(), {})


def names_of_new(connection: Transaction, release: StoredRelease, stated: Sequence[Observation]) -> list[Name]:
    """The names of a release that is not stored yet that stand for another facility. Writes nothing."""
    own = _unlisted(stated) if release.source == SOURCE else set()
    if not own or len(own) > MOST_NEW:
        return []
    before = facility_identities.lists_before(connection, release, PLACES, LOOKED_AT)
    return _names(connection, release, before, own, stated) or []


def under_facilities(stated: Sequence[Observation], names: Sequence[Name]) -> Sequence[Observation]:
    """Figures under the facilities that names stand for."""
    facilities = {name.own: name.facility for name in names}
    return [facility_identities.renamed(o, facilities) for o in stated] if names else stated


def settle(
    connection: Transaction,
    source: str,
    releases: Sequence[StoredRelease],
    read: Mapping[int, Sequence[Observation]] | None,
    named: Mapping[int, Sequence[Name]] | None = None,
) -> Settled:
    """Say of releases, in order, which facilities their names stand for.

    `read` holds what was read from a release just now; when it is given, that release alone is new. The names of those
    in `named` are settled. Returns the releases of which something moved, and `read` under the facilities that its
    names stand for.
    """
    new = dict(read or {})
    if source != SOURCE or not releases:
        return set(), new
    unlisted = {number: _unlisted(stated) for number, stated in new.items()}
    if len(releases) > len(new):
        unlisted = facility_identities.own_names(connection, source, LISTED) | unlisted
    settled = named or {}
    moved: set[int] = set()
    renamed: set[str] = set()
    for release in releases:
        if release.id in settled:
            names_moved = {name.own for name in settled[release.id]}
        else:
            # Of a release that was there only what rests on something that moved is asked again.
            asked = None if read is None or release.id in new else _Moved(moved | new.keys(), renamed)
            names_moved = _names_moved(connection, release, unlisted.get(release.id, set()), asked, new)
        if names_moved:
            moved.add(release.id)
            renamed |= names_moved
    return moved, new


class _Moved(NamedTuple):
    """What moved so far: releases, and names that stand for another facility."""

    releases: Set[int]
    names: Set[str]


def _names_moved(
    connection: Transaction,
    release: StoredRelease,
    own: set[str],
    only_after: _Moved | None,
    new: dict[int, Sequence[Observation]],
) -> set[str]:
    """Settle the names of a release, and put what was read of it under its facilities. Returns the names that moved.

    `only_after` is given for a release that is asked again only where it rests on something that moved.
    """
    if not own or len(own) > MOST_NEW:
        return set()
    before = facility_identities.lists_before(connection, release, PLACES, LOOKED_AT)
    if only_after and only_after.releases.isdisjoint(before) and own.isdisjoint(only_after.names):
        return set()
    moved = _settle(connection, release, before, own, new.get(release.id, ()))
    if moved and release.id in new:
        new[release.id] = under_facilities(new[release.id], facility_identities.names_of(connection, release.id))
    return moved


def _unlisted(observations: Sequence[Observation]) -> set[str]:
    here = {
        dict(o.dims)["facility"] for o in observations if o.metric == facility_identities.NAME and o.status == "text"
    }
    return facility_identities.unlisted(here, LISTED)


def _settle(
    connection: Transaction,
    release: StoredRelease,
    before: Sequence[int],
    unlisted: set[str],
    read: Sequence[Observation],
) -> set[str]:
    stands = {name.facility: name.own for name in facility_identities.names_of(connection, release.id)}
    stated = read or facility_identities.stated(connection, release.id, METRICS)
    own = [facility_identities.renamed(o, stands) for o in stated]
    said = _names(connection, release, before, unlisted, own)
    return set() if said is None else facility_identities.set_names(connection, release, said, read)


def _names(
    connection: Transaction,
    release: StoredRelease,
    before: Sequence[int],
    unlisted: set[str],
    stated: Sequence[Observation],
) -> list[Name] | None:
    """Which names of a list, given by its figures under the names' own ids, stand for another facility; None where
    there is no list.
    """
    now = listing(stated)
    if now is None:
        return None
    lists = (listing(facility_identities.stated(connection, number, METRICS)) for number in before)
    there = (each for each in lists if each is not None)
    found = names(now, there, unlisted, facility_identities.known_before(connection, release))
    return sorted(Name(each.place.id, each.facility, each.place.cell, each.because) for each in found)
