from datetime import date

from alerts.run_words import failed_message, well_again_message
from figures.periods import end_of_day

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
    assert message.severity == "alert"  # whoever hears alerts alone hears this
    assert facts[0][1].endswith("word ...")
    assert len(facts[0][1]) < 620
    assert facts[1:3] == (("Failed", "trac_atd: no reason was recorded"), ("Went well", "None."))


def test_the_end_of_a_failure_is_told_and_the_same_news_after_the_same_run_has_one_key() -> None:
    message = well_again_message(["ice"], 8, AS_OF)
    assert (message.audience, message.subject) == ("ops", "Every source can be looked at again")
    assert message.items[0].facts[0][1] == "The last look at each source ended well; before, ice failed."
    assert failed_message(WHY, ["a"], 7, AS_OF).key == failed_message(WHY, ["a"], 7, end_of_day(date(2026, 4, 1))).key
    assert failed_message(WHY, ["a"], 7, AS_OF).key != failed_message(WHY, ["a"], 8, AS_OF).key
