"""Slack, by an incoming webhook. Whoever has the webhook's address can post, so the address is never said or logged."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from alerts.channels.pictures import Charts
from alerts.channels.slack_http import ABOUT_THE_MESSAGE, WORTH_ANOTHER_TRY, Answer, NoAnswer, may_be_used, post
from alerts.messages.message import DeliveryError, Message
from alerts.messages.slack_blocks import as_slack

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


@dataclass(frozen=True, slots=True)
class SlackWebhook:
    """Posts messages to `webhook`; `timeout` in seconds holds for connecting and for each read.

    Charts are shown where `charts` says that they are published; a webhook can upload nothing.
    """

    name: str
    webhook: str = field(repr=False)
    timeout: float = 15.0
    charts: Charts | None = None
    proxy: str = field(default="", repr=False)

    def send(self, message: Message) -> str:
        """Post the message; returns when Slack says `ok`, with what was left out.

        DeliveryError, permanent when Slack refuses the message or the webhook (4xx save 408, 425, 429) or when the
        webhook is no https address; not permanent for everything else.
        """
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
        if isinstance(answer, NoAnswer):
            raise DeliveryError(
                f"{self.name}: {answer.words}", permanent=False, may_have_arrived=answer.may_have_arrived
            )
        if answer.status == 200 and answer.body == "ok":
            return note
        permanent = 400 <= answer.status < 500 and answer.status not in WORTH_ANOTHER_TRY
        raise DeliveryError(
            f"{self.name}: {_words(self, answer)}",
            permanent=permanent,
            about="message" if answer.status == 413 or answer.body in ABOUT_THE_MESSAGE else "channel",
        )


def _post(channel: SlackWebhook, content: Any) -> Answer | NoAnswer:
    return post(channel.webhook, channel.timeout, _ANSWER_BYTES, json=content, proxy=channel.proxy)


def _words(channel: SlackWebhook, answer: Answer) -> str:
    # Only Slack's own short codes are repeated: a page of somebody in between might hold the address.
    if not _CODE.fullmatch(answer.body) or answer.body in channel.webhook:
        return f"status {answer.status} with an answer that is none of Slack's{answer.pause}"
    advice = f": {_ADVICE[answer.body]}" if answer.body in _ADVICE else ""
    return f"Slack answered {answer.status} {answer.body}{advice}{answer.pause}"
