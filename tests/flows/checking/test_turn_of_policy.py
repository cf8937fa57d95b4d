"""Removals that truly double and stay: one decision of one person, and the editions that follow are judged on."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from figures.registry import ICE
from flows.configuration.settings import load_settings
from flows.context import Line
from flows.decisions import take_back, unhold
from flows.pipeline import open_line, usable_claims
from replica.editions import Edition, edition
from replica.workbooks import build
from storage.engine import reading
from storage.read import journal, reads
from tests.importer import NOW, take

BEFORE = ("01162025", "02032025", "02142025", "03142025", "03262025", "04162025", "05092025", "05122025")
AFTER = ("05232025", "06052025", "06202025")
REMOVALS = ("removals", "Total", "Total")


def _turned(key: str) -> Edition:
    """An edition in which 2.3 times as many people were removed since 3 May 2025."""
    one = edition(key)
    until = float(edition(BEFORE[-1]).figures[REMOVALS] or 0)
    since = float(one.figures[REMOVALS] or 0) - until
    return replace(one, figures={**one.figures, REMOVALS: round(until + 2.3 * since)})


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the editions before the turn."""
    root = tmp_path_factory.mktemp("before")
    line = _line(root / "home")
    _import(line, root, [edition(key) for key in BEFORE])
    line.database.dispose()
    return root / "home"


@pytest.fixture
def line(before: Path, tmp_path: Path) -> Line:
    shutil.copytree(before, tmp_path / "home")
    return _line(tmp_path / "home")


def _line(home: Path) -> Line:
    return open_line(load_settings(home), lambda: NOW)


def _import(line: Line, folder: Path, editions: Sequence[Edition]) -> None:
    paths = []
    for one in editions:
        paths.append(folder / one.file_name)
        paths[-1].write_bytes(build(one))
    take(line, paths)


def _held(line: Line) -> dict[str, journal.StoredFinding]:
    """The open holds on removals by the name of their release."""
    with reading(line.database) as connection:
        holds = journal.findings(connection, severities=("hold",), open_only=True)
        states = {release.name: release.state for release in reads.releases(connection, ICE.id)}
    assert {f.release_name for f in holds} == {name for name, state in states.items() if state == "held"}
    assert {f.check for f in holds} <= {"pace_beyond_usual"}
    return {f.release_name: f for f in holds}


def _decide(line: Line, number: int) -> None:
    claims = usable_claims(load_settings(Path(str(line.database.url.database)).parent))
    unhold(line.database, claims, number, "A. Editor", "ICE announced it", None, NOW, [])


def _names(*keys: str) -> list[str]:
    return [edition(key).file_name for key in keys]


def test_after_one_decision_the_editions_that_follow_are_not_held(line: Line, tmp_path: Path) -> None:
    first, *rest = (_turned(key) for key in AFTER)
    _import(line, tmp_path, [first])
    held = _held(line)
    assert list(held) == [first.file_name]
    assert held[first.file_name].scope == ("xlsx:Detention FY25!P29",)
    _decide(line, held[first.file_name].id)
    _import(line, tmp_path, rest)
    assert _held(line) == {}


def test_one_decision_counts_for_all_that_came_since_and_so_does_taking_it_back(line: Line, tmp_path: Path) -> None:
    _import(line, tmp_path, [_turned(key) for key in AFTER])
    held = _held(line)
    assert sorted(held) == sorted(_names(*AFTER))
    first = held[_names(AFTER[0])[0]].id
    _decide(line, first)
    assert _held(line) == {}
    take_back(line.database, (), first, "B. Editor", "misheard", NOW, [])
    assert sorted(_held(line)) == sorted(_names(*AFTER))


def test_a_slip_is_over_with_the_next_edition(line: Line, tmp_path: Path) -> None:
    slipped = replace(edition(AFTER[0]), figures={**edition(AFTER[0]).figures, REMOVALS: 196_956})
    _import(line, tmp_path, [slipped, *(edition(key) for key in AFTER[1:])])
    assert list(_held(line)) == _names(AFTER[0])
