"""What the site is made from, read from a database that real looks have filled."""

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from alerts.claims.model import load_claim
from alerts.claims.shipped import shipped_claims
from alerts.delivery import enqueue
from alerts.messages.message import Item, Message
from figures.periods import instant
from figures.records import Finding, Observation, Parsed, Target
from figures.registry import SOURCES
from flows.pipeline import open_line
from flows.publishing.gather import gather
from flows.publishing.said_reader import correction_facts
from flows.show.export import write
from pages.building import build
from pages.facts.site_facts import Facts
from pages.page import Page, Site
from replica.editions import edition
from replica.publisher import Publisher
from storage.engine import Database, open_database, reading, writing
from storage.read import reads
from storage.read.compare import by_table, compare
from storage.write import ledger, message_contents, releases
from storage.write.findings import record_findings
from storage.write.releases import Known
from tests.flows.conftest import Clock, configure
from tests.flows.show.test_export import texts, wish
from tests.looks import look

KEYS = ("05122025", "05232025", "06052025")
CLAIM = load_claim(shipped_claims() / "seed-4-almost-49000-in-custody.toml")
AT = datetime(2025, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which three editions and TRAC's table were fetched."""
    home, clock = tmp_path_factory.mktemp("published") / "home", Clock(datetime(2025, 1, 1, tzinfo=UTC))
    with Publisher() as publisher:
        settings = configure(home, publisher.address)
        line = open_line(settings, clock)
        for key in KEYS:
            publisher.publish(edition(key))
            clock.set(edition(key).published_on)
            look(settings, line, "ice")
        look(settings, line, "trac_population")
    line.database.dispose()
    return home


@pytest.fixture
def filled(stored: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copytree(stored, tmp_path / "home")
    database = open_database(f"sqlite:///{tmp_path / 'home' / 'onrecord.db'}")
    yield database
    database.dispose()


def _facts(database: Database) -> Facts:
    with reading(database) as connection:
        return gather(connection, [CLAIM], list(SOURCES.values()), [])


def _pages(database: Database) -> list[Page]:
    """Built while the transaction is open: facilities are read as they are written."""
    with reading(database) as connection:
        return list(build(gather(connection, [CLAIM], list(SOURCES.values()), []), Site()))


def _prose(database: Database, source: str, metric: str, raw: str) -> None:
    """A text of a publisher's, with a finding that quotes it."""
    seen = Observation(
        metric, (("section", "x"),), instant(date(2025, 5, 31)), None, "text", "text", raw, "xlsx:N!A1", "notes"
    )
    sha256 = hashlib.sha256(raw.encode()).hexdigest()
    with writing(database) as connection:
        releases.record_document(connection, sha256, 1, "xlsx", AT)
        stated, known = Parsed((seen,), ()), Known(AT, "stated", "")
        made = releases.store_release(
            connection, source, sha256, Target("", f"{source}.x", "current"), known, stated, 1, AT
        )
        found = Finding("wording", "hold", "release", (), "", "", f"It now says: {raw}")
        record_findings(connection, source, made.release_id, "history", [found], AT)


def test_what_a_file_changed_is_what_comparing_it_with_the_one_before_finds(filled: Database) -> None:
    facts = _facts(filled)
    with reading(filled) as connection:
        before, after = reads.releases(connection, "ice")[1:]
        found = by_table(compare(connection, before, after))
    changes = {each.table: each for each in facts.releases[2].changes}
    assert not facts.releases[1].count("held") + facts.releases[2].count("held")
    assert set(changes) == set(found)
    alike = 0
    for table, compared in found.items():
        counts = Counter(change.kind for change in compared)
        told = changes[table]
        if told.new + told.revised + told.removed + told.unchanged > len(compared):
            continue  # a table that states counts to date of several years: the comparison takes them for one
        alike += 1
        assert (told.new, told.revised, told.removed, told.unchanged) == (
            counts["new"],
            counts["revised"],
            counts["removed"],
            counts["unchanged"],
        ), table
    assert alike > 20
    assert sum(each.revised for each in changes.values()) > 10
    assert facts.releases[2].restated


def test_the_data_are_those_of_the_export_and_every_table_is_compressed(filled: Database, tmp_path: Path) -> None:
    write(filled, tmp_path / "out", wish())
    tables = {f.name: f for f in _facts(filled).files if f.rows is not None}
    exported = texts(tmp_path / "out")
    assert {name.removesuffix(".csv.gz") for name in tables} == {
        name.removesuffix(".csv") for name in exported if name.startswith(("ice.", "trac.", "cbp.", "ohss."))
    }
    assert all(name.endswith(".csv.gz") for name in tables)


def test_series_are_national_and_have_numbers(filled: Database) -> None:
    metrics = {metric.id: metric for metric in _facts(filled).metrics}
    detained = metrics["ice.detained"]
    assert {len(series.dims) for series in detained.series} == {2}
    last = next(
        series for series in detained.series if dict(series.dims) == {"agency": "all", "criminality": "all"}
    ).last
    assert last is not None
    assert (last.value, last.period.end) == (51302.0, date(2025, 6, 1))
    local = metrics["ice.stateless_detained"]
    assert local.places > 0
    assert all(dict(series.dims)["facility"] == "all" for series in local.series)
    assert all(any(f.value is not None for f in s.vintages) for m in metrics.values() for s in m.series)


def test_prose_of_a_publisher_who_keeps_it_is_on_no_page_and_of_another_it_may_be(filled: Database) -> None:
    _prose(filled, "trac_quickfacts", "trac.note", "A sentence of theirs")
    _prose(filled, "ice", "ice.footnote", "A public sentence")
    bodies = [page.body for page in _pages(filled)]
    assert not [body for body in bodies if b"A sentence of theirs" in body]
    assert [body for body in bodies if b"A public sentence" in body]
    trac = [page for page in _pages(filled) if page.address.startswith("series/trac.detained/")]
    rows = [page.body.decode().splitlines()[1] for page in trac if page.address.endswith(".csv")]
    assert rows
    assert all("tracreports.org" in row for row in rows)


def test_what_is_held_names_the_claims_that_wait(filled: Database) -> None:
    with reading(filled) as connection:
        newest = reads.releases(connection, "ice")[-1]
        table = next(f.table for f in reads.figures_of(connection, newest) if f.series == CLAIM.words.test.series)
    with writing(filled) as connection:
        found = Finding("totals", "hold", "table", (table,), "", "", "It does not add up.")
        record_findings(connection, "ice", newest.id, "document", [found], AT)
    facts = _facts(filled)
    held = next(each for each in facts.held if each.words == "It does not add up.")
    assert (held.address, held.scope) == (f"releases/{newest.sha256}/", table)
    assert held.claims == ((CLAIM.id, CLAIM.words.title),)
    assert next(r for r in facts.releases if r.address == held.address).count("held") > 0


def test_the_calendar_has_each_day_and_what_the_law_asks(filled: Database) -> None:
    calendar = next(each for each in _facts(filled).calendars if each.id == "ice")
    mine = [each for each in calendar.days if each.address]
    assert [each.day for each in mine] == [edition(key).published_on for key in KEYS]
    assert calendar.due is not None
    assert calendar.law is not None
    assert calendar.law.citation.startswith("8 U.S.C. 1378a")


def _message(key: str, audience: str = "desk") -> Message:
    item = Item("Correction", "The claim", "", "", (("Why it no longer stands", "It is held."),), (), "")
    return Message(key, audience, f"Subject of {key}", (item,), "")  # type: ignore[arg-type]


def test_a_correction_is_listed_once_it_was_sent_to_the_desk(filled: Database) -> None:
    with writing(filled) as connection:
        for n, message in enumerate(
            [_message("correction:a"), _message("correction:b"), _message("alert:c"), _message("correction:d", "ops")]
        ):
            enqueue(connection, message, AT, AT + timedelta(hours=n), ["screen"])
        for n in range(4):
            due = ledger.take_due(connection, AT + timedelta(days=1))
            assert due is not None
            outcome = "refused" if due.key == "correction:b" else "sent"
            ledger.finish(connection, due, AT + timedelta(days=1, hours=n), outcome, "")
    with reading(filled) as connection:
        (listed,) = correction_facts(connection, [CLAIM])
    assert (listed.key, listed.subject) == ("correction:a", "Subject of correction:a")
    assert listed.sent_at == AT + timedelta(days=1)
    assert listed.items[0].facts == (("Why it no longer stands", "It is held."),)


def test_the_same_bytes_of_two_sources_are_two_pages(filled: Database) -> None:
    with reading(filled) as connection:
        twice = reads.releases(connection, "trac_population")[0].sha256
    with writing(filled) as connection:
        known = Known(AT, "stated", "")
        target = Target("", "same.json", "current")
        releases.store_release(connection, "trac_book_ins", twice, target, known, Parsed((), ()), 1, AT)
    addresses = [page.address for page in _pages(filled)]
    assert f"releases/{twice}/" in addresses
    assert f"releases/{twice}-trac_book_ins/" in addresses


def _said(claim: str) -> dict[str, object]:
    digest = hashlib.sha256(claim.encode()).hexdigest()
    named = {"news": digest, "claim_id": claim, "claim_sha256": digest, "answer": "standing", "as_of": AT}
    return named | {"change": "state", "state": "far", "floor": 0.0}


def test_a_correction_of_nothing_but_the_desk_s_own_watches_is_on_no_page(filled: Database) -> None:
    with writing(filled) as connection:
        for claim in (CLAIM.id, "a-watch"):
            alert = enqueue(connection, _message(f"alert:{claim}"), AT, AT, [])
            fixed = enqueue(connection, _message(f"correction:{claim}"), AT, AT, ["screen"])
            assert alert is not None
            message_contents.record(connection, alert, [_said(claim)])
            undone = [notice["id"] for notice in message_contents.live(connection, [claim])]
            message_contents.undo(connection, undone, AT, "It is held.", fixed)
        for _ in range(2):
            due = ledger.take_due(connection, AT + timedelta(days=1))
            assert due is not None
            ledger.finish(connection, due, AT + timedelta(days=1), "sent", "")
    with reading(filled) as connection:
        (listed,) = correction_facts(connection, [CLAIM])
    assert listed.claims == (CLAIM.id,)
