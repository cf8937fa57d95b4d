"""CBP's listing held against an earlier look at it, and a fetched file against what the listing states of it. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from figures.records import Finding
from scrapers.cbp.columns import Kind
from scrapers.cbp.listing import Attachment, about, newest_of


def against_before(now: Sequence[Attachment], before: Sequence[Attachment], today: date) -> list[Finding]:
    """What cannot be right about a listing beside an earlier one: days that go back or lie ahead, and a newest edition
    that is older than the newest before. That files of a year are gone when it is over is the publisher's way.
    """
    return [*_days(now, before, today), *_editions(now, before)]


def _days(now: Sequence[Attachment], before: Sequence[Attachment], today: date) -> Iterator[Finding]:
    was = {a.url: a.posted for a in before}
    for a in now:
        earlier = was.get(a.url)
        if a.posted and a.posted > today:
            yield about(a.name, a.url, "posted_ahead", f"a day up to {today}", f"is dated {a.posted}, a day to come")
        elif a.posted and earlier and a.posted < earlier:
            words = f"is dated {a.posted} and was dated {earlier} before: the date went back"
            yield about(a.name, a.url, "posted_back", f"{earlier} or later", words)


def _editions(now: Sequence[Attachment], before: Sequence[Attachment]) -> Iterator[Finding]:
    kinds: tuple[Kind, ...] = ("aor", "state", "sbo")
    for kind in kinds:
        new, old = newest_of(now, kind), newest_of(before, kind)
        if old is None:
            continue
        if new is None or new.file.edition < old.file.edition:
            found = new.name if new else f"no file by {kind}"
            words = f"The listing ends with {found}, and had {old.name} before: an edition is linked no more."
            yield Finding("edition_gone", "warn", "release", (), f"{old.name} or a newer one", found, words)
        elif _dated_before(new, old):
            words = f"is a newer edition than {old.name} and dated before it: {new.posted}, {old.posted}"
            yield about(new.name, new.url, "posted_back", f"after {old.posted}", words)


def _dated_before(new: Attachment, old: Attachment) -> bool:
    newer = new.file.edition > old.file.edition
    return bool(newer and new.posted and old.posted and new.posted < old.posted)


def size_differs(attachment: Attachment, content: bytes) -> Finding | None:
    """Whether a file that was fetched has as many bytes as the listing states: a free check that it is whole."""
    if attachment.size is None or attachment.size == len(content):
        return None
    words = (
        f"{attachment.name} has {len(content):,} bytes, and {attachment.size:,} by the listing: it was cut off or is "
        "another file."
    )
    return Finding("size_differs", "hold", "release", (), f"{attachment.size} bytes", f"{len(content)} bytes", words)
