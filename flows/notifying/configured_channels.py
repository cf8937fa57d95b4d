"""From configured channels to objects that send. A channel whose secret is missing stays in place and says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alerts.channels.apprise_service import AppriseService
from alerts.channels.console import Console
from alerts.channels.mail import Mail
from alerts.channels.pictures import Charts, PublishedCharts, SitePictures
from alerts.channels.slack import SlackWebhook
from alerts.channels.slack_app import SlackApp
from alerts.delivery import Channel
from alerts.messages.message import SEVERITIES, Audience, DeliveryError, LeftOutError, Message, Severity
from alerts.messages.page_links import with_pages
from flows.configuration.proxies import proxy_of
from flows.configuration.settings import ChannelSettings, Settings, SettingsError, secret


@dataclass(frozen=True, slots=True)
class Unusable:
    """A channel that cannot send until somebody mends the configuration; its messages wait."""

    name: str
    reason: str

    def send(self, message: Message) -> None:
        raise DeliveryError(f"{message.key} waits: {self.reason}", permanent=False)


@dataclass(frozen=True, slots=True)
class Weighty:
    """A channel that takes only what weighs enough; the rest is recorded as left out."""

    channel: Channel
    minimum: Severity

    @property
    def name(self) -> str:
        return self.channel.name

    def send(self, message: Message) -> str | None:
        if SEVERITIES.index(message.severity) < SEVERITIES.index(self.minimum):
            raise LeftOutError(f"of severity {message.severity}; {self.name} takes {self.minimum} and above")
        return self.channel.send(message)


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
        channel.name: _weighed(channel, _linking(_build(channel, settings), settings)) for channel in settings.channels
    }


def bare(channel: Channel) -> Channel:
    """The channel itself, without what weighs or adds to its messages."""
    return bare(channel.channel) if isinstance(channel, Weighty | Linking) else channel


def _linking(built: Channel, settings: Settings) -> Channel:
    return Linking(built, settings.site.address) if settings.site.url else built


def _weighed(channel: ChannelSettings, built: Channel) -> Channel:
    return built if channel.minimum_severity == SEVERITIES[0] else Weighty(built, channel.minimum_severity)


def channel_names(settings: Settings, audience: Audience) -> list[str]:
    """The channels of an audience. What is said of the sources goes to the operators where no channel asks for it."""
    named = [channel.name for channel in settings.channels if audience in channel.audience]
    return channel_names(settings, "ops") if audience == "sources" and not named else named


def _build(channel: ChannelSettings, settings: Settings) -> Channel:
    charts = _published(settings)
    try:
        proxy = proxy_of(channel, f"channel {channel.name!r}")
        match channel.kind:
            case "console":
                return Console(channel.name)
            case "slack":
                return SlackWebhook(channel.name, _secret(channel.webhook_env, channel), charts=charts, proxy=proxy)
            case "slack_app":
                token = _secret(channel.token_env, channel)
                return SlackApp(channel.name, channel.channel, token, charts=charts, proxy=proxy)
            case "mail":
                return _mail(channel, proxy)
            case "apprise":
                return AppriseService(channel.name, _secret(channel.address_env, channel), proxy)
    except SettingsError as error:
        return Unusable(channel.name, str(error))


def _published(settings: Settings) -> Charts | None:
    """Where Slack can fetch charts: a folder for them, else the pages of the site."""
    charts, site = settings.charts, settings.site
    if charts.folder:
        # A relative folder lies in the one directory that everything is kept in.
        return PublishedCharts(settings.home / Path(charts.folder).expanduser(), charts.address)
    return SitePictures(settings.site_folder, site.address) if site.url and site.folder else None


def _secret(variable: str, channel: ChannelSettings) -> str:
    return secret(variable, f"channel {channel.name!r}").get_secret_value()


def _mail(channel: ChannelSettings, proxy: str) -> Channel:
    password = _secret(channel.password_env, channel) if channel.username else None
    return Mail(
        name=channel.name,
        host=channel.host,
        port=channel.port,
        sender=channel.sender,
        to=channel.to,
        username=channel.username or None,
        password=password,
        security=channel.security,
        ca_file=channel.ca_file or None,
        proxy=proxy,
    )
