"""What history says of a release: what is known before it is gathered once, then the checks are asked. Writes nothing.

Whether a release is stored already makes no difference: it is held against what stands before its place.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from checks.boundary import asked
from checks.catalogue import limit
from checks.history.compare import NOT_COMPARED
from checks.history.edition_suite import NUMBERS, Holding, Record, against_before
from checks.history.expected_paces import READ
from checks.history.paces import paces
from checks.history.parts_suite import frozen, told_once
from checks.history.repeats import Drawn, same_figures
from checks.history.revisions import CHECK as REVISED
from checks.history.revisions import Noise
from checks.history.since_october import METRICS_WITH_HISTORY, against_history
from checks.history.wording import changed
from figures.fingerprints import EDITION
from figures.mishaps import Mishap, attempt
from figures.periods import washington_day
from figures.records import Earlier, Figure, Finding, Observation
from storage.engine import SPOKEN_TO, Transaction
from storage.read import just_stored, previous, reads
from storage.read.copies import first_alike
from storage.read.holds import source_holds
from storage.read.texts import texts_before
from storage.write import facility_identities

PROSE = "ice.footnote"
FRESH_MONTHS = limit(REVISED, "fresh_months")
WANTED = frozenset({*METRICS_WITH_HISTORY, PROSE})
T = TypeVar("T")
Part = Callable[[], T]


@dataclass(frozen=True, slots=True)
class Past:
    """What is known before a release, and what it states itself of the metrics that history is asked about.

    Each part is given by a call: where it could not be read, the check that needs it fails, and no other. How far a
    series moved before and what stood a year ago are read when a check asks, which alone can say of which series.
    """

    release: reads.StoredRelease
    stated: Sequence[Observation]
    drawn: Drawn
    clean: Part[Sequence[Figure]]
    earlier: Part[Sequence[Earlier]]
    alike: Part[Sequence[Drawn]]
    frozen_before: Part[Sequence[Observation]]
    first: Part[reads.StoredRelease | None]
    texts: Part[tuple[str, list[str]]]
    moved_before: Record
    last_year: Part[Sequence[Figure]]


def wanted_of(release: reads.StoredRelease) -> frozenset[str]:
    """The metrics that history is asked about."""
    return WANTED | NUMBERS if release.fiscal_year else WANTED


def gather_past(
    connection: Transaction,
    release: reads.StoredRelease,
    stated: Sequence[Observation],
    prints: Mapping[str, str],
) -> Past:
    """What is known before a release. `stated` are figures of it, `prints` what its tables and all of it show."""
    about, wanted = (connection, release.source, release), wanted_of(release)
    mine = [o for o in stated if o.metric in wanted]
    shown = {table: each for table, each in prints.items() if table != EDITION}
    holds, given = source_holds(connection, [release.source]), just_stored.at_hand(connection)
    texts = any(o.metric == PROSE and o.status == "text" for o in mine)
    is_edition = release.fiscal_year is not None

    def steps(series: Collection[str]) -> Mapping[tuple[str, bool], Noise]:
        return {which: Noise(*n) for which, n in previous.steps(*about, series, FRESH_MONTHS, holds).items()}

    return Past(
        release,
        mine,
        Drawn(release.name, release.run_date, shown),
        _part(lambda: reads.clean_before(*about, METRICS_WITH_HISTORY, holds)),
        _part(lambda: previous.before(*about, NOT_COMPARED, holds, given)) if is_edition else tuple,
        _part(lambda: _drawn_alike(connection, release, shown)) if is_edition else tuple,
        _part(lambda: _frozen_before(connection, release, frozen(mine))) if is_edition else tuple,
        _part(lambda: first_alike(connection, release, prints.get(EDITION, ""))),
        _part(lambda: texts_before(*about, PROSE, given)) if texts else lambda: ("", []),
        steps,
        lambda: previous.of_last_year(*about, READ, holds),
    )


def _part(read: Part[T]) -> Part[T]:
    done = attempt(read, SPOKEN_TO)

    def give() -> T:
        if isinstance(done, Mishap):
            raise done.error
        return done

    return give


def _drawn_alike(connection: Transaction, release: reads.StoredRelease, shown: Mapping[str, str]) -> Sequence[Drawn]:
    rows = previous.alike(connection, release.source, release, shown)
    return [Drawn(row.name, row.run_date, {row.table_id: row.print}) for row in rows]


def _frozen_before(
    connection: Transaction, release: reads.StoredRelease, mine: Sequence[Observation]
) -> Sequence[Observation]:
    """What the release before one carries along of years gone by, of the metrics that this one does too."""
    number = previous.last(connection, release.source, release) if mine else None
    if number is None:
        return ()
    return frozen(facility_identities.stated(connection, number, {o.metric for o in mine}))


def ask_history(past: Past, named: Sequence[Finding], holding: Holding) -> list[Finding]:
    """What the checks of history say of a release. `named` are findings about the names in its lists; `holding` gives
    all that holds it when history says this.
    """
    stated, release = past.stated, past.release
    found = asked("history", stated, _against_clean, past, let_through=SPOKEN_TO)
    if release.fiscal_year and not any(finding.check == "run_date_back" for finding in found):
        found += asked("edition", stated, _against_before, past, found, holding, let_through=SPOKEN_TO)
        found += asked("paces", stated, _paces, past, found, let_through=SPOKEN_TO)
    found = [*told_once(found), *named]
    found += asked("same_figures", stated, _same_figures, past, let_through=SPOKEN_TO)
    texts = [o for o in stated if o.metric == PROSE]
    return [*found, *asked("prose", texts, _prose, past, texts, let_through=SPOKEN_TO)]


def _counted(past: Past) -> list[Observation]:
    return reads.in_order(o for o in past.stated if o.metric in METRICS_WITH_HISTORY)


def _against_clean(past: Past) -> list[Finding]:
    return against_history(_counted(past), past.release.fiscal_year, past.clean(), past.release.known_at)


def _against_before(past: Past, found: Sequence[Finding], holding: Holding) -> list[Finding]:
    """An edition against the last clean one of each table, which is read once for all checks."""
    return against_before(
        past.stated,
        past.earlier(),
        past.drawn,
        past.alike(),
        past.moved_before,
        washington_day(past.release.known_at),
        past.clean(),
        past.frozen_before(),
        lambda here: holding([*found, *here]),
        SPOKEN_TO,
    )


def _paces(past: Past, found: Sequence[Finding]) -> list[Finding]:
    return paces(_counted(past), found, past.clean(), past.last_year)


def _same_figures(past: Past) -> list[Finding]:
    first = past.first()
    return [] if first is None else [same_figures(first.name, first.sha256, washington_day(first.known_at))]


def _prose(past: Past, texts: Sequence[Observation]) -> list[Finding]:
    new = [(o.locator, o.raw) for o in reads.in_order(texts) if o.status == "text"]
    name, before = past.texts() if new else ("", [])
    return changed(new, before, name) if before else []
