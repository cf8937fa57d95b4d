"""`onrecord verdicts`: one line a claim: right when it was made, right with hindsight, and how things stand now."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich.console import Console

from alerts.forms.verdicts import ANSWERS
from alerts.messages.words.figures_told import off_stated
from alerts.messages.words.measured_figure import amount
from alerts.source_states import Standing
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import washington_day
from flows.configuration.settings import load_settings
from flows.fetching.source_states import as_object, stands
from flows.show import formats, printing
from flows.show.read_only import database
from storage.write import claim_versions, ledger


def verdicts(now: datetime, limit: int | None, *, as_json: bool) -> None:
    """Print the newest verdicts of every claim, each with the age of its newest figure."""
    with database(load_settings()) as connection:
        rows = ledger.verdicts(connection, history=False)
        texts = claim_versions.versions(connection, {row["claim_id"] for row in rows})
        known = stands(connection)
    claims = printing.limited(list(dict.fromkeys(row["claim_id"] for row in rows)), limit)
    if as_json:
        shown = [row for row in rows if row["claim_id"] in claims]
        printing.print_json([formats.verdict_object(row) | {"sources": leant_on(row, known)} for row in shown])
        return
    with printing.page() as console:
        print_verdicts(rows, texts, now, limit, console)


def leant_on(row: Mapping[str, Any], known: Mapping[str, Standing]) -> list[dict[str, Any]]:
    """The sources of a verdict's figures: in what state each is, and how old the newest of its figures was when
    it was judged.
    """
    newest: dict[str, str] = {}
    for piece in row["evidence"]:
        source = METRICS[metric_of(piece["series"])].source
        newest[source] = max(newest.get(source, ""), str(piece["period_end"] or ""))
    return [
        {
            "source": source,
            **(as_object(known.get(source)) or {"state": "not looked at", "since": None, "evidence": ""}),
            "newest_day": day or None,
            "age_days": (washington_day(row["as_of"]) - date.fromisoformat(day)).days if day else None,
        }
        for source, day in sorted(newest.items())
    ]


def print_verdicts(
    rows: Sequence[Mapping[str, Any]],
    texts: Mapping[str, Mapping[str, str]],
    now: datetime,
    limit: int | None,
    console: Console,
) -> None:
    """A line for each claim. `texts` are the versions of the claims' files that were judged on, by their sha256."""
    by_claim: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        by_claim.setdefault(row["claim_id"], {})[row["answer"]] = row
    lines = []
    for claim, answers in by_claim.items():
        at_claim, revised, standing = (answers.get(answer) for answer in ANSWERS)
        unit = _unit(standing, texts[claim])
        stands = f"{_state(standing)} {_deviation(standing, unit)}".rstrip()
        lines.append((claim, _state(at_claim), _state(revised), stands, _age(standing, now), _figure(standing, unit)))
    columns = ("claim", "when made", "with hindsight", "now", "age", "figure now")
    printing.table(
        console, f"Verdicts ({len(lines)})", columns, lines, optional=("figure now",), one_line=True, limit=limit
    )
    printing.say(console, "onrecord verdicts CLAIM says what moved one, and on which cells it rests.")


def _unit(row: Mapping[str, Any] | None, texts: Mapping[str, str]) -> str:
    """What the claim's number counts, from the version of its file that was judged on.

    Read as text alone: to load the claims costs more time than all the rest of the command.
    """
    if row is None or row["measured"] is None:
        return ""
    return str(tomllib.loads(texts[row["claim_sha256"]])["test"]["unit"])


def _state(row: Mapping[str, Any] | None) -> str:
    return row["state"].replace("_", " ") if row else ""


def _deviation(row: Mapping[str, Any] | None, unit: str) -> str:
    """How far the newest figure is from the claim's."""
    return off_stated(row["measured"], row["deviation"], unit) if row and row["deviation"] is not None else ""


def newest_day(row: Mapping[str, Any]) -> date | None:
    """The last day that the figures in the evidence of a verdict are about."""
    days = [str(piece["period_end"]) for piece in row["evidence"] if piece["period_end"]]
    return date.fromisoformat(max(days)) if days else None


def _age(row: Mapping[str, Any] | None, now: datetime) -> str:
    """How long ago the last day was that the figures of a verdict are about."""
    if row is None or row["measured"] is None:
        return ""
    day = newest_day(row)
    return formats.days_ago(day, now) or "not stated"


def _figure(row: Mapping[str, Any] | None, unit: str) -> str:
    """The newest figure, and whose it is where another publisher stands in."""
    if row is None or row["measured"] is None:
        return ""
    stand_in = [piece["series"].partition(".")[0] for piece in row["evidence"] if piece.get("role") == "stands_in"]
    return amount(row["measured"], unit) + (f", {stand_in[0].upper()} stands in" if stand_in else "")
