"""What the settings of every channel have, and what a kind of channel declares of itself.

Each kind has its own settings in its module, read by the same rules. No rule repeats a secret.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Generic, Protocol, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from alerts.messages.message import Audience, Message, Severity

if TYPE_CHECKING:  # to draw and to dress a message takes longer to import than most commands run
    from alerts.channels.pictures import Charts

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_PLACE = r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
_PROXY = re.compile(rf"http://{_PLACE}/?")
_PROXY_WITH_LOGIN = re.compile(rf"http://(?:[^\s/@]+@)?{_PLACE}/?")
_CLAIMS = re.compile(r"[a-z0-9*?\[\]!-]+")


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


def host(name: str) -> str:
    """A host's name or number alone, "" for none."""
    if name and not _HOST.fullmatch(name):
        raise ValueError(
            f"{name!r} is no host's name; write it alone, such as smtp.example.org: "
            "no smtp://, no path, and the port under port"
        )
    return name


def is_host(name: str) -> bool:
    """Whether a text is a host's name or number."""
    return bool(_HOST.fullmatch(name))


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


def claim_pattern(pattern: str) -> str:
    """A pattern of claims' ids. Which claims there are is not known here: one's own come and go."""
    if not _CLAIMS.fullmatch(pattern):
        raise ValueError(f'{pattern!r} is no pattern of claims\' ids; write ids or patterns such as "seed-*"')
    return pattern


Host = Annotated[str, AfterValidator(host)]
ProxyAddress = Annotated[str, AfterValidator(proxy)]
ClaimPattern = Annotated[str, AfterValidator(claim_pattern)]


class Strict(BaseModel):
    """A table of the configuration: no other key than these, and no value of it in an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Proxied(Strict):
    """What goes through an HTTP proxy, where one is named: by its address, or by the variable that holds it."""

    proxy: ProxyAddress = ""
    proxy_env: Annotated[str, variable("ONRECORD_PROXY")] = ""

    @model_validator(mode="after")
    def _one_proxy(self) -> Self:
        if self.proxy and self.proxy_env:
            raise ValueError("proxy_env is set beside proxy; delete the line of the one that is not meant")
        return self


class ChannelSettings(Proxied):
    """One way out. `*_env` name the environment variables that hold the secrets.

    A channel gets the messages of its `audience` that weigh at least `minimum_severity`; of those about claims the
    ones about a claim whose id fits one of `claims`.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
    kind: str
    audience: tuple[Audience, ...] = ("desk", "ops")
    minimum_severity: Severity = "info"
    claims: Annotated[tuple[ClaimPattern, ...], Field(min_length=1)] = ("*",)


def require(settings: ChannelSettings, *keys: str) -> None:
    """Raises ValueError that names the keys of a channel that are needed and not there."""
    if missing := [key for key in keys if not getattr(settings, key)]:
        raise ValueError(f"the channel {settings.name!r} of kind {settings.kind} also needs {', '.join(missing)}")


class Channel(Protocol):
    """A way out. `send` returns when the other side has taken the message, else raises DeliveryError, or LeftOutError
    for one that it does not ask for. What it returns is what was left out of the message, if anything.
    """

    @property
    def name(self) -> str: ...

    def send(self, message: Message) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Means:
    """What a channel is opened with beside its settings. `secret` gives what an environment variable holds; charts are
    None where they are not published.
    """

    secret: Callable[[str], str] = field(repr=False)
    proxy: str = field(repr=False)
    charts: "Charts | None"


S = TypeVar("S", bound=ChannelSettings)
C = TypeVar("C", bound=Channel)


@dataclass(frozen=True, slots=True)
class ChannelKind(Generic[S, C]):
    """What a module declares of its kind of channel: its settings, how it is opened, how its other side is greeted
    (why it cannot be reached, "" when it answers; None where only a test message can tell), and an example for the
    configuration, with what it is for.
    """

    settings: type[S]
    open: Callable[[S, Means], C]
    reach: Callable[[C], str] | None
    example: str
