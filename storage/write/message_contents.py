"""What each message says of which claim, the cells that it rests on, and what of it was undone since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from storage import schema as t
from storage.read.holds import open_holds


def record(connection: Connection, message_id: int, said: Sequence[Mapping[str, Any]]) -> None:
    """Note what a message says: for each item the claim, answer, instant, change, state and `news`, its digest."""
    if said:
        rows = [{"message_id": message_id, "place": place, **each} for place, each in enumerate(said)]
        connection.execute(insert(t.notice), rows)


def record_cells(connection: Connection, message_id: int, cells: Iterable[tuple[int, int, str, str]]) -> None:
    """Note the cells that a message rests on: place of the item, release, table, locator."""
    rows = [
        {"message_id": message_id, "place": place, "release_id": release, "table_id": table, "locator": locator}
        for place, release, table, locator in dict.fromkeys(cells)
    ]
    if rows:
        connection.execute(insert(t.message_cell), rows)


def held_cells(connection: Connection, message_ids: Iterable[int]) -> dict[tuple[int, int], list[str]]:
    """The cells that are held back now of those that some messages rest on, by message and place of the item."""
    c, asked = t.message_cell, set(message_ids)
    if not asked:
        return {}
    query = select(c).where(c.c.message_id.in_(asked)).order_by(c.c.message_id, c.c.place, c.c.locator)
    cells = connection.execute(query).all()
    holds = open_holds(connection, {cell.release_id for cell in cells}) if cells else None
    found: dict[tuple[int, int], list[str]] = {}
    for cell in cells:
        if holds is not None and holds.on(cell.release_id, cell.table_id, cell.locator):
            found.setdefault((cell.message_id, cell.place), []).append(cell.locator)
    return found


def held_files(connection: Connection, message_id: int) -> dict[int, frozenset[tuple[str, str]]]:
    """The cells of a message that are held back now, by place of the item: each with the sha256 of its file."""
    c, r = t.message_cell, t.release
    query = select(c, r.c.sha256).join(r, r.c.id == c.c.release_id).where(c.c.message_id == message_id)
    cells = connection.execute(query).all()
    holds = open_holds(connection, {cell.release_id for cell in cells})
    found: dict[int, set[tuple[str, str]]] = {}
    for cell in cells:
        if holds.on(cell.release_id, cell.table_id, cell.locator):
            found.setdefault(cell.place, set()).add((cell.sha256, cell.locator))
    return {place: frozenset(held) for place, held in found.items()}


def not_to_be_sent(connection: Connection, message_id: int) -> str:
    """Why a message may not be sent as it stands; '' when it may."""
    held = [cell for cells in held_cells(connection, [message_id]).values() for cell in cells]
    if held:
        return f"it rests on figures that are held back: {', '.join(dict.fromkeys(held))}"
    return "what it says no longer stands" if corrections(connection, message_id) else ""


def says_something(connection: Connection, message_id: int) -> bool:
    """Whether a message speaks of claims, so that judging them settles what becomes of it."""
    return connection.execute(select(t.notice.c.id).where(t.notice.c.message_id == message_id)).first() is not None


def corrections(connection: Connection, message_id: int) -> list[int]:
    """The messages that correct a message."""
    n = t.notice
    query = select(n.c.correction_id).where(n.c.message_id == message_id, n.c.correction_id.is_not(None)).distinct()
    return [row.correction_id for row in connection.execute(query.order_by(n.c.correction_id))]


def live(connection: Connection, claims: Iterable[str]) -> list[dict[str, Any]]:
    """All that was said of some claims and not undone, with the message that said it, in order."""
    n, m, asked = t.notice, t.message, sorted(claims)
    if not asked:
        return []
    query = (
        select(n, m.c.key, m.c.quiet)
        .join(m, m.c.id == n.c.message_id)
        .where(n.c.claim_id.in_(asked), n.c.undone_at.is_(None))
        .order_by(n.c.id)
    )
    return [_plain(row) for row in connection.execute(query)]


def of_messages(connection: Connection, message_ids: Iterable[int]) -> list[dict[str, Any]]:
    """What some messages say, undone or not."""
    n, m = t.notice, t.message
    query = select(n, m.c.key, m.c.quiet).join(m, m.c.id == n.c.message_id).where(n.c.message_id.in_(set(message_ids)))
    return [_plain(row) for row in connection.execute(query.order_by(n.c.message_id, n.c.place))]


def quiet_before(connection: Connection, news: Iterable[str]) -> dict[str, list[str]]:
    """For news that was undone before: how often it was said, and each time why it was quiet ('' when it was not)."""
    n, m, asked = t.notice, t.message, sorted(news)
    if not asked:
        return {}
    query = select(n.c.news, m.c.quiet).join(m, m.c.id == n.c.message_id).where(n.c.news.in_(asked))
    found: dict[str, list[str]] = {}
    for row in connection.execute(query.order_by(n.c.id)):
        found.setdefault(row.news, []).append(row.quiet)
    return found


def corrected_before(connection: Connection, news: str) -> tuple[datetime, datetime] | None:
    """When news was last sent that was corrected since, and when it was; None where that never was."""
    n, m = t.notice, t.message
    query = select(m.c.created_at, n.c.undone_at).join(m, m.c.id == n.c.message_id)
    query = query.where(n.c.news == news, n.c.correction_id.is_not(None)).order_by(n.c.id.desc())
    row = connection.execute(query).first()
    return (row.created_at, row.undone_at) if row is not None else None


def undo(connection: Connection, notice_ids: Iterable[int], at: datetime, because: str, correction: int | None) -> None:
    n = t.notice
    values = {"undone_at": at, "undone_because": because, "correction_id": correction}
    connection.execute(update(n).where(n.c.id.in_(sorted(notice_ids))).values(values))


def message(connection: Connection, message_id: int) -> Mapping[str, Any]:
    row = connection.execute(select(t.message).where(t.message.c.id == message_id)).mappings().one()
    return dict(row)


def cells(connection: Connection, message_id: int) -> list[tuple[int, int, str, str]]:
    """Place of the item, release, table and locator of the cells that a message rests on."""
    c = t.message_cell
    rows = connection.execute(select(c).where(c.c.message_id == message_id).order_by(c.c.place, c.c.locator))
    return [(row.place, row.release_id, row.table_id, row.locator) for row in rows]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a message stands with one channel, and whether the channel may have it.

    It may where an attempt ended well or was not answered, or where one never ended: its process died before or after
    it sent. The attempt that is under way is not counted.
    """

    id: int
    channel: str
    state: str
    may_have_arrived: bool


def deliveries(connection: Connection, message_id: int) -> list[Delivery]:
    d = t.delivery
    found = []
    for row in connection.execute(select(d).where(d.c.message_id == message_id).order_by(d.c.id)).all():
        begun = row.attempts - (row.state == "sending")
        arrived = "sent" in _ended(connection, row.id) or may_have_arrived(connection, row.id, begun)
        found.append(Delivery(row.id, row.channel, row.state, arrived))
    return found


def may_have_arrived(connection: Connection, delivery_id: int, begun: int) -> bool:
    """Whether one of the attempts `begun` was not answered, or never ended: its process died before it could say."""
    ended = _ended(connection, delivery_id)
    return "unanswered" in ended or begun > len(ended)


def last_sent(connection: Connection, channel: str) -> int:
    """The number of the last attempt that a channel took; 0 when it took none."""
    d, a = t.delivery, t.attempt
    query = select(func.max(a.c.id)).join(d, d.c.id == a.c.delivery_id)
    return int(connection.execute(query.where(d.c.channel == channel, a.c.outcome == "sent")).scalar() or 0)


def _ended(connection: Connection, delivery_id: int) -> list[str]:
    """How the attempts of a delivery ended."""
    a = t.attempt
    outcomes = connection.execute(select(a.c.outcome).where(a.c.delivery_id == delivery_id)).scalars()
    return [each for each in outcomes if each not in ("withheld", "withdrawn")]


def waiting(connection: Connection, kind: str) -> dict[int, list[Delivery]]:
    """The deliveries that wait of the messages whose key begins with a kind, by message."""
    d, m = t.delivery, t.message
    query = select(d).join(m, m.c.id == d.c.message_id).where(d.c.state == "pending", m.c.key.startswith(f"{kind}:"))
    found: dict[int, list[Delivery]] = {}
    for row in connection.execute(query.order_by(d.c.id)).all():
        found.setdefault(row.message_id, []).append(Delivery(row.id, row.channel, row.state, False))
    return found


def withheld(connection: Connection) -> list[int]:
    """The messages of which a delivery was withheld and not settled yet."""
    d = t.delivery
    query = select(d.c.message_id).where(d.c.state == "withheld").distinct().order_by(d.c.message_id)
    return [row.message_id for row in connection.execute(query)]


def release_withheld(connection: Connection, delivery_ids: Iterable[int], at: datetime) -> None:
    """What was withheld stands after all: it is sent."""
    d = t.delivery
    values = {"state": "pending", "next_try_at": at, "claimed_at": None}
    connection.execute(update(d).where(d.c.id.in_(sorted(delivery_ids)), d.c.state == "withheld").values(values))


def _plain(row: Row[Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row._mapping.items()}


def number(connection: Connection, key: str) -> int:
    """The number of the message with this key."""
    return int(connection.execute(select(t.message.c.id).where(t.message.c.key == key)).scalar_one())


def by_message(connection: Connection, message_ids: Iterable[int] | None = None) -> dict[int, list[dict[str, Any]]]:
    """What messages say of which claims, for people: what was undone, why, and the key of the correction."""
    n, c = t.notice, t.message.alias("correction")
    query = select(n, c.c.key.label("correction")).outerjoin(c, c.c.id == n.c.correction_id)
    if message_ids is not None:
        query = query.where(n.c.message_id.in_(set(message_ids)))
    found: dict[int, list[dict[str, Any]]] = {}
    kept = ("answer", "as_of", "change", "state", "undone_at", "undone_because", "correction")
    for row in connection.execute(query.order_by(n.c.message_id, n.c.place)).mappings():
        each = {"claim": row["claim_id"], **{name: row[name] for name in kept}}
        found.setdefault(row["message_id"], []).append(each)
    return found


def of_claims(connection: Connection, claims: Iterable[str]) -> list[dict[str, Any]]:
    """All that was ever said of some claims, with the message's key and the correction's."""
    n, m, c = t.notice, t.message, t.message.alias("correction")
    query = (
        select(n, m.c.key, m.c.quiet, c.c.key.label("correction"))
        .join(m, m.c.id == n.c.message_id)
        .outerjoin(c, c.c.id == n.c.correction_id)
        .where(n.c.claim_id.in_(sorted(claims)))
        .order_by(n.c.id)
    )
    return [_plain(row) for row in connection.execute(query)]
