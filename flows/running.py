"""A whole run as plain calls: each source, then judging, then delivery. Prefect wraps it, and adds nothing to it."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from alerts.claims import Claim, load_claims
from alerts.delivery import Sent, deliver
from flows.ingest import Line, Outcome, watch
from flows.judge import judge
from flows.lateness import tell_late
from flows.outlets import build_channels, channel_names
from flows.reconcile import hold_against
from flows.settings import Settings
from scrapers.fetch import Policy
from scrapers.registry import SOURCES
from storage.archive import Archive
from storage.engine import open_database, require_current, revision, upgrade

Look = Callable[[Settings, Line, str], Outcome]


def clock() -> datetime:
    return datetime.now(UTC)


def open_line(settings: Settings, at: Callable[[], datetime] = clock) -> Line:
    """Everything that the line needs, from the configuration. Makes the tables of an empty database."""
    database = open_database(settings.database_url.get_secret_value())
    if revision(database) is None:
        upgrade(database)
    require_current(database)
    return Line(
        database,
        Archive(settings.archive),
        fetch_policy(settings),
        channel_names(settings, "ops"),
        at,
        source_channels=channel_names(settings, "sources"),
    )


def fetch_policy(settings: Settings) -> Policy:
    """How publishers are asked, from the configuration."""
    return Policy(
        user_agent=f"onrecord/{version('onrecord')} (+mailto:{settings.fetch.contact})",
        max_bytes=settings.fetch.max_megabytes * 1024 * 1024,
        attempts=settings.fetch.attempts,
        private_hosts=frozenset(settings.fetch.private_hosts),
    )


def usable_claims(settings: Settings) -> list[Claim]:
    """The claims that can be judged; the files that cannot be used are told on stderr."""
    claims, errors = load_claims(settings.claim_folders)
    for error in errors:
        sys.stderr.write(f"This claim is not judged: {error}\n")
    return claims


def look(settings: Settings, line: Line, source: str) -> Outcome:
    return watch(settings.source(source), settings.address(source), line)


def run_sources(settings: Settings, line: Line, sources: Sequence[str], look_at: Look) -> list[Outcome]:
    """Look at each source, then judge and deliver. A source that fails stops no other.

    A fault that was not foreseen is recorded as that source's outcome and raised again when all else is done.
    """
    outcomes: list[Outcome] = []
    faults: list[Exception] = []
    for source in sources:
        try:
            outcomes.append(look_at(settings, line, source))
        except Exception as error:  # noqa: BLE001 - the one boundary between sources; recorded, raised again below
            faults.append(error)
            outcomes.append(Outcome(source, "failed", (), (f"{type(error).__name__}: {error}",)))
    judge_and_deliver(settings, line)
    if faults:
        raise faults[0]
    return outcomes


def judge_and_deliver(settings: Settings, line: Line) -> list[Sent]:
    """Hold the sources against each other and against the calendar, then judge on what stands, then tell."""
    now = line.clock()
    claims = usable_claims(settings)
    about_sources = channel_names(settings, "sources")
    hold_against(line.database, claims, now, about_sources)
    tell_late(line.database, [SOURCES[name] for name in settings.enabled()], now, about_sources)
    judge(line.database, claims, now, now, channel_names(settings, "desk"))
    return deliver(line.database, build_channels(settings), line.clock)
