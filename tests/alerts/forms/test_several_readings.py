"""A claim that may be read in several ways, whatever its form."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from alerts.claims.model import Claim, ClaimError, load_claim
from figures.records import Figure
from tests.alerts.by_hand import held, judged
from tests.alerts.conftest import CLAIMS

ON, POSTED, LATER = date(2025, 5, 18), date(2025, 5, 23), date(2025, 6, 1)
BY_ICE = "ice.detained{agency=ICE, criminality=all}"
LEVEL = (CLAIMS / "seed-4-almost-49000-in-custody.toml").read_text("utf-8").split("[test.stand_in]")[0]
READINGS = f"""
[[readings]]
words = "people whom ICE arrested"
test = {{ series = "{BY_ICE}" }}
"""


def _claim(folder: Path, text: str) -> Claim:
    path = folder / "seed-4-almost-49000-in-custody.toml"
    path.write_text(text, encoding="utf-8")
    return load_claim(path)


@pytest.fixture
def claim(tmp_path: Path) -> Claim:
    own = LEVEL.replace("[test]", 'read_as = "all people held"\n\n[test]', 1)
    return _claim(tmp_path, own + READINGS)


def _figures(both: float, ice: float) -> list[Figure]:
    return [held(both, ON, POSTED), held(ice, ON, POSTED, BY_ICE)]


def test_each_reading_has_the_claim_s_own_test_but_for_what_it_says(claim: Claim) -> None:
    (reading,) = claim.words.readings
    assert reading.test == claim.words.test.model_copy(update={"series": BY_ICE})
    assert claim.needed == ("ice.detained{agency=all, criminality=all}", BY_ICE)


@pytest.mark.parametrize(
    ("both", "ice", "state", "first"),
    [
        (48_870, 48_900, "holds", "48,870 people held"),
        (70_000, 48_900, "depends_on_definition", "48,900 people held"),
        (48_870, 30_000, "depends_on_definition", "48,870 people held"),
        (70_000, 30_000, "outside", "70,000 people held"),
    ],
)
def test_where_readings_differ_the_one_that_fits_best_is_named_first(
    claim: Claim, both: float, ice: float, state: str, first: str
) -> None:
    verdict = judged(claim, _figures(both, ice), LATER, "at_claim")
    assert verdict.state == state
    assert verdict.words.startswith(first)
    assert f"{both:,.0f} people held on 18 May 2025 (all people held: " in verdict.words
    assert f"{ice:,.0f} people held on 18 May 2025 (people whom ICE arrested: " in verdict.words
    assert {f.value for f in verdict.evidence} == {both, ice}
    assert {each.name for each in verdict.readings} == {"all people held", "people whom ICE arrested"}


def test_how_the_world_stands_goes_by_the_reading_that_fits_best(claim: Claim) -> None:
    assert judged(claim, _figures(70_000, 48_900), LATER).state == "near"
    assert judged(claim, _figures(70_000, 30_000), LATER).state == "far"


def test_a_reading_that_cannot_be_judged_leaves_the_answer_to_the_others(claim: Claim) -> None:
    alone = judged(claim, [held(48_900, ON, POSTED, BY_ICE)], LATER, "at_claim")
    assert (alone.state, alone.measured) == ("holds", 48_900)
    assert judged(claim, [], LATER, "at_claim").state == "data_missing"
    waits = [replace(f, held=f.series != BY_ICE) for f in _figures(70_000, 48_900)]
    assert judged(claim, waits, LATER, "at_claim").measured == 48_900


def test_a_reading_of_another_scope_is_refused(tmp_path: Path) -> None:
    other = READINGS.replace(BY_ICE, "ice.atd{technology=all}")
    own = LEVEL.replace("[test]", 'read_as = "all people held"\n\n[test]', 1)
    with pytest.raises(ClaimError, match=r"readings.0 is judged on 'ice.atd', which says nothing of 'people held by"):
        _claim(tmp_path, own + other)


def test_where_there_are_readings_the_claim_s_own_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClaimError, match="read_as must name the claim's own reading"):
        _claim(tmp_path, LEVEL + READINGS)
