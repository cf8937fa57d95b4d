"""Definitions as watched prose: what is said no more, and what is new. Dates and counts are no change."""

import difflib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from figures.records import Finding

# Dates, years, versions and counts move with every edition and change no definition.
_MOVING = re.compile(r"\d[\d.,/:-]*")
_SPACES = re.compile(r"\s+")
LONGEST_SHOWN = 400
# How many of their words must be the same for one text to be the other, changed.
LIKE = 0.5


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text without what moves in every edition."""
    return _SPACES.sub(" ", _MOVING.sub("#", text)).strip()


def changed(new: Sequence[tuple[str, str]], before: Iterable[str], since: str) -> list[Finding]:
    """Findings for texts that are new or gone against the edition before. `new` holds (locator, text)."""
    old = {plain(text): text for text in before}
    kept = {plain(text) for _, text in new}
    gone = [text for key, text in old.items() if key not in kept]
    findings = []
    for where, text in new:
        if plain(text) in old:
            continue
        was = _closest(text, gone)
        if was:
            gone.remove(was)
        words = f"{where}: {_difference(was, text)} (before: {since})."
        check = "definition_changed" if was else "definition_new"
        findings.append(Finding(check, "note", "cells", (where,), _short(was) or "nothing", _short(text), words))
    for text in gone:
        words = f"A text of {since} is gone: {_short(text)!r}."
        findings.append(Finding("definition_gone", "note", "release", (), _short(text), "nothing", words))
    return findings


def _closest(text: str, others: Sequence[str]) -> str:
    """The text that is most like another, word by word; '' when none is like it.

    Letter by letter a long text takes longer than everything else that is asked of an edition's history, and the note
    on the records that USCIS provided, of a thousand letters, was never found again when one word of it changed.
    """
    matcher = difflib.SequenceMatcher(b=plain(text).split(), autojunk=False)
    likely = []
    for other in others:
        matcher.set_seq1(plain(other).split())
        if matcher.real_quick_ratio() >= LIKE and (most := matcher.quick_ratio()) >= LIKE:
            likely.append((most, other))
    best, closest = LIKE, ""
    for most, other in sorted(likely, reverse=True):
        if most < best:
            break  # the others could not be more alike than the best so far
        matcher.set_seq1(plain(other).split())
        if (likeness := matcher.ratio()) > best or (likeness == best and other > closest):
            best, closest = likeness, other
    return closest


def _difference(was: str, text: str) -> str:
    """What was taken out and put in, in words."""
    if not was:
        return f"new text {_short(text)!r}"
    old, new = was.split(), text.split()
    parts = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            parts.append(f"{' '.join(old[a:b])!r} became {' '.join(new[c:d])!r}")
    return _short("; ".join(parts))


def _short(text: str) -> str:
    folded = _SPACES.sub(" ", text).strip()
    return folded if len(folded) <= LONGEST_SHOWN else folded[: LONGEST_SHOWN - 1] + "…"
