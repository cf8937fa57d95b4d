"""What is missing in the entries of the registry. No command starts while there is any."""

from collections.abc import Iterator, Mapping
from datetime import date

from figures.naming import or_nearest
from figures.publication import Monthly, Rules
from figures.records import Publisher, Source
from figures.registry import SOURCES

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
    strange = [metric.id for metric in source.metrics if metric.source != source.id]
    if strange:
        yield f"lists metrics that name another source: {', '.join(strange)}"
    mine = [metric.id for metric in source.metrics]
    if source.headline not in mine and (mine or source.headline):
        yield f"has no metric {source.headline!r}, which is its headline{or_nearest(source.headline, mine)}"


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
