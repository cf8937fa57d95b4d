"""Messages that lead to pages: each item about a claim gets the address of its claim's page."""

from dataclasses import replace

from alerts.messages.message import Message
from alerts.messages.words.few_words import with_room_above


def page_address(site: str, claim: str) -> str:
    """Where a claim's page is on a site whose address ends with "/"; "" where no claim is named."""
    return f"{site}claims/{claim}/" if claim else ""


def with_pages(message: Message, site: str) -> Message:
    """The message with links to the pages of a site, whose address ends with "/"."""
    items = tuple(replace(item, page=page_address(site, item.claim_id)) for item in message.items)
    if items and items[0].lead and items[0].page:
        items = with_room_above(items, message.subject, for_page=True)
    return replace(message, items=items)
