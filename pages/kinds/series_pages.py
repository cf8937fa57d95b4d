"""The series: an index, and a page for each metric with its national series and their files."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any, Final

from figures.metrics.metric import Metric
from figures.periods import washington_day
from figures.plain import as_json
from figures.records import Figure
from pages.datasets import dataset
from pages.facts.series_facts import MetricFacts, SeriesFacts
from pages.facts.site_facts import Facts
from pages.facts.source_facts import SourceFacts
from pages.page import Page, Site
from pages.rendering import html
from pages.sentences import short_span
from pages.series_tables import metadata, moves, table, told
from pages.words import Words

CSV: Final = "text/csv; charset=utf-8"
JSON: Final = "application/json"
# Releases that dropped something, as a metric's page lists them.
MOST_BREAKS: Final = 20


def address_of(metric: str) -> str:
    """Where the page of a metric lies."""
    return f"series/{metric}/"


def series_pages(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/series/` and, for each metric, `/series/<metric>/` with the files of its series."""
    yield _index(facts, site, words)
    sources = {source.id: source for source in facts.sources}
    for metric in facts.metrics:
        source = sources.get(metric.source)
        yield _page(metric, source, facts, site, words)
        if words.first:
            yield from _files(metric, source, facts)


def _index(facts: Facts, site: Site, words: Words) -> Page:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    titles = {source.id: source.title for source in facts.sources}
    for metric in facts.metrics:
        last = max((day for each in metric.series if (day := _last_day(each))), default=None)
        row = {"address": address_of(metric.id), "metric": metric, "name": name_of(metric, words), "last": last}
        groups.setdefault(titles.get(metric.source, metric.source), []).append(row)
    title, description = words.say("Series"), words.say("Every metric with its series, their vintages and revisions.")
    return html(site, words, "series/", "series_index.html.j2", title, description, groups=list(groups.items()))


def name_of(metric: MetricFacts | Metric, words: Words) -> str:
    """What is counted, in the reader's language; of a share, what it is a share of."""
    noun = words.borrowed(metric.noun) or metric.id
    if metric.noun.startswith("of "):
        return words.say("Share %(noun)s") % {"noun": noun}
    return noun[:1].upper() + noun[1:]


def _last_day(series: SeriesFacts) -> date | None:
    return series.last.period.end if series.last else None


def _page(metric: MetricFacts, source: SourceFacts | None, facts: Facts, site: Site, words: Words) -> Page:
    address, name = address_of(metric.id), name_of(metric, words)
    known = [washington_day(each.vintages[-1].known_at) for each in metric.series]
    values: dict[str, Any] = {
        "metric": metric,
        "source": source,
        "name": name,
        "every": frequency(metric.source, facts),
        "updated": max(known, default=None),
        "series": [_row(metric, each, words) for each in metric.series],
        "breaks": _breaks(metric, facts)[:MOST_BREAKS],
        "data": [_dataset(metric, name, facts, site, words, max(known, default=None))],
    }
    description = words.say("%(name)s: every figure with its vintages, revisions and breaks.") % {"name": name}
    return html(site, words, address, "metric.html.j2", f"{name} ({metric.id})", description, **values)


def frequency(source: str, facts: Facts) -> int | None:
    """How many days usually lie between two releases of the source's publisher; None for fewer than three."""
    publisher = next((each.publisher for each in facts.sources if each.id == source), "")
    days = sorted({each.day for of in facts.calendars if of.publisher == publisher for each in of.days})
    gaps = [(after - before).days for before, after in pairwise(days)]
    return round(median(gaps)) if len(gaps) > 1 else None


def _row(metric: MetricFacts, series: SeriesFacts, words: Words) -> Mapping[str, Any]:
    last, moved = series.last, moves(series)
    return {
        "name": ", ".join(f"{name}={value}" for name, value in series.dims) or words.say("all"),
        "dims": series.dims,
        "value": _number(last, words) if last else "",
        "when": short_span(last.period.start, last.period.end, words) if last else "",
        "known": washington_day(last.known_at) if last else None,
        "cell": last.locator if last else "",
        "periods": len(series.newest),
        "vintages": len(series.vintages),
        "moved": moved,
        "largest": words.percent(moved.largest, 1) if moved.largest else "",
        "held": series.held,
        "file": f"{address_of(metric.id)}{series.file}",
    }


def _number(figure: Figure, words: Words) -> str:
    value = figure.value or 0.0
    return words.number(value, next(n for n in range(4) if n == 3 or round(value, n) == value))


def _breaks(metric: MetricFacts, facts: Facts) -> list[tuple[date, str, str, int]]:
    """Releases that no longer state some of the series: day, file, page, how many; the newest first."""
    address = {(each.source, each.sha256): each.address for each in facts.releases}
    found: dict[tuple[date, str, str], set[str]] = {}
    for series in metric.series:
        for mark in series.dropped:
            page = address.get((metric.source, mark.sha256), "")
            found.setdefault((washington_day(mark.known_at), mark.release_name, page), set()).add(series.key)
    return [(*place, len(keys)) for place, keys in sorted(found.items(), reverse=True)]


def _dataset(
    metric: MetricFacts, name: str, facts: Facts, site: Site, words: Words, updated: date | None
) -> dict[str, Any]:
    periods = [each.period for series in metric.series for each in series.newest]
    days = [day for period in periods for day in (period.start, period.end) if day]
    address = address_of(metric.id)
    publishers = {source.id: source.publisher for source in facts.sources}
    return dataset(
        site,
        f"{name} ({metric.id})",
        metric.meaning,
        words.prefix + address,
        [(f"{address}{each.file}.csv", CSV) for each in metric.series] or [(f"data/{metric.table}", CSV)],
        creators=[publishers.get(metric.source, metric.source)],
        credit=metric.credit,
        days=(min(days), max(days)) if days else None,
        modified=updated,
    )


def _files(metric: MetricFacts, source: SourceFacts | None, facts: Facts) -> Iterator[Page]:
    stands = {
        "id": metric.source,
        "title": source.title if source else "",
        "publisher": source.publisher if source else "",
        "days_between_releases": frequency(metric.source, facts),
        "last_release": source.last_release if source else None,
        "next_release_due": source.due if source else None,
    }
    for series in metric.series:
        begin = f"{address_of(metric.id)}{series.file}"
        yield Page(f"{begin}.csv", CSV, table(metric, series.newest))
        yield Page(f"{begin}.vintages.csv", CSV, table(metric, told(series)))
        yield Page(f"{begin}.metadata.json", JSON, (as_json(metadata(metric, series, stands)) + "\n").encode())
