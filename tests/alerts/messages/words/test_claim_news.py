"""What people are told, word for word."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.forms.evaluate import evaluate
from alerts.forms.hysteresis import Change
from alerts.forms.verdicts import WORDS, Answer, Reading, Verdict
from alerts.messages.message import Message, message_from_json
from alerts.messages.rendering import as_text
from alerts.messages.words.claim_news import (
    News,
    desk_key,
    desk_message,
    gravity,
    item,
    together,
)
from alerts.messages.words.claim_sentences import first_sentence, headline, when_made
from alerts.messages.words.few_words import ALL_WORDS, TOP_WORDS
from alerts.messages.words.figures_told import interval, off_stated, proof, reading_words
from alerts.messages.words.headings import heading
from alerts.messages.words.measured_figure import amount
from figures.periods import Period
from tests.alerts.conftest import BOOK_INS, HELD, REMOVALS, at, figure, knowledge, shipped, varied
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
    verdict = evaluate(made, answer, KNOWN, AS_OF)
    return News(made, verdict, change, before, made=evaluate(made, "at_claim", KNOWN, AS_OF))


def told(message: Message) -> str:
    """Everything that a message says of its own, without the claim's words and the caveat."""
    said = [message.subject, message.footer]
    for each in message.items:
        said += [each.heading, each.lead, each.made, each.brief]
        said += [f"{label} {words}" for label, words in (*each.facts, *each.details) if label != "Note"]
        said += [f"{p.figure} {p.public_since}" for p in each.proofs]
    return "\n".join(said)


def test_a_level_that_moved_far() -> None:
    message = desk_message([replace(news("seed-4"), previous=(51_302, "2025-06-01"))], AS_OF)
    assert message.subject == "56,397 people held on 15 June 2025, 15 % above “almost 49,000” (Axios, May 2025)"
    assert message.audience == "desk"
    (only,) = message.items
    assert only.heading == "Has moved far from the claim"
    assert only.lead == (
        "56,397 people were held on 15 June 2025: 7,397 more (+15 %) than “almost 49,000” (Axios, 28 May 2025)."
    )
    assert only.made == "When made it was right: 48,870 people held on 18 May 2025. It has moved far from the claim."
    assert only.claim == "almost 49,000 people in ICE custody, according to the latest government data from early May"
    assert only.said == "Axios, 28 May 2025"
    assert only.claim_url == "https://www.axios.com/2025/05/28/immigration-ice-deportations-stephen-miller"
    assert only.facts == (
        ("New", "FY25_detentionStats06202025.xlsx of 20 June 2025."),
        ("Before", "51,302 on 1 June 2025."),
        ("Careful", "A count of one day, published with each file."),
        ("Check", "onrecord trace 'xlsx:Detention FY25!F20' --sha256 20250620abab"),
        ("Mute", "onrecord silence seed-4-almost-49000-in-custody --because WHY --until DAY"),
    )
    details = dict(only.details)
    assert details["Accepted"] == (
        "48,500 to 49,245 (almost: below the number by at most half of what it is rounded to, 0.5 % grace above)."
    )
    assert details["History"] == "onrecord verdicts --history seed-4-almost-49000-in-custody"
    assert message.footer == "As known on 20 June 2025."


def test_a_message_is_read_on_the_way() -> None:
    """At most so many words before the details, its subject among them, and so many in all."""
    for several in (["seed-4"], ["seed-1"], ["seed-5"], ["seed-6"], ["seed-4", "seed-5", "seed-1", "seed-6"]):
        text = as_text(desk_message([news(each) for each in several], AS_OF))
        top, _, _ = text.partition("\nDetails\n")
        assert len(top.split()) <= TOP_WORDS, several
        assert len(text.split()) <= 250, several
    assert ALL_WORDS <= 200


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


def test_a_target_says_the_window_that_decides_first_and_the_shorter_one_below() -> None:
    message = desk_message([news("seed-1", before="approaching")], AS_OF)
    (only,) = message.items
    assert message.subject == (
        "1,032.2 people booked in by ICE a day, 34 % of the goal of 3,000 (Stephen Miller and Kristi Noem, May 2025)"
    )
    assert only.lead.startswith(
        "1,032.2 people a day were booked in by ICE from 18 May to 14 June 2025: 34 % of the goal of 3,000"
    )
    assert only.made.startswith("A goal is neither right nor wrong when set; then 23 % of it was reached.")
    readings = [words for label, words in only.details if label.startswith("Newest interval")]
    assert readings == ["1,193.1 people a day from 1 June to 14 June 2025; is short of the goal."]


def test_a_comparison_says_its_ratio_and_on_which_side_it_is() -> None:
    only = item(news("seed-6"))
    assert only.heading == "Has moved from the claim"
    assert only.lead == (
        "ICE removals a day at 1.071 times FY2024 from 26 January to 14 June 2025: 7.1 % more, against “roughly the "
        "same” (Axios, 28 May 2025)."
    )
    assert dict(only.details)["Accepted"].startswith("0.95 to 1.05 (roughly the same: ratio within 5 %")
    assert [p.figure.split(" from ")[0] for p in only.proofs] == [
        "197,016 ICE removals",
        "85,769 ICE removals",
        "271,484 ICE removals",
    ]


def test_a_share_is_off_by_points_and_never_by_percent() -> None:
    claim = shipped("trac-54-7")
    verdict = Verdict(
        "c", "standing", "far", measured=70.3, difference=15.6, deviation=15.6 / 54.7, edition="2025-08-24"
    )
    assert headline(claim, verdict) == (
        "70.3 % of people held without a conviction or a charge, 15.6 points above 54.7 % (TRAC, February 2025)"
    )
    sentence = first_sentence(claim, verdict)
    assert "15.6 points above 54.7 %" in sentence
    assert "29 %" not in sentence + headline(claim, verdict)


@given(st.floats(1_000, 200_000), st.floats(1_000, 200_000))
def test_no_sentence_contradicts_the_direction_of_its_number(measured: float, stated: float) -> None:
    claim = varied(shipped("seed-4"), value=stated)
    verdict = Verdict("c", "standing", "far", measured=measured, difference=measured - stated, edition="2025-06-15")
    for words in (headline(claim, verdict), first_sentence(claim, verdict)):
        up, down = (" above " in words or " more " in words), (" below " in words or " fewer " in words)
        assert (up, down) == (measured > stated, measured < stated)
        assert ("(+" in words, "(−" in words) in ((False, False), (measured > stated, measured < stated))


@given(st.floats(0.2, 3))
def test_no_ratio_contradicts_its_direction(ratio: float) -> None:
    verdict = Verdict("c", "standing", "far", measured=ratio, difference=ratio - 1, edition="2025-06-14")
    words = first_sentence(shipped("seed-6"), verdict)
    assert (" more," in words, " less," in words) == (ratio > 1, ratio < 1)


def test_what_was_restated_is_said_with_both_figures_and_what_to_do() -> None:
    restated = replace(news("seed-4", "restated", "far"), previous=(60_000, "2025-06-15"), was_told=True)
    message = desk_message([restated], AS_OF)
    assert message.subject.startswith("Restated: 56,397 people held on 15 June 2025")
    assert message.items[0].lead.startswith(
        "Correction: ICE has restated 15 June 2025 from 60,000 to 56,397. Do not use our earlier message. 56,397 people"
    )
    quiet = desk_message([replace(restated, was_told=False)], AS_OF)
    assert quiet.items[0].lead.startswith("ICE has restated 15 June 2025 from 60,000 to 56,397. 56,397 people")


def test_a_revision_is_said_to_be_one() -> None:
    revised = news("seed-4", "revised", "holds", "revised")
    moved = replace(revised, verdict=replace(revised.verdict, state="outside"))
    message = desk_message([moved], AS_OF)
    assert message.subject.startswith("Revised: 48,870 people held on 18 May 2025, 0.3 % below “almost 49,000”")
    assert message.items[0].lead.startswith("As revised, the claim was not right; before, it was right. 48,870 people")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("holds", "When made it was right: 48,870 people held on 18 May 2025."),
        ("holds_marginal", "When made it was right, just inside the margin: 48,870 people held on 18 May 2025."),
        ("outside", "When made it was not right: 48,870 people held on 18 May 2025."),
        ("understated", "When made it was right and said too little: 48,870 people held on 18 May 2025."),
        ("depends_on_date", "Whether it was right when made depends on the day."),
        ("data_missing", "When made it could not be judged, since no figure was published."),
        ("not_held", "When made it could not be judged here, since a published file is missing here."),
        ("not_yet_testable", "When made it could not be judged yet."),
    ],
)
def test_every_message_says_how_the_claim_did_when_made_or_why_not(state: str, words: str) -> None:
    made = news("seed-4").made
    assert made is not None
    assert when_made(shipped("seed-4"), replace(made, state=state)) == words


CHANGES: tuple[Change, ...] = ("further_away", "still_further", "nearer", "resolved", "restated", "revised", "still_so")
NEVER = ("near", "drifting", "edition", "grain", "bound respected", "superseded", "quality hold", "calm", "underlying")


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_every_state_has_words_of_readers(change: Change) -> None:
    for state in WORDS["standing"] | WORDS["revised"]:
        words = heading(change, state)
        assert words
        assert not [each for each in NEVER if each in words.split()]


@pytest.mark.parametrize("claim", ["seed-1", "seed-4", "seed-5", "seed-6"])
@pytest.mark.parametrize("change", ["further_away", "still_further", "nearer"])
def test_a_moving_world_makes_no_claim_false(claim: str, change: Change) -> None:
    moved = news(claim, change)
    state = {"further_away": "far", "still_further": "far", "nearer": "near"}[change]
    said = told(desk_message([replace(moved, verdict=replace(moved.verdict, state=state))], AS_OF)).casefold()
    for word in ("false", "untrue", "lie", "incorrect", "debunk", "mislead", "was not right"):
        assert word not in said.replace("believe", "")


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


def test_how_far_off_a_share_is_stands_in_points_wherever_it_is_listed() -> None:
    assert off_stated(70.3, 70.3 / 54.7 - 1, "percent") == "+15.6 points"
    assert off_stated(56_397, 0.151, "people held") == "+15.1%"


def test_states_are_written_without_underscores() -> None:
    reading = Reading("x", 10, None, None, "holds_marginal", "10 / 1 days", date(2025, 5, 1), date(2025, 5, 1))
    assert reading_words(reading, "people a day") == (
        "10.0 people a day on 1 May 2025; was right, just inside the margin."
    )


def test_several_claims_share_one_message() -> None:
    both = desk_message([news("seed-4"), news("seed-5", "nearer", "drifting")], AS_OF)
    assert both.subject.endswith("15 % above “almost 49,000” (Axios, May 2025) (and 1 more)")
    assert len(both.items) == 2
    assert "\nAlso moved: " in as_text(both)
    assert [len(part) for part in together(range(9))] == [4, 4, 1]
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


def test_a_sheet_s_title_cannot_leave_the_command() -> None:
    one = news("seed-4")
    hostile = replace(one.verdict.evidence[0], locator="xlsx:a'; rm -rf ~; '!F20")
    message = desk_message([replace(one, verdict=replace(one.verdict, evidence=(hostile,)))], AS_OF)
    assert "onrecord trace 'xlsx:a'\"'\"'; rm -rf ~; '\"'\"'!F20' --sha256" in dict(message.items[0].facts)["Check"]


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
