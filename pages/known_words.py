"""How we know since when the public could read a file, and what a check's finding does, in the reader's language."""

from collections.abc import Mapping
from typing import Final

from figures.records import KnownBy
from pages.words import Words, noted

_KNOWN: Final[Mapping[KnownBy, str]] = {
    "fetched": noted("we fetched it then"),
    "wayback": noted("the Internet Archive has it from then"),
    "posted": noted("the publisher's list states that day"),
    "stated": noted("stated by whoever handed the file in"),
    "file_name": noted("the file's name states that day"),
    "document_properties": noted("the file's own properties state that day"),
}
_SEVERITIES: Final[Mapping[str, str]] = {
    "hold": noted("holds figures back"),
    "warn": noted("worth a look"),
    "note": noted("a note"),
}
_STAGES: Final[Mapping[str, str]] = {
    "due": noted("later than usual"),
    "late": noted("late"),
    "silent": noted("silent for long"),
}


def known_by(how: KnownBy, words: Words) -> str:
    """`we fetched it then`."""
    return words.say(_KNOWN[how])


def severity(name: str, words: Words) -> str:
    """`holds figures back`."""
    return words.say(_SEVERITIES[name])


def stage(name: str, words: Words) -> str:
    """`late`."""
    return words.say(_STAGES[name])
