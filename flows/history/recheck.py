"""Asking history again: from an instant on, each release against what was clean and public before it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from checks.boundary import could_not_run, is_of_a_place
from checks.places.renames import note
from figures.mishaps import Mishap, attempt
from figures.records import Observation
from flows.history.facility_identities import NOTHING_SETTLED, Settled, settle
from flows.history.past import PROSE, ask_history, gather_past, wanted_of
from storage.engine import SPOKEN_TO, Transaction
from storage.read import previous, reads
from storage.write.facility_identities import Name, names_of
from storage.write.findings import holding, renew_findings, set_state

STAGE = "history"


def recheck(
    connection: Transaction,
    source: str,
    since: datetime,
    at: datetime,
    read: Mapping[int, Sequence[Observation]] | None = None,
    named: Mapping[int, Sequence[Name]] | None = None,
) -> None:
    """Renew what history says of a source's releases from `since` on, in order of publication.

    An older edition that comes in late takes its place in the past: only what came after it is looked at again. `read`
    holds what was read from a release just now; when it is given, that release alone is new, and looked at are those
    for which it is history: the later ones of its fiscal year, and the next one that has texts. Those in `named` were
    asked already, with the names that stand for other facilities.
    """
    releases = reads.releases(connection, source, since)
    settled = attempt(lambda: _settled(connection, source, releases, read, named), SPOKEN_TO)
    moved, stated = (set[int](), dict(read or {})) if isinstance(settled, Mishap) else settled
    for release in releases if read is None else _touched(connection, releases, read, moved):
        if named is None or release.id not in named:
            _renew(connection, release, at, stated.get(release.id), settled)


def _settled(
    connection: Transaction,
    source: str,
    releases: Sequence[reads.StoredRelease],
    read: Mapping[int, Sequence[Observation]] | None,
    named: Mapping[int, Sequence[Name]] | None,
) -> Settled:
    """What fails halfway files nothing under another facility."""
    with connection.begin_nested():
        return settle(connection, source, releases, read, named)


def recheck_after(connection: Transaction, source: str, decided: Collection[int], at: datetime) -> None:
    """Renew what history says of the releases that rest on some whose holds were lifted or stand again: the later ones
    of their fiscal years and of the next. So one decision about a turn of policy counts for all that came since.
    """
    years: set[int] = set()
    for release in reads.releases(connection, source):
        if release.fiscal_year in years and release.id not in decided:
            _renew(connection, release, at, None)
        if release.id in decided and release.fiscal_year is not None:
            years |= {release.fiscal_year, release.fiscal_year + 1}


def _touched(
    connection: Transaction,
    releases: Sequence[reads.StoredRelease],
    read: Mapping[int, Sequence[Observation]],
    moved: Collection[int],
) -> Iterator[reads.StoredRelease]:
    """The first release that is new, and those after it for which what is new or has moved is history."""
    first = next((place for place, release in enumerate(releases) if release.id in read), len(releases))
    later = releases[first + 1 :]
    years = _years_after(release for release in releases if release.id in read or release.id in moved)
    asked = {*read, *previous.copies_of(connection, read), *_up_to_next_texts(connection, read, later)}
    yield from releases[first : first + 1]
    for release in later:
        if release.id in asked or release.fiscal_year in years:
            yield release


def _up_to_next_texts(
    connection: Transaction, read: Mapping[int, Sequence[Observation]], later: Iterable[reads.StoredRelease]
) -> Iterator[int]:
    """The releases up to the next that has texts: these are held against those of the new release, where it has any."""
    if not any(o.metric == PROSE for stated in read.values() for o in stated):
        return
    for release in later:
        yield release.id
        if reads.observations(connection, release.id, {PROSE}):
            return


def _years_after(releases: Iterable[reads.StoredRelease]) -> set[int | None]:
    """Their fiscal years and those after them: a year's first editions are held against the last of the year before."""
    years = {release.fiscal_year for release in releases}
    return years | {year + 1 for year in years if year is not None}


def _renew(
    connection: Transaction,
    release: reads.StoredRelease,
    at: datetime,
    stated: Sequence[Observation] | None,
    settled: Settled | Mishap = NOTHING_SETTLED,
) -> None:
    mine = reads.observations(connection, release.id, wanted_of(release)) if stated is None else stated
    past = gather_past(connection, release, mine, previous.prints_of(connection, release.id))
    named = [note(*name) for name in names_of(connection, release.id)]
    if isinstance(settled, Mishap):
        named.insert(0, could_not_run("check names", settled, past.stated, is_of_a_place))
    found = ask_history(past, named, lambda here: holding(connection, release.id, STAGE, here))
    renew_findings(connection, release.source, release.id, STAGE, found, at)
    set_state(connection, release.id)
