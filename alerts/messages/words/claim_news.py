"""The sentences: what a change of a verdict, or a fault of a release, says to people. Tested as sentences."""

import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from alerts.forms.hysteresis import Change, on_ladder, rung
from alerts.forms.verdicts import Reading, Verdict
from alerts.messages.message import SEVERITIES, Chart, Item, Message, Proof, Severity
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import Period, spoken, washington_day
from figures.records import Figure

if TYPE_CHECKING:
    from alerts.claims.model import Claim  # whoever only needs words waits for no model of a claim's file

_HEADINGS: dict[tuple[Change, str], str] = {
    ("further_away", "drifting"): "Drifting from the claim",
    ("further_away", "far"): "Moved far from the claim",
    ("further_away", "approaching"): "Fell below the target, still close to it",
    ("further_away", "short"): "Fell short of the target",
    ("still_further", "drifting"): "Moved still further from the claim",
    ("still_further", "far"): "Moved still further from the claim",
    ("still_further", "approaching"): "Moved still further from the target",
    ("still_further", "short"): "Moved still further from the target",
    ("nearer", "near"): "Back near the claim",
    ("nearer", "drifting"): "Nearer to the claim again, but drifting",
    ("nearer", "met"): "The target is met",
    ("nearer", "approaching"): "Approaching the target",
    ("further_away", "bound_violated"): "The part that is counted exceeds the whole that was claimed",
    ("nearer", "bound_respected"): "The part that is counted is within the claim again",
    ("further_away", "inconsistent"): "No longer consistent with the claim",
    ("nearer", "consistent"): "Consistent with the claim again",
    ("still_further", "bound_violated"): "The part that is counted exceeds the claimed whole by still more",
    ("still_further", "inconsistent"): "Still less consistent with the claim",
}
KNOWN_BY = {
    "fetched": "fetched by us",
    "wayback": "captured by the Internet Archive",
    "stated": "as the importer's list states",
    "file_name": "date in the file's name",
    "document_properties": "date in the document's properties",
}
# What a change is worth: a figure that comes back is no reason to write.
_FIRST: tuple[Change, ...] = ("revised", "further_away", "still_further", "nearer", "")
_SEVERITY: dict[Change, Severity] = {"nearer": "notice"}
_DOUBTS, _LONGEST_DOUBT = 2, 400
CAREFUL = "Careful"
CREDIT = "TRAC: tracreports.org; cite it with link and as-of date."


@dataclass(frozen=True, slots=True)
class News:
    """A change that the desk is to be told, with what it rests on."""

    claim: "Claim"
    verdict: Verdict
    change: Change
    before: str
    cause: str = ""  # what moved it, as a sentence
    next_flip: str = ""  # what it takes for the state to change again
    chart: Chart | None = None
    doubts: tuple[str, ...] = ()  # what checks warn of the very figures that it rests on


def heading(change: Change, state: str) -> str:
    if change == "revised":
        return "A revision of old figures changes whether the claim was right"
    return _HEADINGS[change, state]


def amount(value: float, unit: str) -> str:
    """A measured value as it is said: `48,870 people held`, `698.7 people a day`, `1.013 times`."""
    if unit == "ratio":
        return f"{value:.3f} times"
    if unit == "percent":
        return f"{value:.1f} %"
    return f"{value:,.1f} {unit}" if unit.endswith("a day") else f"{value:,.0f} {unit}"


def interval(low: float | None, high: float | None, unit: str) -> str:
    def edge(value: float) -> str:
        if unit == "percent":
            return f"{value:.1f} %"
        return f"{value:.2f}" if unit == "ratio" else f"{value:,.0f}"

    if low is None and high is None:
        return "anything"
    if high is None:
        return f"{edge(low or 0.0)} or more"
    return f"up to {edge(high)}" if low is None else f"{edge(low)} to {edge(high)}"


def item(news: News) -> Item:
    """One claim's part of a message: the claim in its words, the figure, the gap, the period, the cells."""
    words, verdict = news.claim.words, news.verdict
    return Item(
        heading=heading(news.change, verdict.state),
        claim=words.quote,
        said=f"{words.speaker}, {words.said}",
        claim_url=words.source,
        facts=tuple(_facts(news)),
        proofs=(*(proof(figure) for figure in verdict.evidence), *(_second(figure) for figure in verdict.witnesses)),
        caveat=words.caveat,
        chart=news.chart,
    )


def _facts(news: News) -> list[tuple[str, str]]:
    verdict, unit = news.verdict, news.claim.words.test.unit
    facts = [(CAREFUL, f"A check warns of the figures below. {_cut(words)}") for words in news.doubts[:_DOUBTS]]
    if len(news.doubts) > _DOUBTS:
        facts.append((CAREFUL, f"{len(news.doubts) - _DOUBTS} more warnings; onrecord status --json lists them."))
    facts += [] if news.claim.words.quote else [("The claim in substance", f"{news.claim.words.substance}.")]
    facts.append(("Now", f"{verdict.words}."))
    if verdict.stand_in:
        facts.append(("Source", stand_in_words(news.claim)))
    facts.extend(("Second witness", witness_words(figure)) for figure in verdict.witnesses[:1])
    if verdict.gap:
        edge = "above" if verdict.gap > 0 else "below"
        size = {"ratio": f"{abs(verdict.gap):.3f}", "percent": f"{abs(verdict.gap):.1f} points"}.get(unit)
        size = size or amount(abs(verdict.gap), unit)
        facts.append(("Gap", f"{size} {edge} what the claim's wording accepts."))
    if verdict.deviation is not None:
        points = f"{verdict.difference:+.1f} points" if unit == "percent" and verdict.difference is not None else ""
        facts.append(("Against the stated value", f"{points or f'{verdict.deviation:+.1%}'}."))
    facts.append(("Accepted", f"{interval(verdict.accept_low, verdict.accept_high, unit)} ({verdict.rule})."))
    facts.extend(
        (reading.name[:1].upper() + reading.name[1:], reading_words(reading, unit)) for reading in verdict.readings
    )
    facts.append(("Before", f"{news.before.replace('_', ' ')}; now {verdict.state.replace('_', ' ')}."))
    if news.change == "revised":
        facts.append(("Cause", "A revision of figures published before the claim, not an event."))
    if news.cause:
        facts.append(("What moved it", news.cause))
    if news.next_flip:
        facts.append(("Next", news.next_flip))
    if verdict.answer == "standing":
        facts.append(
            ("What this says", "The figures have moved; whether the claim was right when made is another answer.")
        )
    return facts


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST_DOUBT else words[:_LONGEST_DOUBT].rpartition(" ")[0] + " ..."


def reading_words(reading: Reading, unit: str) -> str:
    return (
        f"{amount(reading.measured, unit)}, {spoken(reading.start)} to {spoken(reading.end)}: "
        f"{reading.formula}; {reading.state.replace('_', ' ')}."
    )


def proof(figure: Figure) -> Proof:
    """A figure down to its cell, with since when the public could read it."""
    value, period = figure_words(figure.series, figure.value, figure.period)
    return Proof(
        figure=f"{value} {period}: {figure.series}",
        file=figure.release_name,
        cell=figure.locator,
        sha256=figure.sha256,
        url=figure.url,
        public_since=f"public since {spoken(washington_day(figure.known_at))} ({KNOWN_BY[figure.known_by]})",
        credit=METRICS[metric_of(figure.series)].credit,
        value=value,
        period=period,
        series=figure.series,
    )


def figure_words(series: str, value: float | None, period: Period) -> tuple[str, str]:
    """A figure in two parts: `48,870 people held` and `on 18 May 2025`."""
    number = "no number of" if value is None else f"{value:,.10g}"
    return f"{number} {METRICS[metric_of(series)].noun}", _when(period)


def stand_in_words(claim: "Claim") -> str:
    """By which series a claim is judged, which one may stand in, and why."""
    test = claim.words.test
    stand_in = test.may_stand_in
    if stand_in is None:
        return f"The claim is judged by {test.series} alone."
    return (
        f"The claim is judged by {test.series}; when that is silent for more than {stand_in.after_days} days, "
        f"{stand_in.series} stands in: {stand_in.because} {CREDIT}"
    )


def witness_words(figure: Figure) -> str:
    """What the second source says: `TRAC says the same: 56,397 people held, by TRAC, on 15 June 2025.`"""
    noun = METRICS[metric_of(figure.series)].noun
    return f"TRAC says the same: {figure.value or 0.0:,.10g} {noun}, {_when(figure.period)}. {CREDIT}"


def _second(figure: Figure) -> Proof:
    found = proof(figure)
    return replace(found, figure=f"second witness: {found.figure}", value=f"second witness: {found.value}")


def _when(period: Period) -> str:
    if period.end is None or period.start is None:
        return "on a day that is not stated"
    if period.kind == "instant":
        return f"on {spoken(period.end)}"
    return f"from {spoken(period.start)} to {spoken(period.end)}"


def gravity(news: News) -> tuple[int, int]:
    """What is said first of several things: that a claim was or was not right, then moves away, the furthest first."""
    state = news.verdict.state
    return _FIRST.index(news.change), -rung(state) if on_ladder(state) else 0


def desk_message(news: Sequence[News], as_of: datetime) -> Message:
    """One message for all claims that one series and release moved."""
    items = tuple(item(each) for each in news)
    first = news[0]
    cells = first.verdict.evidence
    check = (
        f" Check it: onrecord trace {shlex.quote(cells[0].locator)} --sha256 {cells[0].sha256[:12]}" if cells else ""
    )
    return Message(
        key=desk_key(news),
        audience="desk",
        subject=subject_of(items[0], first.claim.words.title, len(news)),
        items=items,
        footer=f"As known on {spoken(washington_day(as_of))}.{check}",
        severity=max((_SEVERITY.get(n.change, "alert") for n in news), key=SEVERITIES.index),
    )


def subject_of(first: Item, title: str, items: int) -> str:
    """What the first of some items says, and that a check warns of its figures."""
    warned = "With a warning: " if first.facts and first.facts[0][0] == CAREFUL else ""
    return f"{warned}{first.heading}: {title}" + (f" (and {items - 1} more)" if items > 1 else "")


def news_key(news: News) -> str:
    """A digest of one claim's news: the same claim, answer, change, state and cells give the same."""
    return desk_key([news]).removeprefix("claim:")


def desk_key(news: Sequence[News]) -> str:
    """What the news is: claims, change, state and the cells it rests on. The same news has the same key."""
    parts = [
        f"{n.claim.id}|{n.verdict.answer}|{n.change}|{n.verdict.state}|"
        + "|".join(f"{f.sha256}:{f.locator}" for f in n.verdict.evidence)
        for n in sorted(news, key=lambda n: (n.claim.id, n.verdict.answer))
    ]
    return "claim:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
