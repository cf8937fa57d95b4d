"""A message dressed as text, as HTML and as Slack blocks.

Every word of a message may come from outside. Each goes through `harmless` and then through the escaping of where
it is going: HTML by the template engine, Slack by `_fit`. Only Slack texts that hold nothing but our own words and a
checked address are sent as markup.
"""

import re
import unicodedata
from typing import Any, Final
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from alerts.message import Item, Message, Proof

Block = dict[str, Any]

# Letters by their category, yet drawn as nothing: the Hangul fillers, the combining joiner, the empty Braille cell.
_UNSEEN: Final = frozenset("\u034f\u115f\u1160\u3164\uffa0\u2800")
_NETLOC: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_URL_MARKS: Final = "!#$%&'()*+,/:;=?@~"
_URL_LENGTH: Final = 2_000

# Slack's own limits: 50 blocks, 150 for a header, 3,000 for a text, 4,000 advised for the fallback. All blocks
# together have a limit that is not published: https://github.com/slackapi/bolt-js/issues/2509 saw 12,000 with a part
# kept for the containers. The parts of one item are cut so that the first item always fits.
_BLOCKS: Final = 50
_TOTAL: Final = 11_000
_CONTAINER: Final = 60
_HEADER: Final = 150
_FALLBACK: Final = 4_000
_CLAIM: Final = 1_200
_FACT: Final = 500
_FACTS: Final = 2_000
_REST: Final = 100
_SAID: Final = 150
_CAVEAT: Final = 500
_FOOTER: Final = 300
_LINK: Final = 320
_LONG_WORD: Final = 80
_PROOFS: Final = 5
_SHOWS_ALL: Final = {"desk": "onrecord verdicts", "ops": "onrecord status", "sources": "onrecord reconcile"}


def as_text(message: Message) -> str:
    """The message as plain text, ending with a newline: one line for each field, nothing that a terminal obeys."""
    return _TEMPLATES.get_template("message.txt.j2").render(message=message)


def as_html(message: Message) -> str:
    """The message as an HTML page with inline styles only: no script, no image, nothing that is loaded."""
    return _TEMPLATES.get_template("message.html.j2").render(message=message)


def as_slack(message: Message) -> dict[str, Any]:
    """The payload for a Slack webhook, within Slack's limits; what does not fit is counted in the message itself."""
    budget = _TOTAL - _CONTAINER * 4 - _HEADER - _REST - _FOOTER * 2
    blocks: list[Block] = []
    shown = 0
    for item in message.items:
        more = _item(item, _SHOWS_ALL[message.audience])
        budget -= sum(_size(block) for block in more)
        if budget < 0 or len(blocks) + len(more) > _BLOCKS - 3:
            break
        blocks += more
        shown += 1
    if shown < len(message.items):
        blocks += _context(_hidden(len(message.items) - shown, "items", _SHOWS_ALL[message.audience]))
    return {
        "text": _fit(as_text(message), _FALLBACK),
        "blocks": [
            *_header(message.subject),
            *blocks,
            *_context(_cut(message.footer, _FOOTER), _cut(f"key: {message.key}", _FOOTER)),
        ],
        # Without these Slack reads the fallback as markup and fetches previews of linked pages.
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def harmless(text: str) -> str:
    """The text on one line, without what is obeyed or unseen: control and format characters (terminal escapes, bidi
    controls, zero widths, soft hyphens), fillers. Half of a surrogate pair is shown as U+FFFD.
    """
    return "".join(_seen(character) for character in text).strip()


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    # Blanks stay as they are, however many: a sheet's title may hold two, and is to be found again by it.
    if character.isspace() and category != "Zs":
        return " "
    return "" if category in ("Cc", "Cf") or character in _UNSEEN else character


def link(url: str) -> str:
    """The address with everything unusual percent-encoded, when it may be followed: http or https, a plain host name,
    no user name, at most 2,000 characters. Else "", and the address is to be shown as words.
    """
    quoted = quote(harmless(url), safe=_URL_MARKS)
    parts = urlsplit(quoted)
    followable = parts.scheme in ("http", "https") and _NETLOC.fullmatch(parts.netloc) and len(quoted) <= _URL_LENGTH
    return quoted if followable else ""


def host(url: str) -> str:
    """The host that a link really leads to; "" when `link` gives none."""
    return urlsplit(link(url)).netloc


def place(locator: str) -> str:
    """Where in a file, for people: `sheet Detention FY25, cell F20`. Other locators are shown as they are."""
    sheet, mark, cell = locator.removeprefix("xlsx:").rpartition("!")
    return f"sheet {sheet}, cell {cell}" if locator.startswith("xlsx:") and mark else locator


def whereabouts(proof: Proof) -> str:
    """File, and where in it: a proof about a whole file names no cell."""
    return f"{proof.file}, {place(proof.cell)}" if proof.cell else proof.file


def _item(item: Item, shows_all: str) -> list[Block]:
    blocks = _header(item.heading)
    claim = _cut(item.claim, _CLAIM)
    if claim:
        blocks.append({"type": "section", "text": _plain(f"“{claim}”")})
    blocks += _context(_cut(item.said, _SAID), *_source(item.claim_url, "source at"))
    facts = _facts(item.facts)
    if facts:
        blocks.append({"type": "section", "text": _plain(facts)})
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
        f"sha256 {_cut(proof.sha256, 64)}",
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
    texts = block["elements"] if block["type"] == "context" else [block["text"]]
    return sum(_units(text["text"]) + _CONTAINER for text in texts)


def _cut(text: str, limit: int) -> str:
    return _fit(harmless(text), limit)


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
    return len(text) + sum(character > "\uffff" for character in text)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("alerts", "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # Whatever a template prints has been through here; none can be forgotten.
        finalize=_printed,
    )
    environment.globals.update(link=link, host=host, whereabouts=whereabouts)
    return environment


def _printed(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value


_TEMPLATES: Final = _environment()
