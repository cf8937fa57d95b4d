"""Captures against the editions of ICE's workbook that others saw: name, sha256, when an archive first had them.

The list is a record of facts, against which captures are checked. It never dates a release: `first_archived` is what
somebody noted, a capture is what anybody can look up.
"""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from figures.periods import spoken
from figures.records import Finding, Severity

WITNESS_FILE = Path(__file__).with_name("ice_known_hashes.csv")
COLUMNS = ("edition_date", "published_name", "sha256", "first_archived")


@dataclass(frozen=True, slots=True)
class Witness:
    edition_date: date
    name: str
    sha256: str
    first_archived: date | None


@cache
def witnesses() -> tuple[Witness, ...]:
    """The shipped list, oldest edition first."""
    return load(WITNESS_FILE.read_text("utf-8"))


def load(text: str) -> tuple[Witness, ...]:
    """Raises ValueError, naming the line, when a row cannot be used or bytes are listed twice."""
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError(f"witnesses: expected the columns {', '.join(COLUMNS)}, found {reader.fieldnames}")
    made: dict[str, Witness] = {}
    for row in reader:
        try:
            first = date.fromisoformat(row["first_archived"]) if row["first_archived"] else None
            witness = Witness(date.fromisoformat(row["edition_date"]), row["published_name"], row["sha256"], first)
        except (TypeError, ValueError) as error:
            raise ValueError(f"witnesses, line {reader.line_num}: {error}") from error
        if len(witness.sha256 or "") != 64 or witness.sha256 in made:
            raise ValueError(f"witnesses, line {reader.line_num}: {witness.sha256!r} is no sha256, or listed before")
        made[witness.sha256] = witness
    return tuple(sorted(made.values(), key=lambda w: (w.edition_date, w.name, w.sha256)))


def check_witnesses(name: str, sha256: str, seen_on: date, known: Sequence[Witness]) -> list[Finding]:
    """What the list says of a capture: `witness` for bytes that others saw, `witness_differs` for a listed name with
    other bytes, `not_witnessed` for a name that is not listed. A capture seen later than the list says is a note.
    """
    mine = next((w for w in known if w.sha256 == sha256), None)
    if mine is not None:
        same = (
            f"{name}: the bytes are those of the edition of {spoken(mine.edition_date)} on the list of known editions."
        )
        findings = [_finding("witness", "note", sha256, sha256, same)]
        if mine.first_archived and mine.first_archived < seen_on:
            later = (
                f"{name}: the list of known editions has it archived on {spoken(mine.first_archived)}, the earliest "
                f"capture to be had is of {spoken(seen_on)}; it counts as known since then."
            )
            findings.append(_finding("archived_earlier", "note", f"{mine.first_archived}", f"{seen_on}", later))
        return findings
    named = [w.sha256 for w in known if w.name.casefold() == name.casefold()]
    if named:
        words = (
            f"{name}, captured on {spoken(seen_on)}: the bytes (sha256 {sha256}) are none of the {len(named)} that the "
            "list of known editions has under this name. They are stored; compare them before you rely on them."
        )
        return [_finding("witness_differs", "warn", " or ".join(named), sha256, words)]
    words = f"{name}, captured on {spoken(seen_on)}: not on the list of known editions (sha256 {sha256})."
    return [_finding("not_witnessed", "note", "a name on the list", sha256, words)]


def check_missing(held: Collection[str], captured: Collection[str], known: Sequence[Witness]) -> list[Finding]:
    """Known editions that are not held after all captures were taken. `captured` are the names that the archive has."""
    names = {name.casefold() for name in captured}
    findings = []
    for witness in known:
        if witness.sha256 in held:
            continue
        why = "with other bytes only" if witness.name.casefold() in names else "not at all"
        words = (
            f"{witness.name} (edition of {spoken(witness.edition_date)}): the archive has it {why}. If you hold the "
            "file, take it with `onrecord import`."
        )
        findings.append(_finding("edition_missing", "note", witness.sha256, why, words))
    return findings


def _finding(check: str, severity: Severity, expected: str, found: str, words: str) -> Finding:
    return Finding(check, severity, "release", (), expected, found, words)
