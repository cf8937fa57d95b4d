"""Views for people who open the database in Datasette or a SQL client. Nothing of ours reads them.

They are plain statements over the tables, made anew after every migration; change them here when a table changes.
`deploy/datasette.yaml` says what their columns mean.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

VIEWS: Mapping[str, str] = {
    "releases": """
        SELECT r.source, r.name AS file, r.fiscal_year, r.known_at, r.known_by, r.known_detail, r.state, r.sha256, r.url
        FROM release r
    """,
    "figures": """
        SELECT s.source, s.metric, s.key AS series, o.period_kind, o.period_start, o.period_end, o.value, s.unit,
               o.status,
               EXISTS (SELECT 1 FROM held h JOIN finding f ON f.id = h.finding_id
                       WHERE h.observation_id = o.id AND f.lifted_at IS NULL) AS held,
               r.known_at, r.known_by, r.name AS file, o.locator AS cell, o.raw AS shown, r.sha256, r.url
        FROM observation o JOIN release r ON r.id = o.release_id JOIN series s ON s.id = o.series_id
        WHERE o.status <> 'not_current'
    """,
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
    drop_views(connection)
    for name, query in VIEWS.items():
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {query}")


def drop_views(connection: Connection) -> None:
    """To be called before a migration: a view in the way would keep its tables from being changed."""
    for name in VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
