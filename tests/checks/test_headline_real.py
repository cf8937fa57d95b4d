"""Three hundred slips in the headline counts of the published editions: how many are held, and what else is."""

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

import pytest

from scrapers import ice_workbook
from tests.gate import Gate, Holds, holds
from tests.headline_faults import GROUPS, KINDS, Slip, headlines, slip
from tests.known_faults import FAULTS
from tests.mutations import Taken, opened

pytestmark = pytest.mark.slow

CASES, SEED = 300, 20261128
# Removals have no sums: two slips more in each edition, whatever they move.
REMOVALS, MORE = "removals since October", 2
DOCS = Path(__file__).parents[2] / "docs" / "trust-gate.md"
# By how much a slip moves what is measured, and which part of those must be held.
LARGE, SMALL = 0.15, 0.05
CLASSES: Mapping[str, tuple[float, float]] = {"15 % or more": (LARGE, 0.99), "5 to 15 %": (SMALL, 0.80)}


@dataclass(frozen=True)
class Case:
    kind: str
    file: str
    slip: Slip
    held: bool

    @property
    def size(self) -> str:
        return next((name for name, (least, _) in CLASSES.items() if self.slip.moved >= least), "less")


@dataclass
class Walk:
    cases: list[Case] = field(default_factory=list)
    removals: list[Case] = field(default_factory=list)
    sound: list[tuple[str, str]] = field(default_factory=list)  # file and headline table
    held: list[tuple[str, str]] = field(default_factory=list)  # those of them that are held


def walk_through(editions: Sequence[tuple[Mapping[str, str], Taken]], seed: int, cases: int = CASES) -> Walk:
    """One pass in order of publication; every edition is held against those before it, then slipped in."""
    dice, walk, gate, last = Random(seed), Walk(), Gate(), dict[int, Taken]()
    planned = Counter(dice.randrange(len(editions)) for _ in range(cases))
    for place, (row, taken) in enumerate(editions):
        name, published = row["published_name"], date.fromisoformat(row["edition_date"])
        found = gate.look(taken.parsed, name, published)
        before, year = holds(found), taken.parsed.fiscal_year
        faulty = {table for fault in FAULTS if row["file"].startswith(fault.edition) for table in fault.tables}
        _note(walk, row["file"], taken, before, faulty)
        if year in last and not before.release:
            clean = [figure for edition in gate.editions for figure in edition.counted]
            # What could not be done to the editions before is done to this one.
            wanted = sum(planned[at] for at in range(place + 1)) - len(walk.cases)
            for some, groups in [(walk.cases, GROUPS)] * wanted + [(walk.removals, [REMOVALS])] * MORE:
                kind = list(KINDS)[len(some) % len(KINDS)]
                made = slip(dice, kind, taken, last[year], clean, groups)
                if made and made.cell.table not in faulty and not before.on(made.cell):
                    some.append(Case(kind, row["file"], made, _is_held(gate, made, name, published)))
        gate.take(taken.parsed, name, published, found)
        if year:
            last[year] = taken
    return walk


def _note(walk: Walk, file: str, taken: Taken, held: Holds, faulty: set[str]) -> None:
    tables = {o.table for cells in headlines(taken).values() for o in cells} - faulty
    walk.sound += [(file, table) for table in sorted(tables)]
    figures = [o for o in taken.parsed.observations if o.table in tables and o.status not in ("not_current", "text")]
    walk.held += [(file, table) for table in sorted({o.table for o in figures if held.on(o)})]


def _is_held(gate: Gate, made: Slip, name: str, published: date) -> bool:
    parsed = ice_workbook.read(made.grid, name)
    after = holds(gate.look(parsed, name, published))
    return after.release or all(after.on(o) for o in parsed.observations if o.locator == made.cell.locator)


@pytest.fixture(scope="module")
def walk(shared_data: Path) -> Walk:
    rows = list(csv.DictReader((shared_data / "ice" / "manifest.csv").read_text("utf-8").splitlines()))
    editions = []
    for row in rows:
        grid = opened((shared_data / "ice" / "workbooks" / row["file"]).read_bytes())
        editions.append((row, Taken(grid, ice_workbook.read(grid, row["published_name"]))))
    return walk_through(editions, SEED)


def test_slips_that_move_what_is_measured_are_held(walk: Walk, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(walk.cases) == CASES
    sound = f"sound headline tables held: {len(walk.held)} of {len(walk.sound)}"
    said = [f"headline slips: {CASES} planted, seed {SEED}; {sound}"]
    for name in CLASSES:
        mine = [case for case in walk.cases if case.size == name]
        said.append(f"  {name}: {_rate(mine)}")
        said += [f"    not held: {case.file}: {case.slip.words}" for case in mine if not case.held]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(said) + "\n")
    for name, (_, least) in CLASSES.items():
        mine = [case for case in walk.cases if case.size == name]
        assert sum(case.held for case in mine) >= least * len(mine) > 0


def test_slips_in_removals_are_held_by_their_pace(walk: Walk) -> None:
    large = [case for case in walk.removals if case.slip.moved >= LARGE]
    assert len(walk.removals) >= 80
    assert sum(case.held for case in large) >= 0.9 * len(large)


def test_no_headline_table_of_a_sound_edition_is_held(walk: Walk) -> None:
    assert len(walk.sound) > 300
    assert walk.held == []


def test_the_tables_of_slips_are_those_of_the_documentation(walk: Walk) -> None:
    held = f"Of {len(walk.sound)} headline tables of sound editions {len(walk.held)} are held."
    for text in (held, "\n".join(_table(walk, "slip", KINDS)), "\n".join(_table(walk, "cell", GROUPS))):
        assert text in DOCS.read_text("utf-8"), f"docs/trust-gate.md should have\n{text}"


def _table(walk: Walk, what: str, names: Sequence[str] | Mapping[str, object]) -> Iterator[str]:
    sizes = [*CLASSES, "less"]
    yield f"| {what} | n | moved by {' | '.join(sizes)} |"
    yield f"|---|---|{'---|' * len(sizes)}"
    rows = {name: [case for case in walk.cases if name in (case.kind, case.slip.group)] for name in names}
    more = {"removals, more": walk.removals} if what == "cell" else {}
    for name, mine in {**rows, "all": walk.cases, **more}.items():
        by_size = [[case for case in mine if case.size == size] for size in sizes]
        yield f"| {name} | {len(mine)} | {' | '.join(map(_rate, by_size))} |"


def _rate(cases: Sequence[Case]) -> str:
    held = sum(case.held for case in cases)
    return f"{held} of {len(cases)} held ({held / len(cases):.1%})" if cases else "–"
