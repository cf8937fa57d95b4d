"""`onrecord claims archive`: dated copies of the sources of claims, as the Internet Archive has them."""

import hashlib
import sys
from collections.abc import Sequence
from time import sleep

from alerts.claims.model import Claim, load_claims
from figures.naming import meant
from flows.cli.run_commands import require_contact
from flows.configuration.settings import Settings, load_settings
from flows.fetching.archive_manners import Visitor
from flows.pipeline import fetch_policy
from scrapers.errors import DriftError, FetchError
from scrapers.web.wayback import Capture, capture_url

_GOOD = (("filter", "statuscode:200"), ("filter", "mimetype:text/html"))


def archive(names: Sequence[str]) -> int:
    """Print for each source without a copy the capture nearest to the day of the claim, as lines for its file.

    1 when the archive has none of one, or cannot be asked. Nothing is written: what a capture shows has to be read by
    the one who puts it into the file.
    """
    settings = load_settings()
    require_contact(settings)
    claims, _ = load_claims(folder for folder in settings.claim_folders if folder.is_dir())
    visitor = Visitor(settings.backfill.address, settings.backfill.pause_seconds, fetch_policy(settings), sleep)
    lacking = 0
    for claim in _named(claims, names, settings):
        kept = {each.of for each in claim.words.archived}
        for url in (each for each in (claim.words.source, *claim.words.seen_in) if each not in kept):
            line, found = _copy(claim, url, visitor)
            lacking += not found
            sys.stdout.write(f"{claim.id}: {line}\n")
    return 1 if lacking else 0


def _named(claims: Sequence[Claim], names: Sequence[str], settings: Settings) -> list[Claim]:
    by_id = {claim.id: claim for claim in claims}
    if not names:
        return [claim for claim in claims if settings.watches(claim.id)]
    wanted = [meant(name, by_id, f"No claim {name!r} is on record", "onrecord claims lists them") for name in names]
    return [by_id[name] for name in wanted]


def _copy(claim: Claim, url: str, visitor: Visitor) -> tuple[str, bool]:
    """The line for one source, and whether there is a copy of it."""
    try:
        answers = visitor.listing(url, _GOOD, prefix=False)
        captures = [capture for listed, _ in answers for capture in listed if not capture.is_revisit]
        if not captures:
            ask = f"{visitor.base.rstrip('/')}/save/{url}"
            return f"no copy of {url}; open {ask} to ask for one", False
        nearest = min(captures, key=lambda each: _days_off(each, claim))
        _, content = visitor.ask(capture_url(visitor.base, nearest), "html", nearest.digest)
    except (FetchError, DriftError) as error:
        return f"the archive cannot be asked for {url}: {error}", False
    address = f"{visitor.base.rstrip('/')}/web/{nearest.stamp}/{url}"
    sha256 = hashlib.sha256(content).hexdigest()
    return f'{{ of = "{url}", address = "{address}", on = {nearest.at.date()}, sha256 = "{sha256}" }}', True


def _days_off(capture: Capture, claim: Claim) -> int:
    return abs((capture.at.date() - claim.words.said_on).days)
