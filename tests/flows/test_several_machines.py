"""Two machines on one database and one archive come to what one machine comes to, whatever is killed on the way."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from figures.periods import end_of_day
from replica.editions import editions
from replica.publisher import Publisher
from tests.flows.conftest import CONFIGURATION, trac_sources
from tests.found import differences, found, undelivered
from tests.machines import ENDED_WITHIN, MAIL, Cluster, Machine, Post, need_own_host_names
from tests.object_storage import Storage
from tests.unasked import WITHOUT_BORDER

# Longer than a lock of a host that is gone, and than a delivery that was begun and never ended.
MUCH_LATER = timedelta(minutes=20)
# From May to August 2025: the claims go on record on 28 May, and the desk hears of them from then on.
DAYS = sorted({each.published_on for each in editions()})[-7:]
WHAT_IS_KILLED = ("machines", "database", "machines", "post", "database", "post", "machines")


@dataclass
class World:
    """Publishers, a mail server, a clock, and the machines that look."""

    folder: Path
    publisher: Publisher
    post: Post
    port: int
    objects: str = ""  # the address of an object storage
    machines: list[Machine] = field(default_factory=list)

    @property
    def clock(self) -> Path:
        return self.folder / "clock"

    def at(self, now: datetime) -> None:
        written = self.folder / "clock.new"
        written.write_text(now.isoformat())
        written.replace(self.clock)

    def add(self, name: str, database: str, archive: Path | str) -> None:
        """A machine with a home of its own; the archive is the one folder that all share, or a bucket."""
        home = self.folder / name
        home.mkdir(mode=0o700)
        if isinstance(archive, Path):
            archive.mkdir(exist_ok=True)
            (home / "archive").symlink_to(archive)
        host = self.publisher.address.removeprefix("http://")
        given = {"host": host, "ice": f"{self.publisher.address}/detain/detention-management"}
        text = CONFIGURATION.format(**given, trac=trac_sources(self.publisher.address), others=WITHOUT_BORDER)
        text = text[: text.index("[[channels]]")] + MAIL.format(port=self.port)
        bucket = f'[archive]\naddress = "s3://{archive}/onrecord"\nendpoint_url = "{self.objects}"\n'
        (home / "onrecord.toml").write_text(text if isinstance(archive, Path) else bucket + text)
        self.machines.append(Machine(name, home, {"ONRECORD_DATABASE_URL": database}, self.clock))

    def look(self, *steps: int) -> None:
        """All machines at once, each to its step."""
        for machine, step in zip(self.machines, steps, strict=True):
            machine.look(step)

    def ends(self) -> list[int]:
        return [machine.end_of_look() for machine in self.machines]

    @property
    def said(self) -> str:
        return "\n".join(machine.log.read_text()[-3000:] for machine in self.machines)

    def wait_for_requests(self, number: int) -> None:
        """Until the machines have asked the publishers for so many things more."""
        wanted, deadline = len(self.publisher.requests) + number, time.monotonic() + ENDED_WITHIN
        while len(self.publisher.requests) < wanted and time.monotonic() < deadline:
            time.sleep(0.01)


@contextmanager
def world(folder: Path) -> Iterator[World]:
    folder.mkdir()
    post = Post()
    with Publisher() as publisher, post.open() as port:
        made = World(folder, publisher, post, port)
        try:
            yield made
        finally:
            for machine in made.machines:
                machine.close()


def looked_at(day: date) -> datetime:
    """In the evening, so that what is done again much later is done on the same day."""
    return end_of_day(day) - timedelta(hours=2)


def publish(made: World, day: date) -> None:
    for edition in editions():
        if edition.published_on == day:
            made.publisher.publish(edition)
    made.at(looked_at(day))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[str]], int]:
    """What one machine comes to, undisturbed, and how many steps its looks take."""
    need_own_host_names()
    folder = tmp_path_factory.mktemp("alone")
    url = f"sqlite:///{folder}/onrecord.db"
    with world(folder / "world") as made:
        made.add("alone.example", url, folder / "archive")
        steps = []
        for day in DAYS:
            publish(made, day)
            made.look(0)
            assert made.ends() == [0], made.said
            steps.append(made.machines[0].steps)
        assert undelivered(url, made.post) == []
        assert made.post.twice == {}
    return found(url), min(steps)


@pytest.mark.slow
@pytest.mark.parametrize("kept_in", ["a folder that both see", "a bucket"])
def test_two_machines_that_are_killed_in_turn_come_to_what_one_comes_to(
    tmp_path: Path, alone: tuple[dict[str, list[str]], int], storage: Storage, kept_in: str
) -> None:
    expected, steps = alone
    with Cluster.running() as cluster, world(tmp_path / "world") as made:
        made.objects = storage.endpoint_url
        archive = storage.make() if kept_in == "a bucket" else tmp_path / "archive"
        for name in ("one.example", "two.example"):
            made.add(name, cluster.url, archive)
        killed = play(made, cluster, steps)
        assert killed == set(WHAT_IS_KILLED)
        assert undelivered(cluster.url, made.post) == []
        assert made.post.unannounced == []
        assert made.post.twice
        odd = differences(expected, found(cluster.url))
        assert odd == [], "\n".join(map(str, odd))
        for machine in made.machines:
            code, said = machine.onrecord("verify")
            assert code == 0, said
            assert " 0 missing or altered" in said
            assert "no record names it" not in said


def play(made: World, cluster: Cluster, steps: int) -> set[str]:
    """An edition after the other, with something killed in each look; which things were."""
    killed: set[str] = set()

    def cut_off(_: str) -> None:
        killed.add("post")
        for machine in made.machines:
            machine.kill()

    for number, (day, victim) in enumerate(zip(DAYS, WHAT_IS_KILLED, strict=True)):
        publish(made, day)
        early, late = steps * (1 + number) // 20, steps * (19 - number) // 20
        made.post.taken = cut_off if victim == "post" else lambda key: None
        made.look(*((early, late) if victim == "machines" else (0, 0)))
        if victim == "database":
            made.wait_for_requests(2 + number)
            cluster.kill()
            killed.add("database")
        codes = made.ends()
        made.post.taken = lambda key: None
        killed |= {"machines"} if victim == "machines" and -9 in codes else set()
        if victim == "database":
            cluster.start_again()
        made.at(looked_at(day) + MUCH_LATER)
        made.look(0, 0)
        assert made.ends() == [0, 0], made.said
    return killed
