"""News of a claim as a message: the new figure first, how the claim did when made, how to check, and then details."""

import hashlib
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, TypeVar

from alerts.forms.hysteresis import Change
from alerts.forms.verdicts import Verdict, on_ladder, rung
from alerts.messages.message import SEVERITIES, Chart, Item, Message, Severity
from alerts.messages.words.claim_sentences import also, brief, first_sentence, headline, when_made
from alerts.messages.words.few_words import CAREFUL, WARNING, WARNS, cut, figure_alone, fitted, in_few_words, words_over
from alerts.messages.words.figures_told import interval, proof, readings_told, second, stand_in_words, witness_words
from alerts.messages.words.headings import as_sentence, heading
from alerts.messages.words.measured_figure import amount
from alerts.messages.words.state_words import state_said
from figures.periods import spoken, washington_day

if TYPE_CHECKING:
    from alerts.claims.model import Claim  # whoever only needs words waits for no model of a claim's file

T = TypeVar("T")
# What a change is worth: a figure that comes back is no reason to write.
_FIRST: tuple[Change, ...] = (
    *("revised", "restated", "resolved", "further_away", "still_further", "still_so", "nearer", ""),
)
_SEVERITY: Mapping[Change, Severity] = {"nearer": "notice", "still_so": "notice"}
_BEGINS: Mapping[Change, str] = {"restated": "Restated: ", "revised": "Revised: ", "still_so": "Still so: "}
_NO_BEFORE: Final = ("restated", "revised", "resolved")
WARNED: Final = "With a warning: "
_DOUBT_WORDS, _QUOTE_WORDS = 14, 40
TOGETHER = 4  # claims in one message


@dataclass(frozen=True, slots=True)
class News:
    """A change that the desk is to be told, with what it rests on. `made` is how the claim did when it was made,
    `previous` what was measured before, and of which day.
    """

    claim: "Claim"
    verdict: Verdict
    change: Change
    before: str
    cause: str = ""  # what moved it, as a sentence
    next_flip: str = ""  # what it takes for the state to change again
    chart: Chart | None = None
    doubts: tuple[str, ...] = ()  # what checks warn of the very figures that it rests on
    sources: tuple[str, ...] = ()  # of each source that it leans on, that it is not live or its figures are old
    made: Verdict | None = None
    previous: tuple[float, str] | None = None
    was_told: bool = False  # of a restated figure: whether a message of ours gave the old one


def item(news: News, opening: str = "", *, in_short: bool = False) -> Item:
    """One claim's part of a message. `opening` is a sentence on an earlier message of ours that stands before all
    others. In short nothing is said twice: what its figure is now, and not what it was then nor what that is called.
    """
    words, verdict = news.claim.words, news.verdict
    return Item(
        heading=heading(news.change, verdict.state),
        claim=words.quote,
        said=f"{words.speaker}, {words.said}",
        claim_url=words.source,
        facts=tuple(_facts(news, in_short=in_short)),
        proofs=(*map(proof, verdict.evidence), *map(second, verdict.witnesses)),
        caveat="",
        chart=news.chart,
        lead=f"{opening} {_lead(replace(news, was_told=news.was_told and not opening), in_short=in_short)}".lstrip(),
        made=_made(news, in_short=in_short),
        brief=f"{_BEGINS.get(news.change, '')}{brief(news.claim, verdict, news.made)}",
        also=also(news.claim, verdict),
        details=(*_careful(WARNING, news.doubts[:1] if in_short else ()), *_details(news)),
        claim_id="" if words.is_watch else news.claim.id,  # a watch has no page
    )


def _lead(news: News, *, in_short: bool) -> str:
    sentence = first_sentence(news.claim, news.verdict, in_short=in_short)
    if news.change == "restated" and news.previous and news.verdict.measured is not None:
        return f"{_restated(news, in_short=in_short)} {sentence}"
    if news.change == "revised":
        was, now = state_said(news.before), state_said(news.verdict.state)
        revised = f"Revised; before, it {was}." if in_short else f"As revised, the claim {now}; before, it {was}."
        return f"{revised} {sentence}"
    return sentence


def _made(news: News, *, in_short: bool) -> str:
    """How the claim did when made, and what has changed since."""
    made = when_made(news.claim, news.made, in_short=in_short)
    if news.change in ("restated", "revised"):
        return made
    if in_short:
        return f"{made} A silence has ended." if news.change == "still_so" else made
    return f"{made} {as_sentence(heading(news.change, news.verdict.state))}."


def _restated(news: News, *, in_short: bool) -> str:
    """`ICE has restated 15 June 2025 from 60,000 to 50,000.`, and what becomes of a message that gave the old one."""
    verdict, unit = news.verdict, news.claim.words.test.unit
    old, day = news.previous or (0.0, verdict.edition)
    publisher = verdict.evidence[0].series.partition(".")[0].upper() if verdict.evidence else "The publisher"
    now, was = _bare(verdict.measured or 0.0, unit), _bare(old, unit).removesuffix(f" {unit}")
    moved = f"{was} as {now}" if in_short else f"{_day(day)} from {was} to {now}"
    said = f"{publisher} has restated {moved}."
    return f"Correction: {said} Do not use our earlier message." if news.was_told else said


def _bare(value: float, unit: str) -> str:
    return amount(value, unit) if unit in ("ratio", "percent") or unit.endswith("a day") else f"{value:,.0f}"


def _day(edition: str) -> str:
    return spoken(date.fromisoformat(edition)) if edition else "a day that is not stated"


def _facts(news: News, *, in_short: bool) -> list[tuple[str, str]]:
    """What stands before the details, in the order to be read."""
    claim, verdict = news.claim, news.verdict
    warned = [(CAREFUL, f"{WARNS}{_what(doubt, in_short=in_short)}") for doubt in news.doubts[:1]]
    known = [("New", _new(verdict))] if verdict.evidence and news.change != "restated" else []
    before = [("Before", _before(news))] if news.previous and news.change not in _NO_BEFORE else []
    caveat = [] if warned or not claim.words.caveat else [(CAREFUL, _first_sentence_of(claim.words.caveat))]
    check = [("Check", _check(verdict))] if verdict.evidence else []
    mute = ("Mute", f"onrecord silence {claim.id} --because WHY --until DAY")
    return [*warned, *known, *before, *caveat, *check, mute]


def _what(doubt: str, *, in_short: bool) -> str:
    """What a check warns of, or where that is said."""
    return ", see below" if in_short else f": {cut(doubt, _DOUBT_WORDS)}"


def _new(verdict: Verdict) -> str:
    newest = max(verdict.evidence, key=lambda f: f.known_at)
    return f"{newest.release_name} of {spoken(washington_day(newest.known_at))}."


def _before(news: News) -> str:
    value, edition = news.previous or (0.0, "")
    through = f" on {_day(edition)}" if edition else ""
    return f"{_bare(value, news.claim.words.test.unit)}{through}."


def _check(verdict: Verdict) -> str:
    cell = verdict.evidence[0]
    return f"onrecord trace {shlex.quote(cell.locator)} --sha256 {cell.sha256[:12]}"


def _details(news: News) -> Iterable[tuple[str, str]]:
    """In the order in which they give way where there is no room."""
    readings = tuple(readings_told(news.verdict.readings, news.claim.words.test.unit))
    is_goal = news.claim.words.test.IS_GOAL
    yield from _where_from(news)
    yield from readings if is_goal else ()
    if news.cause and not news.cause.startswith("A newer period"):
        yield "What moved it", news.cause
    yield from _how_judged(news)
    yield from () if is_goal else readings
    if news.claim.words.caveat:
        yield "Note", news.claim.words.caveat
    yield from _careful(CAREFUL, news.doubts[1:2])
    if news.next_flip:
        yield "Next", news.next_flip
    yield "History", f"onrecord verdicts --history {news.claim.id}"


def _where_from(news: News) -> Iterable[tuple[str, str]]:
    if news.verdict.stand_in:
        yield "Source", stand_in_words(news.claim)
    for of_source in news.sources:
        yield "State of the source", of_source
    if news.verdict.witnesses:
        yield "Second witness", witness_words(news.verdict.witnesses[0])


def _how_judged(news: News) -> Iterable[tuple[str, str]]:
    """What was said where no words are held, what that accepts, and what was found."""
    words, verdict = news.claim.words, news.verdict
    if not words.quote and not words.is_watch:
        yield "The claim in substance", f"{cut(words.substance, _QUOTE_WORDS)}."
    if verdict.accept_low is not None or verdict.accept_high is not None:
        yield "Accepted", f"{interval(verdict.accept_low, verdict.accept_high, words.test.unit)} ({verdict.rule})."
    if verdict.words and verdict.measured is not None and words.test.form not in ("level", "range", "record"):
        yield "In full", f"{verdict.words.rstrip('.')}."


def _careful(label: str, doubts: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((label, cut(doubt, 2 * _DOUBT_WORDS)) for doubt in doubts)


def _first_sentence_of(words: str) -> str:
    return f"{words.partition('. ')[0].partition('; ')[0].rstrip('.')}."


def together(group: Sequence[T]) -> list[Sequence[T]]:
    """What one series and release moved, in as many parts as are read: most often one."""
    return [group[start : start + TOGETHER] for start in range(0, len(group), TOGETHER)]


def gravity(news: News) -> tuple[int, int]:
    """What is said first of several things: that a claim was or was not right, then moves away, the furthest first."""
    state = news.verdict.state
    return _FIRST.index(news.change), -rung(state) if on_ladder(state) else 0


def desk_message(news: Sequence[News], as_of: datetime, opening: str = "") -> Message:
    """One message for the claims that one series and release moved: the first in full, the others in a line each.

    `opening` is a sentence that stands before the first.
    """
    first, title = news[0], subject(news[0], len(news))
    # The others are read in full only when the first is taken back: then each must have room.
    items = (item(first, opening), *(item(each, in_short=True) for each in news[1:]))
    if words_over(items, title) > 0:
        items = (item(first, opening, in_short=True), *items[1:])
    return Message(
        key=desk_key(news),
        audience="desk",
        subject=title,
        items=fitted(in_few_words(items, title), title),
        footer=f"As known on {spoken(washington_day(as_of))}.",
        severity=max((_SEVERITY.get(n.change, "alert") for n in news), key=SEVERITIES.index),
    )


def subject(first: News, items: int) -> str:
    """The new figure with the claim's own, what makes it special, and how many more claims moved."""
    warned = WARNED if first.doubts else ""
    more = f" (and {items - 1} more)" if items > 1 else ""
    return f"{warned}{_BEGINS.get(first.change, '')}{headline(first.claim, first.verdict)}{more}"


def subject_of(first: Item, items: int) -> str:
    """The subject of what is left of a message, from its first item as it was written."""
    warned = WARNED if first.facts and first.facts[0][1].startswith(WARNS) else ""
    line = figure_alone(first.brief) or first.heading
    return f"{warned}{line}" + (f" (and {items - 1} more)" if items > 1 else "")


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
