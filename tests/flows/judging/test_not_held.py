""" "Held here" is not "published": what an edition that was public and is not held here does to the answers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from alerts.claims.model import Claim, load_claims
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Knowledge, Unheld
from alerts.forms.verdicts import Verdict
from figures.records import Finding
from figures.registry import ICE
from flows.cli.app import app
from flows.configuration.settings import load_settings
from flows.importing import import_files
from flows.judging.judge import gather
from flows.pipeline import open_line, run_line, usable_claims
from replica.editions import edition, editions
from replica.wayback import Trouble, Wayback
from replica.workbooks import build
from storage.engine import reading, writing
from storage.read import reads
from storage.write import ledger
from storage.write.findings import record_new_findings
from tests.alerts.conftest import CLAIMS, HELD, at, figure, knowledge, release, shipped
from tests.flows.conftest import Clock
from tests.flows.test_backfill import captured_at
from tests.looks import look

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEED_4 = "seed-4-almost-49000-in-custody"
MAY = "FY25_detentionStats05232025.xlsx"
NEW = "FY27_detentionStats_11202026.xlsx"  # an edition of next year, which no list names
SUBSETS, SEED = 40, 20261128


@dataclass(frozen=True)
class Public:
    """What is known when all that was published is held: every edition that is rebuilt here, and no other."""

    known: Knowledge
    claims: Sequence[Claim]

    def held(self, names: set[str]) -> Knowledge:
        """The same with only some editions held here; that the others were public is known."""
        figures = {
            series: tuple(f for f in vintages if f.release_name in names)
            for series, vintages in self.known.figures.items()
        }
        others = (r for r in self.known.releases if r.name not in names)
        known = [Unheld("ice", r.name, r.edition_day, r.fiscal_year, listed=False) for r in others]
        kept = tuple(r for r in self.known.releases if r.name in names)
        return Knowledge(figures, kept, unheld=tuple(sorted(known, key=lambda each: each.day)))


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Public:
    root = tmp_path_factory.mktemp("public")
    line = open_line(load_settings(root / "home"), lambda: NOW)
    for _ in import_files(ICE, _files(root), {}, (), line, [], alert=False, on_error=_refuse):
        pass
    claims, _ = load_claims([CLAIMS])
    with reading(line.database) as connection:
        return Public(replace(gather(connection, claims), unheld=()), claims)


def _files(folder: Path, *keys: str) -> list[Path]:
    chosen = [edition(key) for key in keys] or list(editions())
    paths = [folder / one.file_name for one in chosen]
    for path, one in zip(paths, chosen, strict=True):
        path.write_bytes(build(one))
    return paths


def _refuse(error: Exception) -> None:
    raise error


def _answers(known: Knowledge, claim: Claim) -> list[Verdict]:
    return [evaluate(claim, "at_claim", known, NOW), evaluate(claim, "revised", known, NOW)]


def test_whatever_is_not_held_no_answer_is_another_than_with_all_that_was_published(public: Public) -> None:
    """An answer stands, or it is that an edition is not held: never another, and never that nothing was published."""
    dice, names = Random(SEED), [one.file_name for one in editions()]
    full = {claim.id: _answers(public.known, claim) for claim in public.claims}
    asked = {claim.id: 0 for claim in public.claims}
    for _ in range(SUBSETS):
        left_out = dice.sample(names, dice.randint(1, len(names) - 1))
        some = public.held(set(names) - set(left_out))
        for claim in public.claims:
            for whole, part in zip(full[claim.id], _answers(some, claim), strict=True):
                assert part.state in (whole.state, "not_held"), (left_out, claim.id, whole.words, part.words)
                if part.state == "not_held":
                    asked[claim.id] += 1
                    assert any(part.words.startswith(f"{name}, a file of ") for name in left_out)
    assert asked[SEED_4] > SUBSETS / 4
    assert asked["seed-8-polls-slipping"] == 0  # what rests on no edition waits for none


def _unheld(day: date, **more: bool | datetime) -> Unheld:
    name = f"FY25_detentionStats{day:%m%d%Y}.xlsx"
    return Unheld("ice", name, day, 2025, **{"listed": False, **more})  # type: ignore[arg-type]


OCTOBER = figure(HELD, 37_700, date(2024, 10, 6), date(2024, 10, 23))
IN_MAY = figure(HELD, 48_870, date(2025, 5, 18), date(2025, 5, 23))
IN_JUNE = figure(HELD, 56_397, date(2025, 6, 15), date(2025, 6, 20))
CLAIM = shipped("seed-4")


def _judged(*unheld: Unheld, figures: Sequence = (OCTOBER, IN_JUNE), answer: str = "at_claim", on: date) -> Verdict:  # type: ignore[type-arg]
    known = replace(knowledge(*figures), unheld=unheld)
    return evaluate(CLAIM, answer, known, at(on))  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", ["at_claim", "revised"])
def test_a_count_of_october_says_nothing_of_may_where_a_newer_edition_was_public(answer: str) -> None:
    verdict = _judged(_unheld(date(2025, 5, 23)), answer=answer, on=date(2025, 7, 1))
    assert (verdict.state, verdict.measured) == ("not_held", None)
    assert verdict.words == (
        f"{MAY}, a file of 23 May 2025, was public and is not held here (it is on the list of known files). "
        "`onrecord backfill` takes it where an archive has it, `onrecord import` from a file"
    )
    held = _judged(figures=(OCTOBER, IN_MAY, IN_JUNE), answer=answer, on=date(2025, 7, 1))
    assert (held.state, held.measured) == ("holds", 48_870)


@pytest.mark.parametrize("answer", ["at_claim", "revised"])
def test_a_level_has_a_greatest_age_where_no_edition_is_known_to_be_missing(answer: str) -> None:
    verdict = _judged(answer=answer, on=date(2025, 7, 1))
    assert verdict.state == "data_missing"
    assert verdict.words == (
        "The newest count that is held here is of 6 October 2024, 234 days before the claim: it says nothing of that "
        "day."
    )
    younger = figure(HELD, 48_870, date(2025, 2, 25), date(2025, 3, 10))  # 92 days before the claim
    assert _judged(figures=(younger,), answer=answer, on=date(2025, 7, 1)).state == "holds"
    older = figure(HELD, 48_870, date(2025, 2, 24), date(2025, 3, 10))
    assert _judged(figures=(older,), answer=answer, on=date(2025, 7, 1)).state == "data_missing"


@pytest.mark.parametrize(
    "harmless",
    [
        _unheld(date(2025, 5, 29)),  # after the claim
        _unheld(date(2025, 5, 12)),  # before the newest that is held
        replace(
            _unheld(date(2025, 5, 26)), name="FY24_detentionStats.xlsx", fiscal_year=2024
        ),  # of a year that is over
        _unheld(date(2025, 5, 26), seen_past=at(date(2025, 5, 27))),  # our own look took what was public then
        replace(_unheld(date(2025, 5, 26)), source="trac_population"),
    ],
)
def test_what_could_not_have_been_the_newest_edition_is_not_asked_for(harmless: Unheld) -> None:
    assert _judged(harmless, figures=(IN_MAY, IN_JUNE), on=date(2025, 7, 1)).state == "holds"


def test_an_edition_that_came_in_late_is_as_old_as_it_is_and_not_as_its_capture() -> None:
    """Captured on 26 May, it is the edition of 12 May: that of the 23rd is newer."""
    late = figure(HELD, 49_005, date(2025, 5, 4), date(2025, 5, 26))
    captured = replace(release(date(2025, 5, 26), 2025), day=date(2025, 5, 12))
    known = replace(knowledge(late, held=(captured,)), unheld=(_unheld(date(2025, 5, 23)),))
    assert evaluate(CLAIM, "at_claim", known, at(date(2025, 7, 1))).state == "not_held"


def test_how_the_world_stands_waits_for_what_was_named_to_us_and_for_what_came_long_after_what_is_held() -> None:
    end_of_may, may = date(2025, 5, 30), _unheld(date(2025, 5, 23))
    assert _judged(may, answer="standing", on=end_of_may).state == "not_held"
    assert _judged(may, figures=(OCTOBER,), answer="standing", on=end_of_may).state == "not_held"
    soon = figure(HELD, 48_000, date(2025, 4, 20), date(2025, 4, 28))
    assert _judged(may, figures=(soon, IN_JUNE), answer="standing", on=end_of_may).state == "near"
    listed = replace(may, listed=True)
    assert _judged(listed, figures=(soon, IN_JUNE), answer="standing", on=end_of_may).state == "not_held"
    looked = replace(listed, seen_past=at(date(2025, 5, 28)))
    assert _judged(looked, figures=(soon, IN_JUNE), answer="standing", on=end_of_may).state == "near"
    assert _judged(listed, figures=(soon, IN_JUNE), answer="standing", on=date(2025, 5, 20)).state == "near"  # not out


def test_the_days_since_a_claim_are_counted_from_what_was_public_then_held_or_not() -> None:
    """Counted from October without an end the move to June would be within what such a time brings, and no move."""
    found = [_judged(*unheld, answer="standing", on=date(2025, 7, 1)) for unheld in ((_unheld(date(2025, 5, 23)),), ())]
    assert [verdict.state for verdict in found] == ["far", "far"]
    assert found[0].z == found[1].z


def _verdict(home: Path, answer: str = "at_claim", claim: str = SEED_4) -> dict[str, str]:
    done = CliRunner(env={"ONRECORD_HOME": str(home)}).invoke(app, ["verdicts", "--json"])
    rows = json.loads(done.stdout)
    return next(row for row in rows if (row["claim"], row["answer"]) == (claim, answer))


def test_with_holes_in_the_history_seed_4_is_not_judged_and_the_edition_in_the_hole_mends_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings = load_settings(home)
    clock = Clock(NOW)
    line = open_line(settings, clock)
    for keys, state in ((("FY24", "06202025"), "not_held"), (("05232025",), "holds")):
        clock.now += timedelta(hours=1)
        for _ in import_files(
            ICE, _files(tmp_path, *keys), {}, usable_claims(settings), line, [], alert=False, on_error=_refuse
        ):
            pass
        assert _verdict(home)["state"] == state
        assert (MAY in _verdict(home)["words"]) is (state == "not_held")
        assert _verdict(home, "revised")["state"] == state
    shown = CliRunner(env={"ONRECORD_HOME": str(home)}).invoke(app, ["verdicts", "--history", SEED_4]).stdout
    assert shown.count("28 May 2025  not held  (judged again later") == 3  # the world of that day is not known either
    assert f"moved by a late file: A file that came in late: {MAY}" in " ".join(shown.split())


def test_a_newer_file_that_the_page_links_and_that_does_not_come_leaves_the_world_unknown(desk: "Desk") -> None:
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(date(2025, 5, 28))
    run_line(desk.settings, desk.line, ["ice"])
    assert _state(desk) == ("near", "near")
    desk.publisher.publish(edition("06202025"))
    desk.clock.set(date(2025, 6, 21))
    too_large = replace(desk.line, policy=replace(desk.line.policy, max_bytes=10_000))
    assert look(desk.settings, too_large, "ice").state == "failed"
    run_line(desk.settings, desk.line, ())
    assert _state(desk) == ("not_held", "near")
    desk.clock.now += timedelta(days=1)
    run_line(desk.settings, desk.line, ["ice"])
    assert _state(desk) == ("far", "far")


def test_an_older_edition_that_the_page_still_links_is_known_and_not_taken(desk: "Desk") -> None:
    desk.publisher.publish(edition("05232025"))
    desk.publisher.publish(edition("06202025"))
    desk.clock.set(date(2025, 6, 21))
    finding = Finding(
        "older_link", "note", "release", (), "one dated link", f"https://www.ice.gov/x/{NEW}", "It is older."
    )
    assert look(desk.settings, desk.line, "ice").state == "new"
    with writing(desk.line.database) as connection:
        record_new_findings(connection, "ice", "discover", [finding], desk.clock.now)
        known = {each.name: each for each in gather(connection, []).unheld}
    assert (known[NEW].listed, known[NEW].day) == (True, date(2026, 11, 20))


def _state(desk: "Desk") -> tuple[str, str]:
    with reading(desk.line.database) as connection:
        rows = ledger.verdicts(connection, history=False)
    return next((r["state"], r["underlying"]) for r in rows if (r["claim_id"], r["answer"]) == (SEED_4, "standing"))


def test_a_backfill_that_stopped_midway_knows_what_it_has_not_taken(tmp_path: Path) -> None:
    """No list names it: the archive's index does, and then the archive goes down."""
    home = tmp_path / "home"
    home.mkdir()
    new = replace(edition("08292025"), file_name=NEW, published_on=date(2026, 11, 20))
    with Wayback() as wayback:
        (home / "onrecord.toml").write_text(
            f'[fetch]\ncontact = "test@localhost"\nattempts = 1\nprivate_hosts = ["{wayback.address[7:]}"]\n'
            f'[backfill]\naddress = "{wayback.address}"\npause_seconds = 0\n'
        )
        wayback.capture(edition("05232025"), captured_at("05232025"))
        wayback.capture(new, datetime(2026, 11, 21, tzinfo=UTC))
        # The two indexes and the first workbook come, then the archive asks to be left alone for a day.
        wayback.trouble(Trouble(), Trouble(), Trouble(), Trouble(429, retry_after="86400"))
        run = CliRunner(env={"ONRECORD_HOME": str(home)})
        assert run.invoke(app, ["backfill", "--direct"]).exit_code == 1
        line = open_line(load_settings(home))
        with reading(line.database) as connection:
            assert [r.name for r in reads.releases(connection)] == [MAY]
            known = {each.name: each for each in gather(connection, []).unheld}
        assert (known[new.file_name].listed, known[new.file_name].day) == (True, date(2026, 11, 20))
        run.invoke(app, ["backfill", "--direct"])
        with reading(line.database) as connection:
            assert new.file_name not in {each.name for each in gather(connection, []).unheld}
