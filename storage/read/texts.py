"""The texts of the release before one: what a publisher wrote there last."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from figures.records import Observation
from storage import schema as t
from storage.encoding.row_values import STATUS_NUMBER
from storage.read import just_stored
from storage.read.reads import in_order, of_metrics, years_of
from storage.read.release_order import StoredRelease


def texts_before(
    connection: Connection,
    source: str,
    release: StoredRelease,
    metric: str,
    given: just_stored.Given | None = None,
) -> tuple[str, list[str]]:
    """The texts of a metric in the last release before one that has any: (its name, the texts). `given` are the figures
    of releases, where they are at hand.
    """
    known = given or just_stored.at_hand(connection)
    r = t.release
    query = (
        select(r.c.id, r.c.name)
        .where(r.c.source == source, r.c.position < release.position)
        .order_by(r.c.position.desc())
    )
    for other in connection.execute(query):
        if texts := _texts(connection, other.id, metric, known(other.id)):
            return other.name, texts
    return "", []


def _texts(connection: Connection, release_id: int, metric: str, stated: Sequence[Observation] | None) -> list[str]:
    """The texts of a metric in a release, in the order of its file: their bodies alone."""
    if stated is not None:
        return [o.raw for o in in_order(o for o in stated if o.metric == metric and o.status == "text")]
    o, b, x = t.observation, t.block, t.text
    query = (
        select(b.c.sheet, o.c.row, o.c.col, x.c.body)
        .join(b, b.c.id == o.c.block_id)
        .join(x, x.c.id == o.c.text_id)
        .where(o.c.fiscal_year.in_(years_of(connection, release_id)), o.c.release_id == release_id)
        .where(o.c.status == STATUS_NUMBER["text"], of_metrics(connection, {metric}))
    )
    return [body for *_, body in sorted(tuple(row) for row in connection.execute(query))]
