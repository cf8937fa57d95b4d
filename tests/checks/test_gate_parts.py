"""Faults and sound oddities put into parts of rebuilt editions: worth something where the published ones are not."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

import pytest

from replica.editions import editions
from replica.workbooks import build
from scrapers import ice_workbook
from scrapers.errors import DriftError
from tests.gate import Gate, holds
from tests.mutations import Mutation, Taken, opened
from tests.mutations_lists import FAULTS
from tests.sound_parts import SOUND, SoundMutation

SEED, EACH = 11, 6
# A rebuilt edition has no list of facilities, no sheet that is carried along and no areas.
FAULTS_HERE = [
    "move people from one part to another",
    "delete a number",
    "turn three rows",
    "exchange two rows",
    "put another day over the people held",
]
SOUND_HERE = ["percentages in two digits", "a part that empties", "one doubtful month"]


@dataclass
class Walk:
    tried: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    beyond: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def walk() -> Walk:
    walk, gate, dice = Walk(), Gate(), Random(SEED)
    before: Taken | None = None
    for one in editions():
        grid = opened(build(one))
        taken = Taken(grid, ice_workbook.read(grid, one.file_name))
        found = gate.look(taken.parsed, one.file_name, one.published_on)
        known = {(f.check, f.scope, f.found) for f in found}
        for kind in (*FAULTS_HERE, *SOUND_HERE):
            put: Mutation | SoundMutation = FAULTS.get(kind) or SOUND[kind]
            if before is None or before.parsed.fiscal_year != taken.parsed.fiscal_year or walk.tried[kind] >= EACH:
                continue
            if (done := put(dice, taken, before)) is None:
                continue
            walk.tried[kind] += 1
            try:
                parsed = ice_workbook.read(done.grid, one.file_name)
            except DriftError:
                walk.found[kind] += 1
                continue
            looked = gate.look(parsed, one.file_name, one.published_on)
            new = [f for f in looked if f.severity != "note" and (f.check, f.scope, f.found) not in known]
            walk.found[kind] += bool(new)
            held, allowed = holds(new), getattr(done, "cells", frozenset())
            beyond = [o.locator for o in parsed.observations if o.value is not None and held.on(o)]
            if kind in SOUND_HERE:
                walk.beyond += [f"{done.words}: {cell}" for cell in beyond if cell not in allowed]
        gate.take(taken.parsed, one.file_name, one.published_on, found)
        before = taken
    return walk


@pytest.mark.parametrize("kind", FAULTS_HERE)
def test_what_a_hand_does_to_a_part_is_seen(walk: Walk, kind: str) -> None:
    assert walk.tried[kind] >= 4
    # A rebuilt edition lies up to a season after the one before it.
    assert 3 * walk.found[kind] >= 2 * walk.tried[kind]


@pytest.mark.parametrize("kind", SOUND_HERE)
def test_what_is_right_and_looks_odd_is_held_no_further_than_it_is_doubtful(walk: Walk, kind: str) -> None:
    assert walk.tried[kind] >= 3
    assert walk.beyond == []
