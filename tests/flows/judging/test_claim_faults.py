"""A file of a claim that cannot be read, checked or judged is a fault of that file; all other claims are judged."""

import json
import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from alerts.claims.bounds import MOST_BYTES
from alerts.claims.model import load_claims
from alerts.claims.trial import trial
from flows.cli.app import app
from flows.pipeline import run_line
from replica.editions import edition
from storage.engine import reading
from storage.read import journal
from storage.write import ledger
from tests.alerts.conftest import CLAIMS, shipped
from tests.newsroom import Newsroom, level

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

NAME = "seed-4-almost-49000-in-custody"
SOUND = (CLAIMS / f"{NAME}.toml").read_text("utf-8").replace(NAME, "my-claim")
DEEP = "[" * 5_000 + "]" * 5_000


def _instead(old: str, new: str) -> str:
    assert SOUND.count(old) == 1, old
    return SOUND.replace(old, new)


FILES: dict[str, tuple[str, str]] = {
    "a day beyond reason": (_instead("said_on = 2025-05-28", "said_on = 9999-12-31"), "9999-12-31 is beyond reason"),
    "a day before reason": (_instead("said_on = 2025-05-28", "said_on = 0001-01-01"), "0001-01-01 is beyond reason"),
    "a moment for a day": (_instead("said_on = 2025-05-28", "said_on = 2025-05-28T10:00:00Z"), "said_on: "),
    "deep nesting": (SOUND + f"\ndeep = {DEEP}\n", "this file cannot be read: RecursionError"),
    "deep tables": (SOUND + "\n[" + ".".join("a" * 3_000) + "]\nx = 1\n", ""),
    "a number of many digits": (_instead("value = 49000", "value = 4" + "9" * 5_000), "ValueError"),
    "a number beyond reason": (_instead("value = 49000", "value = 1e300"), "test.value: a number beyond"),
    "a whole number beyond floats": (_instead("value = 49000", "value = 1" + "0" * 400), "a number beyond"),
    "a character that no database keeps": (_instead('caveat = "', 'caveat = "\\u0000'), "caveat: the character U+0000"),
    "a file too large": (SOUND + "#" * MOST_BYTES, "larger than 100,000 bytes"),
    "no text": ("\x00\x01", ""),
    "half a table": (SOUND + "\n[test", ""),
}


def _type(home: Path, *words: str) -> Result:
    return CliRunner(env={"ONRECORD_HOME": str(home)}).invoke(app, list(words))


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_used_is_told_by_its_fault_and_costs_no_other(tmp_path: Path, kind: str) -> None:
    text, words = FILES[kind]
    (tmp_path / "my-claim.toml").write_text(text, "utf-8")
    claims, errors = load_claims([CLAIMS, tmp_path])
    assert len(claims) == len(list(CLAIMS.glob("*.toml"))) - 1  # all that are shipped
    (error,) = errors
    assert str(tmp_path / "my-claim.toml") in str(error)
    assert words in str(error)


@pytest.mark.parametrize(
    "made", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to(path)], ids=["folder", "pipe", "loop"]
)
def test_what_is_no_file_is_told_and_not_waited_for(tmp_path: Path, made: Callable[[Path], object]) -> None:
    made(tmp_path / "my-claim.toml")
    claims, errors = load_claims([tmp_path])
    assert (claims, len(errors)) == ([], 1)


@pytest.mark.parametrize("text", [f"deep = {DEEP}", "x = 1", 'x = "\\u0000"', "#" * (MOST_BYTES + 1)])
def test_a_file_of_benchmarks_that_cannot_be_used_costs_only_the_claims_that_name_one_of_it(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "benchmarks.toml").write_text(text, "utf-8")
    (tmp_path / "my-claim.toml").write_text(SOUND, "utf-8")
    claims, errors = load_claims([CLAIMS, tmp_path])
    assert (errors, "my-claim" in {claim.id for claim in claims}) == ([], True)


def test_claims_check_judges_each_file_on_made_up_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (home / "claims").mkdir(parents=True)
    (home / "claims" / "my-claim.toml").write_text(SOUND, "utf-8")
    assert _type(home, "claims", "check").exit_code == 0
    (home / "claims" / "my-claim.toml").write_text(f"{SOUND}# another version\n", "utf-8")
    _fail_for(monkeypatch, "my-claim")
    done = _type(home, "claims", "check")
    assert done.exit_code == 1
    assert f"{home / 'claims' / 'my-claim.toml'}:1: test: judging it fails: ZeroDivisionError in " in done.stdout
    assert "61 claims: 1 faults in 1 files." in done.stdout


def test_every_shipped_claim_can_be_judged_on_nothing_and_on_made_up_figures() -> None:
    assert [(claim.id, str(trial(claim))) for claim in load_claims([CLAIMS])[0] if trial(claim)] == []


def _fail_for(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Judging one claim divides by nothing."""
    from alerts.forms import evaluate

    real = evaluate._by_day

    def by_day(claim: Any, *about: Any) -> Any:
        return 1 / 0 if claim.id == name else real(claim, *about)

    monkeypatch.setattr(evaluate, "_by_day", by_day)


def test_a_claim_whose_judging_fails_is_told_once_and_the_others_are_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(tmp_path, [level(name="seed-4"), level(name="other")])
    room.publish(49_000)
    with monkeypatch.context() as broken:
        _fail_for(broken, "other")
        room.tell()
        room.later(days=7)
        room.publish(60_000)
        assert room.tell() == ["Has moved far from the claim"]
    assert room.state() == ("far", "far")
    (found,) = _found(room)
    assert found.words.startswith("other cannot be judged: ZeroDivisionError in ")
    room.later(hours=1)
    room.tell()
    assert _found(room) == []
    assert room.state("other")[0] == "far"


def _found(room: Newsroom) -> Sequence[journal.StoredFinding]:
    with reading(room.database) as connection:
        return journal.findings(connection, check="claim_not_judged", open_only=True)


def test_a_verdict_with_a_number_that_no_database_keeps_is_the_fault_of_its_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(tmp_path, [level(name="seed-4"), level(name="other")])
    room.publish(49_000)
    from dataclasses import replace

    from alerts.forms import evaluate

    real = evaluate._by_day

    def by_day(claim: Any, *about: Any) -> Any:
        verdict = real(claim, *about)
        return replace(verdict, z=float("inf")) if claim.id == "other" else verdict

    monkeypatch.setattr(evaluate, "_by_day", by_day)
    room.tell()
    assert room.state()[0] == "near"
    assert [found.words[:24] for found in _found(room)] == ["other cannot be judged: "]


def test_a_run_tells_the_operators_once_of_files_that_cannot_be_used(desk: "Desk") -> None:
    folder = desk.settings.home / "claims"
    folder.mkdir()
    (folder / "my-claim.toml").write_text(FILES["a day beyond reason"][0], "utf-8")
    desk.publisher.publish(edition("05232025"))
    for day in (28, 29):
        desk.clock.set(date(2025, 5, day))
        run_line(desk.settings, desk.line, ["ice"])
    with reading(desk.line.database) as connection:
        (told,) = (m for m in ledger.messages(connection) if m["key"].startswith("claims:"))
        judged = {row["claim_id"] for row in ledger.verdicts(connection, history=False)}
    assert (told["audience"], told["subject"]) == ("ops", "A claim cannot be judged")
    assert "9999-12-31 is beyond reason" in json.dumps(told["body"])
    assert shipped("seed-4").id in judged
    (folder / "my-claim.toml").write_text(SOUND, "utf-8")
    run_line(desk.settings, desk.line, ["ice"])
    with reading(desk.line.database) as connection:
        assert journal.findings(connection, check="claim_not_read", open_only=True) == []
        assert "my-claim" in {row["claim_id"] for row in ledger.verdicts(connection, history=False)}


def test_a_broken_file_is_said_once_and_not_before_every_command(
    desk: "Desk", capfd: pytest.CaptureFixture[str]
) -> None:
    """The first run says so, and again when it is another fault; reading commands speak of what they were asked."""
    folder = desk.settings.claim_folders[-1]
    folder.mkdir(parents=True, exist_ok=True)
    broken = folder / "my-claim.toml"
    broken.write_text("x = 1", "utf-8")

    def run() -> int:
        run_line(desk.settings, desk.line, [])
        return capfd.readouterr().err.count("This claim is not judged")

    assert run() == 1
    assert run() == 0
    for words in (["verdicts"], ["silences"], ["replay", "--from", "2025-05-01"]):
        assert "my-claim" not in _type(desk.settings.home, *words).output
    broken.write_text("half = [", "utf-8")
    assert run() == 1
    broken.unlink()
    assert run() == 0
