"""Numbers from outside that claims are held against: dated, sourced, in `benchmarks.toml` beside the claims.

A benchmark is a series of steps. A claim that names one is held against the step in force when it was said; the day
the next step begins, the yardstick is replaced and the claim superseded, not wrong.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from alerts.claims.bounds import NotReadError, beyond_reason, read_text
from alerts.claims.parts import Strict, Text, Url
from alerts.claims.shipped import shipped_claims
from figures.mishaps import Mishap, attempt
from figures.periods import spoken

FILE = "benchmarks.toml"
RAISED = "Value error, "  # what pydantic sets before the words of our own checks


class Step(Strict):
    """From a day on: a value with words and source, or the end of the series and why."""

    since: date
    value: float | None = Field(default=None, gt=0)
    words: str = ""
    source: Url | None = None
    because: str = ""

    @model_validator(mode="after")
    def _sourced(self) -> "Step":
        if self.value is None and not self.because:
            raise ValueError("a step without value ends the benchmark: say why in because")
        if self.value is not None and not (self.source and self.words):
            raise ValueError(f"the value {self.value:g} is unsourced: give its source (a link) and words for it")
        return self


class Benchmark(Strict):
    title: Text
    unit: Text
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> "Benchmark":
        days = [step.since for step in self.steps]
        if days != sorted(set(days)) or self.steps[0].value is None:
            raise ValueError("steps go from the earliest to the latest day, and the first has a value")
        return self


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """Those of one file; `faults` are what is wrong with it, as (place in the file, words)."""

    path: Path | None = None
    known: Mapping[str, Benchmark] = field(default_factory=dict)
    text: str = ""
    faults: Sequence[tuple[tuple[str | int, ...], str]] = ()


class UnknownBenchmarkError(Exception):
    """A benchmark that is not on record, or not in force on the day."""


def read_benchmarks(path: Path) -> Benchmarks:
    """One file; one that is not there has none. Faults are returned: a claim may not need what is broken."""
    if not path.exists():
        return Benchmarks()
    read = attempt(lambda: _understood(path))
    if isinstance(read, Mishap):
        return Benchmarks(path, faults=(((), f"this file cannot be read: {read.kind}: {read.words}"),))
    return read


def _understood(path: Path) -> Benchmarks:
    try:
        text = read_text(path)
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, NotReadError, tomllib.TOMLDecodeError) as error:
        return Benchmarks(path, faults=(((), str(error)),))
    known, faults = {}, list(beyond_reason(data))
    for name, fields in data.items():
        if any(place[0] == name for place, _ in faults):
            continue
        try:
            known[name] = Benchmark.model_validate(tuples(fields))
        except ValidationError as error:
            faults += [((name, *each["loc"]), each["msg"].removeprefix(RAISED)) for each in told_once(error)]
    return Benchmarks(path, known, text, tuple(faults))


def benchmarks_for(folder: Path) -> Benchmarks:
    """Those beside a claim's file before the shipped ones."""
    shipped = read_benchmarks(shipped_claims() / FILE)
    if folder.resolve() == shipped_claims().resolve():
        return shipped
    own = read_benchmarks(folder / FILE)
    return Benchmarks(own.path, {**shipped.known, **own.known}, own.text, own.faults)


def told_once(error: ValidationError) -> list[ErrorDetails]:
    """The faults of a file, without a list's complaint that it is too short once its broken entries are left out."""
    found = error.errors()
    inside = {each["loc"][:depth] for each in found for depth in range(len(each["loc"]))}
    return [each for each in found if each["type"] != "too_short" or each["loc"] not in inside]


def tuples(value: object) -> Any:
    """TOML's lists as tuples, since records are frozen."""
    if isinstance(value, dict):
        return {key: tuples(item) for key, item in value.items()}
    return tuple(tuples(item) for item in value) if isinstance(value, list) else value


def resolved(data: Mapping[str, Any], on: date, benchmarks: Benchmarks) -> tuple[dict[str, Any], dict[str, Step]]:
    """A claim's fields with what its benchmarks said on that day in their place, and the steps that were taken.

    Raises UnknownBenchmarkError whose arguments are the place in the claim and the words.
    """
    test = dict(data["test"])
    used: dict[str, Step] = {}
    for key in ("yardsticks", "baselines"):
        entries = []
        for number, entry in enumerate(test.get(key, ())):
            if isinstance(entry, dict) and "benchmark" in entry:
                entry = _of_benchmark(entry, on, benchmarks, ("test", key, number), used, ends=key == "yardsticks")
            entries.append(entry)
        if entries:
            test[key] = tuple(entries)
    return {**data, "test": test}, used


def _of_benchmark(
    entry: Mapping[str, Any],
    on: date,
    benchmarks: Benchmarks,
    place: tuple[str | int, ...],
    used: dict[str, Step],
    *,
    ends: bool,
) -> dict[str, Any]:
    name = entry["benchmark"]
    step, following = _in_force(name, on, benchmarks, place)
    used[name] = step
    made: dict[str, Any] = {"value": step.value, "words": step.words, "source": step.source}
    made["unit"] = benchmarks.known[name].unit
    if ends and following:
        used[f"{name}, then"] = following
        since = f"Since {spoken(following.since)} it is {following.words}."
        made |= {"until": following.since - timedelta(days=1), "until_because": following.because or since}
    return made | {key: value for key, value in entry.items() if key != "benchmark"}


def _in_force(name: str, on: date, benchmarks: Benchmarks, place: tuple[str | int, ...]) -> tuple[Step, Step | None]:
    """The step of a benchmark on a day, and the one that replaces it."""
    if name not in benchmarks.known:
        known = ", ".join(sorted(benchmarks.known)) or "none"
        raise UnknownBenchmarkError(place, f"benchmark {name!r} is not in {FILE}; known are {known}")
    steps = benchmarks.known[name].steps
    before = [step for step in steps if step.since <= on]
    if not before or before[-1].value is None:
        raise UnknownBenchmarkError(place, f"benchmark {name!r} has no value on {on}; give {FILE} the step of that day")
    return before[-1], next(iter(steps[len(before) :]), None)
