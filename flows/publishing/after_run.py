"""The end of a run: the site is made where the settings name a folder. What fails here costs the site alone."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from alerts.claims.model import Claim
from alerts.delivery import enqueue
from alerts.messages.words.site_faults import site_message
from figures.mishaps import Mishap, attempt
from figures.records import Finding
from flows.configuration.settings import Settings
from flows.publishing.newest_look import NothingKnownError
from flows.publishing.placing import PlacingError
from storage.engine import SPOKEN_TO, Database, writing
from storage.write.findings import record_new_findings, settle

STAGE, CHECK, OURSELVES = "site", "site_not_made", "onrecord"


def make_configured_site(
    settings: Settings, database: Database, claims: Sequence[Claim], now: datetime, operators: Sequence[str]
) -> None:
    """Make the site in the folder of the settings, if they name one.

    A fault is recorded and told to the operators once for each reason, until the site is made again.
    """
    if not settings.site.folder:
        return
    from flows.publishing.make_site import make_site  # whoever makes no site does not wait for its languages

    folder = settings.site_folder
    made = attempt(partial(make_site, database, claims, settings, folder), SPOKEN_TO)
    why = _why(made) if isinstance(made, Mishap) else _left_out(made.faults)
    with writing(database) as connection:
        settle(connection, OURSELVES, STAGE, [why] if why else [], "the site is made again", now)
        if why:
            found = Finding(CHECK, "warn", "release", (), f"a site in {folder}", "none", why)
            for _ in record_new_findings(connection, OURSELVES, STAGE, [found], now):
                enqueue(connection, site_message(str(folder), why, now), now, now, operators)


def _left_out(faults: Sequence[str]) -> str:
    more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
    return (
        f"It was made, but {faults[0]}{more}. This is a fault of onrecord: report it with these words."
        if faults
        else ""
    )


def _why(mishap: Mishap) -> str:
    """A fault of the folder in its own words, any other with the place in our code."""
    if isinstance(mishap.error, PlacingError | NothingKnownError):
        return mishap.words
    if isinstance(mishap.error, OSError):
        return f"{mishap.error.strerror or mishap.words}: {mishap.error.filename or ''}".rstrip(": ") + "."
    return f"{mishap.short}. This is a fault of onrecord: report it with these words."
