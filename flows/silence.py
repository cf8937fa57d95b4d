"""`onrecord due`: days of silence as a series of its own, read from releases and looks, and what is due next."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from checks.release_watch import Expected, Law
from figures.records import series_key
from flows import show
from flows.publication_settings import laws
from flows.reading import console, database, say
from flows.release_watch import Watched, watched
from flows.settings import SettingsError, load_settings
from scrapers.registry import PUBLISHERS, SOURCES

METRIC = "onrecord.days_of_silence"


def silence(name: str, *, daily: bool, as_json: bool) -> int:
    """Print the silences of a publisher, or of all, oldest first; with `daily` the days of silence of each day."""
    if name and name not in PUBLISHERS:
        raise SettingsError(f"{name} is no publisher; there are {', '.join(PUBLISHERS)}")
    settings = load_settings()
    with database(settings) as connection:
        sources = [SOURCES[id_] for id_ in settings.enabled()]
        found = [each for each in watched(connection, sources) if name in ("", each.name)]
    if as_json:
        say(show.as_json([as_object(each, daily=daily) for each in found]))
        return 0
    for each in found:
        if daily:
            rows: list[Any] = [(day, days, release) for day, days, release in by_day(each)]
            console().print(show.table(key_of(each), ("day", "days of silence", "since"), rows))
        else:
            _print(each, laws(settings.publication).get(each.name))
    return 0


def key_of(of: Watched) -> str:
    """The series: `onrecord.days_of_silence{source=ice}`."""
    return series_key(METRIC, (("source", of.name),))


def by_day(of: Watched) -> Iterator[tuple[date, int, str]]:
    """Each day from the first release to the last look: how many days after the newest release, and which that was."""
    if not of.calendar:
        return
    last = max(of.seen or of.days[-1], of.days[-1])
    named = dict(zip(of.days, (each.name for each in of.calendar), strict=True))
    for since, until in pairwise([*named, last + timedelta(days=1)]):
        for days in range((until - since).days):
            yield since + timedelta(days=days), days, named[since]


def as_object(of: Watched, *, daily: bool) -> dict[str, Any]:
    """One element of `onrecord due --json`: a stable interface. Each silence names the release that it follows."""
    named = {each.day: each for each in of.calendar}
    made: dict[str, Any] = {"publisher": of.name, "series": key_of(of), "seen": of.seen, "due": due(of.expected)}
    if daily:
        return made | {"days": [{"day": day, "value": days, "release": name} for day, days, name in by_day(of)]}
    return made | {
        "silences": [
            {
                "since": each.since,
                "until": each.until,
                "days": each.days,
                "stages": list(each.reached),
                "release": named[each.since].name,
                "sha256": named[each.since].sha256,
                "held_here": named[each.since].release is not None,
            }
            for each in of.silences()
        ]
    }


def due(expected: Expected | None) -> dict[str, Any] | None:
    """When the stages of the present silence begin, and how that is known."""
    if expected is None:
        return None
    names = ("since", "due", "late", "silent", "because")
    return {name: getattr(expected, name) for name in names}


def _print(of: Watched, law: Law | None) -> None:
    named = {each.day: each.name + ("" if each.release else " (not held here)") for each in of.calendar}
    rows = [
        (each.since, each.until or "lasts", each.days, ", ".join(each.reached), named[each.since])
        for each in of.silences()
    ]
    console().print(show.table(key_of(of), ("since", "until", "days", "stages", "release"), rows))
    expected = of.expected
    if expected is None:
        say(f"{of.publisher}: nothing is expected now.")
    else:
        say(
            f"{of.publisher}: since {expected.since}; due from {expected.due} on, late from {expected.late}, "
            f"silent from {expected.silent} ({expected.because})."
        )
    if law:
        say(law.sentence)
