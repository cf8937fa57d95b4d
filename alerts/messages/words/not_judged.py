"""What the desk is told once when claims can no longer be judged, since the figures that they rest on are held back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alerts.claims.model import Claim
from alerts.forms.verdicts import HELD_BACK
from alerts.messages.message import Item, Message
from alerts.messages.words.claim_sentences import month_said, speaker, stated
from alerts.messages.words.few_words import cut
from alerts.messages.words.measured_figure import amount, counted
from alerts.messages.words.state_words import state_said
from figures.periods import spoken, washington_day

SHOWN_CLAIMS, _WHY_WORDS = 2, 14
_LISTED = "onrecord held shows every hold, onrecord verdicts every claim."


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A claim that cannot be judged now: why, and how it stood when it last could be.

    `edition` is the day of the last figure that it was judged on, as ISO 8601, '' where there was none.
    """

    claim: Claim
    why: str
    state: str
    measured: float
    edition: str


def not_judged_message(found: Sequence[NotJudged], as_of: datetime) -> Message:
    """One message for all the claims that one hold, or several at once, keep from being judged."""
    names = sorted(each.claim.id for each in found)
    digest = hashlib.sha256("|".join([as_of.isoformat(), *names]).encode()).hexdigest()
    return Message(
        key=f"not-judged:{digest[:32]}",
        audience="desk",
        subject=_subject(found),
        items=(_item(found),),
        footer=f"As known on {spoken(washington_day(as_of))}. {_LISTED}",
        claims=tuple(names),
    )


def _subject(found: Sequence[NotJudged]) -> str:
    first = found[0].claim
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"Cannot be judged now: {first.words.title} ({speaker(first)}, {month_said(first)}){more}"


def _item(found: Sequence[NotJudged]) -> Item:
    count = "One claim" if len(found) == 1 else f"{len(found)} claims"
    facts = [("Why", cut(found[0].why.removeprefix(HELD_BACK).strip(), _WHY_WORDS))]
    facts += [("Last judged", _stood(each)) for each in found[:SHOWN_CLAIMS]]
    if len(found) > SHOWN_CLAIMS:
        facts.append(("More", f"{len(found) - SHOWN_CLAIMS} more."))
    again = "We judge again when they are mended or the hold is lifted."
    facts.append(("Careful", f"Held figures show no change in the world. {again}"))
    return Item(f"{count} cannot be judged now", "", "", "", tuple(facts), (), "")


def _stood(of: NotJudged) -> str:
    figure = amount(of.measured, of.claim.words.test.unit, counted(of.claim))
    on = f" on {spoken(date.fromisoformat(of.edition))}" if of.edition else ""
    return f"{stated(of.claim)} ({speaker(of.claim)}): {figure}{on}, {state_said(of.state)}."
