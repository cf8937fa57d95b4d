"""Every check that needs only one document, in order. The line and `onrecord parse` ask here."""

from checks.boundary import asked
from checks.document.average_sums import average_sums
from checks.document.cbp import cbp
from checks.document.dates import dates, days_ahead
from checks.document.facility_sums import facilities
from checks.document.list_sheets import lists
from checks.document.ohss import ohss
from checks.document.totals import static
from checks.document.trac_rows import trac
from checks.history.balance import average_jumps, running_month
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
