"""Every check that needs only one document, in order. The line and `onrecord parse` ask here."""

from collections.abc import Sequence

from checks.asking import COULD_NOT_RUN, asked
from checks.dates import dates, days_ahead
from checks.facilities import facilities
from checks.headline_sums import headline_sums
from checks.lists import lists
from checks.movements import average_jumps, running_month
from checks.static import static
from checks.trac import trac
from figures.records import Finding, Observation, Parsed


def document(parsed: Parsed) -> list[Finding]:
    """What one document says against itself. A check that fails is among it, and ends no other."""
    stated = parsed.observations
    return [
        *_sums(stated),
        *asked("dates", stated, dates, stated, parsed.modified_at),
        *asked("days_ahead", stated, days_ahead, stated, parsed.modified_at, parsed.run_date),
        *asked("facilities", stated, facilities, stated),
        *asked("lists", stated, lists, stated),
        *asked("average_jumps", stated, average_jumps, stated),
        *asked("running_month", stated, running_month, stated),
        *asked("trac", stated, trac, stated),
    ]


def _sums(stated: Sequence[Observation]) -> list[Finding]:
    """The sums that do not add, narrowed to the doubtful cells where that can be asked."""
    found = asked("static", stated, static, stated)
    narrowed = asked("headline_sums", stated, headline_sums, stated, found)
    return [*found, *narrowed] if any(each.check == COULD_NOT_RUN for each in narrowed) else narrowed
