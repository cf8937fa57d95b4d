"""What the editions before say, as the store remembers it and as the harness of the trust gate does: the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from checks.catalogue import limit
from checks.document.document_suite import document
from checks.history.compare import NOT_COMPARED
from checks.history.expected_paces import READ
from figures.fingerprints import EDITION
from figures.metrics.metric import ALL
from figures.periods import Period
from figures.records import Finding, Observation, Target
from figures.registry import ICE
from replica.editions import Edition, edition
from replica.workbooks import build
from storage.engine import Database, open_database, reading, writing
from storage.read import just_stored, previous, reads
from storage.read.texts import texts_before
from storage.write import releases
from storage.write.findings import renew_findings
from tests.faults.gate import Gate

AT = datetime(2026, 1, 1, tzinfo=UTC)
EDITIONS = ("FY24", "05122025", "05232025", "06202025", "07312025")


def _store(database: Database, editions: Sequence[Edition], hold: str = "") -> Gate:
    """The same editions in both memories; of the one whose file is named, all of `adp` is held."""
    gate = Gate()
    for one in editions:
        content = build(one)
        parsed = ICE.parse(content, one.file_name)
        findings = [*parsed.findings, *document(parsed)]
        if one.file_name == hold:
            findings.append(replace(findings[0], severity="hold", scope_kind="table", scope=("adp",)))
        at = datetime(one.published_on.year, one.published_on.month, one.published_on.day, 12, tzinfo=UTC)
        with writing(database) as connection:
            sha256 = f"{len(gate.editions):064x}"
            releases.record_document(connection, sha256, len(content), "xlsx", AT)
            target, known = Target("", one.file_name, "current"), releases.Known(at, "stated", "")
            stored = releases.store_release(connection, "ice", sha256, target, known, parsed, 1, AT)
            renew_findings(connection, "ice", stored.release_id, "document", findings, AT)
        gate.take(parsed, one.file_name, one.published_on, findings)
    return gate


@pytest.mark.parametrize("hold", ["", edition("06202025").file_name], ids=["clean", "one table held"])
def test_both_memories_give_the_same_edition_before(database: Database, hold: str) -> None:
    editions = [edition(key) for key in EDITIONS]
    gate = _store(database, editions, hold)
    last = gate.editions.pop()
    with reading(database) as connection:
        release = reads.releases(connection, "ice")[-1]
        assert just_stored.stated(connection, reads.releases(connection, "ice")[-2].id) is not None
        stored = previous.before(connection, "ice", release, NOT_COMPARED)
        texts = texts_before(connection, "ice", release, "ice.footnote")
    database.dispose()  # a new connection has nothing at hand, and reads the same from the database
    with reading(database) as connection:
        assert just_stored.stated(connection, reads.releases(connection, "ice")[-2].id) is None
        assert previous.before(connection, "ice", release, NOT_COMPARED) == stored
        assert texts_before(connection, "ice", release, "ice.footnote") == texts
        assert texts[1]
        series = {each.series for each in stored if each.table in ("adp", "book_ins_by_month")}
        steps = previous.steps(connection, "ice", release, series, limit("revised_beyond_usual", "fresh_months"))
    remembered = gate._earlier(2025)
    assert set(stored) == set(remembered)
    assert {each.release_name for each in stored if each.table == "adp"} == {
        edition("05232025").file_name if hold else edition("06202025").file_name
    }
    record = gate._record(series, 2025)
    assert {key: each[0] for key, each in steps.items()} == {key: each.steps for key, each in record.items()}
    assert {key: each[1] for key, each in steps.items()} == pytest.approx({k: n.spread for k, n in record.items()})
    assert any(each.steps for each in record.values())
    assert last.name == release.name


def test_a_new_year_begins_with_the_last_edition_of_the_old(database: Database) -> None:
    _store(database, [edition("FY24"), edition("05122025")])
    with reading(database) as connection:
        first, second = reads.releases(connection, "ice")
        assert previous.before(connection, "ice", first, NOT_COMPARED) == []
        before = previous.before(connection, "ice", second, {"adp"})
    assert {each.fiscal_year for each in before} == {2024}
    assert "adp" not in {each.table for each in before}


def test_an_edition_that_shows_what_another_showed_is_found(database: Database) -> None:
    again = replace(edition("05122025"), file_name="again.xlsx", published_on=date(2025, 7, 1))
    _store(database, [edition("05122025"), edition("05232025"), again])
    with reading(database) as connection:
        first, between, last = reads.releases(connection, "ice")
        shown, before = (previous.prints_of(connection, release.id) for release in (last, first))
        assert shown.pop(EDITION) != before.pop(EDITION)  # as a whole it is of another day
        assert shown == before
        assert "adp" in shown
        alike = previous.alike(connection, "ice", last, shown)
        assert {row.name for row in alike} == {first.name}
        assert previous.copies_of(connection, [first.id]) == {first.id, last.id}
        assert between.id not in previous.copies_of(connection, [last.id])


def test_a_print_is_renewed_with_what_is_read(database: Database, tmp_path: Path) -> None:
    _store(database, [edition("05122025")])
    with writing(database) as connection:
        (release,) = reads.releases(connection, "ice")
        kept = [o for o in reads.observations(connection, release.id) if o.table != "adp"]
        releases.replace_observations(connection, "ice", release.id, kept)
        assert "adp" not in previous.prints_of(connection, release.id)


def test_editions_long_past_are_not_looked_at(database: Database) -> None:
    old, new = edition("05122025"), edition("05232025")
    gone = replace(old, figures={p: v for p, v in old.figures.items() if p[0] != "adp"})
    between = [
        replace(gone, file_name=f"{n}.xlsx", published_on=old.published_on + timedelta(days=n))
        for n in range(1, previous.LOOKED_AT + 1)
    ]
    _store(database, [old, *between, replace(new, published_on=date(2025, 6, 30))])
    with reading(database) as connection:
        release = reads.releases(connection, "ice")[-1]
        before = previous.before(connection, "ice", release, NOT_COMPARED)
    assert before
    assert "adp" not in {each.table for each in before}


def test_what_another_process_read_anew_is_not_what_was_stored_lately(database: Database) -> None:
    _store(database, [edition("05122025"), edition("05232025")])
    other = open_database(database.url.render_as_string(hide_password=False))
    with writing(other) as connection:
        first = reads.releases(connection, "ice")[0]
        parsed = ICE.parse(build(edition("05122025")), edition("05122025").file_name)
        doubled = tuple(o._replace(value=o.value * 2) if o.value else o for o in parsed.observations)
        releases.reread_release(connection, "ice", first.id, replace(parsed, observations=doubled), 2)
    other.dispose()
    with reading(database) as connection:
        first, second = reads.releases(connection, "ice")
        before = {each.locator: each.value for each in previous.before(connection, "ice", second, NOT_COMPARED)}
    mine = {o.locator: o.value for o in doubled}
    assert before
    assert all(value == mine[locator] for locator, value in before.items())


def test_a_few_releases_are_at_hand_and_no_whole_history(database: Database) -> None:
    day = Period("instant", None, date(2025, 5, 4))
    one = Observation("ice.detained", (("agency", ALL),), day, 1.0, "people", "reported", "1", "xlsx:S!A1", "t")
    with writing(database) as connection:
        for number in range(just_stored.KEPT_AT_ONCE + 2):
            just_stored.note(connection, number, [one])
        at_hand = [number for number in range(just_stored.KEPT_AT_ONCE + 2) if just_stored.stated(connection, number)]
        assert at_hand == [*range(2, just_stored.KEPT_AT_ONCE + 2)]
        just_stored.note(connection, 3, [one] * (just_stored.MOST + 1))
        assert just_stored.stated(connection, 3) is None


def test_counts_of_the_year_before_are_the_clean_ones(database: Database) -> None:
    gate = _store(database, [edition("FY24"), edition("01162025"), edition("02032025")])
    with writing(database) as connection:
        old, first, second = reads.releases(connection, "ice")
        assert previous.of_last_year(connection, "ice", old, READ) == []
        found = previous.of_last_year(connection, "ice", second, READ)
        whole = Finding("by_hand", "hold", "release", (), "", "", "")
        renew_findings(connection, "ice", old.id, "name", [whole], AT)
        assert previous.of_last_year(connection, "ice", first, READ) == []
    remembered = {(f.series, f.period, f.value) for f in gate.editions[0].counted if f.series in READ}
    assert {(f.series, f.period, f.value) for f in found} == remembered
    assert len(remembered) == 6
