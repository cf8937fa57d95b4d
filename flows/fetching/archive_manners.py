"""Asking the Internet Archive politely: one request at a time, a pause before each, and all that came is kept first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from figures.records import Media
from flows.context import Line
from flows.fetching.get_and_archive import get_and_archive, still_held
from scrapers.errors import DriftError, FetchError
from scrapers.web.fetch import Policy, fetch
from scrapers.web.wayback import Capture, capture_url, digest_of, index_url, read_index
from storage.engine import reading
from storage.read import journal

# The archive asks a client that was too fast to stay away for a minute or more; a backfill has the time.
LONGEST_WAIT = 600.0
# A listing that never ends is none: all captures of the folder so far fit into a few answers.
MOST_ANSWERS = 100
# (address, kind, the digest that the bytes should have or "", how to ask, how to wait) -> (sha256 or "", the bytes)
Get = Callable[[str, Media, str, Policy, Callable[[float], None]], tuple[str, bytes]]


class RefusedCaptureError(Exception):
    """A capture whose bytes are not those that the index lists: they never become a release."""


def get_and_forget(
    url: str,
    media: Media,
    digest: str,  # noqa: ARG001 - a Get for which nothing is compared
    policy: Policy,
    sleep: Callable[[float], None],
) -> tuple[str, bytes]:
    """A Get that keeps nothing: to see what the archive has."""
    response = fetch(url, media, None, policy, sleep)
    if response.content is None:
        raise FetchError(f"{url}: 304 without our asking", transient=False, status=304)
    return "", response.content


@dataclass(slots=True)
class Visitor:
    """One visit to the archive at `base`; times in seconds. `get` keeps what an answer brings before it is read."""

    base: str
    pause: float
    policy: Policy
    sleep: Callable[[float], None]
    get: Get = get_and_forget
    _asked: bool = field(default=False, init=False)

    def ask(self, url: str, media: Media, digest: str = "") -> tuple[str, bytes]:
        """(its sha256 where it is kept, the bytes). Raises FetchError as `fetch` does. No pause is below ours."""
        if self._asked:
            self.sleep(self.pause)
        self._asked = True
        policy = replace(self.policy, longest_wait=max(LONGEST_WAIT, self.policy.longest_wait))
        return self.get(url, media, digest, policy, lambda seconds: self.sleep(max(seconds, self.pause)))

    def listing(
        self, url: str, options: Sequence[tuple[str, str]], *, prefix: bool
    ) -> Iterator[tuple[Sequence[Capture], Sequence[str]]]:
        """(captures, rows that are none) of each answer of the index, to its end. Raises DriftError and FetchError."""
        where, key = f"the archive's index of {url}", ""
        for _ in range(MOST_ANSWERS):
            _, answer = self.ask(index_url(self.base, url, prefix=prefix, options=options, resume_key=key), "json")
            page = read_index(answer, where)
            yield page.captures, page.unreadable
            if not page.resume_key:
                return
            if page.resume_key == key:
                raise DriftError(where, "a new key after each answer", f"{key[:80]!r} again")
            key = page.resume_key
        raise DriftError(where, f"at most {MOST_ANSWERS} answers", "more of them")


@dataclass(frozen=True, slots=True)
class Shelf:
    """What was fetched before, so that no capture is asked for twice. `_by_digest` knows equal bytes of this visit."""

    source: str
    line: Line
    _by_digest: dict[str, str] = field(default_factory=dict, init=False)

    def get(
        self, url: str, media: Media, digest: str, policy: Policy, sleep: Callable[[float], None]
    ) -> tuple[str, bytes]:
        """A Get that archives and records. Bytes that are not those of `digest` are a failed attempt, tried again."""
        asking = replace(self.line, policy=policy, sleep=sleep)
        got = get_and_archive(self.source, url, media, asking, digest=digest)
        return got.sha256, got.content

    def bytes_of(self, visitor: Visitor, capture: Capture, media: Media) -> tuple[str, bytes]:
        """(sha256, bytes) of a capture: from our archive when we have them, else fetched, kept and recorded.

        Raises FetchError, and RefusedCaptureError when the bytes are not those that the index lists.
        """
        url = capture_url(visitor.base, capture)
        with reading(self.line.database) as connection:
            last = journal.last_good_fetch(connection, url)
        sha256 = str(last["sha256"]) if last else self._by_digest.get(capture.digest, "")
        content = still_held(self.line, sha256) if sha256 else None
        if content is None:
            sha256, content = visitor.ask(url, media, capture.digest)
        found = digest_of(content)
        if found != capture.digest:
            raise RefusedCaptureError(f"its bytes have the digest {found}, the index lists {capture.digest}")
        self._by_digest[capture.digest] = sha256
        return sha256, content
