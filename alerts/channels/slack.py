"""Slack, by an incoming webhook. Whoever has the webhook's address can post, so the address is never said or logged."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import model_validator

from alerts.channels.channel_settings import ChannelKind, ChannelSettings, Means, require, variable
from alerts.channels.https_post import ABOUT_THE_MESSAGE, WORTH_ANOTHER_TRY, Answer, NoAnswer, may_be_used, post
from alerts.channels.reach import reach_web
from alerts.messages.message import DeliveryError, Message

if TYPE_CHECKING:
    from alerts.channels.pictures import Charts

_ANSWER_BYTES: Final = 1_000
_CODE: Final = re.compile(r"[a-z]+(?:_[a-z]+){0,8}")
_ADVICE: Final = {
    "action_prohibited": "an administrator of the workspace forbids this webhook to post",
    "channel_is_archived": "unarchive the Slack channel, or make a webhook for another",
    "channel_not_found": "the Slack channel is gone; make a webhook for another",
    "invalid_blocks": "a fault of onrecord: please report it with the message's key",
    "invalid_payload": "a fault of onrecord: please report it with the message's key",
    "invalid_token": "the webhook's address is not complete; copy it from Slack again",
    "no_service": "the webhook was removed or switched off; make a new one in Slack",
    "no_team": "the workspace is gone, or the webhook's address is not complete",
    "posting_to_general_channel_denied": "choose another Slack channel, or let this webhook post to the general one",
}
REFUSED_PICTURES: Final = "without its charts: Slack could not fetch them; is the address of [charts] public?"


EXAMPLE: Final = """\
[[channels]]
name = "desk-slack"
kind = "slack"
audience = ["desk"]
minimum_severity = "alert"
webhook_env = "ONRECORD_SLACK_WEBHOOK"
"""


class SlackSettings(ChannelSettings):
    kind: Literal["slack"]
    webhook_env: Annotated[str, variable("ONRECORD_SLACK_WEBHOOK")] = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        require(self, "webhook_env")
        return self


@dataclass(frozen=True, slots=True)
class SlackWebhook:
    """Posts messages to `webhook`; `timeout` in seconds holds for connecting and for each read.

    Charts are shown where `charts` says that they are published; a webhook can upload nothing.
    """

    name: str
    webhook: str = field(repr=False)
    timeout: float = 15.0
    charts: "Charts | None" = None
    proxy: str = field(default="", repr=False)

    def send(self, message: Message) -> str:
        """Post the message; returns when Slack says `ok`, with what was left out.

        DeliveryError, permanent when Slack refuses the message or the webhook (4xx save 408, 425, 429) or when the
        webhook is no https address; not permanent for everything else.
        """
        from alerts.messages.slack_blocks import as_slack  # takes long to import, and every command reads settings

        if not may_be_used(self.webhook):
            raise DeliveryError(
                f"{self.name}: the webhook is not an https:// address; copy it from Slack again", permanent=True
            )
        pictures, note = self.charts.publish(message) if self.charts else ({}, "")
        answer = _post(self, as_slack(message, pictures))
        if pictures and isinstance(answer, Answer) and (answer.status, answer.body) == (400, "invalid_blocks"):
            # Slack refuses a message with a picture that it cannot fetch. The news matters more than the picture.
            note = REFUSED_PICTURES
            answer = _post(self, as_slack(message))
        if error := _refusal(self, answer):
            raise error
        return note


def _post(channel: SlackWebhook, content: Any) -> Answer | NoAnswer:
    return post(channel.webhook, channel.timeout, _ANSWER_BYTES, json=content, proxy=channel.proxy)


def _refusal(channel: SlackWebhook, answer: Answer | NoAnswer) -> DeliveryError | None:
    """What to raise for an answer; None when Slack has taken the message."""
    if isinstance(answer, NoAnswer):
        words = f"{channel.name}: {answer.words}"
        return DeliveryError(words, permanent=False, may_have_arrived=answer.may_have_arrived)
    if answer.status == 200 and answer.body == "ok":
        return None
    return DeliveryError(
        f"{channel.name}: {_words(channel, answer)}",
        permanent=400 <= answer.status < 500 and answer.status not in WORTH_ANOTHER_TRY,
        about="message" if answer.status == 413 or answer.body in ABOUT_THE_MESSAGE else "channel",
    )


def _words(channel: SlackWebhook, answer: Answer) -> str:
    # Only Slack's own short codes are repeated: a page of somebody in between might hold the address.
    if not _CODE.fullmatch(answer.body) or answer.body in channel.webhook:
        return f"status {answer.status} with an answer that is none of Slack's{answer.pause}"
    advice = f": {_ADVICE[answer.body]}" if answer.body in _ADVICE else ""
    return f"Slack answered {answer.status} {answer.body}{advice}{answer.pause}"


def _opened(settings: SlackSettings, means: Means) -> SlackWebhook:
    webhook = means.secret(settings.webhook_env)
    return SlackWebhook(settings.name, webhook, charts=means.charts, proxy=means.proxy)


def _reach(channel: SlackWebhook) -> str:
    return reach_web(channel.webhook, channel.proxy)


KIND = ChannelKind(SlackSettings, _opened, _reach, EXAMPLE)
