"""One facility under the names it had: the same series in whatever order editions come in, recorded and taken back."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count, permutations
from pathlib import Path
from typing import NamedTuple

import pytest

from figures.periods import Period
from figures.records import Observation, Parsed, Target
from figures.registry import ICE
from flows.context import Line
from flows.history.recheck import recheck
from flows.intake import Document, gather_check_and_store
from scrapers.web.fetch import Policy
from storage.archive import FolderArchive
from storage.engine import Database, open_database, reading, upgrade, writing
from storage.read import reads, vintages
from storage.write import facility_identities, releases
from tests.content import content

AT = datetime(2026, 1, 1, tzinfo=UTC)
START = date(2024, 10, 1)
# Names that are on no reviewed list.
QUAY, PIER, WHARF = "QUAY HOLDING CENTRE", "PIER DETENTION ANNEX", "WHARF COMPLEX"
KEY = "ice.facility_adp_by_criminality{{criminality=criminal, facility={} | NOWHERE | TX, sex=male}}"


class Row(NamedTuple):
    name: str
    average: float
    kind: str = "IGSA"


class Edition(NamedTuple):
    """An edition with a list of facilities, by its day of publication in 2025."""

    month: int
    rows: Sequence[Row]

    @property
    def published(self) -> date:
        return date(2025, self.month, 20)

    @property
    def parsed(self) -> Parsed:
        made = [o for number, row in enumerate(self.rows, 8) for o in _figures(number, row, self.published)]
        return Parsed(tuple(made), (), 2025, self.published - timedelta(days=6))


def _figures(number: int, row: Row, published: date) -> Iterator[Observation]:
    facility = f"{row.name} | NOWHERE | TX"
    period = Period("fiscal_year_to_date", START, published - timedelta(days=10))
    for column, (word, text) in zip(
        "ACDG", (("name", row.name), ("city", "Nowhere"), ("state", "TX"), ("type", row.kind)), strict=True
    ):
        yield Observation(
            f"ice.facility_{word}",
            (("facility", facility),),
            period,
            None,
            "text",
            "text",
            text,
            f"xlsx:Facilities FY25!{column}{number}",
            "facility_description",
            2025,
        )
    dims = (("criminality", "criminal"), ("facility", facility), ("sex", "male"))
    yield Observation(
        "ice.facility_adp_by_criminality",
        dims,
        period,
        row.average,
        "average people",
        "reported",
        f"{row.average:g}",
        f"xlsx:Facilities FY25!N{number}",
        "facility_criminality",
        2025,
    )


# A place that is typed anew, typed anew again, and typed as it was; another beside it, of another type.
OTHER = Row(WHARF, 300.0, "USMS IGA")
EDITIONS = (
    Edition(2, (Row(QUAY, 100.0), OTHER)),
    Edition(3, (Row(PIER, 104.0), OTHER)),
    Edition(4, (Row("PIER DETENTION ANX", 106.0), OTHER)),
    Edition(5, (Row(QUAY, 108.0), OTHER)),
    Edition(6, (Row(PIER, 109.0), OTHER)),
)


def _take(database: Database, edition: Edition) -> int:
    sha256 = f"{edition.month:064x}"
    known_at = datetime(2025, edition.month, 20, 12, tzinfo=UTC)
    name = f"FY25_detentionStats{edition.month:02}202025.xlsx"
    return _take_in(database, sha256, name, known_at, edition.parsed)


def _take_in(database: Database, sha256: str, name: str, known_at: datetime, parsed: Parsed) -> int:
    """As the line does with what it has parsed."""
    with writing(database) as connection:
        releases.record_document(connection, sha256, 1, "xlsx", AT)
    known = releases.Known(known_at, "stated", "")
    taken = gather_check_and_store(
        Document(ICE, sha256, b"", Target("", name, "current"), known), parsed, _line(database)
    )
    assert (taken.new, taken.failed) == (True, ())
    with reading(database) as connection:
        number = reads.release_of(connection, "ice", sha256)
    assert number is not None
    return number


def _line(database: Database) -> Line:
    return Line(database, FolderArchive(Path("nowhere")), Policy("test"), (), lambda: AT)


def _stored(folder: Path, editions: Sequence[Edition]) -> Database:
    database = open_database(f"sqlite:///{folder / 'onrecord.db'}")
    upgrade(database)
    for edition in editions:
        _take(database, edition)
    return database


def _said(database: Database) -> dict[str, list[float | None]]:
    """The figures of each place that has any, in order of release."""
    found = {}
    with reading(database) as connection:
        for name in (QUAY, PIER, "PIER DETENTION ANX", WHARF):
            figures = reads.figures(connection, [KEY.format(name)])
            if figures:
                found[name] = [figure.value for figure in figures]
    return found


def test_a_place_goes_on_under_one_identity_with_the_names_it_had(tmp_path: Path) -> None:
    database = _stored(tmp_path, EDITIONS)
    assert _said(database) == {QUAY: [100.0, 104.0, 106.0, 108.0, 109.0], WHARF: [300.0] * 5}
    facility = f"{QUAY} | NOWHERE | TX"
    with reading(database) as connection:
        named = reads.figures(connection, [f"ice.facility_name{{facility={facility}}}"])
        assert [f.raw for f in named] == [QUAY, PIER, "PIER DETENTION ANX", QUAY, PIER]
        assert {f.locator for f in named} == {"xlsx:Facilities FY25!A8"}
        assert all(f.status != "removed" for f in vintages.history(connection, [KEY.format(QUAY)]))
        (march,) = facility_identities.names_of(connection, reads.releases(connection)[1].id)
    assert (march.own, march.facility, march.cell) == (
        f"{PIER} | NOWHERE | TX",
        facility,
        "xlsx:Facilities FY25!A8",
    )
    assert march.because.startswith("the same city and type, 104.0 people on average where 100.0 were")
    said = [f for f in content(database)["findings"] if "facility_renamed" in f]
    assert len(said) == 3
    assert not [f for f in content(database)["findings"] if "facilities_gone" in f]


def test_the_same_editions_give_the_same_series_in_whatever_order(tmp_path: Path) -> None:
    folders = count()

    def stored(order: Sequence[Edition]) -> object:
        folder = tmp_path / f"{next(folders)}"
        folder.mkdir()
        database = _stored(folder, order)
        said = content(database)
        database.dispose()
        return said

    in_order = stored(EDITIONS)
    for order in list(permutations(EDITIONS))[7::17]:
        assert stored(order) == in_order


def test_an_older_edition_that_comes_in_late_gives_later_names_their_facility(database: Database) -> None:
    first, second, *_, last = EDITIONS
    _take(database, second)
    _take(database, last)
    assert _said(database) == {PIER: [104.0, 109.0], WHARF: [300.0, 300.0]}
    _take(database, first)
    assert _said(database) == {QUAY: [100.0, 104.0, 109.0], WHARF: [300.0] * 3}


def test_a_name_is_given_back_when_an_edition_shows_that_there_are_two_places(database: Database) -> None:
    first, second = EDITIONS[0], EDITIONS[2]
    _take(database, first)
    _take(database, second)
    assert _said(database)[QUAY] == [100.0, 106.0]
    _take(database, Edition(3, (Row(QUAY, 101.0), Row("PIER DETENTION ANX", 105.0), OTHER)))
    assert _said(database) == {QUAY: [100.0, 101.0], "PIER DETENTION ANX": [105.0, 106.0], WHARF: [300.0] * 3}
    assert content(database)["facilities"] == []


def test_what_is_read_anew_is_asked_again(database: Database) -> None:
    for edition in EDITIONS:
        _take(database, edition)
    before = content(database)
    with writing(database) as connection:
        for release, edition in zip(reads.releases(connection), EDITIONS, strict=True):
            releases.reread_release(connection, "ice", release.id, edition.parsed, 1)
        recheck(connection, "ice", datetime(2025, 1, 1, tzinfo=UTC), AT)
    assert content(database) == before


def test_what_is_at_hand_of_an_edition_is_what_the_database_has(database: Database) -> None:
    """The next edition is held against figures under the facility, whether they are remembered or read back."""
    for edition in EDITIONS[:2]:
        number = _take(database, edition)
    at_hand = _numbers(database, number)
    database.dispose()
    assert _numbers(database, number) == at_hand


def _numbers(database: Database, number: int) -> list[tuple[str, float | None]]:
    with reading(database) as connection:
        stated = facility_identities.stated(connection, number, {"ice.facility_adp_by_criminality"})
        return sorted((o.series, o.value) for o in stated if o.value is not None)


@pytest.mark.parametrize("name", ["ADAMS COUNTY DET CENTER", "ADELANTO ICE PROCESSING CENTER"])
def test_names_of_the_reviewed_list_are_never_joined_here(database: Database, name: str) -> None:
    """They stand in other cities in the list; here both are in one, and remain what the list says."""
    listed = {"ADAMS COUNTY DET CENTER": "NATCHEZ | MS", "ADELANTO ICE PROCESSING CENTER": "ADELANTO | CA"}
    rows = [Edition(2, (Row(QUAY, 100.0),)), Edition(3, (Row(name, 101.0),))]
    _take(database, rows[0])
    parsed = rows[1].parsed
    known = f"{name} | {listed[name]}"
    dims = tuple(
        o._replace(dims=tuple((n, known if n == "facility" else v) for n, v in o.dims)) for o in parsed.observations
    )
    again = Parsed(dims, (), 2025, parsed.run_date)
    _take_in(database, "3" * 64, "FY25_detentionStats03202025.xlsx", datetime(2025, 3, 20, tzinfo=UTC), again)
    assert content(database)["facilities"] == []


def test_a_name_longer_than_any_stands_for_itself(database: Database) -> None:
    """A cell may hold thirty thousand letters."""
    _take(database, Edition(2, (Row(QUAY, 100.0), OTHER)))
    _take(database, Edition(3, (Row("Q" * 400, 101.0), OTHER)))
    assert content(database)["facilities"] == []
