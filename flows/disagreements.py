"""A dispute between ICE and TRAC as it is told: which figures, with their cells, and which claims rest on them."""

from collections.abc import Sequence

from alerts.claims.model import Claim
from alerts.messages.message import Proof
from alerts.messages.words.figures_told import KNOWN_BY
from alerts.messages.words.sources import Disagreement, DisputedCell, Held
from checks.sources.disputes import (
    EXCHANGED,
    Dispute,
)
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import ALL
from figures.periods import spoken, washington_day
from figures.records import Observation
from storage.read import reads

_AGENCIES = {"ICE": "arrested by ICE", "CBP": "arrested by CBP", ALL: "both agencies"}


def disagreement(
    dispute: Dispute,
    ice: reads.StoredRelease,
    trac: reads.StoredRelease,
    held: Held,
    claims: Sequence[Claim],
    numbers: Sequence[int],
) -> Disagreement:
    """`numbers` are those of the holds on either side."""
    cells = tuple(
        DisputedCell(
            _what(each.theirs),
            each.value,
            each.theirs.value or 0.0,
            (*(_proof(o, ice) for o in each.ours), _proof(each.theirs, trac)),
        )
        for each in dispute.differences
    )
    series = {o.series for each in dispute.differences for o in (*each.ours, each.theirs)}
    titles = tuple(claim.words.title for claim in claims if not series.isdisjoint(claim.needed))
    exchanged = dispute.check == EXCHANGED
    return Disagreement(exchanged, dispute.table, dispute.day, dispute.paired, cells, held, titles, tuple(numbers))


def _what(observation: Observation) -> str:
    """Which figure, in words: `arrested by ICE, convicted`."""
    dims = dict(observation.dims)
    agency = _AGENCIES.get(dims.pop("agency", ""), "")
    rest = [f"all {name}" if value == ALL else value for name, value in sorted(dims.items())]
    return ", ".join(part for part in (agency, *rest) if part)


def _proof(observation: Observation, release: reads.StoredRelease) -> Proof:
    noun = METRICS[observation.metric].noun
    day = spoken(observation.period.end) if observation.period.end else "a day that is not stated"
    return Proof(
        figure=f"{observation.value or 0.0:,.10g} {noun}, {day}: {observation.series}",
        file=release.name,
        cell=observation.locator,
        sha256=release.sha256,
        url=release.url,
        public_since=f"public since {spoken(washington_day(release.known_at))} ({KNOWN_BY[release.known_by]})",
    )
