"""Which editions are known to have been public and are not held here: "held here" is not "published".

Known are those on the list of known editions (`checks/ice_known_hashes.csv`), those that an archive's index listed to a
backfill, and those that the publisher's page linked and that were not taken or never came. Of ICE's workbook
alone: every other source publishes one file that restates all of it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from alerts.forms.evidence import Unheld
from checks.known_hashes import Witness, witnesses
from figures.periods import end_of_day, spoken, washington_day
from figures.records import Finding
from figures.registry import ICE
from scrapers.ice.file_names import read_name
from storage.engine import Transaction
from storage.read import journal, reads
from storage.read.journal import StoredFinding
from storage.read.reads import StoredRelease
from storage.write.findings import lift, record_new_findings

STAGE, LISTED = "backfill_list", "edition_listed"
OLDER = "older_link"  # the page's own finding
# A name's day is the day of posting; further from when the file was public, it is mistyped.
NAME_AGREES_WITHIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class _Held:
    """What is held of ICE's workbook: hashes, names in small letters, and the days of the editions with each name."""

    hashes: frozenset[str]
    names: frozenset[str]
    days: frozenset[tuple[str, date]]

    def has(self, known: Witness) -> bool:
        name = known.name.casefold()
        if known.sha256 in self.hashes or (name, known.edition_date) in self.days:
            return True
        # A name without a day was used for many editions: there the bytes say which, or the day.
        return read_name(name).day is not None and name in self.names


def _held(connection: Transaction, releases: Iterable[StoredRelease]) -> _Held:
    mine = [release for release in releases if release.source == ICE.id]
    return _Held(
        hashes=frozenset(release.sha256 for release in mine),
        names=frozenset(name.casefold() for name in reads.all_names(connection, ICE.id)),
        days=frozenset((release.name.casefold(), edition_day(release)) for release in mine),
    )


def unheld(
    connection: Transaction, releases: Iterable[StoredRelease], findings: Sequence[StoredFinding]
) -> list[Unheld]:
    """The editions of ICE's workbook that are known and not held, by day. `findings` are those that `LISTED` and
    `OLDER` found, others among them.
    """
    held = _held(connection, releases)
    looks = journal.looks(connection, [ICE.id], end_of_day(date(2000, 1, 1)))["well"]
    found: dict[tuple[str, date], Unheld] = {}
    for known in witnesses():
        if not held.has(known):
            day = known.edition_date
            found[known.name.casefold(), day] = _unheld(known.name, day, looks, listed=False)
    for name in _listed(connection, findings):
        listed = read_name(name).day
        if listed is not None and name.casefold() not in held.names:
            found[name.casefold(), listed] = _unheld(name, listed, looks, listed=True)
    return sorted(found.values(), key=lambda each: (each.day, each.name))


def _unheld(name: str, day: date, looks: Sequence[datetime], *, listed: bool) -> Unheld:
    after = bisect_right(looks, end_of_day(day))
    seen_past = looks[after] if after < len(looks) else None
    return Unheld(ICE.id, name, day, read_name(name).fiscal_year, listed, seen_past)


def _listed(connection: Transaction, findings: Sequence[StoredFinding]) -> Iterator[str]:
    """The names of files that were named to us: by an archive's index, by a link to an older edition, which is not
    taken, or by one that never gave a file.
    """
    yield from (finding.found for finding in findings if finding.check == LISTED and finding.lifted_at is None)
    older = [finding.found for finding in findings if finding.check == OLDER and finding.source == ICE.id]
    for url in (*older, *journal.never_came(connection, ICE.id)):
        yield PurePosixPath(unquote(urlsplit(url).path)).name


def edition_day(release: StoredRelease) -> date:
    """The day of an edition, where it is known better than since when we know it to have been public."""
    known = washington_day(release.known_at)
    if (witnessed := _witnessed().get(release.sha256)) is not None:
        return min(witnessed, known)
    named = read_name(release.name).day
    return named if named is not None and timedelta(0) <= known - named <= NAME_AGREES_WITHIN else known


@cache
def _witnessed() -> dict[str, date]:
    return {known.sha256: known.edition_date for known in witnesses()}


def note_listed(connection: Transaction, names: Iterable[str], now: datetime) -> None:
    """Keep which editions an archive lists that are not held yet; close the notes of those that are held by now."""
    held = {name.casefold() for name in reads.all_names(connection, ICE.id)}
    noted = journal.findings(connection, check=LISTED, open_only=True)
    came = [finding.id for finding in noted if finding.found.casefold() in held]
    lift(connection, came, "onrecord", "it is held", now)
    found = [
        Finding(
            LISTED, "note", "release", (), "the file", name, f"{name}, of {spoken(day)}, is listed and not held yet."
        )
        for name in sorted(set(names))
        if name.casefold() not in held and (day := read_name(name).day)
    ]
    record_new_findings(connection, ICE.id, STAGE, found, now)
