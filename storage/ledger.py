"""What we said and when: verdicts, messages, deliveries. Appended or moved forward, never rebuilt.

Takes plain fields, so that storage knows nothing of claims or channels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, insert, literal, or_, select, update

from storage import schema as t
from storage.engine import inserted_id

# A delivery that was begun and never ended belongs to a process that died: it is taken up again after this.
ABANDONED = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Due:
    """A message that one channel is to be given now; `attempts` counts this one."""

    delivery_id: int
    key: str
    channel: str
    body: Mapping[str, Any]
    attempts: int


def record_claim(connection: Connection, claim_id: str, sha256: str, text: str, at: datetime) -> None:
    """Keep each version of a claim's file."""
    c = t.claim
    if connection.execute(select(c.c.id).where(c.c.id == claim_id, c.c.sha256 == sha256)).first() is None:
        connection.execute(insert(c).values(id=claim_id, sha256=sha256, text=text, recorded_at=at))


def append_verdict(connection: Connection, fields: Mapping[str, Any]) -> None:
    connection.execute(insert(t.verdict).values(**fields))


def verdict_before(
    connection: Connection, claim_id: str, answer: str, as_of: datetime, *, or_at: bool
) -> dict[str, Any] | None:
    """The verdict that stood just before an instant, or (`or_at`) at it."""
    v = t.verdict
    earlier = v.c.as_of <= as_of if or_at else v.c.as_of < as_of
    query = (
        select(v)
        .where(v.c.claim_id == claim_id, v.c.answer == answer, earlier)
        .order_by(v.c.as_of.desc(), v.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    return _plain(row) if row else None


def judged_at(connection: Connection, claim_id: str, answer: str, as_of: datetime) -> bool:
    v = t.verdict
    query = select(v.c.id).where(v.c.claim_id == claim_id, v.c.answer == answer, v.c.as_of == as_of)
    return connection.execute(query.limit(1)).first() is not None


def verdict_instants(connection: Connection, since: datetime) -> list[datetime]:
    v = t.verdict
    query = select(v.c.as_of).where(v.c.as_of >= since).distinct().order_by(v.c.as_of)
    return [row.as_of for row in connection.execute(query)]


def verdicts(connection: Connection, *, history: bool) -> list[dict[str, Any]]:
    """The newest verdict of each claim and answer, or all of them in order of time.

    Where an instant was judged again, because an older edition came in later, the last judgement counts.
    """
    v = t.verdict
    rows = connection.execute(select(v).order_by(v.c.claim_id, v.c.answer, v.c.as_of, v.c.id)).mappings()
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["claim_id"], row["answer"], row["as_of"]) if history else (row["claim_id"], row["answer"])
        kept[key] = _plain(row)
    return list(kept.values())


def enqueue(
    connection: Connection,
    key: str,
    audience: str,
    subject: str,
    body: Mapping[str, Any],
    as_of: datetime,
    at: datetime,
    channels: Sequence[str],
    quiet: str = "",
) -> bool:
    """Put a message into the outbox, once per key. False when it is there already.

    A quiet message is kept with its reason and sent to nobody.
    """
    if connection.execute(select(t.message.c.id).where(t.message.c.key == key)).first() is not None:
        return False
    values = {
        "key": key,
        "audience": audience,
        "subject": subject,
        "body": dict(body),
        "as_of": as_of,
        "created_at": at,
        "quiet": quiet,
    }
    message_id = inserted_id(connection.execute(insert(t.message).values(values)))
    for channel in () if quiet else channels:
        row = {"message_id": message_id, "channel": channel, "state": "pending", "attempts": 0, "next_try_at": at}
        connection.execute(insert(t.delivery).values(row))
    return True


def take_due(connection: Connection, now: datetime, *, even_if_waiting: bool = False, after: int = 0) -> Due | None:
    """Claim the next delivery that is due and record that it is being sent; two deliverers never claim the same."""
    d, m = t.delivery, t.message
    due = and_(d.c.state == "pending", or_(d.c.next_try_at <= now, literal(even_if_waiting)))
    abandoned = and_(d.c.state == "sending", d.c.claimed_at <= now - ABANDONED)
    query = (
        select(d.c.id, d.c.channel, d.c.attempts, m.c.key, m.c.body)
        .join(m, m.c.id == d.c.message_id)
        .where(or_(due, abandoned), d.c.id > after)
        .order_by(d.c.id)
        .limit(1)
        .with_for_update(of=d, skip_locked=True)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    values = {"state": "sending", "claimed_at": now, "attempts": row.attempts + 1}
    connection.execute(update(d).where(d.c.id == row.id).values(values))
    return Due(row.id, row.key, row.channel, row.body, row.attempts + 1)


def finish(
    connection: Connection,
    delivery_id: int,
    at: datetime,
    outcome: str,
    detail: str,
    next_try_at: datetime | None = None,
) -> None:
    """Record how an attempt ended: `sent`, `failed` (tried again at `next_try_at`), `refused` (given up) or `left_out`
    (the channel does not ask for such messages).
    """
    connection.execute(insert(t.attempt).values(delivery_id=delivery_id, at=at, outcome=outcome, detail=detail))
    state = outcome if outcome in ("sent", "left_out") else "pending" if next_try_at else "failed"
    values = {"state": state, "next_try_at": next_try_at, "claimed_at": None}
    connection.execute(update(t.delivery).where(t.delivery.c.id == delivery_id).values(values))


def messages(connection: Connection) -> list[dict[str, Any]]:
    """Every message with each channel's state and last answer, in order."""
    m, d, a = t.message, t.delivery, t.attempt
    last = select(a.c.detail).where(a.c.delivery_id == d.c.id).order_by(a.c.id.desc()).limit(1).scalar_subquery()
    query = (
        select(m, d.c.channel, d.c.state, d.c.attempts, d.c.next_try_at, last.label("answer"))
        .outerjoin(d, d.c.message_id == m.c.id)
        .order_by(m.c.id, d.c.id)
    )
    return [_plain(row) for row in connection.execute(query).mappings()]


def _plain(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}
