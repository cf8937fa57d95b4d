"""The worked examples on ICE's own workbooks, from the bytes to the verdict, without a database."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from alerts.claims.model import Claim, load_claims
from alerts.claims.parts import Window
from alerts.claims.shipped import shipped_claims
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Knowledge, KnownRelease, collect
from alerts.forms.hysteresis import Position, Step, step
from alerts.forms.verdicts import ANSWERS, WORDS, Answer, Verdict
from checks.document.totals import static
from checks.history.since_october import METRICS_WITH_HISTORY, against_history
from figures.periods import end_of_day
from figures.records import Figure, Finding, Observation, Parsed
from tests.alerts.conftest import at, by_stand_in, shipped, varied
from tests.conftest import Parse

# From the year that seed-6 compares with to the edition whose removals are held; and an old year posted again.
FIRST, LAST = date(2023, 11, 1), date(2025, 8, 31)
TARGET, LEVEL, THRESHOLD, COMPARISON = (shipped(f"seed-{n}") for n in (1, 4, 5, 6))
CLAIMS = (TARGET, LEVEL, THRESHOLD, COMPARISON)
REGISTRY, FAULTS = load_claims([shipped_claims()])
SAID = date(2025, 5, 28)
EARLY_MAY, LATE_MAY = date(2025, 5, 12), date(2025, 5, 23)
EARLY_JUNE, LATE_JUNE = date(2025, 6, 5), date(2025, 6, 20)
JULY, AUGUST = date(2025, 7, 31), date(2025, 8, 29)


@dataclass(frozen=True)
class Edition:
    number: int
    name: str
    sha256: str
    posted: date


@dataclass(frozen=True)
class Archive:
    known: Knowledge
    holds: dict[date, list[Finding]]
    order: tuple[date, ...]


def _editions(manifest: Path) -> list[Edition]:
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if FIRST <= date.fromisoformat(row["edition_date"]) <= LAST]
    rows.sort(key=lambda row: (row["edition_date"], row["published_name"]))
    return [
        Edition(number, row["file"], row["sha256"], date.fromisoformat(row["edition_date"]))
        for number, row in enumerate(rows)
    ]


def _stored(edition: Edition, observation: Observation, holds: Sequence[Finding]) -> Figure:
    held = any(
        hold.scope_kind == "release"
        or (hold.scope_kind == "table" and observation.table in hold.scope)
        or (hold.scope_kind == "cells" and observation.locator in hold.scope)
        for hold in holds
    )
    return Figure(
        series=observation.series,
        period=observation.period,
        value=observation.value,
        unit=observation.unit,
        status=observation.status,
        raw=observation.raw,
        locator=observation.locator,
        period_locator=observation.period_locator,
        fiscal_year=observation.fiscal_year,
        run_date=observation.run_date,
        held=held,
        release_id=edition.number,
        release_name=edition.name,
        sha256=edition.sha256,
        url="",
        known_at=end_of_day(edition.posted),
        known_by="file_name",
        table=observation.table,
    )


def _release(edition: Edition, parsed: Parsed, holds: Sequence[Finding]) -> KnownRelease:
    whole = any(hold.scope_kind == "release" for hold in holds)
    tables = () if whole else tuple(sorted({t for hold in holds if hold.scope_kind == "table" for t in hold.scope}))
    words = " ".join(hold.words for hold in holds if hold.scope_kind != "cells")
    return KnownRelease("ice", edition.name, end_of_day(edition.posted), parsed.fiscal_year, tables, words)


@pytest.fixture(scope="module")
def archive(shared_data: Path, parse_once: Parse) -> Archive:
    """Every edition parsed and checked in the order of publication, each against the clean ones before it."""
    archive = Archive(collect((), ()), {}, ())
    for edition in _editions(shared_data / "ice" / "manifest.csv"):
        archive = _with(archive, edition, shared_data, parse_once)
    return archive


def _with(archive: Archive, edition: Edition, shared_data: Path, parse: Parse) -> Archive:
    """The archive after one more edition."""
    parsed = parse((shared_data / "ice" / "workbooks" / edition.name).read_bytes(), edition.name)
    counted = [o for o in parsed.observations if o.metric in METRICS_WITH_HISTORY]
    figures = [f for vintages in archive.known.figures.values() for f in vintages]
    clean = [
        f
        for f in sorted(figures, key=lambda f: f.release_id)
        if f.fiscal_year == parsed.fiscal_year
        and f.status == "reported"
        and f.period.kind in ("instant", "fiscal_year_to_date")
        and not f.held
    ]
    history = against_history(counted, parsed.fiscal_year, clean, end_of_day(edition.posted))
    findings = [*parsed.findings, *static(parsed.observations), *history]
    holds = [finding for finding in findings if finding.severity == "hold"]
    figures += [_stored(edition, o, holds) for o in counted if o.status != "not_current"]
    releases = (*archive.known.releases, _release(edition, parsed, holds))
    return Archive(
        collect(figures, releases), {**archive.holds, edition.posted: holds}, (*archive.order, edition.posted)
    )


def _held_tables(archive: Archive, day: date) -> set[str]:
    """Which of the tables that claims rest on are held."""
    series = {claim.words.test.series for claim in CLAIMS}
    tables = {f.table for key in series for f in archive.known.figures[key]}
    return {
        table for hold in archive.holds[day] for table in tables if hold.scope_kind == "release" or table in hold.scope
    }


def judged(archive: Archive, claim: Claim, day: date, answer: Answer = "standing") -> Verdict:
    return evaluate(claim, answer, archive.known, at(day))


def test_the_editions_in_question_are_clean_and_the_one_of_29_august_holds_its_removals(archive: Archive) -> None:
    for day in (EARLY_MAY, LATE_MAY, EARLY_JUNE, LATE_JUNE, JULY):
        assert _held_tables(archive, day) == set()
    assert _held_tables(archive, AUGUST) == {"removals"}


@pytest.mark.parametrize(
    ("day", "held_on", "y", "r", "z", "state"),
    [
        (date(2025, 5, 9), "2025-04-20", 49_184, 0.0038, 0.2, "near"),
        (EARLY_MAY, "2025-05-04", 49_005, 0.0001, 0.0, "near"),
        (LATE_MAY, "2025-05-18", 48_870, -0.0027, -0.1, "near"),
        (EARLY_JUNE, "2025-06-01", 51_302, 0.0470, 1.9, "near"),
        (LATE_JUNE, "2025-06-15", 56_397, 0.1510, 4.4, "far"),
    ],
)
def test_almost_49000(archive: Archive, day: date, held_on: str, y: float, r: float, z: float, state: str) -> None:
    verdict = judged(archive, LEVEL, day)
    assert (verdict.measured, verdict.edition, verdict.state) == (y, held_on, state)
    assert verdict.deviation is not None
    assert verdict.z is not None
    assert (round(verdict.deviation, 4), round(verdict.z, 1)) == (r, z)
    assert verdict.evidence[0].locator == "xlsx:Detention FY25!F20"


@pytest.mark.parametrize(
    ("day", "answer", "formula", "rate", "state"),
    [
        (LATE_JUNE, "at_claim", "(101,911 - 92,129) / 14 days", 698.7, "not_yet_testable"),
        (LATE_JUNE, "standing", "(130,814 - 101,911) / 28 days", 1032.2, "short"),
        (JULY, "standing", "(168,371 - 130,814) / 42 days", 894.2, "short"),
    ],
)
def test_3000_a_day(archive: Archive, day: date, answer: Answer, formula: str, rate: float, state: str) -> None:
    verdict = judged(archive, TARGET, day, answer)
    assert verdict.measured is not None
    assert (verdict.formula, round(verdict.measured, 1), verdict.state) == (formula, rate, state)
    assert {f.locator for f in verdict.evidence} == {"xlsx:Detention FY25!V22"}


def test_before_the_first_window_is_over_nothing_is_said_of_a_target(archive: Archive) -> None:
    assert judged(archive, TARGET, EARLY_JUNE).state == "not_yet_testable"


@pytest.mark.parametrize(
    ("day", "y", "own", "other"),
    [(EARLY_MAY, 49_005, "+18.1%", "+11.4%"), (LATE_MAY, 48_870, "+17.8%", "+11.1%")],
)
def test_more_than_congress_funded(archive: Archive, day: date, y: float, own: str, other: str) -> None:
    verdict = judged(archive, THRESHOLD, day)
    assert (verdict.measured, verdict.state) == (y, "near")
    assert f"{own} against 41,500 funded beds; {other} against 44,000 beds" in verdict.words


def test_the_yardstick_is_replaced_after_4_july(archive: Archive) -> None:
    days = (date(2025, 7, 4), date(2025, 7, 5), JULY)
    assert [judged(archive, THRESHOLD, day).state for day in days] == ["near", "superseded", "superseded"]


@pytest.mark.parametrize(
    ("day", "formula", "ratio", "state"),
    [
        (EARLY_MAY, "[(157,948 - 85,769) / 98 days] / [271,484 / 366 days]", 0.993, "near"),
        (LATE_MAY, "[(169,956 - 85,769) / 112 days] / [271,484 / 366 days]", 1.013, "near"),
        (EARLY_JUNE, "[(181,360 - 85,769) / 126 days] / [271,484 / 366 days]", 1.023, "near"),
        (LATE_JUNE, "[(197,016 - 85,769) / 140 days] / [271,484 / 366 days]", 1.071, "drifting"),
        (JULY, "[(246,287 - 85,769) / 182 days] / [271,484 / 366 days]", 1.189, "far"),
    ],
)
def test_roughly_the_same(archive: Archive, day: date, formula: str, ratio: float, state: str) -> None:
    verdict = judged(archive, COMPARISON, day)
    assert verdict.measured is not None
    assert (round(verdict.measured, 3), verdict.state) == (ratio, state)
    assert verdict.readings[0].formula == formula
    assert {f.locator for f in verdict.evidence} == {"xlsx:Detention FY25!P29", "xlsx:Detention FY24!P29"}


def test_the_removals_of_29_august_are_not_judged_on_and_everything_else_is(archive: Archive) -> None:
    held = judged(archive, COMPARISON, AUGUST)
    assert (held.state, held.measured) == ("quality_hold", None)
    assert "FY25_detentionStats08292025.xlsx" in held.words
    level = judged(archive, LEVEL, AUGUST)
    assert (level.measured, level.state) == (61_226, "far")
    assert judged(archive, TARGET, AUGUST).state == "short"


@pytest.mark.parametrize(
    ("claim", "measured", "state"),
    [
        (LEVEL, 48_870, "holds"),
        (THRESHOLD, 48_870, "holds"),
        (COMPARISON, 1.013, "holds"),
        (TARGET, 698.7, "not_yet_testable"),
    ],
    ids=lambda v: v.id if isinstance(v, Claim) else None,
)
def test_what_was_right_when_it_was_said(archive: Archive, claim: Claim, measured: float, state: str) -> None:
    first = judged(archive, claim, SAID, "at_claim")
    assert first.measured == pytest.approx(measured, abs=0.05 if measured > 100 else 0.0005)
    assert first.state == state
    for day in archive.order:
        if day > SAID:
            assert judged(archive, claim, day, "at_claim") == first
    assert judged(archive, claim, AUGUST, "revised").state == state


def _walk(archive: Archive, claim: Claim) -> list[tuple[date, Step]]:
    """Judged on the day of the claim and on every edition after it."""
    steps: list[tuple[date, Step]] = []
    position: Position | None = None
    for day in (SAID, *(day for day in archive.order if day > SAID)):
        taken = step(position, judged(archive, claim, day))
        position = taken.position
        steps.append((day, taken))
    return steps


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (TARGET, []),
        (LEVEL, [(LATE_JUNE, "further_away", "far")]),
        (THRESHOLD, []),
        (COMPARISON, [(LATE_JUNE, "further_away", "drifting"), (JULY, "further_away", "far")]),
    ],
    ids=lambda v: v.id if isinstance(v, Claim) else None,
)
def test_the_alerts_of_the_summer_of_2025(archive: Archive, claim: Claim, told: list[tuple[date, str, str]]) -> None:
    steps = _walk(archive, claim)
    assert [(day, s.change, s.position.state) for day, s in steps if s.change] == told
    assert [day for day, _ in steps] == [SAID, EARLY_JUNE, LATE_JUNE, JULY, AUGUST]


def test_the_hold_of_29_august_leaves_the_state_beneath_it(archive: Archive) -> None:
    day, last = _walk(archive, COMPARISON)[-1]
    assert day == AUGUST
    assert (last.position.state, last.position.underlying) == ("quality_hold", "far")


@pytest.mark.parametrize("day", [date(2025, 8, 1), date(2025, 9, 5)])
def test_the_file_of_fiscal_year_2020_posted_again_changes_nothing(
    archive: Archive, shared_data: Path, parse_once: Parse, day: date
) -> None:
    """Before the hold of 29 August and after it."""
    edition = Edition(len(archive.order), "FY20-detentionstats__2c30cee5.xlsx", "20" * 32, day)
    again = _with(archive, edition, shared_data, parse_once)
    assert 2020 in {release.fiscal_year for release in again.known.releases}
    level = again.known.figures[LEVEL.words.test.series]
    assert date(2020, 10, 2) in {f.period.end for f in level}
    releases = sorted(again.known.releases, key=lambda r: r.known_at)
    known = collect(
        sorted((f for vintages in again.known.figures.values() for f in vintages), key=lambda f: f.known_at), releases
    )
    for claim in CLAIMS:
        for answer in ANSWERS:
            assert evaluate(claim, answer, known, at(day)) == evaluate(claim, answer, archive.known, at(day))


# The other claims on record, as of the edition of 29 August 2025: each line of theirs that names an edition held here.


def at_claim(archive: Archive, start: str) -> Verdict:
    return judged(archive, shipped(start), LAST, "at_claim")


def test_triple_the_early_days_depends_on_what_they_are_measured_by(archive: Archive) -> None:
    verdict = at_claim(archive, "seed-2")
    assert verdict.state == "depends_on_definition"
    assert [(round(r.measured, 2), r.state) for r in verdict.readings] == [
        (3.26, "holds"),
        (3.35, "holds"),
        (4.27, "outside"),
        (4.51, "outside"),
    ]
    assert "[(94,641 - 82,093) / 14 days]" in verdict.readings[1].formula  # 896.3 a day
    assert "[(40,435 - 30,609) / 14 days]" in verdict.readings[2].formula  # 701.9 a day


def test_the_other_reading_of_biden_s_last_year(archive: Archive) -> None:
    """The 364 days to 25 January 2025, 761.9 a day: -1.3 %, and the claim holds as well."""
    days = Window(start=date(2024, 1, 28), end=date(2025, 1, 25))
    other = varied(COMPARISON, against_fiscal_year=None, against=days)
    verdict = judged(archive, other, LATE_MAY)
    assert (round(verdict.measured or 0, 3), verdict.state) == (0.987, "near")
    assert verdict.words.endswith("0.987 times the 761.9 a day of 28 January 2024 to 25 January 2025")
    assert judged(archive, other, SAID, "at_claim").state == "holds"


def test_border_crossings_by_their_stand_in(archive: Archive) -> None:
    verdict = judged(archive, by_stand_in(), LAST, "at_claim")
    assert (verdict.state, round(verdict.measured or 0)) == ("consistent", -69)
    assert verdict.words.startswith("-69.3 % from 15,006 (October 2024) to 4,605 (April 2025)")
    assert verdict.proxy == "CBP book-ins for border crossings"


def test_border_down_interior_up_by_its_stand_ins(archive: Archive) -> None:
    verdict = at_claim(archive, "seed-7")
    assert verdict.state == "consistent"
    cbp, ice, book_ins, detained = verdict.readings
    assert (round(cbp.measured), round(ice.measured)) == (-70, 127)
    assert "= 81.4 %" in book_ins.formula
    assert "= 63.6 % against 14,882 / 39,238 = 37.9 %" in detained.formula


@pytest.mark.parametrize(
    ("start", "state", "measured", "words"),
    [
        ("seed-1", "not_yet_testable", 698.7, "23% of the target (26% if"),
        ("miller", "not_yet_testable", 698.7, "23% of the target"),
        ("quota", "not_yet_testable", 227.1, "19% of the target"),
        ("dhs-surpassed", "depends_on_definition", 1.331, "0.193 times the 271,484 of FY2024 (removals: outside)"),
        ("trac-72179", "holds", 0.993, "736.5 a day from 26 January 2025 to 3 May 2025, 0.993 times the 741.8 a day"),
        ("trac-54-7", "holds", 54.7, "(22,538 of 41,169), of the people held on 9 February 2025"),
        ("trac-70-3", "holds", 70.3, "of the people held on 24 August 2025"),
        ("trac-34580", "holds", 34_580, "the lowest since 19 November 2023"),
        ("record-56397", "holds", 56_397, "the highest before was 51,302"),
        ("record-61226", "holds", 61_226, "the highest before was 56,945"),
        ("trac-990", "holds", 990.3, "-19.1 % against 1 June 2025 to 30 June 2025"),
        ("nbc-june", "holds", 31_607, "23,649 people booked in in May, as said"),
        ("trac-mtd", "not_yet_testable", 25_131.9, "13,782 / 17 days x 31 days = 25,132 people booked in"),
        (
            "dhs-70pct",
            "depends_on_definition",
            70.1,
            "(people held whom ICE arrested, convicted or charged: consistent)",
        ),
        (
            "dhs-70pct",
            "depends_on_definition",
            70.1,
            "59.7 % convicted or charged (20,463 of 34,275), of the people bo",
        ),
    ],
)
def test_right_when_it_was_said(archive: Archive, start: str, state: str, measured: float, words: str) -> None:
    verdict = at_claim(archive, start)
    assert (verdict.state, verdict.measured) == (state, pytest.approx(measured, abs=0.05 if measured > 10 else 5e-4))
    assert words in verdict.words


@pytest.mark.parametrize(
    ("start", "state", "measured", "words"),
    [
        ("homan-46000", "holds", 46_269, "the count of 9 March 2025 fits"),
        ("cbs-59000", "outside", 56_501.4, "interpolated between 56,397 on 15 June 2025 and 56,945 on 27 July 2025"),
        ("cbs-150000", "holds", 157_263.6, "interpolated between files"),
        ("nyt-60000", "confirmed_later", 61_226, "Confirmed later: 61,226 people held on 24 August 2025"),
        ("trac-mtd", "outside", 28_882, "It came to 28,882 people booked in from 1 May 2025 to 31 May 2025"),
    ],
)
def test_right_with_hindsight(archive: Archive, start: str, state: str, measured: float, words: str) -> None:
    verdict = judged(archive, shipped(start), LAST, "revised")
    assert (verdict.state, verdict.measured) == (state, pytest.approx(measured, abs=0.05))
    assert words in verdict.words


def test_a_claim_that_no_edition_reaches_held_ones_counted_waits_for_one(archive: Archive) -> None:
    assert at_claim(archive, "ice-199600").state == "not_yet_testable"
    later = judged(archive, shipped("ice-199600"), LAST, "revised")
    assert (later.state, later.due) == ("not_yet_testable", date(2025, 9, 10))
    assert later.words.startswith("No file covers 20 January 2025 to 27 August 2025 to its end;")


def test_every_claim_on_record_has_a_verdict_or_says_why_not(archive: Archive) -> None:
    assert FAULTS == []
    assert len(REGISTRY) == 60
    for claim in REGISTRY:
        for answer in ANSWERS:
            verdict = judged(archive, claim, LAST, answer)
            assert verdict.state in WORDS[answer]
            assert (verdict.measured is not None and verdict.evidence) or len(verdict.words) > 40
            assert verdict.words
            assert claim.words.testability != "proxy" or verdict.proxy


def test_the_page_in_docs_says_what_these_editions_say(archive: Archive) -> None:
    """What was right when it was said moves never again: the page of a fuller archive says the same, or that it waits
    for an edition which is known to have been public, as nothing here is.
    """
    page = (Path(__file__).parents[3] / "docs" / "claims.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| [")]
    told = {row[0].partition("]")[0].strip("["): row[3].replace(" ", "_") for row in rows}
    assert told.keys() == {claim.id for claim in REGISTRY}
    for claim in REGISTRY:
        of_ice = all(series.startswith("ice.") for series in claim.needed[:1])  # no other publisher's files are here
        is_here = set(claim.needed) <= archive.known.figures.keys() or not claim.needed
        if of_ice and is_here and claim.on_record_at <= at(LAST) and told[claim.id] != "not_held":
            assert (claim.id, judged(archive, claim, LAST, "at_claim").state) == (claim.id, told[claim.id])
