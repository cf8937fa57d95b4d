"""What the operators are told of our own runs: that one failed, wholly or half, and that all is well again."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from alerts.message import Item, Message
from figures.periods import spoken, washington_day

_LONGEST = 600


def failed_message(failed: Mapping[str, str], well: Sequence[str], after: int, as_of: datetime) -> Message:
    """To the operators: which sources could not be looked at, with why, and which could.

    `after` is the number of the run before: the same news after the same run has the same key.
    """
    half = bool(well)
    heading = "A run failed half" if half else "A run failed"
    named = ", ".join(failed)
    facts = [("Failed", _why(source, why)) for source, why in failed.items()]
    facts.append(("Went well", f"{', '.join(well)}." if half else "None."))
    rest = (
        "Verdicts rest on the sources that went well, and on what was known before of the others."
        if half
        else "Nothing new was learnt; verdicts rest on what was known before."
    )
    facts.append(("What this means", f"{rest} No figure has moved because of it."))
    return Message(
        key=_key("failed", [*failed, "|", *well], after),
        audience="ops",
        subject=f"{heading}: {named} could not be looked at",
        items=(Item(heading, "", "", "", tuple(facts), (), ""),),
        footer=f"Seen on {spoken(washington_day(as_of))}. onrecord status shows the last good look at each source. "
        "This is told again when other sources fail, and when all are well.",
        severity="alert",
    )


def well_again_message(recovered: Sequence[str], after: int, as_of: datetime) -> Message:
    """To the operators: the sources that failed can be looked at again."""
    named = ", ".join(recovered)
    facts = (("What happened", f"The last look at each source ended well; before, {named} failed."),)
    return Message(
        key=_key("well", recovered, after),
        audience="ops",
        subject="Every source can be looked at again",
        items=(Item("Every source can be looked at again", "", "", "", facts, (), ""),),
        footer=f"Seen on {spoken(washington_day(as_of))}. onrecord status shows the last good look at each source.",
    )


def _why(source: str, why: str) -> str:
    words = why if len(why) <= _LONGEST else why[:_LONGEST].rpartition(" ")[0] + " ..."
    return f"{source}: {words or 'no reason was recorded'}"


def _key(kind: str, parts: Sequence[str], after: int) -> str:
    return f"run:{kind}:{after}:{hashlib.sha256(','.join(parts).encode()).hexdigest()[:16]}"
