"""CBP's listing held against an earlier look at it. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from figures.records import Finding
from scrapers.cbp.columns import Kind
from scrapers.cbp.listing import Attachment, about, newest_of, read_listing


def between(page: bytes, before: bytes, address: str, today: date) -> list[Finding]:
    """`against_before` of two looks at the page, as their bytes."""
    return against_before(read_listing(page, address)[0], read_listing(before, address)[0], today)


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
