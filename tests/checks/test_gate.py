"""The harness of the trust gate on rebuilt editions: worth something where the published ones are not."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

import pytest

from checks.catalogue import CHECKS
from figures.records import Finding
from replica.editions import editions
from replica.workbooks import build
from scrapers.ice import workbook
from tests.faults.gate import Gate, holds
from tests.faults.mutations import MUTATIONS, Taken, opened

SEED, EACH = 7, 6
# A rebuilt edition has no list of facilities and no sheet of its own for bonds.
DONE_HERE = [name for name in MUTATIONS if name != "drop a facility block"]


@dataclass
class Walk:
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    caught: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def walk() -> Walk:
    walk, gate, dice = Walk(), Gate(), Random(SEED)
    before: Taken | None = None
    for one in editions():
        grid = opened(build(one))
        taken = Taken(grid, workbook.read(grid, one.file_name))
        found = gate.look(taken.parsed, one.file_name, one.published_on)
        walk.findings[one.key] = found
        known = {(f.check, f.scope, f.found) for f in found}
        if before is not None and before.parsed.fiscal_year == taken.parsed.fiscal_year:
            for name in DONE_HERE:
                mutated = MUTATIONS[name](dice, taken, before) if walk.tried[name] < EACH else None
                if mutated is None:
                    continue
                parsed = workbook.read(mutated.grid, one.file_name)
                new = [
                    f
                    for f in gate.look(parsed, one.file_name, one.published_on)
                    if f.severity != "note" and (f.check, f.scope, f.found) not in known
                ]
                walk.tried[name] += 1
                walk.caught[name] += bool(new)
        gate.take(taken.parsed, one.file_name, one.published_on, found)
        before = taken
    return walk


def test_of_the_rebuilt_editions_one_table_is_held_and_one_gap_is_told(walk: Walk) -> None:
    held = {key: holds(found) for key, found in walk.findings.items()}
    assert {key for key, each in held.items() if each.tables or each.cells or each.release} == {"08292025"}
    assert held["08292025"].tables == {"removals"}
    told = {key for key, found in walk.findings.items() if any(f.check == "stock_and_flow" for f in found)}
    assert told == {"08292025"}


@pytest.mark.parametrize("mutation", DONE_HERE)
def test_what_a_hand_does_to_a_rebuilt_edition_is_seen(walk: Walk, mutation: str) -> None:
    assert walk.tried[mutation] >= 4
    # A rebuilt edition lies up to a season after the one before it: rows of few people exchange unseen.
    assert 3 * walk.caught[mutation] >= 2 * walk.tried[mutation]


def test_nearly_all_that_a_hand_does_is_seen(walk: Walk) -> None:
    assert walk.caught.total() >= 0.9 * walk.tried.total()


def test_what_is_found_is_declared(walk: Walk) -> None:
    told = {f.check for found in walk.findings.values() for f in found if "since " in f.words}
    assert told <= set(CHECKS)
