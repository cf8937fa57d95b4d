"""Findings: added, renewed, closed. Those that hold keep the figures that they name from being judged on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from figures.records import Finding
from storage import schema as t
from storage.write import decisions


def record_findings(
    connection: Connection,
    source: str,
    release_id: int | None,
    stage: str,
    findings: Iterable[Finding],
    at: datetime,
) -> None:
    """Add findings. Those that hold keep the figures that they name from being judged on."""
    record_stages(connection, source, release_id, {stage: findings}, at)


def record_stages(
    connection: Connection,
    source: str,
    release_id: int | None,
    stages: Mapping[str, Iterable[Finding]],
    at: datetime,
) -> None:
    """As `record_findings`, by stage."""
    rows = [
        {
            "source": source,
            "release_id": release_id,
            "stage": stage,
            "check": finding.check,
            "severity": finding.severity,
            "scope_kind": finding.scope_kind,
            "scope": list(finding.scope),
            "expected": finding.expected,
            "found": finding.found,
            "words": finding.words,
            "at": at,
        }
        for stage, findings in stages.items()
        for finding in findings
    ]
    if rows:
        connection.execute(insert(t.finding), rows)


def renew_findings(
    connection: Connection, source: str, release_id: int, stage: str, findings: Iterable[Finding], at: datetime
) -> None:
    """Let a stage say of a release what it says now: what it no longer says goes, what it said before stays as it is.

    What a person lifted stays lifted: the decision is carried over to the finding that says the same.
    """
    f = t.finding
    rows = connection.execute(select(f).where(f.c.release_id == release_id, f.c.stage == stage)).mappings().all()
    by_hand = _lifted_by_hand(connection, rows)
    lifted = {(row["check"], row["expected"], row["found"]) for row in rows if row["id"] in by_hand}
    before = {_said(dict(row)): row["id"] for row in rows if row["id"] not in by_hand}
    now = {_said(asdict(each)): each for each in findings if (each.check, each.expected, each.found) not in lifted}
    if gone := [before[said] for said in before if said not in now]:
        connection.execute(delete(f).where(f.c.id.in_(gone)))
    new = [finding for said, finding in now.items() if said not in before]
    record_findings(connection, source, release_id, stage, new, at)
    if new or gone:
        decisions.carry_over(connection, release_id)


def _lifted_by_hand(connection: Connection, rows: Iterable[RowMapping]) -> set[int]:
    """The numbers of those findings that were closed by no decision that is on record."""
    closed = [row for row in rows if row["lifted_at"] is not None]
    return {row["id"] for row in closed} - (decisions.decided(connection, closed) if closed else set())


def add_findings(
    connection: Connection, source: str, release_id: int, stage: str, findings: Iterable[Finding], at: datetime
) -> None:
    """Add what a stage has not said of a release yet."""
    f = t.finding
    mine = (f.c.release_id == release_id, f.c.stage == stage)
    said = {_said(dict(row)) for row in connection.execute(select(f).where(*mine)).mappings()}
    new = [finding for finding in findings if _said(asdict(finding)) not in said]
    record_findings(connection, source, release_id, stage, new, at)


def holding(connection: Connection, release_id: int, stage: str, said: Iterable[Finding]) -> list[Finding]:
    """All that holds a release when a stage says this of it now: the open holds of the other stages, and of these
    findings those that hold and were not lifted before.
    """
    f = t.finding
    rows = connection.execute(select(f).where(f.c.release_id == release_id, f.c.severity == "hold")).mappings().all()
    lifted = {(row["check"], row["expected"], row["found"]) for row in rows if row["lifted_at"] is not None}
    others = [_as_found(dict(row)) for row in rows if row["stage"] != stage and row["lifted_at"] is None]
    mine = [each for each in said if each.severity == "hold"]
    return [*others, *(each for each in mine if (each.check, each.expected, each.found) not in lifted)]


def said_once(findings: Iterable[Finding]) -> list[Finding]:
    """Findings of one stage, each once."""
    return list({_said(asdict(each)): each for each in findings}.values())


def _as_found(row: Mapping[str, Any]) -> Finding:
    kept = {name: row[name] for name in Finding.__dataclass_fields__ if name != "scope"}
    return Finding(**kept, scope=tuple(row["scope"]))


def _said(row: Mapping[str, Any]) -> tuple[Any, ...]:
    names = ("check", "severity", "scope_kind", "expected", "found", "words")
    return (*(row[name] for name in names), tuple(row["scope"]))


def record_new_findings(
    connection: Connection, source: str, stage: str, findings: Iterable[Finding], at: datetime
) -> list[Finding]:
    """Add findings about a source's page or addresses, unless the same one is open. Returns those added."""
    f = t.finding
    fresh = []
    for finding in findings:
        same = select(f.c.id).where(
            f.c.source == source,
            f.c.release_id.is_(None),
            f.c.check == finding.check,
            f.c.found == finding.found,
            f.c.words == finding.words,
            f.c.lifted_at.is_(None),
        )
        if connection.execute(same).first() is None:
            record_findings(connection, source, None, stage, [finding], at)
            fresh.append(finding)
    return fresh


def settle(
    connection: Connection,
    source: str,
    stage: str,
    still: Sequence[str],
    because: str,
    at: datetime,
    *,
    expected: str | None = None,
) -> None:
    """Close open findings about a source's page or addresses, except those whose words are still true."""
    f = t.finding
    mine = [f.c.source == source, f.c.release_id.is_(None), f.c.stage == stage, f.c.lifted_at.is_(None)]
    if still:
        mine.append(f.c.words.not_in(still))
    if expected is not None:
        mine.append(f.c.expected == expected)
    values = {"lifted_at": at, "lifted_by": "onrecord", "lifted_because": because}
    connection.execute(update(f).where(*mine).values(values))


def lift(connection: Connection, findings: Iterable[int], by: str, because: str, at: datetime) -> None:
    """Close findings by id with a reason: what they held may be judged on again."""
    f = t.finding
    values = {"lifted_at": at, "lifted_by": by, "lifted_because": because}
    connection.execute(update(f).where(f.c.id.in_(sorted(findings)), f.c.lifted_at.is_(None)).values(values))


def set_state(connection: Connection, release_id: int) -> None:
    """`held` while any hold on the release stands, else `accepted`."""
    f = t.finding
    holds = select(f.c.id).where(f.c.release_id == release_id, f.c.severity == "hold", f.c.lifted_at.is_(None))
    state = "held" if connection.execute(holds).first() else "accepted"
    connection.execute(update(t.release).where(t.release.c.id == release_id).values(state=state))
