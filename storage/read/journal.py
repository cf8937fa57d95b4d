"""What was found, fetched and run: findings, the last look at an address, the runs of a source."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, or_, select

from storage import schema as t

# Cells of a spreadsheet that are named of those that a hold keeps back.
_CELLS = 2
# For which of the four a run counts, by its outcome.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "new": ("last", "ended", "good", "new"),
    "unchanged": ("last", "ended", "good"),
    "running": ("last",),
}


@dataclass(frozen=True, slots=True)
class StoredFinding:
    id: int
    source: str
    release_id: int | None
    release_name: str
    stage: str
    check: str
    severity: str
    scope_kind: str
    scope: tuple[str, ...]
    expected: str
    found: str
    words: str
    at: datetime
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_because: str | None


def scope_of(finding: StoredFinding) -> str:
    """What a hold keeps back, shortly: `the whole release`, tables, or the first of its cells and how many more."""
    if finding.scope_kind == "release":
        return "the whole release"
    shown = ", ".join(finding.scope[:_CELLS])
    more = len(finding.scope) - _CELLS
    return f"{shown} and {more} more" if more > 0 else shown


def first_seen(connection: Connection, url: str, sha256: str) -> datetime | None:
    """When an address first gave us these bytes."""
    f = t.fetch
    return connection.execute(select(func.min(f.c.at)).where(f.c.url == url, f.c.sha256 == sha256)).scalar()


def last_other_bytes(connection: Connection, url: str, sha256: str) -> datetime | None:
    """When an address last gave other bytes than these."""
    f = t.fetch
    mine = (f.c.url == url, f.c.sha256.is_not(None), f.c.sha256 != sha256)
    return connection.execute(select(func.max(f.c.at)).where(*mine)).scalar()


def newest_bytes(connection: Connection, source: str) -> dict[str, str]:
    """What each address of a source gave last, by its sha256."""
    f = t.fetch
    last = select(func.max(f.c.id)).where(f.c.source == source, f.c.sha256.is_not(None)).group_by(f.c.url)
    return {row.url: row.sha256 for row in connection.execute(select(f.c.url, f.c.sha256).where(f.c.id.in_(last)))}


def size_of(connection: Connection, sha256: str) -> int:
    """How many bytes an archived document has."""
    return int(connection.execute(select(t.document.c.size).where(t.document.c.sha256 == sha256)).scalar_one())


def documents(connection: Connection) -> dict[str, int]:
    """Every archived document by its sha256, with its size."""
    d = t.document
    return {row.sha256: row.size for row in connection.execute(select(d.c.sha256, d.c.size).order_by(d.c.sha256))}


def findings(
    connection: Connection,
    *,
    release_id: int | None = None,
    severities: Sequence[str] = (),
    open_only: bool = False,
    stage: str = "",
    check: str = "",
    number: int | None = None,
) -> list[StoredFinding]:
    """Findings in the order in which they were made; of one release, stage, check or number only, where it is named."""
    f = t.finding
    query = _findings()
    if release_id is not None:
        query = query.where(f.c.release_id == release_id)
    if severities:
        query = query.where(f.c.severity.in_(severities))
    if open_only:
        query = query.where(f.c.lifted_at.is_(None))
    if stage:
        query = query.where(f.c.stage == stage)
    if check:
        query = query.where(f.c.check == check)
    if number is not None:
        query = query.where(f.c.id == number)
    return _stored(connection, query)


def _findings() -> Select[Any]:
    f, r = t.finding, t.release
    return select(f, r.c.name.label("release_name")).outerjoin(r, r.c.id == f.c.release_id).order_by(f.c.id)


def _stored(connection: Connection, query: Select[Any]) -> list[StoredFinding]:
    names = StoredFinding.__dataclass_fields__
    return [
        StoredFinding(
            **{name: row[name] for name in names if name not in ("scope", "release_name")},
            scope=tuple(row["scope"]),
            release_name=row["release_name"] or "",
        )
        for row in connection.execute(query).mappings()
    ]


def known_findings(connection: Connection, checks: Sequence[str]) -> list[StoredFinding]:
    """All that a judgement may rest on, in the order in which it was found: what is open, every hold that there ever
    was, and what some checks found, open or not.
    """
    f = t.finding
    wanted = or_(f.c.lifted_at.is_(None), f.c.severity == "hold", f.c.check.in_(checks))
    return _stored(connection, _findings().where(wanted))


def never_came(connection: Connection, source: str) -> list[str]:
    """The addresses of a source that were asked for and never gave a file."""
    f = t.fetch
    query = select(f.c.url).where(f.c.source == source).group_by(f.c.url).having(func.count(f.c.sha256) == 0)
    return [row.url for row in connection.execute(query.order_by(f.c.url))]


def last_good_fetch(connection: Connection, url: str) -> dict[str, Any] | None:
    """The last time an address answered: its validators, the hash of what it gave, and when."""
    f = t.fetch
    query = (
        select(f)
        .where(f.c.url == url, f.c.outcome != "failed", f.c.sha256.is_not(None))
        .order_by(f.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else {str(name): value for name, value in row.items()}


def last_fetch(connection: Connection, url: str) -> RowMapping | None:
    """The last request to an address, whatever came of it."""
    f = t.fetch
    return connection.execute(select(f).where(f.c.url == url).order_by(f.c.id.desc()).limit(1)).mappings().first()


def last_runs(connection: Connection, source: str) -> Mapping[str, RowMapping | None]:
    """The last run of a source at all, the last that ended, that ended well, and that brought something new."""
    return every_last_run(connection)[source]


def every_last_run(connection: Connection) -> Mapping[str, Mapping[str, RowMapping | None]]:
    """As `last_runs`, by source, in one statement. A source without a run has none of the four."""
    r = t.run
    ended, good, new = r.c.outcome != "running", r.c.outcome.in_(("new", "unchanged")), r.c.outcome == "new"
    each = [select(func.max(r.c.id)).where(*which).group_by(r.c.source) for which in ((), (ended,), (good,), (new,))]
    found: dict[str, dict[str, RowMapping | None]] = defaultdict(
        lambda: dict.fromkeys(("last", "ended", "good", "new"))
    )
    query = select(r).where(or_(*(r.c.id.in_(newest) for newest in each))).order_by(r.c.id)
    for row in connection.execute(query).mappings():
        kinds = _KINDS.get(row["outcome"], ("last", "ended"))
        found[row["source"]].update(dict.fromkeys(kinds, row))
    return found


def looks(connection: Connection, sources: Sequence[str], since: datetime) -> dict[str, list[datetime]]:
    """When looks at some sources ended after an instant: `well` and `failed`, in order."""
    r = t.run
    query = (
        select(r.c.finished_at, r.c.outcome)
        .where(r.c.source.in_(sorted(sources)), r.c.finished_at.is_not(None), r.c.finished_at > since)
        .order_by(r.c.finished_at)
    )
    ended: dict[str, list[datetime]] = {"well": [], "failed": []}
    for row in connection.execute(query):
        if row.outcome in ("new", "unchanged"):
            ended["well"].append(row.finished_at)
        elif row.outcome == "failed":
            ended["failed"].append(row.finished_at)
    return ended
