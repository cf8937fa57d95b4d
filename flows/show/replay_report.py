"""`onrecord replay`: the alerts of the past as words, and what other tolerances would have made of them. Only reads."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from alerts.claims.model import Claim, ClaimError
from alerts.messages.invisible_characters import harmless
from alerts.messages.rendering import as_text
from alerts.messages.words.state_words import state_said
from figures.naming import meant
from figures.periods import end_of_day, spoken, washington_day
from flows.configuration.settings import load_settings
from flows.judging.hindsight import known_then
from flows.judging.replay import Measured, Told, alerts, moments, sweep
from flows.pipeline import usable_claims
from flows.show import printing, read_only

LISTED = "`onrecord claims` lists them by id"


def run(
    since: date,
    until: date | None,
    claim: str,
    now: datetime,
    limit: int | None = None,
    *,
    as_sweep: bool,
    full: bool,
    as_json: bool,
) -> None:
    """Print what would have been told from a day to another (today when left out), both included."""
    settings = load_settings()
    claims = _chosen(usable_claims(settings), claim)
    start = end_of_day(since - timedelta(days=1)) + timedelta(microseconds=1)
    end = min(end_of_day(until), now) if until else now
    if start >= end:
        raise ClaimError(
            f"nothing lies between {spoken(since)} and {spoken(washington_day(end))}; --from is the earlier"
        )
    with read_only.database(settings) as connection:
        played = moments(known_then(connection, claims, end), claims)
    if as_sweep:
        _print_sweep(sweep(played, start, end), since, end, limit, as_json=as_json)
        return
    told = alerts(played, start)
    shown = printing.limited(told, limit, newest_last=True)
    if as_json:
        printing.print_json([_object(each) for each in shown])
        return
    with printing.page() as console:
        for line in _lines(shown, full=full):
            printing.say(console, line)
        printing.left_out(console, len(told) - len(shown), newest_last=True)
        words = f"{len(told)} alert{'s' * (len(told) != 1)}" if told else "No alert"
        span = f"from {spoken(since)} to {spoken(washington_day(end))}"
        printing.say(
            console, f"{words} {span}, each on what was known that day. Nothing was sent, nothing was written."
        )


def _chosen(claims: Sequence[Claim], wanted: str) -> list[Claim]:
    if not wanted:
        return list(claims)
    name = meant(wanted, [claim.id for claim in claims], f"No claim {wanted!r} is on record", LISTED)
    return [claim for claim in claims if claim.id == name]


def _lines(told: Sequence[Told], *, full: bool) -> list[str]:
    lines: list[str] = []
    day = None
    for each in told:
        if washington_day(each.as_of) != day:
            day = washington_day(each.as_of)
            lines += ["", f"{spoken(day)}"] if lines else [f"{spoken(day)}"]
        lines += [f"  {line}".rstrip() for line in (as_text(each.message).splitlines() if full else _short(each))]
    return [*lines, ""] if lines else []


def _short(told: Told) -> list[str]:
    lines = [f"{told.message.severity}: {harmless(told.message.subject)}"]
    for news in told.news:
        before, now = state_said(news.before), state_said(news.verdict.state)
        title = f"{harmless(news.claim.words.title)}: " if len(told.news) > 1 else ""
        moved = f"it still {now}" if before == now else f"before: {before}; now: {now}"
        lines.append(f"  {title}{harmless(news.verdict.words)}; {moved}")
    return [*lines, f"  key: {told.message.key}"]


def _object(told: Told) -> dict[str, Any]:
    return {
        "day": washington_day(told.as_of),
        "as_of": told.as_of,
        "key": told.message.key,
        "severity": told.message.severity,
        "subject": told.message.subject,
        "news": [
            {
                "claim": news.claim.id,
                "answer": news.verdict.answer,
                "change": news.change,
                "before": news.before,
                "state": news.verdict.state,
                "measured": news.verdict.measured,
                "words": news.verdict.words,
            }
            for news in told.news
        ],
    }


def _print_sweep(measured: Sequence[Measured], since: date, end: datetime, limit: int | None, *, as_json: bool) -> None:
    if as_json:
        printing.print_json([_measured_object(each) for each in printing.limited(measured, limit)])
        return
    title = f"Other tolerances, {spoken(since)} to {spoken(washington_day(end))}, on what was known on each day"
    columns = ("setting", "alerts", "a year", "departures told", "days until told", "longest", "soon taken back")
    rows = [
        (
            each.setting.name,
            each.alerts,
            f"{each.alerts_a_year:.1f}",
            f"{len(each.delays)} of {each.departures}",
            "" if each.usual_delay is None else f"{each.usual_delay:g}",
            max(each.delays, default=""),
            each.taken_back,
        )
        for each in measured
    ]
    with printing.page() as console:
        printing.table(console, title, columns, rows, limit=limit)
        printing.say(
            console,
            "A departure: a claim's figures leave what its wording accepts. Days until told: from there to the first "
            "alert, the middle one of all. Soon taken back: within 60 days the figures came nearer again, and that was "
            "told.",
        )


def _measured_object(each: Measured) -> dict[str, Any]:
    return {
        "setting": each.setting.name,
        "alerts": each.alerts,
        "alerts_a_year": round(each.alerts_a_year, 3),
        "departures": each.departures,
        "delays": list(each.delays),
        "taken_back": each.taken_back,
    }
