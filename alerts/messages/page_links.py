"""Messages that lead to pages: each item about a claim gets the address of its claim's page."""

from dataclasses import replace

from alerts.messages.message import Message


def page_address(site: str, claim: str) -> str:
    """Where a claim's page is on a site whose address ends with "/"; "" where no claim is named."""
    return f"{site}claims/{claim}/" if claim else ""


def with_pages(message: Message, site: str) -> Message:
    """The message with links to the pages of a site, whose address ends with "/"."""
    return replace(
        message, items=tuple(replace(item, page=page_address(site, item.claim_id)) for item in message.items)
    )
