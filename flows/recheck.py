"""Asking history again: from an instant on, each release against what was clean and public before it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain

from checks.boundary import asked, could_not_run, is_of_a_place
from checks.catalogue import limit
from checks.history.compare import NOT_COMPARED
from checks.history.edition_suite import NUMBERS, against_before
from checks.history.expected_paces import READ
from checks.history.paces import paces
from checks.history.parts_suite import frozen, told_once
from checks.history.repeats import Drawn, same_figures
from checks.history.revisions import CHECK as REVISED
from checks.history.revisions import Noise
from checks.history.since_october import METRICS_WITH_HISTORY, against_history
from checks.history.wording import changed
from checks.places.renames import note
from figures.mishaps import Mishap, attempt
from figures.periods import washington_day
from figures.records import Figure, Finding, Observation
from flows.facility_identities import NOTHING_SETTLED, Settled, settle
from storage.engine import SPOKEN_TO, Transaction
from storage.read import previous, reads
from storage.read.copies import first_of
from storage.write import facility_identities
from storage.write.facility_identities import names_of
from storage.write.findings import holding, renew_findings, set_state

STAGE = "history"
PROSE = "ice.footnote"
FRESH_MONTHS = limit(REVISED, "fresh_months")


def recheck(
    connection: Transaction,
    source: str,
    since: datetime,
    at: datetime,
    read: Mapping[int, Sequence[Observation]] | None = None,
) -> None:
    """Renew what history says of a source's releases from `since` on, in order of publication.

    An older edition that comes in late takes its place in the past: only what came after it is looked at again. `read`
    holds what was read from a release just now; when it is given, that release alone is new, and looked at are those
    for which it is history: the later ones of its fiscal year, and the next one that has texts.
    """
    releases = reads.releases(connection, source, since)
    settled = attempt(lambda: _settled(connection, source, releases, read), SPOKEN_TO)
    moved, stated = (set[int](), dict(read or {})) if isinstance(settled, Mishap) else settled
    for release in releases if read is None else _touched(connection, releases, read, moved):
        _renew(connection, source, release, at, stated.get(release.id), settled)


def _settled(
    connection: Transaction,
    source: str,
    releases: Sequence[reads.StoredRelease],
    read: Mapping[int, Sequence[Observation]] | None,
) -> Settled:
    """What fails halfway files nothing under another facility."""
    with connection.begin_nested():
        return settle(connection, source, releases, read)


def recheck_after(connection: Transaction, source: str, decided: Collection[int], at: datetime) -> None:
    """Renew what history says of the releases that rest on some whose holds were lifted or stand again: the later ones
    of their fiscal years and of the next. So one decision about a turn of policy counts for all that came since.
    """
    years: set[int] = set()
    for release in reads.releases(connection, source):
        if release.fiscal_year in years and release.id not in decided:
            _renew(connection, source, release, at, None)
        if release.id in decided and release.fiscal_year is not None:
            years |= {release.fiscal_year, release.fiscal_year + 1}


def _touched(
    connection: Transaction,
    releases: Sequence[reads.StoredRelease],
    read: Mapping[int, Sequence[Observation]],
    moved: Collection[int],
) -> Iterator[reads.StoredRelease]:
    years = {release.fiscal_year for release in releases if release.id in {*read, *moved}}
    # A year's first editions are held against the last of the year before.
    years |= {year + 1 for year in years if year is not None}
    copies = previous.copies_of(connection, read)
    # A release without texts changes nothing for the texts of the next.
    passed, texts_follow = False, PROSE not in {o.metric for o in chain.from_iterable(read.values())}
    for release in releases:
        is_next = passed and not texts_follow
        after = passed and (release.fiscal_year in years or release.id in copies)
        if release.id in read or is_next or after:
            yield release
        if is_next:
            texts_follow = bool(reads.observations(connection, release.id, {PROSE}))
        passed = passed or release.id in read


def _renew(
    connection: Transaction,
    source: str,
    release: reads.StoredRelease,
    at: datetime,
    stated: Sequence[Observation] | None,
    settled: Settled | Mishap = NOTHING_SETTLED,
) -> None:
    wanted = {*METRICS_WITH_HISTORY, *(NUMBERS if release.fiscal_year else ()), PROSE}
    if stated is None:
        observations = reads.observations(connection, release.id, wanted)
    else:
        observations = [o for o in stated if o.metric in wanted]
    about = connection, source, release
    clean = cache(lambda: reads.clean_before(connection, source, release, METRICS_WITH_HISTORY))
    found = asked("history", observations, _against_history, release, observations, clean, let_through=SPOKEN_TO)
    if release.fiscal_year and not any(finding.check == "run_date_back" for finding in found):
        found += asked(
            "edition", observations, _against_before, *about, observations, found, clean, let_through=SPOKEN_TO
        )
        found += asked("paces", observations, _paces, *about, observations, found, clean, let_through=SPOKEN_TO)
    found = told_once(found)
    if isinstance(settled, Mishap):
        found.append(could_not_run("check names", settled, observations, is_of_a_place))
    found += [note(*name) for name in names_of(connection, release.id)]
    found += asked("same_figures", observations, _same_figures, connection, release, let_through=SPOKEN_TO)
    texts = [o for o in observations if o.metric == PROSE]
    found += asked("prose", observations, _prose, *about, texts, let_through=SPOKEN_TO)
    renew_findings(connection, source, release.id, STAGE, found, at)
    set_state(connection, release.id)


def _against_history(
    release: reads.StoredRelease, observations: Sequence[Observation], clean: Callable[[], Sequence[Figure]]
) -> list[Finding]:
    counted = reads.in_order(o for o in observations if o.metric in METRICS_WITH_HISTORY)
    return against_history(counted, release.fiscal_year, clean(), release.known_at)


def _against_before(
    connection: Transaction,
    source: str,
    release: reads.StoredRelease,
    observations: Sequence[Observation],
    found: Sequence[Finding],
    clean: Callable[[], Sequence[Figure]],
) -> list[Finding]:
    """An edition against the last clean one of each table, which is read once for all checks."""
    mine = Drawn(release.name, release.run_date, previous.prints_of(connection, release.id))
    alike = previous.alike(connection, source, release, mine.prints)
    return against_before(
        observations,
        previous.before(connection, source, release, NOT_COMPARED),
        mine,
        [Drawn(row.name, row.run_date, {row.table_id: row.print}) for row in alike],
        lambda series: {
            k: Noise(*n) for k, n in previous.steps(connection, source, release, series, FRESH_MONTHS).items()
        },
        washington_day(release.known_at),
        clean(),
        _frozen_before(connection, source, release, frozen(observations)),
        lambda here: holding(connection, release.id, STAGE, [*found, *here]),
        SPOKEN_TO,
    )


def _frozen_before(
    connection: Transaction, source: str, release: reads.StoredRelease, mine: Sequence[Observation]
) -> Sequence[Observation]:
    """What the release before one carries along of years gone by, of the metrics that this one does too."""
    number = previous.last(connection, source, release) if mine else None
    return (
        frozen(facility_identities.stated(connection, number, {o.metric for o in mine})) if number is not None else ()
    )


def _paces(
    connection: Transaction,
    source: str,
    release: reads.StoredRelease,
    observations: Sequence[Observation],
    found: Sequence[Finding],
    clean: Callable[[], Sequence[Figure]],
) -> list[Finding]:
    counted = reads.in_order(o for o in observations if o.metric in METRICS_WITH_HISTORY)
    return paces(counted, found, clean(), lambda: previous.of_last_year(connection, source, release, READ))


def _same_figures(connection: Transaction, release: reads.StoredRelease) -> list[Finding]:
    first = first_of(connection, release)
    return [] if first is None else [same_figures(first.name, first.sha256, washington_day(first.known_at))]


def _prose(
    connection: Transaction, source: str, release: reads.StoredRelease, texts: Sequence[Observation]
) -> list[Finding]:
    new = [(o.locator, o.raw) for o in reads.in_order(texts) if o.status == "text"]
    if not new:
        return []
    name, before = reads.texts_before(connection, source, release, PROSE)
    return changed(new, before, name) if before else []
