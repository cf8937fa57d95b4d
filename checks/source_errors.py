"""Faults of a publisher that are on record: what they touch is flagged wherever it is shown, and never altered.

The register is data (`source_errors.toml`). An entry stands on cells of one edition's bytes; when those cells do not
show what the entry says, either the entry or the reader is wrong, and that is a fault of ours.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from figures.periods import spoken
from figures.records import Finding, Observation, ScopeKind

REGISTER_FILE = Path(__file__).with_name("source_errors.toml")
KNOWN, UNPROVEN = "known_source_error", "source_error_unproven"
_KEYS = {"id": str, "sha256": str, "edition": str, "tables": list, "what": str, "since": date, "corrected_in": str}


@dataclass(frozen=True, slots=True)
class SourceError:
    """`tables` are those that the fault touches, none for the release; `evidence` is (locator, what it shows)."""

    id: str
    sha256: str
    edition: str
    tables: tuple[str, ...]
    what: str
    since: date
    corrected_in: str
    evidence: tuple[tuple[str, str], ...]


@cache
def register() -> tuple[SourceError, ...]:
    """The shipped register."""
    return load(REGISTER_FILE.read_text("utf-8"))


def load(text: str) -> tuple[SourceError, ...]:
    """Raises ValueError, naming the entry, when a key is missing, unknown or of another kind, or an id stands twice."""
    read = tomllib.loads(text)
    if set(read) - {"error"}:
        raise ValueError(f"source errors: expected [[error]] entries only, found {', '.join(sorted(read))}")
    made = [_entry(number, entry) for number, entry in enumerate(read.get("error", []), 1)]
    twice = sorted({each.id for each in made if [other.id for other in made].count(each.id) > 1})
    if twice:
        raise ValueError(f"source errors: {', '.join(twice)} stands twice")
    return tuple(made)


def _entry(number: int, entry: Mapping[str, Any]) -> SourceError:
    where = f"source errors, entry {number} ({entry.get('id', 'without id')})"
    if set(entry) != {*_KEYS, "evidence"}:
        raise ValueError(f"{where}: expected the keys {', '.join([*_KEYS, 'evidence'])}, found {', '.join(entry)}")
    for name, kind in _KEYS.items():
        if not isinstance(entry[name], kind):
            raise ValueError(f"{where}: {name} is {entry[name]!r}, expected a {kind.__name__}")
    evidence = tuple(_cell(where, each) for each in entry["evidence"])
    if len(entry["sha256"]) != 64 or not entry["what"] or not evidence:
        raise ValueError(f"{where}: expected a sha256 of 64 digits, words and at least one cell as evidence")
    return SourceError(**{**{name: entry[name] for name in _KEYS}, "tables": tuple(entry["tables"])}, evidence=evidence)


def _cell(where: str, each: Mapping[str, Any]) -> tuple[str, str]:
    if set(each) != {"cell", "shows"} or not all(isinstance(value, str) for value in each.values()):
        raise ValueError(f"{where}: evidence is {dict(each)!r}, expected a cell and what it shows, both texts")
    return each["cell"], each["shows"]


def source_errors(
    sha256: str, observations: Sequence[Observation], known: Sequence[SourceError] | None = None
) -> list[Finding]:
    """What the register (by default the shipped one) says of an edition, and entries that its cells do not bear out."""
    mine = [error for error in (register() if known is None else known) if error.sha256 == sha256]
    if not mine:
        return []
    shown = {o.locator: o.raw for o in observations}
    return [_unproven(error, shown) or _flag(error) for error in mine]


def _flag(error: SourceError) -> Finding:
    mended = f"Corrected in {error.corrected_in}." if error.corrected_in else "No edition has corrected it."
    words = f"Known error of the publisher since {spoken(error.since)} ({error.id}): {error.what} {mended}"
    kind: ScopeKind = "table" if error.tables else "release"
    cells = ", ".join(cell for cell, _ in error.evidence)
    return Finding(KNOWN, "note", kind, error.tables, f"as shown by {cells}", error.id, words)


def _unproven(error: SourceError, shown: Mapping[str, str]) -> Finding | None:
    wrong = [(cell, says, shown.get(cell)) for cell, says in error.evidence if shown.get(cell) != says]
    if not wrong:
        return None
    cell, says, found = wrong[0]
    seen = "was not read" if found is None else f"shows {found!r}"
    words = (
        f"The register of source errors says of {error.edition} ({error.id}) that {cell} shows {says!r}, but it "
        f"{seen}: the entry or the reader is wrong."
    )
    return Finding(UNPROVEN, "warn", "release", (), f"{cell} {says!r}", seen, words)
