"""Every form of claim on figures by hand: right, not right, nothing to judge on, held."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest

from alerts.claims.model import Claim
from alerts.claims.parts import Accept
from alerts.forms.evaluate import evaluate
from alerts.forms.registry import FORMS, MENU
from alerts.forms.verdicts import ANSWERS, WORDS
from figures.records import Figure
from tests.alerts.by_hand import (
    BY_BOTH,
    BY_CBP,
    BY_ICE,
    HELD,
    REMOVALS,
    count,
    held,
    judged,
    month,
    with_newest_held,
)
from tests.alerts.conftest import at, by_stand_in, knowledge, shipped
from tests.looped import for_each

MAY, JUNE = date(2025, 5, 23), date(2025, 6, 5)
END = date(2026, 2, 1)


def _levels(value: float) -> list[Figure]:
    return [held(40_000, date(2025, 5, 4), date(2025, 5, 12)), held(value, date(2025, 5, 18), MAY)]


def _around(day: date, value: float) -> list[Figure]:
    """Two counts around a named day, both this value; the second comes later."""
    before, after = date(2025, 3, 9), date(2025, 3, 23)
    assert before < day < after
    return [held(value, before, date(2025, 3, 14)), held(value, after, date(2025, 3, 26))]


def _counts(per_day: float) -> list[Figure]:
    """Book-ins by ICE since 1 October at a constant rate, in three editions."""
    days = [(date(2025, 5, 17), MAY), (date(2025, 5, 31), JUNE), (date(2025, 6, 14), date(2025, 6, 20))]
    return [count(BY_ICE, 10_000 + per_day * 14 * n, end, posted) for n, (end, posted) in enumerate(days)]


def _removals(since_january: float) -> list[Figure]:
    """FY2024 to its end, and so many removals from 26 January to 3 May 2025."""
    return [
        count(REMOVALS, 271_484, date(2024, 9, 30), date(2024, 10, 23)),
        count(REMOVALS, 76_939, date(2025, 1, 11), date(2025, 1, 16)),
        count(REMOVALS, 85_769, date(2025, 1, 25), date(2025, 2, 3)),
        count(REMOVALS, 85_769 + since_january, date(2025, 5, 3), date(2025, 5, 12)),
    ]


def _book_ins_too(book_ins: float, removals: float = 72_179) -> list[Figure]:
    cells = [month(BY_BOTH, 15_202, 2025, 1, date(2025, 2, 3), day=25)]
    values = {1: 21_995, 2: 21_632, 3: 22_928, 4: book_ins - 53_399}
    cells += [month(BY_BOTH, value, 2025, number, date(2025, 5, 12)) for number, value in values.items()]
    cells.append(month(BY_BOTH, 2_046, 2025, 5, date(2025, 5, 12), day=3))
    return [*_removals(removals), *cells, count(BY_BOTH, 158_281, date(2025, 5, 3), date(2025, 5, 12))]


def _baselines(by_both: float, by_ice: float) -> list[Figure]:
    first, last = (date(2025, 1, 25), date(2025, 2, 3)), (date(2025, 2, 8), date(2025, 2, 14))
    return [
        f
        for series, rate in ((BY_BOTH, by_both), (BY_ICE, by_ice))
        for f in (count(series, 30_000, *first), count(series, 30_000 + 14 * rate, *last))
    ]


def _months(last: float) -> list[Figure]:
    values = {(2024, 10): 15_000, (2024, 11): 14_000, (2024, 12): 14_000, (2025, 4): last}
    return [month(BY_CBP, value, *of, date(2025, 5, 9)) for of, value in values.items()]


def _share(other: float) -> list[Figure]:
    on, posted = date(2025, 2, 9), date(2025, 2, 14)
    return [
        held(40_000, on, posted),
        held(other, on, posted, HELD.replace("criminality=all", "criminality=other")),
    ]


def _flow(convicted: float) -> list[Figure]:
    whole = "ice.book_ins_by_criminality{criminality=all, facility_type=all}"
    series = {"all": 10_000.0, "convicted": convicted, "pending": 3_000.0}
    first, last = (date(2025, 5, 3), date(2025, 5, 12)), (date(2025, 5, 31), JUNE)
    return [
        f
        for name, amount in series.items()
        for key in (whole.replace("criminality=all", f"criminality={name}"),)
        for f in (count(key, 50_000, *first), count(key, 50_000 + amount, *last))
    ]


def _month_to_date(may: float) -> list[Figure]:
    return [
        month(BY_BOTH, 13_782, 2025, 5, MAY, day=17),
        count(BY_BOTH, 170_022, date(2025, 5, 17), MAY),
        month(BY_BOTH, may, 2025, 5, JUNE),
        count(BY_BOTH, 185_042, date(2025, 5, 31), JUNE),
    ]


def _quarters(cbp: float, ice: float) -> list[Figure]:
    then = [(2024, 10), (2024, 11), (2024, 12)]
    later = [(2025, 2), (2025, 3), (2025, 4)]
    found = []
    for series, before, after in ((BY_CBP, 10_000, cbp), (BY_ICE, 10_000, ice), (BY_BOTH, 20_000, cbp + ice)):
        found += [month(series, before, *of, MAY) for of in then] + [month(series, after, *of, MAY) for of in later]
        found.append(month(series, after / 2, 2025, 5, MAY, day=17))
    ours = HELD.replace("agency=all", "agency=ICE")
    for day, value in ((date(2025, 1, 26), 15_000), (date(2025, 5, 18), 30_000)):
        found += [held(value, day, MAY, ours), held(40_000, day, MAY)]
    return found


@dataclass(frozen=True)
class Case:
    """A claim with figures on which it is right, figures on which it is not, and the words for both.

    `answer` is the one that is asked; `day` is when.
    """

    claim: Claim
    right: list[Figure]
    wrong: list[Figure]
    states: tuple[str, str]
    answer: str = "at_claim"
    held: str = "quality_hold"

    @property
    def form(self) -> str:
        return self.claim.words.test.form


def _as_range() -> Claim:
    """No claim on record is a range of levels: the same words, from 45,000 to 50,000."""
    from alerts.forms.kinds.range import RangeTest

    test = shipped("seed-4").words.test
    made = RangeTest(
        form="range",
        series=HELD,
        unit="people held",
        low=45_000,
        high=50_000,
        because="from 45,000 to 50,000",
        noise=test.noise,  # type: ignore[union-attr]
    )
    claim = shipped("seed-4")
    return Claim(claim.words.model_copy(update={"test": made}), claim.sha256, claim.text)


def _as_target_level(covers: str = "people held by ICE") -> Claim:
    """No claim on record is a level to be reached: 100,000 people held."""
    from alerts.forms.kinds.target_level import TargetLevelTest

    made = TargetLevelTest(form="target_level", series=HELD, unit="people held", value=100_000, because="a target")
    claim = shipped("seed-4")
    words = claim.words.model_copy(update={"test": made, "covers": covers})
    return Claim(words, claim.sha256, claim.text)


def _after(value: float) -> list[Figure]:
    return [held(40_000, date(2025, 5, 18), MAY), held(value, date(2025, 6, 15), date(2025, 6, 20))]


def _as_change(**fields: object) -> Claim:
    """A rise of about 8,870 from the first to the second of two counts."""
    from alerts.forms.kinds.change import ChangeTest

    given = {"measure": "number", "unit": "people held", "value": 8_870, "hedge": "about"} | fields
    made = ChangeTest(form="change", series=HELD, starts=(date(2025, 5, 4),), because="a rise", **given)  # type: ignore[arg-type]
    claim = shipped("seed-4")
    return Claim(claim.words.model_copy(update={"test": made}), claim.sha256, claim.text)


def _alone(start: str) -> Claim:
    """A claim without its other readings."""
    claim = shipped(start)
    return Claim(claim.words.model_copy(update={"readings": ()}), claim.sha256, claim.text)


def _as_total() -> Claim:
    """72,179 removals and 76,212 book-ins of the same days, as TRAC counted them in the report of trac-72179."""
    from alerts.forms.kinds.total import Also, TotalTest

    also = Also(
        series=BY_BOTH,
        covers="book-ins of both agencies",
        unit="people booked in",
        value=76_212,
        rule="months_of_two_editions",
        hedge="exactly",
    )
    made = TotalTest(
        form="cumulative",
        series=REMOVALS,
        unit="ICE removals",
        value=72_179,
        hedge="exactly",
        accept=Accept(low=72_179, high=72_179, because="cells are cited: equality"),
        start=date(2025, 1, 26),
        end=date(2025, 5, 3),
        also=(also,),
        because="as counted",
    )
    claim = shipped("trac-72179")
    return Claim(claim.words.model_copy(update={"test": made}), claim.sha256, claim.text)


_AUGUST = held(61_226, date(2025, 8, 24), date(2025, 8, 29))
_DEPENDS = "depends_on_definition"
CASES = (
    Case(shipped("seed-4"), _levels(48_870), _levels(52_000), ("holds", "outside")),
    Case(shipped("homan-46000"), _around(date(2025, 3, 12), 46_200), _around(date(2025, 3, 12), 44_000),
         ("holds", "outside"), "revised"),
    Case(_as_range(), _levels(44_600), _levels(52_600), ("holds", "outside")),
    Case(shipped("seed-5"), _levels(48_870), _levels(42_000), ("holds", "outside")),
    Case(shipped("record-61226"), [held(50_000, date(2025, 5, 18), MAY), _AUGUST],
         [held(70_000, date(2025, 5, 18), MAY), _AUGUST], ("holds", "outside")),
    Case(shipped("seed-1"), _counts(2_900), _counts(700), ("met", "short"), "standing"),
    Case(shipped("budget-doc"), [count(REMOVALS, 2_000, date(2025, 10, 10), date(2025, 10, 15)),
                                 count(REMOVALS, 102_000, date(2025, 11, 14), date(2025, 11, 20))],
         [count(REMOVALS, 2_000, date(2025, 10, 10), date(2025, 10, 15)),
          count(REMOVALS, 30_000, date(2025, 11, 14), date(2025, 11, 20))], ("met", "short"), "standing"),
    Case(_as_target_level(), _after(96_000), _after(50_000), ("met", "short"), "standing"),
    Case(shipped("seed-2"), _baselines(900, 920), _baselines(900, 500), (_DEPENDS, _DEPENDS)),
    Case(shipped("seed-6"), _removals(72_179), _removals(90_000), ("holds", "outside")),
    Case(by_stand_in(), _months(4_605), _months(13_000), ("consistent", "inconsistent")),
    Case(_as_change(), _levels(48_870), _levels(42_000), ("holds", "outside")),
    Case(shipped("trac-54-7"), _share(21_890), _share(23_000), ("holds", "outside")),
    Case(_alone("dhs-70pct"), _flow(4_000), _flow(1_000), ("consistent", "inconsistent")),
    Case(_as_total(), _book_ins_too(76_212), _book_ins_too(76_212, removals=72_180), ("holds", "outside")),
    Case(shipped("dhs-400000"), _removals(72_179), _removals(72_179), ("bound_respected", "bound_respected")),
    Case(shipped("trac-990"), [month(BY_BOTH, 990 * 26, 2025, 7, date(2025, 7, 31), day=26),
                               month(BY_BOTH, 1_222 * 30, 2025, 6, date(2025, 7, 31)),
                               count(BY_BOTH, 250_000, date(2025, 7, 26), date(2025, 7, 31))],
         [month(BY_BOTH, 1_000 * 26, 2025, 7, date(2025, 7, 31), day=26),
          month(BY_BOTH, 1_222 * 30, 2025, 6, date(2025, 7, 31)),
          count(BY_BOTH, 250_000, date(2025, 7, 26), date(2025, 7, 31))], ("holds", "outside")),
    Case(shipped("trac-mtd"), _month_to_date(25_000), _month_to_date(29_000), ("holds", "outside"), "revised"),
    Case(shipped("seed-7"), _quarters(4_000, 20_000), _quarters(9_900, 20_000), ("consistent", "inconsistent")),
)  # fmt: skip


def test_every_form_is_here_and_is_explained_where_one_is_chosen() -> None:
    assert {*(case.form for case in CASES), "not_testable"} == set(MENU)
    assert {name for name, form in FORMS.items() if not form.IS_WATCH} == set(MENU)


@for_each("case", lambda: CASES, lambda case: f"{case.form}-{case.claim.id}")
def test_right_and_not_right(case: Case) -> None:
    found = tuple(judged(case.claim, figures, END, case.answer) for figures in (case.right, case.wrong))  # type: ignore[arg-type]
    assert tuple(verdict.state for verdict in found) == case.states
    for verdict in found:
        assert verdict.measured is not None
        assert verdict.rule
        assert verdict.formula
        assert verdict.edition
        assert verdict.evidence


@for_each("case", lambda: CASES, lambda case: f"{case.form}-{case.claim.id}")
@for_each("answer", lambda: ANSWERS)
def test_nothing_to_judge_on_is_said_with_what_is_missing(case: Case, answer: str) -> None:
    verdict = judged(case.claim, [], END, answer)  # type: ignore[arg-type]
    over = answer == "standing" and case.claim.words.test.is_over and case.claim.words.testability != "bound"
    assert verdict.state in (("none",) if over else ("data_missing", "not_yet_testable"))
    assert (verdict.measured, verdict.evidence) == (None, ())
    assert len(verdict.words) > 20


@for_each("case", lambda: CASES, lambda case: f"{case.form}-{case.claim.id}")
def test_what_is_held_is_never_judged_on(case: Case) -> None:
    """Held as a whole, the newest edition makes the answer wait, or it rests on clean figures alone."""
    known = with_newest_held(case.right)
    newest = max(f.known_at for f in case.right)
    for answer in ANSWERS:
        verdict = evaluate(case.claim, answer, known, at(END))
        assert verdict.state in WORDS[answer]
        assert not any(f.held or f.known_at == newest for f in verdict.evidence)
    on_day = evaluate(case.claim, "standing", known, at(END))
    assert on_day.state in ("quality_hold", "bound_respected", "none")
    assert on_day.state != "quality_hold" or on_day.words.startswith("The newest file is held back.")


@for_each("case", lambda: CASES, lambda case: f"{case.form}-{case.claim.id}")
def test_no_later_figure_leaks_into_what_was_right_when_said(case: Case) -> None:
    alone = [f for f in case.right if f.known_at <= case.claim.on_record_at]
    early = evaluate(case.claim, "at_claim", knowledge(*alone), case.claim.on_record_at)
    revised = [replace(f, known_at=at(END)) for f in case.wrong]
    assert evaluate(case.claim, "at_claim", knowledge(*case.right, *revised), at(END)) == early


def test_a_plan_for_capacity_is_never_refuted_by_how_many_are_held() -> None:
    plan = _as_target_level("detention capacity")
    low, high = (judged(plan, _after(value), END) for value in (50_000, 96_000))
    assert (low.state, high.state) == ("not_testable", "met")
    assert low.words.endswith("It does not refute a claim about detention capacity")


def test_a_claim_that_no_series_can_test_says_why_and_a_denial_what_it_disputes() -> None:
    for answer in ANSWERS:
        poll = judged(shipped("seed-8"), _levels(48_870), END, answer)
        assert (poll.state, poll.measured) == ("not_testable", None)
        assert poll.words.startswith("It needs a series of polls")
        denial = judged(shipped("doj"), [], END, answer)
        assert denial.state == "not_testable"
        assert denial.words.endswith(
            "It disputes seed-1-target-3000-arrests, miller-minimum-3000, quota-1200-1500-a-day."
        )


_COVERS: Callable[[Claim, str], Claim] = lambda claim, covers: Claim(  # noqa: E731
    claim.words.model_copy(update={"covers": covers}), claim.sha256, claim.text
)


@for_each("case", lambda: CASES, lambda case: f"{case.form}-{case.claim.id}")
def test_scopes_are_never_crossed(case: Case) -> None:
    other = _COVERS(case.claim, "opinion")
    for answer in ANSWERS:
        verdict = judged(other, case.right, END, answer)
        assert (verdict.state, verdict.measured) == ("not_comparable", None)
        assert "the claim opinion" in verdict.words


@pytest.mark.parametrize("start", ["trac-54-7", "dhs-70pct", "seed-7"])
def test_one_held_series_of_several_is_enough_to_wait(start: str) -> None:
    """Not the whole, only a part of it is held: no share of an older day takes its place."""
    (case,) = [c for c in CASES if c.claim.id.startswith(start)]
    newest = max(f.known_at for f in case.right)
    part = getattr(case.claim.words.test, "required", case.claim.needed)[-1]
    marked = [replace(f, held=f.series == part and f.known_at == newest) for f in case.right]
    verdict = evaluate(case.claim, "standing", knowledge(*marked), at(END))
    assert verdict.state == "quality_hold"
    assert f"!{part} is held back" in verdict.words


def _coded(pending: float, other: float) -> list[Figure]:
    """Three closed months of releases by criminality, said again by the second edition, whose parts moved so much."""
    months = [(2024, 10), (2024, 11), (2024, 12)]
    series = "ice.final_releases_by_reason{criminality=all, part_of=all, reason=all}"
    found = []
    for name, moved in (("pending", pending), ("other", other), ("convicted", 1.0)):
        key = series.replace("criminality=all", f"criminality={name}")
        found += [month(key, 2_000.0 + 100 * n, *of, date(2025, 5, 12)) for n, of in enumerate(months)]
        found += [month(key, (2_000.0 + 100 * n) * moved, *of, JUNE) for n, of in enumerate(months)]
    return found


@pytest.mark.parametrize(
    ("pending", "other", "comparable"),
    [(1.10, 0.94, False), (1.004, 0.997, True), (1.0, 0.94, False), (1.0, 1.0, True)],
)
def test_a_share_over_a_time_in_which_people_were_coded_anew_is_not_comparable(
    pending: float, other: float, comparable: bool
) -> None:
    verdict = judged(_alone("dhs-70pct"), [*_flow(4_000), *_coded(pending, other)], END)
    assert (verdict.state != "not_comparable") == comparable
    if not comparable:
        assert "3 closed months moved by" in verdict.words
        assert verdict.measured is None


def test_one_month_that_is_put_right_is_no_coding_anew() -> None:
    figures = [f for f in _coded(1.0, 1.0) if f.known_at < at(JUNE) or f.period.end != date(2024, 12, 31)]
    key = "ice.final_releases_by_reason{criminality=pending, part_of=all, reason=all}"
    figures.append(month(key, 3_000, 2024, 12, JUNE))
    assert judged(shipped("dhs-70pct"), [*_flow(4_000), *figures], END).state == "consistent"
