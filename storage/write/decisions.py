"""What people decided about findings: recorded first, then carried over to every finding that says the same again."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, insert, select, update

from storage import schema as t
from storage.engine import inserted_id
from storage.read.journal import StoredFinding

Kind = Literal["unhold", "acknowledge"]
# Stages that say the same thing anew of each release that restates a figure: a decision counts for all of them.
RESTATED = frozenset({"reconcile"})
_SAME = ("source", "stage", "check", "expected", "found")


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision with the finding that it is about. It counts until `ended_at`; `until` is its last day."""

    id: int
    kind: Kind
    finding_id: int
    source: str
    release_id: int | None
    stage: str
    check: str
    scope_kind: str
    scope: tuple[str, ...]
    expected: str
    found: str
    words: str
    author: str
    because: str
    at: datetime
    until: date | None
    ended_at: datetime | None
    ended_by: str | None
    ended_because: str | None
    judge_from: datetime | None

    def about(self, finding: StoredFinding) -> bool:
        """Whether a finding is the one that was decided on, however often it was derived anew since.

        The words may have been bettered; what was expected, found and held must be the same.
        """
        if any(getattr(self, name) != getattr(finding, name) for name in _SAME):
            return False
        if self.stage in RESTATED:
            return True
        if self.release_id is None:  # of a page or an address: the same again is another occurrence
            return self.finding_id == finding.id
        same = (finding.release_id, finding.scope_kind, finding.scope)
        return (self.release_id, self.scope_kind, self.scope) == same


def record(
    connection: Connection,
    kind: Kind,
    finding: StoredFinding,
    author: str,
    because: str,
    at: datetime,
    until: date | None,
    judge_from: datetime | None,
) -> int:
    """Keep a decision. Returns its number."""
    names = (*_SAME, "release_id", "scope_kind", "words")
    values: dict[str, Any] = {name: getattr(finding, name) for name in names}
    values |= {"kind": kind, "finding_id": finding.id, "scope": list(finding.scope), "author": author}
    values |= {"because": because, "at": at, "until": until, "judge_from": judge_from}
    return inserted_id(connection.execute(insert(t.decision).values(values)))


def end(
    connection: Connection, number: int, by: str, because: str, at: datetime, judge_from: datetime | None = None
) -> None:
    """A decision counts no longer: taken back by a person, or over by itself."""
    d = t.decision
    values = {"ended_at": at, "ended_by": by, "ended_because": because, "judge_from": judge_from}
    connection.execute(update(d).where(d.c.id == number, d.c.ended_at.is_(None)).values(values))


def judged(connection: Connection, numbers: Collection[int]) -> None:
    """What follows from these decisions has been judged again."""
    d = t.decision
    connection.execute(update(d).where(d.c.id.in_(sorted(numbers))).values(judge_from=None))


def decisions(connection: Connection, *, in_force: bool = False) -> list[Decision]:
    """Every decision, oldest first, or those that count now."""
    query = select(t.decision).order_by(t.decision.c.id)
    if in_force:
        query = query.where(t.decision.c.ended_at.is_(None))
    return [
        Decision(**{**{name: row[name] for name in Decision.__dataclass_fields__}, "scope": tuple(row["scope"])})
        for row in connection.execute(query).mappings()
    ]


def carry_over(connection: Connection, release_id: int | None = None) -> list[StoredFinding]:
    """Bring the holds, of one release or of all, into line with the decisions. Returns those that changed.

    A hold that a decision in force is about is lifted, one that only decisions of the past are about stands again.
    What a later release settled is left alone.
    """
    made = [decision for decision in decisions(connection) if decision.kind == "unhold"]
    if release_id is not None:
        made = [d for d in made if d.release_id == release_id or d.stage in RESTATED]
    if not made:
        return []
    holds = _holds(connection, {d.check for d in made}, release_id)
    return [hold for hold in holds if _bring_into_line(connection, hold, [d for d in made if d.about(hold)])]


def _bring_into_line(connection: Connection, hold: StoredFinding, mine: Sequence[Decision]) -> bool:
    """Lift a hold, or let it stand again, as the decisions about it say. Returns whether that changed anything."""
    counts = next((decision for decision in mine if decision.ended_at is None), None)
    if counts is not None and hold.lifted_at is None:
        _mark(connection, hold.id, counts.at, counts.author, counts.because)
        return True
    if counts is None and hold.lifted_at is not None and _lifted_by(mine, hold):
        _mark(connection, hold.id, None, None, None)
        return True
    return False


def decided(connection: Connection, rows: Iterable[RowMapping]) -> set[int]:
    """The numbers of those rows of `finding` that a decision to lift is or was about."""
    made = [decision for decision in decisions(connection) if decision.kind == "unhold"]
    return {row["id"] for row in rows if any(decision.about(as_stored(row)) for decision in made)}


def _lifted_by(made: Iterable[Decision], finding: StoredFinding) -> bool:
    return any((d.author, d.because) == (finding.lifted_by, finding.lifted_because) for d in made)


def _mark(connection: Connection, number: int, at: datetime | None, by: str | None, because: str | None) -> None:
    values = {"lifted_at": at, "lifted_by": by, "lifted_because": because}
    connection.execute(update(t.finding).where(t.finding.c.id == number).values(values))


def _holds(connection: Connection, checks: Collection[str], release_id: int | None) -> list[StoredFinding]:
    f = t.finding
    query = select(f).where(f.c.severity == "hold", f.c.check.in_(sorted(checks))).order_by(f.c.id)
    if release_id is not None:
        query = query.where(f.c.release_id == release_id)
    return [as_stored(row) for row in connection.execute(query).mappings()]


def as_stored(row: RowMapping) -> StoredFinding:
    """A row of `finding`, without the name of its release."""
    names = [name for name in StoredFinding.__dataclass_fields__ if name not in ("release_name", "scope")]
    return StoredFinding(**{name: row[name] for name in names}, release_name="", scope=tuple(row["scope"]))


def as_object(decision: Decision) -> dict[str, Any]:
    """A decision for `--json`: as kept, without what is our own bookkeeping."""
    kept = asdict(decision)
    return {name: kept[name] for name in kept if name != "judge_from"}
