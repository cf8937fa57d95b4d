"""The claims on record: one TOML file each. Unknown keys, unknown series and missing reasons are errors."""

import calendar
import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

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
from alerts.claims.parts import Strict, Text, Url
from alerts.claims.scopes import SCOPES, TESTABILITY, known_scope, relation
from alerts.claims.toml_lines import Place, line_of, places
from alerts.forms.registry import Test
from figures.mishaps import Mishap, attempt
from figures.periods import end_of_day, spoken

LONGEST_QUOTE = 300


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


class ClaimText(Strict):
    """The file as written.

    `quote` are words that were said, `substance` what was said where no words are held. `said_day` says how well the
    day is known; of a month it is the last. `covers` is what the claim counts, one of `alerts.claims.scopes`.
    `unverified` are fields that nobody could check.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,100}$")]
    title: Text
    speaker: Text
    said_on: date
    said_day: Literal["known", "about", "month"] = "known"
    quote: Annotated[str, Field(max_length=LONGEST_QUOTE)] = ""
    substance: str = ""
    quote_form: Text
    source: Url
    seen_in: tuple[Url, ...] = ()
    scope: Text
    covers: str
    testability: Literal["direct", "proxy", "bound", "none"]
    caveat: Text
    notes: str = ""
    unverified: tuple[Text, ...] = ()
    test: Test

    @field_validator("covers")
    @classmethod
    def _known_scope(cls, name: str) -> str:
        if not known_scope(name):
            raise ValueError(f"{name!r} is no scope; known are {', '.join(SCOPES)}, or a metric of the catalogue")
        return name

    @property
    def wording(self) -> str:
        """What was said: its words, or their substance."""
        return self.quote or self.substance

    @property
    def said(self) -> str:
        """When it was said, as well as it is known: `28 May 2025`, `about 11 August 2025`, `June 2025`."""
        if self.said_day == "month":
            return f"{self.said_on:%B %Y}"
        return f"about {spoken(self.said_on)}" if self.said_day == "about" else spoken(self.said_on)

    @model_validator(mode="after")
    def _words_or_substance(self) -> "ClaimText":
        if not self.wording.strip():
            raise ValueError("a claim needs a quote, or where no words are held its substance")
        last = calendar.monthrange(self.said_on.year, self.said_on.month)[1]
        if self.said_day == "month" and self.said_on.day != last:
            raise ValueError(f"said_on must be the last day of the month, {self.said_on:%Y-%m}-{last}")
        return self

    @model_validator(mode="after")
    def _judged_within_its_scope(self) -> "ClaimText":
        due = TESTABILITY[relation(self.test.series, self.covers)] if self.test.needed else "none"
        if self.testability != due:
            raise ValueError(
                f"testability is {self.testability!r}, but what is judged on makes it {due!r} for a claim about "
                f"{self.covers!r}"
            )
        return self


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
        """The series that it is judged by."""
        return self.words.test.needed


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
        lines = places(found.text)
        return [Fault(path, line_of(place, lines), _key(place), words) for place, words in found.faults]
    return _read(path, benchmarks_for(path.parent))[1]


def _read(path: Path, benchmarks: Benchmarks) -> tuple[Claim | None, list[Fault]]:
    """Whatever fails here is a fault of this file, and of no other."""
    read = attempt(lambda: _understood(path, benchmarks))
    if isinstance(read, Mishap):
        return None, [Fault(path, 1, "", f"this file cannot be read: {read.kind}: {read.words}")]
    return read


def _understood(path: Path, benchmarks: Benchmarks) -> tuple[Claim | None, list[Fault]]:
    try:
        text = read_text(path)
        data = tuples(tomllib.loads(text))
    except (OSError, UnicodeDecodeError, NotReadError, tomllib.TOMLDecodeError) as error:
        at = str(error).partition("(at line ")[2].partition(",")[0]
        return None, [Fault(path, int(at) if at.isdigit() else 1, "", str(error))]
    lines = places(text)
    if odd := list(beyond_reason(data)):
        return None, [Fault(path, line_of(place, lines), _key(place), words) for place, words in odd]
    used: dict[str, Step] = {}
    try:
        said = data.get("said_on")
        if isinstance(said, date) and isinstance(data.get("test"), dict):
            data, used = resolved(data, said, benchmarks)
        words = ClaimText.model_validate(data)
    except UnknownBenchmarkError as error:
        place, why = error.args
        return None, [Fault(path, line_of(place, lines), _key(place), why)]
    except ValidationError as error:
        return None, [_fault(path, each, data, lines) for each in told_once(error)]
    if words.id != path.stem:
        why = f"the file must be called {words.id}.toml"
        return None, [Fault(path, line_of(("id",), lines), "id", why)]
    if used:
        text += "\n# benchmarks.toml as taken:\n" + "".join(f"# {name}: {step!r}\n" for name, step in used.items())
    return Claim(words, hashlib.sha256(text.encode()).hexdigest(), text), []


def _fault(path: Path, error: Any, data: Mapping[str, Any], lines: Mapping[Place, int]) -> Fault:
    """What pydantic found, at the key as it stands in the file: without the form that chose among the tests."""
    test = data.get("test")
    form = test.get("form") if isinstance(test, dict) else None
    loc = tuple(error["loc"])
    if loc[:1] == ("test",) and len(loc) > 1 and loc[1] == form:
        loc = ("test", *loc[2:])
    words = error["msg"].removeprefix(RAISED)
    # A fault of several fields together begins with the one to look at.
    named = (*loc, *words.partition(" ")[0].split("."))
    loc = named if named in lines else loc
    return Fault(path, line_of(loc, lines), _key(loc), words, _advice(error))


def _key(place: Place) -> str:
    return ".".join(str(part) for part in place) or "file"


def _advice(error: Any) -> str:
    """What to do about the faults that the words alone do not tell."""
    match error["type"]:
        case "missing":
            reason = (
                "say why it is so" if error["loc"][-1] == "because" else "see docs/claims-files.md for what it means"
            )
            return f"Add {error['loc'][-1]}: {reason}."
        case "extra_forbidden":
            return "Correct the name or delete the line; docs/claims-files.md lists the keys of each form."
        case "string_too_long":
            return "Quote the words that carry the claim, and no more."
        case "union_tag_invalid" | "union_tag_not_found":
            return "Give test.form one of these."
        case _:
            return ""


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
