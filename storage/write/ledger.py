"""What we said and when: verdicts, messages, deliveries. Appended or moved forward, never rebuilt.

Takes plain fields, so that storage knows nothing of claims or channels.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Case, Connection, RowMapping, and_, bindparam, case, func, insert, literal, or_, select, update

from storage import schema as t
from storage.engine import inserted_id
from storage.write import message_contents

# A delivery that was begun and never ended belongs to a process that died: it is taken up again after this.
ABANDONED = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Due:
    """A message that one channel is to be given now; `attempts` counts this one.

    `may_have_arrived`: an attempt before it never ended, or was not answered.
    """

    delivery_id: int
    message_id: int
    key: str
    channel: str
    body: Mapping[str, Any]
    attempts: int
    may_have_arrived: bool = False


def append_verdicts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(t.verdict), [dict(row) for row in rows])


def standing_before(connection: Connection, instants: Mapping[str, datetime]) -> dict[str, dict[str, dict[str, Any]]]:
    """The verdict that stood just before an instant, each claim's own, by claim and answer, in one statement."""
    v = t.verdict
    order = func.row_number().over(partition_by=(v.c.claim_id, v.c.answer), order_by=(v.c.as_of.desc(), v.c.id.desc()))
    if not instants:
        return {}
    mine = v.c.claim_id.in_(sorted(instants)), v.c.as_of < _own(instants)
    newest = select(v.c.id, order.label("place")).where(*mine).subquery()
    query = select(v).join(newest, newest.c.id == v.c.id).where(newest.c.place == 1)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["claim_id"], {})[row["answer"]] = _plain(row)
    return found


def recorded_from(
    connection: Connection, spans: Mapping[str, tuple[datetime, datetime]]
) -> dict[str, dict[tuple[str, datetime], dict[str, Any]]]:
    """The verdicts that stand for the instants of a span, each claim's own: by claim, then by answer and instant.

    `reworded` says that one was recorded for the same instant on another version of the claim.
    """
    v = t.verdict
    if not spans:
        return {}
    since, until = (_own({claim: span[end] for claim, span in spans.items()}) for end in (0, 1))
    asked = v.c.claim_id.in_(sorted(spans)), v.c.as_of.between(since, until)
    query = select(v).where(*asked).order_by(v.c.claim_id, v.c.as_of, v.c.id)
    found: dict[str, dict[tuple[str, datetime], dict[str, Any]]] = {}
    for row in map(_plain, connection.execute(query).mappings()):
        mine, key = found.setdefault(row["claim_id"], {}), (row["answer"], row["as_of"])
        earlier = mine.get(key, row)
        reworded = earlier.get("reworded", False) or earlier["claim_sha256"] != row["claim_sha256"]
        mine[key] = {**row, "reworded": reworded}
    return found


def _own(instants: Mapping[str, datetime]) -> Case[Any]:
    """The instant that belongs to the claim of a verdict."""
    v = t.verdict
    return case({claim: literal(at, v.c.as_of.type) for claim, at in sorted(instants.items())}, value=v.c.claim_id)


def judged(connection: Connection, claims: Iterable[str]) -> dict[str, dict[datetime, str]]:
    """On what each claim was judged at which instants, in order of time: a digest of its basis, where it changed."""
    j = t.judged
    query = select(j).where(j.c.claim_id.in_(sorted(claims))).order_by(j.c.claim_id, j.c.as_of)
    found: dict[str, dict[datetime, str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.claim_id, {})[row.as_of] = row.basis
    return found


def record_judged(
    connection: Connection, bases: Mapping[str, Mapping[datetime, str]], known: Mapping[str, Mapping[datetime, str]]
) -> None:
    """Note by claim on what it was judged. `known` is what was noted before."""
    j = t.judged
    rows = [(claim, at, basis) for claim, found in bases.items() for at, basis in found.items()]
    new = [row for row in rows if row[1] not in known.get(row[0], {})]
    others = [row for row in rows if row[1] in known.get(row[0], {})]
    if others:
        there = (j.c.claim_id == bindparam("claim"), j.c.as_of == bindparam("at", type_=j.c.as_of.type))
        statement = update(j).where(*there).values(basis=bindparam("now"))
        connection.execute(statement, [{"claim": claim, "at": at, "now": basis} for claim, at, basis in others])
    if new:
        connection.execute(insert(j), [{"claim_id": claim, "as_of": at, "basis": basis} for claim, at, basis in new])


def verdict_instants(connection: Connection, since: datetime) -> list[datetime]:
    v = t.verdict
    query = select(v.c.as_of).where(v.c.as_of >= since).distinct().order_by(v.c.as_of)
    return [row.as_of for row in connection.execute(query)]


def instants_of(connection: Connection, claims: Iterable[str]) -> dict[str, list[datetime]]:
    """At which instants there are verdicts of each claim, or something that was said of it and is not undone: how it
    stands may be said again, after a silence, at an instant at which no verdict is new.
    """
    v, n, asked = t.verdict, t.notice, sorted(claims)
    judged = select(v.c.claim_id, v.c.as_of).where(v.c.claim_id.in_(asked))
    said = select(n.c.claim_id, n.c.as_of).where(n.c.claim_id.in_(asked), n.c.undone_at.is_(None))
    either = judged.union(said).subquery()
    found: dict[str, list[datetime]] = {}
    for row in connection.execute(select(either).order_by(either.c.claim_id, either.c.as_of)):
        found.setdefault(row.claim_id, []).append(row.as_of)
    return found


def every_verdict(connection: Connection, claim: str = "") -> list[dict[str, Any]]:
    """All that was ever recorded of one claim or of all, what was replaced later included, in order of time."""
    v = t.verdict
    query = select(v).order_by(v.c.claim_id, v.c.answer, v.c.as_of, v.c.id)
    if claim:
        query = query.where(v.c.claim_id == claim)
    return [_plain(row) for row in connection.execute(query).mappings()]


def verdicts(connection: Connection, *, history: bool) -> list[dict[str, Any]]:
    """The newest verdict of each claim and answer, or all of them in order of time.

    Where an instant was judged again, because an older edition came in later, the last judgement counts.
    """
    v = t.verdict
    of = (v.c.claim_id, v.c.answer, v.c.as_of) if history else (v.c.claim_id, v.c.answer)
    order = func.row_number().over(partition_by=of, order_by=(v.c.as_of.desc(), v.c.id.desc()))
    newest = select(v.c.id, order.label("place")).subquery()
    query = select(v).join(newest, newest.c.id == v.c.id).where(newest.c.place == 1)
    rows = connection.execute(query.order_by(v.c.claim_id, v.c.answer, v.c.as_of, v.c.id)).mappings()
    return [_plain(row) for row in rows]


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
) -> int | None:
    """Put a message into the outbox, once per key, and return its number. None when it is there already.

    A quiet message is kept with its reason and sent to nobody.
    """
    if connection.execute(select(t.message.c.id).where(t.message.c.key == key)).first() is not None:
        return None
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
    if not quiet:
        add_deliveries(connection, message_id, channels, at)
    return message_id


def add_deliveries(connection: Connection, message_id: int, channels: Iterable[str], at: datetime) -> None:
    """Have a message delivered to some channels, to each of them once."""
    d = t.delivery
    there = set(connection.execute(select(d.c.channel).where(d.c.message_id == message_id)).scalars())
    rows = [
        {"message_id": message_id, "channel": channel, "state": "pending", "attempts": 0, "next_try_at": at}
        for channel in dict.fromkeys(channels)
        if channel not in there
    ]
    if rows:
        connection.execute(insert(d), rows)


def take_due(connection: Connection, now: datetime, *, even_if_waiting: bool = False, after: int = 0) -> Due | None:
    """Claim the next delivery that is due and record that it is being sent; two deliverers never claim the same.

    What rests on a held figure, or says what no longer stands, is withheld instead, and recorded so. A channel that is
    disabled is given nothing.
    """
    d, m, o = t.delivery, t.message, t.outlet
    due = and_(d.c.state == "pending", or_(d.c.next_try_at <= now, literal(even_if_waiting)))
    abandoned = and_(d.c.state == "sending", d.c.claimed_at <= now - ABANDONED)
    disabled = select(o.c.name).where(o.c.disabled_at.is_not(None))
    query = (
        select(d.c.id, d.c.state, d.c.message_id, d.c.channel, d.c.attempts, m.c.key, m.c.body)
        .join(m, m.c.id == d.c.message_id)
        .where(or_(due, abandoned), d.c.id > after, d.c.channel.not_in(disabled))
        .order_by(d.c.id)
        .limit(1)
        .with_for_update(of=d, skip_locked=True)
    )
    while (row := connection.execute(query).first()) is not None:
        why = message_contents.not_to_be_sent(connection, row.message_id)
        if not why:
            values = {"state": "sending", "claimed_at": now, "attempts": row.attempts + 1}
            connection.execute(update(d).where(d.c.id == row.id).values(values))
            twice = message_contents.may_have_arrived(connection, row.id, row.attempts)
            return Due(row.id, row.message_id, row.key, row.channel, row.body, row.attempts + 1, twice)
        if row.state == "sending":
            why += "; an earlier attempt did not come back and may have been sent"
            _correct(connection, row.message_id, row.channel, now)
        withhold(connection, [row.id], now, why, final=not message_contents.says_something(connection, row.message_id))
    return None


def withhold(connection: Connection, deliveries: Sequence[int], at: datetime, why: str, *, final: bool) -> None:
    """Keep deliveries from being sent, with the reason: for good, or until claims are judged the next time."""
    state = "withdrawn" if final else "withheld"
    for delivery_id in deliveries:
        connection.execute(insert(t.attempt).values(delivery_id=delivery_id, at=at, outcome=state, detail=why))
        values = {"state": state, "next_try_at": None, "claimed_at": None}
        connection.execute(update(t.delivery).where(t.delivery.c.id == delivery_id).values(values))


def finish(
    connection: Connection,
    due: Due,
    at: datetime,
    outcome: str,
    detail: str,
    next_try_at: datetime | None = None,
) -> None:
    """Record how an attempt ended: `sent`, `failed` or `unanswered` (tried again at `next_try_at`), `refused`, or
    `left_out` (the channel does not ask for such messages).

    A refusal with a next try is the channel's, one without is the message's. Where another deliverer has taken the
    delivery over in the meantime, its state is that one's to set. What was undone while it was under way is corrected
    where it arrived and not tried again where it did not.
    """
    d = t.delivery
    connection.execute(insert(t.attempt).values(delivery_id=due.delivery_id, at=at, outcome=outcome, detail=detail))
    undone = message_contents.corrections(connection, due.message_id)
    if outcome == "sent":
        _correct(connection, due.message_id, due.channel, at)
    mine = and_(d.c.id == due.delivery_id, d.c.attempts == due.attempts, d.c.state == "sending")
    ended = outcome in ("sent", "left_out")
    state = outcome if ended else "failed" if next_try_at is None else "withheld" if undone else "pending"
    values = {"state": state, "next_try_at": None if undone else next_try_at, "claimed_at": None}
    connection.execute(update(d).where(mine).values(values))


def _correct(connection: Connection, message_id: int, channel: str, at: datetime) -> None:
    """Send the corrections of a message to a channel that has it."""
    for correction in message_contents.corrections(connection, message_id):
        add_deliveries(connection, correction, [channel], at)


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


def outbox(connection: Connection, key: str = "") -> list[dict[str, Any]]:
    """Every message, or the one with this key, with its deliveries, all their attempts, and what it says of claims."""
    m, d, a = t.message, t.delivery, t.attempt
    query = select(m).order_by(m.c.id)
    rows = [_plain(row) for row in connection.execute(query.where(m.c.key == key) if key else query).mappings()]
    chosen = [row["id"] for row in rows] if key else None
    tried = select(a.c.delivery_id, a.c.at, a.c.outcome, a.c.detail).order_by(a.c.id)
    attempts: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(tried).mappings():
        attempts.setdefault(row["delivery_id"], []).append({name: row[name] for name in ("at", "outcome", "detail")})
    deliveries: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(select(d).order_by(d.c.id)).mappings():
        found = {name: row[name] for name in ("channel", "state", "next_try_at")}
        deliveries.setdefault(row["message_id"], []).append({**found, "attempts": attempts.get(row["id"], [])})
    said = message_contents.by_message(connection, chosen)
    for each in rows:
        each["deliveries"], each["notices"] = deliveries.get(each["id"], []), said.get(each["id"], [])
    return rows


def waiting(connection: Connection) -> dict[str, int]:
    """How many messages wait for each channel."""
    d = t.delivery
    query = select(d.c.channel, func.count()).where(d.c.state.in_(("pending", "sending"))).group_by(d.c.channel)
    return {str(row[0]): int(row[1]) for row in connection.execute(query.order_by(d.c.channel))}


def _plain(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}
