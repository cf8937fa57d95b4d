"""The page docs/claims.md: every claim on record with its three answers on what is stored, or the reason for none."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from alerts.claims.model import Claim
from alerts.claims.scopes import why_it_stands_in
from alerts.forms.derived_series import DERIVED
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Knowledge
from alerts.forms.hysteresis import rules_of, step
from alerts.forms.verdicts import ANSWERS, Verdict
from alerts.messages.words.figures_told import interval
from alerts.messages.words.measured_figure import amount
from figures.periods import spoken, washington_day
from flows.configuration.settings import load_settings
from flows.judging.judge import gather
from flows.pipeline import usable_claims
from flows.show.formats import aged, newest_day
from flows.show.read_only import database

ASKS = {
    "at_claim": "right on what was published then?",
    "revised": "right with hindsight?",
    "standing": "does the world still look like that?",
}


def print_page() -> None:
    """As known when the newest stored release was published: the page changes with the figures, not with the clock."""
    settings = load_settings()
    claims = usable_claims(settings)
    with database(settings) as connection:
        knowledge = gather(connection, claims)
    as_of = max((release.known_at for release in knowledge.releases), default=datetime.min.replace(tzinfo=UTC))
    sys.stdout.write(as_markdown(claims, knowledge, as_of) + "\n")


def as_markdown(claims: Sequence[Claim], knowledge: Knowledge, as_of: datetime) -> str:
    """The page. The same claims and figures make the same page, to the letter, whenever it is made."""
    releases = knowledge.at(as_of).released()
    judged = [(claim, _answers(claim, knowledge, as_of)) for claim in claims]
    newest = f"; the newest is of {spoken(washington_day(releases[-1].known_at))}" if releases else ""
    lines = [
        "# Claims on record and how they stand",
        "",
        "Made by `onrecord claims page`. How a claim is judged: [claim-semantics.md](claim-semantics.md); how its file "
        "is written: [claims-files.md](claims-files.md). TRAC: Transactional Records Access Clearinghouse, "
        "<https://tracreports.org>.",
        "",
        f"{len(claims)} claims on {len(releases)} releases{newest}. How old a figure is stands as of "
        f"{spoken(washington_day(as_of))}."
        if releases
        else f"{len(claims)} claims on no releases.",
        "",
        "| claim | form | said | at claim | revised | standing |",
        "|---|---|---|---|---|---|",
        *(_row(claim, verdicts) for claim, verdicts in judged),
        "",
        *(line for claim, verdicts in judged for line in _section(claim, verdicts, _disputing(claim, claims), as_of)),
        *_derived(),
    ]
    return "\n".join(lines).rstrip()


def _answers(claim: Claim, knowledge: Knowledge, as_of: datetime) -> list[Verdict]:
    """The three answers; how the world stands is where the claim has come to, edition by edition."""
    verdicts = [evaluate(claim, answer, knowledge, as_of) for answer in ANSWERS]
    position, rules = None, rules_of(claim.words.test.form)
    instants = {r.known_at for r in knowledge.released() if claim.on_record_at < r.known_at <= as_of}
    for instant in (claim.on_record_at, *sorted(instants)):
        position = step(position, evaluate(claim, "standing", knowledge, instant), rules).position
    now = verdicts[-1]
    if position and position.state != now.state:
        alone = f"by these figures alone {now.state.replace('_', ' ')}: nearer after two files in a row that say so"
        held_to = f"{now.words.rstrip('.')} ({alone})"
        verdicts[-1] = replace(now, state=position.state, words=held_to)
    return verdicts


def _row(claim: Claim, verdicts: Iterable[Verdict]) -> str:
    states = (verdict.state.replace("_", " ") for verdict in verdicts)
    cells = (f"[{claim.id}](#{claim.id})", claim.words.test.form.replace("_", " "), claim.words.said, *states)
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _disputing(claim: Claim, claims: Iterable[Claim]) -> list[str]:
    """The claims that deny this one."""
    return [other.id for other in claims if claim.id in other.words.test.disputed]


def _section(claim: Claim, verdicts: Sequence[Verdict], disputed_by: Sequence[str], as_of: datetime) -> list[str]:
    words, unit = claim.words, claim.words.test.unit
    said = f"“{_cell(words.quote)}”" if words.quote else f"In substance: {_cell(words.substance)}"
    why = f" ({because})" if (because := why_it_stands_in(words.test.series, words.covers)) else ""
    link = words.source.replace("<", "%3C").replace(">", "%3E")
    lines = [
        f"## {claim.id}",
        "",
        f"{said} ({_cell(words.quote_form)}). {_cell(words.speaker)}, {words.said}: [source](<{link}>).",
        "",
        f"*Counts:* {words.covers}; {words.testability}{why}. {_cell(words.caveat)}",
        *([f"*On record:* {_cell(' '.join(words.life_words))}"] if words.life_words else []),
        *([f"*Not verified:* {_cell('; '.join(words.unverified))}."] if words.unverified else []),
        *([f"*Disputed by:* {', '.join(f'[{other}](#{other})' for other in disputed_by)}."] if disputed_by else []),
        "",
        "| answer | state | measured | accepted | d | r | z | formula | rests on |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_answer(verdict, unit) for verdict in verdicts),
        "",
        *_age(verdicts[-1], as_of),
        *(f"* {verdict.answer.replace('_', ' ')}: {_cell(verdict.words)}" for verdict in verdicts),
    ]
    return [*lines, *_readings(verdicts, unit), ""]


def _readings(verdicts: Sequence[Verdict], unit: str) -> list[str]:
    """The readings side by side, once each."""
    readings = dict.fromkeys(
        f"* {_cell(each.name)}: {amount(each.measured, unit)}, {each.state.replace('_', ' ')}: {_cell(each.formula)}"
        for verdict in verdicts
        for each in verdict.readings
    )
    return ["", "Readings:", "", *readings] if readings else []


def _age(standing: Verdict, as_of: datetime) -> list[str]:
    """How old the newest figure is that says how things stand."""
    day = newest_day(standing.evidence)
    return [f"* The newest figure is of {aged(day, as_of)}."] if day else []


def _answer(verdict: Verdict, unit: str) -> str:
    measured = amount(verdict.measured, unit) if verdict.measured is not None else ""
    accepted = interval(verdict.accept_low, verdict.accept_high, unit) if verdict.measured is not None else ""
    rule = f"{accepted} ({verdict.rule})" if accepted else ""
    cells = (
        verdict.answer.replace("_", " "),
        verdict.state.replace("_", " "),
        measured,
        rule,
        "" if verdict.difference is None else f"{verdict.difference:+,.{0 if abs(verdict.difference) >= 100 else 3}f}",
        "" if verdict.deviation is None else f"{verdict.deviation:+.1%}",
        "" if verdict.z is None else f"{verdict.z:.1f}",
        verdict.formula,
        "; ".join(
            dict.fromkeys(f"{f.release_name} {f.locator.partition('!')[2] or f.locator}" for f in verdict.evidence)
        ),
    )
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _derived() -> list[str]:
    rows = [
        (
            each.id,
            each.meaning,
            ", ".join(each.of),
            each.rule,
            ", ".join(f"{days} days {cv:.1%}" for days, cv in each.variation) or "the claim's own",
        )
        for each in DERIVED.values()
    ]
    return [
        "## Derived series",
        "",
        "What nobody publishes and what follows from what is: the cells are those of the figures it is made of.",
        "",
        "| series | meaning | made of | rule | usual variation |",
        "|---|---|---|---|---|",
        *("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows),
    ]


def _cell(value: str) -> str:
    """A text from outside as a cell: it ends neither the cell nor the line, and is no markup."""
    return " ".join(value.split()).replace("|", "\\|").replace("<", "&lt;")
