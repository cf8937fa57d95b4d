"""The command line as a user meets it: words, exit codes, stable interfaces."""

import csv
import getpass
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pytest

from alerts.claims.shipped import shipped_claims
from figures.registry import PUBLISHERS, SOURCES
from flows.cli.options import NAMES
from replica.editions import edition, editions
from replica.publisher import TRAC_FILES
from replica.workbooks import build
from tests.command import started, typed

SHIPPED = [path for path in shipped_claims().glob("*.toml") if path.name != "benchmarks.toml"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with eight editions imported."""
    root = tmp_path_factory.mktemp("cli")
    home = root / "home"
    files = []
    for key in ("FY24", "02032025", "05122025", "05232025", "06052025", "06202025", "07312025", "08292025"):
        path = root / edition(key).file_name
        path.write_bytes(build(edition(key)))
        files.append(str(path))
    assert typed(home, "init", "--contact", "desk@example.org").returncode == 0
    done = typed(home, "import", *files)
    assert done.returncode == 0, done.stderr
    assert "8 new editions, 0 known already, 0 refused." in done.stdout
    return home


def test_a_fresh_home_says_what_to_run(tmp_path: Path) -> None:
    done = started(tmp_path / "none", "status")
    assert done.returncode == 2
    assert done.stderr.startswith("There is no database at ")
    assert done.stderr.endswith("Run `onrecord init`, then `onrecord run`.\n")
    assert not (tmp_path / "none").exists()


def test_run_asks_for_a_contact_first(tmp_path: Path) -> None:
    done = typed(tmp_path / "home", "run", "--direct")
    assert done.returncode == 2
    assert "fetch.contact is not set" in done.stderr


def test_init_writes_no_contact_that_a_header_cannot_hold(tmp_path: Path) -> None:
    done = typed(tmp_path / "home", "init", "--contact", "jané@example.org")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "contact: 'jané@example.org' cannot go into a request header; "
        "give a mail address of plain letters, without spaces\n"
    )
    assert not (tmp_path / "home").exists()


def test_verdicts_json_is_the_stable_interface(home: Path) -> None:
    done = typed(home, "verdicts", "--json")
    rows = json.loads(done.stdout)
    assert len(rows) == 3 * len(SHIPPED)
    wanted = {
        "claim",
        "answer",
        "as_of",
        "state",
        "measured",
        "accept_low",
        "accept_high",
        "gap",
        "deviation",
        "evidence",
    }
    assert all(wanted <= row.keys() for row in rows)
    row = next(r for r in rows if r["claim"] == "seed-4-almost-49000-in-custody" and r["answer"] == "at_claim")
    assert (row["state"], row["measured"], row["accept_low"], row["accept_high"]) == ("holds", 48870, 48500, 49245)
    assert row["gap"] == 0
    assert [e["locator"] for e in row["evidence"]] == ["xlsx:Detention FY25!F20"]
    assert all(len(e["sha256"]) == 64 for r in rows for e in r["evidence"])
    history = json.loads(typed(home, "verdicts", "--json", "--history").stdout)
    assert len(history) > len(rows)


def test_status_says_what_is_held_and_what_needs_attention(home: Path) -> None:
    done = typed(home, "status", "--json")
    state = json.loads(done.stdout)
    (hold,) = state["holds"]
    assert (hold["release"], hold["check"], hold["what"]) == (
        "FY25_detentionStats08292025.xlsx",
        "block_behind",
        "removals",
    )
    ice = state["sources"][0]
    assert (ice["source"], ice["data_as_of"], ice["releases"]) == ("ice", "2025-08-24", 8)
    assert (ice["last_checked"], ice["open_holds"], ice["next_due"]["since"]) == (None, 1, "2025-08-29")
    assert done.returncode == 1
    assert "ice: no look has ended well yet; onrecord run makes one" in state["attention"]
    words = typed(home, "status").stdout
    assert "By check: block_behind 1. onrecord held lists them all." in words
    assert words.startswith("Needs attention:\n  - ice: no look has ended well yet")


def test_a_hold_is_listed_acknowledged_lifted_and_taken_back(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "home"
    shutil.copytree(home, own)
    (hold,) = json.loads(typed(own, "held", "--json").stdout)
    number = str(hold["id"])
    assert (hold["release"], hold["state"]) == ("FY25_detentionStats08292025.xlsx", "open")
    assert "seed-6-roughly-same-as-biden" in hold["claims"]
    assert "seed-4-almost-49000-in-custody" not in hold["claims"]
    words = typed(own, "held").stdout
    assert "Held back (1)" in words
    assert "the day it runs through is not known" not in words  # cut short; --json has all of it
    done = typed(own, "acknowledge", number, "--because", "asked ICE", "--by", "A. Editor")
    assert done.stdout.startswith(f"{number} is acknowledged by A. Editor and stays as it is: xlsx:Detention FY25!P29")
    state = json.loads(typed(own, "status", "--json").stdout)
    assert (state["holds"], state["acknowledged"]) == ([], 1)
    done = typed(own, "unhold", number, "--because", "ICE confirmed it", "--until", "2199-12-31")
    assert done.returncode == 0, done.stderr
    first, second, third = done.stdout.splitlines()[:3]
    who = getpass.getuser()
    assert first == f"No --by was given: this is recorded as decided by {who}, who is logged in here."
    assert second.startswith(
        f"{number} is lifted by {who} through 31 December 2199; the hold stands again at the first run after it: "
    )
    assert third.endswith(f"onrecord takeback {number} undoes it.")
    assert typed(own, "held").stdout == "Nothing is held back now. --all also lists what was lifted.\n"
    (lifted,) = json.loads(typed(own, "held", "--all", "--json").stdout)
    assert [(d["kind"], d["because"]) for d in lifted["decisions"]] == [
        ("acknowledge", "asked ICE"),
        ("unhold", "ICE confirmed it"),
    ]
    done = typed(own, "takeback", number, "--because", "misheard", "--by", "B. Editor")
    assert done.stdout.startswith(f"The hold {number} stands again, taken back by B. Editor: ")
    done = typed(own, "unhold", number, "--because", " ", "--by", "A. Editor")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "--because is empty; a decision is kept with who took it and why\n"
    assert typed(own, "unhold", number).returncode == 2


def test_silence_lists_the_days_between_releases_and_what_is_due(home: Path) -> None:
    words = " ".join(typed(home, "due", "ice").stdout.split())
    assert "onrecord.days_of_silence{source=ice}" in words
    assert "The law asks for this report to be updated semimonthly (8 U.S.C. 1378a" in words
    assert "; checked until 5 September 2026): https://uscode.house.gov/" in " ".join(words.split())
    (ice,) = json.loads(typed(home, "due", "ice", "--json").stdout)
    assert (ice["due"]["since"], ice["due"]["due"]) == ("2025-08-29", "2025-09-13")
    done = typed(home, "due", "moon")
    assert (done.returncode, done.stderr) == (2, "moon is no publisher; there are ice, trac, cbp, ohss\n")


def test_reconcile_says_that_there_is_no_table_of_trac_s_yet(home: Path) -> None:
    done = typed(home, "reconcile")
    assert (done.returncode, done.stdout) == (0, "No table of TRAC's is held here yet: onrecord run fetches it.\n")
    assert json.loads(typed(home, "reconcile", "--json").stdout)["dates"] == []


def test_trace_walks_from_a_message_to_the_cell(home: Path) -> None:
    done = typed(home, "trace", "xlsx:Detention FY25!F20", "--json")
    figures = json.loads(done.stdout)
    june = next(f for f in figures if f["file"] == "FY25_detentionStats06202025.xlsx")
    assert (june["value"], june["raw"], june["held"]) == (56397, "56397", False)
    assert Path(june["archived"]).read_bytes()[:2] == b"PK"
    words = typed(home, "trace", "seed-4-almost-49000-in-custody").stdout
    # How it stands now rests on nothing: editions since August are not held here. What it was judged on is traced.
    assert "ice.detained{agency=all, criminality=all} = 48870 people" in words
    assert "stated in xlsx:Footnotes!B71" in words
    nothing = typed(home, "trace", "xlsx:Detention FY25!ZZ9")
    assert nothing.returncode == 1
    assert nothing.stderr.startswith("Nothing is stored for 'xlsx:Detention FY25!ZZ9'.")


def test_series_lists_and_shows_vintages_as_of_a_day(home: Path) -> None:
    keys = [s["key"] for s in json.loads(typed(home, "series", "removals", "--json").stdout)]
    assert "ice.removals{group=all}" in keys
    known = json.loads(typed(home, "series", "ice.removals{group=all}", "--as-of", "2025-05-23", "--json").stdout)
    assert [f["value"] for f in known] == [271484, 85769, 157948, 169956]


def test_claims_with_a_fault_are_told_and_the_others_stand(home: Path) -> None:
    bad = home / "claims" / "mine.toml"
    bad.write_text('id = "mine"\nwhat = 1\n')
    try:
        done = typed(home, "claims")
        assert done.returncode == 1
        assert "mine.toml" in done.stderr
        assert "seed-4-almost-49000-in-custody" in done.stdout
    finally:
        bad.unlink()


def test_parse_prints_the_stable_columns(tmp_path: Path) -> None:
    path = tmp_path / "FY25_detentionStats05232025.xlsx"
    path.write_bytes(build(edition("05232025")))
    done = typed(tmp_path / "home", "parse", str(path), "--format", "csv")
    assert done.returncode == 0
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == [
        "locator", "value", "metric", "dims", "period_kind", "period_start", "period_end", "unit", "status", "raw",
    ]  # fmt: skip
    total = next(r for r in rows if r["locator"] == "xlsx:Detention FY25!F20")
    assert (total["value"], total["metric"], total["period_kind"]) == ("48870", "ice.detained", "instant")
    assert json.loads(total["dims"]) == {"agency": "all", "criminality": "all"}
    assert total["period_start"] == total["period_end"] == "2025-05-18"
    june = next(r for r in rows if r["locator"] == "xlsx:Detention FY25!R20")
    assert (june["value"], june["raw"], june["status"]) == ("", "0", "to_come")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("source", PUBLISHERS["trac"])
def test_parse_reads_every_file_of_tracs_with_the_same_columns(tmp_path: Path, source: str) -> None:
    path = PurePosixPath(urlsplit(SOURCES[source].address).path)
    file = tmp_path / path.name
    file.write_bytes(TRAC_FILES[str(path)](editions()))
    done = typed(tmp_path / "home", "parse", str(file), "--source", source, "--format", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == [
        "locator", "value", "metric", "dims", "period_kind", "period_start", "period_end", "unit", "status", "raw",
    ]  # fmt: skip
    assert {row["locator"].partition("/")[0] for row in rows} <= {"json:"} | {
        f"html:#detention_{name}" for name in ("held", "nocrim", "numatd", "topstate", "topfacility")
    }
    said = json.loads(typed(tmp_path / "home", "parse", str(file), "--source", source, "--format", "json").stdout)
    assert len(said["observations"]) == len(rows)
    wrong = typed(tmp_path / "home", "parse", str(file))
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_the_names_on_the_command_line_are_those_of_the_sources() -> None:
    assert set(NAMES) == {*SOURCES, *PUBLISHERS}


def test_an_unknown_source_is_told_with_the_nearest_wherever_one_is_named(home: Path, tmp_path: Path) -> None:
    for words in (
        "run trakk",
        "diff trakk",
        "diff trakk 2025-01-01 2025-02-01",
        "due trakk",
        "parse x --source trac_atdd",
    ):
        said = typed(home, *words.split())
        assert said.returncode == 2, words
        assert re.search(r"nearest: trac\w*", said.stderr), words
    file = tmp_path / "onrecord.toml"
    file.write_text("[sources.ohs]\nenabled = false\n")
    assert "'ohs' is no source; nearest: ohss" in typed(tmp_path, "status").stderr


def test_parse_exits_3_with_rows_when_something_is_held(tmp_path: Path) -> None:
    from dataclasses import replace

    original = edition("05232025")
    figures = {**original.figures, ("detained_by_criminality", "Total", "Total"): 48871}
    path = tmp_path / original.file_name
    path.write_bytes(build(replace(original, figures=figures)))
    done = typed(tmp_path / "home", "parse", str(path), "--format", "json")
    assert done.returncode == 3
    said = json.loads(done.stdout)
    assert "xlsx:Detention FY25!F20" in {o["locator"] for o in said["observations"]}
    assert "hold: xlsx:Detention FY25!F20 says 48,871 but its parts" in done.stderr


@pytest.mark.parametrize("content", [b"", b"<html>Access Denied</html>", b"PK\x03\x04 torn"])
def test_parse_exits_2_with_one_line_when_it_is_no_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "FY25.xlsx"
    path.write_bytes(content)
    done = typed(tmp_path / "home", "parse", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "where an XLSX workbook is expected" in done.stderr


def test_commands_that_only_read_import_neither_prefect_nor_pandas(home: Path) -> None:
    script = (
        "import sys\n"
        "from flows.cli.app import app\n"
        "for words in (['status'], ['held'], ['due'], ['verdicts'], ['series'], ['claims'], ['trace', 'seed-4']):\n"
        "    try:\n        app(words, standalone_mode=False)\n    except SystemExit:\n        pass\n"
        "sys.exit(str([m for m in ('prefect', 'pandas', 'requests', 'bs4', 'alembic') if m in sys.modules]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "ONRECORD_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr.strip().splitlines()[-1] == "[]"


def test_init_twice_leaves_the_configuration_alone(home: Path) -> None:
    before = (home / "onrecord.toml").read_text()
    done = typed(home, "init", "--contact", "other@example.org")
    assert "is there already and is left as it is" in done.stdout
    assert (home / "onrecord.toml").read_text() == before


def test_doctor_finds_nothing_wrong_here_and_says_what_is_wrong_there(home: Path, tmp_path: Path) -> None:
    done = typed(home, "doctor")
    assert (done.returncode, "fault" in done.stdout) == (0, False)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "onrecord.toml").write_text(
        '[[channels]]\nname = "desk"\nkind = "slack"\nwebhook_env = "ONRECORD_TEST_NOT_SET"\n'
        '[heartbeat]\nurl_env = "ONRECORD_HOME"\n'
    )
    done = typed(tmp_path / "home", "doctor")
    assert done.returncode == 1
    assert "fault  contact: fetch.contact is not set" in done.stdout
    assert "the environment variable ONRECORD_TEST_NOT_SET is not set" in done.stdout
    assert "fault  database: There is no database" in done.stdout
    assert "fault  heartbeat: what ONRECORD_HOME holds is not an https:// address" in done.stdout


def test_a_configuration_that_cannot_be_used_names_file_and_key(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "onrecord.toml").write_text("[fetch]\ncontract = 'x'\n")
    done = typed(home, "status")
    assert done.returncode == 2
    assert done.stderr.strip().endswith("onrecord.toml:2: fetch.contract: is no setting; did you mean contact?")


def test_old_names_work_for_one_version_and_say_the_new_ones(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "home"
    shutil.copytree(home, own)
    (hold,) = json.loads(typed(own, "held", "--json").stdout)
    done = typed(own, "acknowledge", str(hold["id"]), "--because", "asked ICE", "--author", "A. Editor")
    assert (done.returncode, done.stderr) == (0, "--author is now --by; the old name stops working in version 0.2.\n")
    assert "is acknowledged by A. Editor" in done.stdout
    done = typed(own, "ack", "seed-99", "--because", "seen")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "onrecord ack is now onrecord acknowledge; the old name stops working in version 0.2.\n"
    )
    assert "  ack " not in typed(own, "--help").stdout


def test_acknowledge_takes_numbers_or_one_claim(home: Path) -> None:
    done = typed(home, "acknowledge", "seed-4", "12", "--because", "seen")
    assert (done.returncode, "one claim at a time, or numbers alone" in done.stderr) == (2, True)
    done = typed(home, "acknowledge", "12", "--because", "seen", "--until", "2199-12-31")
    assert (done.returncode, "a finding is acknowledged for good" in done.stderr) == (2, True)
