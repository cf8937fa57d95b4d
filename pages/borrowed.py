"""The texts of other packages that pages show in the reader's language. Each must stand in a catalogue."""

from collections.abc import Iterator

from figures.metrics.catalogue import METRICS
from figures.registry import SOURCES


def borrowed() -> Iterator[str]:
    """All of them."""
    for metric in METRICS.values():
        yield from (text for text in (metric.noun, metric.meaning, metric.unit, metric.caveat) if text)
    yield "the whole release"  # storage.read.journal.scope_of
    for source in SOURCES.values():
        yield source.title


def publishers() -> dict[str, tuple[str, str]]:
    """Title and publisher of each source, those that are not looked at too."""
    return {source.id: (source.title, source.publisher) for source in SOURCES.values()}
