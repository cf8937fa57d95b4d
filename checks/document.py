"""Every check that needs only one document, in order. The line and `onrecord parse` ask here."""

from checks.cbp import cbp
from checks.dates import dates
from checks.facilities import facilities
from checks.lists import lists
from checks.movements import average_jumps, running_month
from checks.ohss import ohss
from checks.static import static
from checks.trac import trac
from figures.records import Finding, Parsed


def document(parsed: Parsed) -> list[Finding]:
    """What one document says against itself."""
    return [
        *static(parsed.observations),
        *dates(parsed.observations, parsed.modified_at),
        *facilities(parsed.observations),
        *lists(parsed.observations),
        *average_jumps(parsed.observations),
        *running_month(parsed.observations),
        *trac(parsed.observations),
        *cbp(parsed.observations),
        *ohss(parsed.observations),
    ]
