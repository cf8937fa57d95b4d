"""What `deploy/` starts may do no more than it needs."""

import os
import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.postgres import administer

DEPLOY = Path(__file__).parents[1] / "deploy"
UNITS = [DEPLOY / "onrecord.service", DEPLOY / "onrecord-worker.service"]
# Of 10, as systemd counts it: 2 is what it calls OK.
MOST_EXPOSED = 20


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


def test_every_container_is_contained_limited_and_started_again(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"postgres", "prefect", "onrecord"}
    for service in compose["services"].values():
        assert service["cap_drop"] == ["ALL"]
        assert service["read_only"] is True
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["restart"] == "unless-stopped"
        assert re.fullmatch(r"\d+[gm]", service["mem_limit"])
        assert all(published.startswith("127.0.0.1:") for published in service.get("ports", []))


def test_no_password_has_a_default_and_none_is_the_superusers_where_it_is_not_needed(compose: dict[str, Any]) -> None:
    used = set(re.findall(r"\$\{([^}]*)\}", (DEPLOY / "compose.yaml").read_text()))
    named = {name.partition(":")[0] for name in used}
    assert used == {f"{name}:?set it in deploy/.env" for name in named}  # compose refuses what is empty
    example = dict(row.split("=") for row in (DEPLOY / "example.env").read_text().splitlines() if "=" in row)
    assert example == dict.fromkeys(named, "")
    for name in ("prefect", "onrecord"):
        service = compose["services"][name]
        assert "POSTGRES_PASSWORD" not in str(service)
        assert "postgresql" in str(service["environment"])
        assert not re.search(r"postgresql\+\w+://\w+:", str(service["environment"]))  # beside the address, not in it
    prefect, onrecord = (compose["services"][name]["environment"] for name in ("prefect", "onrecord"))
    assert prefect["PREFECT_SERVER_API_AUTH_STRING"] == onrecord["PREFECT_API_AUTH_STRING"]
    assert "*" not in prefect["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"]
    assert prefect["PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"].endswith("lease_storage.filesystem")
    assert f"prefect:{prefect['PREFECT_HOME']}" in compose["services"]["prefect"]["volumes"]


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


def test_secrets_stay_out_of_the_image() -> None:
    ignored = (DEPLOY.parent / ".dockerignore").read_text().split()
    assert {"deploy/*.env", "tests", ".git"} <= set(ignored)
