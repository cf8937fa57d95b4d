"""History from the archive: what is taken, since when it is known, what is refused, and that it can be stopped."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from checks.known_hashes import Witness, witnesses
from figures.registry import ICE
from flows.backfill import Backfilled, Job, Span, backfill
from flows.cli import backfill_command
from flows.fetching.archive_manners import Shelf, Visitor
from flows.importing import Stated, import_files
from flows.pipeline import open_line, usable_claims
from replica.editions import edition
from replica.wayback import FILES, PAGE, Trouble, Wayback
from replica.workbooks import build
from storage.engine import Database, reading
from storage.read import journal, reads
from storage.write import ledger

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

KEYS = ("FY24", "05122025", "05232025", "06052025", "06202025")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def captured_at(key: str) -> datetime:
    return datetime.combine(edition(key).published_on, datetime.min.time(), UTC) + timedelta(days=1, hours=3)


@dataclass
class Naps:
    """Sleeps that take no time, and what was slept."""

    taken: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@pytest.fixture
def wayback() -> Iterator[Wayback]:
    with Wayback() as running:
        yield running


@pytest.fixture
def stocked(wayback: Wayback) -> Wayback:
    for key in KEYS:
        wayback.capture(edition(key), captured_at(key))
    page = f'<html><a href="{FILES}{edition("05232025").file_name}">FY25</a></html>'.encode()
    wayback.capture_bytes(PAGE, captured_at("05232025"), page, "text/html")
    return wayback


def job_for(
    desk: "Desk",
    wayback: Wayback,
    *,
    witnesses: tuple[Witness, ...] = (),
    span: Span | None = None,
    naps: Naps | None = None,
    on_step: Callable[[int, int, str], None] = lambda number, total, words: None,
) -> Job:
    desk.clock.now = NOW
    policy = replace(desk.line.policy, private_hosts=frozenset({wayback.address.removeprefix("http://")}))
    shelf = Shelf(ICE.id, replace(desk.line, policy=policy))
    visitor = Visitor(wayback.address, 4.0, policy, naps or Naps(), shelf.get)
    return Job(ICE, visitor, shelf, witnesses, span or Span(), on_step)


def run(desk: "Desk", wayback: Wayback, **options: Any) -> Backfilled:
    return backfill(job_for(desk, wayback, **options), usable_claims(desk.settings), ["screen"])


def releases(database: Database) -> list[tuple[str, str, datetime, str, str]]:
    with reading(database) as connection:
        return [(r.name, r.sha256, r.known_at, r.known_by, r.state) for r in reads.releases(connection)]


def verdicts(database: Database) -> list[tuple[Any, ...]]:
    with reading(database) as connection:
        rows = ledger.verdicts(connection, history=True)
    return [(r["claim_id"], r["answer"], r["as_of"], r["state"], r["measured"]) for r in rows]


def findings(database: Database, check: str) -> list[str]:
    with reading(database) as connection:
        return [f.words for f in journal.findings(connection, open_only=True) if f.check == check]


def content(database: Database) -> tuple[Any, ...]:
    """All that a backfill leaves behind but its own runs, and the times at which it ran."""
    with reading(database) as connection:
        figures = [
            reads.figures(connection, [entry["key"]])
            for entry in reads.series_list(connection)
            if entry["key"].startswith(("ice.detained{", "ice.book_ins", "ice.removals"))
        ]
        said = sorted((f.release_name, f.check, f.words) for f in journal.findings(connection))
        messages = sorted((m["key"], m["quiet"]) for m in ledger.messages(connection))
    told = [[replace(f, release_id=0) for f in some] for some in figures]
    return releases(database), verdicts(database), told, said, messages


def witness(key: str, *, sha256: str = "", first: date | None = None) -> Witness:
    published = edition(key)
    return Witness(published.published_on, published.file_name, sha256 or _sha256(build(published)), first)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_the_time_of_a_capture_is_known_at(desk: "Desk", stocked: Wayback) -> None:
    done = run(desk, stocked)
    assert done.stopped == ""
    assert sorted(done.new) == sorted(edition(key).file_name for key in KEYS)
    assert {(name, at, by) for name, _, at, by, _ in releases(desk.line.database)} == {
        (edition(key).file_name, captured_at(key), "wayback") for key in KEYS
    }


def test_the_same_as_an_import_at_the_times_of_the_captures(
    desk: "Desk", stocked: Wayback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(desk, stocked)
    other = _other(desk, tmp_path)
    folder = tmp_path / "editions"
    folder.mkdir()
    for key in KEYS:
        (folder / edition(key).file_name).write_bytes(build(edition(key)))
    stated = {edition(k).file_name: Stated(edition(k).file_name, edition(k).published_on, "") for k in KEYS}
    at = {edition(key).published_on: captured_at(key) for key in KEYS}
    monkeypatch.setattr("flows.importing.end_of_day", lambda day: at[day])
    line, claims = other.line, usable_claims(other.settings)
    list(import_files(ICE, sorted(folder.iterdir()), stated, claims, line, ["screen"], alert=False, on_error=print))
    mine, theirs = releases(desk.line.database), releases(other.line.database)
    assert [(n, s, at, state) for n, s, at, _, state in mine] == [(n, s, at, state) for n, s, at, _, state in theirs]
    assert verdicts(desk.line.database) == verdicts(other.line.database)
    assert verdicts(desk.line.database) != []


def _other(desk: "Desk", tmp_path: Path) -> "Desk":
    from flows.configuration.settings import load_settings

    home = tmp_path / "other"
    home.mkdir(exist_ok=True)
    (home / "onrecord.toml").write_bytes(desk.settings.config_file.read_bytes())
    settings = load_settings(home)
    return replace(desk, settings=settings, line=replace(open_line(settings, desk.clock), sleep=lambda seconds: None))


def test_messages_about_the_past_are_kept_and_not_sent(desk: "Desk", stocked: Wayback) -> None:
    run(desk, stocked)
    with reading(desk.line.database) as connection:
        assert {(m["quiet"], m["channel"]) for m in ledger.messages(connection)} == {
            ("a past edition, from the archive", None)
        }


def test_a_second_backfill_changes_nothing_and_fetches_no_capture_again(desk: "Desk", stocked: Wayback) -> None:
    run(desk, stocked)
    before = content(desk.line.database)
    stocked.requests.clear()
    done = run(desk, stocked)
    assert (done.new, done.held_already) == ([], len(KEYS))
    assert content(desk.line.database) == before
    assert [path for path in stocked.requests if not path.startswith("/cdx/")] == []


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", [0, 2, 5])
def test_killed_after_some_captures_a_second_run_ends_in_the_same_content(
    desk: "Desk", stocked: Wayback, tmp_path: Path, after: int
) -> None:
    def kill(number: int, total: int, words: str) -> None:
        if number == after:
            raise Killed

    with pytest.raises(Killed):
        run(desk, stocked, on_step=kill)
    run(desk, stocked)
    whole = _other(desk, tmp_path)
    run(whole, stocked)
    assert content(desk.line.database) == content(whole.line.database)


def test_killed_before_it_judged_a_second_run_judges(
    desk: "Desk", stocked: Wayback, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("flows.backfill.judge_past", kill)
        with pytest.raises(Killed):
            run(desk, stocked)
    assert verdicts(desk.line.database) == []
    assert run(desk, stocked).new == []
    assert verdicts(desk.line.database) != []


def test_one_request_at_a_time_with_a_pause_before_each(desk: "Desk", stocked: Wayback) -> None:
    naps = Naps()
    run(desk, stocked, naps=naps)
    assert stocked.most_at_once == 1
    assert len(stocked.requests) == 2 + 1 + len(KEYS)  # two questions to the index, one page, the workbooks
    assert naps.taken == [4.0] * (len(stocked.requests) - 1)


def test_the_index_is_read_to_its_end(desk: "Desk", stocked: Wayback) -> None:
    stocked.rows_at_once = 2
    assert sorted(run(desk, stocked).new) == sorted(edition(key).file_name for key in KEYS)
    assert sum("resumeKey=key-" in path for path in stocked.requests) == 2


@pytest.mark.parametrize(
    ("trouble", "nap"),
    [
        (Trouble(429, retry_after="90"), 90.0),
        (Trouble(503), 4.0),
        (Trouble(cut=True), 4.0),
    ],
)
def test_an_archive_that_is_busy_is_waited_for(desk: "Desk", stocked: Wayback, trouble: Trouble, nap: float) -> None:
    naps = Naps()
    stocked.trouble(trouble)
    assert len(run(desk, stocked, naps=naps).new) == len(KEYS)
    assert naps.taken[0] == nap


def test_an_archive_that_asks_for_a_day_is_left_and_the_next_backfill_goes_on(desk: "Desk", stocked: Wayback) -> None:
    def trouble(number: int, total: int, words: str) -> None:
        if number == 3:
            stocked.trouble(Trouble(429, retry_after="86400"))

    done = run(desk, stocked, on_step=trouble)
    assert "It asks us to come back in 86400 seconds" in done.stopped
    assert len(done.new) == 2
    assert "Run `onrecord backfill` again: it goes on where it was." in list(backfill_command.summary(done))
    assert sorted(run(desk, stocked).new + done.new) == sorted(edition(key).file_name for key in KEYS)


def test_an_archive_that_is_down_is_not_hammered(desk: "Desk", stocked: Wayback) -> None:
    def trouble(number: int, total: int, words: str) -> None:
        if number == 1:
            stocked.trouble(*[Trouble(503)] * 20)

    done = run(desk, stocked, on_step=trouble)
    assert done.stopped.startswith("the archive failed 3 times in a row")
    assert len(stocked.requests) == 2 + 1 + 3 * desk.line.policy.attempts


def test_other_bytes_than_the_index_lists_are_refused_and_asked_for_again(desk: "Desk", wayback: Wayback) -> None:
    wayback.capture(edition("05232025"), captured_at("05232025"))
    name = edition("06052025").file_name
    good, at = build(edition("06052025")), captured_at("06052025")
    wayback.capture_bytes(FILES + name, at, good, sent=build(edition("06202025")))
    done = run(desk, wayback)
    assert done.new == [edition("05232025").file_name]
    assert len(findings(desk.line.database, "capture_refused")) == 1
    assert "the index lists" in done.findings[0].words
    with Wayback() as mended:
        mended._captures = [c if not c.original.endswith(name) else replace(c, sent=good) for c in wayback._captures]
        again = backfill(
            replace(job_for(desk, mended), visitor=_at(desk, mended)), usable_claims(desk.settings), ["screen"]
        )
    assert name in again.new
    assert findings(desk.line.database, "capture_refused") == []


def _at(desk: "Desk", wayback: Wayback) -> Visitor:
    return job_for(desk, wayback).visitor


@pytest.mark.parametrize(
    ("data", "media_type", "check", "words"),
    [
        (b"<html><title>Access Denied</title>" + b" " * 6000, "text/html", "not_a_workbook", "captured only as a page"),
        (
            b"<html><title>Access Denied</title>" + b" " * 6000,
            "application/octet-stream",
            "capture_refused",
            "a page for people was served in place of the file",
        ),
        (build(edition("06052025"))[:9000], "application/octet-stream", "capture_refused", "cut off"),
    ],
)
def test_what_is_no_workbook_never_becomes_a_release(
    desk: "Desk", wayback: Wayback, data: bytes, media_type: str, check: str, words: str
) -> None:
    wayback.capture(edition("05232025"), captured_at("05232025"))
    wayback.capture_bytes(FILES + edition("06052025").file_name, captured_at("06052025"), data, media_type)
    done = run(desk, wayback)
    assert done.new == [edition("05232025").file_name]
    assert [name for name, *_ in releases(desk.line.database)] == done.new
    assert any(words in said for said in findings(desk.line.database, check)), findings(desk.line.database, check)


def test_a_redirect_and_an_error_page_are_named_and_not_followed(desk: "Desk", wayback: Wayback) -> None:
    wayback.capture(edition("05232025"), captured_at("05232025"))
    gone = FILES + edition("06052025").file_name
    wayback.redirect(gone, captured_at("06052025"), "http://10.0.0.1/secret")
    done = run(desk, wayback)
    assert done.new == [edition("05232025").file_name]
    assert [s.why for s in done.found.skipped] == ["redirect"]
    assert not any(gone in path and path.startswith("/web/") for path in wayback.requests)
    assert "Captures left out: 1 redirects." in list(backfill_command.summary(done))


def test_the_earliest_sighting_of_the_same_bytes_counts(desk: "Desk", wayback: Wayback) -> None:
    """A revisit, a later capture, and the same bytes under a name that the index lists before the earlier one."""
    first, published = captured_at("05232025"), edition("05232025")
    wayback.capture(published, first)
    wayback.revisit(published, first + timedelta(days=5))
    wayback.capture(published, first + timedelta(days=60), name="FY25_detentionStats05222025.xlsx")
    done = run(desk, wayback)
    ((name, _, at, _, _),) = releases(desk.line.database)
    assert (name, at, done.new) == (published.file_name, first, [published.file_name])
    assert sum(path.startswith("/web/") for path in wayback.requests) == 1  # the same digest is fetched once
    with reading(desk.line.database) as connection:
        (release,) = reads.releases(connection)
        assert set(reads.names(connection, release.id)) == {name, "FY25_detentionStats05222025.xlsx"}


def test_a_revisit_alone_is_enough(desk: "Desk", wayback: Wayback) -> None:
    wayback.revisit(edition("05232025"), captured_at("05232025"))
    assert run(desk, wayback).new == [edition("05232025").file_name]


def test_captures_are_checked_against_the_witnesses(desk: "Desk", stocked: Wayback) -> None:
    known = (
        witness("05122025", first=date(2025, 5, 11)),
        witness("05232025", sha256="0" * 64),
        witness("08292025"),
    )
    done = run(desk, stocked, witnesses=known)
    assert done.witnessed == 1
    database = desk.line.database
    assert len(findings(database, "witness")) == 1
    (earlier,) = findings(database, "archived_earlier")
    assert "archived on 11 May 2025, the earliest capture to be had is of 12 May 2025" in earlier
    assert (edition("05122025").file_name, captured_at("05122025")) in {
        (n, at) for n, _, at, _, _ in releases(database)
    }
    assert len(findings(database, "not_witnessed")) == len(KEYS) - 2
    (differs,) = findings(database, "witness_differs")
    assert f"(sha256 {_sha256(build(edition('05232025')))}) are none of the 1" in differs
    assert [f.words.partition(":")[0] for f in done.missing] == [
        "FY25_detentionStats05232025.xlsx (edition of 23 May 2025)",
        "FY25_detentionStats08292025.xlsx (edition of 29 August 2025)",
    ]
    said = "\n".join(backfill_command.summary(done))
    assert "5 new editions from the archive" in said
    assert "1 are byte for byte those on the list of known editions." in said
    assert "2 known editions the archive does not have. Those that you hold: onrecord import FILE..." in said
    assert "  not at all: FY25_detentionStats08292025.xlsx (edition of 29 August 2025)" in said
    assert "  with other bytes only: FY25_detentionStats05232025.xlsx (edition of 23 May 2025)" in said


def test_what_is_missing_no_longer_is_settled(desk: "Desk", stocked: Wayback) -> None:
    known = (witness("08292025"),)
    run(desk, stocked, witnesses=known)
    assert len(findings(desk.line.database, "edition_missing")) == 1
    stocked.capture(edition("08292025"), captured_at("08292025"))
    assert run(desk, stocked, witnesses=known).missing == []
    assert findings(desk.line.database, "edition_missing") == []


def test_an_earlier_capture_found_later_moves_a_release_back(desk: "Desk", stocked: Wayback) -> None:
    run(desk, stocked)
    stocked.capture(edition("05232025"), captured_at("05232025") - timedelta(hours=9))
    run(desk, stocked)
    known = {name: at for name, _, at, _, _ in releases(desk.line.database)}
    assert known[edition("05232025").file_name] == captured_at("05232025") - timedelta(hours=9)


def test_a_span_cuts_what_is_taken_and_not_what_dates_it(desk: "Desk", stocked: Wayback) -> None:
    stocked.capture(edition("05122025"), captured_at("06052025"))  # seen again inside the span
    done = run(desk, stocked, span=Span(date(2025, 6, 1), date(2025, 6, 10)))
    assert done.new == [edition("06052025").file_name]


def test_a_name_of_no_known_shape_is_told(desk: "Desk", stocked: Wayback) -> None:
    stocked.capture(edition("05122025"), captured_at("05122025"), name="ICE_stats_new_series.xlsx")
    run(desk, stocked)
    (words,) = findings(desk.line.database, "unknown_name")
    assert "'ICE_stats_new_series.xlsx' has a name of no known shape" in words


def test_private_addresses_are_refused(desk: "Desk", stocked: Wayback) -> None:
    job = job_for(desk, stocked)
    guarded = replace(job.visitor, policy=replace(job.visitor.policy, private_hosts=frozenset()))
    from scrapers.errors import FetchError

    with pytest.raises(FetchError, match="private address"):
        backfill(replace(job, visitor=guarded), [], [])
    assert stocked.requests == []


def test_a_workbook_that_unpacks_without_end_is_refused(desk: "Desk", wayback: Wayback) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (210 * 1024 * 1024))
    wayback.capture_bytes(FILES + edition("05232025").file_name, captured_at("05232025"), out.getvalue())
    assert run(desk, wayback).new == []
    assert "unpacks to more than" in findings(desk.line.database, "capture_refused")[0]


def test_captures_of_the_published_files_are_those_that_others_saw(
    desk: "Desk", wayback: Wayback, shared_data: Path
) -> None:
    for name in ("FY19-detentionstats.xlsx", "FY24_detentionStats08292024.xlsx"):
        data = (shared_data / "ice" / "workbooks" / name).read_bytes()
        wayback.capture_bytes(FILES + name, datetime(2024, 8, 30, tzinfo=UTC), data)
    done = run(desk, wayback, witnesses=witnesses())
    assert (len(done.new), done.witnessed, len(done.missing)) == (2, 2, 147)
    assert done.findings == []
    assert len(findings(desk.line.database, "archived_earlier")) == 1  # FY19 was there since October 2019
