"""`onrecord series`: the metrics with counts, the series that hold a word, every vintage of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts.claims.series_search import series_about
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.naming import UnknownNameError, or_nearest
from figures.periods import end_of_day
from flows.configuration.settings import load_settings
from flows.show import formats, printing
from flows.show.read_only import database
from storage.engine import Transaction
from storage.read import catalogue, vintages

MOST_FOUND = 40  # of what is found by words so many are shown where no limit is given


def series(word: str, as_of: datetime | None, now: datetime, limit: int | None, *, as_json: bool) -> None:
    """Print the metrics; with part of a name the series that hold it; with a whole one its vintages.

    The last day of each stands with how old it is. Raises UnknownNameError, naming the nearest, where nothing holds the
    word.
    """
    with database(load_settings()) as connection:
        if not word:
            _metrics(connection, now, limit, as_json=as_json)
            return
        listed = catalogue.series_list(connection, word)
        if any(entry["key"] == word for entry in listed):
            _vintages(connection, word, as_of, now, limit, as_json=as_json)
            return
        if not listed:
            raise _nothing(connection, word)
    if as_json:
        printing.print_json([_with_age(entry, now) for entry in printing.limited(listed, limit)])
        return
    columns = ("key", "unit", "figures", "first", "last", "age")
    rows = [_counted(entry, columns, now) for entry in listed]
    with printing.page() as console:
        printing.table(console, f"Series ({len(listed):,})", columns, rows, limit=limit)


def found(words: str, now: datetime, limit: int | None, *, as_json: bool) -> None:
    """Print the series that are about all of some words, the plainest first.

    Raises UnknownNameError where none is.
    """
    with database(load_settings()) as connection:
        entries = {entry["key"]: entry for entry in catalogue.series_list(connection)}
    listed = [entries[key] for key in series_about(words, entries)]
    if not listed:
        raise UnknownNameError(f"No series is about {words!r}; {catalogue.ALL_LISTED}.")
    shown = MOST_FOUND if limit is None else limit
    if as_json:
        printing.print_json([_with_age(entry, now) for entry in listed[:shown]])
        return
    rows = [
        (each["key"], METRICS[metric_of(each["key"])].meaning, each["last"], formats.days_ago(each["last"], now))
        for each in listed
    ]
    with printing.page() as console:
        printing.table(console, f"Series ({len(listed):,})", ("key", "what it is", "last", "age"), rows, limit=shown)


def _metrics(connection: Transaction, now: datetime, limit: int | None, *, as_json: bool) -> None:
    listed = catalogue.metrics_list(connection)
    if as_json:
        printing.print_json([_with_age(entry, now) for entry in printing.limited(listed, limit)])
        return
    columns = ("metric", "unit", "series", "figures", "first", "last", "age")
    rows = [_counted(entry, columns, now) for entry in listed]
    with printing.page() as console:
        kept = ("unit", "first")
        printing.table(console, f"Metrics ({len(listed)})", columns, rows, optional=kept, one_line=True, limit=limit)
        printing.say(console, "onrecord series METRIC lists the series of one, onrecord series KEY every vintage.")


def _with_age(entry: Mapping[Any, Any], now: datetime) -> dict[Any, Any]:
    return {**entry, "age_days": formats.age_days(entry["last"], now)}


def _counted(entry: Mapping[Any, Any], columns: Sequence[str], now: datetime) -> list[object]:
    shown = {**entry, "age": formats.days_ago(entry["last"], now)}
    return [f"{shown[name]:,}" if isinstance(shown[name], int) else shown[name] for name in columns]


def _vintages(
    connection: Transaction, key: str, as_of: datetime | None, now: datetime, limit: int | None, *, as_json: bool
) -> None:
    """Every vintage; with `as_of` ages are those of the end of that day."""
    now = end_of_day(as_of.date()) if as_of else now
    figures = vintages.history(connection, [key], now if as_of else None)
    if as_json:
        shown = printing.limited(figures, limit, newest_last=True)
        printing.print_json(
            [formats.figure_object(f) | {"age_days": formats.age_days(f.period.end, now)} for f in shown]
        )
        return
    with printing.page() as console:
        formats.print_vintages(figures, now, console, limit)


def _nothing(connection: Transaction, word: str) -> UnknownNameError:
    """No series holds the word: the nearest series where it is written like one, else the nearest metrics."""
    if "{" in word:
        return catalogue.unknown_series(connection, word)
    metrics = [entry["metric"] for entry in catalogue.metrics_list(connection)]
    return UnknownNameError(f"No series holds {word!r}{or_nearest(word, metrics)}; {catalogue.ALL_LISTED}.")
