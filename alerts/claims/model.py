"""The claims on record: one TOML file each. Unknown keys, unknown series and missing reasons are errors."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from alerts.claims.benchmarks import (
    FILE,
    RAISED,
    Benchmarks,
    Step,
    UnknownBenchmarkError,
    benchmarks_for,
    resolved,
    told_once,
    tuples,
)
from alerts.claims.bounds import NotReadError, beyond_reason, read_text
from alerts.claims.claim_text import ClaimText
from alerts.claims.scopes import TESTABILITY, relation
from alerts.claims.shipped import WATCHES
from alerts.claims.toml_lines import Place, line_of, places
from alerts.claims.watch_text import WatchText
from alerts.forms.registry import FORMS
from figures.mishaps import Mishap, attempt
from figures.naming import or_nearest
from figures.periods import end_of_day

_NO_WORD = "'', "  # how pydantic says that a word may be left out, which nobody understands


class ClaimError(Exception):
    """A claim file that cannot be used: which file, which key, what is wrong."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a file: where, what, and what to do."""

    path: Path
    line: int
    key: str
    words: str
    advice: str = ""

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        return f"{self.path}:{self.line}: {key}{self.words}" + (f" {self.advice}" if self.advice else "")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with the text and hash of its file and of the benchmarks it names: changed, it is another version."""

    words: ClaimText
    sha256: str
    text: str

    @property
    def id(self) -> str:
        return self.words.id

    @property
    def on_record_at(self) -> datetime:
        return end_of_day(self.words.said_on)

    @property
    def needed(self) -> tuple[str, ...]:
        """The series that it is judged by, in any reading."""
        tests = (self.words.test, *(reading.test for reading in self.words.readings))
        return tuple(dict.fromkeys(series for test in tests for series in test.needed))

    @property
    def consulted(self) -> tuple[str, ...]:
        """Series that are looked at beside those, in any reading, and never waited for."""
        tests = (self.words.test, *(reading.test for reading in self.words.readings))
        return tuple(dict.fromkeys(series for test in tests for series in test.consulted))

    @property
    def read_otherwise(self) -> Iterator[tuple[str, "Claim"]]:
        """Each other reading by its words, as a claim of its own."""
        for reading in self.words.readings:
            covers = reading.covers or self.words.covers
            read = {"test": reading.test, "covers": covers, "readings": ()}
            testability = TESTABILITY[relation(reading.test.series, covers)]
            words = self.words.model_copy(update={**read, "testability": testability})
            yield reading.words, replace(self, words=words)


def load_claim(path: Path) -> Claim:
    """Read one file. Raises ClaimError naming the file, the key and what is wrong."""
    claim, faults = _read(path, benchmarks_for(path.parent))
    if claim is None:
        raise _error(faults)
    return claim


def _error(faults: Sequence[Fault]) -> ClaimError:
    """The first fault of a file, and how many more there are."""
    first = faults[0]
    more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
    return ClaimError(
        f"{first.path}: {first.key}: {first.words}{more}" if first.key else f"{first.path}: {first.words}"
    )


def faults_of(path: Path) -> list[Fault]:
    """Everything that is wrong with one file of a claim, or with `benchmarks.toml`."""
    if path.name == FILE:
        found = benchmarks_for(path.parent)
        written = _Written(path, places(found.text))
        return [written.fault(place, words) for place, words in found.faults]
    return _read(path, benchmarks_for(path.parent))[1]


def _read(path: Path, benchmarks: Benchmarks) -> tuple[Claim | None, list[Fault]]:
    """Whatever fails here is a fault of this file, and of no other."""
    read = attempt(lambda: _understood(path, benchmarks))
    if isinstance(read, Mishap):
        return None, [Fault(path, 1, "", f"this file cannot be read: {read.kind}: {read.words}")]
    return read


@lru_cache(maxsize=512)  # whoever looks every day reads the same files every day
def _laid_out(text: str) -> tuple[Mapping[str, Any], Mapping[Place, int], Sequence[tuple[Place, str]]]:
    """What a file holds, the lines of its keys, and what in it is beyond reason. Raises TOMLDecodeError."""
    data = tuples(tomllib.loads(text))
    return data, places(text), tuple(beyond_reason(data))


def _understood(path: Path, benchmarks: Benchmarks) -> tuple[Claim | None, list[Fault]]:
    try:
        text = read_text(path)
        data, lines, odd = _laid_out(text)
    except (OSError, UnicodeDecodeError, NotReadError, tomllib.TOMLDecodeError) as error:
        at = str(error).partition("(at line ")[2].partition(",")[0]
        return None, [Fault(path, int(at) if at.isdigit() else 1, "", str(error))]
    written = _Written(path, lines)
    if odd:
        return None, [written.fault(place, words) for place, words in odd]
    try:
        data, used = _with_benchmarks(data, benchmarks)
        words = (WatchText if path.parent.name == WATCHES else ClaimText).model_validate(data)
    except UnknownBenchmarkError as error:
        return None, [written.fault(*error.args)]
    except ValidationError as error:
        return None, [_fault(written, each) for each in told_once(error)]
    if words.id != path.stem:
        return None, [written.fault(("id",), f"the file must be called {words.id}.toml")]
    text += _as_taken(used)
    return Claim(words, hashlib.sha256(text.encode()).hexdigest(), text), []


@dataclass(frozen=True, slots=True)
class _Written:
    """A file with the places of its keys, for what is said of them."""

    path: Path
    lines: Mapping[Place, int]

    def fault(self, place: Place, words: str, advice: str = "") -> Fault:
        return Fault(self.path, line_of(place, self.lines), ".".join(map(str, place)) or "file", words, advice)


def _with_benchmarks(data: Mapping[str, Any], benchmarks: Benchmarks) -> tuple[Mapping[str, Any], Mapping[str, Step]]:
    """A claim's fields with its benchmarks' values. Those of a claim without a day or test are not looked up: what is
    missing is its fault.
    """
    said = data.get("said_on")
    if isinstance(said, date) and isinstance(data.get("test"), dict):
        return resolved(data, said, benchmarks)
    return data, {}


def _as_taken(used: Mapping[str, Step]) -> str:
    """What is added to a claim's text, so that a claim whose benchmarks have changed is another version."""
    lines = "".join(f"# {name}: {step!r}\n" for name, step in used.items())
    return f"\n# benchmarks.toml as taken:\n{lines}" if used else ""


def _fault(written: _Written, error: Any) -> Fault:
    """What pydantic found, at the key as it stands in the file: without the form that chose among the tests."""
    loc = tuple(error["loc"])
    if "test" in loc[:-1]:  # after it stands the form that chose the class
        at = loc.index("test") + 1
        loc = loc[:at] + loc[at + 1 :] if loc[at] in FORMS else loc
    words = error["msg"].removeprefix(RAISED).replace(_NO_WORD, "")
    # A fault of several fields together begins with the one to look at.
    named = (*loc, *(int(part) if part.isdigit() else part for part in words.partition(" ")[0].split(".")))
    return written.fault(named if named in written.lines else loc, words, _advice(error))


def _advice(error: Any) -> str:
    """What to do about the faults that the words alone do not tell."""
    match error["type"]:
        case "missing":
            reason = (
                "say why it is so" if error["loc"][-1] == "because" else "see docs/claims-files.md for what it means"
            )
            return f"Add {error['loc'][-1]}: {reason}."
        case "extra_forbidden":
            hint = or_nearest(str(error["loc"][-1]), _known_keys(error["loc"]))
            return f"Correct the name or delete the line{hint}; docs/claims-files.md lists the keys of each form."
        case "literal_error" if _NO_WORD in error["msg"]:
            return f"Write one of these, or delete the line: {error['loc'][-1]} may be left out."
        case "string_too_long":
            return "Quote the words that carry the claim, and no more."
        case "union_tag_invalid" | "union_tag_not_found":
            hint = or_nearest(str(error.get("ctx", {}).get("tag", "")), FORMS)
            return f"Give test.form one of these{hint}."
        case _:
            return ""


def _known_keys(place: Sequence[Any]) -> list[str]:
    """The keys that may stand where one does not belong: those of the form, or of the file."""
    form = next((each for each in place if each in FORMS), None)
    if form is None:
        return [*ClaimText.model_fields] if len(place) == 1 else []
    return [*FORMS[form].model_fields] if place[-2] == form else []


def load_claims(folders: Iterable[Path]) -> tuple[list[Claim], list[ClaimError]]:
    """Every claim of some folders, by id, and the files that cannot be used. An id that occurs twice is an error."""
    claims: dict[str, Claim] = {}
    errors: list[ClaimError] = []
    for folder in folders:
        benchmarks = benchmarks_for(folder)
        for path in sorted(folder.glob("*.toml")):
            if path.name == FILE:
                continue
            claim, faults = _read(path, benchmarks)
            if claim is None:
                errors.append(_error(faults))
            elif claim.id in claims:
                errors.append(ClaimError(f"{path}: id: {claim.id} is on record already, in another folder"))
            else:
                claims[claim.id] = claim
    return [claims[key] for key in sorted(claims)], errors
