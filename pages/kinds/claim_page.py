"""A claim's page and the files beside it: its chart, its figures, its record for programs, its feed."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from alerts.claims.model import Claim
from alerts.messages import charts
from alerts.messages.message import Chart
from figures.periods import washington_day
from figures.plain import as_json
from pages.chart_words import chart_description, chart_table, chart_title
from pages.claim_lists import said
from pages.claim_records import record, table
from pages.claim_texts import texts_of
from pages.drawings.drawing import NARROW, WIDE, drawn
from pages.facts.claim_facts import ClaimFacts, Stance
from pages.facts.site_facts import Facts
from pages.feeds import Entry, feed
from pages.judging_words import how_judged, what_would_change
from pages.page import Page, Site
from pages.rendering import html, text
from pages.sentences import accepted, deciding, figure, figure_sentence, short_span
from pages.states import GOAL_SET, LABELS, QUESTIONS, SHORT_QUESTIONS, label, mover, sentence
from pages.structured import claim_data, review_data
from pages.words import Words

# So many of the cells that an answer rests on are shown; `claim.json` has them all.
SHOWN_PIECES: Final = 20


def address_of(claim: str) -> str:
    """Where the page of a claim lies."""
    return f"claims/{claim}/"


def claim_pages(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/claims/<id>/` and what lies beside it, for each claim."""
    for each in facts.claims:
        address = address_of(each.claim.id)
        yield _page(each, facts, site, words)
        yield feed(
            site,
            words,
            f"{address}feed.xml",
            each.claim.words.title,
            address,
            [*entries(each, words), *corrections(each, words)],
            facts.as_of,
        )
        if each.chart:
            yield Page(f"{words.prefix}{address}chart.svg", "image/svg+xml", _svg(each, each.chart, words).encode())
        if words.first:
            yield Page(f"{address}claim.json", "application/json", (as_json(record(each)) + "\n").encode())
            if each.chart:
                yield Page(f"{address}chart.png", "image/png", _png(each.chart))
                yield Page(f"{address}data.csv", "text/csv; charset=utf-8", table(each.chart).encode())


def _page(each: ClaimFacts, facts: Facts, site: Site, words: Words) -> Page:
    claim, chart = each.claim, each.chart
    made, evidence = each.now("at_claim"), list(_evidence(each, words))
    texts = texts_of(claim, words)
    values: dict[str, Any] = {
        "facts": each,
        "claim": claim.words,
        "as_of": facts.as_of,
        "answers": list(answers(each, words)),
        "chart": chart,
        "history": list(_history(each, words)),
        "evidence": evidence[:SHOWN_PIECES],
        "more_evidence": max(0, len(evidence) - SHOWN_PIECES),
        "how": list(how_judged(each, words)),
        "change": list(what_would_change(each, words)),
        "readings": list(_readings(each, words)),
        "said": said(each, words),
        "texts": texts,
        "life": list(life(claim, words)),
        "replaced_by": next(
            (other.claim.words.title for other in facts.claims if other.claim.id == claim.words.replaced_by), ""
        ),
        "taken_back": [(one, washington_day(one.undone_at), label(one.state, words)) for one in each.taken_back],
        "disputed_by": [other.claim.words for other in facts.claims if other.claim.id in each.disputed_by],
        "data": [claim_data(claim, site), *(review_data(claim, made, site, words) if made else [])],
    }
    if chart:
        values |= {
            "drawings": [drawn(chart, size, words) for size in (WIDE, NARROW)],
            "chart_title": chart_title(claim, words),
            "chart_description": chart_description(claim, chart, words),
            "chart_table": chart_table(chart, words),
        }
    description = next(iter(values["answers"]), ("", "", ""))[1] or words.say("Not judged yet.")
    return html(site, words, address_of(claim.id), "claim.html.j2", texts.title.words, description, **values)


def answers(each: ClaimFacts, words: Words) -> Iterator[tuple[str, str, str]]:
    """For each question that was answered: the question, the answer, and the figure with what the wording accepts."""
    for answer, question in QUESTIONS.items():
        stance = each.now(answer)
        if stance is not None:
            parts = [figure_sentence(each.claim, stance, words), accepted(stance, each.claim.words.test.unit, words)]
            yield (
                words.say(question),
                answered(each, stance, words),
                " ".join(filter(None, parts)),
            )


def answered(each: ClaimFacts, stance: Stance, words: Words) -> str:
    """A state as the answer to its question; a goal is asked about from the day on which it was set."""
    is_goal = each.claim.words.test.form.startswith("target")
    if is_goal and stance.answer != "standing" and stance.state == "not_yet_testable":
        return words.say(GOAL_SET)
    return sentence(stance.answer, stance.shown, words)


def life(claim: Claim, words: Words) -> Iterator[str]:
    """What became of a claim after it was made, in sentences."""
    text = claim.words
    if text.draft:
        yield words.say("A draft: it is judged and shown, and nobody is alerted.")
    if text.repeated_on:
        days = ", ".join(words.day(day) for day in text.repeated_on)
        yield words.say("Said again on %(days)s.") % {"days": days}
    if text.corrected_by_speaker:
        day = words.day(text.corrected_by_speaker.on)
        yield words.say("Corrected by its speaker on %(day)s:") % {"day": day}
    if text.withdrawn_on:
        yield words.say("Withdrawn on %(day)s.") % {"day": words.day(text.withdrawn_on)}
    if text.retired_on:
        yield words.say("Retired by the desk on %(day)s.") % {"day": words.day(text.retired_on)}


def _history(each: ClaimFacts, words: Words) -> Iterator[Mapping[str, Any]]:
    """Every change, the newest first."""
    for stance in reversed(each.stances):
        yield {
            "day": washington_day(stance.as_of),
            "question": words.say(SHORT_QUESTIONS[stance.answer]),
            "state": label(stance.shown, words),
            "figure": _figure(each, stance, words),
            "moved_by": mover(stance.moved_by, words),
            "file": stance.moved_by_file,
        }


def _figure(each: ClaimFacts, stance: Stance, words: Words) -> str:
    of = deciding(each.claim, stance)
    return figure(of.value, of.unit, words) if of else ""


def _evidence(each: ClaimFacts, words: Words) -> Iterator[Mapping[str, Any]]:
    """The cells behind how things stand now and how they stood then, each once."""
    told = []
    for answer in ("standing", "at_claim"):
        stance = each.now(answer)
        for piece in stance.evidence if stance else ():
            if piece not in told:
                told.append(piece)
    roles = {
        "judged_on": "",
        "stands_in": words.say("stands in for a source that is silent"),
        "second_witness": words.say("a second source"),
    }
    for piece in told:
        yield {
            "piece": piece,
            "role": roles[piece.role],
            "value": "" if piece.value is None else words.number(piece.value, _decimals(piece.value)),
            "when": short_span(piece.start, piece.end, words),
            "cell": cell(piece.locator, words),
        }


def _decimals(value: float) -> int:
    """As many as the cell shows, at most three."""
    return next(n for n in range(4) if n == 3 or round(value, n) == value)


def cell(locator: str, words: Words) -> str:
    """Where in its file: `sheet Detention FY25, cell F20`; another kind of place as it is written."""
    sheet, mark, place = locator.removeprefix("xlsx:").rpartition("!")
    if not (locator.startswith("xlsx:") and mark):
        return locator
    return words.say("sheet %(sheet)s, cell %(cell)s") % {"sheet": sheet, "cell": place}


def _readings(each: ClaimFacts, words: Words) -> Iterator[tuple[str, str, str]]:
    """Where there are several ways to read the figures: what each is called, its figure, how it stands by that."""
    stance = each.now("standing") or each.now("at_claim")
    if stance is None or len(stance.readings) < 2:
        return
    for one in stance.readings:
        state = label(one.state, words) if one.state in LABELS else ""
        yield one.name, figure(one.measured, each.claim.words.test.unit, words), state


def entries(each: ClaimFacts, words: Words) -> list[Entry]:
    """Each change of how a claim stands."""
    claim, address = each.claim, address_of(each.claim.id)
    return [
        Entry(
            key=f"{claim.id}:{stance.answer}:{stance.as_of.isoformat()}:{stance.state}",
            title=f"{claim.words.title}: {label(stance.shown, words)}",
            summary=_told(each, stance, words),
            at=stance.as_of,
            address=address,
        )
        for stance in _moves(each)
    ]


def corrections(each: ClaimFacts, words: Words) -> Iterator[Entry]:
    """Each thing that was sent about a claim and does not stand any more."""
    for one in each.taken_back:
        shown = {"said": words.day(one.said_on), "state": label(one.state, words)}
        yield Entry(
            key=f"{one.correction or one.key}:{each.claim.id}:{one.answer}",
            title=words.say("Taken back: %(title)s") % {"title": each.claim.words.title},
            summary=words.say("What we sent on %(said)s (%(state)s) does not stand. Do not use it.") % shown,
            at=one.undone_at,
            address=address_of(each.claim.id),
        )


def _told(each: ClaimFacts, stance: Stance, words: Words) -> str:
    return f"{answered(each, stance, words)} {figure_sentence(each.claim, stance, words)}".strip()


def _moves(each: ClaimFacts) -> Iterator[Stance]:
    before = ""
    for stance in each.stances:
        if stance.answer == "standing" and stance.state != before:
            before = stance.state
            yield stance


def _svg(each: ClaimFacts, chart: Chart, words: Words) -> str:
    """The chart as a file of its own, which brings its colours along."""
    return text(
        words,
        "chart_file.svg.j2",
        drawing=drawn(chart, WIDE, words),
        title=chart_title(each.claim, words),
        description=chart_description(each.claim, chart, words),
        style=_colours(),
    )


@lru_cache
def _colours() -> str:
    layout = files("pages") / "layout"
    base, own = ((layout / name).read_text("utf-8") for name in ("base.css", "chart.css"))
    return base[: base.index("* {")] + own


@lru_cache(maxsize=500)
def _png(chart: Chart) -> bytes:
    """The mail's picture. To draw one takes longer than all else on the page, and most are as they were last time."""
    return charts.png(chart)
