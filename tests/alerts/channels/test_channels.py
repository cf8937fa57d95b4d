import contextlib
import io
import logging
import os
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from bs4 import BeautifulSoup
from pytest_httpserver import HTTPServer

from alerts.channels.console import Console
from alerts.channels.mail import Mail
from alerts.channels.slack import SlackWebhook
from alerts.delivery import Channel
from alerts.messages.charts import described, png
from alerts.messages.message import DeliveryError, Item, Message, Proof
from alerts.messages.rendering import as_text
from alerts.messages.slack_blocks import as_slack
from tests.alerts.messages.test_rendering import CHART, CHARTED

PATH = "/services/T0000/B0000/s3cretTokenOfSlack"
PASSWORD = "pa55word-of-the-desk"
SHA = "92d63367" + "ab" * 28
PROOF = Proof("48,870 people held", "FY25.xlsx", "xlsx:Detention FY25!F20", SHA, "https://www.ice.gov/x", "known")
ITEM = Item("Moved far", "We hold “50,000” & more.", "Axios", "https://a.example/", (("Now", "48,870."),), (PROOF,), "")
MESSAGE = Message("claim:0123abcd", "desk", "Moved far: people held – 48,870", (ITEM,), "As known on 23 May 2025.")
NOON = datetime(2025, 5, 23, 12, 0, tzinfo=UTC)
Mood = Literal["takes", "fails", "refuses"]


@dataclass
class Post:
    """What a mail server got, and how it is to answer."""

    answer: str = "250 OK"
    answers_to: dict[str, str] = field(default_factory=dict)
    goodbye: str = "221 Bye"
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.answers_to.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            parsed = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(parsed, EmailMessage)
            self.mails.append(parsed)
            self.raw.append(envelope.content)
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(
                session.ssl is not None or isinstance(server.transport.get_extra_info("sslcontext"), ssl.SSLContext)
            )
        if not self.answer:
            server.transport.abort()
        return self.answer

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if not self.goodbye:
            server.transport.abort()
        return self.goodbye

    def login(self, server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        self.logins.append((data.login, data.password))
        if data.password == PASSWORD.encode():
            return AuthResult(success=True)
        # Some servers repeat what was sent. We must not.
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 bad password {data.password.decode()}")


@dataclass
class Office:
    """Starts mail servers with a certificate of an authority that only `ca_file` knows."""

    authority: trustme.CA
    ca_file: Path
    closing: contextlib.ExitStack

    def serve(
        self,
        post: Post,
        security: Literal["starttls", "tls", "none"] = "starttls",
        login: bool = True,
        without: Sequence[str] = (),
    ) -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert("127.0.0.1").configure_cert(context)
        controller = Controller(
            post,
            hostname="127.0.0.1",
            port=free_port(),
            ssl_context=context if security == "tls" else None,
            tls_context=context if security == "starttls" else None,
            require_starttls=security == "starttls",
            authenticator=post.login if login else None,
            auth_required=login,
            auth_exclude_mechanism=without,
            auth_require_tls=security == "starttls",
        )
        controller.start()
        self.closing.callback(controller.stop)
        return controller.port


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    authority = trustme.CA()
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    with contextlib.ExitStack() as closing:
        yield Office(authority, ca_file, closing)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def mail_to(office: Office, port: int, **changes: Any) -> Mail:
    channel = Mail(
        name="desk-mail",
        host="127.0.0.1",
        port=port,
        sender="onrecord <onrecord@news.example>",
        to=("desk@news.example",),
        username="onrecord",
        password=PASSWORD,
        ca_file=str(office.ca_file),
        clock=lambda: NOON,
    )
    return replace(channel, **changes)


def failure(channel: Channel, message: Message = MESSAGE) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        channel.send(message)
    return caught.value


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """All that was logged, save by the servers that the tests themselves run."""
    servers = ("werkzeug", "mail.log", "mail.debug", "asyncio")
    return "\n".join(record.getMessage() for record in caplog.records if record.name not in servers)


# One contract for all channels


@dataclass
class Rig:
    channel: Channel
    received: Callable[[], str]
    secrets: tuple[str, ...] = ()


def console_rig(request: pytest.FixtureRequest, mood: Mood) -> Rig:
    if mood == "takes":
        stream = io.StringIO()
        return Rig(Console("screen", stream), stream.getvalue)
    reader, writer = os.pipe()
    os.close(reader)
    broken = os.fdopen(writer, "w")
    request.addfinalizer(lambda: close(broken))
    return Rig(Console("screen", broken), str)


def slack_rig(request: pytest.FixtureRequest, mood: Mood) -> Rig:
    server: HTTPServer = request.getfixturevalue("httpserver")
    status, answer = {"takes": (200, "ok"), "fails": (500, "rollup_error"), "refuses": (404, "no_service")}[mood]
    server.expect_request(PATH, method="POST").respond_with_data(answer, status=status)
    channel = SlackWebhook("desk-slack", server.url_for(PATH))
    return Rig(channel, lambda: str(server.log[0][0].get_json()), (PATH, "s3cretTokenOfSlack", "T0000"))


def mail_rig(request: pytest.FixtureRequest, mood: Mood) -> Rig:
    office: Office = request.getfixturevalue("office")
    post = Post(answer={"takes": "250 OK", "fails": "451 4.3.0 try later", "refuses": "554 5.7.1 not wanted"}[mood])
    channel = mail_to(office, office.serve(post))
    return Rig(channel, lambda: str(post.mails[0].get_body(("plain",))), (PASSWORD, "AG9ucmVjb3JkA"))


RIGS: dict[str, Callable[[pytest.FixtureRequest, Mood], Rig]] = {
    "console": console_rig,
    "slack": slack_rig,
    "mail": mail_rig,
}


@pytest.mark.parametrize("kind", RIGS)
def test_every_channel_delivers(kind: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    rig = RIGS[kind](request, "takes")
    rig.channel.send(MESSAGE)
    assert "claim:0123abcd" in rig.received()
    assert "sheet Detention FY25, cell F20" in rig.received()
    assert SHA[:12] in rig.received()
    told = logged(caplog) + repr(rig.channel) + rig.received()
    assert [secret for secret in rig.secrets if secret in told] == []


@pytest.mark.parametrize(
    ("kind", "mood", "permanent"),
    [
        ("console", "fails", False),
        ("slack", "fails", False),
        ("slack", "refuses", True),
        ("mail", "fails", False),
        ("mail", "refuses", True),
    ],
)
def test_every_channel_says_why_and_keeps_its_secrets(
    kind: str, mood: Mood, permanent: bool, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rig = RIGS[kind](request, mood)
    error = failure(rig.channel)
    assert error.permanent is permanent
    assert str(error).startswith(f"{rig.channel.name}: ")
    told = logged(caplog) + repr(rig.channel) + repr(error) + "".join(traceback.format_exception(error))
    assert [secret for secret in rig.secrets if secret in told] == []


# Console


def close(stream: io.TextIOBase) -> None:
    with contextlib.suppress(OSError):
        stream.close()


def test_console_prints_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    Console("screen").send(MESSAGE)
    assert capsys.readouterr().out == as_text(MESSAGE) + "\n"


def test_console_lets_no_terminal_escape_nor_markup_act(capsys: pytest.CaptureFixture[str]) -> None:
    Console("screen").send(replace(MESSAGE, subject="\x1b[2J\x1b]0;title\x07[bold red]\x9b31m"))
    assert capsys.readouterr().out.startswith("[2J]0;title[bold red]31m\n")


def test_console_writes_what_an_old_terminal_cannot_show_as_its_code() -> None:
    raw = io.BytesIO()
    terminal = io.TextIOWrapper(raw, encoding="ascii")
    Console("screen", terminal).send(MESSAGE)
    assert b"\\u201cWe hold \\u201c50,000\\u201d & more.\\u201d" in raw.getvalue()
    terminal.close()


def test_console_says_that_its_stream_is_closed() -> None:
    stream = io.StringIO()
    stream.close()
    error = failure(Console("screen", stream))
    assert "screen: the output did not take the message" in str(error)
    assert not error.permanent


# Slack


def test_slack_gets_the_blocks_as_json(httpserver: HTTPServer) -> None:
    httpserver.expect_oneshot_request(PATH, method="POST", json=as_slack(MESSAGE)).respond_with_data("ok")
    SlackWebhook("desk-slack", httpserver.url_for(PATH)).send(MESSAGE)
    assert httpserver.log[0][0].content_type == "application/json"


@pytest.mark.parametrize(
    ("status", "answer", "permanent", "words"),
    [
        (400, "invalid_blocks", True, "Slack answered 400 invalid_blocks: a fault of onrecord"),
        (403, "action_prohibited", True, "Slack answered 403 action_prohibited: an administrator"),
        (404, "no_service", True, "Slack answered 404 no_service: the webhook was removed or switched off; make a new"),
        (410, "channel_is_archived", True, "Slack answered 410 channel_is_archived: unarchive the Slack channel"),
        (408, "request_timeout", False, "Slack answered 408 request_timeout"),
        (429, "rate_limited", False, "Slack answered 429 rate_limited; it asks to wait 30 s"),
        (503, "", False, "status 503 with an answer that is none of Slack's"),
        (200, "<html>Log in to the hotel's network</html>", False, "status 200 with an answer that is none of Slack's"),
        (200, "no_text", False, "Slack answered 200 no_text"),
        (404, f"no such page {PATH}", True, "status 404 with an answer that is none of Slack's"),
        (404, "services", True, "status 404 with an answer that is none of Slack's"),
    ],
)
def test_slack_answers(httpserver: HTTPServer, status: int, answer: str, permanent: bool, words: str) -> None:
    httpserver.expect_request(PATH).respond_with_data(answer, status=status, headers={"Retry-After": "30"})
    error = failure(SlackWebhook("desk-slack", httpserver.url_for(PATH)))
    assert str(error).startswith(f"desk-slack: {words}")
    assert error.permanent is permanent
    assert "s3cret" not in str(error)


def test_slack_redirects_are_not_followed(httpserver: HTTPServer) -> None:
    httpserver.expect_request(PATH).respond_with_data("", status=307, headers={"Location": "/inner"})
    httpserver.expect_request("/inner").respond_with_data("ok")
    error = failure(SlackWebhook("desk-slack", httpserver.url_for(PATH)))
    assert not error.permanent
    assert [request.path for request, _ in httpserver.log] == [PATH]


def test_slack_uses_no_proxy_of_the_environment(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "")
    httpserver.expect_request(PATH).respond_with_data("ok")
    SlackWebhook("desk-slack", httpserver.url_for(PATH)).send(MESSAGE)
    assert len(httpserver.log) == 1


def test_slack_that_does_not_answer(silent: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    error = failure(SlackWebhook("desk-slack", f"http://127.0.0.1:{silent}{PATH}", timeout=0.2))
    assert str(error) == "desk-slack: Slack did not answer within 0.2 s"
    assert (error.permanent, error.may_have_arrived) == (False, True)  # it was handed over
    assert "s3cret" not in logged(caplog) + "".join(traceback.format_exception(error))
    assert error.__context__ is None


def test_slack_that_is_not_there() -> None:
    error = failure(SlackWebhook("desk-slack", f"http://127.0.0.1:{free_port()}{PATH}"))
    assert str(error) == "desk-slack: no connection to Slack; is the network up?"
    assert (error.permanent, error.may_have_arrived) == (False, False)
    assert error.__context__ is None


def test_slack_that_hangs_up_after_it_was_told(httpserver: HTTPServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            connection, _ = listener.accept()
            connection.recv(100_000)
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        error = failure(SlackWebhook("desk-slack", f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}"))
        thread.join()
    assert (error.permanent, error.may_have_arrived) == (False, True)


def test_slack_whose_certificate_is_not_trusted(office: Office) -> None:
    port = office.serve(Post(), "tls", login=False)
    error = failure(SlackWebhook("desk-slack", f"https://127.0.0.1:{port}{PATH}"))
    assert str(error) == "desk-slack: no secure connection: the certificate of Slack's server was not accepted"
    assert not error.permanent


@pytest.mark.parametrize(
    "webhook", ["http://hooks.slack.example/services/s3cret", "s3cret", "", "https://[s3cret", "https://"]
)
def test_slack_posts_to_https_only(webhook: str) -> None:
    error = failure(SlackWebhook("desk-slack", webhook))
    assert str(error) == "desk-slack: the webhook is not an https:// address; copy it from Slack again"
    assert error.permanent


# Mail


def test_mail_arrives_encrypted_with_both_parts_and_its_headers(office: Office) -> None:
    post = Post()
    mail_to(office, office.serve(post), to=("desk@news.example", '"Night, The" <night@news.example>')).send(MESSAGE)
    mail = post.mails[0]
    assert post.encrypted == [True]
    assert post.logins == [(b"onrecord", PASSWORD.encode())]
    assert post.recipients == ["desk@news.example", "night@news.example"]
    assert mail["Subject"] == "Moved far: people held – 48,870"
    assert mail["From"] == "onrecord <onrecord@news.example>"
    assert mail["To"] == 'desk@news.example, "Night, The" <night@news.example>'
    assert mail["Date"] == "Fri, 23 May 2025 12:00:00 +0000"
    assert mail["X-Onrecord-Key"] == "claim:0123abcd"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == as_text(MESSAGE)
    assert "48,870 people held" in BeautifulSoup(html.get_content(), "html.parser").get_text()


def test_a_mail_with_a_chart_needs_nothing_from_anywhere(office: Office) -> None:
    post = Post()
    mail_to(office, office.serve(post)).send(CHARTED)
    mail, raw = post.mails[0], post.raw[0]
    text, related = mail.iter_parts()
    page, picture = related.iter_parts()
    assert [part.get_content_type() for part in (mail, text, related, page, picture)] == [
        *("multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png")
    ]
    (image,) = BeautifulSoup(page.get_content(), "html.parser").find_all("img")
    assert image["src"] == f"cid:{picture['Content-ID'].strip('<>')}"
    assert image["alt"] == described(CHART)
    assert picture.get_content() == png(CHART)
    assert picture["Content-Disposition"] == 'inline; filename="chart-1.png"'
    assert "48,870 people held" in text.get_content()
    assert mail["List-Id"] == "onrecord desk <desk.onrecord.news.example>"
    assert mail["X-Onrecord-Severity"] == "notice"
    assert mail["Message-ID"].startswith("<onrecord.")
    # What RFC 5322 asks of every line, and no byte above 127.
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert raw.isascii()


def test_each_chart_of_a_mail_stands_with_its_own_item(office: Office) -> None:
    post = Post()
    other = replace(CHART, unit="people a day")
    items = (CHARTED.items[0], ITEM, replace(CHARTED.items[0], chart=other))
    mail_to(office, office.serve(post)).send(replace(CHARTED, items=items))
    pictures = {
        f"cid:{p['Content-ID'].strip('<>')}": p for p in post.mails[0].walk() if p.get_content_type() == "image/png"
    }
    page = post.mails[0].get_body(("html",))
    assert page
    images = BeautifulSoup(page.get_content(), "html.parser").find_all("img")
    assert [image["alt"] for image in images] == [described(CHART), described(other)]
    assert [pictures[str(image["src"])].get_content() for image in images] == [png(CHART), png(other)]


def test_mail_by_tls_from_the_start(office: Office) -> None:
    post = Post()
    mail_to(office, office.serve(post, "tls", login=False), security="tls", username=None, password=None).send(MESSAGE)
    assert post.encrypted == [True]


def test_mail_without_encryption_to_this_machine(office: Office) -> None:
    post = Post()
    mail_to(office, office.serve(post, "none", login=False), security="none", username=None).send(MESSAGE)
    assert post.encrypted == [False]


def test_the_same_news_has_the_same_message_id(office: Office) -> None:
    post = Post()
    channel = mail_to(office, office.serve(post))
    for message in (MESSAGE, replace(MESSAGE, subject="reworded"), replace(MESSAGE, key="claim:other")):
        channel.send(message)
    first, again, other = (mail["Message-ID"] for mail in post.mails)
    assert first == again != other
    assert first.endswith("@news.example>")


def test_no_header_can_be_added(office: Office) -> None:
    post = Post()
    hostile = "x\r\nBcc: all@evil.example\r\n\r\n<script>\u2028\u202e" + "y" * 600
    mail_to(office, office.serve(post)).send(
        replace(MESSAGE, subject=hostile, key="held:ice:" + "k" * 190 + "\nBcc: z")
    )
    mail = post.mails[0]
    assert mail["Bcc"] is None
    assert mail["Subject"] == ("x  Bcc: all@evil.example    <script> " + "y" * 600)[:250] + "…"
    assert mail["X-Onrecord-Key"] == "held:ice:" + "k" * 190 + " Bcc: z"
    assert post.recipients == ["desk@news.example"]


def test_a_long_line_is_carried_whole(office: Office) -> None:
    post = Post()
    message = replace(MESSAGE, items=(replace(ITEM, claim="x" * 5000),))
    mail_to(office, office.serve(post)).send(message)
    text = post.mails[0].get_body(("plain",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == as_text(message)
    assert max(len(line) for line in post.mails[0].as_bytes().splitlines()) < 998


def test_a_refused_log_in_is_for_good_and_repeats_nothing(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    port = office.serve(Post())
    error = failure(mail_to(office, port, password="wr0ng-secret"))
    assert str(error) == f"desk-mail: 127.0.0.1:{port} refused the log-in (535); check the user name and the password"
    assert error.permanent
    assert error.__context__ is None
    assert "wr0ng" not in repr(error) + "".join(traceback.format_exception(error))


def test_a_server_that_offers_no_log_in(office: Office) -> None:
    port = office.serve(Post(), login=False, without=("LOGIN", "PLAIN"))
    error = failure(mail_to(office, port))
    assert str(error) == (
        f"desk-mail: 127.0.0.1:{port} offers no log-in that we know; remove the user name or use another port"
    )
    assert error.permanent


def test_a_password_never_travels_in_the_clear() -> None:
    channel = Mail("desk-mail", "mail.example", 25, "a@b.example", ("c@d.example",), "onrecord", PASSWORD, "none")
    error = failure(channel)
    assert str(error) == (
        "desk-mail: a password is not sent over a connection that is not encrypted; set security to starttls or tls"
    )
    assert error.permanent


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": None}, "there is a user name but no password"),
        ({"password": "pässword"}, "user name and password must be ASCII"),
        ({"sender": "onrecord"}, "'onrecord' is no mail address; write user@host or Name <user@host>"),
        ({"to": ("desk\u202e <a@b.example>",)}, "'desk <a@b.example>' is no mail address"),
        ({"to": ("a@b.example, c@d.example",)}, "'a@b.example, c@d.example' is no mail address"),
        ({"to": ("a@b.example\nBcc: c@d.example",)}, "'a@b.example Bcc: c@d.example' is no mail address"),
    ],
)
def test_what_is_configured_wrongly_is_said_before_anything_is_sent(
    office: Office, changes: dict[str, Any], words: str
) -> None:
    error = failure(mail_to(office, free_port(), **changes))
    assert str(error).startswith(f"desk-mail: {words}")
    assert error.permanent
    assert "pässword" not in str(error)


def test_starttls_that_is_not_offered_stops_the_mail(office: Office) -> None:
    post = Post()
    port = office.serve(post, "none", login=False)
    error = failure(mail_to(office, port))
    assert "the server does not offer STARTTLS; nothing was sent" in str(error)
    assert not error.permanent
    assert post.mails == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_is_not_trusted_stops_the_mail(office: Office, security: Literal["starttls", "tls"]) -> None:
    post = Post()
    port = office.serve(post, security, login=security == "starttls")
    error = failure(mail_to(office, port, security=security, ca_file=None))
    assert f"the certificate of 127.0.0.1:{port} was not accepted" in str(error)
    assert not error.permanent
    assert post.mails == []
    assert post.logins == []


def test_a_ca_file_that_is_missing(office: Office, tmp_path: Path) -> None:
    error = failure(mail_to(office, free_port(), ca_file=str(tmp_path / "none.pem")))
    assert f"ca_file {tmp_path / 'none.pem'} cannot be used" in str(error)
    assert not error.permanent


def test_a_server_that_is_down(office: Office) -> None:
    port = free_port()
    error = failure(mail_to(office, port))
    assert str(error).startswith(f"desk-mail: the talk with 127.0.0.1:{port} failed: ")
    assert (error.permanent, error.may_have_arrived) == (False, False)


def test_a_server_that_does_not_answer(office: Office, silent: int) -> None:
    error = failure(mail_to(office, silent, timeout=0.2))
    assert str(error) == f"desk-mail: 127.0.0.1:{silent} hung up or did not answer in time"
    assert not error.permanent


@pytest.mark.parametrize(("answer", "permanent"), [("550 5.1.1 no such user", True), ("450 4.2.0 greylisted", False)])
def test_a_refused_recipient_is_named_while_the_others_have_the_mail(
    office: Office, answer: str, permanent: bool
) -> None:
    post = Post(answers_to={"gone@news.example": answer})
    channel = mail_to(office, office.serve(post), to=("desk@news.example", "gone@news.example"))
    error = failure(channel)
    assert str(error) == f"desk-mail: the server refused these recipients: gone@news.example: {answer}"
    assert error.permanent is permanent
    assert error.may_have_arrived  # the others have it, and get it again with the next try
    assert post.recipients == ["desk@news.example"]


def test_when_all_recipients_are_refused_each_is_named(office: Office) -> None:
    post = Post(answers_to={"a@news.example": "550 no", "b@news.example": "450 later"})
    error = failure(mail_to(office, office.serve(post), to=("a@news.example", "b@news.example")))
    assert str(error).endswith("recipients: a@news.example: 550 no; b@news.example: 450 later")
    assert not error.permanent


@pytest.mark.parametrize("goodbye", ["421 shutting down", ""])
def test_a_failing_goodbye_does_not_send_the_mail_again(office: Office, goodbye: str) -> None:
    post = Post(goodbye=goodbye)
    mail_to(office, office.serve(post)).send(MESSAGE)
    assert len(post.mails) == 1


def test_a_server_that_hangs_up_after_it_was_given_the_mail_may_have_it(office: Office) -> None:
    error = failure(mail_to(office, office.serve(Post(answer=""))))
    assert (error.permanent, error.may_have_arrived) == (False, True)


def test_a_failing_goodbye_does_not_hide_why_the_mail_was_refused(office: Office) -> None:
    port = office.serve(Post(answer="554 5.7.1 not wanted", goodbye="421 shutting down"))
    error = failure(mail_to(office, port))
    assert str(error) == f"desk-mail: 127.0.0.1:{port} refused the message: 554 5.7.1 not wanted"
    assert error.permanent


def test_a_server_that_repeats_the_password_is_not_quoted(office: Office) -> None:
    port = office.serve(Post(answer=f"554 you are {PASSWORD}"))
    error = failure(mail_to(office, port))
    assert str(error) == f"desk-mail: 127.0.0.1:{port} refused the message: 554"
