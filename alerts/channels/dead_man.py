"""A dead man's switch such as Healthchecks: an address that is told of each run, and calls when it hears nothing.

Whoever has the address can speak for us, so it is never said or logged.
"""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

import requests
from urllib3.exceptions import HTTPError

from alerts.channels.unlogged import through, unlogged
from alerts.message import DeliveryError

Signal = Literal["start", "success", "fail"]
_PATH: dict[Signal, str] = {"start": "/start", "success": "", "fail": "/fail"}


@dataclass(frozen=True, slots=True)
class DeadMan:
    """Pings `url`; `timeout` in seconds holds for connecting and for the answer. `ca_file` names who signs its
    certificate, where that is no public authority; `proxy` is asked through, where there is one.
    """

    url: str = field(repr=False)
    ca_file: str | None = None
    timeout: float = 10.0
    proxy: str = field(default="", repr=False)

    @property
    def usable(self) -> bool:
        """Whether the address is one that may be pinged."""
        return bool(_address(self.url, "success"))

    def ping(self, signal: Signal) -> None:
        """Send one signal, over https alone. No redirect is followed and no proxy taken from the environment.

        DeliveryError, in words without the address, when it was not taken.
        """
        address = _address(self.url, signal)
        if not address:
            raise DeliveryError("the heartbeat's address is not an https:// address", permanent=True)
        trouble, status = "", 0
        try:
            with unlogged(), requests.Session() as session:
                session.trust_env = False
                session.proxies = through(self.proxy)
                with session.get(
                    address,
                    timeout=self.timeout,
                    allow_redirects=False,
                    stream=True,
                    verify=self.ca_file or True,
                ) as response:
                    status = response.status_code
        except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
            trouble = _trouble(error, self.timeout)
        # Raised out here, so that no traceback leads to an exception that holds the address.
        if trouble:
            raise DeliveryError(f"heartbeat {signal}: {trouble}", permanent=False)
        if not 200 <= status < 300:
            raise DeliveryError(f"heartbeat {signal}: answered with status {status}, expected 200", permanent=False)


def _address(url: str, signal: Signal) -> str:
    """The address for a signal; "" for one that may not be used."""
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that are no IPv6 address
        return ""
    if parts.scheme != "https" or not parts.hostname:
        return ""
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + _PATH[signal]))


def _trouble(error: Exception, timeout: float) -> str:
    if isinstance(error, requests.Timeout):
        return f"no answer within {timeout:g} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection: the certificate was not accepted"
    if isinstance(error, requests.exceptions.ProxyError):
        return "no connection through the proxy; is it up, and does it let us through?"
    if isinstance(error, requests.ConnectionError):
        return "no connection; is the network up?"
    return f"the request failed ({type(error).__name__})"
