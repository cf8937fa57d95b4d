"""Hostile text in a claim and in a sheet, through the whole way to every channel: it arrives as words and does nothing.

Real servers on this machine take the messages; what they got is looked at, not what we meant to send.
"""

import contextlib
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from bs4 import BeautifulSoup
from pytest_httpserver import HTTPServer

from alerts.channels.apprise_service import AppriseService
from alerts.channels.console import Console
from alerts.channels.mail import Mail
from alerts.channels.slack import SlackWebhook
from alerts.channels.slack_app import SlackApp
from alerts.claims.model import Claim, load_claim
from alerts.delivery import Channel
from alerts.forms.evaluate import evaluate
from alerts.forms.hysteresis import Change
from alerts.messages.chart_points import chart_of
from alerts.messages.invisible_characters import harmless
from alerts.messages.message import Message, message_from_json
from alerts.messages.words.claim_news import News, desk_message
from tests.alerts.channels.test_channels import NOON, Post, free_port
from tests.alerts.conftest import CLAIMS, HELD, at, figure, knowledge
from tests.alerts.slack import API, TOKEN, WEBHOOK, Slack

ATTACKS = {
    "slack markup": "<!channel> <@U0123> <http://evil.example|ice.gov> *bold* _it_ ~no~ `code` :joy: &lt;!here&gt;",
    "markdown": "[ice.gov](http://evil.example) **b** @everyone @here ||spoiler|| ```\\n# x",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><style>*{color:red}</style><a href=javascript:>",
    "templates": "{{ 7*7 }} {% raw %} ${7*7} %s %(x)s [bold red]x[/bold red]",
    "headers": "x\\r\\nBcc: all@evil.example\\r\\n\\r\\n.\\r\\nMAIL FROM:<x@evil.example>",
    "formula": "=cmd|'/C calc'!A0",
    "directions": "\\u202egnp.exe\\u202c \\u2066a\\u2069 \\u200e\\u200f\\u061c \\u05d0\\u05d1",
    "unseen": "no\\u200bthing \\u2060 \\ufeff \\u00ad \\u3164 \\u115f \\u2800",
    "terminal": "\\u001b[2J\\u001b]0;title\\u0007 \\u009b31m \\u0008\\u0008 \\u2028 \\u2029 \\u0085",
    "mathematics": "$\\\\frac{1}{0}$ $x_1$",
}


def hostile_claim(folder: Path, attack: str) -> Claim:
    """A claim's file with the attack in every field that holds words."""
    (shipped,) = CLAIMS.glob("seed-4*.toml")
    words = json.dumps(attack.encode().decode("unicode_escape"))
    text = shipped.read_text("utf-8")
    for field in ("title", "speaker", "quote", "caveat", "scope", "notes", "unit"):
        text = re.sub(rf'^{field} = ".*"$', lambda _: f"{field} = {words}", text, flags=re.MULTILINE)  # noqa: B023
    path = folder / shipped.name
    path.write_text(text, encoding="utf-8")
    return load_claim(path)


def hostile_message(folder: Path, attack: str) -> Message:
    claim = hostile_claim(folder, attack)
    words = attack.encode().decode("unicode_escape")
    near = figure(HELD, 48870, date(2025, 5, 18), date(2025, 5, 23))
    far = replace(
        figure(HELD, 56397, date(2025, 6, 15), date(2025, 6, 20)),
        locator=f"xlsx:{words}!F20",
        release_name=f"{words}.xlsx",
        url=f"https://www.ice.gov/{words}",
    )
    known, now = knowledge(near, far), at(date(2025, 6, 20))
    verdict = evaluate(claim, "standing", known, now)
    change: Change = "further_away"
    message = desk_message([News(claim, verdict, change, "near", chart=chart_of(claim, verdict, known, now))], now)
    return message_from_json(json.loads(json.dumps(message.to_json())))  # as it comes out of the outbox


@dataclass
class Received:
    """What arrived, by channel."""

    console: str
    mail: EmailMessage
    raw_mail: bytes
    recipients: list[str]
    slack: Slack
    chat: list[dict[str, str]]


@contextlib.contextmanager
def post_office() -> Iterator[tuple[Post, int]]:
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield post, controller.port
    finally:
        controller.stop()


def send_everywhere(message: Message, server: HTTPServer) -> Received:
    slack, stream = Slack(server), io.StringIO()
    server.expect_request("/chat").respond_with_data("ok")
    with post_office() as (post, port):
        channels: list[Channel] = [
            Console("screen", stream),
            Mail("mail", "127.0.0.1", port, "a@news.example", ("b@news.example",), security="none", clock=lambda: NOON),
            SlackWebhook("hook", server.url_for(WEBHOOK)),
            SlackApp("app", "C0123456789", TOKEN, api=server.url_for(API)),
            AppriseService("chat", f"json://{server.host}:{server.port}/chat"),
        ]
        for channel in channels:
            assert not channel.send(message)
    chat = [request.get_json() for request, _ in server.log if request.path == "/chat"]
    parsed = message_from_bytes(post.raw[0], policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return Received(stream.getvalue(), parsed, post.raw[0], post.recipients, slack, chat)


def unseen(text: str) -> list[str]:
    return [c for c in text if c not in "\r\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found
    return str(found.get_content())


def skeleton(html: str) -> list[tuple[str, dict[str, object]]]:
    """The tags of a page with their attributes, without the words in them."""
    changing = ("href", "alt", "src")
    page = BeautifulSoup(html, "html.parser")
    return [(tag.name, {k: v for k, v in tag.attrs.items() if k not in changing}) for tag in page.find_all()]


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_arrives_as_words_everywhere(attack: str, tmp_path: Path, httpserver: HTTPServer) -> None:
    message = hostile_message(tmp_path, attack)
    got = send_everywhere(message, httpserver)
    plain = message_of_plain_words(tmp_path, attack)
    # Nothing unseen anywhere, and no line of ours more or less than with harmless words.
    texts = [got.console, part(got.mail, "plain"), part(got.mail, "html"), got.chat[0]["title"], got.chat[0]["message"]]
    slack_texts = [t["text"] for m in got.slack.messages for b in m.get("blocks", []) for t in _slack_texts(b)]
    assert [unseen(text) for text in texts + slack_texts if unseen(text)] == []
    for render, text in ((console_of, got.console), (mail_text_of, part(got.mail, "plain"))):
        assert len(text.splitlines()) == len(render(plain).splitlines())
    # HTML: the same tags with the same attributes as with harmless words; links lead to http only.
    page = part(got.mail, "html")
    assert skeleton(page) == skeleton(html_of(plain))
    links = [str(a["href"]) for a in BeautifulSoup(page, "html.parser").find_all("a")]
    assert all(re.match(r"https://(www\.axios\.com|www\.ice\.gov)/", link) for link in links)
    # Mail: no header and no recipient more.
    assert got.mail.keys() == mail_of(plain).keys()
    assert got.recipients == ["b@news.example"]
    assert max(len(line) for line in got.raw_mail.split(b"\r\n")) <= 998
    # Slack: within its limits, everything from outside is plain text.
    assert got.slack.refused == []
    assert len(got.slack.messages) == 3  # by the webhook, by the app, and the app's details in the thread
    assert len(got.slack.files) == 1
    # Chats: no markup, and nobody is called.
    assert not re.search(r"[<>`*~|]|\]\(|(?<![A-Za-z0-9])@\w", got.chat[0]["title"] + got.chat[0]["message"])


def _slack_texts(block: dict[str, object]) -> list[dict[str, str]]:
    found = block.get("elements") or ([block["text"]] if "text" in block else [])
    if block["type"] == "rich_text":
        found = [element for section in found for element in section["elements"]]  # type: ignore[attr-defined]
    return list(found)  # type: ignore[call-overload, no-any-return]


def message_of_plain_words(folder: Path, attack: str) -> Message:
    """As many harmless words: a message of many words has fewer lines beside them."""
    plain = folder / "plain"
    plain.mkdir()
    words = harmless(attack.encode().decode("unicode_escape")).split()
    return hostile_message(plain, " ".join(["word"] * len(words)))


def console_of(message: Message) -> str:
    stream = io.StringIO()
    Console("screen", stream).send(message)
    return stream.getvalue()


def mail_of(message: Message) -> EmailMessage:
    from alerts.channels.mail import compose

    return compose(Mail("mail", "127.0.0.1", 25, "a@news.example", ("b@news.example",), clock=lambda: NOON), message)


def mail_text_of(message: Message) -> str:
    return part(mail_of(message), "plain")


def html_of(message: Message) -> str:
    return part(mail_of(message), "html")


def test_the_words_of_an_attack_can_be_read(tmp_path: Path) -> None:
    """Harmless is not the same as gone: an editor must see what somebody wrote."""
    message = hostile_message(tmp_path, ATTACKS["html"])
    assert "<script>alert(1)</script>" in console_of(message)
    assert "<script>alert(1)</script>" in BeautifulSoup(html_of(message), "html.parser").get_text()
