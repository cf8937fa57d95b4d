"""Draining the outbox with what the configuration names; a channel whose settings were changed is tried again."""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from alerts.delivery import Sent, deliver
from alerts.messages.invisible_characters import one_line
from flows.configuration.settings import ChannelSettings, Settings, SettingsError, secret
from flows.notifying.configured_channels import build_channels, channel_names
from storage.engine import Database, Transaction, reading, writing
from storage.write import mutes

CHANGED = "its settings were changed"
_LOG = logging.getLogger("onrecord.deliver")


def drain(
    settings: Settings, database: Database, clock: Callable[[], datetime], *, even_if_waiting: bool = False
) -> list[Sent]:
    """Give every due message to its channel, once each."""
    _enable_changed(settings, database, clock())
    named = {channel.name: channel for channel in settings.channels}
    sent = deliver(
        database,
        build_channels(settings),
        clock,
        even_if_waiting=even_if_waiting,
        operators=channel_names(settings, "ops"),
        fingerprint=lambda name: fingerprint(named[name], secrets.token_hex(8)) if name in named else "",
    )
    for each in sent:
        detail = f": {one_line(each.detail)}" if each.detail else ""
        _LOG.info("%s %s by %s%s", each.outcome.replace("_", " "), each.key, each.channel, detail)
    if not sent:
        _LOG.info("no message is due")
    return sent


def fingerprint(channel: ChannelSettings, salt: str) -> str:
    """What a channel's settings, secrets included, are known again by. Nothing can be read back from it."""
    values = channel.model_dump_json() + "".join(_secrets(channel))
    digest = hashlib.scrypt(values.encode(), salt=salt.encode(), n=2**14, r=8, p=1)
    return f"{salt}${digest.hex()}"


def _secrets(channel: ChannelSettings) -> list[str]:
    found = []
    for name, variable in channel.model_dump().items():
        if not name.endswith("_env") or not variable:
            continue
        try:
            found.append(secret(variable, channel.name).get_secret_value())
        except SettingsError:
            found.append("")  # a variable that is not set is known again as such
    return found


def _enable_changed(settings: Settings, database: Database, at: datetime) -> None:
    with reading(database) as connection:
        changed = [channel.name for channel in settings.channels if _is_changed(connection, channel)]
    for name in changed:
        with writing(database) as connection:
            mutes.enable(connection, name, CHANGED, at)


def _is_changed(connection: Transaction, channel: ChannelSettings) -> bool:
    row: Mapping[str, Any] | None = mutes.outlets(connection).get(channel.name)
    if row is None or row["disabled_at"] is None:
        return False
    salt = row["settings"].partition("$")[0]
    return not hmac.compare_digest(fingerprint(channel, salt), row["settings"])
