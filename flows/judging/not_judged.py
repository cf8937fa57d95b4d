"""Telling the desk once of claims that were judged before and cannot be now, since figures of theirs are held back."""

from collections.abc import Sequence

from alerts import mutes
from alerts.forms.causes import HELD
from alerts.messages.message import Message
from alerts.messages.words.not_judged import NotJudged, not_judged_message
from figures.periods import washington_day
from flows.judging.instants import Chain
from flows.judging.outbox import Outbox, put
from storage.engine import Transaction
from storage.write.mutes import Mute


def say_not_judged(
    connection: Transaction, chains: Sequence[Chain], in_force: Sequence[Mute], out: Outbox
) -> list[Message]:
    """Queue one message on the claims that a hold has stopped. Muted claims, drafts and ended ones are left out.

    What was said of a claim and is undone by the hold is corrected already; that correction says the same.
    """
    found = [each for chain in chains if (each := _stopped(chain)) and not _muted(chain, in_force)]
    last = max((chain.last for chain in chains if chain.last), default=None)
    if not found or last is None:
        return []
    made = put(connection, not_judged_message(found, last), last, out)
    return [made] if made else []


def _stopped(chain: Chain) -> NotJudged | None:
    """A claim that was measured when it was last recorded, and is held up now."""
    final, before = chain.now("standing"), chain.recorded
    if final is None or before is None or chain.last is None or final.verdict.state != HELD:
        return None
    if before["measured"] is None or chain.undone or chain.claim.words.over(washington_day(chain.last)):
        return None
    return NotJudged(chain.claim, final.verdict.words, before["underlying"], before["measured"], before["edition"])


def _muted(chain: Chain, in_force: Sequence[Mute]) -> bool:
    return mutes.muted_by(chain.claim, "standing", "", in_force) is not None
