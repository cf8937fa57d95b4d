"""A message dressed as Slack blocks, within Slack's limits.

Only texts that hold nothing but our own words and a checked address are sent as markup; all others are plain text.
"""

from collections.abc import Mapping
from typing import Any, Final

from alerts.messages.charts import described
from alerts.messages.invisible_characters import harmless
from alerts.messages.message import SMALL_PRINT, Item, Message, Proof
from alerts.messages.rendering import as_text, host, link, place

Block = dict[str, Any]

# Slack's own limits (https://docs.slack.dev/reference/block-kit): 50 blocks, 150 for a header, 3,000 for a text or an
# image's address, 2,000 for its alternative text, 10 elements in a context, 4,000 advised for the fallback. All blocks
# together have a limit that is not published: https://github.com/slackapi/bolt-js/issues/2509 saw 12,000 with a part
# kept for the containers. The parts of one item are cut so that the first item always fits.
_BLOCKS: Final = 50
_TOTAL: Final = 11_000
_CONTAINER: Final = 60
_HEADER: Final = 150
_FALLBACK: Final = 4_000
_CLAIM: Final = 500
_ALT: Final = 600
_ADDRESS: Final = 2_000
_ANYWHERE: Final = "https://charts.example/1.png"
_FACT: Final = 500
_LEAD: Final = 600
_NO_TEXTS: Final = ("image", "rich_text")
_FACTS: Final = 2_000
_REST: Final = 100
_SAID: Final = 150
_CAVEAT: Final = 500
_FOOTER: Final = 300
_LINK: Final = 320
_LONG_WORD: Final = 80
_PROOFS: Final = 5
_SHORTENED: Final = "Shortened (…) to fit here; in full: onrecord messages."
_SHOWS_ALL: Final = {"desk": "onrecord verdicts", "ops": "onrecord status", "sources": "onrecord reconcile"}


def as_slack(
    message: Message, pictures: Mapping[int, str] | None = None, *, details_in_thread: bool = False
) -> dict[str, Any]:
    """The payload for Slack, within its limits. What does not fit is counted, and where it stands in full is said.

    `pictures` are addresses that Slack can fetch, by the place of their item. With `details_in_thread` the details of a
    claim's message are left to `slack_thread`.
    """
    if is_about_claims(message):
        return _of_claims(message, (pictures or {}).get(0, ""), details=not details_in_thread)
    shows_all = _SHOWS_ALL[message.audience]
    shown = items_shown(message)
    blocks: list[Block] = []
    for position, item in enumerate(message.items[:shown]):
        blocks += _item(item, shows_all, (pictures or {}).get(position, ""))
    if shown < len(message.items):
        blocks += _context(_hidden(len(message.items) - shown, "items", shows_all))
    return _payload(as_text(message), [*_header(message.subject), *blocks, *_context(*_footer(message, blocks))])


def _payload(fallback: str, blocks: list[Block]) -> dict[str, Any]:
    # Without the last three Slack reads the fallback as markup and fetches previews of linked pages.
    no_markup = {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    return {"text": _fit(fallback, _FALLBACK), "blocks": blocks, **no_markup}


def is_about_claims(message: Message) -> bool:
    """Whether a message is news of claims: a sentence with the figure first, and details that may go elsewhere."""
    return bool(message.items and message.items[0].lead)


def slack_thread(message: Message) -> dict[str, Any]:
    """The details of a message about claims, for its thread."""
    first = message.items[0]
    return _payload(
        f"Details of: {harmless(message.subject)}", _details(message, first) or _context("There are no details.")
    )


def _of_claims(message: Message, picture: str, *, details: bool) -> dict[str, Any]:
    """A sentence with the figure in bold, how the claim did when made, the picture, one line of sources."""
    first, others = message.items[0], message.items[1:]
    blocks: list[Block] = [_bold(first.lead), *_section(_cut(first.made, _FACT))]
    blocks += _picture(first, picture)
    careful = [fact for fact in first.facts if fact[0] not in SMALL_PRINT]
    named = [item.also for item in others if item.also]
    beside = (("Also moved", f"{'; '.join(named)}."),) if named else ()
    blocks += _section(_facts((*careful, *beside)))
    blocks += _where_from(message, first)
    blocks += _context(*(_cut(f"{label}: {words}", _FACT) for label, words in first.facts if label in SMALL_PRINT))
    blocks += _details(message, first) if details else []
    blocks += _context(_SHORTENED if _is_cut(blocks) else "", _cut(f"key: {message.key}", _FOOTER))
    return _payload(as_text(message), blocks)


def _where_from(message: Message, item: Item) -> list[Block]:
    """One line of sources: who said it and when, the newest cell, and the pages to read on."""
    where = [_cut(item.said, _SAID), *map(_line, item.proofs[:1]), _cut(message.footer, _FOOTER)]
    pages = (*_source(item.claim_url, "source at"), *_source(item.page, "history and evidence at"))
    return _context(" | ".join(part for part in where if part), *pages)


def _picture(item: Item, picture: str) -> list[Block]:
    """The chart of an item, where Slack can fetch it."""
    address = link(picture)
    if not item.chart or not address or len(address) > _ADDRESS:
        return []
    return [{"type": "image", "image_url": address, "alt_text": _cut(described(item.chart), _ALT)}]


def _is_cut(blocks: list[Block]) -> bool:
    """Whether a text of some blocks was cut to fit."""
    return any("…" in text["text"] for block in blocks if block["type"] not in _NO_TEXTS for text in _texts(block))


def _details(message: Message, item: Item) -> list[Block]:
    claim = _cut(item.claim, _CLAIM)
    others = tuple(("Also moved", each.brief) for each in message.items[1:])
    blocks = _section(f"“{claim}”" if claim else "") + _section(_facts((*item.details, *others)))
    for proof in item.proofs[: item.shown]:
        blocks += _context(_proof(proof), *_source(proof.url, "file at"))
    if len(item.proofs) > item.shown:
        blocks += _context(_hidden(len(item.proofs) - item.shown, "cells", _SHOWS_ALL[message.audience]))
    return blocks + _context(f"Note: {_cut(item.caveat, _CAVEAT)}" if harmless(item.caveat) else "")


def _bold(sentence: str) -> Block:
    """Words from outside in bold: rich text holds no markup."""
    text = {"type": "text", "text": _plainly_cut(sentence, _LEAD), "style": {"bold": True}}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [text]}]}


def _section(text: str) -> list[Block]:
    return [{"type": "section", "text": _plain(text)}] if text else []


def _line(proof: Proof) -> str:
    return _cut(f"{proof.file}, {place(proof.cell)}", _SAID)


def items_shown(message: Message) -> int:
    """How many items fit, each with its picture: of claims all, the first with its picture."""
    if is_about_claims(message):
        return 1
    budget = _TOTAL - _CONTAINER * 5 - _HEADER - _REST - _FOOTER * 2 - len(_SHORTENED)
    blocks = 0
    for shown, item in enumerate(message.items):
        made = _item(item, _SHOWS_ALL[message.audience], _ANYWHERE)
        budget -= sum(_size(block) for block in made)
        blocks += len(made)
        if budget < 0 or blocks > _BLOCKS - 3:
            return shown
    return len(message.items)


def _footer(message: Message, blocks: list[Block]) -> list[str]:
    cut = _is_cut(blocks) or len(harmless(message.subject)) > _HEADER
    return [_SHORTENED if cut else "", _cut(message.footer, _FOOTER), _cut(f"key: {message.key}", _FOOTER)]


def _item(item: Item, shows_all: str, picture: str) -> list[Block]:
    blocks = _header(item.heading)
    claim = _cut(item.claim, _CLAIM)
    blocks += _section(f"“{claim}”" if claim else "")
    blocks += _context(_cut(item.said, _SAID), *_source(item.claim_url, "source at"))
    blocks += _picture(item, picture)
    blocks += _section(_facts(item.facts))
    for proof in item.proofs[:_PROOFS]:
        blocks += _context(_proof(proof), *_source(proof.url, "file at"))
    if len(item.proofs) > _PROOFS:
        blocks += _context(_hidden(len(item.proofs) - _PROOFS, "cells", shows_all))
    return blocks + _context(f"Note: {_cut(item.caveat, _CAVEAT)}" if harmless(item.caveat) else "")


def _facts(facts: tuple[tuple[str, str], ...]) -> str:
    lines: list[str] = []
    room = _FACTS - _REST
    for label, sentence in facts:
        line = _cut(f"{label}: {sentence}", _FACT)
        room -= _units(line) + 1
        if room < 0:
            lines.append(f"… and {len(facts) - len(lines)} more lines that do not fit here.")
            break
        lines.append(line)
    return "\n".join(lines)


def _proof(proof: Proof) -> str:
    # Each part has its own limit, so that a long name cannot push out the cell or the hash.
    parts = (
        f"{_cut(proof.figure, 200)} - {_cut(proof.file, 80)}",
        _cut(place(proof.cell), 60),
        f"sha256 {_cut(proof.sha256[:12], 64)}",
        "" if proof.url else "handed in as a file, no address",
        _cut(proof.public_since, 80),
        f"source: {_cut(proof.credit, 80)}" if harmless(proof.credit) else "",
    )
    return ", ".join(part for part in parts if part)


def _source(url: str, label: str) -> list[Block]:
    """The one text sent as markup: our label, a host of letters and digits, an address without `|`, `<` or `>`."""
    address = link(url)
    markup = f"<{_escape(address)}|{label} {host(url)}>"
    if address and len(markup) <= _LINK:
        return [{"type": "mrkdwn", "text": markup, "verbatim": True}]
    return [_plain(f"{label} {_cut(url, _LINK - 20)}")] if harmless(url) else []


def _hidden(count: int, what: str, shows_all: str) -> str:
    return f"{count} more {what} not shown here; {shows_all} shows them all."


def _header(text: str) -> list[Block]:
    words = _cut(text, _HEADER)
    return [{"type": "header", "text": _plain(words)}] if words else []


def _context(*elements: str | Block) -> list[Block]:
    """Small print of escaped words and links; no block at all when there is nothing to print, which Slack refuses."""
    made = [_plain(element) if isinstance(element, str) else element for element in elements if element]
    return [{"type": "context", "elements": made}] if made else []


def _plain(escaped: str) -> Block:
    return {"type": "plain_text", "text": escaped, "emoji": False}


def _size(block: Block) -> int:
    if block["type"] == "image":
        return _units(block["alt_text"]) + _CONTAINER
    return sum(_units(text["text"]) + _CONTAINER for text in _texts(block))


def _texts(block: Block) -> list[Block]:
    texts: list[Block] = block["elements"] if block["type"] == "context" else [block["text"]]
    return texts


def _cut(text: str, limit: int) -> str:
    return _fit(harmless(text), limit)


def _plainly_cut(text: str, limit: int) -> str:
    """For what is shown as it is, without entities."""
    words = harmless(text)
    return words if _units(words) <= limit else f"{words[: limit // 2].rstrip()}…"


def _fit(text: str, limit: int) -> str:
    """Escaped for Slack and at most `limit` units long: cut at the end of a word with an ellipsis, before escaping,
    so that no entity is cut in half.
    """
    escaped = _escape(text)
    if _units(escaped) <= limit:
        return escaped
    room, end = limit - 1, 0
    for character in text:
        room -= _units(_escape(character))
        if room < 0:
            break
        end += 1
    kept = text[:end]
    words = kept.rsplit(maxsplit=1)
    if not text[end].isspace() and len(words) == 2 and len(words[1]) < _LONG_WORD:
        kept = words[0]
    return _escape(kept.rstrip()) + "…"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _units(text: str) -> int:
    """Length in UTF-16 units, the larger of the two ways in which Slack may count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
