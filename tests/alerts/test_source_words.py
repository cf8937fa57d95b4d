"""What people are told of the sources, word for word."""

from dataclasses import replace
from datetime import date

from alerts.message import Proof, message_from_json
from alerts.rendering import as_text
from alerts.slack_blocks import as_slack
from alerts.source_words import (
    Disagreement,
    DisputedCell,
    disagreement_message,
    revised_message,
    settled_message,
)
from tests.alerts.conftest import at

AS_OF = at(date(2025, 6, 20))


def cell(what: str, ours: float, theirs: float) -> DisputedCell:
    proofs = (
        Proof(
            f"{ours:,.0f} people held", "FY25.xlsx", "xlsx:Detention FY25!C17", "ab" * 32, "", "public since 20 June"
        ),
        Proof(
            f"{theirs:,.0f} people held, by TRAC", "pop.json", "json:/0/ice_conv", "cd" * 32, "", "public since 21 June"
        ),
    )
    return DisputedCell(what, ours, theirs, proofs)


FOUND = Disagreement(
    exchanged=False,
    table="people held",
    day=date(2025, 6, 15),
    paired="by the day of the count",
    cells=(cell("arrested by ICE, convicted", 17_120, 17_102),),
    held="both",
    claims=("Almost 49,000 people in ICE custody",),
)


def test_a_disagreement_says_both_figures_how_they_were_paired_what_is_held_and_which_claims_wait() -> None:
    message = disagreement_message([FOUND], AS_OF)
    assert (message.audience, message.subject) == ("sources", "ICE and TRAC disagree: people held, 15 June 2025")
    (only,) = message.items
    assert only.facts == (
        ("What differs", "arrested by ICE, convicted: 17,120 in ICE's workbook, 17,102 at TRAC."),
        ("How the two were paired", "By the day of the count."),
        (
            "Held back",
            "These figures of both sources are kept from being judged on until a later release of either settles it. "
            "Every other figure of the two releases is judged on as before.",
        ),
        ("Claims that rest on these figures", "Almost 49,000 people in ICE custody."),
    )
    assert [proof.cell for proof in only.proofs] == ["xlsx:Detention FY25!C17", "json:/0/ice_conv"]
    assert only.caveat == "TRAC restates ICE's workbooks. A disagreement is about the two files, not about the world."
    assert message.footer == (
        "As known on 20 June 2025. onrecord reconcile shows every pair. "
        "TRAC: tracreports.org; cite it with link and as-of date."
    )


def test_a_disagreement_says_how_either_side_is_believed() -> None:
    (only,) = disagreement_message([replace(FOUND, numbers=(417, 418))], AS_OF).items
    label = "To believe one side and lift its hold"
    assert [words for said, words in only.facts if said == label] == [
        'onrecord unhold 417 --because "..."',
        'onrecord unhold 418 --because "..."',
    ]


def test_exchanged_columns_are_called_a_suspicion() -> None:
    message = disagreement_message([replace(FOUND, exchanged=True, claims=())], AS_OF)
    assert message.subject == "ICE's and CBP's figures seem to be exchanged: people held, 15 June 2025"
    facts = dict(message.items[0].facts)
    assert facts["Why this is suspected"] == "The totals agree, and each figure is the other agency's at TRAC."
    assert facts["Claims that rest on these figures"] == "None on record."


def test_where_one_side_contradicts_itself_only_that_side_is_held() -> None:
    said = {
        held: dict(disagreement_message([replace(FOUND, held=held)], AS_OF).items[0].facts)["Held back"]
        for held in ("ice", "trac")
    }  # type: ignore[arg-type]
    assert said["ice"].startswith("Only ICE's figures: the workbook contradicts itself or its past, or was")
    assert said["trac"].startswith("Only TRAC's figures: its table contradicts itself")


def test_many_cells_are_counted_and_many_releases_are_one_message() -> None:
    many = replace(FOUND, cells=tuple(cell(f"facility {n}", n, n + 1) for n in range(40)))
    message = disagreement_message([many, FOUND], AS_OF)
    assert message.subject == "ICE and TRAC disagree: people held, 15 June 2025 (and 1 more)"
    assert dict(message.items[0].facts)["What differs"].endswith(
        "; 28 more, all with their cells in onrecord reconcile --json."
    )
    assert set(message.items[0].proofs) == {proof for each in many.cells[:12] for proof in each.proofs}
    assert len(message.items) == 2


def test_the_same_news_has_the_same_key_and_other_news_another() -> None:
    key = disagreement_message([FOUND], AS_OF).key
    assert key == disagreement_message([FOUND], AS_OF).key
    assert key.startswith("disagree:")
    assert len({key, disagreement_message([replace(FOUND, day=date(2025, 6, 1))], AS_OF).key}) == 2
    assert key != disagreement_message([FOUND], at(date(2025, 7, 1))).key


def test_a_settlement_repeats_what_was_in_dispute() -> None:
    message = settled_message(["TRAC's row of 15 June 2025 and FY25.xlsx disagree."], AS_OF)
    assert (message.audience, message.subject) == ("sources", "Settled: ICE and TRAC no longer disagree")
    assert message.items[0].facts == (
        ("What was in dispute", "TRAC's row of 15 June 2025 and FY25.xlsx disagree."),
        ("Now", "A later release of one of them settled it; figures that turned out wrong stay held."),
    )
    assert settled_message(["one", "two"], AS_OF).subject == "Settled: ICE and TRAC no longer disagree (2)"


def test_every_channel_can_dress_it() -> None:
    message = disagreement_message([FOUND], AS_OF)
    assert message_from_json(message.to_json()) == message
    assert "17,120 in ICE's workbook, 17,102 at TRAC" in as_text(message)
    assert "17,120 in ICE's workbook" in str(as_slack(message))


def test_what_an_edition_restates_word_for_word() -> None:
    moved = "book_ins_by_month: 1 figure of a closed period moved by more than usual since before.xlsx: A from 2 to 1."
    message = revised_message("FY22.xlsx", "ab" * 32, "https://example.org/FY22.xlsx", [moved], AS_OF)
    assert (message.audience, message.subject) == ("sources", "FY22.xlsx restates the past in one table")
    text = " ".join(as_text(message).split())
    assert "Closed periods moved by more than usual" in text
    assert moved in text
    assert "The publisher restated its own past. For this alone nothing is held back: newer figures stand." in text
    assert f"As known on 20 June 2025. FY22.xlsx, sha256 {'ab' * 32}. https://example.org/FY22.xlsx" in text
    two = revised_message("FY22.xlsx", "ab" * 32, "", [moved, "adp: more."], AS_OF)
    assert two.subject == "FY22.xlsx restates the past in 2 tables"
    assert two.key != message.key
    assert message.key == revised_message("FY22.xlsx", "ab" * 32, "", [moved], AS_OF).key
