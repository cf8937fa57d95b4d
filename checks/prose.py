"""Definitions as watched prose: what is said no more, and what is new. Dates and counts are no change."""

import difflib
import re
from collections.abc import Iterable, Sequence

from figures.records import Finding

# Dates, years, versions and counts move with every edition and change no definition.
_MOVING = re.compile(r"\d[\d.,/:-]*")
_SPACES = re.compile(r"\s+")
LONGEST_SHOWN = 400


def plain(text: str) -> str:
    """A text without what moves in every edition."""
    return _SPACES.sub(" ", _MOVING.sub("#", text)).strip()


def changed(new: Sequence[tuple[str, str]], before: Iterable[str], since: str) -> list[Finding]:
    """Findings for texts that are new or gone against the edition before. `new` holds (locator, text)."""
    old = {plain(text): text for text in before}
    fresh = [(where, text) for where, text in new if plain(text) not in old]
    kept = {plain(text) for _, text in new}
    gone = [text for key, text in old.items() if key not in kept]
    findings = []
    for where, text in fresh:
        like = difflib.get_close_matches(text, gone, n=1, cutoff=0.6)
        if like:
            gone.remove(like[0])
        was = like[0] if like else ""
        words = f"{where}: {_difference(was, text)} (before: {since})."
        check = "definition_changed" if was else "definition_new"
        findings.append(Finding(check, "note", "cells", (where,), _short(was) or "nothing", _short(text), words))
    for text in gone:
        words = f"A text of {since} is gone: {_short(text)!r}."
        findings.append(Finding("definition_gone", "note", "release", (), _short(text), "nothing", words))
    return findings


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
