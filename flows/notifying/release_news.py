"""What is said of a release when it comes in: what is held back of it, and which closed periods it restates.

What is told of revisions leaves out what is held: what other checks hold is left out when it is found, and what is held
before the message goes out is taken out of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from alerts.delivery import enqueue
from alerts.messages.message import Message, message_from_json
from alerts.messages.words.holds import held_message
from alerts.messages.words.sources import REVISED_KEY, restates, revised_message
from checks.boundary import COULD_NOT_RUN
from checks.history.revisions import CHECK as REVISED
from checks.sources.cbp_pairs import BEYOND
from figures.records import Observation, Source
from flows.context import Line
from flows.judging.held_figures import held_back
from flows.judging.outbox import Outbox, put
from storage.engine import Database, Transaction, writing
from storage.read.journal import StoredFinding
from storage.read.release_order import StoredRelease
from storage.write import ledger, message_contents


def tell_of_release(
    connection: Transaction,
    source: Source,
    release: StoredRelease,
    findings: Sequence[StoredFinding],
    stated: Sequence[Observation],
    line: Line,
    quiet: str,
) -> None:
    """Queue what is to be said of a release that is new; `findings` are the open ones on it, `stated` its figures.

    A check of ours that could not run is told apart, since it is no fault of the release.
    """
    holds = list(filter(_holds, findings))
    revised = [f for f in findings if f.check in (REVISED, BEYOND) and f.severity in ("hold", "warn")]
    now, name, at = line.clock(), release.name, release.known_at
    if holds:
        told = held_back(holds, release, stated, line.claims())
        message = held_message(source.id, name, release.sha256, release.url, told, at)
        enqueue(connection, message, now, now, line.ops_channels, quiet)
    if revised:
        message = revised_message(name, release.sha256, release.url, [f.words for f in revised], at)
        cells = _revised_cells(release.id, revised, stated)
        put(connection, message, now, Outbox(line.source_channels, now, quiet), (), cells)


def _holds(finding: StoredFinding) -> bool:
    return finding.severity == "hold" and finding.check != COULD_NOT_RUN


def _revised_cells(
    release_id: int, revised: Sequence[StoredFinding], stated: Sequence[Observation]
) -> list[tuple[int, int, str, str]]:
    """The cells that each item of a message about revisions rests on, with their release and table."""
    tables = {o.locator: o.table for o in stated}
    return [(place, release_id, tables[cell], cell) for place, f in enumerate(revised) for cell in f.scope]


def settle_revised(database: Database, now: datetime) -> None:
    """Take what is held by now out of the messages about revisions that were not sent yet. Safe to repeat."""
    with writing(database) as connection:
        waiting = message_contents.waiting(connection, REVISED_KEY)
        held = message_contents.held_cells(connection, waiting)
        for message_id, deliveries in waiting.items():
            if not any(number == message_id for number, _ in held):
                continue
            message = message_from_json(message_contents.message(connection, message_id)["body"])
            left = [place for place in range(len(message.items)) if (message_id, place) not in held]
            channels = [each.channel for each in deliveries]
            why = "a figure in it was held back before it was sent"
            ledger.withhold(connection, [each.id for each in deliveries], now, why, final=True)
            if left:
                _put_rest(connection, message_id, message, left, Outbox(channels, now))


def _put_rest(connection: Transaction, message_id: int, message: Message, left: Sequence[int], out: Outbox) -> None:
    """Say anew what is left of a message: the items at some of its places, with their cells."""
    items = tuple(message.items[place] for place in left)
    rest = replace(message, items=items, subject=restates(message.subject, len(items)))
    cells = [
        (left.index(place), release, table, locator)
        for place, release, table, locator in message_contents.cells(connection, message_id)
        if place in left
    ]
    put(connection, rest, out.now, out, (), cells, again=True)
