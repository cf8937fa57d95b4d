"""What a value of the configuration may be. Each check says what is wrong and what to write; none repeats a secret."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator

from alerts.shipped import shipped_claims
from figures.naming import or_nearest
from figures.periods import WASHINGTON
from scrapers.registry import SOURCES

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_IN_ADDRESSES = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_MAILBOX = re.compile(r"[^@\s<>,]{1,64}@[A-Za-z0-9.-]{1,255}")
_PLACE = r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
_PROXY = re.compile(rf"http://{_PLACE}/?")
_PROXY_WITH_LOGIN = re.compile(rf"http://(?:[^\s/@]+@)?{_PLACE}/?")
_LAST_WEEKDAY = re.compile(r"LW|[0-9]L", re.IGNORECASE)
_ANY_DAY = datetime(2025, 1, 1, tzinfo=UTC)
_FIELDS = 'five fields: minute, hour, day of the month, month, day of the week. "15 19 * * *" is every day at 19:15'


def variable(example: str) -> AfterValidator:
    """The name of an environment variable, "" for none. What is no name may be the secret itself, and is not told."""

    def check(name: str) -> str:
        if not name or _VARIABLE.fullmatch(name):
            return name
        if "://" in name:
            said = "holds an address, which is the secret itself"
        elif "$" in name:
            said = "holds a dollar sign; the variable is named without one, and without braces"
        else:
            said = "holds no name of a variable, which is letters, digits and _ alone"
        raise ValueError(
            f'{said}. Write the name of an environment variable, such as "{example}", and set that variable to the '
            "secret where onrecord runs. Whoever could read this file may have the secret: replace it"
        )

    return AfterValidator(check)


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
    usable = _IN_ADDRESSES.fullmatch(text) and _HOST.fullmatch(parts.hostname or "") and port != 0
    if parts.scheme not in ("http", "https") or not usable:
        raise ValueError(f"{text!r} is no http or https address; write one such as https://www.example.org/page")
    return text


def host(name: str) -> str:
    """A host's name or number alone, "" for none."""
    if name and not _HOST.fullmatch(name):
        raise ValueError(
            f"{name!r} is no host's name; write it alone, such as smtp.example.org: "
            "no smtp://, no path, and the port under port"
        )
    return name


def host_and_port(text: str) -> str:
    """`127.0.0.1:8000`."""
    name, _, port = text.rpartition(":")
    if not _HOST.fullmatch(name) or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f'{text!r} is no host with a port; write it as "127.0.0.1:8000"')
    return text


def proxy(address: str) -> str:
    """The address of an HTTP proxy without a log-in, "" for none. One with a password is a secret, and is not told."""
    if address and not _PROXY.fullmatch(address):
        if "@" in address:
            raise ValueError(
                "holds a user name; put the whole address into an environment variable and name that as proxy_env"
            )
        raise ValueError(f"{address!r} is no address of a proxy; write it as http://proxy.example.org:3128")
    return address


def is_proxy(address: str) -> bool:
    """Whether the address of a proxy can be used, be it with user name and password or without."""
    return bool(_PROXY_WITH_LOGIN.fullmatch(address))


def mail_address(text: str) -> str:
    """One address of a person or a list, "" for none."""
    if not text:
        return text
    from email.utils import getaddresses  # costs more time than all else here, and few configurations have mail

    found = getaddresses([text])
    if len(found) != 1 or not _MAILBOX.fullmatch(found[0][1]) or not text.isprintable():
        raise ValueError(f"{text!r} is no mail address; write user@host or Name <user@host>")
    return text


def slack_channel(text: str) -> str:
    """The id of a channel of Slack's, "" for none."""
    if text and not re.fullmatch(r"[A-Z][A-Z0-9]+", text):
        raise ValueError(
            f"{text!r} is no channel's id; write it as Slack shows it at the end of the channel's details, "
            "such as C0123456789"
        )
    return text


# What each kind of channel needs, and the keys of one kind, which another would leave unread.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "console": (),
    "slack": ("webhook_env",),
    "slack_app": ("token_env", "channel"),
    "mail": ("host", "sender", "to"),
    "apprise": ("address_env",),
}
_OF_KIND: Mapping[str, str] = {
    **{key: kind for kind, keys in NEEDED.items() for key in keys},
    **dict.fromkeys(("port", "security", "username", "password_env", "ca_file"), "mail"),
}


def channel_fault(name: str, kind: str, given: Mapping[str, object]) -> str:
    """What is wrong with the keys that were given for a channel of some kind; "" for nothing."""
    missing = [key for key in NEEDED[kind] if not given.get(key)]
    if given.get("username") and not given.get("password_env"):
        missing.append("password_env")
    if missing:
        return f"the channel {name!r} of kind {kind} also needs {', '.join(missing)}"
    strange = [key for key in given if _OF_KIND.get(key, kind) != kind]
    return (
        f"{strange[0]} is for channels of kind {_OF_KIND[strange[0]]}, not {kind}; delete the line" if strange else ""
    )


Contact = Annotated[str, AfterValidator(contact)]
Cron = Annotated[str, AfterValidator(cron)]
Timezone = Annotated[str, AfterValidator(timezone)]
WebAddress = Annotated[str, AfterValidator(web_address)]
Host = Annotated[str, AfterValidator(host)]
HostAndPort = Annotated[str, AfterValidator(host_and_port)]
ProxyAddress = Annotated[str, AfterValidator(proxy)]
MailAddress = Annotated[str, AfterValidator(mail_address)]
SlackChannel = Annotated[str, AfterValidator(slack_channel)]
SourceId = Annotated[str, AfterValidator(source)]
Shipped = Annotated[str, AfterValidator(shipped)]
