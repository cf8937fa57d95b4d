"""What the operators are told of claims whose files cannot be judged."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from alerts.message import Item, Message
from figures.periods import spoken, washington_day

SHOWN = 3


def claim_fault_message(found: Sequence[tuple[int, str]], at: datetime) -> Message:
    """`found` are the numbers of the findings with their words; the same findings give the same key."""
    heading = "A claim cannot be judged" if len(found) == 1 else f"{len(found)} claims cannot be judged"
    facts = [("What happened", words) for _, words in found[:SHOWN]]
    if len(found) > SHOWN:
        facts.append(("More", f"{len(found) - SHOWN} more; onrecord status --json lists each."))
    facts.append(("What stands", "Their last verdicts stand as they were. All other claims are judged."))
    facts.append(
        ("What to do", "Check the files: onrecord claims check. What that finds nothing in is for us to mend.")
    )
    digest = hashlib.sha256("|".join(str(number) for number, _ in found).encode()).hexdigest()[:16]
    return Message(
        key=f"claims:{digest}",
        audience="ops",
        subject=heading,
        items=(Item(heading, "", "", "", tuple(facts), (), ""),),
        footer=f"Seen on {spoken(washington_day(at))}. onrecord status shows what is open.",
        severity="alert",
    )
