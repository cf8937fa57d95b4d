"""The registry and the catalogue fit: each metric names a source that there is, each source publishes some."""

import pytest

from figures.metrics.catalogue import METRICS
from figures.metrics.metric import Metric
from scrapers.registry import PUBLISHERS, SOURCES


def test_each_metric_is_of_a_source_that_there_is_and_each_source_with_a_headline_has_metrics() -> None:
    assert {metric.source for metric in METRICS.values()} == {s.id for s in SOURCES.values() if s.headline}


def test_a_source_without_a_headline_checks_another_and_is_not_imported() -> None:
    (checking,) = [source for source in SOURCES.values() if not source.headline]
    assert (checking.id, checking.dated) == ("cbp_southwest", None)


def test_each_source_is_of_one_publisher_and_names_a_metric_of_its_own_as_its_headline() -> None:
    published = [source for sources in PUBLISHERS.values() for source in sources]
    assert sorted(published) == sorted(SOURCES)
    for source in SOURCES.values():
        if source.headline:
            assert METRICS[source.headline].source == source.id


def test_no_metric_is_anybodys_by_default() -> None:
    with pytest.raises(TypeError, match="source"):
        Metric("ice.made_up", "people", "made up", "Nobody says whose it is.", ())  # type: ignore[call-arg]
