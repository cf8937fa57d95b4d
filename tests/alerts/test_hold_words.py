"""What the operators are told of holds: the figures, the claims, the number, and the command that lifts it."""

from dataclasses import replace
from datetime import date, datetime

from alerts.hold_words import HeldBack, failed_check_message, held_message, stands_again_message
from alerts.message import Message, Proof
from figures.periods import end_of_day

URL = "https://www.ice.gov/doclib/x.xlsx"
NAME = "FY25_detentionStats08292025.xlsx"
PUBLIC = "public since 29 August 2025 (fetched by us)"
REMOVED = Proof(
    "held back: 319,980 removals from 1 October 2024 to 9 August 2025: ice.removals{group=all}",
    NAME,
    "xlsx:Detention FY25!P29",
    "ef" * 32,
    URL,
    PUBLIC,
    value="319,980 removals",
    period="from 1 October 2024 to 9 August 2025",
    series="ice.removals{group=all}",
)
HOLD = HeldBack(
    number=417,
    check="block_behind",
    release=NAME,
    scope=("removals",),
    words="The day it runs through is not known.",
    expected="2025-08-23, or an unchanged count",
    found="2025-08-09",
    figures=(REMOVED,),
    count=3,
    claims=("Deportations roughly the same (seed-6)", "ICE removed 199,600 (ice-199600)"),
)


class Decided:
    id = 7
    author = "A. Editor"
    because = "ICE confirmed it"
    at = datetime.fromisoformat("2025-09-01T16:00:00+00:00")
    until = date(2025, 9, 5)


def held(sha256: str = "ef" * 32, *holds: HeldBack) -> Message:
    return held_message("ice", NAME, sha256, URL, holds or (HOLD,), end_of_day(date(2025, 8, 29)))


def test_operators_are_told_which_figures_are_held_why_who_rests_on_them_and_how_to_lift_it() -> None:
    message = held()
    assert (message.audience, message.subject) == ("ops", "FY25_detentionStats08292025.xlsx: figures held back (1)")
    (only,) = message.items
    assert only.heading == "Held back: removals"
    assert only.facts == (
        ("Why", "The day it runs through is not known."),
        (
            "Figures held back",
            "319,980 removals from 1 October 2024 to 9 August 2025 (xlsx:Detention FY25!P29); 2 more",
        ),
        ("Claims that rest on them", "Deportations roughly the same (seed-6); ICE removed 199,600 (ice-199600)"),
        ("Expected", "2025-08-23, or an unchanged count"),
        ("Found", "2025-08-09"),
        ("To lift it", 'onrecord unhold 417 --because "..."'),
    )
    assert [proof.cell for proof in only.proofs] == ["xlsx:Detention FY25!P29", ""]
    assert only.proofs[1].figure == "check block_behind"
    assert only.caveat == "Held figures are stored and shown, and no claim is judged on them."
    assert message.footer == "As known on 29 August 2025. onrecord held shows every open hold."


def test_a_whole_release_held_back_of_which_nothing_was_read() -> None:
    whole = replace(HOLD, check="not_readable", scope=(), figures=(), count=0, claims=())
    message = held("ef" * 32, whole, HOLD)
    assert [each.heading for each in message.items] == ["Held back: the whole release", "Held back: removals"]
    assert dict(message.items[0].facts)["Figures held back"] == "No number was read."
    assert dict(message.items[0].facts)["Claims that rest on them"] == "None on record."
    assert message.subject.endswith("figures held back (2)")


def test_many_holds_of_one_check_are_one_item_with_a_count_and_a_few_examples() -> None:
    """Three hundred cells that one check holds one by one are one cause."""
    many = [
        replace(HOLD, number=n, scope=(f"xlsx:S!A{n}",), words=f"Cell A{n} is odd.", figures=(_at(n),), count=1)
        for n in range(1, 301)
    ]
    (only,) = held("ef" * 32, *many).items
    assert only.heading == "Held back: xlsx:S!A1, xlsx:S!A2, xlsx:S!A3, xlsx:S!A4 and 296 more"
    assert [words for label, words in only.facts if label == "Why"] == [f"Cell A{n} is odd." for n in (1, 2, 3)]
    facts = dict(only.facts)
    assert facts["More of this kind"] == "297 more holds by the same check; onrecord held lists them."
    assert facts["Figures held back"].endswith("(xlsx:S!A4); 296 more")
    assert (
        facts["Claims that rest on them"] == "Deportations roughly the same (seed-6); ICE removed 199,600 (ice-199600)"
    )
    assert facts["To lift one"] == 'onrecord unhold 1 --because "..."    The numbers: 1, 2, 3, 4 and more.'
    assert len(only.proofs) == 4  # three examples, and the file


def _at(row: int) -> Proof:
    return replace(REMOVED, cell=f"xlsx:S!A{row}")


def test_a_hold_is_known_by_its_file_and_its_checks() -> None:
    assert held().key == held().key
    assert len({held().key, held("01" * 32).key, held("ef" * 32, replace(HOLD, check="parts_total")).key}) == 3
    assert len(held("ef" * 32, *(replace(HOLD, check=f"{n:030}") for n in range(9))).key) <= 200


def test_a_hold_that_stands_again_names_the_same_things_and_who_had_lifted_it() -> None:
    message = stands_again_message([(HOLD, Decided())], end_of_day(date(2025, 9, 6)))
    assert message.subject == "FY25_detentionStats08292025.xlsx: a hold stands again"
    facts = dict(message.items[0].facts)
    assert facts["Figures held back"].startswith("319,980 removals from 1 October 2024")
    assert facts["Claims that rest on them"].startswith("Deportations roughly the same (seed-6)")
    assert facts["Who had lifted it"] == "A. Editor on 1 September 2025 through 5 September 2025: ICE confirmed it"
    assert facts["To lift it again"] == 'onrecord unhold 417 --because "..."'


def test_a_check_that_could_not_run_is_told_as_our_own_fault_with_what_it_holds() -> None:
    words = "The check lines could not run: ValueError in checks.lines, lines (line 58): no. What it guards is held."
    message = failed_check_message("ice", "check lines", words, [NAME] * 5, [HOLD], end_of_day(date(2025, 8, 29)))
    assert (message.audience, message.severity, message.subject) == (
        "ops",
        "alert",
        "ice: the check lines could not run",
    )
    facts = dict(message.items[0].facts)
    assert facts["What happened"] == words
    assert facts["On which files"] == f"{NAME}, {NAME}, {NAME} and 2 more."
    assert facts["What to do"].startswith("This is a fault of onrecord: report it")
    assert facts["To lift it"] == 'onrecord unhold 417 --because "..."'
    silent = failed_check_message("ice", "check prose", words, [NAME], [], end_of_day(date(2025, 8, 29)))
    assert "Figures held back" not in dict(silent.items[0].facts)
