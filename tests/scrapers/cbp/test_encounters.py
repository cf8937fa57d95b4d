"""CBP's files of encounters: what is read of the three layouts, and each trap that they hold."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from figures.metrics.catalogue import METRICS
from figures.records import Observation, Parsed
from replica.cbp_files import (
    FILES,
    FINAL_2025,
    FINAL_2026,
    FIRST_OF_2027,
    RUNNING_2026,
    CbpEdition,
    aor_file,
    rows,
    state_file,
)
from scrapers.cbp.columns import LAYOUTS
from scrapers.cbp.encounter_file_names import read_name
from scrapers.cbp.encounters import parse
from tests.border import EDITIONS, SBO, STATE_2025, published, read_published, recounted

AUGUST = RUNNING_2026[-1]
NOVEMBER = RUNNING_2026[1]


def read(edition: CbpEdition, kind: str) -> Parsed:
    return parse(FILES[kind](edition), edition.name(kind))


def figure(observations: Sequence[Observation], series: str, start: date, kind: str = "month") -> Observation:
    (one,) = (o for o in observations if o.series == series and (o.period.kind, o.period.start) == (kind, start))
    return one


def test_each_layout_gives_the_figures_that_its_columns_allow() -> None:
    expected = {
        "aor": ({"usbp", "ofo", "all"}, {"northern", "southwest", "other", "all"}),
        "state": ({"all"}, {"northern", "southwest", "other", "all"}),
        "sbo": ({"usbp", "ofo", "all"}, {"southwest"}),
    }
    for kind, (components, regions) in expected.items():
        observations = read(AUGUST, kind).observations
        encounters = [dict(o.dims) for o in observations if o.metric == "cbp.encounters"]
        assert {dims["component"] for dims in encounters} == components
        assert {dims["region"] for dims in encounters} == regions
        assert {o.table for o in observations} == {f"cbp_{kind}"}
        sectors = {dict(o.dims)["sector"] for o in observations if o.metric == "cbp.encounters_by_sector"}
        assert ("rio_grande_valley" in sectors) == (kind == "aor")
        for o in observations:
            assert tuple(name for name, _ in o.dims) == tuple(sorted(METRICS[o.metric].dims))
            assert (o.unit, o.status, METRICS[o.metric].source) == ("encounters", "reported", "cbp_encounters")


def test_a_figure_is_the_sum_of_its_rows_by_every_choice_of_labels() -> None:
    """Counted a second time, straight from the rows that the file was made of."""
    observations = read(NOVEMBER, "aor").observations
    meant = {"U.S. Border Patrol": "usbp", "Office of Field Operations": "ofo", "Southwest Land Border": "southwest"}
    both = [row for row in rows(NOVEMBER) if (row.year[:4], row.month) == ("2025", "DEC")]
    usbp = [row for row in both if meant[row.component] == "usbp"]
    southwest = [row for row in usbp if meant.get(row.region) == "southwest"]
    adults = [row for row in both if row.demographic == "Single Adults"]
    tucson = [row for row in both if row.area == "Tucson Sector"]
    for series, some in {
        "cbp.encounters{component=all, region=all}": both,
        "cbp.encounters{component=usbp, region=all}": usbp,
        "cbp.encounters{component=usbp, region=southwest}": southwest,
        "cbp.encounters_by_demographic{demographic=single_adult, region=all}": adults,
        "cbp.encounters_by_demographic{demographic=all, region=all}": both,
        "cbp.encounters_by_authority{authority=title_8, component=usbp, region=southwest}": southwest,
        "cbp.encounters_by_sector{sector=tucson}": tucson,
    }.items():
        assert figure(observations, series, date(2024, 12, 1)).value == sum(row.number for row in some), series


def test_periods_are_months_years_that_are_over_and_the_running_year_so_far() -> None:
    observations = read(AUGUST, "aor").observations
    whole = "cbp.encounters{component=all, region=all}"
    august = figure(observations, whole, date(2026, 8, 1))
    assert (august.period.end, august.fiscal_year) == (date(2026, 8, 31), 2026)
    assert august.locator.startswith("csv:Fiscal Year=2026 (FYTD);Month (abbv)=AUG#Encounter Count[")
    so_far = figure(observations, whole, date(2025, 10, 1), "fiscal_year_to_date")
    assert so_far.period.end == date(2026, 8, 31)
    over = figure(observations, whole, date(2024, 10, 1), "fiscal_year")
    assert (over.period.end, over.locator.partition("#")[0]) == (date(2025, 9, 30), "csv:Fiscal Year=2025")
    assert {o.metric for o in observations if o.period.kind != "month"} == {"cbp.encounters"}
    months = [o for o in observations if o.series == whole and o.period.kind == "month"]
    assert len(months) == 3 * 12 + 11
    running = [o.value or 0 for o in months if o.fiscal_year == 2026]
    assert so_far.value == sum(running)


def test_rows_marked_remaining_are_counted_too() -> None:
    """With the rows marked FYTD alone most of the past would be gone."""
    content = aor_file(NOVEMBER)
    marked = [row for row in csv.DictReader(io.StringIO(content.decode())) if row["Fiscal Year"] == "2024"]
    assert {row["Month Grouping"] for row in marked} == {"FYTD", "Remaining"}
    reached = sum(int(row["Encounter Count"]) for row in marked if row["Month Grouping"] == "FYTD")
    observations = read(NOVEMBER, "aor").observations
    year = figure(observations, "cbp.encounters{component=all, region=all}", date(2023, 10, 1), "fiscal_year")
    assert year.value == sum(int(row["Encounter Count"]) for row in marked)
    assert year.value > 4 * reached


def test_scopes_are_series_of_their_own() -> None:
    """Both components are not Border Patrol alone, nationwide is not the southwest."""
    observations = read(AUGUST, "aor").observations
    scopes = {
        (component, region): figure(
            observations, f"cbp.encounters{{component={component}, region={region}}}", date(2026, 5, 1)
        ).value
        for component in ("all", "usbp", "ofo")
        for region in ("all", "southwest", "northern", "other")
    }
    assert len(set(scopes.values())) == len(scopes)
    parts = [scopes[c, r] or 0 for c in ("usbp", "ofo") for r in ("southwest", "northern", "other")]
    assert scopes["all", "all"] == sum(parts)


def test_the_window_that_rolls_in_october_begins_a_year_anew() -> None:
    final, first = read(FINAL_2026, "aor"), read(FIRST_OF_2027, "aor")
    assert (final.findings, first.findings) == ((), ())
    assert (final.fiscal_year, first.fiscal_year) == (2026, 2027)
    whole = "cbp.encounters{component=all, region=all}"
    assert {o.fiscal_year for o in first.observations} == {2024, 2025, 2026, 2027}
    so_far = figure(first.observations, whole, date(2026, 10, 1), "fiscal_year_to_date")
    assert so_far.period.end == date(2026, 10, 31)
    assert so_far.value == figure(first.observations, whole, date(2026, 10, 1)).value
    over = [figure(p.observations, whole, date(2025, 10, 1), "fiscal_year").value for p in (final, first)]
    assert over[0] == over[1]
    # What both files count of a month is the same count, not two.
    assert len({o.period for o in first.observations if o.series == whole and o.period.kind == "month"}) == 37


def test_an_expulsion_is_an_encounter_and_title_42_ends_with_may_2023() -> None:
    observations = read(FINAL_2025, "aor").observations
    expelled = [o for o in observations if ("authority", "title_42") in o.dims and ("region", "all") in o.dims]
    months = {o.period.start for o in expelled}
    assert (min(filter(None, months)), max(filter(None, months))) == (date(2021, 10, 1), date(2023, 5, 1))
    named = "cbp.encounters_by_authority{{authority={}, component=all, region=all}}"
    of = [figure(observations, named.format(a), date(2023, 5, 1)) for a in ("title_42", "title_8", "all")]
    title_42, title_8, both = (one.value or 0 for one in of)
    assert title_42 + title_8 == both
    assert both == figure(observations, "cbp.encounters{component=all, region=all}", date(2023, 5, 1)).value


def test_a_comma_in_quotes_is_part_of_a_name() -> None:
    content = aor_file(AUGUST)
    assert b'"CHINA, PEOPLES REPUBLIC OF"' in content
    assert parse(content, AUGUST.name("aor")).findings == ()


def test_the_older_name_of_unaccompanied_children_is_the_same_series() -> None:
    name = NOVEMBER.name("state")
    older = parse(state_file(NOVEMBER).replace(b",UAC,", b",UC / Single Minors,"), name)
    now = parse(state_file(NOVEMBER), name)
    assert [(o.series, o.period, o.value) for o in older.observations] == [
        (o.series, o.period, o.value) for o in now.observations
    ]
    assert any("Demographic=UC / Single Minors#" in o.locator for o in older.observations)


def test_names_of_files() -> None:
    for name, expected in {
        "nationwide-encounters-fy23-fy26-aug-aor_0.csv": ("aor", 2023, 2026, "AUG", 0),
        "nationwide-encounters-fy23-fy26-aug-state.csv": ("state", 2023, 2026, "AUG", -1),
        "nationwide-encounters-fy22-fy25-aor.csv": ("aor", 2022, 2025, "", -1),
        "NATIONWIDE-encounters-FY22-FY25-State (1).csv": ("state", 2022, 2025, "", -1),
        "sbo-encounters-fy22-fy25-aug.csv": ("sbo", 2022, 2025, "AUG", -1),
        "sbo-encounters-fy22-fy25-aug-aor.csv": None,
        "nationwide-encounters-fy22-fy25.csv": None,
        "nationwide-encounters-fy25-fy22-aor.csv": None,
        "nationwide-encounters-fy22-fy25-aug-aor.csv.exe": None,
        "nationwide-drugs-fy22-fy25-aug.csv": None,
    }.items():
        found = read_name(name)
        assert expected == (found and (found.kind, found.first_year, found.last_year, found.month, found.upload))
    order = ["fy22-fy25-aor", "fy23-fy26-oct-aor", "fy23-fy26-aug-aor", "fy23-fy26-aor", "fy24-fy27-oct-aor"]
    editions = [found.edition for n in order if (found := read_name(f"nationwide-encounters-{n}.csv"))]
    assert editions == sorted(set(editions))


@pytest.mark.parametrize("kind", FILES)
def test_every_locator_recomputes_from_the_bytes(kind: str) -> None:
    for edition in (FINAL_2025, NOVEMBER):
        observations = read(edition, kind).observations
        assert len({o.locator for o in observations}) == len(observations)
        assert recounted(FILES[kind](edition), observations) == len(observations) > 500


def test_every_locator_of_the_published_files_recomputes(shared_data: Path) -> None:
    for name in (EDITIONS[0], EDITIONS[3], *EDITIONS[-2:], SBO):
        content = published(shared_data, name)
        observations = read_published(shared_data, name).observations
        assert len({o.locator for o in observations}) == len(observations)
        assert recounted(content, observations) > 700


def test_published_figures_are_those_read_independently(shared_data: Path) -> None:
    """Every line of the truth that is kept: months and years by region, months by component and authority."""
    with (shared_data / "cbp" / "truth.csv").open() as file:
        lines = [line for line in csv.DictReader(file) if ".html" not in line["file"]]
    meant = {"U.S. Border Patrol": "usbp", "Office of Field Operations": "ofo", "Title 42": "title_42"}
    for line in lines:
        name = line["file"].removeprefix("cbp/").removesuffix(".gz")
        where = line["rows where"].replace("; ", ";")
        rows_summed = f"[{line['rows summed']} rows, {line['first file row']}-{line['last file row']}]"
        observations = read_published(shared_data, name).observations
        (o,) = (o for o in observations if o.locator == f"csv:{where}#Encounter Count{rows_summed}")
        assert (o.value, o.raw) == (int(line["sum of Encounter Count"]), line["sum of Encounter Count"])
        said = {meant[v] for v in where.replace(";", "=").split("=") if v in meant}
        assert said <= {value for _, value in o.dims}
    assert len(lines) == 24


def test_nothing_is_odd_about_the_published_files_but_their_zeros(shared_data: Path) -> None:
    """The files of FY2020 to FY2023 count 0 in some rows, beside expulsions; later ones leave such rows out."""
    findings = {name: read_published(shared_data, name).findings for name in (*EDITIONS, SBO)}
    assert {name: [(f.check, f.found) for f in some] for name, some in findings.items() if some} == {
        EDITIONS[0]: [("zero_count", "147 of 0")]
    }
    assert {f.severity for some in findings.values() for f in some} == {"note"}


def test_a_piece_of_an_area_file_gives_its_sectors(shared_data: Path) -> None:
    name = "extract-nationwide-encounters-fy23-fy26-aug-aor.csv"
    parsed = parse(published(shared_data, name), name)
    assert [f.check for f in parsed.findings] == ["unknown_name"]
    tucson = figure(parsed.observations, "cbp.encounters_by_sector{sector=tucson}", date(2025, 10, 1))
    with io.StringIO(published(shared_data, name).decode(), newline="") as file:
        counts = [int(r["Encounter Count"]) for r in csv.DictReader(file) if r["AOR (Abbv)"] == "TCA"]
    assert tucson.value == sum(counts)


def test_headers_are_those_of_every_published_file(shared_data: Path) -> None:
    headers = {",".join(layout.header): layout.kind for layout in LAYOUTS}
    first_lines = {name: published(shared_data, name).split(b"\r\n")[0].decode() for name in (STATE_2025, SBO)}
    assert [headers[line] for line in first_lines.values()] == ["state", "sbo"]
