"""What a value of the configuration may be. Each check says what is wrong and what to write; none repeats a secret."""

import re
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator

from alerts.channels.channel_settings import is_host
from alerts.claims.shipped import shipped_claims
from figures.naming import or_nearest
from figures.periods import WASHINGTON
from figures.registry import SOURCES

_IN_ADDRESSES = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_LAST_WEEKDAY = re.compile(r"LW|[0-9]L", re.IGNORECASE)
_ANY_DAY = datetime(2025, 1, 1, tzinfo=UTC)
_FIELDS = 'five fields: minute, hour, day of the month, month, day of the week. "15 19 * * *" is every day at 19:15'


def contact(text: str) -> str:
    """An address that fits into the header of a request."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(
            f"{text!r} cannot go into a request header; give a mail address of plain letters, without spaces"
        )
    return text


def source(name: str) -> str:
    """The id of a source."""
    if name not in SOURCES:
        raise ValueError(f"{name!r} is no source{or_nearest(name, SOURCES)}; there are {', '.join(SOURCES)}")
    return name


def shipped(pattern: str) -> str:
    """A pattern of the ids of claims that come with the program."""
    known = [file.stem for file in shipped_claims().glob("*.toml")]
    if not any(fnmatchcase(claim, pattern) for claim in known):
        near = or_nearest(pattern.strip("*"), known)
        raise ValueError(f'{pattern!r} fits no shipped claim{near}; write ids or patterns such as "seed-*"')
    return pattern


def cron(text: str) -> str:
    """When a schedule is due, as cron writes it."""
    try:
        if len(text.split()) != 5:
            raise CronSimError("not five fields")
        if _LAST_WEEKDAY.search(text):
            raise CronSimError("the last Friday or working day of a month is not known to Prefect")
        next(CronSim(text, _ANY_DAY))
    except CronSimError as error:
        raise ValueError(f"{text!r} is no time that cron knows ({error}); write {_FIELDS}") from None
    except StopIteration:
        raise ValueError(f"{text!r} is a day that never comes; write {_FIELDS}") from None
    return text


def timezone(name: str) -> str:
    """A time zone by its name in the IANA's list."""
    if name == WASHINGTON.key:  # to list them all takes a tenth of a second
        return name
    known = available_timezones()
    if name not in known:
        near = or_nearest(name, known)
        raise ValueError(f'{name!r} is no time zone{near}; write a name such as "America/New_York" or "UTC"')
    return name


def web_address(text: str) -> str:
    """An http or https address without a password, "" for none."""
    if not text:
        return text
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("is no http or https address; write one such as https://www.example.org/page") from None
    if parts.username or parts.password:
        raise ValueError("holds a name or password; write the address without them")
    usable = _IN_ADDRESSES.fullmatch(text) and is_host(parts.hostname or "") and port != 0
    if parts.scheme not in ("http", "https") or not usable:
        raise ValueError(f"{text!r} is no http or https address; write one such as https://www.example.org/page")
    return text


def host_and_port(text: str) -> str:
    """`127.0.0.1:8000`."""
    name, _, port = text.rpartition(":")
    if not is_host(name) or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f'{text!r} is no host with a port; write it as "127.0.0.1:8000"')
    return text


Contact = Annotated[str, AfterValidator(contact)]
Cron = Annotated[str, AfterValidator(cron)]
Timezone = Annotated[str, AfterValidator(timezone)]
WebAddress = Annotated[str, AfterValidator(web_address)]
HostAndPort = Annotated[str, AfterValidator(host_and_port)]
SourceId = Annotated[str, AfterValidator(source)]
Shipped = Annotated[str, AfterValidator(shipped)]
