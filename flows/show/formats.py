"""Figures, values and instants as the commands that only read show them. Imports neither Prefect nor pandas."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from rich.console import Console

from alerts.messages.invisible_characters import defused as defused
from alerts.messages.words.figures_told import KNOWN_BY
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import spoken, washington_day
from figures.records import Figure
from flows.show import printing
from storage.read.journal import StoredFinding, scope_of


def number(value: float | None) -> str:
    """A value without needless digits: whole counts bare, everything else exactly."""
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def printable(text: str) -> str:
    """A text from outside as a terminal may show it: nothing in it acts."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def when(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if moment else "never"


def age_days(day: date | None, now: datetime) -> int | None:
    """How many days ago a day was, in Washington by a clock; None where no day is stated."""
    return (washington_day(now) - day).days if day else None


def days_ago(day: date | None, now: datetime) -> str:
    """`90 days`, the column beside a newest day; "" where none is stated."""
    days = age_days(day, now)
    if days is None:
        return ""
    return "not over yet" if days < 0 else "1 day" if days == 1 else f"{days} days"


def aged(day: date | None, now: datetime) -> str:
    """A day with how long ago it was: `2026-08-31 (90 days old)`. What is newest is never shown without."""
    ago = days_ago(day, now)
    return f"{day} ({ago} old)" if ago[:1].isdigit() else f"{day} ({ago})" if ago else ""


def newest_day(figures: Iterable[Figure]) -> date | None:
    """The last day that any of some figures is about: those with a number that are not held."""
    days = (f.period.end for f in figures if f.value is not None and not f.held)
    return max(filter(None, days), default=None)


def scope_words(finding: StoredFinding) -> str:
    """What a hold keeps back, as a terminal may show it."""
    return printable(scope_of(finding))


def verdict_object(row: Mapping[str, Any]) -> dict[str, Any]:
    """One element of `onrecord verdicts --json`: a stable interface."""
    keep = (
        "claim",
        "answer",
        "as_of",
        "state",
        "measured",
        "accept_low",
        "accept_high",
        "gap",
        "deviation",
        "evidence",
    )
    full = {**row, "claim": row["claim_id"]}
    return {name: full[name] for name in keep} | {
        name: full[name] for name in ("z", "rule", "words", "readings", "underlying", "recorded_at")
    }


def figure_object(figure: Figure) -> dict[str, Any]:
    """A figure with all that is needed to walk back to the cell."""
    return {
        "series": figure.series,
        "period_kind": figure.period.kind,
        "period_start": figure.period.start,
        "period_end": figure.period.end,
        "value": figure.value,
        "unit": figure.unit,
        "status": figure.status,
        "held": figure.held,
        "raw": figure.raw,
        "locator": figure.locator,
        "period_locator": figure.period_locator,
        "file": figure.release_name,
        "sha256": figure.sha256,
        "url": figure.url,
        "known_at": figure.known_at,
        "known_by": figure.known_by,
        "attribution": credit(figure),
    }


def credit(figure: Figure) -> str:
    """How the publisher is to be named beside the figure, with its day; "" where none asks for it."""
    named = METRICS[metric_of(figure.series)].credit
    day = f"as of {spoken(figure.period.end)}" if figure.period.end else "as of a day that is not stated"
    return f"{named}, {day}" if named else ""


def print_vintages(figures: Sequence[Figure], now: datetime, console: Console, limit: int | None = None) -> None:
    """A line for each vintage, and how old the newest figure was at `now`."""
    rows = [
        (
            period_words(figure),
            f"{number(figure.value)} {_standing(figure)}".strip(),
            washington_day(figure.known_at),
            figure.release_name,
            figure.locator,
        )
        for figure in figures
    ]
    title = f"{figures[0].series} ({figures[0].unit})" if figures else "no figures"
    columns = ("period", "value", "known since", "file", "cell")
    printing.table(console, title, columns, rows, limit=limit, newest_last=True)
    if day := newest_day(figures):
        printing.say(console, f"The newest figure is of {aged(day, now)}.")
    if figures and (named := METRICS[metric_of(figures[0].series)].credit):
        printing.say(console, f"Source: {named}; each figure as of the end of its period.")


def _standing(figure: Figure) -> str:
    """What a reader must know beside a value: that it is held back, or no number as reported."""
    return "held" if figure.held else "" if figure.status == "reported" else figure.status.replace("_", " ")


def period_words(figure: Figure) -> str:
    """The days that a figure is about: `2025-05-18`, `2024-10-01 to 2025-05-18`; a day that is not stated is `?`."""
    start, end = figure.period.start, figure.period.end
    return f"{end}" if start == end and end else f"{start or '?'} to {end or '?'}"


def known(figure: Figure) -> str:
    """Since when the public could read a figure; a source dated by day only is known by the end of that day."""
    to_the_minute = figure.known_by in ("fetched", "wayback")
    since = when(figure.known_at) if to_the_minute else spoken(washington_day(figure.known_at))
    return f"{since} ({KNOWN_BY[figure.known_by]})"


def print_trace(figure: Figure, archived: str, holds: Sequence[str], now: datetime, console: Console) -> None:
    """The way from a figure to the bytes, and how old it is."""
    lines = [
        ("status", "held back, not judged on" if figure.held else figure.status.replace("_", " ")),
        ("period", f"{period_words(figure)}, stated in {figure.period_locator or 'the sheet'}"),
        ("as of", aged(figure.period.end, now)),
        ("cell", f"{figure.locator} shows {figure.raw!r}"),
        ("file", figure.release_name),
        ("sha256", figure.sha256),
        ("archived as", archived),
        ("fetched from", figure.url or "handed in as a local file"),
        ("public since", known(figure)),
        ("source", credit(figure)),
        *(("held because", words) for words in holds),
    ]
    printing.say(console, f"{figure.series} = {number(figure.value) or 'no number'} {figure.unit}")
    for name, words in lines:
        if words:
            printing.say(console, f"  {name}: {words}")
    printing.say(console)
