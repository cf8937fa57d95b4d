"""Each earlier set of tables, with data in place, becomes today's: the same figures, holds, verdicts and messages."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

import storage
from figures.periods import Period
from storage.engine import Database, open_database, reading, require_current, revision, upgrade, writing
from storage.read import journal, reads
from storage.write import ledger
from storage.write import releases as writes

AT = datetime(2025, 5, 24, 3, 59, 59, 999999, tzinfo=UTC)
KEY = "ice.detained{agency=ICE, criminality=all}"
THEIRS = "trac.detained{agency=ICE, criminality=all}"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__path__[0]) / "migrations"))
    return config


def _upgrade_to(database: Database, number: str) -> None:
    config = _config()
    with writing(database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, number)


def _fill_0001(database: Database) -> None:
    """Two releases of one name, one held in one cell, a lifted hold, and what was said."""
    with writing(database) as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        t = metadata.tables
        at = AT if database.dialect.name == "postgresql" else AT.replace(tzinfo=None)

        def add(table: str, **values: object) -> None:
            connection.execute(sa.insert(t[table]).values(values))

        dims = {"agency": "ICE", "criminality": "all"}
        add("series", id=7, source="ice", key=KEY, metric="ice.detained", dims=dims, unit="people")
        odd = "ice.footnote{by=a, text=b, where=c, text=d}"
        add(
            "series",
            id=8,
            source="ice",
            key=odd,
            metric="ice.footnote",
            dims={"by": "a, text=b", "where": "c, text=d"},
            unit="text",
        )
        for number, name in ((1, "a"), (2, "b")):
            add("document", sha256=name * 64, size=10, media="xlsx", archived_at=at)
            add(
                "release",
                id=number,
                source="ice",
                sha256=name * 64,
                name="FY25.xlsx",
                url=f"https://example.org/{name}",
                role="current",
                known_at=at.replace(day=24 + 2 - number),
                known_by="stated",
                known_detail="a manifest",
                fiscal_year=2025,
                run_date=date(2025, 5, 19),
                modified_at=None,
                state="held",
                parser=1,
                recorded_at=at,
            )
            add("release_name", release_id=number, name="FY25.xlsx", url="", known_at=at, known_by="stated")
        add("series", id=9, source="trac", key=THEIRS, metric="trac.detained", dims=dims, unit="people")
        add("run", source="ice", started_at=at, finished_at=at, outcome="new", detail="")
        add("fetch", source="trac", url="https://example.org/t", at=at, outcome="new", status=200, detail="")
        common = {"period_kind": "instant", "period_start": date(2025, 5, 18), "period_end": date(2025, 5, 18)}
        common |= {"period_key": "2025-05-18", "period_locator": "xlsx:Footnotes!B71", "fiscal_year": 2025}
        common |= {"status": "reported", "run_date": date(2025, 5, 19), "table_id": "detained", "series_id": 7}
        add("observation", id=1, release_id=1, value=48870.0, raw="48,870", locator="xlsx:Detention FY25!F20", **common)
        add("observation", id=2, release_id=2, value=48871.0, raw="48871", locator="xlsx:Detention FY25!AB20", **common)
        common |= {"period_kind": "month", "period_start": None, "period_end": None, "period_key": "undated"}
        common |= {"status": "text", "run_date": None, "fiscal_year": None, "series_id": 8, "period_locator": ""}
        add("observation", id=3, release_id=2, value=None, raw="words", locator="json:/3/note", **common)
        finding = {
            "source": "ice",
            "release_id": 2,
            "stage": "document",
            "severity": "hold",
            "expected": "1",
            "found": "2",
        }
        finding |= {"scope_kind": "cells", "scope": ["xlsx:Detention FY25!AB20"], "at": at}
        add("finding", id=1, check="parts_total", words="stands", **finding)
        add(
            "finding",
            id=2,
            check="other",
            words="lifted",
            lifted_at=at,
            lifted_by="me",
            lifted_because="seen",
            **finding,
        )
        add("held", observation_id=2, finding_id=1)
        add("held", observation_id=2, finding_id=2)
        add(
            "message",
            id=1,
            key="k",
            audience="desk",
            subject="s",
            body={"items": []},
            as_of=at,
            created_at=at,
            quiet="",
        )
        add("delivery", id=1, message_id=1, channel="screen", state="sent", attempts=1)


@pytest.mark.parametrize("earlier", [r.revision for r in ScriptDirectory.from_config(_config()).walk_revisions()][1:])
def test_data_of_an_earlier_revision_is_carried_over(empty_url: str, earlier: str) -> None:
    database = open_database(empty_url)
    _upgrade_to(database, "0001")
    _fill_0001(database)
    _upgrade_to(database, earlier)
    assert revision(database) == earlier
    upgrade(database)
    require_current(database)
    with reading(database) as connection:
        newer, older = reads.figures(connection, [KEY])
        (note,) = reads.figures_at(connection, "json:/3/note")
        observed = reads.observations(connection, 2)
        releases = reads.releases(connection)
        findings = journal.findings(connection)
        messages = ledger.messages(connection)
        fetched = journal.last_fetch(connection, "https://example.org/t")
        run = journal.last_runs(connection, "ice")["last"]
    assert (newer.value, newer.raw, newer.locator, newer.held) == (48871, "48871", "xlsx:Detention FY25!AB20", True)
    assert (older.value, older.raw, older.locator, older.held) == (48870, "48,870", "xlsx:Detention FY25!F20", False)
    assert (older.period, older.run_date) == (
        Period("instant", date(2025, 5, 18), date(2025, 5, 18)),
        date(2025, 5, 19),
    )
    assert (older.period_locator, older.table, older.known_by) == ("xlsx:Footnotes!B71", "detained", "stated")
    assert (note.raw, note.value, note.period) == ("words", None, Period("month", None, None))
    assert dict(observed[0].dims) == {"by": "a, text=b", "where": "c, text=d"}
    assert [(r.id, r.position, r.state) for r in releases] == [(2, 1, "held"), (1, 2, "held")]
    assert [(f.check, f.lifted_at is None) for f in findings] == [("parts_total", True), ("other", False)]
    assert [(m["key"], m["state"]) for m in messages] == [("k", "sent")]
    assert run is not None
    assert (run["started_at"], run["outcome"]) == (AT, "new")
    assert [run[name] for name in ("host", "version", "configuration", "claims")] == ["", "", "", ""]
    assert fetched is not None
    assert fetched["source"] == "trac_population"
    database.dispose()


def test_what_was_carried_over_can_be_added_to(empty_url: str) -> None:
    """The old numbers of rows are not given out again."""
    database = open_database(empty_url)
    _upgrade_to(database, "0001")
    _fill_0001(database)
    upgrade(database)
    with reading(database) as connection:
        before = reads.figures(connection, [KEY])
        kept = reads.observations(connection, 1)
    with writing(database) as connection:
        writes.replace_observations(connection, "ice", 1, kept)
    with reading(database) as connection:
        assert reads.figures(connection, [KEY]) == before
    database.dispose()
