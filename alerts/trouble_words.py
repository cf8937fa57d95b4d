"""What the operators are told of a publisher's page and addresses: one message for one cause, however often met."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from alerts.message import Item, Message
from figures.periods import spoken, washington_day

SHOWN = 3
# What happened, of one thing and of several.
Trouble = tuple[str, str]
LAID_OUT_ANEW: Trouble = ("the page is laid out anew", "pages are laid out anew")
ODD_LINK: Trouble = ("a link that is not understood", "links that are not understood")
LINK_GONE: Trouble = ("a link is gone from the page", "links are gone from the page")
FILE_GONE: Trouble = ("a file or page is gone", "files or pages are gone")
BOT_PAGE: Trouble = (
    "a page for people or against robots is served in place of what was asked for",
    "times a page for people or against robots is served in place of what was asked for",
)
REFUSED: Trouble = ("the publisher refuses us", "times the publisher refuses us")
NO_EDITION: Trouble = ("a file that is no edition", "files that are no editions")
ODD_ANSWER: Trouble = ("an address does not answer as it should", "addresses do not answer as they should")


def trouble_message(source: str, what: Trouble, found: Sequence[tuple[str, str]], as_of: datetime) -> Message:
    """To the operators: a page that is gone, blocked or laid out anew, once until it is settled.

    `found` are the words and the address of each time that it was met in one look; a few are shown.
    """
    one, many = what
    heading = one if len(found) == 1 else f"{len(found)} {many}"
    facts: list[tuple[str, str]] = []
    for words, url in found[:SHOWN]:
        facts += [("What happened", words), ("Address", url)]
    if len(found) > SHOWN:
        facts.append(("More", f"{len(found) - SHOWN} more of this kind; onrecord status --json lists each."))
    said = "|".join(f"{words}|{url}" for words, url in found)
    digest = hashlib.sha256(f"{one}|{said}|{as_of.isoformat()}".encode()).hexdigest()[:16]
    return Message(
        key=f"trouble:{source}:{digest}",
        audience="ops",
        subject=f"{source}: {heading}",
        items=(Item(heading, "", "", "", tuple(facts), (), ""),),
        footer=f"Seen on {spoken(washington_day(as_of))}. onrecord status shows the last good look at each source.",
        severity="alert",
    )
