"""Two documents of the border against each other: files of one edition, file and page, one edition and the next."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from checks.sources.cbp_pairs import (
    apprehensions_against,
    cbp_allowed,
    closed_years,
    ohss_against_cbp,
    ohss_allowed,
    revisions,
    witness,
)
from figures.records import Finding, Observation
from replica.cbp_files import FILES, FINAL_2025, FINAL_2026, FIRST_OF_2027, RUNNING_2026, CbpEdition
from replica.cbp_pages import table_page
from scrapers.cbp.apprehensions import parse as parse_page
from scrapers.cbp.encounters import parse
from scrapers.ohss.monthly_tables import parse as parse_ohss
from tests.border import EDITIONS, SBO, STATE_2025, ohss_file, read_published

AUGUST, JULY = RUNNING_2026[-1], RUNNING_2026[-2]
OCTOBER_2023 = (240988, 240986, 240981, 240942, 240932, 240932, 240932, 240930, 240927)
Some = Sequence[Observation]


def read(edition: CbpEdition, kind: str, old: bytes = b"", new: bytes = b"") -> tuple[Observation, ...]:
    content = FILES[kind](edition)
    assert old in content
    return parse(content.replace(old, new) if old else content, edition.name(kind)).observations


def checks(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(f.check, f.severity) for f in findings]


def with_values(observations: Some, of: str, month: str, change: float) -> tuple[Observation, ...]:
    """Observations of which some of one month were another number."""
    return tuple(
        o._replace(value=(o.value or 0) + change) if o.series == of and f"{o.period.start:%Y-%m}" == month else o
        for o in observations
    )


def test_two_files_of_one_edition_agree() -> None:
    aor, state, sbo = (read(AUGUST, kind) for kind in ("aor", "state", "sbo"))
    for ours, theirs, kind in ((aor, state, "state"), (aor, sbo, "sbo"), (state, sbo, "sbo")):
        (agreed,) = witness(ours, theirs, AUGUST.name(kind), same_edition=True)
        assert (agreed.check, agreed.severity) == ("witness_agrees", "note")
        shared = {(o.series, o.period) for o in ours} & {(o.series, o.period) for o in theirs}
        assert agreed.words == f"{len(shared)} figures agree with {AUGUST.name(kind)}."
    assert {(o.series, o.period) for o in state} <= {(o.series, o.period) for o in aor}


def test_one_count_that_differs_is_held_with_every_sum_that_it_is_in() -> None:
    """A region, all regions, its group, its authority, and the year: by what is held somebody finds the row."""
    row = b"2026 (FYTD),FYTD,MAY,Northern Land Border,ME,FMUA,MEXICO,Title 8,"
    (line,) = [each for each in FILES["state"](AUGUST).split(b"\r\n") if each.startswith(row)]
    count = int(line.rpartition(b",")[2])
    state = read(AUGUST, "state", line, row + str(count + 7).encode())
    name = AUGUST.name("state")
    agreed, held = witness(read(AUGUST, "aor"), state, name, same_edition=True)
    assert checks([agreed, held]) == [("witness_agrees", "note"), ("witness_differs", "hold")]
    assert len(held.scope) == 12
    assert all(cell.startswith("csv:Fiscal Year=2026 (FYTD)") for cell in held.scope)
    assert sum("Month (abbv)=MAY" in cell for cell in held.scope) == 10
    assert held.words.startswith("Two files of one count disagree: cbp.encounters{component=all, region=all} of ")
    assert f"in {name}" in held.words
    assert held.words.endswith("; and 7 more.")


def test_months_that_the_witness_has_alone_hold_the_release() -> None:
    findings = witness(read(JULY, "aor"), read(AUGUST, "state"), AUGUST.name("state"), same_edition=True)
    held = next(f for f in findings if f.check == "witness_months")
    assert (held.severity, held.scope_kind, held.words) == (
        "hold",
        "release",
        f"{AUGUST.name('state')} has months that this file lacks: 2026-08.",
    )


def test_of_two_editions_only_years_that_are_over_are_held_against_each_other() -> None:
    july, august = read(JULY, "sbo"), read(AUGUST, "state")
    assert checks(witness(august, july, JULY.name("sbo"), same_edition=False)) == [("witness_agrees", "note")]
    assert ("witness_differs", "hold") in checks(witness(august, july, JULY.name("sbo"), same_edition=True))


def test_documents_without_a_figure_in_common_are_no_witnesses() -> None:
    apprehensions = parse_page(table_page(AUGUST), "page").observations
    (said,) = witness(apprehensions, read(AUGUST, "state"), "x.csv", same_edition=False)
    assert (said.check, said.severity) == ("witness_absent", "note")


def test_the_page_and_the_files_count_border_patrols_southwest_alike() -> None:
    page = parse_page(table_page(AUGUST), "page").observations
    aor = read(AUGUST, "aor")
    (agreed,) = apprehensions_against(page, aor, AUGUST.name("aor"))
    assert agreed.words == f"11 figures agree with {AUGUST.name('aor')}."
    wrong = with_values(page, "cbp.apprehensions{region=southwest, where=all}", "2026-03", 100)
    _, held = apprehensions_against(wrong, aor, AUGUST.name("aor"))
    assert (held.check, held.severity) == ("witness_differs", "hold")
    assert held.scope == ("html:table[1]/Southwest Border Total Apprehensions/Mar-26",)
    # Both components together are not what the page counts.
    both = [o._replace(dims=(("component", "usbp"), ("region", "southwest"))) for o in read(AUGUST, "state")]
    assert checks(apprehensions_against(page, both, "x"))[-1][0] == "witness_differs"


def test_a_year_that_is_over_never_changes() -> None:
    final, first = read(FINAL_2026, "aor"), read(FIRST_OF_2027, "aor")
    assert closed_years(first, final, FINAL_2026.name("aor")) == []
    # While a year runs it moves; its final file is no fault.
    assert closed_years(final, read(AUGUST, "aor"), AUGUST.name("aor")) == []
    changed = with_values(first, "cbp.encounters{component=usbp, region=southwest}", "2025-03", 1)
    (held,) = closed_years(changed, final, FINAL_2026.name("aor"))
    assert (held.check, held.severity, held.scope_kind, len(held.scope)) == ("closed_year_changed", "hold", "cells", 1)
    assert held.words.startswith(
        "Years that were over have changed: cbp.encounters{component=usbp, region=southwest} of"
    )
    less = tuple(o for o in first if o.series != "cbp.encounters_by_sector{sector=blaine}")
    (gone,) = closed_years(less, final, FINAL_2026.name("aor"))
    assert (gone.check, gone.severity, gone.scope_kind, gone.found) == (
        "closed_year_gone",
        "hold",
        "release",
        "without 36",
    )
    # A file of another kind lacks what it cannot know.
    assert closed_years(read(FIRST_OF_2027, "state"), final, FINAL_2026.name("aor")) == []


def test_a_revision_is_noted_and_a_large_one_alarms() -> None:
    july, august = read(JULY, "aor"), read(AUGUST, "aor")
    name = JULY.name("aor")
    (note,) = revisions(august, july, name)
    assert (note.check, note.severity) == ("revised", "note")
    assert note.words.startswith("51 figures moved, of 3 months: cbp.encounters{component=all, region=all} of ")
    assert revisions(july, july, name) == []
    series = "cbp.encounters{component=all, region=southwest}"
    old = next(o.value or 0 for o in july if o.series == series and f"{o.period.start:%Y-%m}" == "2026-02")
    for share, alarms in ((0.0029, False), (0.0031, True), (-0.0031, True)):
        moved = with_values(july, series, "2026-02", round(share * old))
        findings = revisions(moved, july, name)
        assert [f.check for f in findings] == ["revised", *(["revised_beyond_limit"] if alarms else [])], share
        if alarms:
            assert findings[1].severity == "warn"
            assert findings[1].words.startswith(
                f"Months moved by more than they ever did: {series} of February 2026 is"
            )


def test_small_parts_may_move_by_more_than_totals() -> None:
    def of(series: str, value: float) -> Observation:
        one = next(o for o in read(FINAL_2025, "aor") if o.series == series)
        return one._replace(value=value)

    northern = of("cbp.encounters{component=all, region=northern}", 16235)
    southwest = of("cbp.encounters{component=all, region=southwest}", 240988)
    nationwide = of("cbp.encounters{component=all, region=all}", 246355)
    assert cbp_allowed(northern) > 137  # March 2024, from one edition to the next
    assert cbp_allowed(nationwide) == 0.003 * 246355
    assert cbp_allowed(southwest) == 0.003 * 240988
    assert cbp_allowed(of("cbp.encounters{component=ofo, region=southwest}", 100)) == 40


def test_the_published_editions_in_order(shared_data: Path) -> None:
    """Years that were over never changed, months of the running year moved within the limits, the values are CBP's."""
    series = "cbp.encounters{component=all, region=southwest}"
    stood: list[float | None] = []
    for before, after in pairwise(EDITIONS):
        old, new = (read_published(shared_data, name).observations for name in (before, after))
        assert closed_years(new, old, before) == [], after
        assert {f.check for f in revisions(new, old, before)} <= {"revised"}, after
        stood += [o.value for o in new if o.series == series and o.period.key == "2023-10" and o.period.kind == "month"]
    assert tuple(stood[: len(OCTOBER_2023)]) == OCTOBER_2023
    assert stood[len(OCTOBER_2023) :] == [OCTOBER_2023[-1]]


def test_the_published_files_of_state_and_southwest_agree_in_years_that_are_over(shared_data: Path) -> None:
    state, sbo = (read_published(shared_data, name).observations for name in (STATE_2025, SBO))
    (agreed,) = witness(state, sbo, SBO, same_edition=False)
    assert agreed.words == f"311 figures agree with {SBO}."
    assert {f.check for f in revisions(state, sbo, SBO)} == {"revised"}


def test_ohss_counts_what_cbp_counts_but_for_rounding(shared_data: Path) -> None:
    tables = parse_ohss(ohss_file(shared_data).read_bytes(), "ohss.xlsx").observations
    for name, figures in ((EDITIONS[0], 156), ("nationwide-encounters-fy21-fy24-state.csv", 147)):
        files = read_published(shared_data, name).observations
        (agreed,) = ohss_against_cbp(tables, files, name)
        assert agreed.words == f"{figures} figures agree with {name}."
    apart = with_values(tables, "ohss.encounters{kind=all, region=southwest}", "2023-10", 1000)
    agreed, told = ohss_against_cbp(apart, files, name)
    assert (told.check, told.severity, len(told.scope)) == ("ohss_differs", "warn", 1)


def test_removals_of_ohss_may_rise_by_a_tenth(shared_data: Path) -> None:
    tables = parse_ohss(ohss_file(shared_data).read_bytes(), "ohss.xlsx").observations
    series = "ohss.removals_and_returns{agency=all}"
    for by, beyond in ((2050, False), (5000, True)):
        findings = revisions(with_values(tables, series, "2024-07", by), tables, "ohss.xlsx", ohss_allowed)
        assert ("revised_beyond_limit" in {f.check for f in findings}) == beyond
