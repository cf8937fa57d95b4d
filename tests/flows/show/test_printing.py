"""What commands that list print: as wide as the line, keys and days unbroken, nearest names, no database made."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

from alerts.messages.invisible_characters import harmless
from flows.cli import decide, mute
from flows.cli.app import app
from flows.cli.user_faults import told
from flows.pipeline import open_line, run_line
from flows.show import printing
from replica.editions import edition
from replica.publisher import Publisher
from storage.engine import reading
from storage.read import journal
from tests.flows.conftest import Clock, configure
from tests.flows.test_reconcile import moved

WIDTHS = (100, 80, 60)
CLAIM = "seed-4-almost-49000-in-custody"
SERIES = "ice.removals{group=all}"
PROGRAM = Path(sys.executable).with_name("onrecord")
# Every command that lists, and of its JSON the keys and days that its table shows.
LISTINGS: Mapping[str, Sequence[str]] = {
    "status": ("source", "data_as_of"),
    "held": ("release", "check", "claims"),
    "held --all": ("release", "check", "claims", "author"),
    "verdicts": ("claim",),
    "verdicts --history": ("claim", "locator", "file", "key"),
    f"verdicts {CLAIM}": ("claim", "locator", "file", "key"),
    "messages": ("key",),
    "messages claim:": (),
    "series": ("metric", "last"),
    "series facility_population": ("key", "first", "last"),
    "series --find 'removals october'": ("key", "last"),
    f"series {SERIES}": ("file", "locator"),
    "series trac.detained{agency=all, criminality=all}": ("file", "locator"),
    f"trace {CLAIM}": ("series", "locator", "sha256", "file"),
    "claims": ("id",),
    "channels": ("name", "kind"),
    "silences": ("matcher", "author"),
    "silences --all": ("matcher", "author"),
    "due": ("series", "since", "until", "release"),
    "due ice --daily": ("day", "release"),
    "diff": ("table", "name"),
    "diff trac": ("table",),
    "revisions ice.book_ins{agency=ICE}": ("series",),
    "reconcile": ("workbook",),
    "replay --from 2025-08-01 --to 2025-09-01": ("key",),
    "replay --from 2025-08-01 --to 2025-09-01 --sweep": (),
}
# Where there is none of a name, or it is short for several: the exit code and what is said.
WRONG = (
    ("series remvals", 1, "No series holds 'remvals'; nearest: ice.removals"),
    ("series --find xyzzy", 1, "No series is about 'xyzzy'"),
    ("series ice.removals{group=al}", 1, f"nearest: {SERIES}"),
    ("series ice.removls{group=all}", 1, f"nearest: {SERIES}"),
    ("revisions ice.removals{group=al}", 1, f"nearest: {SERIES}"),
    ("trace sed-4", 1, f"Nothing is stored for 'sed-4'; nearest: {CLAIM}"),
    ("trace seed-", 1, "'seed-' is short for 4: seed-1-"),
    ("trace 'Detenton FY25!F20'", 1, "nearest: xlsx:Detention FY25"),
    ("trace 'Detention FY25!ZZ9'", 1, "Its sheet is known, without a figure in this cell."),
    ("trace F20", 1, "'F20' is short for "),
    ("messages clam", 1, "No message has the key 'clam'; nearest: claim:"),
    ("verdicts seed-44", 1, f"No verdict on 'seed-44' is recorded; nearest: {CLAIM}"),
    ("verdicts seed-", 1, "is short for 4"),
    ("replay --from 2025-05-01 --claim seed-44", 1, f"nearest: {CLAIM}"),
    ("acknowledge seed-44 --because x", 2, f"There is no verdict on 'seed-44' yet; nearest: {CLAIM}"),
    ("due tracs", 2, "tracs is no publisher; nearest: trac; there are ice, trac"),
    (
        "diff FY25_detentionStats05232025 FY25_detentionStats06202025.xlsx",
        2,
        "nearest: FY25_detentionStats05232025.xlsx",
    ),
    ("channels --enable scren", 2, "no channel 'scren' in "),
    ("channels test scren", 2, "nearest: screen; there are screen"),
    ("export --to x --metric ice.removls", 2, "nearest: ice.removals"),
    ("verdict", 2, "Did you mean 'verdicts'"),
)


@dataclass(frozen=True)
class Shown:
    code: int
    out: str
    err: str


Run = Callable[..., Shown]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that looked at both publishers, disputes and holds included, was told, muted and decided upon."""
    path = tmp_path_factory.mktemp("listing") / "home"
    clock = Clock(datetime(2025, 1, 1, tzinfo=UTC))
    with Publisher() as publisher, pytest.MonkeyPatch.context() as patch:
        settings = configure(path, publisher.address)
        patch.setenv("ONRECORD_HOME", str(path))
        patch.delenv("ONRECORD_DATABASE_URL", raising=False)
        line = replace(open_line(settings, clock), sleep=lambda seconds: None)
        for key, day in (
            ("05122025", date(2025, 5, 12)),
            ("05232025", date(2025, 5, 28)),
            ("06202025", date(2025, 6, 21)),
            ("07312025", date(2025, 8, 1)),
            ("08292025", date(2025, 8, 30)),
        ):
            found = edition(key)
            publisher.publish(found, restated=moved(found, 111) if key == "06202025" else None)
            clock.set(day)
            run_line(settings, line, settings.enabled())
        mute.silence("seed-6*&speaker=*xios*", "on leave", datetime(2199, 1, 1), "Ann", clock.now)
        mute.silence("seed-5*", "asked TRAC", datetime(2025, 9, 2), "Bea", clock.now)
        mute.acknowledge("seed-4", "the story is out", None, "Ann", clock.now)
        with reading(line.database) as connection:
            holds = [f.id for f in journal.findings(connection, severities=("hold",), open_only=True)]
        decide.acknowledge(holds[:1], "asked ICE, and waiting for an answer", "Ann")
        decide.unhold(holds[-1], "ICE confirmed the day by telephone", date(2199, 12, 31), "Bea")
        line.database.dispose()
    return path


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """The program in this process: a process of its own for each command would take minutes."""
    monkeypatch.setenv("ONRECORD_HOME", str(home))
    monkeypatch.delenv("ONRECORD_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)

    def call(words: str, *more: str, columns: int = 100) -> Shown:
        monkeypatch.setenv("COLUMNS", str(columns))
        arguments = [*_split(words), *more]
        code = told(lambda: app(arguments, standalone_mode=False))
        return Shown(code, *capsys.readouterr())

    capsys.readouterr()
    return call


def _split(words: str) -> list[str]:
    """As a shell would, but for the braces of a series, which it would need quotes for."""
    return [piece.strip("'") for piece in re.findall(r"'[^']*'|\S+\{[^}]*\}|\S+", words)]


def _values(found: object, names: Sequence[str]) -> Iterator[str]:
    """What stands under some names anywhere in a JSON document."""
    if isinstance(found, list):
        for each in found:
            yield from _values(each, names)
    elif isinstance(found, dict):
        for name, value in found.items():
            if name in names and isinstance(value, str | list):
                yield from [value] if isinstance(value, str) else [each for each in value if isinstance(each, str)]
            yield from _values(value, names)


def _is_one_word(line: str) -> bool:
    """Whether a line holds nothing but one key, cell or address that is longer than the line may be."""
    return " " not in printing.joined(line.strip())


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_listing_fits_the_line_and_breaks_no_key_and_no_day(run: Run, listing: str) -> None:
    if not LISTINGS[listing] and listing.startswith("messages"):
        listing = f"messages {json.loads(run('messages', '--json').out)[-1]['key'][:12]}"
    said = json.loads(run(listing, "--json").out)
    known = {value for value in _values(said, LISTINGS.get(listing, ())) if value and value != "lasts"}
    assert known or not LISTINGS.get(listing)
    for width in WIDTHS:
        shown = run(listing, columns=width)
        assert (shown.code in (0, 1, 3), shown.err) == (True, "")
        lines = shown.out.splitlines()
        too_wide = [line for line in lines if cell_len(line) > width and not _is_one_word(line)]
        assert too_wide == []
        text = shown.out
        if listing.startswith(("status", "series facility", "diff")):  # these show the newest or the largest alone
            known = {value for value in known if harmless(value) in " ".join(text.split())}
        assert {value for value in known if harmless(value) not in text} == set()
        months = "January|February|March|April|May|June|July|August|September|October|November|December"
        broken = rf"\d{{4}}-\n|\d{{4}}-\d{{2}}-\n|\b\d{{1,2}}\s*\n\s*(?:{months})\b|\b(?:{months})\s*\n\s*\d{{4}}\b"
        assert re.findall(broken, text) == []
        assert printing._BLANK not in text


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_limit_holds_for_the_table_and_for_json(run: Run, listing: str) -> None:
    if listing.startswith("messages claim"):
        return
    whole, cut = (json.loads(run(listing, "--json", *more).out) for more in ((), ("--limit", "1")))
    if isinstance(whole, list) and not listing.startswith(("due", "diff", "verdicts --", "verdicts seed")):
        groups = 3 if listing == "verdicts" else 1  # one claim has three answers
        assert len(cut) == min(len(whole), groups)
        if len(whole) > groups:
            assert "Left out by --limit: " in run(listing, "--limit", "1").out
    assert len(json.dumps(cut)) <= len(json.dumps(whole))
    assert run(listing, "--limit", "0").code == 2


def test_verdicts_have_one_line_for_each_claim(run: Run, home: Path) -> None:
    out = run("verdicts", columns=140).out.splitlines()
    claims = list(dict.fromkeys(row["claim"] for row in json.loads(run("verdicts", "--json").out)))
    assert [line.split()[0] for line in out[3:-1]] == claims
    assert re.split(r" {2,}", out[1]) == ["claim", "when made", "with hindsight", "now", "age", "figure now"]
    line = next(line for line in out if line.startswith(CLAIM))
    # This installation holds nothing of what was published since August 2025.
    assert re.split(r" {2,}", line)[1:] == ["holds", "holds", "not held"]


NOW = datetime(2025, 9, 29, 12, tzinfo=UTC)


def test_what_is_newest_is_shown_with_its_age(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock of the command; with --as-of by the day that was asked for."""
    for module in ("figure_commands", "alert_commands"):
        monkeypatch.setattr(f"flows.cli.{module}.now", lambda: NOW)
    key = "ice.detained{agency=all, criminality=all}"
    assert "last: 2025-08-24; age: 36 days\n" in run("series ice.detained").out
    assert {"age_days": 36}.items() <= json.loads(run("series", key, "--json").out)[-1].items()
    assert "The newest figure is of 2025-08-24 (36 days old)." in run("series", key).out
    assert "The newest figure is of 2025-05-18 (12 days old)." in run("series", key, "--as-of", "2025-05-30").out
    assert any(entry["age_days"] == 36 for entry in json.loads(run("series --json").out))
    assert re.search(r"2025-08-24 +36 days\n", run("series").out)
    traced = run("trace seed-4").out
    assert re.search(r"  as of: 20\d\d-\d\d-\d\d \(\d+ days old\)", traced)
    assert all(isinstance(each["age_days"], int) for each in json.loads(run("trace seed-4 --json").out))
    shown = run("verdicts seed-4").out
    assert re.search(r"the newest figure is of 20\d\d-\d\d-\d\d \(\d+ days old\)", shown)
    for columns in (60, 100, 200):  # the age stays where the figure itself does not fit any more
        rows = run("verdicts", columns=columns).out
        assert re.search(r"\b\d+ days\b", rows), columns


def test_without_a_word_series_are_counted_by_metric(run: Run) -> None:
    out = run("series", columns=140).out
    rows = {line.split()[0]: line.split() for line in out.splitlines()}
    assert rows["ice.removals"][1:4] == ["people", "1", "5"]
    assert "{" not in out


@pytest.mark.parametrize(("words", "code", "said"), WRONG)
def test_a_wrong_name_ends_with_the_nearest(run: Run, words: str, code: int, said: str) -> None:
    shown = run(words)
    assert (shown.code, shown.out) == (code, "")
    assert said in shown.err
    assert "Traceback" not in shown.err


def test_short_keys_and_cells_do(run: Run) -> None:
    key = json.loads(run("messages", "--json").out)[-1]["key"]
    assert run(f"messages {key[:-3]}").out == run(f"messages {key}").out != ""
    assert run("trace seed-4").out == run(f"trace {CLAIM}").out != ""
    assert run("verdicts seed-4").out == run(f"verdicts {CLAIM}").out != ""
    whole = run("trace 'xlsx:Detention FY25!F20'").out
    assert run("trace 'Detention FY25!F20'").out == whole != ""
    message = next(m["key"] for m in json.loads(run("messages", "--json").out) if m["key"].startswith("claim:"))
    assert "sha256: " in run(f"trace {message[:20]}").out


@pytest.mark.parametrize("words", ["reconcile", "deliver", "verify", "digest", "rebuild", "held", *LISTINGS])
def test_what_only_reads_makes_no_database(
    words: str, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if words == "claims":
        return
    monkeypatch.setenv("ONRECORD_HOME", str(tmp_path / "none"))
    shown = run(words)
    assert (shown.code, shown.out) == (2, "")
    assert shown.err == (
        f"There is no database at {tmp_path / 'none' / 'onrecord.db'} yet. Run `onrecord init`, then `onrecord run`.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_hold_says_who_decided_what_and_why(run: Run) -> None:
    out = " ".join(run("held --all").out.split())
    assert "acknowledge by Ann on " in out
    assert ": asked ICE, and waiting for an answer" in out
    assert re.search(r"unhold by Bea on \d{4}-\d{2}-\d{2} until 2199-12-31: ICE confirmed the day by telephone", out)


def test_columns_are_as_wide_as_asked_for_and_a_hundred_where_nobody_asks(home: Path) -> None:
    environment = {**os.environ, "ONRECORD_HOME": str(home)}
    environment.pop("ONRECORD_DATABASE_URL", None)
    environment.pop("COLUMNS", None)
    lines = {}
    for columns in ({}, {"COLUMNS": "220"}, {"COLUMNS": "20"}):
        done = subprocess.run(
            [str(PROGRAM), "messages"], env={**environment, **columns}, capture_output=True, text=True, check=True
        )
        lines[columns.get("COLUMNS", "")] = done.stdout.splitlines()
    widest = {columns: max(map(cell_len, found)) for columns, found in lines.items()}
    assert 80 < widest[""] <= 100 < widest["220"] <= 220
    assert [line for line in lines["20"] if cell_len(line) > printing.NARROWEST and not _is_one_word(line)] == []


def _on_a_terminal(home: Path, pager: str, *words: str) -> str:
    """What a person sees at a terminal of 24 lines."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "ONRECORD_HOME": str(home), "PAGER": pager, "LINES": "24", "COLUMNS": "100"}
    environment.pop("ONRECORD_DATABASE_URL", None)
    done = subprocess.Popen([str(PROGRAM), *words], env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 65536):
            seen += piece
    except OSError:  # the terminal is gone when its last process is
        pass
    finally:
        os.close(ours)
        done.wait(30)
    return seen.decode()


def test_a_terminal_has_a_pager_for_what_is_longer_than_it(home: Path) -> None:
    paged = _on_a_terminal(home, "sed s/^/paged:/", "series")
    assert "paged:ice.removals" in paged
    assert "\x1b[" not in paged
    short = _on_a_terminal(home, "sed s/^/paged:/", "channels")
    assert "screen" in short
    assert "paged:" not in short


@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_who_reads_enough_ends_it_without_a_word(home: Path, reader: str) -> None:
    """Whether the pipe breaks while a command writes or when it ends."""
    for command in ("series ice. --json", "status"):
        script = f"ONRECORD_HOME={home} {PROGRAM} {command} | {reader}; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
        ends = (0, 1) if command == "status" else (0,)  # where something needs attention
        assert (done.returncode in ends, done.stderr) == (True, "")


def test_status_and_verdicts_ask_the_database_little_and_import_no_more_than_they_need(home: Path) -> None:
    """Statements and imports are what their time goes into; the time itself is in benchmarks/."""
    script = (
        "import sys\n"
        "from sqlalchemy import Engine, event\n"
        "asked = []\n"
        "event.listen(Engine, 'before_cursor_execute', lambda *about: asked.append(about[2]))\n"
        "from flows.cli.app import app\n"
        "app(sys.argv[1:], standalone_mode=False)\n"
        "heavy = 'prefect pandas matplotlib apprise requests bs4 alembic jinja2 python_calamine alerts.claims.model '\n"
        "heavy += 'click'\n"
        "print(len(asked), [name for name in heavy.split() if name in sys.modules], file=sys.stderr)\n"
    )
    environment = {**os.environ, "ONRECORD_HOME": str(home)}
    environment.pop("ONRECORD_DATABASE_URL", None)
    for command, most in (("status", 45), ("verdicts", 7)):
        done = subprocess.run(
            [sys.executable, "-c", script, command], env=environment, capture_output=True, text=True, timeout=60
        )
        asked, _, heavy = done.stderr.strip().splitlines()[-1].partition(" ")
        assert heavy == "[]", command
        assert int(asked) <= most, command
