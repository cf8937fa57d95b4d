"""Which figures are held back: by the open holds on their release, its tables or its cells."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from storage import schema as t
from storage.read.journal import StoredFinding


@dataclass(frozen=True, slots=True)
class Holds:
    """Open holds: releases as a whole, (release, table), (release, locator)."""

    releases: frozenset[int]
    tables: frozenset[tuple[int, str]]
    cells: frozenset[tuple[int, str]]

    def on(self, release_id: int, table: str, locator: str) -> bool:
        return self.on_table(release_id, table) or (release_id, locator) in self.cells

    def on_table(self, release_id: int, table: str) -> bool:
        return release_id in self.releases or (release_id, table) in self.tables


def open_holds(connection: Connection, releases: Collection[int] | None = None) -> Holds:
    """The holds that nobody has lifted, on some releases or on all."""
    return _holds(connection, [] if releases is None else [t.finding.c.release_id.in_(sorted(releases))])


def source_holds(connection: Connection, sources: Collection[str]) -> Holds:
    """The holds on the releases of some sources that nobody has lifted."""
    return _holds(connection, [t.finding.c.source.in_(sorted(sources))])


def _holds(connection: Connection, which: Sequence[ColumnElement[bool]]) -> Holds:
    f = t.finding
    query = select(f.c.release_id, f.c.scope_kind, f.c.scope).where(
        f.c.release_id.is_not(None), f.c.severity == "hold", f.c.lifted_at.is_(None), *which
    )
    return _made([(row.release_id, row.scope_kind, row.scope) for row in connection.execute(query)])


def holds_among(findings: Iterable[StoredFinding]) -> Holds:
    """The open holds on releases among findings that were read already."""
    holds = (f for f in findings if f.severity == "hold" and f.lifted_at is None)
    return _made([(f.release_id, f.scope_kind, f.scope) for f in holds if f.release_id is not None])


def _made(holds: Sequence[tuple[int, str, Sequence[str]]]) -> Holds:
    def scoped(kind: str) -> frozenset[tuple[int, str]]:
        return frozenset((release, each) for release, of_kind, scope in holds if of_kind == kind for each in scope)

    whole = frozenset(release for release, kind, _ in holds if kind == "release")
    return Holds(whole, scoped("table"), scoped("cells"))
