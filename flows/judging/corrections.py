"""What was said and no longer stands: withdrawn where it was not sent, corrected once where it was.

An alert is undone when a cell that it rests on is held, or when its claim, judged again for the same instant, does not
stand where the alert said.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts.forms.evaluate import evaluate
from alerts.forms.verdicts import on_ladder, rung
from alerts.messages.message import Message, message_from_json
from alerts.messages.words.corrections import Undone, correction
from alerts.messages.words.state_words import state_said
from figures.mishaps import Mishap, attempt
from flows.judging.instants import Chain
from flows.judging.outbox import Outbox, put, say_part
from storage.engine import Transaction
from storage.write import ledger, message_contents

Notice = Mapping[str, Any]
_HELD = "the next file. If the message stands, we say so."


def settle(connection: Transaction, chains: Mapping[str, Chain], now: datetime) -> list[Message]:
    """Undo what no longer stands and settle what was withheld. Returns the corrections."""
    live = [row for row in message_contents.live(connection, chains) if _is_asked_again(row, chains[row["claim_id"]])]
    held = message_contents.held_cells(connection, {row["message_id"] for row in live})
    undone: dict[int, dict[int, str]] = {}
    for row in live:
        because = _because(row, chains[row["claim_id"]], held.get((row["message_id"], row["place"]), []))
        if because:
            undone.setdefault(row["message_id"], {})[row["id"]] = because
            chains[row["claim_id"]].undone = True
    made = [_undo(connection, message_id, found, chains, now) for message_id, found in undone.items()]
    for message_id in sorted({*message_contents.withheld(connection), *undone}):
        _settle_withheld(connection, message_id, now)
    return [message for message in made if message is not None]


def _is_asked_again(row: Notice, chain: Chain) -> bool:
    return chain.edited or chain.stood(row["answer"], row["as_of"]) is not None


def _because(row: Notice, chain: Chain, held: Sequence[str]) -> str:
    """Why a notice no longer stands; '' when it does, or when its instant was not judged again."""
    stance = chain.stood(row["answer"], row["as_of"])
    if held:
        why = stance.why if stance is not None and stance.why else ""
        return f"It rests on {', '.join(held)}, which is held back now. {why}".strip()
    if stance is None:
        return _by_edit(row, chain) if chain.edited else ""
    if row["answer"] != "standing":
        stands = stance.verdict.state == row["state"] or not stance.position.underlying
    else:
        stands = stance.position.underlying == row["state"] and stance.verdict.size >= row["floor"] - 1e-9
    if stands:
        return ""
    return stance.why or f"Judged again: the figure of that day {state_said(stance.position.underlying)}."


def _by_edit(row: Notice, chain: Chain) -> str:
    """An edit leaves old verdicts as they are; what the new wording says of the same instant undoes an alert or not."""
    verdict = attempt(lambda: evaluate(chain.claim, row["answer"], chain.book.at(row["as_of"]), row["as_of"]))
    if isinstance(verdict, Mishap):
        return "The claim was edited, and as it is worded now it cannot be judged for that day."
    state, said = verdict.state, row["state"]
    if row["answer"] != "standing":
        stands = state == said
    elif not on_ladder(state) or not on_ladder(said):
        stands = False
    elif row["change"] == "nearer":
        stands = rung(state) <= rung(said)
    else:
        stands = rung(state) >= rung(said) and verdict.size >= row["floor"] - 1e-9
    if stands:
        return ""
    too = chain.changed_from is not None and chain.changed_from <= row["as_of"]
    also = "and what is known of that time has changed too" if too else "no figure moved"
    return (
        f"The claim was edited, {also}: as it is worded now, the figure of that day {state_said(state)} "
        f"({verdict.words or verdict.rule})."
    )


def _undo(
    connection: Transaction, message_id: int, found: Mapping[int, str], chains: Mapping[str, Chain], now: datetime
) -> Message | None:
    """Mark what is undone of one message, and correct it where it was sent, may have been, or may arrive just now."""
    deliveries = message_contents.deliveries(connection, message_id)
    arrived = [row.channel for row in deliveries if row.may_have_arrived]
    made: Message | None = None
    if arrived or _in_state(deliveries, "sending"):
        corrected = _correction(connection, message_id, found, chains, now)
        made = put(connection, corrected, now, Outbox(arrived, now), again=True)
    number = message_contents.number(connection, made.key) if made else None
    for each, because in found.items():
        message_contents.undo(connection, [each], now, because, number)
    waiting = [row.id for row in _in_state(deliveries, "pending")]
    ledger.withhold(connection, waiting, now, next(iter(found.values())), final=False)
    return made


def _in_state(deliveries: Sequence[message_contents.Delivery], state: str) -> list[message_contents.Delivery]:
    return [delivery for delivery in deliveries if delivery.state == state]


def _correction(
    connection: Transaction, message_id: int, found: Mapping[int, str], chains: Mapping[str, Chain], now: datetime
) -> Message:
    """What is said of the items of a message that are undone, each with its reason."""
    said = {row["id"]: row for row in message_contents.of_messages(connection, [message_id])}
    stored = message_contents.message(connection, message_id)
    held = message_contents.held_files(connection, message_id)
    items = [
        _undone(said[each], because, chains, held.get(said[each]["place"], frozenset()), stored["body"])
        for each, because in found.items()
    ]
    return correction(message_from_json(stored["body"]), items, stored["created_at"], now)


def _undone(
    row: Notice,
    because: str,
    chains: Mapping[str, Chain],
    held: frozenset[tuple[str, str]],
    body: Mapping[str, Any],
) -> Undone:
    """What is undone of an item. Where cells of it are held, these alone are no longer relied on; else those that its
    claim, judged again, does not rest on.
    """
    chain = chains[row["claim_id"]]
    stance = chain.now(row["answer"])
    words = "it cannot be judged now."
    if stance is not None and on_ladder(stance.verdict.state):
        words = f"{stance.verdict.words.rstrip('.')}: it {state_said(stance.position.underlying)}."
    elif stance is not None:
        words = f"it {state_said(stance.verdict.state)}."
    then = chain.stood(row["answer"], row["as_of"])
    cells = {(proof["sha256"], proof["cell"]) for proof in body["items"][row["place"]]["proofs"]}
    rests_on = (*then.verdict.evidence, *then.verdict.witnesses) if then else ()
    still = frozenset((figure.sha256, figure.locator) for figure in rests_on)
    relied_on = frozenset(cells - held) if held else frozenset(cells & still)
    title = chain.claim.words.title
    waits_for = _HELD if held else "nothing more."
    return Undone(row["place"], row["claim_id"], title, because, words, waits_for, relied_on)


def _settle_withheld(connection: Transaction, message_id: int, now: datetime) -> None:
    """Send what was withheld and stands; withdraw the rest, and say anew what of it is left."""
    rows = _in_state(message_contents.deliveries(connection, message_id), "withheld")
    if not rows:
        return
    ids = [row.id for row in rows]
    said = message_contents.of_messages(connection, [message_id])
    undone = [row for row in said if row["undone_at"]]
    left = [row for row in said if not row["undone_at"]]
    if not undone:
        if not message_contents.held_cells(connection, [message_id]):
            message_contents.release_withheld(connection, ids, now)
        return
    ledger.withhold(connection, ids, now, f"no longer stands. {undone[0]['undone_because']}", final=True)
    if left:
        say_part(connection, message_id, left, Outbox([row.channel for row in rows], now), "rest")
