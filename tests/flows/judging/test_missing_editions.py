"""Which known editions are not held: by bytes, by a name that bears a day, or by a name and the day it was out."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from checks.known_hashes import Witness, witnesses
from figures.periods import end_of_day
from figures.records import Parsed, Target
from flows.judging.missing_editions import unheld
from scrapers.ice.file_names import read_name
from storage.engine import Database, open_database, reading, writing
from storage.read import reads
from storage.write import releases
from tests.databases import new_sqlite


def _hold(database: Database, witness: Witness, sha256: str) -> None:
    at = end_of_day(witness.edition_date)
    with writing(database) as connection:
        releases.record_document(connection, sha256, 1, "xlsx", at)
        target, known = Target("", witness.name, "current"), releases.Known(at, "wayback", "")
        releases.store_release(connection, "ice", sha256, target, known, Parsed((), ()), 1, at)


def _missing(database: Database) -> set[tuple[str, date]]:
    with reading(database) as connection:
        return {(each.name, each.day) for each in unheld(connection, reads.releases(connection), [])}


def _of(witness: Witness) -> tuple[str, date]:
    return witness.name, witness.edition_date


def test_an_edition_is_held_by_its_bytes_or_by_what_its_name_and_day_say(tmp_path: Path) -> None:
    database = open_database(new_sqlite(tmp_path))
    every = {_of(each) for each in witnesses()}
    assert _missing(database) == every
    by_bytes, by_day, other_day, *_ = (each for each in witnesses() if each.name == "FY21-detentionstats.xlsx")
    with_day = next(each for each in witnesses() if read_name(each.name).day)
    _hold(database, replace(by_bytes, name="renamed.xlsx"), by_bytes.sha256)
    _hold(database, by_day, "a" * 64)  # the same edition, saved again: other bytes, public on the same day
    _hold(database, replace(with_day, name="first name.xlsx"), "b" * 64)
    _hold(database, replace(with_day, edition_date=with_day.edition_date + timedelta(days=1)), "b" * 64)
    assert every - _missing(database) == {_of(by_bytes), _of(by_day), _of(with_day)}
    assert _of(other_day) in _missing(database)  # a name without a day was used for many editions
    database.dispose()


def test_a_name_without_a_day_that_was_held_on_another_day_says_nothing_of_this_one(tmp_path: Path) -> None:
    database = open_database(new_sqlite(tmp_path))
    known = next(each for each in witnesses() if each.name == "FY22-detentionStats.xlsx")
    later = Witness(known.edition_date + timedelta(days=5), known.name, "c" * 64, None)
    _hold(database, later, later.sha256)
    assert _of(known) in _missing(database)
    database.dispose()
