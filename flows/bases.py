"""What is known, line by line in order of time, and a digest of it at each instant: what a verdict rests on."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from alerts.forms.evidence import Knowledge, KnownRelease
from figures.periods import end_of_day
from figures.records import Figure


def entries_of(figures: Iterable[Figure], cut: Knowledge) -> Iterator[tuple[datetime, str]]:
    """What is known, each with the instant since when, in a line."""
    for figure in figures:
        yield figure.known_at, _figure_line(figure)
    for release in cut.releases:
        yield release.known_at, _release_line(release)
    for each in cut.unheld:
        yield end_of_day(each.day), f"unheld|{each}\n"


def digests_of(entries: Iterable[tuple[datetime, str]]) -> tuple[list[datetime], list[str]]:
    """Each instant of some lines in order of time, with the digest of all lines up to it."""
    instants: list[datetime] = []
    digests: list[str] = []
    running = hashlib.sha256()
    for at, line in entries:
        running.update(line.encode())
        if instants and instants[-1] == at:
            digests[-1] = running.hexdigest()
        else:
            instants.append(at)
            digests.append(running.hexdigest())
    return instants, digests


def _figure_line(f: Figure) -> str:
    p = f.period
    return f"{f.series}|{p.kind}|{p.start}|{p.end}|{f.value!r}|{f.status}|{f.held}|{f.sha256}|{f.locator}\n"


def _release_line(r: KnownRelease) -> str:
    return f"{r.source}|{r.name}|{r.fiscal_year}|{r.tables}|{r.words}|{sorted(r.cells.items())}\n"
