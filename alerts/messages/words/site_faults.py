"""What the operators are told when the site could not be made, or not wholly."""

import hashlib
from datetime import datetime

from alerts.messages.message import Item, Message
from figures.periods import spoken, washington_day


def site_message(folder: str, why: str, at: datetime) -> Message:
    """To the operators, once: the site was not made or not wholly, why, what readers see now, and what to do."""
    facts = (
        ("What happened", f"The site in {folder} is not as it should be. {why}"),
        (
            "What this means",
            "Readers may see pages of before. Figures, verdicts and messages do not depend on the site.",
        ),
        ("What to do", "Mend what is named here and type `onrecord site`; the next run makes the site as well."),
    )
    digest = hashlib.sha256(f"{folder}|{why}|{at.isoformat()}".encode()).hexdigest()[:16]
    return Message(
        key=f"site:failed:{digest}",
        audience="ops",
        subject="The site is not as it should be",
        items=(Item("The site is not as it should be", "", "", "", facts, (), ""),),
        footer=f"Seen on {spoken(washington_day(at))}. It is told once for each reason, until the site is made again.",
        severity="alert",
    )
