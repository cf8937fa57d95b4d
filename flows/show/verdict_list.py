"""`onrecord verdicts`: one line a claim: right when it was made, right with hindsight, and how things stand now."""

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from alerts.forms.verdicts import ANSWERS
from alerts.messages.words.claim_sentences import amount
from alerts.messages.words.figures_told import off_stated
from flows.cli import formats, printing
from flows.cli.read_only import database
from flows.configuration.settings import load_settings
from storage.write import claim_versions, ledger


def verdicts(limit: int | None, *, as_json: bool) -> None:
    """Print the newest verdicts of every claim."""
    with database(load_settings()) as connection:
        rows = ledger.verdicts(connection, history=False)
        texts = claim_versions.versions(connection, {row["claim_id"] for row in rows})
    claims = printing.limited(list(dict.fromkeys(row["claim_id"] for row in rows)), limit)
    if as_json:
        printing.print_json([formats.verdict_object(row) for row in rows if row["claim_id"] in claims])
        return
    with printing.page() as console:
        print_verdicts(rows, texts, limit, console)


def print_verdicts(
    rows: Sequence[Mapping[str, Any]],
    texts: Mapping[str, Mapping[str, str]],
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
        now = f"{_state(standing)} {_deviation(standing, unit)}".rstrip()
        lines.append((claim, _state(at_claim), _state(revised), now, _figure(standing, unit)))
    columns = ("claim", "when made", "with hindsight", "now", "figure now")
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


def _figure(row: Mapping[str, Any] | None, unit: str) -> str:
    """The newest figure, and whose it is where another publisher stands in."""
    if row is None or row["measured"] is None:
        return ""
    stand_in = [piece["series"].partition(".")[0] for piece in row["evidence"] if piece.get("role") == "stands_in"]
    return amount(row["measured"], unit) + (f", {stand_in[0].upper()} stands in" if stand_in else "")
