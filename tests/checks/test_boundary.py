"""What a check guards: each guard fits figures that are read, and what fails holds them and no others."""

from functools import cache

import pytest

from checks.boundary import COULD_NOT_RUN, GUARDS, asked
from checks.declared import declared_guards
from figures.records import Finding, Observation
from figures.registry import ICE, SOURCES
from replica.cbp_files import RUNNING_2026, aor_file
from replica.editions import edition
from replica.ohss import FIRST, workbook
from replica.trac import population_table
from replica.workbooks import build
from tests.alerts.conftest import HELD

HOLDS_NONE = {"prose", "same_figures", "source_errors"}
# The rebuilt workbooks have no list of facilities and none of the smaller sheets.
NOT_REBUILT = {"facilities", "lists", "places"}


@cache
def _stated() -> tuple[Observation, ...]:
    one = edition("05232025")
    trac = SOURCES["trac_population"].parse(population_table(one.published_on), "pop_agen_table.json")
    border = RUNNING_2026[-1]
    cbp = SOURCES["cbp_encounters"].parse(aor_file(border), border.name("aor"))
    ohss = SOURCES["ohss"].parse(workbook(FIRST), "tables.xlsx")
    read = (ICE.parse(build(one), one.file_name), trac, cbp, ohss)
    return tuple(o for parsed in read for o in parsed.observations)


def _fails(*_: object) -> list[Finding]:
    raise ZeroDivisionError("division by zero")


def _generates_and_fails(*_: object) -> object:
    yield Finding("a_check", "note", "release", (), "", "", "")
    raise ZeroDivisionError("division by zero")


@pytest.mark.parametrize("check", sorted({*GUARDS, *declared_guards(), "a_check_that_is_new"} - NOT_REBUILT))
def test_a_check_that_fails_holds_what_it_guards(check: str) -> None:
    (found,) = asked(check, _stated(), _fails)
    assert (found.check, found.expected) == (COULD_NOT_RUN, f"an answer of the check {check}")
    if check in HOLDS_NONE:
        assert (found.severity, found.scope) == ("warn", ())
    else:
        assert found.severity == "hold"
        assert found.scope or check == "run_date_back"  # which guards the release as a whole


def test_what_is_not_guarded_is_not_held() -> None:
    (found,) = asked("average_jumps", _stated(), _fails)
    assert "adp" in found.scope
    assert {o.table for o in _stated() if o.series == HELD}.isdisjoint(found.scope)
    (cells,) = asked("alarms", _stated(), _fails)
    held = set(cells.scope)
    assert cells.scope_kind == "cells"
    assert {o.period.kind for o in _stated() if o.locator in held} == {"month", "fiscal_year"}


def test_a_check_that_fails_midway_has_found_nothing() -> None:
    (found,) = asked("lines", _stated(), _generates_and_fails)
    assert found.check == COULD_NOT_RUN


def test_a_check_that_runs_is_asked_with_what_it_is_about() -> None:
    note = Finding("a_check", "note", "release", (), "", "", "")
    assert asked("lines", _stated(), lambda one, other: [note] if (one, other) == (1, 2) else [], 1, 2) == [note]
