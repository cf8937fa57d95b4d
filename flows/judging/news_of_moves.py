"""A move of a claim as news: how it did when made, what was measured before, its chart, and what checks warn of."""

from dataclasses import dataclass, replace
from datetime import datetime

from alerts.claims.model import Claim
from alerts.forms.evidence import Knowledge
from alerts.forms.hysteresis import Change, Step, rules_of
from alerts.forms.verdicts import Verdict
from alerts.messages.chart_points import chart_of
from alerts.messages.words.claim_news import News
from alerts.messages.words.flips import next_flip
from alerts.source_states import said_of
from figures.periods import washington_day
from flows.judging.verdict_rows import Row


@dataclass(frozen=True, slots=True)
class Told:
    """What news is told on: how the claim did when it was made, all that is known, and of it what was known then."""

    made: Verdict | None
    knowledge: Knowledge
    known_then: Knowledge
    as_of: datetime


def news_of(claim: Claim, verdict: Verdict, taken: Step, before: Row | None, row: Row, on: Told) -> News:
    """`before` is the verdict recorded before, `row` the one that is recorded now, with what moved it."""
    measured = before["measured"] if before is not None else None
    return News(
        claim,
        replace(verdict, state=taken.position.state),
        taken.change,
        before["underlying"] if before is not None else "",
        cause=row["cause"]["words"],
        next_flip=next_flip(row, claim.words.test.unit, rules_of(claim.words.test.form)),
        chart=chart_of(claim, verdict, on.known_then, on.as_of),
        doubts=_doubts(on.knowledge, verdict),
        made=on.made,
        previous=None if before is None or measured is None else (measured, before["edition"]),
        was_told=taken.corrects,
        sources=_sources(verdict, on),
    )


def standing_still(claim: Claim, verdict: Verdict, state: str, change: Change, on: Told) -> News:
    """How a claim stands, where nothing moved it just now."""
    told = replace(verdict, state=state)
    chart = chart_of(claim, verdict, on.known_then, on.as_of)
    doubts, sources = _doubts(on.knowledge, verdict), _sources(verdict, on)
    return News(claim, told, change, state, chart=chart, doubts=doubts, made=on.made, sources=sources)


def _sources(verdict: Verdict, on: Told) -> tuple[str, ...]:
    return said_of(on.knowledge.stands, verdict.evidence, washington_day(on.as_of))


def _doubts(knowledge: Knowledge, verdict: Verdict) -> tuple[str, ...]:
    """What checks warn of the very figures that a verdict rests on."""
    found = [doubt.words for doubt in knowledge.doubts if any(doubt.is_about(figure) for figure in verdict.evidence)]
    return tuple(dict.fromkeys(found))
