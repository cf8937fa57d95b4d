"""From configured channels to objects that send. A channel whose secret is missing stays in place and says so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from alerts.channels.channel_settings import Channel, ChannelSettings, Means
from alerts.channels.channel_table import channel_kind
from alerts.channels.pictures import Charts, PublishedCharts, SitePictures
from alerts.messages.message import SEVERITIES, Audience, DeliveryError, LeftOutError, Message, Severity
from alerts.messages.page_links import with_pages
from flows.configuration.proxies import proxy_of
from flows.configuration.settings import Settings, SettingsError, secret


@dataclass(frozen=True, slots=True)
class Unusable:
    """A channel that cannot send until somebody mends the configuration; its messages wait."""

    name: str
    reason: str

    def send(self, message: Message) -> None:
        raise DeliveryError(f"{message.key} waits: {self.reason}", permanent=False)


@dataclass(frozen=True, slots=True)
class Choosing:
    """A channel that takes what weighs enough and speaks of a claim that it asks for; the rest is recorded as left out.

    What is of no claim, such as a page that is gone, is taken whatever the claims are.
    """

    channel: Channel
    minimum: Severity
    claims: tuple[str, ...] = ("*",)

    @property
    def name(self) -> str:
        return self.channel.name

    def send(self, message: Message) -> str | None:
        if SEVERITIES.index(message.severity) < SEVERITIES.index(self.minimum):
            raise LeftOutError(f"of severity {message.severity}; {self.name} takes {self.minimum} and above")
        if message.claims and not any(fits(claim, self.claims) for claim in message.claims):
            raise LeftOutError(f"about {', '.join(message.claims)}; {self.name} takes {', '.join(self.claims)}")
        return self.channel.send(message)


def fits(claim: str, patterns: Iterable[str]) -> bool:
    """Whether a claim's id fits one of some patterns."""
    return any(fnmatchcase(claim, pattern) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Linking:
    """A channel whose messages lead to the pages of a site, whose address ends with "/"."""

    channel: Channel
    site: str

    @property
    def name(self) -> str:
        return self.channel.name

    def send(self, message: Message) -> str | None:
        return self.channel.send(with_pages(message, self.site))


def build_channels(settings: Settings) -> Mapping[str, Channel]:
    return {
        channel.name: _choosing(channel, _linking(opened(channel, settings), settings)) for channel in settings.channels
    }


def _linking(built: Channel, settings: Settings) -> Channel:
    return Linking(built, settings.site.address) if settings.site.url else built


def _choosing(channel: ChannelSettings, built: Channel) -> Channel:
    takes_all = channel.minimum_severity == SEVERITIES[0] and "*" in channel.claims
    return built if takes_all else Choosing(built, channel.minimum_severity, channel.claims)


def channel_names(settings: Settings, audience: Audience) -> list[str]:
    """The channels of an audience. What is said of the sources goes to the operators where no channel asks for it."""
    named = [channel.name for channel in settings.channels if audience in channel.audience]
    return channel_names(settings, "ops") if audience == "sources" and not named else named


def opened(channel: ChannelSettings, settings: Settings) -> Channel:
    """A channel by what the module of its kind declares, `Unusable` where its secret or proxy is missing."""
    who = f"channel {channel.name!r}"
    try:
        means = Means(
            secret=lambda variable: secret(variable, who).get_secret_value(),
            proxy=proxy_of(channel, who),
            charts=_published(settings),
        )
        built: Channel = channel_kind(channel.kind).open(channel, means)
    except SettingsError as error:
        return Unusable(channel.name, str(error))
    return built


def _published(settings: Settings) -> Charts | None:
    """Where Slack can fetch charts: a folder for them, else the pages of the site."""
    charts, site = settings.charts, settings.site
    if charts.folder:
        # A relative folder lies in the one directory that everything is kept in.
        return PublishedCharts(settings.home / Path(charts.folder).expanduser(), charts.address)
    return SitePictures(settings.site_folder, site.address) if site.url and site.folder else None
