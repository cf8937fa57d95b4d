"""The declared table of checks: complete, reasoned, and the one that the documentation prints."""

import re
from pathlib import Path

import pytest

from checks.catalogue import CHECKS, Check, limit
from figures.prints import ENOUGH

ROOT = Path(__file__).parents[2]
# The modules whose checks hold an edition against the ones before it, or read their limits from the table.
MODULES = (
    "against",
    "blanks",
    "expected_paces",
    "history",
    "lines",
    "misplaced",
    "movements",
    "paces",
    "part_shares",
    "places",
    "renames",
    "repeats",
    "revisions",
    "turnover",
    "year_end",
)


def _source() -> str:
    return "\n".join((ROOT / "checks" / f"{name}.py").read_text("utf-8") for name in MODULES)


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.name)
def test_each_check_says_what_it_catches_why_and_who_taught_it(check: Check) -> None:
    assert all((check.catches, check.reason, check.taught))
    assert re.fullmatch(r"[a-z_]+", check.name)
    assert f'"{check.name}"' in _source(), "a check that nothing asks"


def test_each_check_of_these_modules_is_declared() -> None:
    named = set(re.findall(r'(?:Finding|_hold)\(\s*"([a-z_]+)"', _source()))
    assert named <= set(CHECKS)


def test_each_limit_is_used() -> None:
    text = _source()
    for check in CHECKS.values():
        for name in check.limits:
            assert name.removesuffix("_others") in text, f"{check.name}: {name}"


def test_what_is_too_small_for_a_print_is_what_is_declared() -> None:
    assert limit("same_as_before", "numbers") == ENOUGH


def test_a_limit_that_is_not_declared_is_no_limit() -> None:
    with pytest.raises(KeyError):
        limit("stock_and_flow", "nothing")


def test_the_documentation_lists_the_checks() -> None:
    lines = "\n".join(_documented())
    assert lines in (ROOT / "docs" / "trust-gate.md").read_text("utf-8"), f"docs/trust-gate.md should have\n{lines}"


def _documented() -> list[str]:
    rows = ["| check | finds | limits | why these | taught by | does |", "|---|---|---|---|---|---|"]
    for check in CHECKS.values():
        limits = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in check.limits.items()) or "–"
        rows.append(f"| `{check.name}` | {check.catches} | {limits} | {check.reason} | {check.taught} | {check.does} |")
    return rows
