"""What people are told, word for word."""

import json
from dataclasses import replace
from datetime import date

import pytest

from alerts.forms.evaluate import evaluate
from alerts.forms.hysteresis import Change
from alerts.forms.verdicts import Answer, Reading
from alerts.messages.message import Message, message_from_json
from alerts.messages.words.claim_news import (
    News,
    amount,
    desk_key,
    desk_message,
    gravity,
    heading,
    interval,
    item,
    proof,
    reading_words,
)
from figures.periods import Period
from tests.alerts.conftest import BOOK_INS, HELD, REMOVALS, at, figure, knowledge, shipped
from tests.alerts.messages.words.test_holds import held
from tests.alerts.messages.words.test_publisher_troubles import trouble

POSTED = date(2025, 6, 20)
KNOWN = knowledge(
    figure(HELD, 48_870, date(2025, 5, 18), date(2025, 5, 23)),
    figure(HELD, 56_397, date(2025, 6, 15), POSTED),
    figure(BOOK_INS, 92_129, date(2025, 5, 3), date(2025, 5, 12)),
    figure(BOOK_INS, 101_911, date(2025, 5, 17), date(2025, 5, 23)),
    figure(BOOK_INS, 114_110, date(2025, 5, 31), date(2025, 6, 5)),
    figure(BOOK_INS, 130_814, date(2025, 6, 14), POSTED),
    figure(REMOVALS, 271_484, date(2024, 9, 30), date(2024, 10, 23)),
    figure(REMOVALS, 85_769, date(2025, 1, 25), date(2025, 2, 3)),
    figure(REMOVALS, 169_956, date(2025, 5, 17), date(2025, 5, 23)),
    figure(REMOVALS, 197_016, date(2025, 6, 14), POSTED),
)
AS_OF = at(POSTED)


def news(claim: str, change: Change = "further_away", before: str = "near", answer: Answer = "standing") -> News:
    made = shipped(claim)
    return News(made, evaluate(made, answer, KNOWN, AS_OF), change, before)


def told(message: Message) -> str:
    """Everything that a message says of its own, without the claim's words and the caveat."""
    said = [message.subject, message.footer]
    for each in message.items:
        said += [each.heading, *(f"{label} {words}" for label, words in each.facts)]
        said += [f"{p.figure} {p.public_since}" for p in each.proofs]
    return "\n".join(said)


def test_a_level_that_moved_far() -> None:
    message = desk_message([news("seed-4")], AS_OF)
    assert message.subject == "Moved far from the claim: Almost 49,000 people in ICE custody"
    assert message.audience == "desk"
    (only,) = message.items
    assert only.claim == "almost 49,000 people in ICE custody, according to the latest government data from early May"
    assert only.said == "Axios, 28 May 2025"
    assert only.claim_url == "https://www.axios.com/2025/05/28/immigration-ice-deportations-stephen-miller"
    assert only.facts == (
        ("Now", "56,397 people held on 15 June 2025."),
        ("Gap", "7,152 people held above what the claim's wording accepts."),
        ("Against the stated value", "+15.1%."),
        (
            "Accepted",
            "48,500 to 49,245 (almost: below the number by at most half of its grain, 0.5 % grace above).",
        ),
        ("Before", "near; now far."),
        ("What this says", "The figures have moved; whether the claim was right when made is another answer."),
    )
    assert only.caveat.startswith("A count of one day, published with each edition")
    assert message.footer == (
        "As known on 20 June 2025. Check it: onrecord trace 'xlsx:Detention FY25!F20' --sha256 20250620abab"
    )


def test_a_figure_down_to_its_cell() -> None:
    (found,) = item(news("seed-4")).proofs
    assert found.figure == "56,397 people held on 15 June 2025: ice.detained{agency=all, criminality=all}"
    assert (found.file, found.cell) == ("FY25_detentionStats06202025.xlsx", "xlsx:Detention FY25!F20")
    assert found.url.endswith("/FY25_detentionStats06202025.xlsx")
    assert found.public_since == "public since 20 June 2025 (date in the file's name)"


@pytest.mark.parametrize(
    ("known_by", "words"),
    [
        ("fetched", "fetched by us"),
        ("wayback", "captured by the Internet Archive"),
        ("stated", "as the importer's list states"),
        ("file_name", "date in the file's name"),
        ("document_properties", "date in the document's properties"),
    ],
)
def test_how_we_know_since_when_it_was_public(known_by: str, words: str) -> None:
    found = replace(KNOWN.figures[HELD][0], known_by=known_by)  # type: ignore[arg-type]
    assert proof(found).public_since == f"public since 23 May 2025 ({words})"


def test_figures_of_a_span_without_a_number_and_without_a_day() -> None:
    span = KNOWN.figures[REMOVALS][-1]
    assert proof(span).figure == ("197,016 ICE removals from 1 October 2024 to 14 June 2025: ice.removals{group=all}")
    assert proof(replace(span, value=None)).figure.startswith("no number of ICE removals from")
    undated = replace(span, period=Period("fiscal_year_to_date", span.period.start, None))
    assert proof(undated).figure.startswith("197,016 ICE removals on a day that is not stated")


def test_a_target_says_its_rate_and_the_windows_beside_it() -> None:
    facts = dict(item(news("seed-1", before="approaching")).facts)
    assert facts["Now"] == (
        "1,032.2 people a day from 18 May 2025 to 14 June 2025, 34% of the target (38% if the series misses 10% of "
        "it); the window begins 3 days before the target was set."
    )
    assert facts["Gap"] == "1,817.8 people a day below what the claim's wording accepts."
    assert facts["Accepted"] == "2,850 or more (target: met from 95% on)."
    assert facts["Newest interval"] == (
        "1,193.1 people a day, 1 June 2025 to 14 June 2025: (130,814 - 114,110) / 14 days; short."
    )
    assert facts["Newest window of 28 days or more"] == (
        "1,032.2 people a day, 18 May 2025 to 14 June 2025: (130,814 - 101,911) / 28 days; short."
    )
    assert facts["Since the target was set"].endswith("(130,814 - 101,911) / 28 days; short.")
    assert facts["Before"] == "approaching; now short."


def test_a_comparison_says_its_ratio_and_the_formula() -> None:
    only = item(news("seed-6"))
    facts = dict(only.facts)
    assert only.heading == "Drifting from the claim"
    assert facts["Gap"] == "0.021 above what the claim's wording accepts."
    assert facts["Accepted"].startswith("0.95 to 1.05 (roughly the same: ratio within 5 %")
    assert facts["Since 26 January 2025"] == (
        "1.071 times, 26 January 2025 to 14 June 2025: "
        "[(197,016 - 85,769) / 140 days] / [271,484 / 366 days]; drifting."
    )
    assert [p.figure.split(" from ")[0] for p in only.proofs] == [
        "197,016 ICE removals",
        "85,769 ICE removals",
        "271,484 ICE removals",
    ]


def test_inside_there_is_no_gap_to_tell() -> None:
    assert "Gap" not in dict(item(news("seed-5", "nearer", "drifting")).facts)


def test_a_revision_is_said_to_be_one() -> None:
    revised = news("seed-4", "revised", "holds", "revised")
    moved = replace(revised, verdict=replace(revised.verdict, state="outside"))
    message = desk_message([moved], AS_OF)
    assert message.subject.startswith("A revision of old figures changes whether the claim was right: ")
    facts = dict(message.items[0].facts)
    assert facts["Cause"] == "A revision of figures published before the claim, not an event."
    assert facts["Before"] == "holds; now outside."
    assert "What this says" not in facts


@pytest.mark.parametrize(
    ("change", "state", "words"),
    [
        ("further_away", "drifting", "Drifting from the claim"),
        ("further_away", "far", "Moved far from the claim"),
        ("further_away", "approaching", "Fell below the target, still close to it"),
        ("further_away", "short", "Fell short of the target"),
        ("still_further", "drifting", "Moved still further from the claim"),
        ("still_further", "far", "Moved still further from the claim"),
        ("still_further", "approaching", "Moved still further from the target"),
        ("still_further", "short", "Moved still further from the target"),
        ("nearer", "near", "Back near the claim"),
        ("nearer", "drifting", "Nearer to the claim again, but drifting"),
        ("nearer", "met", "The target is met"),
        ("nearer", "approaching", "Approaching the target"),
        ("revised", "holds_marginal", "A revision of old figures changes whether the claim was right"),
    ],
)
def test_every_change_has_its_heading(change: Change, state: str, words: str) -> None:
    assert heading(change, state) == words


@pytest.mark.parametrize("claim", ["seed-1", "seed-4", "seed-5", "seed-6"])
@pytest.mark.parametrize("change", ["further_away", "still_further", "nearer"])
def test_a_moving_world_makes_no_claim_false(claim: str, change: Change) -> None:
    moved = news(claim, change)
    state = {"further_away": "far", "still_further": "far", "nearer": "near"}[change]
    said = told(desk_message([replace(moved, verdict=replace(moved.verdict, state=state))], AS_OF)).casefold()
    for word in ("false", "wrong", "untrue", "lie", "incorrect", "debunk", "mislead"):
        assert word not in said.replace("earlier", "").replace("believe", "")
    assert "whether the claim was right when made is another answer" in said


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (48_870, "people held", "48,870 people held"),
        (698.714, "people a day", "698.7 people a day"),
        (1.01334, "ratio", "1.013 times"),
    ],
)
def test_amounts(value: float, unit: str, words: str) -> None:
    assert amount(value, unit) == words


@pytest.mark.parametrize(
    ("low", "high", "unit", "words"),
    [
        (48_500, 49_245, "people held", "48,500 to 49,245"),
        (2_850, None, "people a day", "2,850 or more"),
        (None, 49_245, "people held", "up to 49,245"),
        (0.95, 1.05, "ratio", "0.95 to 1.05"),
        (None, None, "people held", "anything"),
    ],
)
def test_intervals(low: float | None, high: float | None, unit: str, words: str) -> None:
    assert interval(low, high, unit) == words


def test_states_are_written_without_underscores() -> None:
    reading = Reading("x", 10, None, None, "holds_marginal", "10 / 1 days", date(2025, 5, 1), date(2025, 5, 1))
    assert reading_words(reading, "people a day") == (
        "10.0 people a day, 1 May 2025 to 1 May 2025: 10 / 1 days; holds marginal."
    )


def test_several_claims_share_one_message() -> None:
    both = desk_message([news("seed-4"), news("seed-5", "nearer", "drifting")], AS_OF)
    assert both.subject == "Moved far from the claim: Almost 49,000 people in ICE custody (and 1 more)"
    assert len(both.items) == 2
    assert desk_message(sorted([news("seed-5", "nearer", "drifting"), news("seed-4")], key=gravity), AS_OF) == both


def test_what_weighs_most_is_said_first() -> None:
    changes: list[tuple[Change, str]] = [
        ("revised", "holds"),
        ("further_away", "far"),
        ("further_away", "drifting"),
        ("still_further", "far"),
        ("nearer", "near"),
    ]
    made = news("seed-4")
    several = [replace(made, change=c, verdict=replace(made.verdict, state=s)) for c, s in reversed(changes)]
    assert [(each.change, each.verdict.state) for each in sorted(several, key=gravity)] == changes


def test_the_same_news_has_the_same_key_in_any_order() -> None:
    one, other = news("seed-4"), news("seed-5")
    assert desk_key([one, other]) == desk_key([other, one])
    assert desk_message([one], AS_OF).key == desk_message([news("seed-4")], at(date(2025, 8, 1))).key
    assert desk_key([one]).startswith("claim:")


def test_other_evidence_state_change_or_claim_is_other_news() -> None:
    one = news("seed-4")
    copied = replace(one.verdict.evidence[0], sha256="cd" * 32)
    moved = replace(one.verdict.evidence[0], locator="xlsx:Detention FY25!F21")
    keys = {
        desk_key([one]),
        desk_key([replace(one, verdict=replace(one.verdict, evidence=(copied,)))]),
        desk_key([replace(one, verdict=replace(one.verdict, evidence=(moved,)))]),
        desk_key([replace(one, verdict=replace(one.verdict, state="drifting"))]),
        desk_key([replace(one, verdict=replace(one.verdict, answer="revised"))]),
        desk_key([replace(one, change="still_further")]),
        desk_key([news("seed-5")]),
    }
    assert len(keys) == 7


def test_a_sheet_s_title_cannot_leave_the_command_in_the_footer() -> None:
    one = news("seed-4")
    hostile = replace(one.verdict.evidence[0], locator="xlsx:a'; rm -rf ~; '!F20")
    message = desk_message([replace(one, verdict=replace(one.verdict, evidence=(hostile,)))], AS_OF)
    assert "onrecord trace 'xlsx:a'\"'\"'; rm -rf ~; '\"'\"'!F20' --sha256" in message.footer


@pytest.mark.parametrize(
    "message", [desk_message([news("seed-1"), news("seed-6")], AS_OF), held(), trouble()], ids=lambda m: m.key
)
def test_a_message_comes_back_from_the_outbox_as_it_went_in(message: Message) -> None:
    assert message_from_json(json.loads(json.dumps(message.to_json()))) == message


def test_trac_is_named_beside_its_figures_and_nobody_beside_ices() -> None:
    ices = figure(HELD, 56_397, date(2025, 6, 15), POSTED)
    theirs = replace(ices, series="trac.detained{agency=all, criminality=all}")
    assert proof(theirs).credit == "Transactional Records Access Clearinghouse (TRAC), tracreports.org"
    assert proof(theirs).figure.startswith("56,397 people held, by TRAC on 15 June 2025")
    assert proof(ices).credit == ""
