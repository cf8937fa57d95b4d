from datetime import date, datetime

from alerts.hold_words import stands_again_message
from alerts.message import message_from_json
from alerts.rendering import as_text
from alerts.run_words import failed_message, well_again_message
from figures.periods import end_of_day
from storage.decisions import Decision
from storage.journal import StoredFinding

AS_OF = end_of_day(date(2026, 3, 10))
WHY = {"ice": "https://ice.example/x: the publisher refused us (status 403)."}


def test_a_run_that_failed_half_says_which_half() -> None:
    message = failed_message(WHY, ["trac_population", "trac_atd"], 7, AS_OF)
    assert (message.audience, message.subject) == ("ops", "A run failed half: ice could not be looked at")
    assert message.items[0].facts == (
        ("Failed", "ice: https://ice.example/x: the publisher refused us (status 403)."),
        ("Went well", "trac_population, trac_atd."),
        (
            "What this means",
            "Verdicts rest on the sources that went well, and on what was known before of the others. "
            "No figure has moved because of it.",
        ),
    )


def test_a_run_that_failed_wholly_says_so_and_cuts_long_reasons() -> None:
    message = failed_message({"ice": "word " * 400, "trac_atd": ""}, [], 7, AS_OF)
    facts = message.items[0].facts
    assert message.subject == "A run failed: ice, trac_atd could not be looked at"
    assert facts[0][1].endswith("word ...")
    assert len(facts[0][1]) < 620
    assert facts[1:3] == (("Failed", "trac_atd: no reason was recorded"), ("Went well", "None."))


def test_the_end_of_a_failure_is_told_and_the_same_news_after_the_same_run_has_one_key() -> None:
    message = well_again_message(["ice"], 8, AS_OF)
    assert (message.audience, message.subject) == ("ops", "Every source can be looked at again")
    assert message.items[0].facts[0][1] == "The last look at each source ended well; before, ice failed."
    assert failed_message(WHY, ["a"], 7, AS_OF).key == failed_message(WHY, ["a"], 7, end_of_day(date(2026, 4, 1))).key
    assert failed_message(WHY, ["a"], 7, AS_OF).key != failed_message(WHY, ["a"], 8, AS_OF).key


def _hold(at: datetime) -> tuple[StoredFinding, Decision]:
    said = ("history", "block_behind", "1", "2", "The day it runs through is not known.")
    stage, check, expected, found, words = said
    finding = StoredFinding(
        7, "ice", 1, "FY25.xlsx", stage, check, "hold", "table", ("removals",), expected, found, words, at,
        None, None, None,
    )  # fmt: skip
    decision = Decision(
        1, "unhold", 7, "ice", 1, stage, check, "table", ("removals",), expected, found, words, "A. Editor",
        "ICE confirmed it", at, date(2026, 3, 9), None, None, None, None,
    )  # fmt: skip
    return finding, decision


def test_a_hold_that_stands_again_says_who_had_lifted_it_and_how_to_lift_it_anew() -> None:
    message = stands_again_message([_hold(end_of_day(date(2026, 3, 1)))], AS_OF)
    assert (message.audience, message.subject) == ("ops", "FY25.xlsx: a hold stands again")
    assert message.items[0].facts == (
        ("Why it is held", "The day it runs through is not known."),
        ("Who had lifted it", "A. Editor on 1 March 2026 through 9 March 2026: ICE confirmed it"),
        ("To lift it again", 'onrecord unhold 7 --because "..."'),
    )
    assert message_from_json(message.to_json()) == message
    assert "a hold stands again" in as_text(message)
