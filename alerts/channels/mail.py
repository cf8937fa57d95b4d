"""Mail, by SMTP."""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from alerts.channels.channel_settings import ChannelKind, ChannelSettings, Host, Means, require, variable
from alerts.channels.tunnel import ProxyRefusedError, connect_through
from alerts.messages.invisible_characters import harmless
from alerts.messages.message import DeliveryError, Message

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_MAILBOX: Final = re.compile(r"[^@\s<>,]{1,64}@[A-Za-z0-9.-]{1,255}")
_LOGINS: Final = {"CRAM-MD5", "PLAIN", "LOGIN"}
_SAID: Final = 200


def _utc_now() -> datetime:
    return datetime.now(UTC)


EXAMPLE: Final = """\
[[channels]]
name = "mail"
kind = "mail"
audience = ["desk", "ops"]
host = "smtp.example.org"
port = 587
security = "starttls"   # or "tls", or "none" for a server on this machine
sender = "onrecord@example.org"
to = ["desk@example.org"]
username = "onrecord"
password_env = "ONRECORD_MAIL_PASSWORD"
"""


def mail_address(text: str) -> str:
    """One address of a person or a list, "" for none."""
    if not text:
        return text
    found = getaddresses([text])
    if len(found) != 1 or not _MAILBOX.fullmatch(found[0][1]) or not text.isprintable():
        raise ValueError(f"{text!r} is no mail address; write user@host or Name <user@host>")
    return text


MailAddress = Annotated[str, AfterValidator(mail_address)]


class MailSettings(ChannelSettings):
    kind: Literal["mail"]
    host: Host = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: MailAddress = ""
    to: tuple[MailAddress, ...] = ()
    username: str = ""
    password_env: Annotated[str, variable("ONRECORD_MAIL_PASSWORD")] = ""
    ca_file: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        require(self, "host", "sender", "to", *(["password_env"] if self.username else []))
        return self


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
        from alerts.channels.mail_composition import compose  # takes long to import; every command reads settings

        mail = compose(message, self.name, self.sender, self.to, self.clock())
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
    from alerts.channels.mail_composition import mailbox

    sender = mailbox(channel.name, channel.sender)[1]
    refused = smtp.send_message(mail, sender, [mailbox(channel.name, each)[1] for each in channel.to])
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


def _opened(settings: MailSettings, means: Means) -> Mail:
    return Mail(
        name=settings.name,
        host=settings.host,
        port=settings.port,
        sender=settings.sender,
        to=settings.to,
        username=settings.username or None,
        password=means.secret(settings.password_env) if settings.username else None,
        security=settings.security,
        ca_file=settings.ca_file or None,
        proxy=means.proxy,
    )


KIND = ChannelKind(MailSettings, _opened, reach, EXAMPLE)
