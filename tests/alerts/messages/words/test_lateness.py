from dataclasses import replace
from datetime import date

from alerts.messages.message import Proof, message_from_json
from alerts.messages.rendering import as_text
from alerts.messages.slack_blocks import as_slack
from alerts.messages.words.lateness import Quiet, Spoke, looks_words, silence_message, spoke_message
from figures.periods import end_of_day

WORDS = "ICE: nothing new since 12 February 2026; late since 10 March 2026 (learnt from 42 gaps)."
LAW = "The law asks for this report to be updated semimonthly (8 U.S.C. 1378a): https://uscode.house.gov/"
LOOKS = "We have looked 26 times since then and found nothing newer, last on 10 March 2026."
QUIET = Quiet("ice", "ICE", "late", date(2026, 2, 12), WORDS, LAW, LOOKS)
RELEASE = Proof("the release as a whole", "FY26_04092026.xlsx", "", "ab" * 32, "https://ice.example/", "public since")
SPOKE = Spoke(
    "ice",
    "ICE",
    date(2026, 2, 12),
    RELEASE,
    date(2026, 4, 9),
    "FY26_02122026.xlsx",
    {"removals": {"new": 2, "revised": 1}, "book_ins": {"new": 1200, "removed": 3}, "adp": {"unchanged": 40}},
    turned=False,
    held=(),
)


def test_a_late_publisher_is_told_with_the_law_and_what_our_looks_found() -> None:
    message = silence_message(QUIET, end_of_day(date(2026, 3, 10)))
    assert (message.audience, message.subject) == (
        "sources",
        "ICE is late: nothing new since 12 February 2026 (26 days)",
    )
    assert message.items[0].facts == (
        ("What happened", WORDS),
        ("What the law says", LAW),
        ("Our looks", LOOKS),
        ("What this means", "Nothing is known of the time since: no figure has moved, and no claim by itself."),
    )
    silent = silence_message(replace(QUIET, stage="silent"), end_of_day(date(2026, 4, 4)))
    assert silent.subject == "ICE is silent: nothing new since 12 February 2026 (51 days)"


def test_each_stage_of_a_silence_has_one_key_whenever_it_is_told() -> None:
    first, again = (silence_message(QUIET, end_of_day(day)) for day in (date(2026, 3, 10), date(2026, 3, 20)))
    assert first.key == again.key == "silence:ice:2026-02-12:late"
    assert silence_message(replace(QUIET, stage="silent"), end_of_day(date(2026, 3, 10))).key != first.key


def test_a_publisher_that_restates_another_is_late_with_what_that_one_published() -> None:
    message = silence_message(replace(QUIET, publisher="TRAC", followed="ICE"), end_of_day(date(2026, 3, 10)))
    assert message.subject == "TRAC is late: what ICE published on 12 February 2026 is not shown (26 days)"
    over = spoke_message(replace(SPOKE, publisher="TRAC", followed="ICE"), end_of_day(date(2026, 4, 9)))
    assert over.subject == "TRAC restated what ICE published after 56 days: FY26_04092026.xlsx"


def test_without_a_law_none_is_named() -> None:
    message = silence_message(replace(QUIET, law=""), end_of_day(date(2026, 3, 10)))
    assert "What the law says" not in dict(message.items[0].facts)


def test_the_end_of_a_silence_says_what_the_release_changed() -> None:
    message = spoke_message(SPOKE, end_of_day(date(2026, 4, 9)))
    assert message.key == "spoke:ice:2026-02-12:abababababababab"
    assert message.subject == "ICE published again after 56 days: FY26_04092026.xlsx"
    assert message.items[0].facts == (
        ("How long", "From 12 February 2026 to 9 April 2026, 56 days."),
        ("What it changed", "Against FY26_02122026.xlsx: 1,202 new, 1 revised, 3 removed, 40 unchanged."),
        ("By table", "book_ins: 1,200 new, 3 removed; removals: 2 new, 1 revised."),
        ("Held back", "Nothing of it."),
    )
    assert message.items[0].proofs == (RELEASE,)


def test_a_turn_of_the_year_a_first_release_and_holds_are_said() -> None:
    facts = dict(spoke_message(replace(SPOKE, turned=True), end_of_day(date(2026, 4, 9))).items[0].facts)
    assert facts["What it changed"].endswith(" The fiscal year turned between the two: most tables begin anew.")
    first = replace(SPOKE, before="", counts={}, held=("B7 says 4.", "C8 says 5."))
    facts = dict(spoke_message(first, end_of_day(date(2026, 4, 9))).items[0].facts)
    assert facts["What it changed"] == "There is no earlier release to compare it with."
    assert facts["Held back"] == "B7 says 4. C8 says 5."
    assert "By table" not in facts


def test_many_tables_are_cut_and_counted() -> None:
    counts = {f"table_{number:02}": {"new": number} for number in range(1, 16)}
    facts = dict(spoke_message(replace(SPOKE, counts=counts), end_of_day(date(2026, 4, 9))).items[0].facts)
    assert facts["By table"].startswith("table_15: 15 new; table_14: 14 new; ")
    assert facts["By table"].endswith("; table_04: 4 new; 3 more tables.")


def test_our_looks() -> None:
    at = [end_of_day(date(2026, 3, day)) for day in (1, 2)]
    assert looks_words(at[:1], []) == ("We have looked once since then and found nothing newer, last on 1 March 2026.")
    assert looks_words(at, at) == (
        "We have looked 2 times since then and found nothing newer, last on 2 March 2026. 2 more looks failed."
    )
    assert looks_words([], at) == "No look since then ended well; see onrecord status."


def test_every_channel_can_dress_it() -> None:
    for message in (silence_message(QUIET, end_of_day(date(2026, 3, 10))), spoke_message(SPOKE, end_of_day(SPOKE.day))):
        assert message_from_json(message.to_json()) == message
        assert message.subject in as_text(message)
        assert as_slack(message)
