"""What is shipped for servers: a limit of memory and a restart for everything that runs."""

import configparser
from pathlib import Path

import yaml

DEPLOY = Path(__file__).parents[1] / "deploy"


def test_the_unit_has_a_limit_of_memory_and_is_started_again() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(DEPLOY / "onrecord.service", encoding="utf-8")
    assert unit["Service"]["Restart"] == "always"
    assert unit["Service"]["MemoryMax"].endswith("M")


def test_each_service_has_a_limit_of_memory_and_is_started_again() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    for name, service in services.items():
        assert service["mem_limit"], name
        assert service["restart"] == "unless-stopped", name
