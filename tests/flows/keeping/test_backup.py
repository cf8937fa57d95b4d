"""A backup is restored into an empty place, and what the commands say there is compared with what they said before."""

import gc
import json
import os
import shutil
import signal
import stat
import subprocess
import time
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.configuration.settings import load_settings
from flows.judging.judge import judge
from flows.keeping.restore import STAGED
from flows.pipeline import usable_claims
from replica.editions import edition
from replica.workbooks import build
from storage import schema as t
from storage.archive import FolderArchive
from storage.database_copy import write_copy
from storage.engine import DatabaseError, open_database, writing
from tests.command import PROGRAM, typed
from tests.importer import NOW, line_to, take
from tests.object_storage import KEYS, Storage
from tests.postgres import administer

SAID = (("status", "--json"), ("verdicts", "--history", "--json"), ("messages", "--json"))
_NUMBERS = count(1)


def _install(home: Path, url: str, editions: Path) -> None:
    """An installation with two editions, verdicts, a file of its own among the claims and a configuration."""
    (home / "claims").mkdir(parents=True)
    text = '[fetch]\ncontact = "desk@newsroom.example"\n[claims]\nshipped = ["seed-1-*"]\n'
    (home / "onrecord.toml").write_text(text)
    (home / "claims" / "notes.txt").write_text("a note of ours")
    line = line_to(home, url)
    for key in ("05232025", "06052025"):
        path = editions / edition(key).file_name
        path.write_bytes(build(edition(key)))
        take(line, [path])
    judge(line.database, usable_claims(load_settings(home)), NOW, NOW, ["screen"])
    line.database.dispose()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    _install(folder / "home", f"sqlite:///{folder / 'home' / 'onrecord.db'}", folder)
    return folder / "home"


@pytest.fixture
def home(tmp_path: Path, installed: Path) -> Path:
    return Path(shutil.copytree(installed, tmp_path / "home"))


def _said(home: Path, tmp_path: Path, **environment: str) -> dict[str, str]:
    """What the commands say of a home, and every byte of its export."""
    said = {" ".join(words): typed(home, *words, **environment).stdout for words in SAID}
    to = tmp_path / f"export-{next(_NUMBERS)}"
    assert typed(home, "export", "--to", str(to), "--vintages", **environment).returncode == 0
    exported = {path.relative_to(to).as_posix(): path.read_bytes().hex() for path in to.rglob("*") if path.is_file()}
    return {name: words.replace(str(home), "HOME") for name, words in said.items()} | exported


def _restores(home: Path, to: str, tmp_path: Path, before: dict[str, str], there: dict[str, str], files: Path) -> None:
    """Make a backup, restore it with another environment, and hold what is said there against what was said here."""
    done = typed(home, "restore", "--from", to, **there)
    assert done.returncode == 0, done.stderr
    assert _said(home, tmp_path, **there) == before
    assert typed(home, "verify", **there).stdout == "2 documents, 0 missing or altered.\n"
    for name in ("onrecord.toml", "claims/notes.txt"):
        assert (home / name).read_bytes() == (files / name).read_bytes()
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    assert not (home / STAGED).exists()
    again = typed(home, "restore", "--from", to, **there)
    assert (again.returncode, "A restore replaces nothing" in again.stderr) == (2, True)
    assert _said(home, tmp_path, **there) == before


@pytest.mark.parametrize("where", ["folder", "bucket"])
def test_a_restored_backup_says_the_same(home: Path, tmp_path: Path, where: str, storage: Storage) -> None:
    environment = {"AWS_ENDPOINT_URL_S3": storage.endpoint_url}
    to = str(tmp_path / "backups") if where == "folder" else f"s3://{storage.make()}/backups"
    before = _said(home, tmp_path)
    assert json.loads(before["verdicts --history --json"])
    made = typed(home, "backup", "--to", to, **environment)
    assert made.returncode == 0, made.stderr
    assert "It holds the database (sqlite), the configuration and 1 files of claims" in made.stdout
    assert "rests on 2 raw files" in made.stdout
    assert not [value for value in KEYS.values() if len(value) > 12 and value in made.stdout + made.stderr]
    _restores(tmp_path / "other", to, tmp_path, before, environment, home)


# A command's process closes its connections by its end; here they are collected.
@pytest.mark.filterwarnings("ignore:<psycopg.Connection:ResourceWarning")
def test_a_restored_backup_says_the_same_on_postgresql(tmp_path: Path, postgres: str) -> None:
    urls = [f"{postgres}/kept_{os.getpid()}_{name}" for name in ("here", "there")]
    for url in urls:
        administer(postgres, f"CREATE DATABASE {url.rpartition('/')[2]}")
    home, to = tmp_path / "home", str(tmp_path / "backups")
    _install(home, urls[0], tmp_path)
    gc.freeze()  # what is there by now is not looked through at the end
    here, there = ({"ONRECORD_DATABASE_URL": url} for url in urls)
    before = _said(home, tmp_path, **here)
    assert json.loads(before["verdicts --history --json"])
    made = typed(home, "backup", "--to", to, **here)
    assert made.returncode == 0, made.stderr
    _restores(tmp_path / "other", to, tmp_path, before, there, home)
    gc.collect()


def test_a_backup_is_its_owners_alone(home: Path, tmp_path: Path) -> None:
    to = tmp_path / "backups"
    assert typed(home, "backup", "--to", str(to)).returncode == 0
    open_to_others = [path for path in to.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_to_others == []
    (manifest,) = to.glob("backups/*/manifest.json")
    said = json.loads(manifest.read_text())
    assert {file["name"].partition(".")[0] for file in said["files"]} == {"onrecord", "claims/notes"}
    assert len(said["archived"]) == 2
    assert said["onrecord"] == "0.1.0"


def test_a_second_backup_shares_the_archive_and_an_older_one_can_be_restored(home: Path, tmp_path: Path) -> None:
    to = tmp_path / "backups"
    typed(home, "backup", "--to", str(to))
    (first,) = (path.name for path in (to / "backups").iterdir())
    (home / "claims" / "notes.txt").write_text("another note")
    time.sleep(1.1)  # a backup is named by its second
    assert typed(home, "backup", "--to", str(to)).returncode == 0
    assert len(list(FolderArchive(to / "archive").held())) == 2
    assert typed(tmp_path / "new", "restore", "--from", str(to)).returncode == 0
    assert typed(tmp_path / "old", "restore", "--from", str(to), "--made", first).returncode == 0
    notes = [(tmp_path / name / "claims" / "notes.txt").read_text() for name in ("old", "new")]
    assert notes == ["a note of ours", "another note"]


@pytest.mark.parametrize("there", ["onrecord.toml", "archive", "onrecord.db", "claims"])
def test_a_place_that_is_not_empty_is_refused(home: Path, tmp_path: Path, there: str) -> None:
    to, other = tmp_path / "backups", tmp_path / "other"
    typed(home, "backup", "--to", str(to))
    other.mkdir()
    if "." in there:
        (other / there).write_text("[fetch]\n" if there.endswith("toml") else "of somebody else")
    else:
        (other / there).mkdir()
    refused = typed(other, "restore", "--from", str(to))
    assert refused.returncode == 2
    assert refused.stderr == (
        f"{other} is not empty: {there}. A restore replaces nothing: move them away, or set ONRECORD_HOME to another "
        "folder.\n"
    )
    assert [path.name for path in other.iterdir()] == [there]


def test_what_was_broken_off_is_no_backup(home: Path, tmp_path: Path) -> None:
    to = tmp_path / "backups"
    typed(home, "backup", "--to", str(to))
    (manifest,) = to.glob("backups/*/manifest.json")
    kept = manifest.read_bytes()
    manifest.unlink()
    none = typed(tmp_path / "other", "restore", "--from", str(to))
    assert (none.returncode, none.stderr) == (
        2,
        f"There is no whole backup at {to}/backups. One that was broken off has no manifest.json.\n",
    )
    manifest.write_bytes(kept.replace(b'"format": 1', b'"format": 2'))
    later = typed(tmp_path / "other", "restore", "--from", str(to))
    assert "is of a later format" in later.stderr
    manifest.write_bytes(b"{}")
    assert (
        "is no manifest of a backup; it was altered" in typed(tmp_path / "other", "restore", "--from", str(to)).stderr
    )
    manifest.write_bytes(kept.replace(b"claims/notes.txt", b"../../escaped.txt"))
    assert "it was altered" in typed(tmp_path / "other", "restore", "--from", str(to)).stderr
    manifest.write_bytes(kept)
    database = manifest.with_name("onrecord.db")
    database.write_bytes(database.read_bytes()[:-100])
    altered = typed(tmp_path / "other", "restore", "--from", str(to))
    assert (altered.returncode, "was altered: its sha256" in altered.stderr) == (2, True)
    assert not (tmp_path / "other" / "onrecord.db").exists()


def test_a_lost_raw_file_is_told_and_does_not_stop_a_backup(home: Path, tmp_path: Path) -> None:
    archive = FolderArchive(home / "archive")
    lost = next(archive.held())
    archive.path(lost).unlink()
    to = tmp_path / "backups"
    made = typed(home, "backup", "--to", str(to))
    assert made.returncode == 1
    assert f"missing: {to}/archive/{lost[:2]}/{lost[2:]}" in made.stderr
    restored = typed(tmp_path / "other", "restore", "--from", str(to))
    assert (restored.returncode, lost[2:] in restored.stderr) == (1, True)
    assert typed(tmp_path / "other", "verdicts", "--json").stdout == typed(home, "verdicts", "--json").stdout


def test_a_backup_of_another_kind_or_of_a_later_version_is_refused(home: Path, tmp_path: Path, postgres: str) -> None:
    to = tmp_path / "backups"
    typed(home, "backup", "--to", str(to))
    wrong = typed(tmp_path / "other", "restore", "--from", str(to), ONRECORD_DATABASE_URL=f"{postgres}/postgres")
    assert wrong.stderr == (
        "The backup holds an SQLite file, and ONRECORD_DATABASE_URL names a PostgreSQL database. "
        "Set it to an SQLite file that is empty.\n"
    )
    (manifest,) = to.glob("backups/*/manifest.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"migration": "9999", "onrecord": "9.0"}))
    later = typed(tmp_path / "other", "restore", "--from", str(to))
    assert "The backup was made by onrecord 9.0, at migration 9999" in later.stderr


def test_the_archive_may_come_back_elsewhere(home: Path, tmp_path: Path, storage: Storage) -> None:
    to, bucket = tmp_path / "backups", storage.make()
    typed(home, "backup", "--to", str(to))
    mine = tmp_path / "mine.toml"
    mine.write_text(f'[archive]\naddress = "s3://{bucket}/new"\nendpoint_url = "{storage.endpoint_url}"\n')
    (tmp_path / "real").mkdir()
    other = tmp_path / "other"
    other.symlink_to(tmp_path / "real")  # as a volume may be
    assert typed(other, "restore", "--from", str(to), "--configuration", str(mine)).returncode == 0
    assert (other / "onrecord.toml").read_text() == mine.read_text()
    assert not (other / "archive").exists()
    assert typed(other, "verify").stdout == "2 documents, 0 missing or altered.\n"


def test_a_restore_that_was_stopped_goes_on(home: Path, tmp_path: Path) -> None:
    to, other = tmp_path / "backups", tmp_path / "other"
    typed(home, "backup", "--to", str(to))
    staged = other / STAGED
    (staged / "archive").mkdir(parents=True)
    (staged / "onrecord.db").write_bytes(b"half")  # stopped while it fetched
    assert typed(other, "restore", "--from", str(to)).returncode == 0
    assert typed(other, "verdicts", "--json").stdout == typed(home, "verdicts", "--json").stdout
    # Stopped while it put all in place: the archive and the configuration are there, the database is not.
    third = tmp_path / "third"
    shutil.copytree(other, third)
    (third / STAGED / "claims").mkdir(parents=True)
    (third / "onrecord.db").rename(third / STAGED / "onrecord.db")
    shutil.copy(next(to.glob("backups/*/manifest.json")), third / STAGED / "manifest.json")
    shutil.rmtree(third / "claims")
    assert typed(third, "restore", "--from", str(to)).returncode == 0
    assert typed(third, "verdicts", "--json").stdout == typed(home, "verdicts", "--json").stdout
    assert typed(third, "verify").returncode == 0


@pytest.mark.slow
def test_a_backup_that_is_killed_leaves_none_that_looks_whole(home: Path, tmp_path: Path) -> None:
    to = tmp_path / "backups"
    environment = {**os.environ, "ONRECORD_HOME": str(home)}
    environment.pop("ONRECORD_DATABASE_URL", None)
    killed = 0
    for delay in (0.6, 0.8, 1.0, 1.2, 1.4, 1.6):
        process = subprocess.Popen(
            [str(PROGRAM), "backup", "--to", str(to)], env=environment, stdout=subprocess.DEVNULL
        )
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
    assert killed
    for number, name in enumerate(sorted(path.parent.name for path in to.glob("backups/*/manifest.json"))):
        done = typed(tmp_path / f"restored-{number}", "restore", "--from", str(to), "--made", name)
        assert done.returncode == 0, done.stderr
    assert typed(home, "backup", "--to", str(to)).returncode == 0
    assert typed(tmp_path / "other", "restore", "--from", str(to)).returncode == 0


def test_a_backup_is_of_one_instant_while_others_write(home: Path, tmp_path: Path) -> None:
    """What is committed is in it; what is under way is not."""
    database = open_database(f"sqlite:///{home / 'onrecord.db'}")
    with writing(database) as connection:
        connection.execute(sa.delete(t.verdict))
        write_copy(open_database(f"sqlite:///{home / 'onrecord.db'}"), tmp_path / "copy.db")
    database.dispose()
    copy = open_database(f"sqlite:///{tmp_path / 'copy.db'}")
    with copy.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(t.verdict)).scalar()
    copy.dispose()


def test_no_password_is_among_the_arguments_of_postgresqls_programs(tmp_path: Path, postgres: str) -> None:
    url = sa.make_url(f"{postgres}/none").set(password="geheim:\\1")
    with pytest.raises(DatabaseError) as raised:
        write_copy(open_database(url.render_as_string(hide_password=False)), tmp_path / "copy.dump")
    assert str(raised.value).startswith(
        "The database cannot be backed up: pg_dump says of postgresql+psycopg://onrecord:***@"
    )
    assert 'database "none" does not exist' in str(raised.value)
    assert "geheim" not in str(raised.value)
