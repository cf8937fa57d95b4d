"""What the commands that only read print: tables for people, JSON for programs. Imports neither Prefect nor pandas."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alerts.claims import Claim
from alerts.unseen import harmless, inert
from alerts.words import KNOWN_BY, amount, interval
from figures.metric import metric_of
from figures.metrics import METRICS
from figures.periods import spoken, washington_day
from figures.records import Figure

# Cells that a spreadsheet would take for a formula are defused with an apostrophe.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def number(value: float | None) -> str:
    """A value without needless digits: whole counts bare, everything else exactly."""
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def defused(text: str) -> str:
    """A text from outside as a spreadsheet may show it: never a formula, also behind blanks or what is not seen, and
    without what turns its letters round. Plain numbers stay as they are.
    """
    text = inert(text)
    if not text.startswith(_FORMULA) and not harmless(text).startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return "'" + text
    return text


def printable(text: str) -> str:
    """A text from outside as a terminal may show it: nothing in it acts."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def as_json(value: object) -> str:
    def plain(item: object) -> object:
        if isinstance(item, datetime | date):
            return item.isoformat()
        raise TypeError(f"{type(item).__name__} is not JSON")

    return json.dumps(value, indent=2, ensure_ascii=False, default=plain)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A rich table of plain text: nothing in a cell is taken for markup."""
    made = Table(title=escape(title), title_justify="left", header_style="bold")
    for column in columns:
        made.add_column(escape(column), overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else escape(inert(str(cell))) for cell in row))
    return made


def when(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "never"


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


def print_verdicts(rows: Sequence[Mapping[str, Any]], units: Mapping[str, str], console: Console) -> None:
    def cells(row: Mapping[str, Any]) -> Sequence[object]:
        unit = units.get(row["claim_id"], "")
        measured = amount(row["measured"], unit) if row["measured"] is not None else ""
        accepted = interval(row["accept_low"], row["accept_high"], unit) if row["measured"] is not None else ""
        deviation = f"{row['deviation']:+.1%}" if row["deviation"] is not None else ""
        state = row["state"].replace("_", " ")
        day = washington_day(row["as_of"])
        return row["claim_id"], row["answer"], day, state, measured, accepted, deviation, _rests_on(row["evidence"])

    columns = ("claim", "answer", "as of", "state", "measured", "accepted", "against claim", "by")
    console.print(table("Verdicts", columns, [cells(row) for row in rows]))


def _rests_on(evidence: Sequence[Mapping[str, Any]]) -> str:
    """Whose figures: `ICE`, `ICE, TRAC agrees`, `TRAC stands in`."""
    words = {"stands_in": "{} stands in", "second_witness": "{} agrees"}
    said = [
        words.get(piece.get("role", ""), "{}").format(piece["series"].partition(".")[0].upper()) for piece in evidence
    ]
    return ", ".join(dict.fromkeys(said))


def print_claims(claims: Sequence[Claim], console: Console) -> None:
    rows = [
        (
            claim.id,
            f"“{claim.words.quote}”" if claim.words.quote else claim.words.substance,
            claim.words.speaker,
            claim.words.said,
            claim.words.test.series or "nothing: not testable",
            _stand_in(claim),
        )
        for claim in claims
    ]
    columns = ("id", "words", "speaker", "said on", "judged by", "may stand in")
    console.print(table("Claims on record", columns, rows))


def _stand_in(claim: Claim) -> str:
    stand_in = getattr(claim.words.test, "stand_in", None)
    return f"{stand_in.series} after {stand_in.after_days} days of silence" if stand_in else ""


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


def print_vintages(figures: Sequence[Figure], console: Console) -> None:
    rows = [
        (
            f"{figure.period.start or '?'} to {figure.period.end or '?'}",
            number(figure.value),
            "held" if figure.held else figure.status,
            washington_day(figure.known_at),
            figure.release_name,
            figure.locator,
        )
        for figure in figures
    ]
    title = f"{figures[0].series} ({figures[0].unit})" if figures else "no figures"
    console.print(table(title, ("period", "value", "status", "known since", "file", "cell"), rows))
    if figures and (named := METRICS[metric_of(figures[0].series)].credit):
        console.print(f"Source: {named}; each figure as of the end of its period.", markup=False, highlight=False)


def known(figure: Figure) -> str:
    """Since when the public could read a figure; a source dated by day only is known by the end of that day."""
    to_the_minute = figure.known_by in ("fetched", "wayback")
    since = when(figure.known_at) if to_the_minute else spoken(washington_day(figure.known_at))
    return f"{since} ({KNOWN_BY[figure.known_by]})"


def print_trace(figure: Figure, archived: str, holds: Sequence[str], console: Console) -> None:
    """The way from a figure to the bytes."""
    lines = [
        ("figure", f"{figure.series} = {number(figure.value) or 'no number'} {figure.unit}"),
        ("status", "held back, not judged on" if figure.held else figure.status.replace("_", " ")),
        ("period", f"{figure.period.start} to {figure.period.end}, stated in {figure.period_locator or 'the sheet'}"),
        ("cell", f"{figure.locator} shows {figure.raw!r}"),
        ("file", figure.release_name),
        ("sha256", figure.sha256),
        ("archived as", archived),
        ("fetched from", figure.url or "handed in as a local file"),
        ("public since", known(figure)),
        *([("source", credit(figure))] if credit(figure) else []),
        *(("held because", words) for words in holds),
    ]
    for name, words in lines:
        console.print(f"{name:>13}  {words}", markup=False, highlight=False, soft_wrap=True)
    console.print("", markup=False)
