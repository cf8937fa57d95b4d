"""Figures folded small: what is said once is pointed at, figures are filed by fiscal year, holds are read by scope."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from alembic import op

from figures.periods import Period, fiscal_year
from figures.values import shown
from storage.encoding import row_values
from storage.schema import Instant

revision = "0002"
down_revision = "0001"

AT_ONCE = 5000


def upgrade() -> None:
    _name_the_source_anew()
    _change_releases()
    op.rename_table("series", "series_0001")
    op.rename_table("observation", "observation_0001")
    if op.get_bind().dialect.name == "postgresql":
        for table in ("series", "observation"):
            op.execute(f"ALTER TABLE {table}_0001 RENAME CONSTRAINT pk_{table} TO pk_{table}_0001")
    _create_tables()
    _move(op.get_bind())
    op.drop_table("held")
    op.drop_table("observation_0001")
    op.drop_table("series_0001")


def _name_the_source_anew() -> None:
    """TRAC's one table was the source `trac`; there are five sources of TRAC's now."""
    for table in ("fetch", "release", "series", "finding", "run"):
        op.execute(f"UPDATE \"{table}\" SET source = 'trac_population' WHERE source = 'trac'")  # noqa: S608 - of our own names


def _change_releases() -> None:
    op.add_column("release", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("release", sa.Column("years", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("release_name", sa.Column("known_detail", sa.Text(), nullable=False, server_default=""))
    op.add_column("release_name", sa.Column("role", sa.String(20), nullable=False, server_default="current"))
    op.create_index(op.f("ix_release_source_position"), "release", ["source", "position"])
    op.create_index(op.f("ix_finding_source_severity"), "finding", ["source", "severity"])
    op.create_index(op.f("ix_release_source_fiscal_year_position"), "release", ["source", "fiscal_year", "position"])
    op.execute(
        "UPDATE release_name SET role = (SELECT r.role FROM release r WHERE r.id = release_id), "
        "known_detail = (SELECT CASE WHEN r.known_at = release_name.known_at THEN r.known_detail ELSE '' END "
        "FROM release r WHERE r.id = release_id)"
    )


def _create_tables() -> None:
    op.create_table(
        "metric",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("dims", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric")),
        sa.UniqueConstraint("digest", name=op.f("uq_metric_digest")),
    )
    op.create_index(op.f("ix_metric_name"), "metric", ["name"])
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("metric_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("dims", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_series_metric_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("digest", name=op.f("uq_series_digest")),
    )
    op.create_index(op.f("ix_series_metric_id"), "series", ["metric_id"])
    op.create_table(
        "period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=True),
        sa.Column("end_day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint("digest", name=op.f("uq_period_digest")),
    )
    op.create_table(
        "block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("table_id", sa.String(length=80), nullable=False),
        sa.Column("form", sa.String(length=4), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("period_locator", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("run_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        sa.UniqueConstraint("digest", name=op.f("uq_block_digest")),
    )
    op.create_index(op.f("ix_block_sheet"), "block", ["sheet"])
    op.create_table(
        "text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text")),
        sa.UniqueConstraint("digest", name=op.f("uq_text_digest")),
    )
    _create_figures()


def _create_figures() -> None:
    op.create_table(
        "observation",
        sa.Column("fiscal_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("col", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_observation_release_id")),
        sa.PrimaryKeyConstraint(
            "fiscal_year", "series_id", "slot", "release_id", "block_id", "row", "col", name=op.f("pk_observation")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "coverage",
        sa.Column("table_id", sa.String(length=80), nullable=False),
        sa.Column("fiscal_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_coverage_release_id")),
        sa.PrimaryKeyConstraint("table_id", "fiscal_year", "kind", "release_id", name=op.f("pk_coverage")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_coverage_release_id"), "coverage", ["release_id"])


class _Said:
    """Contents said once: an id for each, and those that are new."""

    def __init__(self, table: str, columns: tuple[sa.ColumnClause[Any], ...]) -> None:
        self.table = sa.table(table, sa.column("id", sa.Integer), sa.column("digest", sa.BigInteger), *columns)
        self.ids: dict[tuple[Any, ...], int] = {}
        self.new: list[dict[str, Any]] = []

    def id(self, number: int, content: dict[str, Any], *key: object) -> int:
        found = self.ids.get(key)
        if found is None:
            found = self.ids[key] = len(self.ids) + 1
            self.new.append({"id": found, "digest": number, **content})
        return found

    def write(self, connection: sa.Connection) -> None:
        if self.new:
            connection.execute(sa.insert(self.table), self.new)
            self.new.clear()


def _move(connection: sa.Connection) -> None:
    old = connection.execute(
        sa.text(
            "SELECT o.*, s.key, s.source, s.metric, s.dims, s.unit "
            "FROM observation_0001 o JOIN series_0001 s ON s.id = o.series_id ORDER BY o.release_id, o.id"
        ).columns(period_start=sa.Date(), period_end=sa.Date(), run_date=sa.Date(), value=sa.Float(53), dims=sa.JSON())
    ).mappings()
    figures = sa.table("observation", *(sa.column(name) for name in _COLUMNS))
    said = _said()
    covered: dict[tuple[Any, ...], list[int]] = {}
    rows = _folded(old, said, covered)
    while piece := list(islice(rows, AT_ONCE)):
        for each in said.values():
            each.write(connection)
        connection.execute(sa.insert(figures), piece)
    _place(connection, covered)


_COLUMNS = (
    "fiscal_year",
    "series_id",
    "slot",
    "release_id",
    "block_id",
    "row",
    "col",
    "period_id",
    "value",
    "status",
    "text_id",
)


def _said() -> dict[str, _Said]:
    c = sa.column
    days = (c("start_day", sa.Date), c("end_day", sa.Date))
    places: tuple[sa.ColumnClause[Any], ...] = (
        c("table_id"),
        c("form"),
        c("sheet"),
        c("period_locator"),
        c("fiscal_year"),
        c("run_date", sa.Date),
    )
    return {
        "metric": _Said("metric", (c("source"), c("name"), c("unit"), c("dims", sa.JSON))),
        "series": _Said("series", (c("metric_id"), c("key"), c("dims", sa.JSON(none_as_null=True)))),
        "period": _Said("period", (c("kind"), *days)),
        "block": _Said("block", places),
        "text": _Said("text", (c("body"),)),
    }


def _folded(
    old: Iterator[Any], said: dict[str, _Said], covered: dict[tuple[Any, ...], list[int]]
) -> Iterator[dict[str, Any]]:
    for row in old:
        names = sorted(row["dims"])
        metric = (row["source"], row["metric"], row["unit"], *names)
        content = {"source": row["source"], "name": row["metric"], "unit": row["unit"], "dims": names}
        metric_id = said["metric"].id(row_values.digest(*metric), content, *metric)
        clear = row_values.dims_of(row["key"], names) == tuple(sorted(row["dims"].items()))
        content = {"metric_id": metric_id, "key": row["key"], "dims": None if clear else row["dims"]}
        series_id = said["series"].id(row_values.digest(row["key"]), content, row["key"])
        period = Period(row["period_kind"], row["period_start"], row["period_end"])
        spent = (period.kind, period.start, period.end)
        content = dict(zip(("kind", "start_day", "end_day"), spent, strict=True))
        period_id = said["period"].id(row_values.digest(*spent), content, *spent)
        cell = row_values.split(row["locator"])
        place = (row["table_id"], cell.form, cell.sheet, row["period_locator"], row["fiscal_year"], row["run_date"])
        columns = ("table_id", "form", "sheet", "period_locator", "fiscal_year", "run_date")
        block_id = said["block"].id(row_values.digest(*place), dict(zip(columns, place, strict=True)), *place)
        raw, value = row["raw"], row["value"]
        plain = value is not None and raw == shown(value)
        text_id = None if plain else said["text"].id(row_values.digest(raw), {"body": raw}, raw)
        day = period.end or period.start
        year = row["fiscal_year"] if row["fiscal_year"] is not None else fiscal_year(day) if day else 0
        number = row_values.slot(period)
        if row["status"] != "not_current":
            key = (row["table_id"], year, row_values.KIND_NUMBER[period.kind], row["release_id"])
            seen = covered.setdefault(key, [number, number, 0])
            seen[:] = min(seen[0], number), max(seen[1], number), seen[2] + 1
        status = row_values.STATUS_NUMBER[row["status"]]
        values = (year, series_id, number, row["release_id"], block_id, cell.row, cell.col)
        yield dict(zip(_COLUMNS, (*values, period_id, value, status, text_id), strict=True))


def _place(connection: sa.Connection, covered: dict[tuple[Any, ...], list[int]]) -> None:
    """What the new tables know of releases: the part that each covers, its years, its place in their order."""
    c = sa.column
    coverage = sa.table(
        "coverage", *map(c, ("table_id", "fiscal_year", "kind", "release_id", "first", "last", "cells"))
    )
    if covered:
        names = ("table_id", "fiscal_year", "kind", "release_id", "first", "last", "cells")
        rows = [dict(zip(names, (*key, *seen), strict=True)) for key, seen in covered.items()]
        connection.execute(sa.insert(coverage), rows)
    figures = sa.table("observation", c("fiscal_year"), c("release_id"))
    release = sa.table(
        "release",
        *(c("id"), c("source"), c("sha256"), c("position"), c("years", sa.JSON)),
        *(c("known_at", Instant()), c("modified_at", Instant())),
    )
    years: dict[int, list[int]] = {}
    for row in connection.execute(sa.select(figures.c.release_id, figures.c.fiscal_year).distinct()):
        years.setdefault(row.release_id, []).append(row.fiscal_year)
    counted: dict[str, int] = {}
    order = (release.c.known_at, sa.func.coalesce(release.c.modified_at, release.c.known_at), release.c.sha256)
    for row in connection.execute(sa.select(release).order_by(*order)).all():
        counted[row.source] = counted.get(row.source, 0) + 1
        values = {"position": counted[row.source], "years": sorted(years.get(row.id, ()))}
        connection.execute(sa.update(release).where(release.c.id == row.id).values(values))
