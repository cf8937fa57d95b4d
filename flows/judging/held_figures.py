"""A hold with the figures that it keeps back and the claims that rest on them, as it is told and listed."""

from collections.abc import Iterable, Mapping, Sequence

from alerts.claims.model import Claim
from alerts.messages.message import Proof
from alerts.messages.words.figures_told import KNOWN_BY, figure_words
from alerts.messages.words.holds import SHOWN_FIGURES, HeldBack
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import spoken, washington_day
from figures.records import Figure, Observation
from storage.read.journal import StoredFinding
from storage.read.reads import StoredRelease

Stated = Figure | Observation
# The figures that people ask for first: of one day, since 1 October; then months and what is older.
_FIRST = ("instant", "fiscal_year_to_date", "month", "quarter", "fiscal_year", "span")


def touches(finding: StoredFinding, table: str, locator: str) -> bool:
    """Whether a finding is about a figure of its release."""
    named = {"table": table, "cells": locator}.get(finding.scope_kind)
    return named is None or named in finding.scope


def resting(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """By series: the claims that are judged by it."""
    wanted: dict[str, list[Claim]] = {}
    for claim in claims:
        for series in claim.needed:
            wanted.setdefault(series, []).append(claim)
    return wanted


def held_back(
    found: Sequence[StoredFinding], release: StoredRelease, stated: Iterable[Stated], claims: Iterable[Claim]
) -> list[HeldBack]:
    """Holds on one release as they are told. `stated` are its figures."""
    by_series = resting(claims)
    numbers = [o for o in stated if o.value is not None and o.status == "reported"]
    return [_held_back(finding, release, numbers, by_series) for finding in found]


def _parts(series: str) -> int:
    """By how many of its dimensions a series is a part: 0 for a total."""
    return series.count("=") - series.count("=all")


def _held_back(
    finding: StoredFinding, release: StoredRelease, numbers: Sequence[Stated], by_series: Mapping[str, Sequence[Claim]]
) -> HeldBack:
    mine = [o for o in numbers if touches(finding, o.table, o.locator)]
    mine.sort(key=lambda o: (o.series not in by_series, _FIRST.index(o.period.kind), _parts(o.series)))
    named = {claim.id: claim for o in mine for claim in by_series.get(o.series, ())}
    return HeldBack(
        finding.id,
        finding.check,
        release.name,
        finding.scope,
        finding.words,
        finding.expected,
        finding.found,
        tuple(_proof(o, release) for o in mine[:SHOWN_FIGURES]),
        len(mine),
        tuple(f"{claim.words.title} ({claim.id})" for _, claim in sorted(named.items())),
    )


def _proof(o: Stated, release: StoredRelease) -> Proof:
    value, period = figure_words(o.series, o.value, o.period)
    public = f"public since {spoken(washington_day(release.known_at))} ({KNOWN_BY[release.known_by]})"
    return Proof(
        figure=f"held back: {value} {period}: {o.series}",
        file=release.name,
        cell=o.locator,
        sha256=release.sha256,
        url=release.url,
        public_since=public,
        credit=METRICS[metric_of(o.series)].credit,
        value=value,
        period=period,
        series=o.series,
    )
