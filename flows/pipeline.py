"""The page to read first: the line in one function, from a publisher's page to what is delivered.

Plain Python; Prefect wraps it, and adds nothing to it.
"""

import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import cache, partial
from importlib.metadata import version

from alerts.claims.model import Claim, ClaimError, load_claims
from alerts.claims.trial import trial
from figures.mishaps import Mishap, attempt
from flows import heartbeat
from flows.configuration.proxies import proxy_of
from flows.configuration.publication_settings import laws
from flows.configuration.settings import Settings
from flows.configuration.worker_digest import worker_of
from flows.context import Around, BusyError, Line, Made, Outcome, Stage
from flows.decisions import end_expired, judge_followed
from flows.ingest import discover, fetch_and_archive, looking, noting_faults
from flows.intake import gather_check_and_store, parse
from flows.judging.claim_faults import note_file_faults, tell_claim_faults
from flows.judging.judge import judge_claims, notify
from flows.judging.outbox import Outbox
from flows.lateness import tell_silences
from flows.notifying.configured_channels import channel_names
from flows.notifying.deliver import drain
from flows.notifying.failed_checks import unless_it_fails
from flows.notifying.release_news import settle_revised
from flows.publishing.after_run import make_configured_site
from flows.reconcile import hold_against
from scrapers.registry import SOURCES
from scrapers.web.fetch import Policy
from storage.archive import Archive
from storage.clock import agreed
from storage.engine import open_database, require_current, revision, upgrade, writing

_LOG = logging.getLogger("onrecord.line")


def plainly(stage: Stage, work: Callable[[], Made], source: str = "") -> Made:  # noqa: ARG001 - as any other way
    return work()


def untold(outcome: Outcome) -> None:
    """Where nobody watches, what a source came to is read from its run."""


def run_line(
    settings: Settings,
    line: Line,
    sources: Sequence[str],
    around: Around = plainly,
    show: Callable[[Outcome], None] = untold,
) -> list[Outcome]:
    """The line, in the order in which it runs. Without sources it judges what is stored, and delivers.

    A source that fails stops no other. A fault that was not foreseen is that source's outcome, and is raised when all
    else is done. `around` runs each stage, and `show` hears at once what a source came to.
    """

    def take_in(name: str) -> Outcome:
        address = settings.address(name)
        with looking(settings.source(name), address, line) as look:
            for target in discover(look, address):
                with noting_faults(look, target):
                    document = fetch_and_archive(look, target)
                    if target.role != "witness":  # others are held against one; it is no release
                        parsed = parse(document, line)
                        look.took(target, gather_check_and_store(document, parsed, line))
        return look.outcome

    def judge(claims: Sequence[Claim], now: datetime) -> None:
        desk = Outbox(channel_names(settings, "desk"), now)
        with writing(line.database) as connection:
            said = notify(connection, judge_claims(connection, claims, now, now), desk)
        _LOG.info("judged %d claims; messages queued: %d", len(claims), len(said))
        _follow_decisions(settings, line, claims, now)

    outcomes: list[Outcome] = []
    faults: list[Exception] = []
    with heartbeat.watched_run(settings, line, outcomes) if sources else nullcontext():
        for name in sources:
            outcomes.append(_outcome(take_in, name, around, faults))
            show(outcomes[-1])
        claims = _claims_to_judge(settings, line, outcomes, now := line.clock())
        around("reconcile", partial(_check_across_sources, settings, line, claims, now))
        around("judge", partial(judge, claims, now))
        _publish(settings, line, claims, now, around)
        around("deliver", partial(drain, settings, line.database, line.clock))
    if faults:
        raise faults[0]
    return outcomes


def _outcome(take_in: Callable[[str], Outcome], name: str, around: Around, faults: list[Exception]) -> Outcome:
    """What a source came to; a fault that was not foreseen is added to `faults`."""

    def unless_busy(name: str) -> Outcome:
        try:
            return take_in(name)
        except BusyError as error:
            _LOG.info("%s: %s", name, error)
            return Outcome(name, "busy", (), (str(error),))

    looked = attempt(partial(around, "look", partial(unless_busy, name), name))
    if isinstance(looked, Mishap):
        faults.append(looked.error)
        return Outcome(name, "failed", (), (str(looked),))
    return looked


def _claims_to_judge(settings: Settings, line: Line, outcomes: Sequence[Outcome], now: datetime) -> list[Claim]:
    """The claims that can be judged. Which files cannot, and which sources fail now, is kept and told first."""
    if outcomes:
        heartbeat.tell_failures(settings, line, outcomes)
    claims, faults = claims_and_faults(settings)
    for fault in note_file_faults(line.database, faults, now):
        sys.stderr.write(f"This claim is not judged: {fault} This is said once; see onrecord claims check.\n")
    return claims


def _check_across_sources(settings: Settings, line: Line, claims: Sequence[Claim], now: datetime) -> None:
    """Hold the sources against each other and against the calendar. Decisions whose last day is over end before."""
    about_sources, operators = channel_names(settings, "sources"), channel_names(settings, "ops")
    end_expired(line.database, now, operators, claims)
    compare = partial(hold_against, line.database, claims, now, about_sources)
    unless_it_fails("comparison of ICE and TRAC", compare, line.database, now, operators)
    settle_revised(line.database, now)
    watched = [SOURCES[name] for name in settings.enabled()]
    listen = partial(tell_silences, line.database, watched, now, about_sources, laws(settings.publication))
    unless_it_fails("watch over silences", listen, line.database, now, operators)


def _follow_decisions(settings: Settings, line: Line, claims: Sequence[Claim], now: datetime) -> None:
    """Judge again what follows from decisions, and tell which claims cannot be judged."""
    judge_followed(line.database, claims, now, channel_names(settings, "desk"))
    tell_claim_faults(line.database, now, channel_names(settings, "ops"))


def _publish(settings: Settings, line: Line, claims: Sequence[Claim], now: datetime, around: Around) -> None:
    """Make the site, where there is one, before anything is delivered: messages lead to its pages."""
    if settings.site.folder:
        operators = channel_names(settings, "ops")
        around("publish", partial(make_configured_site, settings, line.database, claims, now, operators))


def clock() -> datetime:
    return datetime.now(UTC)


def open_line(settings: Settings, at: Callable[[], datetime] | None = None, *, create: bool = True) -> Line:
    """Everything that the line needs, from the configuration. Without `at` its clock is the one of all hosts.

    Makes the tables of an empty database, except for commands that have nothing to do there: they pass `create=False`.
    """
    database = open_database(settings.database_url.get_secret_value(), create=create)
    if create and revision(database) is None:
        upgrade(database)
    require_current(database)
    claims = cache(lambda: watched_claims(settings)[0])
    return Line(
        database,
        Archive(settings.archive),
        fetch_policy(settings),
        channel_names(settings, "ops"),
        at or agreed(database, clock),
        source_channels=channel_names(settings, "sources"),
        claims=claims,
        worker=cache(lambda: worker_of(settings, claims())),
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
