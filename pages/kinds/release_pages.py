"""The releases: an index with the calendar of each publisher, and a page for each file."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from alerts.messages.invisible_characters import defused
from figures.periods import washington_day
from pages.drawings.year_strips import strips
from pages.facts.release_facts import CalendarFacts, ReleaseFacts, Restated
from pages.facts.site_facts import Facts
from pages.known_words import known_by, severity, stage
from pages.page import Page, Site
from pages.rendering import html
from pages.sentences import short_span
from pages.words import Words


def release_pages(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/releases/`, the days of each publisher as a table, and `/releases/<hash>/` for each file."""
    yield _index(facts, site, words)
    if words.first:
        for calendar in facts.calendars:
            yield Page(f"releases/{calendar.id}.csv", "text/csv; charset=utf-8", silence_table(calendar))
    around: dict[str, list[ReleaseFacts]] = {}
    for release in facts.releases:
        around.setdefault(release.source, []).append(release)
    for mine in around.values():
        for before, release, after in zip([None, *mine], mine, [*mine[1:], None], strict=False):
            yield _page(release, before, after, site, words)


def _index(facts: Facts, site: Site, words: Words) -> Page:
    title = words.say("Files")
    description = words.say("Every file that was published: since when it is known, and what it changed.")
    values: dict[str, Any] = {
        "calendars": [_calendar(calendar, words) for calendar in facts.calendars],
        "releases": list(reversed(facts.releases)),
        "days": {release.address: washington_day(release.known_at) for release in facts.releases},
    }
    return html(site, words, "releases/", "releases.html.j2", title, description, **values)


def _calendar(of: CalendarFacts, words: Words) -> Mapping[str, Any]:
    drawn = strips(of)
    quiet = sorted(of.silences, key=lambda silence: silence.since, reverse=True)
    names = {each.day: each for each in of.days}
    days = (of.seen - of.days[-1].day).days if of.seen else None
    return {
        "of": of,
        "strips": drawn,
        "marks": [(words.short_month(day), place) for day, place in drawn.marks],
        "silences": [
            (silence, names[silence.since], ", ".join(stage(each, words) for each in silence.stages))
            for silence in quiet
        ],
        "silent": max(days, 0) if days is not None else None,
        "longest": max((silence.days for silence in of.silences), default=0),
    }


def silence_table(of: CalendarFacts) -> bytes:
    """Each day from the first release to the last look: the days since the newest release, and which that was."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(("day", "days_of_silence", "newest_file"))
    last = max(of.seen or of.days[-1].day, of.days[-1].day)
    named = {each.day: each.name for each in of.days}
    for since, until in pairwise([*named, last + timedelta(days=1)]):
        for days in range((until - since).days):
            rows.writerow(((since + timedelta(days=days)).isoformat(), days, defused(named[since])))
    return written.getvalue().encode()


def _page(
    release: ReleaseFacts, before: ReleaseFacts | None, after: ReleaseFacts | None, site: Site, words: Words
) -> Page:
    day = washington_day(release.known_at)
    found = [(each, severity(each.severity, words)) for each in release.findings]
    values: dict[str, Any] = {
        "release": release,
        "day": day,
        "how": known_by(release.known_by, words),
        "exact": release.known_by in ("fetched", "wayback"),
        "before": before,
        "after": after,
        "restated": [_restated(each, words) for each in release.restated],
        "findings": [pair for pair in found if pair[0].severity != "note"],
        "notes": [pair for pair in found if pair[0].severity == "note"],
    }
    description = words.say("%(title)s: the file %(name)s, public since %(day)s.") % {
        "title": words.borrowed(release.title),
        "name": release.name,
        "day": words.day(day),
    }
    return html(site, words, release.address, "release.html.j2", release.name, description, **values)


def _restated(each: Restated, words: Words) -> Mapping[str, Any]:
    return {
        "series": each.series,
        "when": short_span(each.start, each.end, words),
        "before": _number(each.before, words),
        "after": _number(each.after, words),
        "by": words.percent(each.after / each.before - 1, 1),
        "cell": each.locator,
    }


def _number(value: float, words: Words) -> str:
    return words.number(value, next(n for n in range(4) if n == 3 or round(value, n) == value))
