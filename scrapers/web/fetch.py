"""One polite request for one file: conditional, bounded in size and time, retried, and judged before it is believed."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception
from urllib3.exceptions import HTTPError

from figures.records import Media
from scrapers.errors import FetchError
from scrapers.web.connections import Deadline, PrivateAddressError, is_named, trouble
from scrapers.web.proxy_routes import guard, proxies
from scrapers.web.responses import CORRECT, judge_content, judge_status, shown, without_user

MAX_REDIRECTS = 5
_PIECE = 64 * 1024
_LONGEST_VALIDATOR = 1000

_ACCEPT: dict[Media, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*;q=0.1",
    "json": "application/json, */*;q=0.1",
    "html": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
    "csv": "text/csv, */*;q=0.1",
    "text": "text/plain, */*;q=0.1",
}
_PORTS = {"http": 80, "https": 443}
# We ask for none, but some servers compress all the same.
_CODINGS = ("", "identity", "gzip", "x-gzip", "deflate")


@dataclass(frozen=True, slots=True)
class Policy:
    """How we ask. Times are in seconds; `total_timeout` bounds one attempt with its redirects and its body."""

    user_agent: str  # our own, with a contact
    max_bytes: int = 16 * 1024 * 1024
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    total_timeout: float = 180.0
    attempts: int = 4
    longest_wait: float = 120.0  # a Retry-After beyond this ends the attempts
    private_hosts: frozenset[str] = frozenset()  # "127.0.0.1:8123": the only ones allowed that are not public
    cut: bool = False  # what lies beyond `max_bytes` is left unread, where else it is an error
    # Through which all others are asked; hosts of our own are not. It may hold a password.
    proxy: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer said of itself: sent back, it lets the publisher answer "not modified"."""

    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that was believed: status 200 with its bytes, or 304 with None. `url` is the one that gave it."""

    url: str
    status: int
    content: bytes | None = field(repr=False)
    media_type: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class _Request:
    url: str
    media: Media
    headers: dict[str, str]
    policy: Policy
    clock: Callable[[], float]

    @property
    def conditional(self) -> bool:
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers


def fetch(
    url: str,
    media: Media,
    validators: Validators | None,
    policy: Policy,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.time,
) -> Response:
    """The file at `url`, whole, and by its first bytes what `media` says it is.

    Raises BlockedError when the publisher refuses us or serves a page for people in place of the file, and
    FetchError for everything else; a transient one only after `policy.attempts` attempts, or when the publisher
    asks for a longer wait than `policy.longest_wait` (`retry_after` then says how long). `clock` tells the time in
    seconds since 1970, to read a Retry-After that is a date. The text of an error never has the query of an
    address, nor a user name or password.
    """
    headers = {"User-Agent": policy.user_agent, "Accept": _ACCEPT[media], "Accept-Encoding": "identity"}
    if validators and validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators and validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    request = _Request(url, media, headers, policy, clock)
    retrying = Retrying(
        sleep=sleep,
        retry=retry_if_exception(lambda error: isinstance(error, FetchError) and error.transient),
        wait=lambda state: _wait(state, policy),
        stop=lambda state: state.attempt_number >= policy.attempts or _asked(state) > policy.longest_wait,
        retry_error_callback=lambda state: _give_up(state, policy),
    )
    response: Response = retrying(_attempt, request)
    return response


def _wait(state: RetryCallState, policy: Policy) -> float:
    """1, 2, 4 ... seconds, or as long as the publisher asks for."""
    return max(min(2.0 ** (state.attempt_number - 1), policy.longest_wait), _asked(state))


def _asked(state: RetryCallState) -> float:
    return _error_of(state).retry_after or 0.0


def _give_up(state: RetryCallState, policy: Policy) -> NoReturn:
    error = _error_of(state)
    tried = "once" if state.attempt_number == 1 else f"{state.attempt_number} times"
    wait = f" It asks us to come back in {error.retry_after:.0f} seconds" if error.retry_after else ""
    if wait:
        wait += "." if _asked(state) <= policy.longest_wait else f", and we wait {policy.longest_wait:.0f} at most."
    raise FetchError(
        f"{error} Tried {tried}.{wait} The next run tries again.",
        transient=True,
        status=error.status,
        retry_after=error.retry_after,
    ) from error


def _error_of(state: RetryCallState) -> FetchError:
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, FetchError):
        raise TypeError(f"only a FetchError is waited for, not {error!r}")
    return error


def _attempt(request: _Request) -> Response:
    # No Session: it takes proxies, passwords and certificates from the environment, and reads the body of a redirect
    # to its end, however long it is.
    with Deadline(request.policy.total_timeout) as deadline, closing(HTTPAdapter()) as adapter:
        guard(adapter, request.policy.private_hosts, request.policy.proxy, deadline)
        answer, where = _follow(adapter, request, deadline)
        with answer:
            content = None
            if not (answer.status_code == 304 and request.conditional):
                judge_status(answer.status_code, answer.headers.get("Retry-After", ""), request.clock(), where)
                content = _body(answer, request, deadline, where)
    if content is not None:
        judge_content(content, request.media, where)
    return Response(
        url=without_user(answer.url),
        status=answer.status_code,
        content=content,
        media_type=answer.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        etag=_validator(answer.headers.get("ETag")),
        last_modified=_validator(answer.headers.get("Last-Modified")),
    )


def _follow(adapter: HTTPAdapter, request: _Request, deadline: Deadline) -> tuple[requests.Response, str]:
    """The first answer that is not a redirect, and its address in words. Each one on the way is checked alike."""
    url, where = request.url, shown(request.url)
    for _ in range(MAX_REDIRECTS + 1):
        answer = _send(adapter, url, request, deadline, where)
        if not answer.is_redirect:
            return answer, where
        answer.close()
        url = _redirected(answer, request.policy, where)
        where = f"{shown(url)} (redirected from {shown(request.url)})"
    raise FetchError(
        f"{where}: more than {MAX_REDIRECTS} redirects. Open the address in a browser; if the file has moved, "
        "correct the address in the configuration.",
        transient=False,
    )


def _send(adapter: HTTPAdapter, url: str, request: _Request, deadline: Deadline, where: str) -> requests.Response:
    parts = _parts(url, where)
    if parts.scheme not in ("http", "https"):
        found = repr(parts.scheme)
        raise FetchError(f"{where}: only http and https are fetched, found {found}. {CORRECT}", transient=False)
    policy = request.policy
    timeout = (policy.connect_timeout, policy.read_timeout)
    try:
        asked = requests.Request("GET", url, headers=request.headers).prepare()
        through = proxies(parts.hostname or "", parts.port or _PORTS[parts.scheme], policy.private_hosts, policy.proxy)
        answer = adapter.send(asked, stream=True, timeout=timeout, proxies=through)
    except PrivateAddressError as error:
        raise FetchError(f"{where}: {error}.", transient=False) from error
    except requests.exceptions.InvalidURL:
        raise FetchError(f"{where}: this is no address of a file. {CORRECT}", transient=False) from None
    except (requests.RequestException, HTTPError) as error:
        # Not chained: the text of the libraries' errors has the address with its query.
        raise _failed(error, policy, deadline, where) from None
    if deadline.passed:  # headers that were cut look like headers that ended
        answer.close()
        raise _late(policy, where)
    return answer


def _redirected(answer: requests.Response, policy: Policy, where: str) -> str:
    try:
        url = urljoin(answer.url, answer.headers["Location"].encode("latin-1").decode())
    except ValueError:
        raise FetchError(f"{where}: redirects to an address that cannot be read. {CORRECT}", transient=False) from None
    before, after = _parts(answer.url, where), _parts(url, where)
    if before.scheme == "https" and after.scheme == "http":
        both = (
            is_named(part.hostname or "", part.port or _PORTS[part.scheme], policy.private_hosts)
            for part in (before, after)
        )
        if not all(both):
            raise FetchError(
                f"{where}: redirects from https to {shown(url)}, where anyone on the way could change the file; "
                f"refused. {CORRECT}",
                transient=False,
            )
    return url


def _parts(url: str, where: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here, since it is only then that a wrong one is refused
    except ValueError:
        raise FetchError(f"{where}: this is no address of a file. {CORRECT}", transient=False) from None
    return parts


def _failed(error: Exception, policy: Policy, deadline: Deadline, where: str) -> FetchError:
    if deadline.passed:
        return _late(policy, where)
    words, transient = trouble(error)
    return FetchError(f"{where}: {words}.", transient=transient)


def _late(policy: Policy, where: str) -> FetchError:
    return FetchError(f"{where}: not done within {policy.total_timeout:g} seconds; given up.", transient=True)


def _require_plain_and_small(answer: requests.Response, policy: Policy, where: str) -> None:
    """Raises FetchError for a body that is encoded, or announced as larger than allowed."""
    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    if coding not in _CODINGS:
        raise FetchError(f"{where}: sent in the encoding {coding!r}, asked for none.", transient=False, status=200)
    announced = answer.raw.length_remaining
    if announced is not None and announced > policy.max_bytes and not policy.cut:
        raise _too_big(f"{announced:,} bytes announced", policy, where)


def _body(answer: requests.Response, request: _Request, deadline: Deadline, where: str) -> bytes:
    policy = request.policy
    _require_plain_and_small(answer, policy, where)
    body = bytearray()
    try:
        while piece := answer.raw.read(_PIECE, decode_content=True):
            body += piece
            if len(body) >= policy.max_bytes and policy.cut:
                return bytes(body[: policy.max_bytes])
            if len(body) > policy.max_bytes:
                raise _too_big("still more to come", policy, where)
    except HTTPError as error:
        raise _failed(error, policy, deadline, where) from None
    if deadline.passed:  # a body that was cut looks like a body that ended
        raise _late(policy, where)
    if not body and request.media != "text":  # an empty robots.txt forbids nothing
        raise FetchError(f"{where}: an empty file (status 200).", transient=True, status=200)
    return bytes(body)


def _too_big(found: str, policy: Policy, where: str) -> FetchError:
    return FetchError(
        f"{where}: over the limit of {policy.max_bytes:,} bytes ({found}). If the file is meant to be that large, "
        "raise max_megabytes under [fetch] in the configuration.",
        transient=False,
        status=200,
    )


def _validator(text: str | None) -> str | None:
    """A header of the answer as it can be sent back. One that could break a request is ignored."""
    usable = text is not None and len(text) <= _LONGEST_VALIDATOR and text.isascii() and text.isprintable()
    return text if usable else None
