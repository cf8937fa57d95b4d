"""Every message about a claim is read on the way: at most 90 words before its details, 250 in all."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import pytest

from alerts.claims.model import Claim, load_claim, load_claims
from alerts.forms.evaluate import evaluate
from alerts.forms.hysteresis import Change
from alerts.forms.verdicts import Verdict
from alerts.messages.message import Message
from alerts.messages.page_links import with_pages
from alerts.messages.rendering import as_html, as_text
from alerts.messages.slack_blocks import as_slack
from alerts.messages.words.claim_news import TOGETHER, News, desk_message
from alerts.messages.words.corrections import Undone, correction, remaining, stands_after_all
from tests.alerts.conftest import CLAIMS
from tests.alerts.messages.words.test_claim_news import AS_OF, KNOWN, news

TOP, ALL = 90, 250
LATER = datetime(2025, 6, 21, 12, tzinfo=UTC)
SITE = "https://desk.example/onrecord/"
CHANGES: tuple[Change, ...] = (
    *("further_away", "still_further", "nearer", "resolved", "restated", "revised", "still_so"),
)
MOVED_BY = "The newest figure is revised by a later edition of 5 July 2025, which says something else of that day."
NEXT = "It changes when it is within 5 % again for two editions in a row, which is 51,450 people held or fewer."
BECAUSE = (
    "It rests on table detained_by_criminality of FY25_detentionStats06202025.xlsx, which is held back now. The parts "
    "of the table by criminality do not add up to its total, and seven of its twelve rows contradict the file before."
)
NOW = "56,397 people held on 15 June 2025, +15.1 % off the 49,000 of the claim: it has moved far from the claim."
DOUBT = "A month's own pace is off by 40 % from the months around it, and the parts of the table were coded anew."
WAITS_FOR = "the next file. If the message stands, we say so."
STANDS = stands_after_all(date(2025, 6, 20), date(2025, 6, 21))


@pytest.fixture(scope="module")
def claims() -> list[Claim]:
    return load_claims([CLAIMS])[0]


def _groups(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Each claim alone and first of several: what is said of some is long, of others short."""
    for n, claim in enumerate(claims):
        yield [claim]
        if n % 2:
            yield [claims[(n + step) % len(claims)] for step in range(TOGETHER)]


def _news(claim: Claim, change: Change, doubt: str = "") -> News:
    verdict, made = _verdicts(claim.id)
    previous = (51_302.0, "2025-06-01")
    return News(
        claim,
        verdict,
        change,
        "near",
        MOVED_BY,
        NEXT,
        made=made,
        previous=previous,
        was_told=True,
        doubts=(doubt,) if doubt else (),
    )


@cache
def _verdicts(claim_id: str) -> tuple[Verdict, Verdict]:
    claim = load_claim(CLAIMS / f"{claim_id}.toml")
    return evaluate(claim, "standing", KNOWN, AS_OF), evaluate(claim, "at_claim", KNOWN, AS_OF)


def _undone(group: Sequence[Claim]) -> list[Undone]:
    return [Undone(n, claim.id, claim.words.title, BECAUSE, NOW, WAITS_FOR) for n, claim in enumerate(group)]


def _assert_is_short(message: Message) -> None:
    """With a link to its page, and without."""
    for sent in (message, with_pages(message, SITE)):
        text = as_text(sent)
        top, details, _ = text.partition("\nDetails\n")
        assert details
        assert (len(top.split()) <= TOP, len(text.split()) <= ALL) == (True, True), text


def test_news_of_a_claim(claims: list[Claim]) -> None:
    for group in _groups(claims):
        for change in CHANGES:
            _assert_is_short(desk_message([_news(claim, change) for claim in group], AS_OF))


def test_news_that_a_check_warns_of(claims: list[Claim]) -> None:
    """The warning stands in the subject and above the details, whatever gives way: in words, or in full below."""
    for group in _groups(claims):
        for change in CHANGES:
            message = desk_message([_news(claim, change, DOUBT) for claim in group], AS_OF)
            _assert_is_short(message)
            assert message.subject.startswith("With a warning: ")
            top, _, details = as_text(message).partition("\nDetails\n")
            assert f"Careful: a check warns of these very figures: {DOUBT[:60]}" in top or (
                "Careful: a check warns of these very figures, see below" in top and f"The warning: {DOUBT}" in details
            )


def test_news_that_stands_after_all(claims: list[Claim]) -> None:
    for group in _groups(claims):
        for change in CHANGES:
            message = desk_message([_news(claim, change) for claim in group], AS_OF, STANDS)
            assert message.items[0].lead.startswith(STANDS)
            assert "Do not use our earlier message." not in message.items[0].lead  # that one stands
            _assert_is_short(message)


def test_a_correction(claims: list[Claim]) -> None:
    """Of one item or of all: what not to use, why in full, what is known and waited for, how to hear no more of it."""
    for group in _groups(claims):
        alert = desk_message([_news(claim, "further_away") for claim in group], AS_OF)
        for undone in (_undone(group)[:1], _undone(group)):
            message = correction(alert, undone, LATER, LATER)
            _assert_is_short(message)
            text = as_text(message)
            assert f"Do not use our message of 21 June 2025 on “{group[0].words.title}”." in text
            assert BECAUSE in text
            assert f"We wait for: {WAITS_FOR}" in text
            assert f"onrecord silence {group[0].id} " in text
            assert all(f"do not use “{each.title}” either." in text for each in undone[1:])


def test_what_is_left_of_an_alert(claims: list[Claim]) -> None:
    for group in _groups(claims):
        if len(group) > 1:
            for change in CHANGES:
                alert = desk_message([_news(claim, change) for claim in group], AS_OF)
                for places in ([1], [1, 2, 3], [0, 2], [3, 1]):
                    message = remaining(alert, places, "key")
                    _assert_is_short(message)
                    assert "Also moved: ." not in as_text(message)
                    assert message.subject.endswith(f"(and {len(places) - 1} more)") or len(places) == 1


def test_where_there_is_room_nothing_gives_way() -> None:
    text = as_text(desk_message([news("seed-4")], AS_OF))
    top, _, _ = text.partition("\nDetails\n")
    for said in ("When made it was right: 48,870 people held", "Careful: ", "Check: ", "Mute: ", "28 May 2025)."):
        assert said in top
    one = desk_message([news("seed-4"), news("seed-5")], AS_OF)
    assert "Also moved: " in as_text(one).partition("\nDetails\n")[0]


def test_nobody_is_told_of_others_that_are_not_named() -> None:
    """Where there is no room to name one of the others, or to say how many there are, the line is left out whole."""
    both = desk_message([news("seed-4"), news("seed-5")], AS_OF)
    first, second = both.items
    without = replace(both, items=(first, replace(second, also="")))
    for shown in (as_text(without).partition("\nDetails\n")[0], as_html(without).partition("Details")[0]):
        assert "Also moved" not in shown
    assert "Also moved: ." not in str(as_slack(without))


def test_how_many_more_there_are_is_counted_anew_in_what_is_left() -> None:
    """An item may say of an alert how many more it had; of what is left that would be another number."""
    alert = desk_message([news("seed-4"), news("seed-5"), news("seed-1")], AS_OF)
    first, second, third = alert.items
    counted = replace(second, also="2 more, see below")
    left = remaining(replace(alert, items=(first, counted, third)), [0, 1], "key")
    assert "\nAlso moved: 1 more, see below.\n" in as_text(left)
