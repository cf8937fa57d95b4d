"""TRAC's page of quick facts: cards with one sentence each, found by their anchors, each with its own day.

https://tracreports.org/immigration/quickfacts/detention.html. The link icon of a card (`#detention_held`) is its most
stable handle; class names are decoration. The day of one card is never applied to another.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from figures.metrics.catalogue import METRICS
from figures.periods import Period
from figures.records import Finding, Leftover, Observation, Parsed, Severity
from scrapers.errors import DriftError, NotReadableError
from scrapers.trac.sentences import DAY, IGNORED, NUMBER, SENTENCES, SHARE, SIGNS, Part, Sentence
from scrapers.web.markup import MAX_PAGE, Card, cards

PARSER = 1
TABLE = "trac_quickfacts"
PREFIX = "detention_"
# The cards without which the page is not what it was, and the sentences that each may have.
REQUIRED = {
    "detention_held": ("detained",),
    "detention_nocrim": ("no_criminal_record", "no_criminal_conviction"),
    "detention_numatd": ("atd",),
}
_AMOUNT = re.compile(rf"{DAY}|{SHARE}|(?<![\d.,])(?:{NUMBER})(?![\d%])")
_YEAR = re.compile(r"\d{4}")
_IN_PLACE = re.compile(r"\s+in\s+[A-Z][^.]{2,60}")
_ANCHOR = re.compile(r"[\w-]{1,60}")
# C0 and C1 controls, and those that turn the direction of writing.
_STEERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SHOWN = 200
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Said:
    """What a card says: the sentences that were understood, their figures, and the words that are left."""

    anchor: str
    sentences: tuple[str, ...]
    observations: tuple[Observation, ...]
    rest: str


def parse(content: bytes, name: str) -> Parsed:
    """Every figure of every card with its place: `html:#detention_held/strong[1]`, the first bold text of the card,
    or `html:#detention_held/text[10:16]`, letters of the card's text with its white space folded.

    Raises NotReadableError when the page is too large to be one, DriftError when a card is missing, there twice, or
    says something else than it did.
    """
    if len(content) > MAX_PAGE:
        raise NotReadableError(f"{name} has {len(content):,} bytes; a page of facts has less than {MAX_PAGE:,}")
    found, outside = cards(content, PREFIX, SIGNS)
    for card in found:
        _require_plain(card, name)
    if twice := _anchors_of_two(found):
        raise DriftError(name, "one card at each anchor", f"several at #{twice[0]}")
    said = [_said(card) for card in found]
    _require(said, name)
    leftovers = [Leftover(f"html:#{each.anchor}/text", each.rest) for each in said if each.rest]
    leftovers += _outside(outside)
    observations = tuple(chain.from_iterable(each.observations for each in said))
    findings = [*_contradictions(said), *map(_left, leftovers)]
    return Parsed(observations, tuple(findings), run_date=_last_day(observations), leftovers=tuple(leftovers))


def _anchors_of_two(found: Sequence[Card]) -> list[str]:
    return sorted(anchor for anchor, times in Counter(card.anchor for card in found).items() if times > 1)


def _last_day(observations: Sequence[Observation]) -> date:
    return max(o.period.end for o in observations if o.period.kind == "instant" and o.period.end)


def _require_plain(card: Card, name: str) -> None:
    """What a card says goes to terminals and into messages: no character of it may steer either."""
    if not _ANCHOR.fullmatch(card.anchor):
        raise DriftError(name, "anchors of plain letters", repr(card.anchor[:_SHOWN]))
    steers = _STEERS.search(card.text)
    if steers:
        raise DriftError(f"html:#{card.anchor}", "letters without control characters", ascii(steers[0]))


def _require(said: Sequence[_Said], name: str) -> None:
    by_anchor = {each.anchor: each for each in said}
    for anchor, sentences in REQUIRED.items():
        each = by_anchor.get(anchor)
        if each is None:
            there = ", ".join(f"#{found}" for found in by_anchor) or "none"
            raise DriftError(name, f"a card at #{anchor} with its sentence", f"no such card; cards found: {there}")
        if not set(each.sentences) & set(sentences):
            expected = f"the sentence {' or '.join(sentences)} as worded in scrapers/trac/sentences.py"
            raise DriftError(f"html:#{anchor}", expected, repr(each.rest[:_SHOWN]))


def _said(card: Card) -> _Said:
    bold = {span: position for position, span in enumerate(card.strong, start=1)}
    observations: list[Observation] = []
    sentences: list[str] = []
    read: list[Span] = []
    for sentence in SENTENCES:
        match = sentence.pattern.search(card.text)
        if match is None:
            continue
        sentences.append(sentence.id)
        read.append(match.span())
        period, stated = sentence.period(match), _locator(card, bold, match.span(sentence.when))
        if period.end is None and sentence.when == "day":
            raise DriftError(stated, "a day of the calendar", repr(match["day"]))
        for group, part in sentence.parts.items():
            observations.append(_observation(card, bold, part, match.span(group), period, stated))
        subject = _subject(card, bold, sentence, match.start())
        if sentence.subject and subject:
            observations.append(_observation(card, bold, sentence.subject, subject, period, stated))
            read.append((subject[0], match.start()))
    return _Said(card.anchor, tuple(sentences), tuple(observations), _rest(card.text, read))


def _locator(card: Card, bold: dict[Span, int], span: Span) -> str:
    place = f"strong[{bold[span]}]" if span in bold else f"text[{span[0]}:{span[1]}]"
    return f"html:#{card.anchor}/{place}"


def _subject(card: Card, bold: dict[Span, int], sentence: Sentence, start: int) -> Span | None:
    """The bold name that a sentence begins with: `F in City, State held ...`, `City's area office ...`."""
    if sentence.subject is None:
        return None
    before = [span for span in bold if span[1] <= start]
    with_place = [span for span in before if _IN_PLACE.fullmatch(card.text[span[1] : start].rstrip())]
    beside = [span for span in before if not card.text[span[1] : start].strip()]
    return next(iter(with_place or beside), None)


def _observation(card: Card, bold: dict[Span, int], part: Part, span: Span, period: Period, stated: str) -> Observation:
    raw = card.text[slice(*span)]
    value = None
    if part.kind != "text":
        number = float(raw.rstrip("%").replace(",", ""))
        value = round(number / 100, 6) if part.kind == "share" else number
    return Observation(
        metric=part.metric,
        dims=part.dims,
        period=period,
        value=value,
        unit=METRICS[part.metric].unit,
        status="text" if part.kind == "text" else "reported",
        raw=raw,
        locator=_locator(card, bold, span),
        table=TABLE,
        period_locator=stated,
    )


def _rest(text: str, read: Sequence[Span]) -> str:
    """The words that no sentence has and no named rule ignores, without figures that only repeat a sentence's."""
    said = {match[0] for span in read for match in _AMOUNT.finditer(text[slice(*span)])}
    kept = list(text)
    for start, end in read:
        kept[start:end] = " " * (end - start)
    rest = "".join(kept)
    for rule in IGNORED.values():
        rest = rule.sub(" ", rest)
    rest = _AMOUNT.sub(lambda match: " " if match[0] in said else match[0], rest)
    return " ".join(rest.split()).strip(" .,")


def _contradictions(said: Sequence[_Said]) -> Iterator[Finding]:
    """The large figure of a card repeats one of its sentence, and its caption the day; another one contradicts it."""
    for each in said:
        other = [m[0] for m in _AMOUNT.finditer(each.rest) if not _YEAR.fullmatch(m[0])]
        if each.observations and other:
            cells = tuple(o.locator for o in each.observations)
            words = f"The card #{each.anchor} also says {', '.join(other)}, which its sentence does not."
            shown = ", ".join(o.raw for o in each.observations)
            yield Finding("card_contradicts", "hold", "cells", cells, shown, ", ".join(other), words)


def _outside(text: str) -> list[Leftover]:
    """Facts that stand in no card of a known anchor: their sentences are shown and not read."""
    found = [match for sentence in SENTENCES for match in sentence.pattern.finditer(text)]
    return [Leftover("html:/text", match[0]) for match in found]


def _left(leftover: Leftover) -> Finding:
    severity: Severity = "warn" if re.search(r"\d", leftover.raw) else "note"
    words = f"{leftover.locator} has words that are not read: {leftover.raw[:_SHOWN]!r}."
    expected = "sentences and captions as declared"
    return Finding("leftover", severity, "cells", (leftover.locator,), expected, leftover.raw[:_SHOWN], words)
