"""Slack, by an app's bot token: posts a message, then its charts as files in the message's thread.

A file can be shown within a message only once Slack has taken it in, which takes moments, and only to those who may
see it (https://github.com/slackapi/python-slack-sdk/issues/1658). So the message goes first, alone, and a chart that
Slack does not take delays no news and sends none twice.
"""

import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, model_validator

from alerts.channels.channel_settings import ChannelKind, ChannelSettings, Means, require, variable
from alerts.channels.https_post import (
    ABOUT_THE_MESSAGE,
    LOOPBACK,
    WORTH_ANOTHER_TRY,
    Answer,
    NoAnswer,
    may_be_used,
    post,
)
from alerts.channels.reach import reach_web
from alerts.messages.charts import described, png
from alerts.messages.invisible_characters import harmless
from alerts.messages.message import Chart, DeliveryError, Item, Message

if TYPE_CHECKING:
    from alerts.channels.pictures import Charts

API: Final = "https://slack.com/api"
_ANSWER_BYTES: Final = 100_000
_ALT: Final = 1_000  # Slack's limit for `alt_txt` of a file
_TITLE: Final = 200
_CODE: Final = re.compile(r"[a-z0-9_]{1,60}")
# https://docs.slack.dev/reference/methods/chat.postMessage: all others need somebody to act.
_PASSING: Final = frozenset(
    {
        *("ratelimited", "rate_limited", "message_limit_exceeded", "internal_error", "fatal_error"),
        *("service_unavailable", "request_timeout", "accesslimited", "team_added_to_org"),
    }
)
_ADVICE: Final = {
    "account_inactive": "the app was removed from the workspace; install it again",
    "channel_not_found": "the channel does not exist or the app is not in it; invite the app, or correct the id",
    "invalid_auth": "the token is wrong; copy it from the app's page again",
    "is_archived": "unarchive the Slack channel, or name another",
    "missing_scope": "the app needs the scopes chat:write and, for charts, files:write",
    "not_in_channel": "invite the app to the channel",
    "token_revoked": "the token was revoked; make a new one",
}


EXAMPLE: Final = """\
# Slack by an app's bot token (scopes chat:write and files:write): its charts are files in the message's thread.
[[channels]]
name = "desk-app"
kind = "slack_app"
channel = "C0123456789"
token_env = "ONRECORD_SLACK_TOKEN"
"""


def slack_channel(text: str) -> str:
    """The id of a channel of Slack's, "" for none."""
    if text and not re.fullmatch(r"[A-Z][A-Z0-9]+", text):
        raise ValueError(
            f"{text!r} is no channel's id; write it as Slack shows it at the end of the channel's details, "
            "such as C0123456789"
        )
    return text


class SlackAppSettings(ChannelSettings):
    kind: Literal["slack_app"]
    token_env: Annotated[str, variable("ONRECORD_SLACK_TOKEN")] = ""
    channel: Annotated[str, AfterValidator(slack_channel)] = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        require(self, "token_env", "channel")
        return self


@dataclass(frozen=True, slots=True)
class SlackApp:
    """Posts to the channel with the id `channel`; `timeout` in seconds holds for connecting and for each read."""

    name: str
    channel: str
    token: str = field(repr=False)
    timeout: float = 15.0
    charts: "Charts | None" = None
    api: str = API
    proxy: str = field(default="", repr=False)

    def send(self, message: Message) -> str:
        """Post the message and its charts; returns what was left out once Slack has the message itself.

        DeliveryError as Slack refuses the message: not permanent for the network and what passes, else permanent.
        Where charts are published they are shown by address, and none is uploaded.
        """
        pictures, note = self.charts.publish(message) if self.charts else ({}, "")
        answer = _post(self, message, pictures)
        if pictures and isinstance(answer, _Refusal) and answer.code == "invalid_blocks":
            pictures = {}
            answer = _post(self, message, pictures)
        if isinstance(answer, _Refusal):
            raise DeliveryError(
                f"{self.name}: {answer.words}",
                permanent=answer.permanent,
                about="message" if answer.code in ABOUT_THE_MESSAGE else "channel",
                may_have_arrived=answer.may_have_arrived,
            )
        place = {"channel_id": _text(answer, "channel") or self.channel, "thread_ts": _text(answer, "ts")}
        notes = (note, *_say_in_thread(self, message, pictures, place))
        return "; ".join(filter(None, notes))


def _post(channel: SlackApp, message: Message, pictures: Mapping[int, str]) -> "Mapping[str, Any] | _Refusal":
    # It takes long to import, and settings are read by every command.
    from alerts.messages.slack_blocks import as_slack

    payload = as_slack(message, pictures, details_in_thread=True)
    return _ask(channel, "chat.postMessage", as_json={"channel": channel.channel, **payload})


def _say_in_thread(
    channel: SlackApp, message: Message, pictures: Container[int], place: Mapping[str, str]
) -> Iterator[str]:
    """The charts that are not shown by their address, then the details. What went wrong with each, or ""."""
    from alerts.messages.slack_blocks import is_about_claims, items_shown

    for position, item in enumerate(message.items[: items_shown(message)]):
        if item.chart and position not in pictures:
            yield _attach(channel, item, item.chart, place)
    if is_about_claims(message):
        yield _say_details(channel, message, place)


def _say_details(channel: SlackApp, message: Message, place: Mapping[str, str]) -> str:
    """The details in the message's thread. What went wrong, or "": the message itself is out."""
    from alerts.messages.slack_blocks import slack_thread

    said = {"channel": place["channel_id"], "thread_ts": place["thread_ts"], **slack_thread(message)}
    answer = _ask(channel, "chat.postMessage", as_json=said)
    return f"without its details in the thread: {answer.words}" if isinstance(answer, _Refusal) else ""


@dataclass(frozen=True, slots=True)
class _Refusal:
    words: str
    permanent: bool
    code: str = ""
    may_have_arrived: bool = False


def _attach(channel: SlackApp, item: Item, chart: Chart, place: Mapping[str, str]) -> str:
    """Upload one chart into the message's thread; where that fails, say it there in words. What went wrong, or ""."""
    refusal = _upload(channel, item, chart, place)
    if refusal is None:
        return ""
    words = {"text": _plain(described(chart)), "mrkdwn": False, "unfurl_links": False}
    said = {"channel": place["channel_id"], "thread_ts": place["thread_ts"], **words}
    again = _ask(channel, "chat.postMessage", as_json=said)
    instead = "" if isinstance(again, _Refusal) else ", its words are in the thread"
    return f"a chart was not attached{instead}: {refusal.words}"


def _upload(channel: SlackApp, item: Item, chart: Chart, place: Mapping[str, str]) -> _Refusal | None:
    content = png(chart)
    form = {"filename": "chart.png", "length": str(len(content)), "alt_txt": described(chart)[:_ALT]}
    answer = _ask(channel, "files.getUploadURLExternal", as_form=form)
    if isinstance(answer, _Refusal):
        return answer
    address, file_id = _text(answer, "upload_url"), _text(answer, "file_id")
    if not _is_slacks(channel, address) or not file_id:
        return _Refusal("Slack named no address of its own to upload to", permanent=False)
    headers = {"Content-Type": "image/png"}
    taken = post(address, channel.timeout, _ANSWER_BYTES, data=content, headers=headers, proxy=channel.proxy)
    if isinstance(taken, NoAnswer):
        return _Refusal(taken.words, permanent=False)
    if taken.status != 200:
        return _Refusal(f"the upload was answered with status {taken.status}", permanent=False)
    files = [{"id": file_id, "title": harmless(item.heading)[:_TITLE] or "Chart"}]
    done = _ask(channel, "files.completeUploadExternal", as_json={"files": files, **place})
    return done if isinstance(done, _Refusal) else None


def _is_slacks(channel: SlackApp, address: str) -> bool:
    if not may_be_used(address):
        return False
    named, own = urlsplit(address).hostname or "", urlsplit(channel.api).hostname or ""
    return named == own or (own not in LOOPBACK and named.endswith(".slack.com"))


def _ask(
    channel: SlackApp, method: str, *, as_json: Any = None, as_form: Mapping[str, str] | None = None
) -> Mapping[str, Any] | _Refusal:
    if not may_be_used(channel.api):
        return _Refusal("Slack is asked over https only", permanent=True)
    headers = {"Authorization": f"Bearer {channel.token}"}
    if not channel.token.isascii() or not channel.token.isprintable() or " " in channel.token:
        return _Refusal("the token holds characters that no token has; copy it from the app's page again", True)
    answer = post(
        f"{channel.api}/{method}",
        channel.timeout,
        _ANSWER_BYTES,
        headers=headers,
        json=as_json,
        data=as_form,
        proxy=channel.proxy,
    )
    if isinstance(answer, NoAnswer):
        return _Refusal(answer.words, permanent=False, may_have_arrived=answer.may_have_arrived)
    return _understood(answer)


def _understood(answer: Answer) -> Mapping[str, Any] | _Refusal:
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        permanent = 400 <= answer.status < 500 and answer.status not in WORTH_ANOTHER_TRY
        return _Refusal(f"status {answer.status} with an answer that is none of Slack's{answer.pause}", permanent)
    if said.get("ok") is True:
        return said
    code = _text(said, "error")
    if not _CODE.fullmatch(code):
        return _Refusal(f"Slack answered {answer.status} without a reason{answer.pause}", permanent=False)
    advice = f": {_ADVICE[code]}" if code in _ADVICE else ""
    return _Refusal(f"Slack answered {code}{advice}{answer.pause}", code not in _PASSING, code)


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""


def _plain(text: str) -> str:
    return harmless(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _opened(settings: SlackAppSettings, means: Means) -> SlackApp:
    token = means.secret(settings.token_env)
    return SlackApp(settings.name, settings.channel, token, charts=means.charts, proxy=means.proxy)


def _reach(channel: SlackApp) -> str:
    return reach_web(channel.api, channel.proxy)


KIND = ChannelKind(SlackAppSettings, _opened, _reach, EXAMPLE)
