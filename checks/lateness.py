"""When a source is late: its newest figures are older than any ordinary gap between two releases."""

from datetime import date, timedelta

from figures.periods import spoken
from figures.records import Finding

# Releases are due every 14 days and come up to 16 days after the day they count to; one may be left out. What was
# silent for longer was so for 48 to 102 days, six times in six years: each is worth one message.
LATE_AFTER = timedelta(days=42)


def late(publisher: str, newest: date, today: date) -> Finding | None:
    """A finding in words that stay the same for as long as nothing newer comes; None when the source is on time."""
    if today - newest <= LATE_AFTER:
        return None
    words = (
        f"{publisher}: the newest figures that can be judged on are of {spoken(newest)}; newer ones were due within "
        f"{LATE_AFTER.days} days."
    )
    due = f"figures of a later day by {newest + LATE_AFTER}"
    return Finding("late", "warn", "release", (), due, newest.isoformat(), words)
