"""The texts of other packages that pages show in the reader's language. Each must stand in a catalogue."""

from collections.abc import Iterator

from figures.metrics.catalogue import METRICS


def borrowed() -> Iterator[str]:
    """All of them."""
    for metric in METRICS.values():
        yield metric.noun
