"""However releases come in, twice or by several processes at once, the database says the same."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.configuration.settings import load_settings
from flows.judging.judge import gather
from flows.pipeline import usable_claims
from replica.editions import edition
from replica.workbooks import build
from storage.engine import Database, open_database, reading
from storage.write import ledger
from tests.content import content
from tests.importer import JUDGE, NOW, line_to, take, together
from tests.postgres import administer

KEYS = ("FY24", "05122025", "05232025", "06052025", "08292025")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Five editions, of which one came under two names, and one was posted again as if it were newer."""
    folder = tmp_path_factory.mktemp("editions")
    paths = []
    for key in KEYS:
        path = folder / edition(key).file_name
        path.write_bytes(build(edition(key)))
        paths.append(path)
    again = folder / "FY25_detentionStats05242025.xlsx"
    shutil.copy(paths[2], again)
    older = folder / "FY25_detentionStats06122025.xlsx"
    older.write_bytes(build(replace(edition("05122025"), file_name=older.name)))
    return [*paths, again, older]


@pytest.fixture(scope="module")
def in_order(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[object, object]:
    home = tmp_path_factory.mktemp("in_order")
    return _said(home, f"sqlite:///{home}/onrecord.db", sorted(files, key=lambda path: path.name))


def _said(home: Path, url: str, paths: Sequence[Path]) -> tuple[object, object]:
    line = line_to(home, url)
    take(line, paths)
    said = content(line.database), _inputs(line.database, home)
    line.database.dispose()
    return said


def _inputs(database: Database, home: Path) -> object:
    """What verdicts are judged on, without the numbers of rows."""
    with reading(database) as connection:
        knowledge = gather(connection, usable_claims(load_settings(home)))
    figures = {key: [replace(f, release_id=0) for f in found] for key, found in knowledge.figures.items()}
    return figures, knowledge.releases


@pytest.mark.parametrize("examples", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_any_order_and_repetition_says_the_same(
    tmp_path_factory: pytest.TempPathFactory, files: list[Path], in_order: tuple[object, object], examples: int
) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(st.permutations(files), st.lists(st.sampled_from(files), max_size=2))
    def says_the_same(order: list[Path], again: list[Path]) -> None:
        home = tmp_path_factory.mktemp("any")
        said = _said(home, f"sqlite:///{home}/onrecord.db", order + again)
        assert said[0] == in_order[0]
        assert said[1] == in_order[1]

    says_the_same()


@pytest.mark.slow_on_postgres
def test_the_reverse_order_says_the_same_on_both(
    tmp_path: Path, database_url: str, files: list[Path], in_order: tuple[object, object]
) -> None:
    assert _said(tmp_path, database_url, sorted(files, reverse=True)) == in_order


def test_several_processes_at_once_end_as_one_would(
    tmp_path: Path, database_url: str, files: list[Path], in_order: tuple[object, object]
) -> None:
    processes = 3 if database_url.startswith("postgresql") else 2
    assert together(tmp_path, database_url, files, processes, JUDGE) == ""
    database = open_database(database_url)
    assert content(database) == in_order[0]
    with reading(database) as connection:
        verdicts = ledger.verdicts(connection, history=True)
        messages = [m["key"] for m in ledger.messages(connection)]
    assert len(verdicts) == len({(v["claim_id"], v["answer"]) for v in verdicts})
    assert {v["as_of"] for v in verdicts} == {NOW}
    assert len(messages) == len(set(messages))
    database.dispose()


@pytest.fixture(scope="module")
def published(shared_data: Path) -> list[Path]:
    """Every eighth of the published workbooks; `python -m benchmarks.together` takes them all."""
    return sorted((shared_data / "ice" / "workbooks").glob("*.xlsx"))[::8]


@pytest.mark.slow
def test_eight_processes_with_real_workbooks_end_as_one_would(
    tmp_path: Path, postgres: str, migrated: str, published: list[Path]
) -> None:
    alone = line_to(tmp_path, f"sqlite:///{tmp_path}/onrecord.db")
    take(alone, published)
    administer(postgres, f"CREATE DATABASE eight TEMPLATE {migrated}")
    database = open_database(f"{postgres}/eight")
    assert together(tmp_path, f"{postgres}/eight", published, 8) == ""
    said = content(alone.database)
    assert len(said["figures"]) > 40_000
    assert content(database) == said
    for engine in (alone.database, database):
        engine.dispose()
