"""`onrecord claims archive` against a stand-in for the Internet Archive."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from alerts.claims.model import load_claim
from flows.cli.app import app
from replica.wayback import Wayback
from tests.alerts.conftest import CLAIMS

NAME = "trac-990-july-2025"
SOURCE = load_claim(CLAIMS / f"{NAME}.toml").words.source
EARLY, NEAR = b"<html>an early copy</html>", b"<html>990 daily initial book-ins</html>"


@pytest.fixture
def wayback() -> Iterator[Wayback]:
    with Wayback() as running:
        running.capture_bytes(SOURCE, datetime(2024, 1, 1, tzinfo=UTC), EARLY, "text/html")
        running.capture_bytes(SOURCE, datetime(2025, 8, 3, tzinfo=UTC), NEAR, "text/html")
        yield running


@pytest.fixture
def home(tmp_path: Path, wayback: Wayback, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "onrecord.toml").write_text(
        f'[fetch]\ncontact = "test@localhost"\nattempts = 1\nprivate_hosts = ["{wayback.address[7:]}"]\n'
        f'[backfill]\naddress = "{wayback.address}"\npause_seconds = 0\n'
    )
    monkeypatch.setenv("ONRECORD_HOME", str(tmp_path))
    return tmp_path


def _type(*words: str) -> Any:
    return CliRunner().invoke(app, ["claims", "archive", *words])


def test_the_copy_nearest_to_the_claim_is_printed_as_a_line_that_its_file_takes(home: Path, wayback: Wayback) -> None:
    done = _type(NAME)
    assert done.exit_code == 0, done.output
    line = done.stdout.strip().removeprefix(f"{NAME}: ")
    address = f"{wayback.address}/web/20250803000000/{SOURCE}"
    assert address in line
    assert hashlib.sha256(NEAR).hexdigest() in line
    text = (CLAIMS / f"{NAME}.toml").read_text("utf-8").replace("unarchived = true", f"archived = [{line}]")
    path = home / f"{NAME}.toml"
    path.write_text(text, encoding="utf-8")
    (kept,) = load_claim(path).words.archived
    assert (kept.of, kept.on) == (SOURCE, date(2025, 8, 3))


def test_where_there_is_no_copy_it_is_said_where_to_ask_for_one(home: Path, wayback: Wayback) -> None:
    done = _type("trac-54-7-no-record")
    assert done.exit_code == 1
    assert f"open {wayback.address}/save/https://tracreports.org/" in done.stdout


def test_a_wrong_name_ends_with_the_nearest(home: Path) -> None:
    done = _type("trac-990-juli-2025")
    assert done.exit_code != 0
    assert NAME in str(done.exception) + done.output
