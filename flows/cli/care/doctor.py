"""A look at the installation itself: what would make a run fail, found before it does."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from alerts.channels.dead_man import DeadMan
from alerts.claims.model import load_claims
from alerts.claims.trial import trial
from checks.source_errors import UNPROVEN, register
from figures.naming import or_nearest
from flows.configuration.home_folder import open_to_others
from flows.configuration.settings import Settings, SettingsError, load_settings, secret
from flows.configuration.worker_digest import worker_of
from flows.notifying.configured_channels import Unusable, fits, opened
from flows.pipeline import clock, watched_claims
from onrecord import PACKAGES, installation_faults
from storage import locks, workers
from storage.archive import ArchiveError
from storage.clock import behind
from storage.engine import UNREACHABLE, Database, DatabaseError, explain, open_database, reading, require_current
from storage.read import journal

# Hosts whose clocks are set by the network differ by less than a second.
CLOCKS_DIFFER = timedelta(minutes=1)


def report(*, online: bool = False) -> int:
    """Print one line for each check; 1 when any found a fault. With `online`, also what can be reached from here."""
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stdout.write(f"fault  configuration: {error}\n")
        return 1
    checks: Sequence[tuple[str, Callable[[], str]]] = (
        ("packages", lambda: " ".join(installation_faults())),
        ("modules", modules_fault),
        ("contact", lambda: _contact_fault(settings)),
        ("home", lambda: _home_fault(settings.home)),
        ("archive", lambda: _archive_fault(settings)),
        ("database", lambda: _database_fault(settings)),
        ("clock", lambda: _clock_fault(settings)),
        ("workers", lambda: _workers_fault(settings)),
        ("source errors", lambda: _source_errors_fault(settings)),
        ("claims", lambda: _claims_fault(settings)),
        ("channels", lambda: channels_fault(settings)),
        ("heartbeat", lambda: _heartbeat_fault(settings)),
    )
    faults = 0
    for name, check in checks:
        fault = check()
        faults += bool(fault)
        sys.stdout.write(f"fault  {name}: {fault}\n" if fault else f"ok     {name}\n")
    for words in _locks(settings):
        sys.stdout.write(f"note   lock {words}\n")
    if online:
        from flows.cli.care import reachable

        faults += reachable.report(settings)
    return 1 if faults else 0


def modules_fault() -> str:
    """No module of ours bears the name of a top-level package or a standard module: as a script it would shadow it."""
    taken = {*PACKAGES, *sys.stdlib_module_names}
    root = Path(import_module("flows").__path__[0]).parent
    for name in PACKAGES:
        for path in sorted((root / name).rglob("*.py")):
            if path.stem in taken:
                return f"{path.relative_to(root)} bears the name of another module"
    return ""


def _contact_fault(settings: Settings) -> str:
    return "" if settings.fetch.contact else f"fetch.contact is not set in {settings.config_file}"


def _home_fault(home: Path) -> str:
    if not home.is_dir():
        return f"{home} does not exist; run `onrecord init`"
    try:
        with tempfile.TemporaryFile(dir=home) as file:
            file.write(b"onrecord")
            os.fsync(file.fileno())
    except OSError as error:
        return f"{home} cannot be written: {error.strerror or error}"
    found = open_to_others(home)
    return f"{found}; `onrecord init` closes it" if found else ""


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    database = open_database(settings.database_url.get_secret_value(), create=False)
    try:
        yield database
    finally:
        database.dispose()


def _archive_fault(settings: Settings) -> str:
    """Whether it can be opened; `--online` asks the object storage."""
    try:
        settings.open_archive()
    except ArchiveError as error:
        return str(error)
    return ""


def _database_fault(settings: Settings) -> str:
    try:
        with _opened(settings) as database:
            require_current(database)
    except DatabaseError as error:
        return str(error)
    except UNREACHABLE as error:
        return explain(error)
    return ""


def _clock_fault(settings: Settings) -> str:
    """Runs take the time of the database's server; a clock that is far from it is wrong here or there."""
    if _database_fault(settings):
        return ""  # told in its own line
    with _opened(settings) as database:
        found = behind(database, clock)
    if abs(found) < CLOCKS_DIFFER:
        return ""
    minutes = abs(found).total_seconds() / 60
    way = "behind" if found > timedelta() else "ahead of"
    return (
        f"the clock of this host is {minutes:.0f} minutes {way} that of the database's server, by which runs go. "
        "One of the two is wrong: set it right"
    )


def _workers_fault(settings: Settings) -> str:
    """Other hosts that look by this database with another program, configuration or claims than this one."""
    if _database_fault(settings):
        return ""  # told in its own line
    own = worker_of(settings, watched_claims(settings)[0])
    with _opened(settings) as database, reading(database) as connection:
        found = workers.differing(connection, own)
    named = {"version": "its version", "configuration": "onrecord.toml", "claims": "its claims"}
    return " ".join(
        f"{each.host}, which made a run at {each.at:%Y-%m-%d %H:%M} UTC with version {each.version}, differs from this "
        f"host (version {own.version}) in {' and '.join(named[name] for name in each.in_what)}. Give both the same."
        for each in found
    )


def _locks(settings: Settings) -> list[str]:
    """Who has what to himself, and whether he is still there; whoever comes next takes a lock that is over."""
    if _database_fault(settings):
        return []  # told in its own line
    now = clock()
    with _opened(settings) as database, reading(database) as connection:
        found = locks.held(connection)
    return [f"{lock.name}: held by {lock.by} {lock.standing(now)}" for lock in found]


def _source_errors_fault(settings: Settings) -> str:
    """The register of known source errors must be readable, and its evidence in the cells that it names."""
    try:
        register()
    except ValueError as error:
        return str(error)
    if _database_fault(settings):
        return ""  # told in its own line
    with _opened(settings) as database, reading(database) as connection:
        warned = journal.findings(connection, severities=("warn",), open_only=True)
    return " ".join(finding.words for finding in warned if finding.check == UNPROVEN)


def _claims_fault(settings: Settings) -> str:
    claims, errors = load_claims(settings.claim_folders)
    failed = [f"{claim.id}: judging it fails: {mishap}" for claim in claims if (mishap := trial(claim))]
    return "; ".join([*map(str, errors), *failed])


def channels_fault(settings: Settings) -> str:
    built = [opened(channel, settings) for channel in settings.channels]
    broken = [channel.reason for channel in built if isinstance(channel, Unusable)]
    known = [claim.id for claim in load_claims(settings.claim_folders)[0]]
    idle = [
        f"channel {channel.name!r}: {pattern!r} fits no claim{or_nearest(pattern.strip('*'), known)}"
        for channel in settings.channels
        for pattern in channel.claims
        if not any(fits(claim, [pattern]) for claim in known)
    ]
    return "; ".join([*broken, *idle])


def _heartbeat_fault(settings: Settings) -> str:
    """Whether the switch's address is there and may be used; it is not pinged, which would tell it of a run."""
    if not settings.heartbeat.url_env:
        return ""
    try:
        url = secret(settings.heartbeat.url_env, "heartbeat").get_secret_value()
    except SettingsError as error:
        return str(error)
    return "" if DeadMan(url).usable else f"what {settings.heartbeat.url_env} holds is not an https:// address"
