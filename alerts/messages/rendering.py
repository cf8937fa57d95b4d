"""A message dressed as text and as HTML, and what makes any word from outside harmless.

Every word of a message may come from outside. Each goes through `harmless` and then through the escaping of where
it is going: HTML by the template engine, Slack by `alerts.messages.slack_blocks`.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from alerts.messages.charts import HEIGHT, WIDTH, described
from alerts.messages.invisible_characters import harmless, one_line
from alerts.messages.message import SMALL_PRINT, Message, Proof

_NETLOC: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_URL_MARKS: Final = "!#$%&'()*+,/:;=?@~"
_URL_LENGTH: Final = 2_000

# What makes markup, or calls people, in the services that Apprise writes to: Discord, Matrix, Teams and others. Each is
# shown as its look-alike; the mail and Slack have the words as they were.
_MARKUP: Final = str.maketrans(
    {"<": "\u2039", ">": "\u203a", "`": "\u2019", "*": "\u2217", "~": "\u223c", "|": "\u00a6"}
)
_CALLS: Final = re.compile(r"(?<![A-Za-z0-9])@(?=\w)")


def as_text(message: Message) -> str:
    """The message as plain text, ending with a newline: one line for each field, nothing that a terminal obeys."""
    return _TEMPLATES.get_template("message.txt.j2").render(message=message)


def as_html(message: Message, pictures: Mapping[int, str] | None = None) -> str:
    """The message as an HTML page with inline styles only: no script, and nothing is loaded.

    `pictures` are addresses by the place of their item, `cid:` for parts of the same mail.
    """
    return _TEMPLATES.get_template("message.html.j2").render(message=message, pictures=pictures or {})


def as_bare_text(message: Message) -> str:
    """The message as text without a character that a chat service could take for markup or for a call to somebody."""
    return "\n".join(bare(line) for line in as_text(message).split("\n"))


def bare(text: str) -> str:
    """One line, harmless, without markup: as in `as_bare_text`."""
    return _CALLS.sub("@ ", one_line(text).translate(_MARKUP).replace("](", "] ("))


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


def cell_line(proof: Proof) -> str:
    """A figure and its cell on one line: `48,870 people held on 18 May 2025: sheet Detention FY25, cell F20, FILE`."""
    figure = f"{proof.value} {proof.period}" if proof.value else proof.figure
    return f"{figure}: {place(proof.cell)}, {proof.file}, sha256 {proof.sha256[:12]}"


def whereabouts(proof: Proof) -> str:
    """File, and where in it: a proof about a whole file names no cell."""
    return f"{proof.file}, {place(proof.cell)}" if proof.cell else proof.file


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
    environment.globals.update(
        link=link,
        host=host,
        place=place,
        whereabouts=whereabouts,
        cell_line=cell_line,
        described=described,
        width=WIDTH,
        height=HEIGHT,
        small_print=SMALL_PRINT,
    )
    return environment


def _printed(value: object) -> object:
    if isinstance(value, Markup):  # what a macro of ours made: each word in it has been through here
        return value
    return harmless(value) if isinstance(value, str) else value


_TEMPLATES: Final = _environment()
