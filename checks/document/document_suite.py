"""Every check that needs only one document. The line and `onrecord parse` ask here."""

from checks.boundary import asked
from checks.declared import checks_of
from figures.metrics.catalogue import METRICS
from figures.records import Finding, Parsed


def document(parsed: Parsed) -> list[Finding]:
    """What one document says against itself, by the checks of the source that publishes its figures, in order. A check
    that fails is among it, and ends no other.
    """
    sources = dict.fromkeys(METRICS[metric].source for metric in dict.fromkeys(o.metric for o in parsed.observations))
    checks = dict.fromkeys(check for source in sources for check in checks_of(source))
    return [finding for check in checks for finding in asked(check.name, parsed.observations, check.ask, parsed)]
