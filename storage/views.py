"""Views for people who open the database in a SQL client, and what a snapshot is made of (`storage/public_copy.py`).

They are plain statements over the tables in SQLite's words, made anew after every migration; change them here when a
table changes.
`deploy/datasette/metadata.yaml` says what their columns mean.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from storage.encoding.row_values import NOT_CURRENT, STATUSES

_STATUS = " ".join(("CASE o.status", *(f"WHEN {number} THEN '{name}'" for number, name in enumerate(STATUSES)), "END"))
_LETTERS = (
    "CASE WHEN o.col > 702 THEN char(64 + (o.col - 27) / 676) ELSE '' END"
    " || CASE WHEN o.col > 26 THEN char(65 + (o.col - 27) % 676 / 26) ELSE '' END"
    " || char(65 + (o.col - 1) % 26)"
)
# The locator, as `storage.encoding.row_values.join` puts it together.
_CELL = (
    f"CASE b.form WHEN 'cell' THEN b.sheet || {_LETTERS} || o.row"
    " WHEN 'row' THEN 'json:/' || o.row || substr(b.sheet, 8)"
    " WHEN 'sum' THEN b.sheet || '[' || o.col || ' rows, ' || o.row || '-' || o.last || ']' ELSE b.sheet END"
)

VIEWS: Mapping[str, str] = {
    "releases": """
        SELECT r.source, r.name AS file, r.fiscal_year, r.known_at, r.known_by, r.known_detail, r.state, r.sha256, r.url
        FROM release r
    """,
    "figures": f"""
        SELECT m.source, m.name AS metric, s.key AS series, p.kind AS period_kind, p.start_day AS period_start,
               p.end_day AS period_end, o.value, m.unit, {_STATUS} AS status,
               EXISTS (SELECT 1 FROM finding f
                       WHERE f.release_id = r.id AND f.severity = 'hold' AND f.lifted_at IS NULL
                         AND (f.scope_kind = 'release'
                              OR EXISTS (SELECT 1 FROM json_each(f.scope) e
                                         WHERE e.value = CASE f.scope_kind WHEN 'table' THEN b.table_id
                                                                           ELSE {_CELL} END))) AS held,
               r.known_at, r.known_by, r.name AS file, {_CELL} AS cell, coalesce(x.body, o.value) AS shown, r.sha256,
               r.url
        FROM observation o
        JOIN series s ON s.id = o.series_id
        JOIN metric m ON m.id = s.metric_id
        JOIN period p ON p.id = o.period_id
        JOIN block b ON b.id = o.block_id
        JOIN release r ON r.id = o.release_id
        LEFT JOIN text x ON x.id = o.text_id
        WHERE o.status <> {NOT_CURRENT}
    """,  # noqa: S608 - of our own constants
    "held_back": """
        SELECT f.source, r.name AS file, r.known_at, f."check", f.words, f.expected, f.found, f.at AS found_at,
               f.lifted_at, f.lifted_by, f.lifted_because
        FROM finding f LEFT JOIN release r ON r.id = f.release_id
        WHERE f.severity = 'hold'
    """,
    "claims_now": """
        SELECT v.claim_id AS claim, v.answer, v.as_of, v.state, v.measured, v.accept_low, v.accept_high, v.deviation,
               v.words
        FROM verdict v
        WHERE v.id = (SELECT w.id FROM verdict w WHERE w.claim_id = v.claim_id AND w.answer = v.answer
                      ORDER BY w.as_of DESC, w.id DESC LIMIT 1)
    """,
}


def create_views(connection: Connection) -> None:
    """On SQLite; elsewhere there are none."""
    if connection.dialect.name != "sqlite":
        return
    drop_views(connection)
    for name, query in VIEWS.items():
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {query}")


def drop_views(connection: Connection) -> None:
    """To be called before a migration: a view in the way would keep its tables from being changed."""
    for name in VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
