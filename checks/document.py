"""Every check that needs only one document, in order. The line and `onrecord parse` ask here."""

from checks.asking import asked
from checks.average_sums import average_sums
from checks.cbp import cbp
from checks.dates import dates, days_ahead
from checks.facilities import facilities
from checks.lists import lists
from checks.movements import average_jumps, running_month
from checks.ohss import ohss
from checks.static import static
from checks.trac import trac
from figures.records import Finding, Parsed


def document(parsed: Parsed) -> list[Finding]:
    """What one document says against itself. A check that fails is among it, and ends no other."""
    stated = parsed.observations
    return [
        *asked("static", stated, static, stated),
        *asked("average_sums", stated, average_sums, stated),
        *asked("dates", stated, dates, stated, parsed.modified_at),
        *asked("days_ahead", stated, days_ahead, stated, parsed.modified_at, parsed.run_date),
        *asked("facilities", stated, facilities, stated),
        *asked("lists", stated, lists, stated),
        *asked("average_jumps", stated, average_jumps, stated),
        *asked("running_month", stated, running_month, stated),
        *asked("trac", stated, trac, stated),
        *asked("cbp", stated, cbp, stated),
        *asked("ohss", stated, ohss, stated),
    ]
