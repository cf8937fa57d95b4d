"""What pages say of facilities, read from a database: rows, holds, names, TRAC beside ICE."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import count

from figures.periods import Period
from figures.records import Finding, Observation, Parsed, Target
from flows.publishing.facility_place import places
from flows.publishing.facility_reader import facility_facts
from pages.facts.facility_facts import FacilityFacts
from pages.places.facility_words import total
from storage.engine import Database, reading, writing
from storage.write import releases
from storage.write.facility_identities import Name, record_names
from storage.write.findings import renew_findings

AT = datetime(2026, 1, 1, tzinfo=UTC)
QUAY, PIER = "QUAY HOLDING CENTRE | NOWHERE | TX", "PIER ANNEX | NOWHERE | TX"
SPLIT = {"criminal": 40.0, "non_criminal": 60.5}
_NUMBERS = count(1)


def _text(metric: str, facility: str, text: str, cell: str, *dims: tuple[str, str]) -> Observation:
    period = Period("instant", date(2025, 1, 6), date(2025, 1, 6))
    pairs = tuple(sorted((("facility", facility), *dims)))
    table = "facility_inspections" if dims else "facility_description"
    return Observation(f"ice.facility_{metric}", pairs, period, None, "text", "text", text, cell, table, 2025)


def _figure(metric: str, pairs: Mapping[str, str], day: date, value: float, cell: str, table: str) -> Observation:
    period = Period("fiscal_year_to_date", date(2024, 10, 1), day)
    dims = tuple(sorted(pairs.items()))
    return Observation(metric, dims, period, value, "average people", "reported", f"{value:g}", cell, table, 2025)


def _row(
    sheet: str, row: int, facility: str, name: str, day: date, people: Mapping[str, float]
) -> Iterator[Observation]:
    yield _text("name", facility, name, f"xlsx:{sheet}!A{row}")
    yield _text("city", facility, "Nowhere", f"xlsx:{sheet}!C{row}")
    yield _text("state", facility, "TX", f"xlsx:{sheet}!D{row}")
    yield _text("inspection_rating", facility, "Pass", f"xlsx:{sheet}!AA{row}", ("inspection", "last"))
    yield _figure("ice.facility_alos", {"facility": facility}, day, 31.5, f"xlsx:{sheet}!I{row}", "facility_stay")
    for column, (criminality, value) in zip("NO", people.items(), strict=True):
        for sex, letter in (("male", column), ("female", chr(ord(column) + 2))):
            pairs = {"facility": facility, "criminality": criminality, "sex": sex}
            cell = f"xlsx:{sheet}!{letter}{row}"
            yield _figure("ice.facility_adp_by_criminality", pairs, day, value, cell, "facility_criminality")


def _trac(day: date, value: float, row: int) -> Observation:
    pairs = {"city": "Nowhere", "facility": "QUAY HOLDING CENTRE", "state": "TX"}
    return _figure("trac.facility_population", pairs, day, value, f"json:/{row}/count", "trac_facilities")


def _store(
    database: Database, stated: Sequence[Observation], published: date, source: str = "ice", held: Sequence[str] = ()
) -> int:
    sha256 = f"{next(_NUMBERS):064x}"
    at = datetime(published.year, published.month, published.day, 12, tzinfo=UTC)
    with writing(database) as connection:
        releases.record_document(connection, sha256, 9, "xlsx", AT)
        target, known = Target("", f"{published:%m%d%Y}.xlsx", "current"), releases.Known(at, "stated", "")
        parsed = Parsed(tuple(stated), (), 2025, published)
        stored = releases.store_release(connection, source, sha256, target, known, parsed, 1, AT)
        findings = [Finding("late", "hold", "table", tuple(held), "", "", "")] if held else []
        renew_findings(connection, source, stored.release_id, "document", findings, AT)
        return stored.release_id


def _facts(database: Database) -> dict[str, FacilityFacts]:
    with reading(database) as connection:
        facilities = facility_facts(connection)
        first, again = list(facilities()), list(facilities())
    assert first == again
    return {each.id: each for each in first}


def test_each_row_of_each_list_is_there_the_newest_first(database: Database) -> None:
    january, february = date(2025, 1, 6), date(2025, 2, 3)
    _store(database, [*_row("Facilities FY25", 8, QUAY, "QUAY HOLDING CENTRE", january, SPLIT)], date(2025, 1, 16))
    newest = [
        *_row("Facilities FY25", 9, QUAY, "Quay Holding Centre*", february, {"criminal": 41.0, "non_criminal": 59.0}),
        *_row("Facilities FY25", 8, PIER, "PIER ANNEX", february, SPLIT),
    ]
    _store(database, newest, date(2025, 2, 13))
    found = _facts(database)
    assert list(found) == [PIER, QUAY]
    quay = found[QUAY]
    assert (quay.name, quay.city, quay.state) == ("Quay Holding Centre", "NOWHERE", "TX")
    assert (quay.newest, quay.on_newest, found[PIER].on_newest) == (february, True, True)
    assert [(each.day, each.sheet, each.row, total(each)) for each in quay.listed] == [
        (february, "Facilities FY25", 9, 200.0),
        (january, "Facilities FY25", 8, 201.0),
    ]
    assert quay.listed[0].since == date(2024, 10, 1)
    assert quay.listed[0].cells["female non_criminal"][:3] == (59.0, "59", "Q")
    assert [(each.words, each.first.day, each.last.day) for each in quay.inspections["last"]] == [
        (("", "", "Pass", "", "", ""), january, february)
    ]


def test_what_is_held_back_is_marked_and_not_summed(database: Database) -> None:
    january, february = date(2025, 1, 6), date(2025, 2, 3)
    _store(database, [*_row("Facilities FY25", 8, QUAY, "QUAY HOLDING CENTRE", january, SPLIT)], date(2025, 1, 16))
    held = ["facility_criminality", "facility_description"]
    _store(database, [*_row("Facilities FY25", 8, QUAY, "SOME OTHER", february, SPLIT)], date(2025, 2, 13), held=held)
    quay = _facts(database)[QUAY]
    assert [(each.day, total(each)) for each in quay.listed] == [(february, None), (january, 201.0)]
    assert quay.listed[0].cells["male criminal"].held
    assert not quay.listed[0].cells["alos"].held
    assert [each.words for each in quay.said["name"]] == [("QUAY HOLDING CENTRE",)]
    assert (quay.name, quay.newest, quay.on_newest) == ("QUAY HOLDING CENTRE", january, True)


def test_a_name_that_goes_on_as_another_says_why(database: Database) -> None:
    january, february = date(2025, 1, 6), date(2025, 2, 3)
    _store(database, [*_row("Facilities FY25", 8, QUAY, "QUAY HOLDING CENTRE", january, SPLIT)], date(2025, 1, 16))
    release = _store(database, [*_row("Facilities FY25", 8, QUAY, "PIER ANNEX", february, SPLIT)], date(2025, 2, 13))
    with writing(database) as connection:
        record_names(connection, release, [Name(PIER, QUAY, "xlsx:Facilities FY25!A8", "the average goes on")])
    quay = _facts(database)[QUAY]
    assert [(each.words[0], each.why) for each in quay.said["name"]] == [
        ("PIER ANNEX", "the average goes on"),
        ("QUAY HOLDING CENTRE", ""),
    ]


def test_trac_stands_beside_ice_with_its_newest_word_for_each_day(database: Database) -> None:
    january, february = date(2025, 1, 6), date(2025, 2, 3)
    _store(database, [*_row("Facilities FY25", 8, QUAY, "QUAY HOLDING CENTRE", january, SPLIT)], date(2025, 1, 16))
    _store(database, [_trac(january, 200.0, 3)], date(2025, 1, 20), "trac_facilities")
    _store(database, [_trac(february, 199.0, 3), _trac(january, 202.0, 9)], date(2025, 2, 20), "trac_facilities")
    quay = _facts(database)[QUAY]
    assert [(each.day, each.people, each.place) for each in quay.restated] == [
        (february, 199.0, "json:/3/count"),
        (january, 202.0, "json:/9/count"),
    ]
    assert [each.day for each in quay.listed] == [january]


def test_an_address_follows_from_the_id_alone() -> None:
    hostile = "../../<script> | ../x | ../../etc"
    long = f"{'A' * 200} | B | TX"
    found = places([QUAY, "O'BRIEN (NORTH) | A | TX", "O BRIEN NORTH | A | TX", hostile, long, "NAMELESS |  | "])
    assert found[QUAY] == places([QUAY])[QUAY] == "tx/quay-holding-centre-nowhere/"
    assert found[hostile] == "etc/script-x/"
    assert found["NAMELESS |  | "] == "elsewhere/nameless/"
    assert len(found[long]) < 100
    assert len(set(found.values())) == len(found)
