"""The trust gate without a database: editions taken in order, each held against the clean ones that were taken before.

The checks are those of the line; only what the store remembers is remembered here, because a harness that stored each
of two hundred workbooks would take minutes. A test holds the two memories against each other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from checks.boundary import COULD_NOT_RUN
from checks.document.document_suite import document
from checks.history.compare import NOT_COMPARED, closed
from checks.history.edition_suite import against_before
from checks.history.paces import paces
from checks.history.parts_suite import frozen, told_once
from checks.history.repeats import Drawn
from checks.history.revisions import Noise, is_fresh
from checks.history.since_october import METRICS_WITH_HISTORY, against_history
from checks.places.renames import Listing, listing, names
from figures.cells import row_and_column
from figures.fingerprints import prints
from figures.periods import Period, end_of_day
from figures.records import Earlier, Figure, Finding, Observation, Parsed
from flows.history.facility_identities import LISTED
from flows.history.facility_identities import LOOKED_AT as LISTS
from storage.read.previous import LARGEST_STEP, LOOKED_AT
from storage.write.facility_identities import renamed


@dataclass(frozen=True)
class Holds:
    """What findings hold: everything, tables, cells."""

    release: bool
    tables: frozenset[str]
    cells: frozenset[str]

    def on(self, o: Observation) -> bool:
        return self.release or o.table in self.tables or o.locator in self.cells


def holds(findings: Sequence[Finding]) -> Holds:
    held = [finding for finding in findings if finding.severity == "hold"]

    def scoped(kind: str) -> frozenset[str]:
        return frozenset(each for finding in held if finding.scope_kind == kind for each in finding.scope)

    return Holds(any(finding.scope_kind == "release" for finding in held), scoped("table"), scoped("cells"))


@dataclass(frozen=True)
class Edition:
    """What is remembered of an edition that was taken."""

    number: int
    name: str
    fiscal_year: int | None
    published: date
    drawn: Drawn
    released: bool
    tables: Mapping[str, Sequence[Earlier]]
    counted: Sequence[Figure]
    months: Mapping[str, Sequence[tuple[Period, float]]]
    frozen: Sequence[Observation]
    listing: Listing | None


@dataclass
class Gate:
    """Editions in order of publication. `look` says what is found; `take` remembers."""

    editions: list[Edition] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)  # for which facilities names stood

    def look(self, parsed: Parsed, name: str, published: date) -> list[Finding]:
        found = [*parsed.findings, *document(parsed)]
        parsed = self._named(parsed)[0]
        counted = [o for o in parsed.observations if o.metric in METRICS_WITH_HISTORY]
        year = parsed.fiscal_year
        clean = [f for e in self.editions if e.fiscal_year == year and year for f in e.counted]
        history = against_history(counted, year, clean, end_of_day(published))
        if year and not any(finding.check == "run_date_back" for finding in history):
            drawn = Drawn(name, parsed.run_date, prints(parsed.observations))
            history += against_before(
                parsed.observations,
                self._earlier(year),
                drawn,
                [edition.drawn for edition in self.editions],
                lambda series: self._record(series, year),
                published,
                clean,
                self.editions[-1].frozen if self.editions else (),
            )
            before = [f for e in self.editions if e.fiscal_year == year - 1 for f in e.counted]
            history += paces(counted, history, clean, lambda: before)
        failed = [finding.words for finding in (*found, *history) if finding.check == COULD_NOT_RUN]
        assert not failed, failed  # a check that fails is no catch, but a fault of ours
        return [*found, *told_once(history)]

    def take(self, parsed: Parsed, name: str, published: date, findings: Sequence[Finding]) -> None:
        held, number = holds(findings), len(self.editions) + 1
        parsed, known = self._named(parsed)
        self.known |= known
        tables: dict[str, list[Earlier]] = {}
        months: dict[str, list[tuple[Period, float]]] = {}
        counted = []
        for o in parsed.observations:
            if o.status != "reported" or o.value is None:
                continue
            if o.period.kind in ("month", "quarter", "fiscal_year") and not held.release:
                months.setdefault(o.series, []).append((o.period, o.value))
            if held.on(o):
                continue
            if o.table not in NOT_COMPARED and (o.value or o.period.kind in ("month", "quarter", "fiscal_year")):
                tables.setdefault(o.table, []).append(_earlier(o, name))
            if o.metric in METRICS_WITH_HISTORY and o.period.kind in ("instant", "fiscal_year_to_date"):
                counted.append(_figure(o, number, name, published))
        drawn = Drawn(name, parsed.run_date, prints(parsed.observations))
        self.editions.append(
            Edition(
                number=number,
                name=name,
                fiscal_year=parsed.fiscal_year,
                published=published,
                drawn=drawn,
                released=held.release,
                tables=tables,
                counted=counted,
                months=months,
                frozen=frozen(parsed.observations),
                listing=listing(parsed.observations),
            )
        )

    def _named(self, parsed: Parsed) -> tuple[Parsed, Mapping[str, str]]:
        """As `flows.history.facility_identities`: an edition under its names' facilities, and these names."""
        now = listing(parsed.observations)
        if now is None:
            return parsed, {}
        year = parsed.fiscal_year
        years = (year, year - 1) if year else ()
        lists = [e.listing for y in years for e in reversed(self.editions) if e.fiscal_year == y and e.listing]
        found = names(now, lists[:LISTS], now.places.keys() - LISTED, self.known)
        facilities = {each.place.id: each.facility for each in found}
        return replace(parsed, observations=tuple(renamed(o, facilities) for o in parsed.observations)), facilities

    def _earlier(self, year: int) -> list[Earlier]:
        """As `storage.read.previous.before`: the last clean edition of each table, of this or else the last year."""
        of_years = [e for wanted in (year, year - 1) for e in reversed(self.editions) if e.fiscal_year == wanted]
        chosen: dict[str, Sequence[Earlier]] = {}
        for edition in of_years[:LOOKED_AT]:
            for table, figures in edition.tables.items():
                chosen.setdefault(table, figures)
        return [each for figures in chosen.values() for each in figures]

    def _record(self, series: Collection[str], year: int) -> dict[tuple[str, bool], Noise]:
        """As `storage.read.previous.steps`."""
        last: dict[tuple[str, object], tuple[Period, float]] = {}
        moves: dict[tuple[str, bool], list[float]] = {}
        for edition in (e for e in self.editions if e.fiscal_year in (year, year - 1)):
            for name in series:
                for period, value in edition.months.get(name, ()):
                    was = last.get((name, (period.kind, period.start)))
                    last[name, (period.kind, period.start)] = (period, value)
                    if was and was[0] == period and was[1] and closed(period):
                        step = min(abs(value / was[1] - 1), LARGEST_STEP)
                        moves.setdefault((name, is_fresh(period, edition.published)), []).append(step)
        return {key: Noise(len(each), sum(each) / len(each)) for key, each in moves.items()}


def _earlier(o: Observation, name: str) -> Earlier:
    sheet, mark, cell = o.locator.rpartition("!")
    row, column = row_and_column(cell)
    return Earlier(o.series, o.table, o.period, o.value or 0.0, sheet + mark, row, column, o.fiscal_year, name)


def _figure(o: Observation, number: int, name: str, published: date) -> Figure:
    return Figure(
        series=o.series,
        period=o.period,
        value=o.value,
        unit=o.unit,
        status=o.status,
        raw=o.raw,
        locator=o.locator,
        period_locator=o.period_locator,
        fiscal_year=o.fiscal_year,
        run_date=o.run_date,
        held=False,
        release_id=number,
        release_name=name,
        sha256=f"{number:064x}",
        url="",
        known_at=end_of_day(published),
        known_by="stated",
        table=o.table,
    )
