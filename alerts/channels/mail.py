"""Mail, by SMTP. Text and HTML say the same; the same news always has the same Message-ID.

Each chart travels as a part of the mail beside the HTML, so that nothing is loaded from anywhere.
"""

import hashlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, getaddresses
from typing import Final, Literal

from alerts.channels.tunnel import ProxyRefusedError, connect_through
from alerts.messages.charts import png
from alerts.messages.invisible_characters import harmless
from alerts.messages.message import DeliveryError, Message
from alerts.messages.rendering import as_html, as_text

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}")
_LOGINS: Final = {"CRAM-MD5", "PLAIN", "LOGIN"}
_SUBJECT: Final = 250
_SAID: Final = 200


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Mail:
    """Sends messages through one server. `timeout` in seconds holds for each step of the talk with it.

    With `ca_file` only the authorities in that file are trusted, else those of the system. An HTTP `proxy`, where there
    is one, must let CONNECT through to the port.
    """

    name: str
    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    security: Literal["starttls", "tls", "none"] = "starttls"
    timeout: float = 30.0
    ca_file: str | None = None
    proxy: str = field(default="", repr=False)
    clock: Callable[[], datetime] = field(default=_utc_now, repr=False)

    def send(self, message: Message) -> None:
        """Hand one mail to the server for all recipients; returns when the server has taken it for each of them.

        DeliveryError, permanent when the server refuses for good (5xx), when the log-in is refused, or when the
        addresses or the log-in cannot be used as they are; not permanent for the network, certificates and 4xx.
        When some recipients were refused the error names them, and another try writes to all of them again.
        """
        mail = compose(self, message)
        _check_login(self)
        context = _context(self)
        trouble: tuple[str, bool] | None
        about: Literal["channel", "message"] = "channel"
        handed_over = unanswered = False
        try:
            # `closing`, because the object's own `with` says goodbye after an error and puts that answer in the
            # error's place.
            with closing(_connection(self, context)) as smtp:
                _secure(self, smtp, context)
                _log_in(self, smtp)
                handed_over = True
                refused = _hand_over(self, smtp, mail)
            trouble, unanswered = _refusals(self, refused), bool(refused)  # the others have it
        except (smtplib.SMTPException, OSError) as error:
            trouble = _trouble(self, error)
            about = "message" if isinstance(error, smtplib.SMTPDataError) else "channel"  # refused for what is in it
            unanswered = handed_over and isinstance(error, smtplib.SMTPServerDisconnected | OSError)
        # Raised out here: the exceptions of smtplib hold what was said, log-in included.
        if trouble:
            words, permanent = trouble
            raise DeliveryError(f"{self.name}: {words}", permanent=permanent, about=about, may_have_arrived=unanswered)


def compose(channel: Mail, message: Message) -> EmailMessage:
    """The mail with its headers, a text and an HTML part. DeliveryError when an address is none."""
    mail = EmailMessage(policy=SMTP)
    sender = _mailbox(channel, channel.sender)
    domain = sender[1].rpartition("@")[2]
    digest = hashlib.sha256(message.key.encode()).hexdigest()[:40]
    mail["From"] = formataddr(sender)
    mail["To"] = ", ".join(formataddr(_mailbox(channel, each)) for each in channel.to)
    subject = harmless(message.subject)
    mail["Subject"] = subject if len(subject) <= _SUBJECT else f"{subject[:_SUBJECT].rstrip()}…"
    mail["Date"] = format_datetime(channel.clock().astimezone(UTC))
    mail["Message-ID"] = f"<onrecord.{digest}@{domain}>"
    mail["List-Id"] = f"onrecord {message.audience} <{message.audience}.onrecord.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Onrecord-Key"] = harmless(message.key)
    mail["X-Onrecord-Severity"] = message.severity
    # Not every server takes lines of any length or bytes above 127.
    mail.set_content(as_text(message), cte="quoted-printable")
    shown = message.items[:1] if message.items and message.items[0].lead else message.items  # of claims the first
    charts = {place: item.chart for place, item in enumerate(shown) if item.chart}
    names = {place: f"chart.{place + 1}.{digest}@{domain}" for place in charts}
    html = as_html(message, {place: f"cid:{name}" for place, name in names.items()})
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    page = next(part for part in mail.iter_parts() if part.get_content_subtype() == "html")
    for place, chart in charts.items():
        filename = f"chart-{place + 1}.png"
        cid = f"<{names[place]}>"
        page.add_related(png(chart), "image", "png", cid=cid, filename=filename, disposition="inline")
    return mail


def _mailbox(channel: Mail, address: str) -> tuple[str, str]:
    """Name and address, with nothing in them that could add a header or a second address."""
    found = getaddresses([address])
    if len(found) != 1 or not _ADDRESS.fullmatch(found[0][1]) or harmless(address) != address:
        raise DeliveryError(
            f"{channel.name}: {harmless(address)!r} is no mail address; write user@host or Name <user@host>",
            permanent=True,
        )
    return found[0]


def _check_login(channel: Mail) -> None:
    if not channel.username:
        return
    problem = ""
    if channel.security == "none" and channel.host not in _LOOPBACK:
        problem = "a password is not sent over a connection that is not encrypted; set security to starttls or tls"
    elif not channel.password:
        problem = "there is a user name but no password; set the variable that holds it, or remove the user name"
    elif not (channel.username.isascii() and channel.password.isascii()):
        problem = "user name and password must be ASCII, which is all that SMTP log-ins here can carry"
    if problem:
        raise DeliveryError(f"{channel.name}: {problem}", permanent=True)


def _context(channel: Mail) -> ssl.SSLContext | None:
    if channel.security == "none":
        return None
    try:
        return ssl.create_default_context(cafile=channel.ca_file)
    except OSError as error:
        raise DeliveryError(
            f"{channel.name}: ca_file {channel.ca_file} cannot be used ({error}); it should be a readable PEM file",
            permanent=False,
        ) from error


def _secure(channel: Mail, smtp: smtplib.SMTP, context: ssl.SSLContext | None) -> None:
    """Greet the server and encrypt what follows, where the settings say so."""
    smtp.ehlo()
    if channel.security == "starttls":
        if not smtp.has_extn("starttls"):
            # Somebody in between may have struck the offer out: wait, and never go on in the clear.
            raise OSError("the server does not offer STARTTLS; nothing was sent")
        smtp.starttls(context=context)


def _log_in(channel: Mail, smtp: smtplib.SMTP) -> None:
    if channel.username and channel.password:
        smtp.ehlo_or_helo_if_needed()
        if not _LOGINS & set(smtp.esmtp_features.get("auth", "").upper().split()):
            raise smtplib.SMTPNotSupportedError
        smtp.login(channel.username, channel.password)


def _hand_over(channel: Mail, smtp: smtplib.SMTP, mail: EmailMessage) -> dict[str, tuple[int, bytes]]:
    """What the server answered for each recipient it refused."""
    sender = _mailbox(channel, channel.sender)[1]
    refused = smtp.send_message(mail, sender, [_mailbox(channel, each)[1] for each in channel.to])
    # The message is taken. A failing goodbye must not make us send it again.
    with suppress(smtplib.SMTPException, OSError):
        smtp.quit()
    return refused


def _connection(channel: Mail, context: ssl.SSLContext | None) -> smtplib.SMTP:
    if channel.proxy and channel.security == "tls" and context:
        return _TunnelledSMTPS(channel, context)
    if channel.proxy:
        return _TunnelledSMTP(channel)
    if channel.security == "tls":
        return smtplib.SMTP_SSL(channel.host, channel.port, timeout=channel.timeout, context=context)
    return smtplib.SMTP(channel.host, channel.port, timeout=channel.timeout)


class _TunnelledSMTP(smtplib.SMTP):
    """As `smtplib.SMTP`, through the channel's proxy."""

    def __init__(self, channel: Mail) -> None:
        self._proxy = channel.proxy
        super().__init__(channel.host, channel.port, timeout=channel.timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connect_through(self._proxy, host, port, timeout)


class _TunnelledSMTPS(smtplib.SMTP_SSL):
    """As `smtplib.SMTP_SSL`, through the channel's proxy."""

    def __init__(self, channel: Mail, context: ssl.SSLContext) -> None:
        self._proxy, self._name = channel.proxy, channel.host
        super().__init__(channel.host, channel.port, timeout=channel.timeout, context=context)

    def _get_socket(self, host: str, port: int, timeout: float) -> ssl.SSLSocket:
        return self.context.wrap_socket(connect_through(self._proxy, host, port, timeout), server_hostname=self._name)


def reach(channel: Mail) -> str:
    """Why the server cannot be reached, "" when it answers and, where that is set, encrypts. No log-in is tried."""
    try:
        context = _context(channel)
        with closing(_connection(channel, context)) as smtp:
            _secure(channel, smtp, context)
            smtp.quit()
    except DeliveryError as error:
        return str(error)
    except (smtplib.SMTPException, OSError) as error:
        return _trouble(channel, error)[0]
    return ""


def _trouble(channel: Mail, error: smtplib.SMTPException | OSError) -> tuple[str, bool]:
    """What went wrong in words without secrets, and whether it is for good."""
    where = f"{channel.host}:{channel.port}"
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _refusals(channel, error.recipients) or (f"{where} refused every recipient", False)
        case smtplib.SMTPAuthenticationError():
            # The server's own words are left out: some repeat what was sent.
            words = f"{where} refused the log-in ({error.smtp_code}); check the user name and the password"
            return words, _for_good(error.smtp_code)
        case smtplib.SMTPResponseException():
            said = _said(error.smtp_code, error.smtp_error, channel.password)
            return f"{where} refused the message: {said}", _for_good(error.smtp_code)
        case smtplib.SMTPNotSupportedError():
            return f"{where} offers no log-in that we know; remove the user name or use another port", True
        case smtplib.SMTPServerDisconnected():
            return f"{where} hung up or did not answer in time", False
        case ssl.SSLCertVerificationError():
            return (
                f"the certificate of {where} was not accepted: {error.verify_message}; set ca_file if it is yours",
                False,
            )
        case ProxyRefusedError():
            return f"{where}: {error}", False
        case TimeoutError():
            return f"{where} did not answer within {channel.timeout:g} s", False
        case _:
            return f"the talk with {where} failed: {harmless(str(error))[:_SAID]}", False


def _refusals(channel: Mail, refused: dict[str, tuple[int, bytes]]) -> tuple[str, bool] | None:
    if not refused:
        return None
    named = "; ".join(
        f"{recipient}: {_said(code, words, channel.password)}" for recipient, (code, words) in refused.items()
    )
    return f"the server refused these recipients: {named}", all(_for_good(code) for code, _ in refused.values())


def _said(code: int, answer: bytes | str, password: str | None) -> str:
    words = harmless(answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer)
    if password and password in words:
        return str(code)
    return f"{code} {words[:_SAID]}"


def _for_good(code: int) -> bool:
    return 500 <= code < 600
