"""Posting over HTTPS, so that no address and no token is said or logged. Whoever has one of them can post."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from alerts.channels.unlogged import through, unlogged

if TYPE_CHECKING:  # takes long to import, and settings are read by every command
    import requests

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
WORTH_ANOTHER_TRY: Final = (408, 425, 429)
# Refused for what is in it: Slack takes others.
ABOUT_THE_MESSAGE: Final = ("invalid_blocks", "invalid_payload", "msg_too_long", "no_text")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the beginning of the body, and the seconds we are asked to wait ("" when it does not)."""

    status: int
    body: str
    wait: str

    @property
    def pause(self) -> str:
        return f"; it asks to wait {self.wait} s" if re.fullmatch(r"[0-9]{1,6}", self.wait) else ""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why there was no answer, and whether what was posted may have arrived all the same."""

    words: str
    may_have_arrived: bool


def may_be_used(address: str) -> bool:
    """Whether a secret may be sent there: https, or http on this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that are no IPv6 address
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def post(
    address: str,
    timeout: float,
    most_bytes: int,
    *,
    headers: Mapping[str, str] | None = None,
    json: Any = None,
    data: Mapping[str, str] | bytes | None = None,
    proxy: str = "",
    whom: str = "Slack",
) -> Answer | NoAnswer:
    """The answer to one POST, or why there is none. Redirects are not followed, nor is a proxy taken from
    the environment: `proxy` alone is asked through. Never raises for the network, so that no traceback leads to an
    exception that holds the address. `whom` is who is asked, in words.
    """
    import requests
    from urllib3.exceptions import HTTPError

    try:
        with (
            unlogged(),
            requests.Session() as session,
            _sent(session, proxy, address, timeout, headers=headers, json=json, data=data) as response,
        ):
            body = response.raw.read(most_bytes, decode_content=True).decode("utf-8", "replace").strip()
            return Answer(response.status_code, body, response.headers.get("Retry-After", ""))
    except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
        return _trouble(error, timeout, whom)


def _sent(session: "requests.Session", proxy: str, address: str, timeout: float, **content: Any) -> "requests.Response":
    session.trust_env = False
    session.proxies = through(proxy)
    return session.post(address, timeout=timeout, allow_redirects=False, stream=True, **content)


def _trouble(error: Exception, timeout: float, whom: str) -> NoAnswer:
    import requests
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    if isinstance(error, requests.Timeout | ReadTimeoutError):
        return NoAnswer(f"{whom} did not answer within {timeout:g} s", not isinstance(error, requests.ConnectTimeout))
    if isinstance(error, requests.exceptions.ProxyError):
        return NoAnswer(f"no connection to {whom} through the proxy; is it up, and does it let us through?", False)
    if isinstance(error, requests.exceptions.SSLError):
        return NoAnswer(f"no secure connection: the certificate of {whom}'s server was not accepted", False)
    if isinstance(error, requests.ConnectionError):
        # A connection that was made and broke off may have carried the message; one that was never made has not.
        return NoAnswer(f"no connection to {whom}; is the network up?", "Connection aborted" in str(error))
    return NoAnswer(f"the request failed ({type(error).__name__})", isinstance(error, HTTPError | OSError))
