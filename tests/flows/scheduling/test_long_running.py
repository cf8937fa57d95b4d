"""One process that looks for years: what a look leaves behind is let go."""

import gc
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.pipeline import run_line
from replica.editions import edition

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

_OBJECTS = 5_000


@pytest.fixture(autouse=True)
def _collected_as_usual() -> Iterator[None]:
    """The tests have Python look for garbage seldom; a process that serves has it look as Python does by itself."""
    seldom = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    gc.enable()
    yield
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*seldom)


def _look_for_days(desk: "Desk", days: int) -> None:
    for _ in range(days):
        desk.clock.now += timedelta(days=1)
        assert run_line(desk.settings, desk.line, ["ice"])[0].state == "unchanged"


def _begun(desk: "Desk") -> None:
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(date(2025, 5, 28))
    assert run_line(desk.settings, desk.line, ["ice"])[0].state == "new"
    _look_for_days(desk, 3)
    _set_aside()


def _set_aside() -> None:
    """Leave out of the count what is there already: thousands of tests ran before in this process.

    What they left in caches is let go at any time, and Python looks at old objects only when the new ones among them
    are a quarter of all.
    """
    gc.collect()
    gc.freeze()
    gc.collect()  # Python begins anew: it has no old objects now


def test_looks_that_find_nothing_leave_nothing_for_a_collector_that_does_not_come(desk: "Desk") -> None:
    _begun(desk)
    _look_for_days(desk, 40)
    assert gc.collect() < _OBJECTS


@pytest.mark.slow
@pytest.mark.soak
def test_memory_stays_flat_over_two_thousand_looks(desk: "Desk") -> None:
    _begun(desk)
    _look_for_days(desk, 200)
    before = _resident()
    _look_for_days(desk, 2_000)
    assert gc.collect() < 10 * _OBJECTS
    assert _resident() - before < 20_000


def _resident() -> int:
    """Kilobytes of memory that this process holds."""
    text = Path("/proc/self/status").read_text()
    return int(next(row for row in text.splitlines() if row.startswith("VmRSS:")).split()[1])
