"""The environment and the configuration file, read once and passed down as plain values.

`ONRECORD_HOME` is the one directory that everything is kept in (default `~/.onrecord`), `ONRECORD_DATABASE_URL`
the database (default an SQLite file there). Channels and sources come from `onrecord.toml` in that directory;
secrets only from the environment variables that it names.
"""

import errno
import getpass
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from alerts.claims.shipped import WATCHES, shipped_claims
from alerts.messages.message import Audience, Severity
from figures.records import Source
from flows.configuration import file_faults
from flows.configuration.publication_settings import LawPublisher, PublisherSettings
from flows.configuration.site_settings import SiteSettings
from flows.configuration.source_settings import SourceSettings
from flows.configuration.value_rules import (
    Contact,
    Cron,
    Host,
    HostAndPort,
    MailAddress,
    ProxyAddress,
    Shipped,
    SlackChannel,
    SourceId,
    Timezone,
    WebAddress,
    channel_fault,
    variable,
)
from scrapers.registry import PUBLISHERS, SOURCES


class SettingsError(Exception):
    """The configuration cannot be used: which file and key, what is wrong, what to do."""


class _Environment(BaseSettings):
    # An empty variable is one that is not set: else the home would be whatever folder one stands in.
    model_config = SettingsConfigDict(env_prefix="ONRECORD_", env_ignore_empty=True)

    home: Path = Path("~/.onrecord")
    database_url: SecretStr | None = None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Proxied(_Strict):
    """What goes through an HTTP proxy, where one is named: by its address, or by the variable that holds it."""

    proxy: ProxyAddress = ""
    proxy_env: Annotated[str, variable("ONRECORD_PROXY")] = ""

    @model_validator(mode="after")
    def _one_proxy(self) -> Self:
        if self.proxy and self.proxy_env:
            raise ValueError("proxy_env is set beside proxy; delete the line of the one that is not meant")
        return self


class FetchSettings(Proxied):
    contact: Contact = ""
    max_megabytes: int = Field(default=16, ge=1, le=1024)
    attempts: int = Field(default=4, ge=1, le=10)
    private_hosts: tuple[HostAndPort, ...] = ()


class BackfillSettings(_Strict):
    """Where dated captures are looked for, and how long we wait between two requests there."""

    address: WebAddress = "https://web.archive.org"
    pause_seconds: float = Field(default=4.0, ge=0, le=600)


class ScheduleSettings(_Strict):
    cron: Cron = "15 19 * * *"  # ICE posts on Thursday and Friday evenings, Eastern time
    timezone: Timezone = "America/New_York"
    digest_cron: Cron = "0 9 * * 1"  # Monday morning
    deliver_every_minutes: int = Field(default=10, ge=1, le=1440)
    prefect_port: int = Field(default=4200, ge=1024, le=65535)


class HeartbeatSettings(Proxied):
    """Who notices when we fall silent. `url_env` names the environment variable that holds the secret address."""

    url_env: Annotated[str, variable("ONRECORD_HEARTBEAT_URL")] = ""
    start_and_fail: bool = True  # also ping the address with /start and /fail, as Healthchecks understands them
    ca_file: str = ""
    look_within_hours: int = Field(default=36, ge=1, le=24 * 31)  # a daily look that is half a day late


class ChartsSettings(_Strict):
    """Where charts are published for readers that fetch pictures by address: what is in `folder` is at `address`."""

    folder: str = ""
    address: WebAddress = ""

    @model_validator(mode="after")
    def _both(self) -> "ChartsSettings":
        if bool(self.folder) != bool(self.address):
            raise ValueError("needs both folder and address, or neither")
        return self


class ChannelSettings(Proxied):
    """One way out. `*_env` name the environment variables that hold the secrets.

    A channel gets the messages of its `audience` that weigh at least `minimum_severity`.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
    kind: Literal["console", "slack", "slack_app", "mail", "apprise"]
    audience: tuple[Audience, ...] = ("desk", "ops")
    minimum_severity: Severity = "info"
    webhook_env: Annotated[str, variable("ONRECORD_SLACK_WEBHOOK")] = ""
    token_env: Annotated[str, variable("ONRECORD_SLACK_TOKEN")] = ""
    channel: SlackChannel = ""
    address_env: Annotated[str, variable("ONRECORD_APPRISE_ADDRESS")] = ""
    host: Host = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: MailAddress = ""
    to: tuple[MailAddress, ...] = ()
    username: str = ""
    password_env: Annotated[str, variable("ONRECORD_MAIL_PASSWORD")] = ""
    ca_file: str = ""

    @model_validator(mode="after")
    def _complete(self) -> "ChannelSettings":
        if fault := channel_fault(self.name, self.kind, {key: getattr(self, key) for key in self.model_fields_set}):
            raise ValueError(fault)
        return self


class ClaimSettings(_Strict):
    """Which of the shipped claims are watched, by patterns of their ids; one's own always are."""

    shipped: tuple[Shipped, ...] = ("*",)


class _File(BaseSettings):
    """What the file says. Nothing of it comes from anywhere else; without a file all is as it is by default."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    fetch: FetchSettings = FetchSettings()
    backfill: BackfillSettings = BackfillSettings()
    sources: dict[SourceId, SourceSettings] = {}
    schedule: ScheduleSettings = ScheduleSettings()
    heartbeat: HeartbeatSettings = HeartbeatSettings()
    charts: ChartsSettings = ChartsSettings()
    channels: tuple[ChannelSettings, ...] = ()
    claims: ClaimSettings = ClaimSettings()
    publication: dict[LawPublisher, PublisherSettings] = {}
    site: SiteSettings = SiteSettings()

    @model_validator(mode="after")
    def _known(self) -> "_File":
        names = [channel.name for channel in self.channels]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise ValueError(f"channels.{number}.name is {name!r}, as that of another channel; write another name")
        return self

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *_: PydanticBaseSettingsSource, **__: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (TomlConfigSettingsSource(settings_cls),)


@dataclass(frozen=True, slots=True)
class Settings:
    home: Path
    database_url: SecretStr
    fetch: FetchSettings
    backfill: BackfillSettings
    sources: Mapping[str, SourceSettings]
    schedule: ScheduleSettings
    channels: tuple[ChannelSettings, ...]
    heartbeat: HeartbeatSettings
    claims: ClaimSettings = field(default_factory=ClaimSettings)
    charts: ChartsSettings = field(default_factory=ChartsSettings)
    publication: Mapping[str, PublisherSettings] = field(default_factory=dict)
    site: SiteSettings = field(default_factory=SiteSettings)

    @property
    def config_file(self) -> Path:
        return self.home / "onrecord.toml"

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def site_folder(self) -> Path:
        """Where the site is made. A relative folder lies in the one directory that everything is kept in."""
        return self.home / Path(self.site.folder).expanduser()

    @property
    def claim_folders(self) -> tuple[Path, ...]:
        """The shipped claims and the user's own, with the user's watches."""
        return shipped_claims(), self.home / "claims", self.home / WATCHES

    def watches(self, claim: str) -> bool:
        """Whether a claim is judged: one's own, and those shipped ones that the configuration names."""
        shipped = (shipped_claims() / f"{claim}.toml").exists()
        return not shipped or any(fnmatchcase(claim, pattern) for pattern in self.claims.shipped)

    def address(self, source: str) -> str:
        configured = self.sources.get(source)
        return (configured.address if configured else "") or SOURCES[source].address

    def source(self, name: str) -> Source:
        """A source as configured."""
        return self.sources.get(name, SourceSettings()).applied_to(SOURCES[name])

    def enabled(self) -> list[str]:
        return [name for name in SOURCES if self.sources.get(name, SourceSettings()).enabled]

    def chosen(self, names: Sequence[str]) -> list[str]:
        """The ids of sources: those named, the enabled ones of a publisher that is named, all enabled without names."""
        ids = [i for name in names for i in self._published_by(name)] if names else self.enabled()
        return list(dict.fromkeys(ids))

    def _published_by(self, name: str) -> list[str]:
        if name in SOURCES:
            return [name]
        return [source for source in PUBLISHERS[name] if source in self.enabled()]


def load_settings(home: Path | None = None) -> Settings:
    """Raises SettingsError naming the file and key that cannot be used. A missing file means defaults."""
    environment = _Environment()
    root = (home or environment.home).expanduser().absolute()
    content = _read(root / "onrecord.toml")
    url = environment.database_url or SecretStr(f"sqlite:///{quote(str(root / 'onrecord.db'))}")
    return Settings(root, url, **dict(content))  # each table of the file has the name of its field


def _read(file: Path) -> _File:
    class Here(_File):
        model_config = SettingsConfigDict(toml_file=file)

    try:
        if file.exists() and not file.is_file():
            raise IsADirectoryError(errno.EISDIR, "it is no file")
        return Here()
    except ValidationError as error:
        found = file_faults.faults(file, file.read_text("utf-8"), error, _File)
    except (OSError, ValueError) as error:
        found = [file_faults.unreadable(file, error)]
    raise SettingsError("\n".join(found))  # out here, so that no traceback leads to what the file holds


def require_usable_contact(contact: str) -> None:
    """Raises SettingsError when a file that holds this contact could not be loaded."""
    try:
        FetchSettings(contact=contact)
    except ValidationError as error:
        words = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise SettingsError(f"contact: {words}") from error


def secret(variable: str, who: str) -> SecretStr:
    """The value of an environment variable that the configuration names. Raises SettingsError when it is not set.

    A name in small letters may be a password that was written in its place: it is not told.
    """
    value = os.environ.get(variable, "")
    if not value:
        named = variable if variable.isupper() else "that is named there (in small letters: is it the secret itself?)"
        raise SettingsError(f"{who}: the environment variable {named} is not set")
    return SecretStr(value)


def login_name() -> str:
    """The name that this process is logged in by; '' when there is none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
