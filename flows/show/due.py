"""`onrecord due`: days of silence as a series of its own, read from releases and looks, and what is due next."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from rich.console import Console

from checks.sources.lateness import Expected
from figures.naming import or_nearest
from figures.publication import Law
from figures.records import series_key
from figures.registry import PUBLISHERS, SOURCES
from flows.configuration.publication_settings import laws
from flows.configuration.settings import SettingsError, load_settings
from flows.lateness import Watched, watched
from flows.show import printing
from flows.show.printing import say
from flows.show.read_only import database

METRIC = "onrecord.days_of_silence"


def silence(name: str, limit: int | None = None, *, daily: bool, as_json: bool) -> int:
    """Print the silences of a publisher, or of all, oldest first; with `daily` the days of silence of each day."""
    if name and name not in PUBLISHERS:
        known = f"there are {', '.join(PUBLISHERS)}"
        raise SettingsError(f"{name} is no publisher{or_nearest(name, PUBLISHERS)}; {known}")
    settings = load_settings()
    with database(settings) as connection:
        sources = [SOURCES[id_] for id_ in settings.enabled()]
        found = [each for each in watched(connection, sources) if name in ("", each.name)]
    if as_json:
        printing.print_json([as_object(each, limit, daily=daily) for each in found])
        return 0
    with printing.page() as console:
        for number, each in enumerate(found):
            if number:
                say(console)
            if daily:
                columns = ("day", "days of silence", "since")
                printing.table(console, key_of(each), columns, by_day(each), limit=limit, newest_last=True)
            else:
                _print(each, laws(settings.publication).get(each.name), limit, console)
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


def as_object(of: Watched, limit: int | None = None, *, daily: bool) -> dict[str, Any]:
    """One element of `onrecord due --json`: a stable interface. Each silence names the release that it follows."""
    named = {each.day: each for each in of.calendar}
    made: dict[str, Any] = {"publisher": of.name, "series": key_of(of), "seen": of.seen, "due": due(of.expected)}
    if daily:
        shown = printing.limited(list(by_day(of)), limit, newest_last=True)
        return made | {"days": [{"day": day, "value": days, "release": name} for day, days, name in shown]}
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
            for each in printing.limited(of.silences(), limit, newest_last=True)
        ]
    }


def due(expected: Expected | None) -> dict[str, Any] | None:
    """When the stages of the present silence begin, and how that is known."""
    if expected is None:
        return None
    names = ("since", "due", "late", "silent", "because")
    return {name: getattr(expected, name) for name in names}


def _print(of: Watched, law: Law | None, limit: int | None, console: Console) -> None:
    named = {each.day: each.name + ("" if each.release else " (not held here)") for each in of.calendar}
    rows = [
        (each.since, each.until or "lasts", each.days, ", ".join(each.reached), named[each.since])
        for each in of.silences()
    ]
    columns = ("since", "until", "days", "stages", "release")
    printing.table(console, key_of(of), columns, rows, limit=limit, newest_last=True)
    expected = of.expected
    if expected is None:
        say(console, f"{of.publisher}: nothing is expected now.")
    else:
        say(
            console,
            f"{of.publisher}: since {expected.since}; due from {expected.due} on, late from {expected.late}, "
            f"silent from {expected.silent} ({expected.because}).",
        )
    if law:
        say(console, law.sentence)
