"""The kinds of channels: each is one module here, which declares its settings, how it sends and an example."""

from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any

from pydantic import AfterValidator, PlainValidator

from alerts.channels.channel_settings import ChannelKind, ChannelSettings
from figures.naming import or_nearest

# By kind, in the order of the examples: the module that declares it. It is imported when a configuration has a channel
# of its kind.
CHANNELS: Mapping[str, str] = {
    "console": "console",
    "slack": "slack",
    "slack_app": "slack_app",
    "mail": "mail",
    "apprise": "apprise_service",
    "webhook": "webhook",
}


def channel_kind(name: str) -> ChannelKind[Any, Any]:
    """What the module of a kind declares."""
    kind: ChannelKind[Any, Any] = import_module(f"alerts.channels.{CHANNELS[name]}").KIND
    return kind


def kinds_with(key: str) -> list[str]:
    """The kinds whose settings have a key, none for a key that all channels have."""
    if key in ChannelSettings.model_fields:
        return []
    return [name for name in CHANNELS if key in channel_kind(name).settings.model_fields]


def channel_keys() -> list[str]:
    """Every key that a channel of some kind may have."""
    every = [key for name in CHANNELS for key in channel_kind(name).settings.model_fields]
    return list(dict.fromkeys([*ChannelSettings.model_fields, *every]))


def _known_kind(name: str) -> str:
    if name in CHANNELS:
        return name
    shown = "" if "://" in name else f"is {name!r}; "
    raise ValueError(f"{shown}write one of {', '.join(CHANNELS)}{or_nearest(name, CHANNELS) if shown else ''}")


class _OfNoKind(ChannelSettings):
    kind: Annotated[str, AfterValidator(_known_kind)]


def _read(given: object) -> ChannelSettings:
    """A channel by the settings of its kind. What is wrong with it is told with the place of its key."""
    name = given.get("kind") if isinstance(given, Mapping) else None
    known = isinstance(name, str) and name in CHANNELS
    model: type[ChannelSettings] = channel_kind(str(name)).settings if known else _OfNoKind
    return model.model_validate(given)


AnyChannel = Annotated[ChannelSettings, PlainValidator(_read)]
