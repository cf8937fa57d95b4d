"""ICE held against TRAC in the whole line: what is recorded, held, told, settled; silence, outage and stand-in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flows.configuration.settings import SourceSettings
from flows.importing import import_files, reconcile_past
from flows.pipeline import run_line, usable_claims
from flows.reconcile import hold_against
from replica.editions import Edition, edition
from replica.workbooks import build
from scrapers.registry import ICE
from storage.engine import reading, writing
from storage.read import journal, reads
from storage.write import ledger
from storage.write.findings import lift
from tests.looks import look

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

HELD = "ice.detained{agency=all, criminality=all}"
THEIRS = "trac.detained{agency=all, criminality=all}"
TABLE = "detained_by_criminality"
ROWS = ("Total", "Convicted Criminal", "Pending Criminal Charges", "Other Immigration Violator")


def exchanged(original: Edition, **changes: Any) -> Edition:
    """The edition with the columns of ICE and CBP in each other's place, in every row of the block."""
    figures = dict(original.figures)
    for row in ROWS:
        ice, cbp = (TABLE, row, "ICE"), (TABLE, row, "CBP")
        figures[ice], figures[cbp] = figures[cbp], figures[ice]
    return replace(original, figures=figures, **changes)


def moved(original: Edition, by: int) -> Edition:
    """The edition with so many more people of ICE's without record: every sum still adds up."""
    figures = dict(original.figures)
    for row in ("Total", "Other Immigration Violator"):
        for column in ("ICE", "Total"):
            figures[TABLE, row, column] = (figures[TABLE, row, column] or 0) + by
    return replace(original, figures=figures)


def _run(desk: "Desk", day: date, *names: str) -> list[str]:
    desk.clock.set(day)
    return [o.state for o in run_line(desk.settings, desk.line, names or ("ice", desk_trac(desk)))]


def desk_trac(desk: "Desk") -> str:
    return next(name for name in desk.settings.enabled() if name.startswith("trac"))


def _start(desk: "Desk") -> None:
    """The edition of 23 May 2025 on both sides, and the claims on record."""
    desk.publisher.publish(edition("05232025"))
    _run(desk, date(2025, 5, 28))


def _verdict(desk: "Desk") -> Mapping[str, Any]:
    with reading(desk.line.database) as connection:
        rows = ledger.verdicts(connection, history=False)
    return next(r for r in rows if r["answer"] == "standing" and r["claim_id"].startswith("seed-4"))


def _messages(desk: "Desk", audience: str = "sources") -> list[Mapping[str, Any]]:
    with reading(desk.line.database) as connection:
        return [m for m in ledger.messages(connection) if m["audience"] == audience]


def _subjects(desk: "Desk", audience: str = "sources") -> list[str]:
    return [m["subject"] for m in _messages(desk, audience)]


def _holds(desk: "Desk") -> list[tuple[str, str, int]]:
    with reading(desk.line.database) as connection:
        found = journal.findings(connection, severities=("hold",), open_only=True)
    return [(f.source.partition("_")[0], f.check, len(f.scope)) for f in found]


def _record(desk: "Desk") -> list[tuple[object, ...]]:
    with reading(desk.line.database) as connection:
        found = [f for f in journal.findings(connection) if f.stage != "look"]
    return [(f.id, f.check, f.words, f.lifted_at) for f in found]


def _facts(message: Mapping[str, Any]) -> dict[str, str]:
    return {label: words for item in message["body"]["items"] for label, words in (*item["facts"], *item["details"])}


def test_agreement_is_a_second_witness_in_evidence_and_in_the_message(desk: "Desk") -> None:
    _start(desk)
    desk.publisher.publish(edition("06202025"))
    _run(desk, date(2025, 6, 20))
    evidence = _verdict(desk)["evidence"]
    assert [(e["role"], e["series"], e["value"]) for e in evidence] == [
        ("judged_on", HELD, 56397),
        ("second_witness", THEIRS, 56397),
    ]
    (told,) = [m for m in _messages(desk, "desk") if "15 % above “almost 49,000”" in m["subject"]]
    assert _facts(told)["Second witness"].startswith(
        "TRAC says the same: 56,397 people held, by TRAC, on 15 June 2025."
    )
    assert told["body"]["items"][0]["proofs"][-1]["figure"].startswith("second witness: 56,397 ")
    with reading(desk.line.database) as connection:
        notes = [f for f in journal.findings(connection, open_only=True) if f.check == "second_witness"]
    assert [(f.release_name, len(f.scope), f.found) for f in notes] == [
        ("FY25_detentionStats05232025.xlsx", 12, "2025-05-18"),
        ("FY25_detentionStats06202025.xlsx", 12, "2025-06-15"),
    ]
    assert (_subjects(desk), _holds(desk)) == ([], [])


def test_a_witness_that_comes_later_is_added_and_tells_nothing_again(desk: "Desk") -> None:
    _start(desk)
    desk.publisher.publish(edition("06202025"), by_trac=False)
    _run(desk, date(2025, 6, 20))
    assert [e["role"] for e in _verdict(desk)["evidence"]] == ["judged_on"]
    with reading(desk.line.database) as connection:
        behind = [f for f in journal.findings(connection, open_only=True) if f.check == "no_second_witness"]
    assert [(f.severity, f.found) for f in behind] == [("note", "trac_behind")]
    before = _subjects(desk, "desk")
    desk.publisher.restate(edition("06202025"))
    _run(desk, date(2025, 6, 23))
    assert [e["role"] for e in _verdict(desk)["evidence"]] == ["judged_on", "second_witness"]
    assert _subjects(desk, "desk") == before


# What the edition before says of it: the columns of counts, those of shares, and the convicted share.
BY_HISTORY = [("ice", "lines_exchanged", 8), ("ice", "lines_exchanged", 8)]


def test_exchanged_columns_hold_the_two_columns_of_the_workbook_and_no_claim_on_the_total(desk: "Desk") -> None:
    """The edition before has them in their places, and so has TRAC: it is known which side is wrong."""
    _start(desk)
    original = edition("06202025")
    desk.publisher.publish(exchanged(original), restated=original)
    _run(desk, date(2025, 6, 20))
    assert _holds(desk) == [*BY_HISTORY, ("ice", "columns_exchanged", 8)]
    assert _verdict(desk)["state"] == "far"  # the total is not in dispute
    (told,) = _messages(desk)
    assert told["subject"] == "ICE's and CBP's figures seem to be exchanged: people held, 15 June 2025"
    assert told["state"] == "sent"
    facts = _facts(told)
    assert facts["Claims that rest on these figures"] == "None on record."
    assert facts["Why this is suspected"] == "The totals agree, and each figure is the other agency's at TRAC."
    assert facts["Held back"].startswith("Only ICE's figures")
    record = _record(desk)
    for days in (1, 2):
        _run(desk, date(2025, 6, 20) + timedelta(days=days))
    assert (len(_messages(desk)), _record(desk)) == (1, record)


def test_exchanged_columns_without_an_edition_before_are_held_on_both_sides(desk: "Desk") -> None:
    original = edition("06202025")
    desk.publisher.publish(exchanged(original), restated=original)
    _run(desk, date(2025, 6, 20))
    assert _holds(desk) == [("ice", "columns_exchanged", 8), ("trac", "columns_exchanged", 8)]
    (told,) = _messages(desk)
    assert _facts(told)["Held back"].startswith("These figures of both sources")


def test_a_re_issue_settles_it_and_the_wrong_edition_stays_held(desk: "Desk") -> None:
    _start(desk)
    original = edition("06202025")
    desk.publisher.publish(exchanged(original), restated=original)
    _run(desk, date(2025, 6, 20))
    again = replace(original, file_name="FY25_detentionStats06262025.xlsx", published_on=date(2025, 6, 26))
    desk.publisher.publish(again)
    _run(desk, date(2025, 6, 26))
    assert _holds(desk) == [*BY_HISTORY, ("ice", "columns_exchanged", 8)]
    # TRAC's row was never held, so there is nothing to be settled.
    assert _subjects(desk) == ["ICE's and CBP's figures seem to be exchanged: people held, 15 June 2025"]
    with reading(desk.line.database) as connection:
        figures = reads.figures(connection, ["ice.detained{agency=ICE, criminality=all}"])
    assert [(f.release_name[-13:-5], f.held) for f in figures[-2:]] == [("06202025", True), ("06262025", False)]


def test_a_total_in_dispute_holds_the_claim_until_trac_corrects_it(desk: "Desk") -> None:
    _start(desk)
    original = edition("06202025")
    desk.publisher.publish(original, restated=moved(original, 10))
    _run(desk, date(2025, 6, 20))
    assert _holds(desk) == [("ice", "sources_disagree", 4), ("trac", "sources_disagree", 4)]
    verdict = _verdict(desk)
    assert (verdict["state"], verdict["underlying"]) == ("quality_hold", "near")
    assert "TRAC's row of 15 June 2025 and FY25_detentionStats06202025.xlsx disagree" in verdict["words"]
    (told,) = _messages(desk)
    assert told["subject"] == "ICE and TRAC disagree: people held, 15 June 2025"
    facts = _facts(told)
    assert "both agencies, all criminality: 56,397 in ICE's workbook, 56,407 at TRAC" in facts["What differs"]
    assert facts["Claims that rest on these figures"].startswith("Almost 49,000 people in ICE custody; ")
    assert {p["cell"] for p in told["body"]["items"][0]["proofs"]} >= {"xlsx:Detention FY25!F20", "json:/0/total_all"}
    assert not any(s.startswith("Moved far from the claim: Almost") for s in _subjects(desk, "desk"))
    desk.publisher.restate(original)
    _run(desk, date(2025, 6, 24))
    assert _verdict(desk)["state"] == "far"
    assert _subjects(desk)[1:] == ["Settled: ICE and TRAC no longer disagree"]
    assert _holds(desk) == []


def test_a_table_that_contradicts_itself_is_the_one_at_fault(desk: "Desk") -> None:
    """TRAC's sum does not add up: its figures are held, the workbook's are judged on."""
    _start(desk)
    original = edition("06202025")
    broken = {**original.figures, (TABLE, "Total", "Total"): 57000}
    desk.publisher.publish(original, restated=replace(original, figures=broken))
    _run(desk, date(2025, 6, 20))
    assert ("trac", "sources_disagree", 1) in _holds(desk)
    assert not any(source == "ice" for source, _, _ in _holds(desk))
    assert _verdict(desk)["state"] == "far"
    assert _facts(_messages(desk)[0])["Held back"].startswith("Only TRAC's figures")


def test_every_table_of_tracs_that_repeats_the_figure_is_held(desk: "Desk") -> None:
    _start(desk)
    original = edition("06202025")
    desk.publisher.publish(original, restated=moved(original, 10))
    _run(desk, date(2025, 6, 20))
    desk.publisher.publish(edition("07312025"))
    _run(desk, date(2025, 7, 31))
    with reading(desk.line.database) as connection:
        june = [f for f in reads.figures(connection, [THEIRS]) if f.period.end == date(2025, 6, 15)]
    assert [f.held for f in june] == [True, True]
    assert _verdict(desk)["measured"] == 56945  # the newest edition is not in dispute
    assert [s for s in _subjects(desk) if "restates the past" not in s] == _subjects(desk)[:1]


def test_what_a_person_lifts_stays_lifted(desk: "Desk") -> None:
    _start(desk)
    original = edition("06202025")
    desk.publisher.publish(original, restated=moved(original, 10))
    _run(desk, date(2025, 6, 20))
    with writing(desk.line.database) as connection:
        ids = [f.id for f in journal.findings(connection, severities=("hold",), open_only=True)]
        lift(connection, ids, "A. Editor", "ICE confirmed its figure by telephone", desk.clock.now)
    _run(desk, date(2025, 6, 21))
    assert _holds(desk) == []
    assert _verdict(desk)["state"] == "far"
    assert len(_messages(desk)) == 1


def test_reconciling_twice_changes_nothing(desk: "Desk") -> None:
    _start(desk)
    desk.publisher.publish(exchanged(edition("06202025")), restated=edition("06202025"))
    _run(desk, date(2025, 6, 20))
    record = _record(desk)
    again = hold_against(desk.line.database, usable_claims(desk.settings), desk.clock.now, ["screen"])
    assert (again.messages, again.since, _record(desk)) == ((), None, record)


def test_93_days_of_silence_are_told_twice_and_their_end_once_beside_one_change(desk: "Desk") -> None:
    _start(desk)
    day = date(2025, 5, 28)
    while day < date(2025, 8, 29):
        _run(desk, day)
        day += timedelta(days=4)
    ice = "U.S. Immigration and Customs Enforcement"
    late = f"{ice} is late: nothing new since 28 May 2025 (28 days)"
    silent = f"{ice} is silent: nothing new since 28 May 2025 (52 days)"
    assert _subjects(desk) == [late, silent]
    assert _subjects(desk, "desk") == []
    desk.publisher.publish(edition("08292025"))
    for days in range(3):
        _run(desk, date(2025, 8, 29) + timedelta(days=days))
    again = f"{ice} published again after 93 days: FY25_detentionStats08292025.xlsx"
    recoded = "FY25_detentionStats08292025.xlsx restates the past in one table"
    assert sorted(_subjects(desk)) == sorted([late, silent, recoded, again])
    (change,) = [s for s in _subjects(desk, "desk") if "almost 49,000" in s]
    assert change.startswith("61,226 people held on 24 August 2025, 25 % above")
    with reading(desk.line.database) as connection:
        stages = [(f.check, f.found, f.lifted_by) for f in journal.findings(connection, stage="release_watch")]
    assert stages == [(f"release_{stage}", "2025-05-28", "onrecord") for stage in ("due", "late", "silent")]


def _without(desk: "Desk", source: str) -> None:
    """From now on the site of a source does not answer as it should."""
    broken = SourceSettings(address=f"{desk.publisher.address}/gone")
    desk.settings = replace(desk.settings, sources={**desk.settings.sources, source: broken})


@pytest.mark.parametrize("out", ["ice", "trac"])
def test_an_outage_of_either_site_leaves_the_other_s_series_and_verdicts_intact(desk: "Desk", out: str) -> None:
    _start(desk)
    other = "trac" if out == "ice" else "ice"
    _without(desk, "ice" if out == "ice" else desk_trac(desk))
    desk.publisher.publish(edition("06202025"))
    assert sorted(_run(desk, date(2025, 6, 20))) == ["failed", "new"]
    with reading(desk.line.database) as connection:
        counts = {name: len(reads.figures(connection, [key])) for name, key in (("ice", HELD), ("trac", THEIRS))}
    # TRAC's second table repeats the row of its first.
    assert counts == {"ice": 1 if out == "ice" else 2, "trac": 3 if out == "ice" else 1}
    verdict = _verdict(desk)
    assert verdict["state"] == ("near" if out == "ice" else "far")
    assert {e["series"] for e in verdict["evidence"]} <= {HELD, THEIRS}
    assert verdict["evidence"][0]["series"] == HELD
    assert (_subjects(desk), _holds(desk)) == ([], [])
    assert other != out


def test_trac_stands_in_for_an_ice_that_is_silent_here_and_steps_back(desk: "Desk") -> None:
    _start(desk)
    address = desk.settings.sources
    _without(desk, "ice")
    desk.publisher.publish(edition("06202025"))
    _run(desk, date(2025, 6, 20))
    assert _verdict(desk)["measured"] == 48870  # 33 days are no silence
    desk.publisher.publish(edition("07312025"))
    _run(desk, date(2025, 7, 31))
    verdict = _verdict(desk)
    assert (verdict["state"], verdict["measured"]) == ("far", 56945)
    assert verdict["words"] == (
        "No figure of ICE's after its count of 18 May 2025 (74 days ago) is held here; TRAC stands in: "
        "56,945 people held on 27 July 2025"
    )
    assert [(e["role"], e["series"]) for e in verdict["evidence"]] == [("stands_in", THEIRS)]
    (told,) = [m for m in _messages(desk, "desk") if "almost" in m["subject"]]
    assert told["subject"].startswith("56,945 people held, by TRAC on 27 July 2025, 16 % above “almost 49,000”")
    assert _facts(told)["Source"].startswith(
        f"The claim is judged by {HELD}; when that is silent for more than 45 days, {THEIRS} stands in: TRAC restates"
    )
    desk.settings = replace(desk.settings, sources=address)
    _run(desk, date(2025, 8, 2))
    verdict = _verdict(desk)
    assert [(e["role"], e["series"]) for e in verdict["evidence"]] == [
        ("judged_on", HELD),
        ("second_witness", THEIRS),
    ]
    assert verdict["words"] == "56,945 people held on 27 July 2025"
    assert len([m for m in _messages(desk, "desk") if "almost" in m["subject"]]) == 1


def test_an_import_is_held_against_tracs_table_and_the_past_is_judged_again(desk: "Desk", tmp_path: Path) -> None:
    """TRAC is known; the workbooks come in as files, one that agrees and one that does not."""
    for restated in (edition("05232025"), moved(edition("06202025"), 10)):
        desk.publisher.restate(restated)
    desk.clock.set(date(2025, 6, 23))
    assert look(desk.settings, desk.line, desk_trac(desk)).state == "new"
    files = []
    for made in (edition("05232025"), edition("06202025")):
        path = tmp_path / made.file_name
        path.write_bytes(build(made))
        files.append(path)
    claims = usable_claims(desk.settings)
    list(import_files(ICE, files, {}, claims, desk.line, ["screen"], alert=False, on_error=lambda e: None))
    assert _verdict(desk)["state"] == "far"
    for _ in range(2):
        reconcile_past(claims, desk.line, ["screen"], ["screen"], alert=False)
        assert (_verdict(desk)["state"], _verdict(desk)["underlying"]) == ("quality_hold", "near")
        assert [(m["subject"], m["quiet"]) for m in _messages(desk)] == [
            ("ICE and TRAC disagree: people held, 15 June 2025", "a past edition, imported")
        ]
