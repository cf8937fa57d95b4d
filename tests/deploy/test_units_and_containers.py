"""What `deploy/` starts may do no more than it needs."""

import os
import re
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.scheduling.prefect_home import LOGIN
from tests.command import typed
from tests.postgres import administer

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = [DEPLOY / "onrecord.service", DEPLOY / "onrecord-worker.service"]
# Of 10, as systemd counts it: 2 is what it calls OK.
MOST_EXPOSED = 20
OURS = {"ONRECORD_HOME", "ONRECORD_DATABASE_URL", "ONRECORD_DATABASE_PASSWORD"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


class _Unit(RawConfigParser):
    """A unit's keys may stand twice."""

    def __init__(self) -> None:
        super().__init__(strict=False)

    def optionxform(self, optionstr: str) -> str:
        return optionstr


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_is_contained_limited_and_started_again(path: Path) -> None:
    unit = _Unit()
    unit.read(path)
    service = dict(unit["Service"])
    expected = {
        "UMask": "0077",
        "StateDirectoryMode": "0700",
        "ProtectSystem": "strict",
        "CapabilityBoundingSet": "",
        "NoNewPrivileges": "true",
        "PrivateDevices": "true",
        "ProtectKernelLogs": "true",
        "ProtectKernelModules": "true",
        "ProtectKernelTunables": "true",
        "Restart": "always",
    }
    assert {name: service[name] for name in expected} == expected
    assert re.fullmatch(r"\d+G", service["MemoryMax"])
    assert "SystemCallFilter=@system-service" in path.read_text()


def test_a_run_that_was_cut_off_does_not_block_the_next() -> None:
    serving, working = (unit.read_text() for unit in UNITS)
    assert "lease_storage.filesystem" in serving
    assert "PREFECT_FLOWS_HEARTBEAT_FREQUENCY=30" in working
    assert "ExecStart=/opt/onrecord/bin/prefect worker start --pool onrecord" in working


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_systemd_itself_finds_a_unit_contained(path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    verified = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True)
    said = [row for row in verified.stderr.splitlines() if "is not executable" not in row]  # it is not installed here
    assert said == []


def _merged(one: Any, other: Any) -> Any:
    """As compose reads one file on top of another."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one | {name: _merged(one[name], value) if name in one else value for name, value in other.items()}
    return other


@pytest.fixture(scope="module")
def with_workers(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _merged(compose, yaml.safe_load((DEPLOY / "compose.workers.yaml").read_text()))
    return found


@pytest.fixture(scope="module")
def with_datasette(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _merged(compose, yaml.safe_load((DEPLOY / "datasette" / "compose.yaml").read_text()))
    return found


@pytest.fixture(params=["compose", "with_workers", "with_datasette"])
def project(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.getfixturevalue(request.param)
    return found


def _ends(service: dict[str, Any]) -> bool:
    """Whether a service does one thing and is done."""
    return bool(service["restart"] == "no")


def test_there_is_what_is_needed_on_one_machine_and_on_several(
    compose: dict[str, Any], with_workers: dict[str, Any]
) -> None:
    assert set(compose["services"]) == {"postgres", "init", "prefect", "onrecord"}
    assert set(with_workers["services"]) == {*compose["services"], "objects", "deployments"}


def test_every_container_is_contained_limited_and_started_again(project: dict[str, Any]) -> None:
    for service in project["services"].values():
        assert service["cap_drop"] == ["ALL"]
        assert service["read_only"] is True
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert _ends(service) or service["restart"] == "unless-stopped"
        assert re.fullmatch(r"\d+[gm]", service["mem_limit"])
        assert all(published.startswith("127.0.0.1:") for published in service.get("ports", []))
        # Ours are built here; compose would look for one that says no more than its name elsewhere.
        assert "build" in service or re.fullmatch(r"[\w/.-]+:v?\d+\.\d+[\w.-]*", service["image"])


def test_whoever_depends_on_another_waits_until_it_works(project: dict[str, Any]) -> None:
    services = project["services"]
    for service in services.values():
        assert _ends(service) or service["healthcheck"]["test"]
        for name, how in service.get("depends_on", {}).items():
            done = "service_completed_successfully" if _ends(services[name]) else "service_healthy"
            assert how["condition"] == done, name


def test_no_password_has_a_default_and_none_is_the_superusers_where_it_is_not_needed(project: dict[str, Any]) -> None:
    example = dict(row.split("=") for row in (DEPLOY / "example.env").read_text().splitlines() if "=" in row)
    used = set(re.findall(r"\$\{([^}]*)\}", yaml.safe_dump(project, width=1000)))
    named = {name.partition(":")[0] for name in used}
    assert used == {f"{name}:?set it in deploy/.env" for name in named}  # compose refuses what is empty
    assert named <= set(example)
    assert set(example.values()) == {""}
    for name in ("init", "prefect", "onrecord"):
        service = project["services"][name]
        assert "POSTGRES_PASSWORD" not in str(service)
        assert "postgresql" in str(service["environment"])
        assert not re.search(r"postgresql\+\w+://\w+:", str(service["environment"]))  # beside the address, not in it


def test_server_runner_and_workers_have_the_login_that_init_has_made(project: dict[str, Any]) -> None:
    """Whoever can speak to the server can run code in the other containers."""
    asked = {"prefect": "PREFECT_SERVER_API_AUTH_STRING", "onrecord": "PREFECT_API_AUTH_STRING"}
    if "deployments" in project["services"]:
        asked["deployments"] = "PREFECT_API_AUTH_STRING"
    for name, variable in asked.items():
        service = project["services"][name]
        (folder,) = re.findall(rf'{variable}="\$\$\(cat (\S+)/{LOGIN}\)"', service["command"][-1])
        assert any(str(volume).startswith(f"onrecord:{folder}") for volume in service["volumes"])
        assert variable not in service["environment"]
    prefect = project["services"]["prefect"]["environment"]
    assert "*" not in prefect["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"]
    assert prefect["PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"].endswith("lease_storage.filesystem")
    assert f"prefect:{prefect['PREFECT_HOME']}" in project["services"]["prefect"]["volumes"]


def test_serve_and_workers_never_stand_beside_each_other(compose: dict[str, Any], with_workers: dict[str, Any]) -> None:
    assert "onrecord serve" in str(compose["services"]["onrecord"]["command"])
    assert "onrecord serve" not in str([service.get("command") for service in with_workers["services"].values()])
    assert "prefect worker start" in str(with_workers["services"]["onrecord"]["command"])


def test_what_the_files_mount_and_set_exists(project: dict[str, Any]) -> None:
    import prefect.settings  # not at the top: every process that collects tests would load all of Prefect

    for service in project["services"].values():
        mounts = [volume for volume in service.get("volumes", []) if isinstance(volume, str)]
        sources = {mount.partition(":")[0] for mount in mounts}
        assert {name for name in sources if name.startswith(".") and not (DEPLOY / name).is_file()} == set()
        assert {name for name in sources if not name.startswith(".")} <= set(project["volumes"])
        variables = {*service.get("environment", {}), *re.findall(r"(PREFECT_\w+)=", str(service.get("command")))}
        assert {name for name in variables if name.startswith("ONRECORD_") and name not in OURS} == set()
        ours = {name for name in variables if name.startswith("PREFECT_") and name != "PREFECT_DATABASE_PASSWORD"}
        assert {name for name in ours if not hasattr(prefect.settings, name)} == set()


def test_the_commands_of_the_files_are_commands(project: dict[str, Any], tmp_path: Path) -> None:
    services = project["services"].values()
    commands = [service["command"] for service in services if service["image"] == "onrecord"]
    commands += [service["healthcheck"]["test"] for service in services if not _ends(service)]
    scripts = [command if isinstance(command, str) else " ".join(command) for command in commands]
    typed_by_us = {words for script in scripts for words in re.findall(r"\bonrecord ([a-z]+)\b", script)}
    assert typed_by_us >= {"init", "doctor"}
    listed = typed(tmp_path / "home", "--help").stdout
    assert {word for word in typed_by_us if not re.search(rf"^\W*{word}\b", listed, re.MULTILINE)} == set()


@pytest.mark.slow
def test_the_commands_of_prefect_take_what_the_files_give_them(with_workers: dict[str, Any]) -> None:
    """Each with the options that it is given; Prefect says of each command which it has."""
    given = [
        (command, options)
        for service in with_workers["services"].values()
        for command, options in re.findall(
            r"\bprefect ((?:[a-z-]+ )*?[a-z-]+)((?: --?\w[^&]*)?)(?:&&|$)", str(service.get("command", [""])[-1])
        )
    ]
    assert {"server start", "worker start", "work-pool create", "deploy"} <= {
        command.split(" --")[0] for command, _ in given
    }
    for command, options in given:
        helped = subprocess.run(
            [sys.executable, "-m", "prefect", *command.split(), "--help"], capture_output=True, text=True, timeout=120
        )
        assert helped.returncode == 0, helped.stdout
        assert {option for option in re.findall(r"--[a-z-]+", options) if option not in helped.stdout} == set()


def _psql() -> str:
    """Debian keeps PostgreSQL's programs off the path."""
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"))
    found = shutil.which("psql") or (str(kept[-1]) if kept else "")
    if not found:
        pytest.skip("psql is not installed")
    return found


def test_each_role_gets_into_its_own_database_alone(postgres: str) -> None:
    # The cluster of the tests has a role onrecord already.
    text = (DEPLOY / "databases.sql").read_text().replace("onrecord", "newsroom")
    port = postgres.rpartition(":")[2]
    to_server = [_psql(), "-X", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", port]
    passwords = {"ONRECORD_DATABASE_PASSWORD": "it's", "PREFECT_DATABASE_PASSWORD": "?#%"}
    made = subprocess.run(
        [*to_server, "-U", "onrecord", "postgres"], input=text, text=True, env={**os.environ, **passwords}
    )
    assert made.returncode == 0
    try:
        for role in ("newsroom", "prefect"):
            for database in ("newsroom", "prefect", "postgres"):
                done = subprocess.run(
                    [*to_server, "-U", role, "-c", "CREATE TABLE t (i int)", database], capture_output=True, text=True
                )
                assert (done.returncode == 0) == (role == database), done.stderr
    finally:
        for statement in (
            "GRANT CONNECT ON DATABASE postgres TO PUBLIC",
            "DROP DATABASE newsroom",
            "DROP DATABASE prefect",
            "DROP ROLE newsroom",
            "DROP ROLE prefect",
        ):
            administer(postgres, statement)
