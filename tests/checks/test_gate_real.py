"""The published editions in order, each as on the day it appeared: what the gate finds, what it holds, what it misses;
and two hundred faults of a seeded hand, put into them.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

import pytest

from checks.source_errors import KNOWN, UNPROVEN, register, source_errors
from figures.records import Finding, Parsed
from scrapers import ice_workbook
from scrapers.errors import DriftError
from tests.conftest import Parse
from tests.gate import Gate, holds
from tests.known_faults import FAULTS, Fault
from tests.mutations import MUTATIONS, Grid, Mutated, Taken, opened
from tests.once import remembered

CASES, SEED = 200, 20251125
DOCS = Path(__file__).parents[2] / "docs" / "trust-gate.md"
Row = dict[str, str]


@dataclass(frozen=True)
class Case:
    mutation: str
    edition: str
    words: str
    caught_by: tuple[str, ...]


@dataclass
class Walk:
    """What was found in each edition, which of its tables are held, and what became of the mutations."""

    findings: dict[str, list[Finding]] = field(default_factory=dict)
    tables: dict[str, set[str]] = field(default_factory=dict)
    held: dict[str, set[str]] = field(default_factory=dict)
    known: dict[str, list[Finding]] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    neighbours: Counter[bool] = field(default_factory=Counter)  # was a table held before anything was done


def _rows(shared_data: Path, name: str) -> list[Row]:
    return list(csv.DictReader((shared_data / "ice" / name).read_text("utf-8").splitlines()))


@pytest.fixture(scope="module")
def walk(shared_data: Path, run_folder: Path, parse_once: Parse) -> Walk:
    """One pass through the editions as they were published."""
    return remembered(run_folder / "walk", lambda: _walk(shared_data, parse_once, cases=0))


@pytest.fixture(scope="module")
def mutated(shared_data: Path, run_folder: Path, parse_once: Parse) -> Walk:
    """One pass through the editions with faults put into them."""
    return remembered(run_folder / "mutated", lambda: _walk(shared_data, parse_once, cases=CASES))


def _walk(shared_data: Path, parse: Parse, cases: int) -> Walk:
    rows, dice = _rows(shared_data, "manifest.csv"), Random(SEED)
    planned: dict[int, list[str]] = defaultdict(list)
    names = list(MUTATIONS)
    for number in range(cases + len(names) if cases else 0):
        planned[dice.randrange(len(rows))].append(names[number % len(names)])
    walk, gate, last, waiting = Walk(), Gate(), dict[int, Taken](), list[str]()
    for place, row in enumerate(rows):
        published = date.fromisoformat(row["edition_date"])
        content = (shared_data / "ice" / "workbooks" / row["file"]).read_bytes()
        grid = opened(content) if cases else Grid((), None, {})
        taken = Taken(grid, parse(content, row["published_name"]))
        found = gate.look(taken.parsed, row["published_name"], published)
        _note(walk, row, taken.parsed, found)
        year = taken.parsed.fiscal_year
        waiting += planned[place]
        if year in last and not holds(found).release:
            for mutation in list(waiting):
                if len(walk.cases) < cases and _try(walk, gate, row, taken, last[year], found, mutation, dice):
                    waiting.remove(mutation)
        gate.take(taken.parsed, row["published_name"], published, found)
        if year:
            last[year] = taken
    return walk


def _note(walk: Walk, row: Row, parsed: Parsed, found: list[Finding]) -> None:
    name = row["file"]
    walk.findings[name] = found
    walk.known[name] = source_errors(row["sha256"], parsed.observations)
    held = holds(found)
    numbers = [o for o in parsed.observations if o.status not in ("not_current", "text")]
    walk.tables[name] = {o.table for o in numbers}
    walk.held[name] = {o.table for o in numbers if held.on(o)}


def _try(
    walk: Walk, gate: Gate, row: Row, taken: Taken, before: Taken, found: Sequence[Finding], mutation: str, dice: Random
) -> bool:
    """Do one thing to an edition and see whether the gate says more than before; False when it could not be done."""
    mutated = MUTATIONS[mutation](dice, taken, before)
    if mutated is None:
        return False
    faulty = {table for fault in _faults_of(row["file"]) for table in fault.tables}
    if mutated.tables & faulty:
        return False
    for table in mutated.tables & walk.tables[row["file"]]:
        walk.neighbours[table in walk.held[row["file"]]] += 1
    if _is_flagged(mutated, taken.parsed, found):
        return False  # what is told of already cannot be told of anew
    known = {(f.check, f.severity, f.scope, f.found) for f in found}
    try:
        parsed = ice_workbook.read(mutated.grid, row["published_name"])
        looked = gate.look(parsed, row["published_name"], date.fromisoformat(row["edition_date"]))
        new = [f for f in looked if (f.check, f.severity, f.scope, f.found) not in known and f.severity != "note"]
        caught = tuple(sorted({f.check for f in new if _concerns(f, mutated, parsed)}))
    except DriftError:
        caught = ("layout_drift",)
    walk.cases.append(Case(mutation, row["file"], mutated.words, caught))
    return True


def _is_flagged(mutated: Mutated, parsed: Parsed, found: Sequence[Finding]) -> bool:
    return any(f.severity != "note" and f.scope and _concerns(f, mutated, parsed) for f in found)


def _concerns(finding: Finding, mutated: Mutated, parsed: Parsed) -> bool:
    """Whether a finding is about what was done: a release, one of the tables, or cells of one of them."""
    if not mutated.tables or finding.scope_kind == "release":
        return bool(not mutated.tables or finding.scope_kind == "release")
    if finding.scope_kind == "table":
        return bool(mutated.tables & set(finding.scope))
    cells = set(finding.scope)
    sheets = {o.locator.rpartition("!")[0] for o in parsed.observations if o.table in mutated.tables}
    by_cell = any(o.locator in cells for o in parsed.observations if o.table in mutated.tables)
    return by_cell or any(cell.rpartition("!")[0] in sheets for cell in cells if finding.check == "leftover")


def _faults_of(file: str) -> list[Fault]:
    return [fault for fault in FAULTS if file.startswith(fault.edition)]


def _say(capsys: pytest.CaptureFixture[str], *lines: str) -> None:
    """The figures are what the harness is for: they are shown whether or not it passes."""
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")


def test_every_fault_on_record_stands_here(shared_data: Path) -> None:
    on_record = {(row["edition_date"], row["block"]) for row in _rows(shared_data, "known_errors.csv")}
    assert on_record == {fault.row for fault in FAULTS}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.row[0]} {fault.what}")
def test_a_fault_on_record_is_found_on_its_day(walk: Walk, fault: Fault) -> None:
    (file,) = [file for file in walk.findings if file.startswith(fault.edition)]
    found = {finding.check for finding in walk.findings[file]}
    assert set(fault.found_by) <= found
    assert bool(fault.found_by) != bool(fault.missed)


def test_sound_tables_are_hardly_ever_held(walk: Walk, capsys: pytest.CaptureFixture[str]) -> None:
    sound, held = [], []
    for file, tables in walk.tables.items():
        faulty = {table for fault in _faults_of(file) for table in fault.tables}
        release = any(f.severity == "hold" and f.scope_kind == "release" for f in walk.findings[file])
        for table in sorted(tables - faulty):
            sound.append((file, table))
            if table in walk.held[file] and not (release and _faults_of(file)):
                held.append((file, table))
    found = sum(bool(fault.found_by) for fault in FAULTS)
    _say(
        capsys,
        f"faults on record: {found} of {len(FAULTS)} found on their day; sound tables held: {len(held)} of "
        f"{len(sound)} ({len(held) / len(sound):.2%})",
    )
    assert len(held) <= 0.02 * len(sound)
    assert held


def test_the_table_of_faults_and_checks_is_that_of_the_documentation(walk: Walk) -> None:
    lines = "\n".join(_documented(walk))
    assert lines in DOCS.read_text("utf-8"), f"docs/trust-gate.md should have\n{lines}"


def _documented(walk: Walk) -> Iterator[str]:
    yield "| day | fault | found by | held |"
    yield "|---|---|---|---|"
    for fault in FAULTS:
        (file,) = [file for file in walk.findings if file.startswith(fault.edition)]
        found = ", ".join(f"`{check}`" for check in fault.found_by) or f"**missed**: {fault.missed}"
        kept = sorted(walk.held[file] & set(fault.tables))
        whole = any(f.severity == "hold" and f.scope_kind == "release" for f in walk.findings[file])
        held = "the release" if whole else ", ".join(kept) or "–"
        yield f"| {fault.row[0]} | {fault.what} | {found} | {held} |"


@pytest.mark.slow
def test_two_hundred_mutations_are_caught(mutated: Walk, capsys: pytest.CaptureFixture[str]) -> None:
    caught = [case for case in mutated.cases if case.caught_by]
    neighbours = mutated.neighbours.total()
    missed = [f"  missed: {case.edition}: {case.words}" for case in mutated.cases if not case.caught_by]
    share = f"{len(caught)} of {len(mutated.cases)} ({len(caught) / len(mutated.cases):.1%})"
    held = f"{mutated.neighbours[True]} of {neighbours} ({mutated.neighbours[True] / neighbours:.1%})"
    _say(capsys, f"mutations caught: {share}; sound neighbours held: {held}", *missed)
    assert len(mutated.cases) == CASES
    assert len(caught) >= 0.95 * CASES
    assert mutated.neighbours[True] <= 0.02 * neighbours


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_no_kind_of_mutation_goes_by(mutated: Walk, mutation: str) -> None:
    mine = [case for case in mutated.cases if case.mutation == mutation]
    assert len(mine) >= 20
    assert sum(bool(case.caught_by) for case in mine) >= 0.8 * len(mine)


def test_each_entry_of_the_register_stands_on_its_cells(walk: Walk) -> None:
    findings = [finding for found in walk.known.values() for finding in found]
    assert [finding.words for finding in findings if finding.check == UNPROVEN] == []
    assert sorted(finding.found for finding in findings if finding.check == KNOWN) == sorted(e.id for e in register())
