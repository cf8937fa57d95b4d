"""What a run's page shows, read through Prefect's API from a server with a password."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import requests

from figures.periods import WASHINGTON
from flows.scheduling.menu import CHOICES
from flows.scheduling.ports import free_port
from flows.scheduling.prefect_home import LOGIN
from tests.flows.scheduling.played_runs import SECRET

pytestmark = pytest.mark.prefect
ROOT = Path(__file__).parents[3]


def _seen(cell: str) -> str:
    """A cell as the page shows it."""
    return re.sub(r"\\(.)", r"\1", cell)


@dataclass(frozen=True)
class Record:
    """Prefect's record of what was played."""

    home: Path
    port: int
    played: dict[str, Any]

    def send(self, what: str, **content: Any) -> requests.Response:
        user, _, password = (self.home / LOGIN).read_text().strip().partition(":")
        url = f"http://127.0.0.1:{self.port}/api/{what}"
        return requests.post(url, json=content, auth=(user, password), timeout=30)

    def ask(self, what: str, **content: Any) -> Any:
        answer = self.send(what, **content)
        answer.raise_for_status()
        return answer.json()

    def run(self, what: str) -> dict[str, Any]:
        (found,) = self.ask("flow_runs/filter", flow_runs={"id": {"any_": [self.played[what]]}})
        return dict(found)

    def log(self, run: str) -> list[str]:
        found = self.ask("logs/filter", logs={"flow_run_id": {"any_": [run]}}, sort="TIMESTAMP_ASC")
        return [line["message"] for line in found if line["name"].startswith("onrecord")]

    def tasks(self, run: str) -> dict[str, str]:
        found = self.ask("task_runs/filter", flow_runs={"id": {"any_": [run]}}, sort="EXPECTED_START_TIME_ASC")
        return {task["name"]: task["state"]["name"] for task in found}

    def artifacts(self, run: str) -> dict[str, list[dict[str, str]]]:
        found = self.ask("artifacts/filter", artifacts={"flow_run_id": {"any_": [run]}})
        tables = {artifact["key"]: json.loads(artifact["data"]) for artifact in found}
        return {
            key: [{name: _seen(text) for name, text in row.items()} for row in rows] for key, rows in tables.items()
        }

    def events(self, name: str) -> list[dict[str, Any]]:
        wanted = {"event": {"name": [name]}, "occurred": {"since": "2020-01-01T00:00:00Z"}}
        return list(self.ask("events/filter", filter=wanted)["events"])


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory, used_before: Callable[[Path], None]) -> Iterator[Record]:
    folder = tmp_path_factory.mktemp("played")
    home, port = folder / "home", free_port()
    used_before(home)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "ONRECORD"))}
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.flows.scheduling.played_runs", str(home), str(port)],
            cwd=ROOT,
            env={**kept, "HOME": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = next((row for row in process.stdout if row.startswith("PLAYED ")), "")
        assert line, (folder / "said").read_text()
        yield Record(home, port, json.loads(line.removeprefix("PLAYED ")))
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(60)


STATES = {
    "new": ("COMPLETED", "New"),
    "unchanged": ("COMPLETED", "Unchanged"),
    "held": ("COMPLETED", "Held"),
    "busy": ("COMPLETED", "Busy"),
    "failed": ("FAILED", "Failed"),
    "partly failed": ("FAILED", "PartlyFailed"),
}
LOGGED = {
    "new": ("ice: fetched ", "ice: stored FY25_detentionStats05232025.xlsx: ", "judged 4 claims", "ice: new"),
    "unchanged": ("ice: looking at http://", "ice: unchanged", "judged 4 claims", "no message is due"),
    "held": ("ice: held: ", "sent claim:", "ice: new"),
    "busy": ("judged 4 claims", "no message is due", "ice: a look at ice is under way in process"),
    "failed": ("ice: not fetched: ", "ice: failed", "judged 4 claims"),
    "partly failed": ("trac_population: failed", "trac_book_ins: stored ", "judged 4 claims"),
}


@pytest.mark.parametrize("what", STATES)
def test_the_page_of_a_run_tells_what_came_of_it(record: Record, what: str) -> None:
    run = record.run(what)
    source = "trac" if what == "partly failed" else "ice"
    assert (run["state"]["type"], run["state"]["name"]) == STATES[what]
    day = datetime.fromisoformat(run["start_time"]).astimezone(WASHINGTON)
    assert run["name"] == f"watch {source} {day:%Y-%m-%d}"
    assert run["tags"] == [source]
    assert run["flow_version"] == version("onrecord")
    assert run["parameters"] == {"source": source, "again": False}  # settings are on no page
    log = record.log(run["id"])
    assert len(log) >= 3
    for words in LOGGED[what]:
        assert any(line.startswith(words) for line in log), (words, log)
    tasks = record.tasks(run["id"])
    looks = [name for name in tasks if name.startswith("look at ")]
    assert set(tasks) == {*looks, "reconcile", "judge", "deliver"}
    assert {tasks[name] for name in ("reconcile", "judge", "deliver")} == {"Completed"}
    if source == "ice":
        assert tasks["look at ice"] == STATES[what][1]
    shown = record.artifacts(run["id"])
    assert {"claims", "messages", f"release-{looks[0][8:].replace('_', '-')}"} <= set(shown)


def test_what_the_artifacts_and_messages_of_a_held_release_say(record: Record) -> None:
    run = record.run("held")
    assert run["state"]["message"] == (
        "ice: new: FY25_detentionStats08292025.xlsx, held back: FY25_detentionStats08292025.xlsx"
    )
    shown = record.artifacts(run["id"])
    facts = {row["what"]: row["as it is"] for row in shown["release-ice"]}
    assert facts["newest file"] == "FY25_detentionStats08292025.xlsx"
    assert facts["state"] == "held"
    assert facts["held back"]
    moved = {row["claim"]: (row["before this run"], row["now"]) for row in shown["claims"]}
    assert moved["seed-4-almost-49000-in-custody"] == ("near", "far")
    came_to = {(row["channel"], row["came to"]) for row in shown["messages"]}
    assert came_to == {("screen", "sent"), ("mail", "failed")}
    assert all(row["next try"] for row in shown["messages"] if row["channel"] == "mail")


def test_no_secret_and_no_setting_is_on_prefects_pages(record: Record) -> None:
    kept = b"".join(path.read_bytes() for path in (record.home / "prefect").rglob("*") if path.is_file())
    assert b"look at trac_population" in kept
    for secret in (SECRET, "ONRECORD_MAIL_PASSWORD", "private_hosts", "desk@localhost"):
        assert secret.encode() not in kept


def test_a_new_release_and_a_verdict_that_moved_are_events_of_their_run(record: Record) -> None:
    for name, wanted in (
        ("onrecord.release.new", {("FY25_detentionStats05232025.xlsx", "accepted")}),
        ("onrecord.verdict.moved", {("seed-4-almost-49000-in-custody", "far")}),
    ):
        deadline = time.monotonic() + 20  # events are written behind
        found: set[tuple[str, str]] = set()
        while not wanted <= found and time.monotonic() < deadline:
            events = record.events(name)
            found = {
                (e["payload"].get("file") or e["payload"]["claim"], e["payload"].get("state") or e["payload"]["now"])
                for e in events
            }
            time.sleep(0.5)
        assert wanted <= found
        runs = {record.played["new"], record.played["held"], record.played["partly failed"]}
        about = {each["prefect.resource.id"].removeprefix("prefect.flow-run.") for e in events for each in e["related"]}
        assert about & runs


def test_an_ad_hoc_run_is_one_of_a_deployment_so_that_its_page_offers_to_run_it_again(record: Record) -> None:
    assert record.played["ad hoc"] == ["unchanged", "new"]
    (run,) = record.ask("flow_runs/filter", flows={"name": {"any_": ["run"]}})
    by_hand = record.ask("deployments/filter", deployments={"name": {"any_": ["by-hand"]}})
    assert run["deployment_id"] == by_hand[0]["id"]
    assert run["parameters"] == {"sources": ["ice", "trac_atd"], "again": False}
    assert run["tags"] == ["ice", "trac"]
    assert record.played["again"] == "Unchanged"
    assert (run["state"]["name"], run["run_count"]) == ("Unchanged", 2)
    assert run["name"] == f"run ice, trac_atd {datetime.now(UTC).astimezone(WASHINGTON):%Y-%m-%d}"
    assert len(record.log(run["id"])) >= 3


def test_prefects_page_shows_a_menu_and_what_is_not_on_it_is_refused(record: Record) -> None:
    found = {each["name"]: each for each in record.ask("deployments/filter")}
    source = found["ice"]["parameter_openapi_schema"]["properties"]["source"]
    assert source["enum"] == list(CHOICES)
    sources = found["by-hand"]["parameter_openapi_schema"]["properties"]["sources"]
    assert sources["items"]["enum"] == list(CHOICES)
    assert found["ice"]["version"] == version("onrecord")
    assert found["ice"]["tags"] == ["ice"]
    state = {"type": "SCHEDULED"}
    again = record.send(
        f"deployments/{found['ice']['id']}/create_flow_run", state=state, parameters={"source": "tracc"}
    )
    assert again.status_code == 409
    assert "'tracc' is not one of ['ice', 'trac', 'cbp', 'ohss'," in again.json()["detail"]


def test_of_runs_that_were_due_in_a_pause_those_that_a_look_overtook_ask_for_nothing(record: Record) -> None:
    assert [words for words, overtaken in record.played["overtaken"].items() if overtaken] == [
        "was due before the look"
    ]
    assert len(record.played["overtaken"]) == 5


def test_a_stage_that_could_not_reach_the_database_is_tried_again(record: Record) -> None:
    assert (record.played["tries"], record.played["stumbling"]) == (2, "Completed")
