"""What was kept quiet when it was news and is said after all: what overtook it was undone, or its silence is over."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from alerts import mutes
from alerts.forms.verdicts import on_ladder
from alerts.messages.message import Message
from flows.judging.instants import Chain, Moved
from flows.judging.news_of_moves import Told, standing_still
from flows.judging.outbox import OVERTAKEN, Outbox, by_mute, enqueue_together, mute_words, place_of, say_part
from storage.engine import Transaction
from storage.write import message_contents
from storage.write import mutes as stored_mutes

Row = Mapping[str, Any]


def newest_said(rows: Sequence[Row]) -> dict[str, Row]:
    """For each claim the last of what was said of how it stands, and was not undone."""
    newest: dict[str, Row] = {}
    for row in rows:
        if row["answer"] == "standing" and row["as_of"] >= newest.get(row["claim_id"], row)["as_of"]:
            newest[row["claim_id"]] = row
    return newest


def say_after_all(
    connection: Transaction,
    chains: Sequence[Chain],
    newest: Mapping[str, Row],
    in_force: Sequence[stored_mutes.Mute],
    out: Outbox,
) -> list[Message]:
    """Send what was overtaken when it came to light, where what overtook it no longer stands."""
    made = []
    for chain in chains:
        found, final = newest.get(chain.claim.id), chain.now("standing")
        if found is None or final is None or found["quiet"] != OVERTAKEN:
            continue
        if final.position.underlying != found["state"] or found["claim_sha256"] != chain.claim.sha256:
            continue
        mute = mutes.muted_by(chain.claim, found["answer"], found["change"], in_force)
        told = replace(out, quiet=mute_words(mute) if mute else "")
        message = say_part(connection, found["message_id"], [found], told, "stands")
        message_contents.undo(
            connection, [found["id"]], out.now, "said by itself, since what overtook it was undone", None
        )
        made += [message] if message else []
    return made


def say_after_silence(
    connection: Transaction,
    chains: Sequence[Chain],
    newest: Mapping[str, Row],
    in_force: Sequence[stored_mutes.Mute],
    out: Outbox,
) -> list[Message]:
    """Say once, on the figures of now, what a mute that is over kept quiet and what stands still."""
    groups: dict[tuple[str, int], list[Moved]] = {}
    for chain in chains:
        found = newest.get(chain.claim.id)
        if found is None or not by_mute(found["quiet"]):
            continue
        moved = _still_so(chain, found)
        if moved is not None and not mutes.muted_by(chain.claim, "standing", "still_so", in_force):
            groups.setdefault(place_of(moved), []).append(moved)
    made = [each for group in groups.values() for each in enqueue_together(connection, group, replace(out, quiet=""))]
    return [message for message in made if message is not None]


def _still_so(chain: Chain, found: Row) -> Moved | None:
    """What was said once, on the figures of now; None where it stands no longer, or the claim was edited since."""
    final = chain.now("standing")
    if final is None or chain.last is None:
        return None
    state, verdict = final.position.underlying, final.verdict
    if state != found["state"] or found["claim_sha256"] not in chain.alike or not on_ladder(verdict.state):
        return None
    told = Told(chain.made, chain.book.knowledge, chain.book.at(chain.last), chain.last)
    return Moved(standing_still(chain.claim, verdict, state, "still_so", told), chain.last, 0.0)
