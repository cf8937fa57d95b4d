"""The home folder: whatever its name, all is kept inside, and nobody but its owner reads it."""

import os
import stat
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from flows.configuration.settings import load_settings
from flows.scheduling.prefect_home import LOGIN
from replica.editions import edition
from replica.workbooks import build
from storage.engine import open_database, shown
from tests.command import typed

ODD = "a home %41 100%?mode=memory#é'\"&[b]"


def _run(home: Path, *arguments: str) -> CompletedProcess[str]:
    before = os.umask(0o022)  # as most systems have it
    try:
        return typed(home, *arguments)
    finally:
        os.umask(before)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation in a folder of an odd name, with one edition."""
    root = tmp_path_factory.mktemp("odd")
    file = root / edition("05232025").file_name
    file.write_bytes(build(edition("05232025")))
    assert _run(root / ODD, "init", "--contact", "desk@example.org").returncode == 0
    done = _run(root / ODD, "import", str(file))
    assert done.returncode == 0, done.stderr
    file.unlink()
    return root / ODD


def test_a_home_of_any_name_keeps_everything_inside(home: Path) -> None:
    assert [path.name for path in home.parent.iterdir()] == [ODD]
    assert sum(file.stat().st_size for file in home.glob("onrecord.db*")) > 100_000
    done = _run(home, "init")
    assert f"Database: {home / 'onrecord.db'} (ready)." in done.stdout
    assert "48870" in _run(home, "series", "ice.detained{agency=all, criminality=all}", "--json").stdout
    assert _run(home, "doctor").returncode == 0
    assert [path.name for path in home.parent.iterdir()] == [ODD]


@pytest.mark.parametrize("name", ["50%25", "%", "a?b=c", "#", "a b", "://@:", "\\", "+"])
def test_a_path_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    database = open_database(load_settings(tmp_path / name).database_url.get_secret_value())
    assert database.url.database == str(tmp_path / name / "onrecord.db") == shown(database)
    assert database.url.query == {}


def _open(home: Path) -> dict[str, int]:
    """What others may do, by name."""
    modes = {str(path.relative_to(home)): stat.S_IMODE(path.stat().st_mode) for path in [home, *home.rglob("*")]}
    return {name: mode for name, mode in modes.items() if mode & 0o077}


def test_the_home_is_its_owners_alone_and_init_closes_one_that_is_open(home: Path) -> None:
    assert _open(home) == {}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "onrecord.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / LOGIN).stat().st_mode) == 0o600
    elsewhere = home.parent / "elsewhere"
    elsewhere.touch()
    elsewhere.chmod(0o644)
    (home / "archive" / "link").symlink_to(elsewhere)
    notes = home / "notes of mine"
    notes.touch()
    notes.chmod(0o644)
    for path in (home, home / "archive", home / "claims"):
        path.chmod(0o755)
    (home / "onrecord.db").chmod(0o644)
    doctor = _run(home, "doctor")
    assert doctor.returncode == 1
    assert "is open to others (mode 755, expected 700); `onrecord init` closes it" in doctor.stdout
    assert _run(home, "init").returncode == 0
    assert _open(home) == {"notes of mine": 0o644, "archive/link": 0o644}  # what is not ours, and no longer reachable
    assert _run(home, "doctor").returncode == 0
    for path in (elsewhere, notes, home / "archive" / "link"):
        path.unlink()


def test_an_export_may_be_read_by_others(home: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    done = _run(home, "export", "--to", str(tmp_path / "new" / "export"))
    assert done.returncode == 0, done.stderr
    made = [tmp_path / "new", *(tmp_path / "new").rglob("*")]
    assert len(made) > 5
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in made)
