"""`onrecord digest`: the week's digest, made and sent once, however often it is asked for."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from alerts.claims.model import Claim
from alerts.messages.message import Message
from alerts.messages.words.digest import Pulse, Week, digest_key, digest_message, nearest
from figures.records import Figure, Source
from figures.registry import SOURCES
from flows.configuration.settings import Settings, load_settings
from flows.context import Line
from flows.judging.outbox import Outbox, put
from flows.notifying.configured_channels import channel_names
from flows.notifying.deliver import drain
from flows.pipeline import clock, open_line, usable_claims
from storage.engine import Database, Transaction, writing
from storage.read import journal, publication, reads
from storage.read.copies import without_copies
from storage.write import ledger, mutes

A_WEEK = timedelta(days=7)


def digest(
    database: Database,
    claims: Sequence[Claim],
    sources: Sequence[Source],
    now: datetime,
    channels: Sequence[str],
    within: timedelta = A_WEEK,
) -> Message | None:
    """Queue the digest of the week. None when that week was told already.

    A source at which no look has ended well `within` this time shows no life, and the digest begins with that. One that
    was withdrawn, because a figure in it was held before it was sent, is made anew.
    """
    with writing(database) as connection:
        before = [row for row in ledger.outbox(connection) if row["key"].partition("~")[0] == digest_key(now)]
        if any(not _was_withdrawn(row) for row in before):
            return None
        week = _gather(connection, claims, sources, now, within)
        message = digest_message(week, now)
        next_ = next(place for place, item in enumerate(message.items) if item.heading == "What is next")
        cells = [
            (next_, figure.release_id, figure.table, figure.locator)
            for figures in week.cells.values()
            for figure in figures
        ]
        return put(connection, message, now, Outbox(channels, now), (), cells, again=bool(before))


def _was_withdrawn(message: Mapping[str, Any]) -> bool:
    return bool(message["deliveries"]) and all(each["state"] == "withdrawn" for each in message["deliveries"])


def _gather(
    connection: Transaction, claims: Sequence[Claim], sources: Sequence[Source], now: datetime, within: timedelta
) -> Week:
    on_record = {claim.id: claim for claim in claims if claim.on_record_at <= now}
    rows = [
        row
        for row in ledger.verdicts(connection, history=False)
        if row["answer"] == "standing" and row["claim_id"] in on_record
    ]
    cells = {row["claim_id"]: _cells(connection, row) for row in nearest(rows, on_record)}
    pulses = [_pulse(connection, source, now - within) for source in sources]
    told = ledger.outbox(connection)
    return Week(on_record, rows, cells, pulses, _moved(told, now), _muted(connection, now), _troubles(connection))


def _moved(told: Sequence[Mapping[str, Any]], now: datetime) -> list[str]:
    """What the desk was told in the week and still stands, a line for each claim, the newest first."""
    week = [row for row in told if row["created_at"] > now - A_WEEK and not row["quiet"]]
    found = []
    for row in reversed(week):
        if row["key"].startswith("claim:"):
            found += _standing_lines(row)
    return [line for line in dict.fromkeys(found) if line]


def _standing_lines(message: Mapping[str, Any]) -> list[str]:
    """The line of each item of a message that was not undone."""
    undone = {place for place, notice in enumerate(message["notices"]) if notice["undone_at"]}
    return [item.get("brief", "") for place, item in enumerate(message["body"]["items"]) if place not in undone]


def _cells(connection: Transaction, row: Mapping[str, Any]) -> list[Figure]:
    return [
        figure
        for piece in row["evidence"]
        if piece.get("role") != "second_witness"
        for figure in reads.figures_at(connection, piece["locator"], piece["sha256"])
        if figure.series == piece["series"]
    ]


def _pulse(connection: Transaction, source: Source, since: datetime) -> Pulse:
    runs = journal.last_runs(connection, source.id)
    last, good = runs["last"], runs["good"]
    releases = without_copies(connection, source.id)
    newest = releases[-1] if releases else None
    return Pulse(
        source.title,
        last["started_at"] if last else None,
        last["outcome"] if last else "",
        good["finished_at"] if good else None,
        good is not None and good["finished_at"] >= since,
        newest.name if newest else "",
        newest.known_at if newest else None,
        publication.newest_day(connection, source.headline),
    )


def _muted(connection: Transaction, now: datetime) -> list[str]:
    by = {f"{mute.kind} {mute.id}": mute for mute in mutes.mutes(connection)}
    return [
        f"{row['subject']} ({row['quiet']}, {by[row['quiet']].author}: {by[row['quiet']].reason})"
        for row in ledger.outbox(connection)
        if row["quiet"] in by and row["created_at"] > now - A_WEEK
    ]


def _troubles(connection: Transaction) -> list[str]:
    waiting = ledger.waiting(connection)
    return [
        f"{name} is disabled: {row['because']} ({waiting.get(name, 0)} messages wait)"
        for name, row in mutes.outlets(connection).items()
        if row["disabled_at"]
    ]


def make_digest(settings: Settings, line: Line) -> Message | None:
    """The digest of the week, queued and delivered."""
    sources = [SOURCES[name] for name in settings.enabled()]
    within = timedelta(hours=settings.heartbeat.look_within_hours)
    claims, channels = usable_claims(settings), channel_names(settings, "desk")
    made = digest(line.database, claims, sources, line.clock(), channels, within)
    drain(settings, line.database, line.clock)
    return made


def run() -> int:
    settings = load_settings()
    made = make_digest(settings, open_line(settings, create=False))
    words = f"{made.key} is written and given to the desk." if made else "This week's digest is written already."
    sys.stdout.write(f"{words} See it: onrecord messages {made.key if made else digest_key(clock())}\n")
    return 0
