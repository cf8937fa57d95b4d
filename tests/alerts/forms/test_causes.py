"""What happened against what is said: the whole of alerts/forms/causes.py as one table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from alerts.forms.causes import TITLES, Mover, Round, cause, edited
from alerts.forms.evidence import HoldChange, KnownRelease
from alerts.forms.verdicts import Answer, Verdict
from figures.periods import end_of_day
from figures.records import Figure
from tests.alerts.conftest import HELD, REMOVALS, figure

DOCS = Path(__file__).parents[3] / "docs" / "alerts.md"
MAY, JUNE, JULY = date(2025, 5, 23), date(2025, 6, 20), date(2025, 7, 31)
JUDGED = datetime(2025, 8, 1, 12, tzinfo=UTC)
LATER = datetime(2025, 8, 2, 12, tzinfo=UTC)
A = figure(HELD, 48_870, date(2025, 5, 18), MAY)
B = figure(HELD, 56_397, date(2025, 6, 15), JUNE)
B_AGAIN = replace(A, value=45_000.0, known_at=end_of_day(JUNE), release_name=B.release_name, sha256=B.sha256)
B_READ_ANEW = replace(B, value=56_379.0)
EARLY, MIDDLE, LATE = (
    figure(REMOVALS, v, d, p)
    for v, d, p in ((1.0, date(2025, 5, 17), MAY), (2.0, date(2025, 6, 14), JUNE), (3.0, date(2025, 7, 26), JULY))
)


def _piece(f: Figure, role: str = "judged_on") -> dict[str, Any]:
    start, end = f.period.start, f.period.end
    days = {"period_start": start and start.isoformat(), "period_end": end and end.isoformat()}
    cell = {"file": f.release_name, "sha256": f.sha256, "locator": f.locator, "series": f.series, "value": f.value}
    return {"role": role, **cell, **days}


def old(state: str, *evidence: Figure, as_of: date = MAY, witness: Figure | None = None) -> dict[str, Any]:
    pieces = [_piece(f) for f in evidence] + ([_piece(witness, "second_witness")] if witness else [])
    edition = max((f.period.end.isoformat() for f in evidence if f.period.end), default="")
    return {"state": state, "as_of": end_of_day(as_of), "edition": edition, "evidence": pieces, "recorded_at": JUDGED}


def now(state: str, *evidence: Figure, answer: Answer = "standing", words: str = "", **more: Any) -> Verdict:
    edition = max((f.period.end.isoformat() for f in evidence if f.period.end), default="")
    return Verdict("a", answer, state, words=words, edition=edition, evidence=evidence, **more)


def release(f: Figure, words: str = "") -> KnownRelease:
    return KnownRelease("ice", f.release_name, f.known_at, 2025, (), words)


def hold(f: Figure, *, lifted: bool, by: str = "", because: str = "", words: str = "") -> HoldChange:
    return HoldChange(f.release_id, "table", frozenset({f.table}), LATER, lifted, by, because, words)


NOTHING = Round(None)
BY_EDITOR = {"by": "A. Editor", "because": "ICE confirmed it."}
LIFTED = "A hold was lifted by A. Editor because ICE confirmed it. Nothing was published:"


@dataclass(frozen=True)
class Case:
    """What happened, and what is to be said: `replaced` is the verdict recorded for the same instant."""

    what: str
    mover: Mover
    words: str
    verdict: Verdict
    before: Mapping[str, Any] | None = None
    replaced: Mapping[str, Any] | None = None
    round_: Round = NOTHING


CASES = (
    Case("it was never judged before", "first", "Judged for the first time.", now("near", A)),
    Case(
        "a newer edition came out",
        "event",
        f"A newer period, through 15 June 2025, in {B.release_name}.",
        now("far", B),
        old("near", A),
        round_=Round(release(B)),
    ),
    Case(
        "a newer edition came out after a hold on the one before it was lifted",
        "event",
        f"A newer period, through 26 July 2025, in {LATE.release_name}.",
        now("far", LATE),
        old("quality_hold"),
        round_=Round(release(LATE), lifted=[replace(hold(LATE, lifted=True, **BY_EDITOR), at=end_of_day(JUNE))]),
    ),
    Case(
        "a later edition states the same day anew",
        "revision",
        f"A revision of figures published before, not an event: xlsx:Detention FY25!F20 of {A.release_name} said "
        f"48,870; xlsx:Detention FY25!F20 of {B.release_name} says 45,000.",
        now("far", B_AGAIN),
        old("near", A),
        round_=Round(release(B)),
    ),
    Case(
        "the count that was waited for came out",
        "event",
        f"Published since, in {A.release_name}: xlsx:Detention FY25!F20 of {A.release_name} says 48,870.",
        now("holds", A, answer="revised"),
        old("not_yet_testable"),
        round_=Round(release(A)),
    ),
    Case(
        "a later edition no longer states it",
        "revision",
        f"What was judged on is not stated any more, in {B.release_name}: xlsx:Detention FY25!F20 of {A.release_name} "
        "said 48,870.",
        now("data_missing"),
        old("near", A),
        round_=Round(release(B)),
    ),
    Case(
        "the newest edition came in held",
        "hold",
        "A hold, not an event. The newest file is held back. B: its cells contradict each other.",
        now("quality_hold", words="The newest file is held back. B: its cells contradict each other."),
        old("near", A),
        round_=Round(release(B, "held")),
    ),
    Case(
        "a check holds what was judged on",
        "hold",
        "A hold, not an event. What was judged on is held back now: xlsx:Detention FY25!P29. It fell.",
        now("near", EARLY),
        replaced=old("far", MIDDLE),
        round_=Round(release(MIDDLE), put=[hold(MIDDLE, lifted=False, words="It fell.")]),
    ),
    Case(
        "a person took the lifting of a hold back",
        "hold",
        "A hold stands again, not an event: B. Editor took its lifting back because misheard. The newest is held back.",
        now("quality_hold", words="The newest is held back."),
        replaced=old("far", B),
        round_=Round(release(B), put=[hold(B, lifted=False, by="B. Editor", because="misheard")]),
    ),
    Case(
        "the last day of a lifting is over",
        "hold",
        "A hold stands again, not an event: the lifting ended because its last day is over. The newest is held back.",
        now("quality_hold", words="The newest is held back."),
        replaced=old("far", B),
        round_=Round(release(B), put=[hold(B, lifted=False, by="onrecord", because="its last day is over")]),
    ),
    Case(
        "a person lifted the hold on the newest edition",
        "lifted",
        f"{LIFTED} {B.release_name} is judged on.",
        now("far", B),
        replaced=old("quality_hold"),
        round_=Round(release(B), lifted=[hold(B, lifted=True, **BY_EDITOR)]),
    ),
    Case(
        "a person lifted the hold, and the claim is judged at a new instant",
        "lifted",
        f"{LIFTED} {B.release_name} is judged on.",
        now("far", B),
        old("quality_hold"),
        round_=Round(release(B), lifted=[hold(B, lifted=True, **BY_EDITOR)]),
    ),
    Case(
        "a person lifted the hold on an edition within the window of a rate: no file was read anew",
        "lifted",
        f"{LIFTED} {LATE.release_name} is judged on.",
        now("far", LATE, MIDDLE),
        replaced=old("far", LATE, EARLY),
        round_=Round(release(LATE), lifted=[hold(MIDDLE, lifted=True, **BY_EDITOR)]),
    ),
    Case(
        "a person lifted a hold on something else, and a file was read anew",
        "reread",
        f"A file was read anew, nothing was published: {B.locator} of {B.release_name} said 56,397; {B.locator} of "
        f"{B.release_name} says 56,379.",
        now("far", B_READ_ANEW),
        replaced=old("far", B),
        round_=Round(release(B), lifted=[hold(EARLY, lifted=True, **BY_EDITOR)]),
    ),
    Case(
        "a later release settled a dispute",
        "lifted",
        f"A hold was lifted because a later release settled it: {B.release_name} is judged on.",
        now("far", B),
        replaced=old("quality_hold"),
        round_=Round(release(B), lifted=[hold(B, lifted=True, by="onrecord", because="a later release settled it")]),
    ),
    Case(
        "a mended check no longer finds the hold",
        "lifted",
        f"The hold is no longer found, nothing was published: {B.release_name} is judged on.",
        now("far", B),
        replaced=old("quality_hold"),
        round_=Round(release(B)),
    ),
    Case(
        "a mended reader reads another number in the same cell",
        "reread",
        f"A file was read anew, nothing was published: {B.locator} of {B.release_name} said 56,397; {B.locator} of "
        f"{B.release_name} says 56,379.",
        now("far", B_READ_ANEW),
        replaced=old("far", B),
        round_=Round(release(B)),
    ),
    Case(
        "a mended reader or check lets another edition be judged on",
        "reread",
        f"A file was read or checked anew, nothing was published: {EARLY.locator} of {EARLY.release_name} said 1; "
        f"{MIDDLE.locator} of {MIDDLE.release_name} says 2.",
        now("far", LATE, MIDDLE),
        replaced=old("far", LATE, EARLY),
        round_=Round(release(LATE)),
    ),
    Case(
        "an older edition came in after what follows it had been judged",
        "late_edition",
        f"A file that came in late: {MIDDLE.release_name}, public since 20 June 2025.",
        now("far", LATE, MIDDLE),
        replaced=old("far", LATE, EARLY),
        round_=Round(release(LATE), late=[release(MIDDLE)]),
    ),
    Case(
        "an older edition came in late, and on the same day a person lifted another hold",
        "late_edition",
        f"A file that came in late: {MIDDLE.release_name}, public since 20 June 2025.",
        now("far", LATE, MIDDLE),
        replaced=old("far", LATE, EARLY),
        round_=Round(release(LATE), late=[release(MIDDLE)], lifted=[hold(EARLY, lifted=True, **BY_EDITOR)]),
    ),
    Case(
        "a verdict before it was judged again",
        "earlier",
        "Nothing was published and no figure moved: what was judged before it, or how, is another.",
        now("far", B),
        replaced=old("drifting", B),
        round_=Round(release(B)),
    ),
    Case(
        "the second source says the same now",
        "witness",
        "A second source says the same now. The figures have not changed.",
        now("far", B, witnesses=(B,)),
        old("far", B),
        round_=Round(release(B)),
    ),
    Case(
        "the second source says it no more",
        "witness",
        "No second source says the same any more. The figures have not changed.",
        now("far", B),
        replaced=old("far", B, witness=B),
        round_=Round(release(B)),
    ),
    Case(
        "a newer edition is linked that could not be fetched",
        "not_held",
        "No figure moved. FY25_x.xlsx was public and is not held here.",
        now("not_held", words="FY25_x.xlsx was public and is not held here."),
        old("near", A),
        round_=Round(release(A)),
    ),
    Case(
        "a list names an edition of the past that is not held",
        "not_held",
        "A file is known of that is not held here, nothing was published. FY25_x.xlsx was public.",
        now("not_held", words="FY25_x.xlsx was public."),
        replaced=old("near", A),
        round_=Round(release(A)),
    ),
    Case(
        "what is held back is not the newest any more, and what is newer is not held here",
        "not_held",
        "No figure moved. FY25_x.xlsx was public and is not held here.",
        now("not_held", words="FY25_x.xlsx was public and is not held here."),
        old("quality_hold", as_of=JULY),
        round_=Round(release(B)),
    ),
    Case(
        "a benchmark ended",
        "calendar",
        "No figure moved; the day did.",
        now("superseded", B),
        old("near", B),
        round_=Round(release(B)),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_what_happened_is_what_is_said(case: Case) -> None:
    said = cause(case.before, case.replaced, case.verdict, case.round_)
    assert (said.mover, said.words) == (case.mover, case.words)


def test_an_edit_says_whether_the_figures_are_the_same() -> None:
    same = edited(old("near", A), now("far", A), Round(release(A)))
    assert (same.mover, same.words) == (
        "edit",
        "An edit of the claim, not an event: the same figures under other words.",
    )
    other = edited(old("near", A), now("far", LATE), Round(release(LATE)))
    assert other.words == (
        f"An edit of the claim, not an event: it is judged on other figures now: {A.locator} of {A.release_name} said "
        f"48,870; {LATE.locator} of {LATE.release_name} says 3."
    )


def test_every_mover_has_a_case_a_title_and_a_line_in_the_documentation() -> None:
    movers = set(get_args(Mover))
    assert {case.mover for case in CASES} | {"edit"} == movers == set(TITLES)
    text = DOCS.read_text("utf-8")
    assert [mover for mover in sorted(movers) if f"| `{mover}`" not in text and f", `{mover}`" not in text] == []


def test_only_a_cell_whose_value_or_period_differs_is_before_or_after() -> None:
    said = cause(old("near", LATE, EARLY), None, now("far", LATE, MIDDLE), Round(release(LATE)))
    assert ([cell.value for cell in said.before], [cell.value for cell in said.after]) == ([1.0], [2.0])
