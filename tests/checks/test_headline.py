"""Slips in the headline counts of rebuilt editions, and by how much each moves what is measured."""

from datetime import date
from random import Random

import pytest

from figures.metric import ALL
from figures.periods import fiscal_year_to_date
from figures.records import Figure, Observation
from replica.editions import editions
from replica.workbooks import build
from scrapers import ice_workbook
from tests.checks.test_paces import figures
from tests.gate import Gate, holds
from tests.headline_faults import GROUPS, KINDS, Slip, headlines, moved, slip
from tests.mutations import Taken, opened

SEED = 11
REMOVALS = Observation(
    "ice.removals",
    (("group", ALL),),
    fiscal_year_to_date(2025, date(2025, 5, 31)),
    181_360.0,
    "people",
    "reported",
    "181360",
    "xlsx:S!P29",
    "removals",
    fiscal_year=2025,
)


def _before() -> list[Figure]:
    key = "ice.removals{group=all}"
    return figures([(date(2025, 5, 3), {key: 157_948.0}), (date(2025, 5, 17), {key: 169_956.0})])


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        (181_361, 1 / 11_404),
        (181_930, 570 / 11_404),
        (183_160, 1_800 / 11_404),
        (169_956, 1.0),
        (18_136, 163_224 / 11_404),
        (1_813_600, 1_632_240 / 11_404),
    ],
)
def test_a_count_moves_the_rate_of_the_newest_fortnight_most(typed: float, by: float) -> None:
    assert moved(REMOVALS, typed, _before()) == pytest.approx(by)


def test_an_edition_of_a_week_before_is_no_fortnight() -> None:
    week = figures([(date(2025, 5, 24), {"ice.removals{group=all}": 176_000.0})], first=9)
    assert moved(REMOVALS, 183_160, [*_before(), *week]) == pytest.approx(1_800 / 11_404)


def test_without_an_edition_before_the_rate_is_that_since_october() -> None:
    assert moved(REMOVALS, 199_496, []) == pytest.approx(0.1)


def test_a_level_moves_by_itself() -> None:
    held = REMOVALS._replace(metric="ice.detained", dims=(("agency", ALL), ("criminality", ALL)), value=51_302.0)
    assert moved(held, 53_102, []) == pytest.approx(1_800 / 51_302)


@pytest.fixture(scope="module")
def slips() -> list[tuple[Slip, bool]]:
    """Each kind in every rebuilt edition that has one before it, and whether the slip is held."""
    made, gate, dice = [], Gate(), Random(SEED)
    before: Taken | None = None
    for one in editions():
        grid = opened(build(one))
        taken = Taken(grid, ice_workbook.read(grid, one.file_name))
        found = gate.look(taken.parsed, one.file_name, one.published_on)
        clean = [figure for edition in gate.editions for figure in edition.counted]
        assert set(headlines(taken)) == set(GROUPS)
        if before is not None and before.parsed.fiscal_year == taken.parsed.fiscal_year and not holds(found).tables:
            for kind in KINDS:
                each = slip(dice, kind, taken, before, clean)
                if each is not None:
                    parsed = ice_workbook.read(each.grid, one.file_name)
                    after = holds(gate.look(parsed, one.file_name, one.published_on))
                    made.append((each, all(after.on(o) for o in parsed.observations if o.locator == each.cell.locator)))
        gate.take(taken.parsed, one.file_name, one.published_on, found)
        before = taken
    return made


def test_slips_in_rebuilt_editions_are_held(slips: list[tuple[Slip, bool]]) -> None:
    assert len(slips) >= 40
    assert [each.words for each, held in slips if each.moved >= 0.15 and not held] == []


def test_what_has_sums_is_held_however_small_the_slip(slips: list[tuple[Slip, bool]]) -> None:
    assert [each.words for each, held in slips if not each.group.startswith("removals") and not held] == []
