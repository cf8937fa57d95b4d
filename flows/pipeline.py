"""A whole run as plain calls: each source, then judging, then delivery. Prefect wraps it, and adds nothing to it."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from importlib.metadata import version

from alerts.claims.model import Claim, ClaimError, load_claims
from alerts.claims.trial import trial
from alerts.delivery import Sent
from figures.mishaps import Mishap, attempt
from flows import heartbeat
from flows.configuration.proxies import proxy_of
from flows.configuration.publication_settings import laws
from flows.configuration.settings import Settings
from flows.configured_channels import channel_names
from flows.context import BusyError, Line, Outcome
from flows.decisions import end_expired, judge_followed
from flows.deliver import drain
from flows.failed_checks import unless_it_fails
from flows.ingest import watch
from flows.judging.claim_faults import note_file_faults, tell_claim_faults
from flows.judging.judge import judge
from flows.lateness import tell_silences
from flows.reconcile import hold_against
from flows.release_news import settle_revised
from scrapers.registry import SOURCES
from scrapers.web.fetch import Policy
from storage.archive import Archive
from storage.engine import open_database, require_current, revision, upgrade

Look = Callable[[Settings, Line, str], Outcome]


def clock() -> datetime:
    return datetime.now(UTC)


def open_line(settings: Settings, at: Callable[[], datetime] = clock, *, create: bool = True) -> Line:
    """Everything that the line needs, from the configuration.

    Makes the tables of an empty database, except for commands that have nothing to do there: they pass `create=False`.
    """
    database = open_database(settings.database_url.get_secret_value(), create=create)
    if create and revision(database) is None:
        upgrade(database)
    require_current(database)
    return Line(
        database,
        Archive(settings.archive),
        fetch_policy(settings),
        channel_names(settings, "ops"),
        at,
        source_channels=channel_names(settings, "sources"),
        claims=cache(lambda: watched_claims(settings)[0]),
    )


def fetch_policy(settings: Settings) -> Policy:
    """How publishers are asked, from the configuration. Raises SettingsError when the proxy cannot be used."""
    return Policy(
        user_agent=f"onrecord/{version('onrecord')} (+mailto:{settings.fetch.contact})",
        max_bytes=settings.fetch.max_megabytes * 1024 * 1024,
        attempts=settings.fetch.attempts,
        private_hosts=frozenset(settings.fetch.private_hosts),
        proxy=proxy_of(settings.fetch, "fetch"),
    )


def usable_claims(settings: Settings) -> list[Claim]:
    """The claims that are watched and can be judged. What is wrong with the other files is said by a run, once, and by
    `onrecord claims check`.
    """
    return claims_and_faults(settings)[0]


def claims_and_faults(settings: Settings) -> tuple[list[Claim], list[str]]:
    """The claims that are watched and can be judged, and in words what is wrong with the files that cannot be used."""
    claims, errors = watched_claims(settings)
    failed = {claim.id: mishap for claim in claims if (mishap := trial(claim))}
    words = [*map(str, errors), *(f"{name}: judging it fails: {mishap}" for name, mishap in failed.items())]
    return [claim for claim in claims if claim.id not in failed], words


def watched_claims(settings: Settings) -> tuple[list[Claim], list[ClaimError]]:
    """The claims that are watched and can be judged, and what is wrong with the files that cannot be used."""
    claims, errors = load_claims(settings.claim_folders)
    return [claim for claim in claims if settings.watches(claim.id)], errors


def look(settings: Settings, line: Line, source: str) -> Outcome:
    try:
        return watch(settings.source(source), settings.address(source), line)
    except BusyError as error:
        return Outcome(source, "busy", (), (str(error),))


def untold(outcome: Outcome) -> None:
    """Where nobody watches, what a source came to is read from its run."""


def run_sources(
    settings: Settings,
    line: Line,
    sources: Sequence[str],
    look_at: Look,
    tell: Callable[[Outcome], None] = untold,
) -> list[Outcome]:
    """Look at each source, then judge and deliver. A source that fails stops no other. `tell` hears of each at once.

    A fault that was not foreseen is recorded as that source's outcome and raised again when all else is done. That the
    run came to its end is recorded, and told to the dead man's switch, if there is one.
    """
    trouble = heartbeat.begin(settings)
    outcomes: list[Outcome] = []
    faults: list[Exception] = []
    for source in sources:
        looked = attempt(partial(look_at, settings, line, source))
        if isinstance(looked, Mishap):
            faults.append(looked.error)
            looked = Outcome(source, "failed", (), (str(looked),))
        outcomes.append(looked)
        tell(looked)
    done = False
    try:
        heartbeat.tell_failures(settings, line, outcomes)
        judge_and_deliver(settings, line)
        done = True
    finally:
        if not done:
            heartbeat.broke_off(settings)
    heartbeat.end(settings, line, outcomes, trouble)
    if faults:
        raise faults[0]
    return outcomes


def judge_and_deliver(settings: Settings, line: Line) -> list[Sent]:
    """Hold the sources against each other and against the calendar, then judge on what stands, then tell.

    Decisions whose last day is over end before that, and what follows from decisions is judged again.
    """
    now = line.clock()
    claims, faults = claims_and_faults(settings)
    for fault in note_file_faults(line.database, faults, now):
        sys.stderr.write(f"This claim is not judged: {fault} This is said once; see onrecord claims check.\n")
    about_sources, operators = channel_names(settings, "sources"), channel_names(settings, "ops")
    end_expired(line.database, now, operators, claims)
    compare = partial(hold_against, line.database, claims, now, about_sources)
    unless_it_fails("comparison of ICE and TRAC", compare, line.database, now, operators)
    settle_revised(line.database, now)
    watched = [SOURCES[name] for name in settings.enabled()]
    listen = partial(tell_silences, line.database, watched, now, about_sources, laws(settings.publication))
    unless_it_fails("watch over silences", listen, line.database, now, operators)
    judge(line.database, claims, now, now, channel_names(settings, "desk"))
    judge_followed(line.database, claims, now, channel_names(settings, "desk"))
    tell_claim_faults(line.database, now, operators)
    return drain(settings, line.database, line.clock)
