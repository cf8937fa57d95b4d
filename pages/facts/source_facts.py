"""How each source stands: what the start page and `status.json` say of it."""

from dataclasses import dataclass
from datetime import date, datetime

from figures.records import SourceState


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One source. Days are Washington's; None for what has not been or is not known.

    `last_look` is when the last look ended that ended well, `failing` whether a later one failed. `newest_day` is the
    newest day that its figures are about. `due` and `late` are when something is expected and missed. `held` counts
    what is held back of it.
    """

    id: str
    title: str
    publisher: str
    attribution: str
    last_look: datetime | None
    failing: bool
    last_release: date | None
    newest_day: date | None
    due: date | None
    late: date | None
    state: SourceState
    state_since: date | None
    releases: int
    held: int
