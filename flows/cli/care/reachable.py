"""`onrecord doctor --online`: what can be reached from here, publisher by publisher, channel by channel.

Nothing is fetched that is read, nothing is sent: publishers are asked for their robots.txt, channels are greeted.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from alerts.channels.channel_settings import ChannelSettings
from alerts.channels.channel_table import channel_kind
from alerts.channels.reach import reach_web
from flows.configuration.proxies import proxy_of
from flows.configuration.settings import HeartbeatSettings, Settings, SettingsError, secret
from flows.notifying.configured_channels import Unusable, opened
from flows.pipeline import fetch_policy
from flows.scheduling.prefect_home import prefect_api_url
from scrapers.errors import FetchError
from scrapers.web.fetch import fetch
from scrapers.web.robots import robots_url
from storage.archive import ArchiveError

SECONDS = 20.0


def report(settings: Settings) -> int:
    """Print one line for each place; returns how many cannot be reached."""
    faults = 0
    for name, check in (*_publishers(settings), *_channels(settings), *_others(settings)):
        try:
            fault = check()
        except SettingsError as error:
            fault = str(error)
        faults += bool(fault)
        sys.stdout.write(f"fault  online {name}: {fault}\n" if fault else f"ok     online {name}\n")
    return faults


def _publishers(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    """Each host once: a publisher has several files on one."""
    addresses = [settings.address(name) for name in settings.enabled()]
    for where in dict.fromkeys(robots_url(address) for address in (*addresses, settings.backfill.address)):
        yield urlsplit(where).netloc, partial(_publisher, settings, where)


def _publisher(settings: Settings, where: str) -> str:
    policy = replace(fetch_policy(settings), attempts=1, total_timeout=SECONDS)
    try:
        fetch(where, "text", None, policy)
    except FetchError as error:
        answered = error.status is not None and error.status < 500 and error.status != 403
        return "" if answered else str(error)
    return ""


def _channels(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    for channel in settings.channels:
        yield f"channel {channel.name}", partial(_channel, channel, settings)


def _channel(channel: ChannelSettings, settings: Settings) -> str:
    built = opened(channel, settings)
    if isinstance(built, Unusable):
        return built.reason
    reach = channel_kind(channel.kind).reach
    if reach is None:
        sys.stdout.write(f"note   online channel {channel.name}: try it by `onrecord channels test {channel.name}`\n")
        return ""
    return reach(built)


def _others(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    if settings.archive.address:
        yield f"archive {settings.archive.address}", partial(_archive, settings)
    if settings.heartbeat.url_env:
        yield "heartbeat", partial(_heartbeat, settings.heartbeat)
    if prefect_api_url():
        yield "Prefect", partial(reach_web, prefect_api_url())


def _archive(settings: Settings) -> str:
    """Its objects are listed; that it takes some is seen when the first is written."""
    try:
        next(settings.open_archive().held(), "")
    except ArchiveError as error:
        return str(error)
    return ""


def _heartbeat(switch: HeartbeatSettings) -> str:
    """Greeted and not pinged, which would tell it of a run."""
    url = secret(switch.url_env, "heartbeat").get_secret_value()
    return reach_web(url, proxy_of(switch, "heartbeat"), switch.ca_file)
