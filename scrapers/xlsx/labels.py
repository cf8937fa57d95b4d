"""Labels as they are compared: with other capitals, blanks, asterisks or a footnote's digit a label is the same label.

A reader declares its labels as `Words` and asks which of them a cell holds. What is not declared stays as it stands
(`label`), so that a new row is stored under its own name and two names are never taken for one.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Generic, TypeVar

Meaning = TypeVar("Meaning")
# The same few hundred labels stand in every edition; long texts are not kept, they could be made to fill the memory.
LONGEST_LABEL = 100
LONGEST_BLANK = 10  # of what is blank and has a mark that nobody sees
_POINTS = re.compile(r"[\s.,:;]+")
# What nobody sees is left out; dashes and apostrophes of all kinds are one.
_TYPED = str.maketrans(
    {
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\xad"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u2018\u2019\u02bc", "'"),
    }
)
# Asterisks, daggers, raised digits and `[1]` are marks wherever they end a label.
_MARKS = re.compile(r"(?:\s*(?:[*\u2020\u2021\u00b9\u00b2\u00b3\u2070\u2074-\u2079]|\[\d{1,2}\]))+$")
_BEFORE = "*\u2020\u2021 "
_STARS = re.compile(r"[*\u2020\u2021\u00b9\u00b2\u00b3\u2070\u2074-\u2079\s]+")
# A digit is a mark where it is glued to a word or parenthesis. `FY25` and `T7` have none, nor is one after a blank.
_GLUED = re.compile(r"(?:(?<=\))|(?<=[^\W\d_]{3})(?<!FY)(?<!fy)(?<!Fy))\d{1,2}$")
# Against declared labels shorter words may carry one, too (`Relief Granted by IJ1`), and a digit in parentheses.
_DIGITS = re.compile(r"(?<=[^\W\d_])\d{1,2}$|(?<=\))\d{1,2}$|(?<=.)\(\d{1,2}\)$")


def label(value: object) -> str:
    """A label as it is shown: blanks folded, footnote marks around it dropped; '' for what is no text."""
    if not isinstance(value, str):
        return ""
    return _short_label(value) if len(value) <= LONGEST_LABEL else _label(value)


def _label(text: str) -> str:
    return _GLUED.sub("", _MARKS.sub("", squeezed(text).lstrip(_BEFORE))).strip()


_short_label = lru_cache(maxsize=4096)(_label)


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing, or nothing but blanks."""
    if not isinstance(value, str):
        return value is None
    if not value or value.isspace():
        return True
    # A mark that nobody sees is never ASCII.
    return not value.isascii() and len(value) <= LONGEST_BLANK and not squeezed(value)


def squeezed(text: str) -> str:
    """A text with its blanks folded, whatever kind of blanks they are; so its dashes and apostrophes."""
    return " ".join(text.translate(_TYPED).split())


def name(value: object) -> str:
    """A proper name that is on no list: as a label, in capitals, as ICE writes nearly all names of places."""
    return label(value).upper()


def fold(text: str) -> str:
    """What of a text is compared: letters of one size and digits; no blanks, stops or asterisks, one kind of dash."""
    plain = unicodedata.normalize("NFKC", _STARS.sub("", _MARKS.sub("", text.translate(_TYPED).strip())))
    return _POINTS.sub("", plain.casefold())


@lru_cache(maxsize=8192)
def _spellings(text: str) -> tuple[str, ...]:
    """What a text may be compared as, the nearest first: as it is, then without a footnote's digits."""
    exact = fold(text)
    bare = _DIGITS.sub("", exact)
    if bare == exact or _is_word_and_number(text):
        return (exact,)
    return (exact, bare)


def _is_word_and_number(text: str) -> bool:
    """`Level 4` ends in a number of its own and not in a footnote's."""
    return bool(re.search(r"\s\d{1,2}\W*$", text))


class Words(Generic[Meaning]):
    """Declared labels with what each means, found in whatever spelling.

    Raises ValueError when two labels of other meaning cannot be told apart.
    """

    def __init__(self, declared: Mapping[str, Meaning]) -> None:
        self._labels: dict[str, str] = {}
        self._declared = declared
        for text, meaning in declared.items():
            known = self._labels.setdefault(fold(text), text)
            if declared[known] != meaning:
                raise ValueError(f"the labels {known!r} and {text!r} are compared as one and mean two things")

    def find(self, value: object) -> str | None:
        """The declared label that a cell holds; None when it holds none. A blank cell is `""`."""
        if value is None:
            text = ""
        elif isinstance(value, str):
            text = value
        else:
            return None
        spellings = _spellings(text) if len(text) <= LONGEST_LABEL else _spellings.__wrapped__(text)
        for spelling in spellings:
            if (found := self._labels.get(spelling)) is not None:
                return found
        return None

    def across(self, texts: Mapping[int, str]) -> dict[int, str]:
        """The headers of a table by column: each as it is declared, else as it stands.

        Where one is there without a footnote's digit, another with one is a label of its own: `Level A`, `Level A2`.
        """
        exact = {c: found for c, text in texts.items() if (found := self._labels.get(fold(text))) is not None}
        taken = set(exact.values())
        marked = {c: self.find(text) for c, text in texts.items() if c not in exact}
        return {
            c: exact.get(c) or (found if (found := marked.get(c)) and found not in taken else text)
            for c, text in texts.items()
        }

    def meaning(self, value: object) -> Meaning | None:
        found = self.find(value)
        return None if found is None else self._declared[found]

    def __contains__(self, value: object) -> bool:
        return self.find(value) is not None


def words(labels: Iterable[str]) -> Words[bool]:
    """Labels without a meaning of their own."""
    return Words(dict.fromkeys(labels, True))
