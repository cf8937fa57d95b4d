"""A publisher's silence: what is due, what is told of it once for each stage, and what is told when it ends.

A silence is what a look has seen: without a look that ended well nobody is called late.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain

from alerts.delivery import enqueue
from alerts.messages.message import Message, Proof
from alerts.messages.words.figures_told import KNOWN_BY
from alerts.messages.words.lateness import Quiet, Spoke, looks_words, silence_message, spoke_message
from checks.known_hashes import witnesses
from checks.sources.lateness import Expected, Silence, expected, finding, rules, shipped_laws, silences
from figures.periods import WASHINGTON, spoken, washington_day
from figures.publication import Law, Rules
from figures.records import Source
from figures.registry import PUBLISHERS, SOURCES
from scrapers.ice.file_names import read_name
from storage.engine import Database, Transaction, writing
from storage.read import journal, publication, reads
from storage.read.compare import by_table, compare
from storage.read.copies import copies
from storage.read.reads import StoredRelease
from storage.write.findings import lift, record_findings

STAGE = "release_watch"
SPOKE = "the publisher has published again"


@dataclass(frozen=True, slots=True)
class Published:
    """A release that counts, with its day; `release` is None for one that is known to have been and not held here."""

    day: date
    name: str
    sha256: str
    release: StoredRelease | None


@dataclass(frozen=True, slots=True)
class Watched:
    """A publisher as watched: its releases in order, the last day on which a look ended well, and what is expected
    since when. Nothing is expected of a publisher that has never published here or owes nothing.
    """

    name: str
    sources: tuple[Source, ...]
    rules: Rules
    calendar: tuple[Published, ...]
    seen: date | None
    expected: Expected | None

    @property
    def publisher(self) -> str:
        return self.sources[0].publisher

    @property
    def followed(self) -> str:
        """The publisher whose releases this one restates; "" for one that publishes by itself."""
        return SOURCES[PUBLISHERS[self.rules.follows][0]].publisher if self.rules.follows else ""

    @property
    def releases(self) -> list[StoredRelease]:
        """Those that are held here, in order of publication."""
        return [each.release for each in self.calendar if each.release is not None]

    @property
    def days(self) -> list[date]:
        return [each.day for each in self.calendar]

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages of the present silence that a look has seen begin."""
        return self.expected.reached(self.seen) if self.expected and self.seen else ()

    def silences(self) -> list[Silence]:
        return silences(self.days, self.seen or date.min, self.rules)


def watched(connection: Transaction, sources: Iterable[Source]) -> list[Watched]:
    """Each publisher of some sources, with what is expected of it. Files that only check others are not awaited."""
    mine = {source.id: source for source in sources if source.headline}
    found = []
    for name, ids in PUBLISHERS.items():
        chosen = tuple(mine[id_] for id_ in ids if id_ in mine)
        if chosen and name in rules():
            calendar = tuple(_calendar(connection, chosen, rules()[name]))
            seen = _seen(connection, chosen)
            awaited = _expected(connection, chosen, rules()[name], [each.day for each in calendar])
            found.append(Watched(name, chosen, rules()[name], calendar, seen, awaited))
    return found


def _calendar(connection: Transaction, sources: Sequence[Source], of: Rules) -> list[Published]:
    if of.counted_by == "newer_day":
        dated = [(source.id, source.headline) for source in sources]
        return list(map(_published, publication.releases_with_a_newer_day(connection, dated)))
    held = list(chain.from_iterable(reads.releases(connection, source.id) for source in sources))
    years = {release.sha256: release.fiscal_year or 0 for release in held}
    repeated = set(chain.from_iterable(copies(connection, source.id) for source in sources))
    known = [_published(release) for release in held if release.id not in repeated]
    # What others saw fills in what is not held here: a gap of our archive is no silence. What comes after the newest
    # release that is held is for our own looks to see.
    seen_by_others = _seen_by_others(years, known[-1].day if known else date.min)
    years |= {each.sha256: read_name(each.name).fiscal_year or 0 for each in seen_by_others}
    return _without_old_years([*known, *seen_by_others], years)


def _seen_by_others(held: Container[str], until: date) -> list[Published]:
    """The editions before a day that are known to have been public, without those that are `held` here, by sha256."""
    return [
        Published(witness.edition_date, witness.name, witness.sha256, None)
        for witness in witnesses()
        if witness.sha256 not in held and witness.edition_date < until
    ]


def _without_old_years(known: Iterable[Published], years: Mapping[str, int]) -> list[Published]:
    """In order of time, without what is of an earlier fiscal year than something before it. `years` are by sha256."""
    newest, counted = 0, []
    for each in sorted(known, key=lambda each: (each.day, each.release is not None)):
        if not years[each.sha256] or years[each.sha256] >= newest:
            newest = years[each.sha256] or newest
            counted.append(each)
    return counted


def _published(release: StoredRelease) -> Published:
    return Published(washington_day(release.known_at), release.name, release.sha256, release)


def _seen(connection: Transaction, sources: Sequence[Source]) -> date | None:
    runs = journal.every_last_run(connection)
    good = [run["finished_at"] for s in sources if (run := runs[s.id]["good"]) is not None]
    return washington_day(max(good)) if good else None


def _expected(connection: Transaction, sources: Sequence[Source], of: Rules, days: Sequence[date]) -> Expected | None:
    if not days:
        return None
    since = _owed(connection, sources, of) if of.follows else days[-1]
    return expected(since, days, of) if since else None


def _owed(connection: Transaction, sources: Sequence[Source], of: Rules) -> date | None:
    """The day of the first release of the followed publisher that has a newer count than any of these sources."""
    followed = [SOURCES[id_] for id_ in PUBLISHERS[of.follows]]
    days = publication.every_stated_day(connection, [(s.id, s.headline) for s in (*sources, *followed)])
    newest = max((day for s in sources for day in days.get(s.id, {}).values()), default=None)
    if newest is None:
        return None
    for each in followed:
        stated = days.get(each.id, {})
        for release in reads.releases(connection, each.id):
            if release.id in stated and (stated[release.id] - newest).days > of.off_by_days:
                return washington_day(release.known_at)
    return None


def tell_silences(
    database: Database,
    sources: Sequence[Source],
    now: datetime,
    channels: Sequence[str],
    laws: Mapping[str, Law] | None = None,
) -> list[str]:
    """Record the stages of every silence, and tell each that is told, once; tell when one ends. Returns the keys.

    `laws` are those of the configuration, by publisher; the shipped ones without it.
    """
    told = []
    with writing(database) as connection:
        for each in watched(connection, sources):
            for message in (*_ended(connection, each, now), *_begun(connection, each, now, laws or shipped_laws())):
                if enqueue(connection, message, now, now, channels):
                    told.append(message.key)
    return told


def _recorded(connection: Transaction, source: str) -> set[tuple[str, str]]:
    """Which stages of which silences of a source are on record."""
    mine = [f for f in journal.findings(connection, stage=STAGE) if f.source == source]
    return {(f.check, f.found) for f in mine if f.release_id is None}


def _begun(connection: Transaction, of: Watched, now: datetime, laws: Mapping[str, Law]) -> list[Message]:
    """The newest stage that is told, when it was not recorded before; the stages before it are recorded with it."""
    if of.expected is None:
        return []
    source = of.sources[0].id
    known = _recorded(connection, source)
    fresh = []
    for stage in of.expected.reached(of.seen) if of.seen else ():
        found = finding(stage, of.expected, of.publisher, of.followed)
        if (found.check, found.found) not in known:
            record_findings(connection, source, None, STAGE, [found], now)
            fresh.append((stage, found))
    told = [(stage, found.words) for stage, found in fresh if stage != "due"]
    if not told:
        return []
    stage, words = told[-1]
    since = of.expected.since
    looks = journal.looks(connection, [s.id for s in of.sources], _end_of(since))
    law_words = laws[of.name].sentence if of.name in laws else ""
    looked = looks_words(looks["well"], looks["failed"])
    quiet = Quiet(of.name, of.publisher, stage, since, words, law_words, looked, of.followed)
    return [silence_message(quiet, now)]


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=WASHINGTON)


def _ended(connection: Transaction, of: Watched, now: datetime) -> list[Message]:
    """Close the record of silences that are over; those that were told of are told to be over."""
    source = of.sources[0].id
    lasting = of.expected.since.isoformat() if of.expected else ""
    mine = [f for f in journal.findings(connection, stage=STAGE, open_only=True) if f.source == source]
    over = [f for f in mine if f.found != lasting]
    lift(connection, [f.id for f in over], "onrecord", SPOKE, now)
    messages = []
    for began in sorted({f.found for f in over if f.severity == "warn"}):
        spoke = _spoke(connection, of, date.fromisoformat(began))
        if spoke is not None:
            messages.append(spoke_message(spoke, now))
    return messages


def _counts(connection: Transaction, before: StoredRelease, after: StoredRelease) -> dict[str, Counter[str]]:
    """How many figures changed from one release to the next, by table and kind of change."""
    changes = by_table(compare(connection, before, after))
    return {table: Counter(str(change.kind) for change in mine) for table, mine in changes.items()}


def _release_before(of: Watched, release: StoredRelease) -> StoredRelease | None:
    """The one of the same source before a release, of those that count."""
    earlier = [r for r in of.releases if r.source == release.source and r.position < release.position]
    return earlier[-1] if earlier else None


def _spoke(connection: Transaction, of: Watched, since: date) -> Spoke | None:
    """What ended a silence: the first release that counts after it, against the one of its source before."""
    after = next((release for release in of.releases if washington_day(release.known_at) > since), None)
    if after is None:
        return None
    before = _release_before(of, after)
    counts = _counts(connection, before, after) if before else {}
    holds = journal.findings(connection, release_id=after.id, severities=("hold",), open_only=True)
    day = washington_day(after.known_at)
    public = f"public since {spoken(day)} ({KNOWN_BY[after.known_by]})"
    proof = Proof("the release as a whole", after.name, "", after.sha256, after.url, public)
    turned = before is not None and before.fiscal_year != after.fiscal_year
    words = [hold.words for hold in holds]
    return Spoke(
        of.name, of.publisher, since, proof, day, before.name if before else "", counts, turned, words, of.followed
    )
