"""From configured channels to objects that send. A channel whose secret is missing stays in place and says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.channels.console import Console
from alerts.channels.mail import Mail
from alerts.channels.slack import SlackWebhook
from alerts.delivery import Channel
from alerts.message import Audience, DeliveryError, Message
from flows.settings import ChannelSettings, Settings, SettingsError, secret


@dataclass(frozen=True, slots=True)
class Unusable:
    """A channel that cannot send until somebody mends the configuration; its messages wait."""

    name: str
    reason: str

    def send(self, message: Message) -> None:
        raise DeliveryError(f"{message.key} waits: {self.reason}", permanent=False)


def build_channels(settings: Settings) -> Mapping[str, Channel]:
    return {channel.name: _build(channel) for channel in settings.channels}


def channel_names(settings: Settings, audience: Audience) -> list[str]:
    """The channels of an audience. What is said of the sources goes to the operators where no channel asks for it."""
    named = [channel.name for channel in settings.channels if audience in channel.audience]
    return channel_names(settings, "ops") if audience == "sources" and not named else named


def _build(channel: ChannelSettings) -> Channel:
    try:
        match channel.kind:
            case "console":
                return Console(channel.name)
            case "slack":
                return SlackWebhook(channel.name, secret(channel.webhook_env, channel.name).get_secret_value())
            case "mail":
                return _mail(channel)
    except SettingsError as error:
        return Unusable(channel.name, str(error))


def _mail(channel: ChannelSettings) -> Channel:
    password = secret(channel.password_env, channel.name).get_secret_value() if channel.username else None
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
    )
