"""What is missing in the entries of the registry. No command starts while there is any."""

from collections.abc import Iterator, Mapping
from datetime import date

from figures.metrics.metric import Metric
from figures.naming import or_nearest
from figures.publication import Monthly, Rules
from figures.records import Publisher, Source
from figures.registry import SOURCES
from figures.scopes import SCOPES, Scopes

SHORTEST_MONTH = 28


def registry_faults(sources: Mapping[str, Source] = SOURCES) -> list[str]:
    """What is missing in the entries, each fault in a sentence that says what to write; none when all is there."""
    publishers = {source.by.id: source.by for source in sources.values()}
    return [
        *(f"The source {source.id!r} {fault}." for source in sources.values() for fault in _source_faults(source)),
        *(
            f"The publisher {publisher.id!r} {fault}."
            for publisher in publishers.values()
            for fault in _rhythm_faults(publisher.rules, publishers)
        ),
    ]


def _source_faults(source: Source) -> Iterator[str]:
    if not source.checks:
        yield "has no checks: name the modules of checks/ that look at each of its documents under `checks`"
    if source.by.rules is None and (source.declared is None or source.declared.state != "ended"):
        yield (
            f"has no rhythm: say under `rules` of {source.by.id!r} when a release is due and late, or declare that it "
            "has ended"
        )
    yield from _metric_faults(source)
    yield from _scope_faults(source)


def _metric_faults(source: Source) -> Iterator[str]:
    strange = [metric.id for metric in source.metrics if metric.source != source.id]
    if strange:
        yield f"lists metrics that name another source: {', '.join(strange)}"
    mine = [metric.id for metric in source.metrics]
    if source.headline not in mine and (mine or source.headline):
        yield f"has no metric {source.headline!r}, which is its headline{or_nearest(source.headline, mine)}"


def _scope_faults(source: Source) -> Iterator[str]:
    metrics = {metric.id: metric for metric in source.metrics}
    if source.headline in metrics and source.headline not in source.scopes:
        yield (
            f"has no scope for {source.headline!r}, its headline: say under `scopes` what its series count, ITS_OWN "
            "where no other metric counts the same"
        )
    for name, scopes in source.scopes.items():
        if name not in metrics:
            yield f"has scopes of {name!r}, which is no metric of its own{or_nearest(name, metrics)}"
        else:
            yield from _misfits(metrics[name], scopes)


def _misfits(metric: Metric, scopes: Scopes) -> Iterator[str]:
    """What the scopes of a metric name that is not there: its dimensions, scopes."""
    is_strange = not set(scopes.by) <= set(metric.dims)
    if is_strange or any(len(members) != len(scopes.by) for members in scopes.names):
        yield (
            f"tells scopes of {metric.id!r} apart by {', '.join(scopes.by)}, which does not fit: its dimensions are "
            f"{', '.join(metric.dims)}, and each scope needs a member of each that is named"
        )
    for scope in scopes.names.values():
        if scope not in SCOPES:
            yield f"has {scope!r} as a scope of {metric.id!r}, which is none{or_nearest(scope, SCOPES)}"


def _rhythm_faults(rules: Rules | None, publishers: Mapping[str, Publisher]) -> Iterator[str]:
    if rules is None:
        return
    if rules.declared is None and rules.monthly is None:
        yield "has no rhythm: `declared` or `monthly` of its rules says when a release is due"
    if any(not 0 < each.due < each.late for each in (rules.declared, rules.turn) if each):
        yield "is late before it is due: `due` is at least 1 and `late` after it"
    if rules.monthly is not None and not _is_possible(rules.monthly):
        yield (
            f"has days of the month that cannot be: `due` and `late` are days from 1 to {SHORTEST_MONTH}, `turn_due` "
            "and `turn_late` days of October to December, each due before it is late"
        )
    if rules.follows and rules.follows not in publishers:
        yield f"follows {rules.follows!r}, which is no publisher{or_nearest(rules.follows, publishers)}"


def _is_possible(of: Monthly) -> bool:
    """Whether the days of a month can be: every month has them, and the turn's lie after the fiscal year is over."""
    try:
        turn = [date(2000, month, day) for month, day in (of.turn_due, of.turn_late)]
    except (TypeError, ValueError):
        return False
    return 1 <= of.due < of.late <= SHORTEST_MONTH and date(2000, 9, 30) < turn[0] < turn[1]
