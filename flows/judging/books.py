"""What a claim may rest on, cut to what was known at an instant, with a digest of it."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from alerts.forms.evidence import Knowledge, KnownRelease
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.records import Figure
from flows.bases import digests_of, entries_of


@dataclass(slots=True)
class Book:
    """All that a claim may rest on, and for each instant a digest of it: the same digest gives the same verdict."""

    knowledge: Knowledge
    released: Sequence[datetime]
    _digests: Sequence[str]
    _cut: dict[datetime, Knowledge] = field(default_factory=dict)
    # From when on each digest counts, where that is not when releases came out.
    _since: Sequence[datetime] | None = None

    def at(self, instant: datetime) -> Knowledge:
        if instant not in self._cut:
            self._cut[instant] = self.knowledge.at(instant)
        return self._cut[instant]

    def basis(self, instant: datetime) -> str:
        place = bisect_right(self.released if self._since is None else self._since, instant)
        return self._digests[place - 1] if place else ""


def book(knowledge: Knowledge, series: Iterable[str]) -> Book:
    """What is known of some series and of the releases of their sources."""
    keys = sorted(set(series))
    sources = {METRICS[metric_of(key)].source for key in keys}
    figures = {key: knowledge.figures.get(key, ()) for key in keys}
    releases = tuple(release for release in knowledge.releases if release.source in sources)
    unheld = tuple(each for each in knowledge.unheld if each.source in sources)
    cut = replace(knowledge, figures=figures, releases=releases, unheld=unheld)
    every = [figure for vintages in figures.values() for figure in vintages]
    instants, digests = digests_of(sorted(entries_of(every, cut)))
    return Book(cut, _released(every, releases), digests, _since=instants)


def _released(figures: Iterable[Figure], releases: Iterable[KnownRelease]) -> list[datetime]:
    """The instants at which something came out."""
    return sorted({f.known_at for f in figures} | {r.known_at for r in releases})
