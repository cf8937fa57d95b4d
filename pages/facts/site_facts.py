"""All that the site is made from. Each field is read by a function of `flows/publishing/`."""

from dataclasses import dataclass
from datetime import datetime

from pages.facts.claim_facts import ClaimFacts
from pages.facts.release_facts import CalendarFacts, ReleaseFacts
from pages.facts.said_facts import CorrectionFacts, DataFile, HeldFacts
from pages.facts.series_facts import MetricFacts
from pages.facts.source_facts import SourceFacts


@dataclass(frozen=True, slots=True)
class Facts:
    """`as_of` is what the pages call now: when the newest look ended or, without one, the newest release came out."""

    as_of: datetime
    claims: tuple[ClaimFacts, ...] = ()
    sources: tuple[SourceFacts, ...] = ()
    metrics: tuple[MetricFacts, ...] = ()
    releases: tuple[ReleaseFacts, ...] = ()
    calendars: tuple[CalendarFacts, ...] = ()
    held: tuple[HeldFacts, ...] = ()
    corrections: tuple[CorrectionFacts, ...] = ()
    files: tuple[DataFile, ...] = ()
