from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from figures.periods import end_of_day
from figures.registry import TRAC
from flows.configuration.settings import Settings, load_settings
from flows.context import Line
from flows.pipeline import open_line
from replica.publisher import PAGE, Publisher
from tests.databases import new_sqlite
from tests.unasked import WITHOUT_BORDER

CONFIGURATION = """\
[fetch]
contact = "test@localhost"
attempts = 2
private_hosts = ["{host}"]
[sources.ice]
address = "{ice}"
{trac}
{others}
# Four claims of one day: what the registry gains moves none of these tests.
[claims]
shipped = ["seed-1-*", "seed-4-*", "seed-5-*", "seed-6-*"]
[[channels]]
name = "screen"
kind = "console"
"""


@dataclass
class Clock:
    """Time that stands still until a test moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def set(self, day: date) -> None:
        self.now = end_of_day(day)


@dataclass
class Desk:
    """A newsroom's installation that looks at stand-in publishers."""

    settings: Settings
    line: Line
    clock: Clock
    publisher: Publisher


def trac_sources(address: str) -> str:
    """TRAC's sources at a stand-in, as the configuration has them."""
    return "\n".join(f'[sources.{s.id}]\naddress = "{address}{urlsplit(s.address).path}"' for s in TRAC) + "\n"


def configure(home: Path, address: str, *, ice: str = "") -> Settings:
    home.mkdir(exist_ok=True)
    host, trac = address.removeprefix("http://"), trac_sources(address)
    text = CONFIGURATION.format(host=host, ice=ice or address + PAGE, trac=trac, others=WITHOUT_BORDER)
    (home / "onrecord.toml").write_text(text, encoding="utf-8")
    new_sqlite(home)
    return load_settings(home)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, publisher: Publisher) -> Desk:
    clock = Clock(datetime(2025, 1, 1, tzinfo=UTC))
    settings = configure(tmp_path / "home", publisher.address)
    line = replace(open_line(settings, clock), sleep=lambda seconds: None)
    return Desk(settings, line, clock, publisher)
