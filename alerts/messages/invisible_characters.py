"""What a text from outside holds that is obeyed or not seen, and the text without it."""

import unicodedata
from typing import Final

# Letters by their category, yet drawn as nothing: the Hangul fillers, the combining joiner, the empty Braille cell.
_UNSEEN: Final = frozenset("\u034f\u115f\u1160\u3164\uffa0\u2800")
# What turns the direction of the letters after it, so that a text reads as another.
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Cells that a spreadsheet would take for a formula are defused with an apostrophe.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(text: str) -> str:
    """The text on one line, without what is obeyed or unseen: control and format characters (terminal escapes, bidi
    controls, zero widths, soft hyphens), fillers. Half of a surrogate pair is shown as U+FFFD.
    """
    return one_line(text).strip()


def one_line(text: str) -> str:
    """As `harmless`, with the blanks at its ends."""
    return text if _is_plain(text) else "".join(_seen(character) for character in text)


def inert(text: str) -> str:
    """The text as it was, line breaks and tabs too, without what a terminal or a reader's eye obeys: other control
    characters and bidi controls. For tables and files, where a text is to stay what it is.
    """
    if _is_plain(text):
        return text
    return "".join(c for c in text if c in "\n\t\r" or not (unicodedata.category(c) == "Cc" or c in _TURNING))


def defused(text: str) -> str:
    """A text from outside as a spreadsheet may show it: never a formula, also behind blanks or what is not seen, and
    without what turns its letters round. Plain numbers stay as they are.
    """
    text = inert(text)
    if not text.startswith(_FORMULA) and not harmless(text).startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return "'" + text
    return text


def _is_plain(text: str) -> bool:
    """Nearly all texts are: then no letter has to be looked at by itself."""
    return text.isascii() and text.isprintable()


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    # Blanks stay as they are, however many: a sheet's title may hold two, and is to be found again by it.
    if character.isspace() and category != "Zs":
        return " "
    return "" if category in ("Cc", "Cf") or character in _UNSEEN else character
