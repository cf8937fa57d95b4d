"""Releases, vintages and holds, as they are written and read."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations

import pytest

from figures.periods import fiscal_year_to_date, instant
from figures.records import Finding, Observation, Parsed, Target
from storage import publication, reads, writes
from storage.engine import Database, Transaction, reading, writing
from storage.findings import record_findings, record_new_findings, set_state, settle
from storage.writes import KNOWN_BY, Known, Stored

HELD = "ice.detained{agency=all, criminality=all}"
REMOVALS = "ice.removals{group=all}"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _at(day: int) -> datetime:
    return datetime(2025, 5, day, tzinfo=UTC)


def _parsed(held: float, removals: float, day: int) -> Parsed:
    first = Observation(
        "ice.detained",
        (("agency", "all"), ("criminality", "all")),
        instant(date(2025, 5, day)),
        held,
        "people",
        "reported",
        f"{held:.0f}",
        "xlsx:Detention FY25!F20",
        "detained_by_criminality",
        2025,
        date(2025, 5, day),
        "xlsx:Footnotes!B71",
    )
    second = first._replace(
        metric="ice.removals",
        dims=(("group", "all"),),
        period=fiscal_year_to_date(2025, date(2025, 5, day)),
        value=removals,
        raw=f"{removals:.0f}",
        locator="xlsx:Detention FY25!P29",
        table="removals",
    )
    return Parsed((first, second), (), 2025, date(2025, 5, day))


def _store(
    connection: Transaction, letter: str, known: datetime, parsed: Parsed, name: str = "", by: str = "fetched"
) -> Stored:
    sha256 = letter * 64
    writes.record_document(connection, sha256, 10, "xlsx", NOW)
    target = Target(f"https://example.org/{name or letter}", name or f"{letter}.xlsx", "current")
    return writes.store_release(
        connection, "ice", sha256, target, Known(known, "stated" if by == "stated" else "fetched", ""), parsed, 1, NOW
    )


def test_reads_are_as_of_an_instant(database: Database) -> None:
    with writing(database) as connection:
        _store(connection, "a", _at(12), _parsed(49005, 157948, 4))
        _store(connection, "b", _at(23), _parsed(48870, 169956, 18))
    with reading(database) as connection:
        assert [f.value for f in reads.figures(connection, [HELD], _at(22))] == [49005]
        assert [f.value for f in reads.figures(connection, [HELD], _at(23))] == [49005, 48870]
        assert reads.figures(connection, [HELD], _at(11)) == []


def test_a_figure_keeps_its_evidence(database: Database) -> None:
    with writing(database) as connection:
        _store(connection, "a", _at(12), _parsed(49005, 157948, 4))
    with reading(database) as connection:
        (figure,) = reads.figures_at(connection, "xlsx:Detention FY25!F20", "aaaa")
    assert (figure.value, figure.raw, figure.sha256) == (49005, "49005", "a" * 64)
    assert (figure.period_locator, figure.known_at, figure.known_by) == ("xlsx:Footnotes!B71", _at(12), "fetched")


def test_the_same_bytes_under_a_new_name_are_no_new_release(database: Database) -> None:
    with writing(database) as connection:
        first = _store(connection, "a", _at(12), _parsed(49005, 157948, 4), "FY25_05122025.xlsx")
        second = _store(connection, "a", _at(20), _parsed(49005, 157948, 4), "FY25.xlsx")
    assert (second.release_id, second.created, second.since) == (first.release_id, False, None)
    with reading(database) as connection:
        assert len(reads.releases(connection)) == 1
        assert len(reads.figures(connection, [HELD])) == 1
        assert reads.names(connection, first.release_id) == ["FY25_05122025.xlsx", "FY25.xlsx"]


def test_new_bytes_under_an_old_name_are_a_release(database: Database) -> None:
    with writing(database) as connection:
        _store(connection, "a", _at(12), _parsed(49005, 157948, 4), "FY25.xlsx")
        assert _store(connection, "b", _at(13), _parsed(49006, 157948, 4), "FY25.xlsx").created
    with reading(database) as connection:
        assert [f.value for f in reads.figures(connection, [HELD])] == [49005, 49006]


def test_earlier_evidence_moves_a_release_back_and_later_evidence_does_not(database: Database) -> None:
    with writing(database) as connection:
        _store(connection, "a", _at(20), _parsed(49005, 157948, 4))
        moved = _store(connection, "a", _at(12), _parsed(49005, 157948, 4), by="stated")
        assert _store(connection, "a", _at(25), _parsed(49005, 157948, 4)).since is None
    assert moved.since == _at(12)
    with reading(database) as connection:
        (figure,) = reads.figures(connection, [HELD])
    assert (figure.known_at, figure.known_by) == (_at(12), "stated")


def test_of_two_sightings_at_one_instant_the_firmer_one_stands(database: Database) -> None:
    """Whichever came in first, under one name or two; what is written beside them and their names decide nothing."""
    expected = {}
    with writing(database) as connection:
        for firmer, looser in combinations(KNOWN_BY, 2):
            detailed = [("FY25.xlsx", firmer, "z, firm"), ("FY25.xlsx", looser, "a, loose")]
            named = [("z.xlsx", firmer, ""), ("a.xlsx", looser, "")]
            for seen in (detailed, detailed[::-1], named, named[::-1]):
                sha256 = f"{len(expected):064}"
                writes.record_document(connection, sha256, 10, "xlsx", NOW)
                for name, by, detail in seen:
                    target, known = Target(f"https://example.org/{sha256}", name, "current"), Known(_at(12), by, detail)
                    writes.store_release(connection, "ice", sha256, target, known, Parsed((), (), 2025), 1, NOW)
                expected[sha256] = next(each for each in seen if each[1] == firmer)
    with reading(database) as connection:
        stood = {each.sha256: (each.name, each.known_by, each.known_detail) for each in reads.releases(connection)}
    assert stood == expected


def _hold(scope_kind: str, *scope: str) -> Finding:
    return Finding("parts_total", "hold", scope_kind, scope, "1", "2", "does not add")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("finding", "held"),
    [
        (_hold("release"), {HELD, REMOVALS}),
        (_hold("table", "removals"), {REMOVALS}),
        (_hold("cells", "xlsx:Detention FY25!F20"), {HELD}),
        (replace(_hold("release"), severity="warn"), set()),
    ],
)
def test_a_hold_has_the_size_that_it_names(database: Database, finding: Finding, held: set[str]) -> None:
    with writing(database) as connection:
        stored = _store(connection, "a", _at(12), _parsed(49005, 157948, 4))
        record_findings(connection, "ice", stored.release_id, "static", [finding], NOW)
        set_state(connection, stored.release_id)
    with reading(database) as connection:
        figures = reads.figures(connection, [HELD, REMOVALS])
        (release,) = reads.releases(connection)
    assert {f.series for f in figures if f.held} == held
    assert len(figures) == 2  # held figures are stored and shown
    assert release.state == ("held" if held else "accepted")


def test_figures_of_hidden_sheets_are_kept_but_never_read_as_current(database: Database) -> None:
    parsed = _parsed(19068, 185884, 4)
    hidden = Parsed(tuple(o._replace(status="not_current") for o in parsed.observations), ())
    with writing(database) as connection:
        _store(connection, "a", _at(12), hidden)
    with reading(database) as connection:
        assert reads.figures(connection, [HELD]) == []
        assert [f.value for f in reads.figures_at(connection, "xlsx:Detention FY25!F20")] == [19068]
        assert publication.newest_day(connection, "ice.detained") is None


def test_what_was_clean_before_leaves_out_what_was_held_and_what_came_later(database: Database) -> None:
    with writing(database) as connection:
        _store(connection, "a", _at(10), _parsed(49005, 1, 4))
        bad = _store(connection, "b", _at(11), _parsed(1, 2, 5))
        record_findings(connection, "ice", bad.release_id, "static", [_hold("release")], NOW)
        _store(connection, "c", _at(12), _parsed(48870, 3, 6))
        _store(connection, "d", _at(13), _parsed(51302, 4, 7))
    with reading(database) as connection:
        third = reads.releases(connection)[2]
        before = reads.clean_before(connection, "ice", third, {"ice.detained", "ice.removals"})
    assert sorted(f.value or 0 for f in before) == [1, 49005]


def test_a_finding_about_a_page_is_recorded_once_until_it_is_settled(database: Database) -> None:
    finding = Finding("unknown_name", "warn", "release", (), "a shape", "x.xlsx", "odd name")
    with writing(database) as connection:
        assert record_new_findings(connection, "ice", "discover", [finding], NOW) == [finding]
        assert record_new_findings(connection, "ice", "discover", [finding], NOW) == []
        settle(connection, "ice", "discover", ["odd name"], "gone", NOW)
        assert record_new_findings(connection, "ice", "discover", [finding], NOW) == []
        settle(connection, "ice", "discover", [], "gone", NOW)
        assert record_new_findings(connection, "ice", "discover", [finding], NOW) == [finding]
