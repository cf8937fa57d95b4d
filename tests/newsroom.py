"""A newsroom on a real database: figures put in one by one, judged and sent through a console that writes to a file.

What the line does before judging (fetching, parsing, checking) is left out: figures, holds and edits come as told.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from alerts.channels.console import Console
from alerts.claims.model import Claim
from alerts.claims.parts import Movement
from alerts.delivery import Sent, deliver
from alerts.messages.message import DeliveryError, Message
from figures.periods import Period, end_of_day
from figures.records import Finding, Observation, Parsed, Target
from flows.judging.judge import judge
from storage.engine import Database, open_database, reading, writing
from storage.read import journal
from storage.write import ledger, message_contents
from storage.write import releases as writes
from storage.write.findings import lift, record_findings
from storage.write.releases import Known
from tests.alerts.conftest import shipped, varied
from tests.databases import new_sqlite

DIMS = (("agency", "all"), ("criminality", "all"))
CELL = "xlsx:Detention FY25!F20"
TABLE = "detained_by_criminality"
START = date(2025, 5, 30)


def level(value: float = 49_000, name: str = "seed-4", notes: str = "", said_on: date = date(2025, 5, 28)) -> Claim:
    """A level whose state follows the deviation alone: 5 % drifts, 15 % is far. Another value is another version."""
    claim = varied(shipped("seed-4"), value=value, noise=Movement(sigma_14=1, because="a test"))
    text = f'id = "{name}"\nnotes = "{notes}"\nsaid_on = {said_on}\n[test]\nvalue = {value:.0f}\n'
    words = claim.words.model_copy(update={"id": name, "said_on": said_on})
    return replace(claim, words=words, text=text, sha256=hashlib.sha256(text.encode()).hexdigest())


def release_text(number: int, value: float, end: date) -> Parsed:
    period = Period("instant", end, end)
    observation = Observation(
        "ice.detained", DIMS, period, value, "people", "reported", f"{value:.0f}", CELL, TABLE, 2025, None, "f"
    )
    return Parsed((observation,), (), fiscal_year=2025)


@dataclass
class Wire:
    """A console that writes to a file; `before` and `after` sending something may happen."""

    path: Path
    name: str = "wire"
    before: Callable[[Message], None] = lambda message: None
    after: Callable[[Message], None] = lambda message: None
    lock: Lock = field(default_factory=Lock)

    def send(self, message: Message) -> None:
        with self.lock, self.path.open("a", encoding="utf-8") as stream:
            self.before(message)
            Console(self.name, stream).send(message)
            self.after(message)

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8") if self.path.exists() else ""

    @property
    def keys(self) -> list[str]:
        """What arrived, by the key at the end of each message."""
        return [line.removeprefix("key: ") for line in self.text.splitlines() if line.startswith("key: ")]


@dataclass
class Newsroom:
    """One claim or more on one series, a clock, and a way out."""

    folder: Path
    claims: list[Claim] = field(default_factory=lambda: [level()])
    now: datetime = field(default_factory=lambda: end_of_day(START))
    database: Database = field(init=False)
    wire: Wire = field(init=False)
    releases: list[tuple[int, date]] = field(default_factory=list)
    holds: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        new_sqlite(self.folder)
        self.open()
        self.wire = Wire(self.folder / "wire.txt")

    def open(self) -> None:
        self.database = open_database(f"sqlite:///{self.folder / 'onrecord.db'}")

    def reopen(self) -> None:
        self.database.dispose()
        self.open()

    def clock(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def publish(self, value: float, end: date | None = None, known_at: datetime | None = None) -> int:
        """A release with one figure; without a day a week after the last one, public now."""
        number = len(self.releases)
        day = end or (max(d for _, d in self.releases) + timedelta(days=7) if self.releases else date(2025, 5, 18))
        sha256 = hashlib.sha256(f"{number}|{value}".encode()).hexdigest()
        target = Target("", f"FY25_detentionStats{number:03}.xlsx", "current")
        known = Known(known_at or self.now, "fetched", "")
        with writing(self.database) as connection:
            writes.record_document(connection, sha256, 1, "xlsx", self.now)
            parsed = release_text(number, value, day)
            stored = writes.store_release(connection, "ice", sha256, target, known, parsed, 1, self.now)
        self.releases.append((stored.release_id, day))
        return stored.release_id

    def reread(self, release: int, value: float) -> None:
        """The parser is mended and reads another value from the same cell."""
        day = next(day for number, day in self.releases if number == release)
        with writing(self.database) as connection:
            writes.reread_release(connection, "ice", release, release_text(release, value, day), 2)

    def hold(self, release: int) -> None:
        words = f"Release {release} contradicts itself."
        finding = Finding("a_test", "hold", "cells", (CELL,), "sense", f"none {len(self.holds)}", words)
        with writing(self.database) as connection:
            record_findings(connection, "ice", release, "document", [finding], self.now)
            found = journal.findings(connection, release_id=release, severities=("hold",), open_only=True)
            self.holds[release] = found[-1].id

    def lift(self, release: int) -> None:
        with writing(self.database) as connection:
            lift(connection, [self.holds.pop(release)], "an editor", "ICE confirmed it", self.now)

    def judge(self) -> list[Message]:
        return judge(self.database, self.claims, self.now, self.now, ["wire"])

    def deliver(self) -> list[Sent]:
        return deliver(self.database, {"wire": self.wire}, self.clock)

    def tell(self) -> list[str]:
        """Judge and deliver; what has changed by each message that was queued."""
        changed = [message.items[0].heading for message in self.judge()]
        self.deliver()
        return changed

    def state(self, claim: str = "seed-4", answer: str = "standing") -> tuple[str, str]:
        with reading(self.database) as connection:
            rows = ledger.verdicts(connection, history=False)
        return next((r["state"], r["underlying"]) for r in rows if (r["claim_id"], r["answer"]) == (claim, answer))

    def outbox(self) -> list[dict[str, Any]]:
        with reading(self.database) as connection:
            return ledger.outbox(connection)

    def history(self, claim: str = "seed-4", answer: str = "standing") -> list[dict[str, Any]]:
        with reading(self.database) as connection:
            return [row for row in ledger.every_verdict(connection, claim) if row["answer"] == answer]

    def moved_by(self, answer: str = "standing") -> list[str]:
        return [row["moved_by"] for row in self.history(answer=answer)]

    def held_cells_of(self, key: str) -> Sequence[str]:
        with reading(self.database) as connection:
            number = message_contents.number(connection, key)
            return [cell for cells in message_contents.held_cells(connection, [number]).values() for cell in cells]


def breaking(words: str = "power cut") -> Callable[[Message], None]:
    """A process that dies at this point."""

    def die(message: Message) -> None:
        raise RuntimeError(words)

    return die


def refusing(times: int) -> Callable[[Message], None]:
    left = [times]

    def refuse(message: Message) -> None:
        if left[0]:
            left[0] -= 1
            raise DeliveryError("answered 503", permanent=False)

    return refuse
