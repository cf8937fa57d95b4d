"""The Prefect wrapping and the demo, in processes of their own: Prefect is slow to start and warns on import."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from figures.registry import TRAC as TRACS
from replica.editions import edition
from replica.publisher import PAGE, Publisher
from tests.unasked import WITHOUT_BORDER

pytestmark = pytest.mark.prefect
PROGRAM = Path(sys.executable).with_name("onrecord")


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "ONRECORD"))}
    return {**kept, "ONRECORD_HOME": str(home), "HOME": str(home.parent)}


@pytest.mark.slow  # fourteen flow runs
def test_the_demo_shows_the_fall_of_the_claims(tmp_path: Path) -> None:
    elsewhere = {"PREFECT_HOME": str(tmp_path / "elsewhere"), "PREFECT_API_URL": "http://127.0.0.1:9/api"}
    done = subprocess.run(
        [str(PROGRAM), "demo", "--home", str(tmp_path / "demo")],
        env={**_environment(tmp_path / "home"), **elsewhere},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    # Another Prefect is neither asked nor touched; where the charts are drawn, matplotlib keeps its list of fonts.
    assert {path.name for path in tmp_path.iterdir()} - {".cache", ".config"} == {"demo"}
    assert done.stderr == ""
    played, _, record = done.stdout.partition("\nPrefect's own record")
    # The day of the claims and the four releases after it, the last of which is held.
    states = [row.split()[-3] for row in record.splitlines() if row.strip().startswith("flow run ")]
    assert states == ["Unchanged", "New", "New", "New", "Held"]
    assert max(len(row) for row in played.splitlines()) <= 100
    assert len(played.splitlines()) < 185
    assert "more lines: onrecord messages claim:" in played
    days = done.stdout.split("\n=== ")
    on = {day.partition(":")[0]: " ".join(day.split()) for day in days[1:]}
    assert "48,870 people held on 18 May 2025" in on["23 May 2025"]
    assert "8,377 people met by Border Patrol in the southwest in April 2025" in on["9 May 2025"]
    assert "seed-3-border-crossings-down when made: holds" in on["28 May 2025"]
    assert "seed-4-almost-49000-in-custody when made: holds 48,870 people held" in on["28 May 2025"]
    assert "seed-2-triple-early-days when made: depends on definition" in on["28 May 2025"]
    assert "seed-8-polls-slipping when made: not testable" in on["28 May 2025"]
    assert "seed-4-almost-49000-in-custody now: near 51,302 people held" in on["5 June 2025"]
    june = on["20 June 2025"]
    assert "56,397 people held on 15 June 2025, 15 % above “almost 49,000” (Axios, May 2025)" in june
    assert "When made it was right: 48,870 people held on 18 May 2025. It has moved far from the claim." in june
    assert "ICE removals a day at 1.071 times FY2024, 7.1 % more, against “roughly the same”" in june
    assert "seed-6-roughly-same-as-biden now: far" in on["31 July 2025"]
    august = on["29 August 2025"]
    assert "FY25_detentionStats08292025.xlsx: figures held back (1)" in august
    assert "seed-6-roughly-same-as-biden now: quality hold" in august
    assert "What to type next:" in done.stdout
    start = tmp_path / "demo" / "site" / "index.html"
    assert done.stdout.endswith(f"to open in a browser: {start}\n")
    assert "As known on 29 August 2025" in start.read_text("utf-8")


def test_run_is_a_flow_run_that_fails_when_a_source_fails(tmp_path: Path, used_before: Callable[[Path], None]) -> None:
    home = tmp_path / "home"
    used_before(home)
    with Publisher() as publisher:
        publisher.publish(edition("05232025"))
        (home / "onrecord.toml").write_text(
            f'[fetch]\ncontact = "test@localhost"\nattempts = 1\nprivate_hosts = ["{publisher.address[7:]}"]\n'
            f'[sources.ice]\naddress = "{publisher.address}{PAGE}"\n'
            + "".join(f'[sources.{s.id}]\naddress = "{publisher.address}/gone.json"\n' for s in TRACS)
            + WITHOUT_BORDER
        )
        # A proxy of the environment is for others: Prefect's server is on this machine.
        environment = {**_environment(home), "HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
        done = subprocess.run([str(PROGRAM), "run"], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert "ice: new: FY25_detentionStats05232025.xlsx" in done.stdout
    assert "trac_population: failed" in done.stdout
    assert "404" in done.stderr
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as connection:  # Prefect keeps its files in our home
        ((parameters, state),) = connection.execute("SELECT parameters, state_name FROM flow_run").fetchall()
    assert json.loads(parameters).keys() == {"sources", "again"}  # settings are on no page
    assert state == "PartlyFailed"


def test_deployments_run_by_module_path_daily_in_washington_one_at_a_time(tmp_path: Path) -> None:
    script = (
        "import json, sys\n"
        "from flows.scheduling.prefect_home import quiet_prefect\n"
        "from flows.configuration.settings import load_settings\n"
        "quiet_prefect(load_settings())\n"
        "from flows.scheduling.deployments import deployments\n"
        "json.dump([{'name': f'{d.flow_name}/{d.name}', 'entrypoint': d.entrypoint, 'parameters': d.parameters,\n"
        "  'limit': d.concurrency_limit, 'strategy': str(d.concurrency_options),\n"
        "  'schedule': [str(s.schedule) for s in d.schedules]} for d in deployments(load_settings())], sys.stdout)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=_environment(tmp_path / "home"), capture_output=True, text=True, timeout=120
    )
    made = {d["name"]: d for d in json.loads(done.stdout)}
    sources = {f"watch/{name}" for name in ("ice", "trac", "cbp", "ohss")}
    assert set(made) == {*sources, "run/by-hand", "deliver/outbox", "digest/weekly"}
    assert {d["entrypoint"].removeprefix("flows.scheduling.prefect_flows.") for d in made.values()} == {
        "watch",
        "run",
        "deliver",
        "digest",
    }
    assert "0 9 * * 1" in made["digest/weekly"]["schedule"][0]
    by_hand = made.pop("run/by-hand")
    assert (by_hand["limit"], by_hand["schedule"]) == (None, [])
    assert all(d["limit"] == 1 for d in made.values())
    # A look waits for a run that may have been cut off; a delivery is left out.
    assert {name for name, d in made.items() if "ENQUEUE" in d["strategy"]} == {*sources, "digest/weekly"}
    assert "CANCEL_NEW" in made["deliver/outbox"]["strategy"]
    assert "15 19 * * *" in made["watch/ice"]["schedule"][0]
    assert "America/New_York" in made["watch/ice"]["schedule"][0]
    assert made["watch/trac"]["parameters"] == {"source": "trac"}
