"""What a pasted sentence seems to claim."""

import pytest

from alerts.claims.proposal import proposed

HELD = "ice.detained{agency=all, criminality=all}"


@pytest.mark.parametrize(
    ("sentence", "form", "value", "hedge", "series"),
    [
        ("There are almost 49,000 people in ICE custody", "level", "49000", "almost", HELD),
        ("DHS has deported more than 605,000 illegal aliens since 20 January 2025", "cumulative", "605000", "more than",
         "ice.removals{group=all}"),
        ("a record high of more than 56,000 detained", "record", "56000", "more than", HELD),
        ("a goal of a minimum of 3,000 arrests for ICE every day", "target_rate", "3000", "minimum",
         "ice.book_ins{agency=ICE}"),
        ("an average of 990 daily initial book-ins in July 2025", "rate", "990", "bare", "ice.book_ins{agency=all}"),
        ("about 70% of those held have no conviction", "share", "70", "about", HELD),
        ("on pace to make 25,132 initial book-ins by the end of May", "projection", "25132", "bare",
         "ice.book_ins{agency=all}"),
        ("a decline of nearly 10,000 people held over two months", "change", "10000", "nearly", HELD),
        ("1 million removals a year", "level", "1000000", "bare", "ice.removals{group=all}"),
    ],
)  # fmt: skip
def test_a_sentence_gives_form_value_hedge_and_series(
    sentence: str, form: str, value: str, hedge: str, series: str
) -> None:
    found = proposed(sentence)
    assert (found["form"], found["value"], found["hedge"], found["series"]) == (form, value, hedge, series)
    assert found["quote"] == sentence


def test_where_no_rule_fits_nothing_is_proposed() -> None:
    assert proposed("Nobody knows") == {"quote": "Nobody knows"}
    assert "value" not in proposed("It began on 20 January 2025")
