"""The environment and the configuration file, read once and passed down as plain values.

`ONRECORD_HOME` is the one directory that everything is kept in (default `~/.onrecord`), `ONRECORD_DATABASE_URL`
the database (default an SQLite file there). Channels and sources come from `onrecord.toml` in that directory;
secrets only from the environment variables that it names.
"""

import getpass
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from alerts.message import Audience, Severity
from alerts.yardsticks import shipped_claims
from figures.records import Source
from flows.proxy_address import ProxyAddress
from scrapers.registry import PUBLISHERS, SOURCES


class SettingsError(Exception):
    """The configuration cannot be used: which file and key, what is wrong, what to do."""


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ONRECORD_")

    home: Path = Path("~/.onrecord")
    database_url: SecretStr | None = None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FetchSettings(_Strict):
    contact: str = ""
    max_megabytes: int = Field(default=64, ge=1, le=1024)
    attempts: int = Field(default=4, ge=1, le=10)
    private_hosts: tuple[str, ...] = ()
    proxy: ProxyAddress = ""
    proxy_env: str = ""

    @field_validator("contact")
    @classmethod
    def _fits_a_header(cls, contact: str) -> str:
        if not contact.isascii() or not contact.isprintable() or " " in contact:
            raise ValueError(
                f"{contact!r} cannot go into a request header; give a mail address of plain letters, without spaces"
            )
        return contact


class SourceSettings(_Strict):
    address: str = ""
    enabled: bool = True
    once_a_day: bool | None = None  # the source's own habit when left out


class BackfillSettings(_Strict):
    """Where dated captures are looked for, and how long we wait between two requests there."""

    address: str = "https://web.archive.org"
    pause_seconds: float = Field(default=4.0, ge=0, le=600)


class ScheduleSettings(_Strict):
    cron: str = "15 19 * * *"  # ICE posts on Thursday and Friday evenings, Eastern time
    timezone: str = "America/New_York"
    digest_cron: str = "0 9 * * 1"  # Monday morning
    deliver_every_minutes: int = Field(default=10, ge=1, le=1440)
    prefect_port: int = Field(default=4200, ge=1024, le=65535)


class HeartbeatSettings(_Strict):
    """Who notices when we fall silent. `url_env` names the environment variable that holds the secret address."""

    url_env: str = ""
    start_and_fail: bool = True  # also ping the address with /start and /fail, as Healthchecks understands them
    ca_file: str = ""
    look_within_hours: int = Field(default=36, ge=1, le=24 * 31)  # a daily look that is half a day late
    proxy: ProxyAddress = ""
    proxy_env: str = ""


_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "console": (),
    "slack": ("webhook_env",),
    "slack_app": ("token_env", "channel"),
    "mail": ("host", "sender", "to"),
    "apprise": ("address_env",),
}


class ChartsSettings(_Strict):
    """Where charts are published for readers that fetch pictures by address: what is in `folder` is at `address`."""

    folder: str = ""
    address: str = ""

    @model_validator(mode="after")
    def _both(self) -> "ChartsSettings":
        if bool(self.folder) != bool(self.address):
            raise ValueError("charts needs both folder and address, or neither")
        if self.address and not _ADDRESS.fullmatch(self.address):
            raise ValueError(f"charts.address {self.address!r} is no http or https address that a reader can follow")
        return self


class ChannelSettings(_Strict):
    """One way out. `*_env` name the environment variables that hold the secrets.

    A channel gets the messages of its `audience` that weigh at least `minimum_severity`.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
    kind: Literal["console", "slack", "slack_app", "mail", "apprise"]
    audience: tuple[Audience, ...] = ("desk", "ops")
    minimum_severity: Severity = "info"
    webhook_env: str = ""
    token_env: str = ""
    channel: str = ""
    address_env: str = ""
    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = ""
    to: tuple[str, ...] = ()
    username: str = ""
    password_env: str = ""
    ca_file: str = ""
    proxy: ProxyAddress = ""
    proxy_env: str = ""

    @model_validator(mode="after")
    def _complete(self) -> "ChannelSettings":
        missing = [key for key in _NEEDED[self.kind] if not getattr(self, key)]
        if self.username and not self.password_env:
            missing.append("password_env")
        if missing:
            raise ValueError(f"channel {self.name!r} of kind {self.kind} also needs {', '.join(missing)}")
        return self


class ClaimSettings(_Strict):
    """Which of the shipped claims are watched, by patterns of their ids; one's own always are."""

    shipped: tuple[str, ...] = ("*",)


class _File(_Strict):
    fetch: FetchSettings = FetchSettings()
    backfill: BackfillSettings = BackfillSettings()
    sources: dict[str, SourceSettings] = {}
    schedule: ScheduleSettings = ScheduleSettings()
    heartbeat: HeartbeatSettings = HeartbeatSettings()
    charts: ChartsSettings = ChartsSettings()
    channels: tuple[ChannelSettings, ...] = ()
    claims: ClaimSettings = ClaimSettings()

    @model_validator(mode="after")
    def _known(self) -> "_File":
        unknown = sorted(self.sources.keys() - SOURCES.keys())
        if unknown:
            raise ValueError(f"unknown source {', '.join(unknown)}; known are {', '.join(SOURCES)}")
        names = [channel.name for channel in self.channels]
        if len(set(names)) != len(names):
            raise ValueError("two channels have the same name")
        return self


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

    @property
    def config_file(self) -> Path:
        return self.home / "onrecord.toml"

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def claim_folders(self) -> tuple[Path, ...]:
        """The shipped claims and the user's own."""
        return shipped_claims(), self.home / "claims"

    def watches(self, claim: str) -> bool:
        """Whether a claim is judged: one's own, and those shipped ones that the configuration names."""
        shipped = (shipped_claims() / f"{claim}.toml").exists()
        return not shipped or any(fnmatchcase(claim, pattern) for pattern in self.claims.shipped)

    def address(self, source: str) -> str:
        configured = self.sources.get(source)
        return (configured.address if configured else "") or SOURCES[source].address

    def source(self, name: str) -> Source:
        """A source as configured."""
        once_a_day = self.sources.get(name, SourceSettings()).once_a_day
        return SOURCES[name] if once_a_day is None else replace(SOURCES[name], once_a_day=once_a_day)

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
    file = root / "onrecord.toml"
    content = _read(file) if file.exists() else _File()
    url = environment.database_url or SecretStr(f"sqlite:///{quote(str(root / 'onrecord.db'))}")
    return Settings(
        root,
        url,
        content.fetch,
        content.backfill,
        content.sources,
        content.schedule,
        content.channels,
        content.heartbeat,
        content.claims,
        content.charts,
    )


def _read(file: Path) -> _File:
    try:
        return _File.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from error
    except ValidationError as error:
        raise SettingsError(f"{file}: {_first_fault(error)}") from error


def require_usable_contact(contact: str) -> None:
    """Raises SettingsError when a file that holds this contact could not be loaded."""
    try:
        FetchSettings(contact=contact)
    except ValidationError as error:
        raise SettingsError(_first_fault(error)) from error


def _first_fault(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "file"
    return f"{key}: {first['msg'].removeprefix('Value error, ')}"


def secret(variable: str, channel: str) -> SecretStr:
    """The value of an environment variable that the configuration names. Raises SettingsError when it is not set."""
    value = os.environ.get(variable, "")
    if not value:
        raise SettingsError(f"channel {channel!r}: the environment variable {variable} is not set")
    return SecretStr(value)


def login_name() -> str:
    """The name that this process is logged in by; '' when there is none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
