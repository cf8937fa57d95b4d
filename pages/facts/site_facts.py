"""All that the site is made from. Each field is read by a function of `flows/publishing/`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pages.facts.claim_facts import ClaimFacts
from pages.facts.facility_facts import FacilityFacts
from pages.facts.release_facts import CalendarFacts, ReleaseFacts
from pages.facts.said_facts import CorrectionFacts, DataFile, HeldFacts
from pages.facts.series_facts import MetricFacts
from pages.facts.source_facts import SourceFacts


def none_known() -> Iterator[FacilityFacts]:
    """No facility."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Facts:
    """`as_of` is what the pages call now: when the newest look ended, the newest release came out, or a claim was last
    judged, whichever came last. `facilities` gives each facility, read as it is called for: all of them do not fit
    memory.
    """

    as_of: datetime
    claims: tuple[ClaimFacts, ...] = ()
    facilities: Callable[[], Iterator[FacilityFacts]] = none_known
    sources: tuple[SourceFacts, ...] = ()
    metrics: tuple[MetricFacts, ...] = ()
    releases: tuple[ReleaseFacts, ...] = ()
    calendars: tuple[CalendarFacts, ...] = ()
    held: tuple[HeldFacts, ...] = ()
    corrections: tuple[CorrectionFacts, ...] = ()
    files: tuple[DataFile, ...] = ()
