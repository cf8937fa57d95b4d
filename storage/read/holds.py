"""Which figures are held back: by the open holds on their release, its tables or its cells."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from storage import schema as t


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
    rows = list(connection.execute(query))

    def scoped(kind: str) -> frozenset[tuple[int, str]]:
        return frozenset((row.release_id, each) for row in rows if row.scope_kind == kind for each in row.scope)

    whole = frozenset(row.release_id for row in rows if row.scope_kind == "release")
    return Holds(whole, scoped("table"), scoped("cells"))
