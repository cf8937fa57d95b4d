"""What a run adds: fetches, releases with figures and findings, runs. Each function is a step of a transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from figures.records import Finding, KnownBy, Observation, Parsed, Target
from storage import schema as t
from storage.engine import inserted_id

SERIES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    """Since when the public could read a file, and how we know."""

    at: datetime
    by: KnownBy
    detail: str


@dataclass(frozen=True, slots=True)
class Stored:
    """`created` is False for bytes that were there; from `since` on, history must be looked at again."""

    release_id: int
    created: bool
    since: datetime | None


def record_fetch(
    connection: Connection,
    source: str,
    url: str,
    at: datetime,
    outcome: str,
    *,
    status: int | None = None,
    sha256: str | None = None,
    etag: str | None = None,
    last_modified: str | None = None,
    detail: str = "",
) -> None:
    connection.execute(
        insert(t.fetch).values(
            source=source,
            url=url,
            at=at,
            outcome=outcome,
            status=status,
            sha256=sha256,
            etag=etag,
            last_modified=last_modified,
            detail=detail,
        )
    )


def record_document(connection: Connection, sha256: str, size: int, media: str, at: datetime) -> None:
    known = select(t.document.c.sha256).where(t.document.c.sha256 == sha256)
    if connection.execute(known).first() is None:
        connection.execute(insert(t.document).values(sha256=sha256, size=size, media=media, archived_at=at))


def store_release(
    connection: Connection,
    source: str,
    sha256: str,
    target: Target,
    known: Known,
    parsed: Parsed,
    parser: int,
    at: datetime,
) -> Stored:
    """Store what was read from bytes, once.

    Bytes that are there already are not a new release: their new name is noted, and an earlier instant, if one is
    shown, moves the release back to its place in the past.
    """
    found = connection.execute(
        select(t.release.c.id, t.release.c.known_at).where(t.release.c.source == source, t.release.c.sha256 == sha256)
    ).first()
    if found is not None:
        _note_name(connection, found.id, target, known)
        if known.at >= found.known_at:
            return Stored(found.id, created=False, since=None)
        connection.execute(
            update(t.release)
            .where(t.release.c.id == found.id)
            .values(known_at=known.at, known_by=known.by, known_detail=known.detail)
        )
        return Stored(found.id, created=False, since=known.at)
    release_id = _insert_release(connection, source, sha256, target, known, parsed, parser, at)
    _note_name(connection, release_id, target, known)
    _insert_observations(connection, source, release_id, parsed.observations)
    return Stored(release_id, created=True, since=known.at)


def _insert_release(
    connection: Connection,
    source: str,
    sha256: str,
    target: Target,
    known: Known,
    parsed: Parsed,
    parser: int,
    at: datetime,
) -> int:
    statement = insert(t.release).values(
        source=source,
        sha256=sha256,
        name=target.name,
        url=target.url,
        role=target.role,
        known_at=known.at,
        known_by=known.by,
        known_detail=known.detail,
        fiscal_year=parsed.fiscal_year,
        run_date=parsed.run_date,
        modified_at=parsed.modified_at,
        state="accepted",
        parser=parser,
        recorded_at=at,
    )
    return inserted_id(connection.execute(statement))


def _note_name(connection: Connection, release_id: int, target: Target, known: Known) -> None:
    names = t.release_name
    same = select(names.c.id).where(
        names.c.release_id == release_id, names.c.name == target.name, names.c.url == target.url
    )
    if connection.execute(same).first() is None:
        connection.execute(
            insert(names).values(
                release_id=release_id, name=target.name, url=target.url, known_at=known.at, known_by=known.by
            )
        )


def _insert_observations(
    connection: Connection, source: str, release_id: int, observations: Sequence[Observation]
) -> None:
    ids = _series_ids(connection, source, observations)
    rows = [
        {
            "release_id": release_id,
            "series_id": ids[o.series],
            "period_kind": o.period.kind,
            "period_key": o.period.key,
            "period_start": o.period.start,
            "period_end": o.period.end,
            "value": o.value,
            "raw": o.raw,
            "status": o.status,
            "locator": o.locator,
            "period_locator": o.period_locator,
            "table_id": o.table,
            "fiscal_year": o.fiscal_year,
            "run_date": o.run_date,
        }
        for o in observations
    ]
    if rows:
        connection.execute(insert(t.observation), rows)


def _series_ids(connection: Connection, source: str, observations: Sequence[Observation]) -> dict[str, int]:
    by_key = {o.series: o for o in observations}
    ids = _known_series(connection, by_key)
    new = [
        {"source": source, "key": key, "metric": o.metric, "dims": dict(o.dims), "unit": o.unit}
        for key, o in sorted(by_key.items())
        if key not in ids
    ]
    if new:
        connection.execute(insert(t.series), new)
        ids.update(_known_series(connection, [str(values["key"]) for values in new]))
    return ids


def _known_series(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    """The ids of those series that are there, asked for in pieces: a workbook has thousands."""
    ids: dict[str, int] = {}
    asked = sorted(keys)
    for start in range(0, len(asked), SERIES_AT_ONCE):
        piece = asked[start : start + SERIES_AT_ONCE]
        query = select(t.series.c.key, t.series.c.id).where(t.series.c.key.in_(piece))
        ids.update({row.key: row.id for row in connection.execute(query)})
    return ids


def record_findings(
    connection: Connection,
    source: str,
    release_id: int | None,
    stage: str,
    findings: Iterable[Finding],
    at: datetime,
) -> list[int]:
    """Add findings; those that hold keep their observations from being judged on. Returns the ids of the holds."""
    holds = []
    for finding in findings:
        statement = insert(t.finding).values(
            source=source,
            release_id=release_id,
            stage=stage,
            check=finding.check,
            severity=finding.severity,
            scope_kind=finding.scope_kind,
            scope=list(finding.scope),
            expected=finding.expected,
            found=finding.found,
            words=finding.words,
            at=at,
        )
        finding_id = inserted_id(connection.execute(statement))
        if finding.severity == "hold" and release_id is not None:
            holds.append(finding_id)
            _hold(connection, release_id, finding_id, finding)
    return holds


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


def _hold(connection: Connection, release_id: int, finding_id: int, finding: Finding) -> None:
    o = t.observation
    query = select(o.c.id).where(o.c.release_id == release_id)
    if finding.scope_kind == "table":
        query = query.where(o.c.table_id.in_(finding.scope))
    elif finding.scope_kind == "cells":
        query = query.where(o.c.locator.in_(finding.scope))
    rows = [{"observation_id": row.id, "finding_id": finding_id} for row in connection.execute(query)]
    if rows:
        connection.execute(insert(t.held), rows)


def forget_history_findings(connection: Connection, release_id: int) -> None:
    """Drop what history said of a release, so that it can be asked again. What a person lifted stays."""
    f = t.finding
    mine = select(f.c.id).where(f.c.release_id == release_id, f.c.stage == "history", f.c.lifted_at.is_(None))
    ids = [row.id for row in connection.execute(mine)]
    if ids:
        connection.execute(delete(t.held).where(t.held.c.finding_id.in_(ids)))
        connection.execute(delete(f).where(f.c.id.in_(ids)))


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
