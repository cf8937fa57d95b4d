"""Faults and sound oddities of a seeded hand, put into parts of the published editions: what is found, what is held."""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

import pytest

from checks.parts import MISPLACED
from figures.records import Finding, Parsed
from scrapers import ice_workbook
from scrapers.errors import DriftError
from tests.gate import Gate, holds
from tests.known_faults import FAULTS as ON_RECORD
from tests.mutations import Mutated, Taken, opened
from tests.mutations_lists import FAULTS
from tests.sound_parts import SOUND, Sound

pytestmark = pytest.mark.slow

SEED, EACH = 20260202, 24
# What an edition is read for first: a hold on these must never be a false one.
HEADLINE = frozenset({"detained_by_criminality", "book_ins_by_month", "removals", "adp", "final_book_outs"})
DOCS = Path(__file__).parents[2] / "docs" / "trust-gate.md"
EXCHANGE = "exchange two rows"


@dataclass(frozen=True)
class Case:
    """What was done to an edition and what came of it: new warnings and holds about it, or what was held beyond it."""

    kind: str
    edition: str
    words: str
    found: tuple[Finding, ...]
    beyond: tuple[str, ...] = ()

    @property
    def held(self) -> bool:
        return any(finding.severity == "hold" for finding in self.found)


@dataclass
class Walk:
    faults: dict[str, list[Case]] = field(default_factory=lambda: defaultdict(list))
    sound: dict[str, list[Case]] = field(default_factory=lambda: defaultdict(list))
    tables: int = 0
    held: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture(scope="module")
def walk(shared_data: Path) -> Walk:
    """One pass through the editions. Each kind is tried at every edition, until there are enough of it."""
    rows = list(csv.DictReader((shared_data / "ice" / "manifest.csv").read_text("utf-8").splitlines()))
    walk, gate, dice, last = Walk(), Gate(), Random(SEED), dict[int, Taken]()
    # Spread over all editions: a kind is tried at about twice as many places as there are to be cases.
    plan = {kind: set(dice.sample(range(len(rows)), 48)) for kind in (*FAULTS, *SOUND)}
    for place, row in enumerate(rows):
        published = date.fromisoformat(row["edition_date"])
        grid = opened((shared_data / "ice" / "workbooks" / row["file"]).read_bytes())
        taken = Taken(grid, ice_workbook.read(grid, row["published_name"]))
        found = gate.look(taken.parsed, row["published_name"], published)
        _count(walk, row["file"], taken.parsed, found)
        year = taken.parsed.fiscal_year
        if year in last and not holds(found).release:
            edition = Edition(gate, row, published, taken, last[year], found)
            for kind in (*FAULTS, *SOUND):
                yearly = kind == "leave a year-end sheet as it was"
                cases = (walk.faults if kind in FAULTS else walk.sound)[kind]
                for _ in range(EACH if yearly else place in plan[kind]):
                    if len(cases) < EACH and (case := edition.tried(kind, dice)):
                        cases.append(case)
        gate.take(taken.parsed, row["published_name"], published, found)
        if year:
            last[year] = taken
    return walk


def _count(walk: Walk, file: str, parsed: Parsed, found: Sequence[Finding]) -> None:
    """The sound tables of an edition, and those of them that are held."""
    faulty = {table for fault in ON_RECORD if file.startswith(fault.edition) for table in fault.tables}
    held = holds(found)
    numbers = [o for o in parsed.observations if o.status not in ("not_current", "text") and o.table not in faulty]
    walk.tables += len({o.table for o in numbers})
    if not held.release:
        walk.held += [(file, table) for table in sorted({o.table for o in numbers if held.on(o)})]


@dataclass(frozen=True)
class Edition:
    """An edition as it was published and what was found in it, with the one before it of the same fiscal year."""

    gate: Gate
    row: Mapping[str, str]
    published: date
    taken: Taken
    before: Taken
    found: Sequence[Finding]

    def tried(self, kind: str, dice: Random) -> Case | None:
        """Do one thing to it; None where it cannot be done, or where what it is done to is flagged already."""
        done = (
            FAULTS[kind](dice, self.taken, self.before)
            if kind in FAULTS
            else SOUND[kind](dice, self.taken, self.before)
        )
        if done is None or done.tables & self._faulty() or self._flagged(done):
            return None
        try:
            parsed = ice_workbook.read(done.grid, self.row["published_name"])
        except DriftError:
            return Case(
                kind, self.row["file"], done.words, (Finding("layout_drift", "hold", "release", (), "", "", ""),)
            )
        known = {_key(finding) for finding in self.found}
        looked = self.gate.look(parsed, self.row["published_name"], self.published)
        new = [f for f in looked if _key(f) not in known and f.severity != "note"]
        if isinstance(done, Mutated):
            about = tuple(f for f in new if _concerns(f, done.tables, parsed))
            return Case(kind, self.row["file"], done.words, about)
        return Case(kind, self.row["file"], done.words, tuple(new), _beyond(done, parsed, new))

    def _faulty(self) -> set[str]:
        return {t for fault in ON_RECORD if self.row["file"].startswith(fault.edition) for t in fault.tables}

    def _flagged(self, done: Mutated | Sound) -> bool:
        told = [f for f in self.found if f.severity != "note" and f.scope_kind != "release"]
        return any(_concerns(f, done.tables, self.taken.parsed) for f in told)


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.check, finding.severity, finding.scope, finding.found


def _concerns(finding: Finding, tables: frozenset[str], parsed: Parsed) -> bool:
    if finding.scope_kind != "cells":
        return finding.scope_kind == "release" or bool(tables & set(finding.scope))
    cells = set(finding.scope)
    return any(o.locator in cells for o in parsed.observations if o.table in tables)


def _beyond(done: Sound, parsed: Parsed, new: Sequence[Finding]) -> tuple[str, ...]:
    """The numbers that are held for something that is right, but for those that may be."""
    held = holds(new)
    numbers = [o for o in parsed.observations if o.value is not None and o.status != "not_current"]
    return tuple(o.locator for o in numbers if held.on(o) and o.locator not in done.cells)


def _say(capsys: pytest.CaptureFixture[str], *lines: str) -> None:
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")


def test_faults_in_parts_are_found(walk: Walk, capsys: pytest.CaptureFixture[str]) -> None:
    cases = [case for some in walk.faults.values() for case in some]
    found = [case for case in cases if case.found]
    missed = [f"  missed: {case.kind}: {case.edition}: {case.words}" for case in cases if not case.found]
    share = f"{len(found)} of {len(cases)} ({len(found) / len(cases):.1%})"
    _say(capsys, f"faults in parts found: {share}, held {sum(case.held for case in cases)}", *missed)
    assert len(cases) >= 200
    assert len(found) >= 0.95 * len(cases)


@pytest.mark.parametrize("kind", FAULTS)
def test_no_kind_of_fault_goes_by(walk: Walk, kind: str) -> None:
    cases = walk.faults[kind]
    assert len(cases) >= EACH / 2
    assert sum(bool(case.found) for case in cases) >= 0.85 * len(cases)


def test_what_is_right_and_looks_odd_is_held_no_further_than_it_is_doubtful(
    walk: Walk, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [case for some in walk.sound.values() for case in some]
    beyond = [case for case in cases if case.beyond]
    told = [f"  held beyond: {c.kind}: {c.edition}: {c.words}: {c.found[0].words[:200]}" for c in beyond]
    _say(capsys, f"sound oddities held beyond the doubt: {len(beyond)} of {len(cases)}", *told)
    assert len(cases) >= 100
    assert len(beyond) <= 0.01 * len(cases)


def test_an_exchange_of_rows_is_told_as_that_one_fault(walk: Walk, capsys: pytest.CaptureFixture[str]) -> None:
    told = Counter(
        sum(finding.check in MISPLACED for finding in case.found) for case in walk.faults[EXCHANGE] if case.found
    )
    _say(capsys, f"rows exchanged, by how many findings say that lines are out of place: {dict(sorted(told.items()))}")
    assert set(told) <= {0, 1}
    assert told[1] >= told.total() / 2


def test_hardly_a_sound_table_is_held_and_no_headline(walk: Walk, capsys: pytest.CaptureFixture[str]) -> None:
    headline = [each for each in walk.held if each[1] in HEADLINE]
    share = f"{len(walk.held)} of {walk.tables} ({len(walk.held) / walk.tables:.2%})"
    _say(capsys, f"sound tables held: {share}, headline tables {len(headline)}", *(f"  {f}: {t}" for f, t in walk.held))
    assert len(walk.held) <= 0.01 * walk.tables
    assert headline == []


def test_the_table_of_these_faults_is_that_of_the_documentation(walk: Walk) -> None:
    lines = "\n".join(_documented(walk))
    assert lines in DOCS.read_text("utf-8"), f"docs/trust-gate.md should have\n{lines}"


def _documented(walk: Walk) -> Iterator[str]:
    yield "| done to a part | found | held | what finds it |"
    yield "|---|---|---|---|"
    for kind in FAULTS:
        cases = walk.faults[kind]
        checks = Counter(check for case in cases for check in {finding.check for finding in case.found})
        named = ", ".join(f"`{check}`" for check, _ in sorted(checks.items(), key=lambda each: (-each[1], each[0]))[:3])
        found, held = sum(bool(case.found) for case in cases), sum(case.held for case in cases)
        yield f"| {kind} | {found} of {len(cases)} | {held} | {named} |"
    yield ""
    yield "| right, but odd | held beyond the doubt |"
    yield "|---|---|"
    for kind in SOUND:
        yield f"| {kind} | {sum(bool(case.beyond) for case in walk.sound[kind])} of {len(walk.sound[kind])} |"
