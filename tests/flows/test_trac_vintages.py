"""Two versions of a file of TRAC's as served: what it altered, added and took away, and what stood at each instant."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from flows.configuration.settings import load_settings
from flows.pipeline import open_line
from replica.trac import population_table
from storage.engine import Database, reading
from storage.read import reads, vintages
from storage.read.compare import Change, compare
from tests.command import typed
from tests.flows.conftest import Clock
from tests.looks import look

Rows = list[dict[str, Any]]
FIRST = datetime(2025, 7, 1, 15, tzinfo=UTC)
SECOND = FIRST + timedelta(days=14)
ALTERED = "trac.detained{agency=ICE, criminality=other}"
ADDED = date(2025, 6, 29)
MOVED = ("ice_other", "total_other", "ice_all", "total_all")
FIGURES = 12
WHOLE = "trac.detained{agency=all, criminality=all}"


@dataclass
class Served:
    home: Path
    database: Database
    before: Rows
    after: Rows
    gone: date


def _day(row: dict[str, Any]) -> date:
    return datetime.strptime(row["date"], "%m/%d/%Y").replace(tzinfo=UTC).date()


def _altered(rows: Rows, fields: Sequence[str]) -> Rows:
    """The third row says one more in some fields, the row before the last is gone, a new one stands at the head."""
    after = [dict(row) for row in rows]
    for field in fields:
        after[2][field] += 1
    del after[-2]
    return [{**rows[0], "date": f"{ADDED:%m/%d/%Y}"}, *after]


@contextmanager
def _serve(home: Path, server: HTTPServer, fields: Sequence[str]) -> Iterator[Served]:
    """Two versions of the table, fetched a fortnight apart from a real server."""
    before: Rows = json.loads(population_table(date(2025, 6, 30)))
    after = _altered(before, fields)
    versions = [json.dumps(before), json.dumps(after)]
    server.expect_request("/robots.txt").respond_with_data("", status=404)
    server.expect_request("/t.json").respond_with_handler(lambda _: Response(versions[0]))
    home.mkdir()
    address = server.url_for("").rstrip("/")
    (home / "onrecord.toml").write_text(
        f'[fetch]\ncontact = "test@localhost"\nprivate_hosts = ["{address.removeprefix("http://")}"]\n'
        f'[sources.trac_population]\naddress = "{address}/t.json"\n',
        encoding="utf-8",
    )
    clock = Clock(FIRST)
    settings = load_settings(home)
    line = open_line(settings, clock)
    assert look(settings, line, "trac_population").state == "new"
    del versions[0]
    clock.now = SECOND
    assert look(settings, line, "trac_population").state == "new"
    yield Served(home, line.database, before, after, _day(before[-2]))
    line.database.dispose()


@pytest.fixture
def served(tmp_path: Path, httpserver: HTTPServer) -> Iterator[Served]:
    """One figure differs, and with it the sums that it is part of: the table still adds."""
    with _serve(tmp_path / "home", httpserver, MOVED) as two:
        yield two


@pytest.fixture
def odd(tmp_path: Path, httpserver: HTTPServer) -> Iterator[Served]:
    """One figure differs and nothing else: the table contradicts itself."""
    with _serve(tmp_path / "home", httpserver, MOVED[:1]) as two:
        yield two


def _changes(two: Served) -> list[Change]:
    with reading(two.database) as connection:
        first, second = reads.releases(connection, "trac_population")
        return compare(connection, first, second)


def _three_differences(two: Served, fields: Sequence[str]) -> None:
    changes = _changes(two)
    revised = [c for c in changes if c.kind == "revised"]
    assert {(c.figure.period.end, c.size) for c in revised} == {(_day(two.before[2]), 1)}
    assert {c.before.locator for c in revised if c.before} == {f"json:/2/{field}" for field in fields}
    assert {c.after.locator for c in revised if c.after} == {f"json:/3/{field}" for field in fields}
    assert {c.figure.period.end for c in changes if c.kind == "new"} == {ADDED}
    assert {c.figure.period.end for c in changes if c.kind == "removed"} == {two.gone}
    kinds = [c.kind for c in changes]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "new": FIGURES,
        "removed": FIGURES,
        "revised": len(fields),
        "unchanged": FIGURES * (len(two.before) - 1) - len(fields),
    }


def test_exactly_the_three_differences_are_found(served: Served) -> None:
    _three_differences(served, MOVED)


def test_one_value_alone_is_found_and_only_what_no_longer_adds_does_not_stand(odd: Served) -> None:
    _three_differences(odd, MOVED[:1])
    (change,) = [c for c in _changes(odd) if c.kind == "revised"]
    assert change.after is not None
    assert change.after.held
    with reading(odd.database) as connection:
        known = vintages.known(connection, ALTERED, SECOND)
    stood = {_day(row): row["ice_other"] for row in odd.before}
    assert {f.period.end: f.value for f in known} == {**stood, ADDED: odd.after[0]["ice_other"], odd.gone: None}


def test_a_version_against_itself_has_no_difference_and_backwards_they_are_mirrored(served: Served) -> None:
    with reading(served.database) as connection:
        first, second = reads.releases(connection, "trac_population")
        assert {c.kind for c in compare(connection, second, second)} == {"unchanged"}
        back = compare(connection, second, first)
    assert {c.figure.period.end for c in back if c.kind == "new"} == {served.gone}
    assert {c.figure.period.end for c in back if c.kind == "removed"} == {ADDED}
    assert [c.size for c in back if c.kind == "revised"] == [-1] * len(MOVED)


@pytest.mark.parametrize("second", [False, True], ids=["before the second", "from the second on"])
def test_each_version_is_known_as_of_its_instant(served: Served, *, second: bool) -> None:
    rows = served.after if second else served.before
    instants = [SECOND, SECOND + timedelta(days=300)] if second else [FIRST, SECOND - timedelta(seconds=1)]
    for series, field in ((WHOLE, "total_all"), (ALTERED, "ice_other")):
        for instant in instants:
            with reading(served.database) as connection:
                known = vintages.known(connection, series, instant)
            assert {f.period.end: f.value for f in known if f.status != "removed"} == {
                _day(row): row[field] for row in rows
            }
            gone = [(f.period.end, f.value) for f in known if f.status == "removed"]
            assert gone == ([(served.gone, None)] if second else [])


def test_nothing_is_known_before_the_first_version(served: Served) -> None:
    with reading(served.database) as connection:
        assert vintages.known(connection, WHOLE, FIRST - timedelta(seconds=1)) == []


def test_the_command_tells_the_same_by_day_and_by_hash(served: Served) -> None:
    with reading(served.database) as connection:
        hashes = [release.sha256[:12] for release in reads.releases(connection, "trac_population")]
    days = [f"{FIRST:%Y-%m-%d}", f"{SECOND:%Y-%m-%d}"]
    told = [_diff(served.home, *named, "--json") for named in (days, hashes, [])]
    assert told[0] == told[1] == told[2]
    (table,) = json.loads(told[0])["tables"]
    counts = {kind: table[kind] for kind in ("new", "revised", "removed")}
    assert counts == {"new": FIGURES, "revised": len(MOVED), "removed": FIGURES}
    (change,) = [c for c in table["changes"] if c["change"] == "revised" and c["series"] == ALTERED]
    assert (change["size"], change["after_locator"], change["held"]) == (1, "json:/3/ice_other", False)
    assert {c["period_end"] for c in table["changes"] if c["change"] == "removed"} == {served.gone.isoformat()}
    shown = " ".join(_diff(served.home, *days).split())
    assert f"t.json ({days[0]}) -> t.json ({days[1]})" in shown
    assert "json:/3/ice_other" in shown


def _diff(home: Path, *arguments: str) -> str:
    done = typed(home, "diff", "trac_population", *arguments, COLUMNS="250")
    assert done.returncode == 0, done.stderr
    return done.stdout
