"""`onrecord verdicts --history`: every change of every answer, what moved it, and what was said of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts.claims.model import Claim
from alerts.forms.causes import TITLES
from alerts.forms.hysteresis import Rules, rules_of
from alerts.forms.verdicts import ANSWERS
from alerts.messages.words.figures_told import interval, off_stated
from alerts.messages.words.flips import next_flip
from alerts.messages.words.measured_figure import amount
from figures.naming import meant
from figures.periods import spoken, washington_day
from flows.configuration.settings import load_settings
from flows.pipeline import usable_claims
from flows.show import formats, printing
from flows.show.formats import when
from flows.show.read_only import database
from flows.show.verdict_list import newest_day
from storage.read import catalogue
from storage.write import ledger, message_contents

QUESTIONS: Mapping[str, str] = {
    "at_claim": "at claim: was it right on what was published then?",
    "revised": "revised: was it right with hindsight?",
    "standing": "standing: does the world still look like that?",
}


def history(claim: str, now: datetime, limit: int | None = None, *, as_json: bool) -> None:
    """Print the history of one claim or of all, and how old the newest figure of each last answer is.

    Raises UnknownNameError where nothing is recorded of the claim, or several begin so.
    """
    with database(load_settings()) as connection:
        if claim:
            known = catalogue.judged_claims(connection)
            claim = meant(claim, known, f"No verdict on {claim!r} is recorded", "`onrecord claims` lists the claims")
        rows = ledger.every_verdict(connection, claim)
        said = message_contents.of_claims(connection, {row["claim_id"] for row in rows})
    claims = {each.id: each for each in usable_claims(load_settings())}
    if as_json:
        printing.print_json(printing.limited(history_objects(rows, claims, said), limit, newest_last=True))
        return
    with printing.page() as console:
        for line in history_lines(rows, claims, said, now, limit):
            printing.say(console, line)


def _replaced(rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """The rows for whose instant a later one is recorded."""
    last = {(row["claim_id"], row["answer"], row["as_of"]): row["id"] for row in rows}
    return {row["id"] for row in rows} - set(last.values())


def _unit(claims: Mapping[str, Claim], claim: str) -> str:
    return claims[claim].words.test.unit if claim in claims else ""


def _rules(claims: Mapping[str, Claim], claim: str) -> Rules:
    return rules_of(claims[claim].words.test.form if claim in claims else "")


def history_objects(
    rows: Sequence[Mapping[str, Any]], claims: Mapping[str, Claim], said: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    replaced = _replaced(rows)
    keep = ("claim_sha256", "edition", "size", "nearness", "calm", "told", "moved_by", "cause")
    return [
        {
            **formats.verdict_object(row),
            **{name: row[name] for name in keep},
            "replaced": row["id"] in replaced,
            "next_flip": next_flip(row, _unit(claims, row["claim_id"]), _rules(claims, row["claim_id"])),
            "told_in": [_told_object(each) for each in said if _is_of(each, row)],
        }
        for row in rows
    ]


def _is_of(notice: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return all(notice[name] == row[name] for name in ("claim_id", "answer", "as_of"))


def _told_object(notice: Mapping[str, Any]) -> dict[str, Any]:
    return {name: notice[name] for name in ("key", "quiet", "change", "undone_at", "undone_because", "correction")}


def history_lines(
    rows: Sequence[Mapping[str, Any]],
    claims: Mapping[str, Claim],
    said: Sequence[Mapping[str, Any]],
    now: datetime,
    limit: int | None = None,
) -> list[str]:
    """The history in words, claim by claim, answer by answer, in order of time; of each answer the newest `limit`."""
    lines: list[str] = []
    replaced = _replaced(rows)
    for name in dict.fromkeys(row["claim_id"] for row in rows):
        claim = claims.get(name)
        lines += (
            [name, f"  “{claim.words.quote}” {claim.words.speaker}, {spoken(claim.words.said_on)}"] if claim else [name]
        )
        for answer in ANSWERS:
            mine = [row for row in rows if row["claim_id"] == name and row["answer"] == answer]
            mine = list(printing.limited(mine, limit, newest_last=True))
            if mine:
                lines += ["", f"  {QUESTIONS[answer]}"]
                of_it = [n for n in said if n["claim_id"] == name]
                lines += _of_answer(mine, replaced, of_it, claims.get(name), now)
        lines.append("")
    return lines


def _of_answer(
    rows: Sequence[Mapping[str, Any]],
    replaced: set[int],
    said: Sequence[Mapping[str, Any]],
    claim: Claim | None,
    now: datetime,
) -> list[str]:
    lines: list[str] = []
    unit, rules = (claim.words.test.unit, rules_of(claim.words.test.form)) if claim else ("", rules_of(""))
    for row in rows:
        gone = "  (judged again later, see below)" if row["id"] in replaced else ""
        lines.append(f"    {spoken(washington_day(row['as_of']))}  {_state(row)}{gone}")
        lines += [f"      {line}" for line in _of_row(row, said, unit)]
    last = rows[-1]
    if day := newest_day(last):
        lines.append(f"      the newest figure is of {formats.aged(day, now)}")
    lines += [f"      {_reading(reading, unit)}" for reading in last["readings"]]
    if flip := next_flip(last, unit, rules):
        lines.append(f"    Next: {flip}")
    return lines


def _of_row(row: Mapping[str, Any], said: Sequence[Mapping[str, Any]], unit: str) -> list[str]:
    """What was measured, what moved it, the cells that it rests on, and what was said of it."""
    lines = _measured(row, unit)
    if words := (row["cause"] or {}).get("words"):
        lines.append(f"moved by {TITLES.get(row['moved_by'], row['moved_by'])}: {words}")
    lines += _cells(row)
    return lines + [line for notice in said if _is_of(notice, row) for line in _told(notice)]


def _state(row: Mapping[str, Any]) -> str:
    state, under = row["state"].replace("_", " "), row["underlying"].replace("_", " ")
    return state if state == under or not under else f"{state}, {under} underneath"


def _measured(row: Mapping[str, Any], unit: str) -> list[str]:
    if row["measured"] is None:
        return [row["words"]] if row["words"] else []
    parts = [f"accepted {interval(row['accept_low'], row['accept_high'], unit)} ({row['rule']})"]
    if row["deviation"] is not None:
        parts.append(f"{off_stated(row['measured'], row['deviation'], unit)} against the stated value")
    if row["gap"]:
        size = f"{abs(row['gap']):.3f}" if unit == "ratio" else amount(abs(row["gap"]), unit)
        size = f"{abs(row['gap']):.1f} points" if unit == "percent" else size
        parts.append(f"{size} outside")
    if row["z"] is not None:
        parts.append(f"{row['z']:+.1f} usual movements (z)")
    return [row["words"], "; ".join(parts)]


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [
        f"{'second witness' if piece.get('role') == 'second_witness' else 'cell'} {piece['locator']} of {piece['file']}"
        f" = {formats.number(piece['value'])} (sha256 {piece['sha256'][:12]})"
        for piece in row["evidence"]
    ]


def _told(notice: Mapping[str, Any]) -> list[str]:
    how = f"kept quiet ({notice['quiet']})" if notice["quiet"] else "told"
    lines = [f"{how}: {notice['key']}"]
    if notice["undone_at"]:
        by = f"corrected by {notice['correction']}" if notice["correction"] else "nobody had got it: withdrawn"
        lines.append(f"undone {when(notice['undone_at'])}, {by}. {notice['undone_because']}")
    return lines


def _reading(reading: Mapping[str, Any], unit: str) -> str:
    """One of the readings side by side: which wording it answers, its figure and its own state."""
    return (
        f"read as {reading['name']}{_answers(reading['name'])}: {amount(reading['measured'], unit)}, "
        f"{reading['formula']}; {reading['state'].replace('_', ' ')}"
    )


def _answers(name: str) -> str:
    if name.startswith("since"):
        return ' (cumulative, answers "so far")'
    return ' (interval, answers "by now")' if name.startswith("newest") else ""
