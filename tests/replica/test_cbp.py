"""The stand-ins of CBP's files and pages, and the file by area that a written recipe builds from published ones."""

import csv
import hashlib
import io
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.border import MOST_GROWTH, MOST_MEMORY, megabytes, take_in, write_editions
from benchmarks.memory import most_memory
from checks.document.document_suite import document
from checks.sources.cbp_pairs import witness
from figures.records import Parsed
from replica.cbp_files import FILES, FINAL_2025, FIRST_OF_2027, MONTHS, RUNNING_2026, aor_file, state_file
from replica.cbp_months import edition_through, names
from replica.cbp_pages import FOLDER, LISTING, SOUTHWEST_LISTING, TABLE, site
from replica.cbp_recipe import HEADER, OFO, SOUTHWEST, USBP, area_file
from scrapers.cbp.encounters import parse
from storage.engine import open_database, reading
from storage.read import reads
from tests.border import SBO, STATE_2025, published, read_published, recounted

NAME = "nationwide-encounters-fy22-fy25-aor.csv"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def built(shared_data: Path) -> bytes:
    return area_file(published(shared_data, STATE_2025), published(shared_data, SBO))


@pytest.fixture(scope="module")
def read(built: bytes) -> Parsed:
    return parse(built, NAME)


def test_everything_of_the_site_is_served_and_linked() -> None:
    editions = (FINAL_2025, *RUNNING_2026[-2:])
    served = site(editions)
    assert set(served) == {LISTING, SOUTHWEST_LISTING, TABLE, *(p for p in served if p.startswith(FOLDER))}
    assert len(served) == 3 + 3 * len(editions)
    assert "2026-09/nationwide-encounters-fy23-fy26-aug-aor_0.csv" in str(list(served))
    for path, (content, media) in served.items():
        assert content == site(editions)[path][0]
        assert media.startswith("text/csv" if path.startswith(FOLDER) else "text/html")


def test_made_files_have_the_publishers_form() -> None:
    """CR LF, no totals, no zeros, no row twice, CBP's order, four years, one of them running."""
    for edition in (FINAL_2025, RUNNING_2026[-1], FIRST_OF_2027):
        for made in FILES.values():
            content = made(edition)
            assert content.count(b"\n") == content.count(b"\r\n")
            rows = list(csv.reader(io.StringIO(content.decode(), newline="")))[1:]
            keys = [(row[0], *row[2:-1]) for row in rows]
            assert keys == sorted(set(keys))
            assert min(int(row[-1]) for row in rows) > 0
            years = {row[0] for row in rows}
            assert len(years) == 4
            assert sum("(FYTD)" in year for year in years) == bool(edition.month)


def test_the_built_file_is_as_long_as_a_real_one_and_always_the_same(shared_data: Path, built: bytes) -> None:
    assert 7.0 * MEGABYTE < len(built) < 8.0 * MEGABYTE
    assert 55_000 < built.count(b"\n") < 70_000
    again = area_file(published(shared_data, STATE_2025), published(shared_data, SBO))
    assert hashlib.sha256(again).digest() == hashlib.sha256(built).digest()
    assert built.count(b"\n") == built.count(b"\r\n")
    assert area_file(published(shared_data, STATE_2025), published(shared_data, SBO), seed=1) != built


def test_the_built_file_has_the_sums_of_the_files_that_it_is_made_of(shared_data: Path, read: Parsed) -> None:
    assert (read.findings, document(read)) == ((), [])
    state, sbo = (read_published(shared_data, name).observations for name in (STATE_2025, SBO))
    (by_state,) = witness(read.observations, state, STATE_2025, same_edition=True)
    assert by_state.words == f"{len(state)} figures agree with {STATE_2025}."
    (by_component,) = witness(read.observations, sbo, SBO, same_edition=False)
    assert by_component.check == "witness_agrees"
    southwest = {(o.series, o.period) for o in sbo if o.fiscal_year and o.fiscal_year < 2025}
    assert by_component.words == f"{len(southwest)} figures agree with {SBO}."


def test_every_locator_of_the_built_file_recomputes(built: bytes, read: Parsed) -> None:
    assert recounted(built, read.observations) == len({o.locator for o in read.observations}) > 3500


def test_each_file_of_the_recipe_passes_the_checks_of_a_document(read: Parsed) -> None:
    assert document(read) == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads what the system counts of a process")
def test_the_plain_line_takes_in_a_file_of_full_length_in_little_memory(built: bytes, tmp_path: Path) -> None:
    """From the file to the database: read, checked, stored; a process of its own, without Prefect."""
    path = tmp_path / NAME
    path.write_bytes(built)
    assert most_memory("benchmarks.border", "take_in", [str(tmp_path), str(path)]) < MOST_MEMORY


@pytest.mark.slow
def test_eleven_editions_of_full_length_add_little_to_the_database_and_to_memory(built: bytes, tmp_path: Path) -> None:
    paths = write_editions(built, tmp_path)
    assert most_memory("benchmarks.border", "take_in", [str(tmp_path), *map(str, paths)]) < MOST_MEMORY
    assert megabytes(tmp_path) < MOST_GROWTH


@pytest.mark.slow
def test_eleven_editions_add_little_to_the_database(tmp_path: Path) -> None:
    """The replica's own: shorter files of as many months and nearly as many figures as a real one."""
    paths = write_editions(aor_file(FINAL_2025), tmp_path)
    take_in(str(tmp_path), *map(str, paths))
    assert 1 < megabytes(tmp_path) < MOST_GROWTH
    with reading(open_database(f"sqlite:///{tmp_path}/onrecord.db")) as connection:
        stored = reads.releases(connection)
        assert [release.name for release in stored] == [path.name for path in paths]
        count = sum(entry["figures"] for entry in reads.series_list(connection))
    assert count > 11 * 2500  # every figure of every edition is stored, and only what is new or changed takes room


def test_an_edition_of_a_month_has_the_publishers_form() -> None:
    final = aor_file(FINAL_2025)
    for month, name in names(2022, 2025).items():
        parsed = parse(edition_through(final, month), name)
        assert parsed.findings == ()
        months = {o.period for o in parsed.observations if o.period.kind == "month"}
        assert len(months) == 36 + MONTHS.index(month) + 1


def test_the_recipe_takes_components_from_the_southwest_and_makes_the_rest() -> None:
    """On made-up files whose components are known: the sums agree, whichever rows they were given to."""
    edition = RUNNING_2026[-1]
    southwest = FILES["sbo"](edition)
    content = area_file(state_file(edition), southwest)
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert tuple(rows[0]) == HEADER
    counted: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        if row["Land Border Region"] == SOUTHWEST:
            counted[row["Fiscal Year"], row["Month (abbv)"], row["Component"]] += int(row["Encounter Count"])
    stated: Counter[tuple[str, ...]] = Counter()
    for row in csv.DictReader(io.StringIO(southwest.decode(), newline="")):
        stated[row["Fiscal Year"], row["Month (abbv)"], row["Component"]] += int(row["Encounter Count"])
    assert counted == stated
    assert {row["Component"] for row in rows if row["Land Border Region"] != SOUTHWEST} == {USBP, OFO}
    parsed = parse(content, edition.name("aor"))
    assert parsed.findings == ()
    assert {f.check for f in document(parsed)} == {"sector_missing"}  # so few rows do not reach every sector


def test_the_recipe_takes_a_share_where_the_southwest_lacks_a_month() -> None:
    content = area_file(state_file(RUNNING_2026[-1]), FILES["sbo"](RUNNING_2026[-2]))
    august = [
        row
        for row in csv.DictReader(io.StringIO(content.decode(), newline=""))
        if (row["Fiscal Year"], row["Month (abbv)"], row["Land Border Region"]) == ("2026 (FYTD)", "AUG", SOUTHWEST)
    ]
    total = sum(int(row["Encounter Count"]) for row in august)
    ofo = sum(int(row["Encounter Count"]) for row in august if row["Component"] == OFO)
    assert ofo / total == pytest.approx(0.3, abs=0.01)
