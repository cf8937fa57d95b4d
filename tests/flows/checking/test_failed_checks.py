"""A check, a reader or the storing that fails is a finding that holds what it guards, told once; nothing ends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from checks.boundary import COULD_NOT_RUN
from figures.periods import Period
from figures.records import Observation, Parsed
from figures.registry import ICE, SOURCES
from flows.cli.app import app
from flows.cli.care.verify_and_rebuild import rebuild_all
from flows.configuration.settings import load_settings
from flows.context import Line
from flows.importing import Stated, import_files
from flows.pipeline import open_line, run_line
from flows.show.standing import standing
from replica.editions import edition
from replica.wayback import Wayback
from replica.workbooks import build
from scrapers.file_kinds import ZIP_BEGINS
from storage.engine import reading
from storage.read import journal, reads
from storage.write import ledger
from tests.databases import new_sqlite
from tests.flows.test_backfill import captured_at
from tests.looks import look

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

KEYS = ("05122025", "05232025", "06052025", "06202025")
HELD, REMOVED = "ice.detained{agency=all, criminality=all}", "ice.removals{group=all}"


def _fails(*_: object, **__: object) -> Any:
    raise AttributeError("'NoneType' object has no attribute 'year'")


def _play(desk: "Desk", *keys: str) -> None:
    for key in keys:
        desk.publisher.publish(edition(key))
        desk.clock.set(edition(key).published_on)
        assert look(desk.settings, desk.line, "ice").state == "new"


def _found(line: Line) -> list[journal.StoredFinding]:
    with reading(line.database) as connection:
        found = journal.findings(connection, open_only=True, check=COULD_NOT_RUN)
    return [finding for finding in found if finding.release_id is not None]


def _told(line: Line) -> list[Mapping[str, Any]]:
    with reading(line.database) as connection:
        return [m for m in ledger.messages(connection) if m["key"].startswith("could-not-run:")]


def _held(line: Line, series: str) -> list[bool]:
    with reading(line.database) as connection:
        return [figure.held for figure in reads.figures(connection, [series]) if figure.period.kind != "month"]


CHECKS = {
    "checks.document.totals.static": ("check static", HELD, ""),
    "checks.document.dates.dates": ("check dates", REMOVED, ""),
    "checks.history.balance.average_jumps": (
        "check average_jumps",
        "ice.adp{agency=all, criminality=all}",
        HELD,
    ),
    "checks.history.edition_suite.lines": ("check lines", HELD, ""),
    "checks.history.edition_suite.repeats": ("check repeats", REMOVED, ""),
    "checks.history.edition_suite.movements": ("check movements", HELD, REMOVED),
    "checks.history.since_october._cumulative": ("check cumulative", REMOVED, "ice.adp{agency=all, criminality=all}"),
    "checks.history.edition_suite.compare": ("check edition", HELD, ""),
    "storage.read.previous.before": ("check edition", HELD, ""),
    "flows.history.past.against_history": ("check history", HELD, ""),
    "flows.history.past.paces": ("check paces", REMOVED, HELD),
    "checks.document.average_sums.average_sums": ("check average_sums", "ice.adp{agency=all, criminality=all}", HELD),
}


@pytest.mark.parametrize("where", CHECKS)
def test_a_check_that_raises_holds_what_it_guards_and_no_other_check_is_lost(
    desk: "Desk", monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    what, guarded, free = CHECKS[where]
    monkeypatch.setattr(where, _fails)
    _play(desk, "05232025")
    found = _found(desk.line)
    assert {(f.expected, f.found.partition(" in ")[0]) for f in found} == {
        (f"an answer of the {what}", "AttributeError")
    }
    assert found[0].severity == "hold"
    assert found[0].words.startswith(f"The {what} could not run: AttributeError in ")
    assert found[0].words.endswith(
        "'NoneType' object has no attribute 'year'. What it guards is held back until it can run."
    )
    assert _held(desk.line, guarded) == [True]
    assert not free or _held(desk.line, free) == [False]


def test_the_operators_hear_of_it_once_with_the_hold_that_it_makes_and_again_when_it_comes_back(
    desk: "Desk", monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("checks.document.totals.static", _fails)
        _play(desk, *KEYS[:3])
    (told,) = _told(desk.line)
    facts = dict(told["body"]["items"][0]["facts"])
    assert (told["audience"], told["subject"]) == ("ops", "ice: the check static could not run")
    assert facts["On which files"] == f"{edition(KEYS[0]).file_name}."
    assert "people held on 4 May 2025" in facts["Figures held back"]
    assert "seed-4-almost-49000-in-custody" in facts["Claims that rest on them"]
    hold = _found(desk.line)[0]
    assert facts["To lift it"] == f'onrecord unhold {hold.id} --because "..."'
    with reading(desk.line.database) as connection:  # no message of its own for each edition
        assert [m["subject"] for m in ledger.messages(connection) if m["key"].startswith("held:")] == []
    rebuild_all(desk.line.database, desk.line.archive, SOURCES, desk.clock.now)
    assert _found(desk.line) == []
    assert _held(desk.line, HELD) == [False] * 3
    with monkeypatch.context() as broken:
        broken.setattr("checks.document.totals.static", _fails)
        _play(desk, KEYS[3])
    assert len(_told(desk.line)) == 2


def test_a_reader_that_raises_holds_the_release_as_a_whole(desk: "Desk", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.ice.workbook.read", _fails)
    _play(desk, "05232025")
    hold = _found(desk.line)[0]
    assert (hold.expected, hold.scope_kind) == ("an answer of the reader of ice", "release")
    assert [m["subject"] for m in _told(desk.line)] == ["ice: the reader of ice could not run"]


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("flows.reconcile.reconcile", "comparison of ICE and TRAC"),
        ("flows.lateness.silence_message", "watch over silences"),
    ],
)
def test_what_is_asked_of_all_sources_together_ends_no_run_and_is_told_once(
    desk: "Desk", monkeypatch: pytest.MonkeyPatch, where: str, what: str
) -> None:
    _play(desk, "05232025")
    desk.clock.set(date(2025, 9, 28))  # long after: a silence is to be told
    with monkeypatch.context() as broken:
        broken.setattr(where, _fails)
        for _ in range(2):
            run_line(desk.settings, desk.line, ["ice", "trac_population"])
    assert [m["subject"] for m in _told(desk.line)] == [f"onrecord: the {what} could not run"]
    with reading(desk.line.database) as connection:
        assert ledger.verdicts(connection, history=False)
        assert "could not run" in str(standing(connection, [ICE], desk.clock.now, timedelta(days=2))["attention"])
    run_line(desk.settings, desk.line, ["ice", "trac_population"])
    with reading(desk.line.database) as connection:
        assert journal.findings(connection, open_only=True, check=COULD_NOT_RUN) == []


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    (made / "onrecord.toml").write_text('[fetch]\ncontact = "test@localhost"\n')
    monkeypatch.setenv("ONRECORD_HOME", str(made))
    return made


def _type(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def _files(tmp_path: Path) -> list[str]:
    paths = [tmp_path / edition(key).file_name for key in KEYS]
    for path, key in zip(paths, KEYS, strict=True):
        path.write_bytes(build(edition(key)))
    return [str(path) for path in paths]


def _states(line: Line) -> set[str]:
    with reading(line.database) as connection:
        return {row["state"] for row in ledger.verdicts(connection, history=False)}


def test_an_import_goes_on_reports_judges_and_ends_with_1(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checks.history.edition_suite.movements", _fails)
    done = _type("import", *_files(tmp_path))
    assert done.exit_code == 1, done.output
    assert "4 new editions, 0 known already, 0 refused. On 4 of them a check could not run" in done.stdout
    assert done.stderr.count("The check movements could not run: AttributeError in ") == 4
    assert len(_states(open_line(load_settings(home)))) > 1
    assert _type("import", *_files(tmp_path)).exit_code == 1  # they stand as they were
    monkeypatch.undo()
    monkeypatch.setenv("ONRECORD_HOME", str(home))
    assert _type("rebuild").exit_code == 0
    assert _type("import", *_files(tmp_path)).exit_code == 0


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("flows.importing.place", "onrecord failed on it: AttributeError in "),
        ("storage.write.releases.record_document", "onrecord failed on it: AttributeError in "),
    ],
)
def test_an_import_goes_on_when_something_else_of_ours_fails_on_a_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, words: str
) -> None:
    files, calls = _files(tmp_path), list[int]()
    module, _, name = where.rpartition(".")
    real = getattr(__import__(module, fromlist=[name]), name)

    def fails_once(*arguments: Any) -> Any:
        calls.append(1)
        return _fails() if len(calls) == 2 else real(*arguments)

    monkeypatch.setattr(where, fails_once)
    done = _type("import", *files)
    assert done.exit_code == 1, done.output
    assert "3 new editions, 0 known already, 1 refused. Next" in done.stdout
    assert words in done.stderr
    assert len(_states(open_line(load_settings(home)))) > 1


def test_a_backfill_goes_on_reports_judges_and_ends_with_1(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checks.history.edition_suite.movements", _fails)
    with Wayback() as wayback:
        for key in KEYS[:3]:
            wayback.capture(edition(key), captured_at(key))
        with (home / "onrecord.toml").open("a") as file:
            file.write(f'private_hosts = ["{wayback.address[7:]}"]\n[backfill]\naddress = "{wayback.address}"\n')
            file.write("pause_seconds = 0\n")
        done = _type("backfill", "--direct")
    assert done.exit_code == 1, done.output
    assert "3 new editions from the archive" in done.stdout
    assert "3 on which a part of onrecord could not run; please report them:" in done.stdout
    assert len(_states(open_line(load_settings(home)))) > 1


@cache
def _parsed(key: str) -> Parsed:
    return ICE.parse(build(edition(key)), edition(key).file_name)


def _import(line: Line, sequence: Sequence[Parsed], folder: Path) -> list[str]:
    """Editions as they were read, a fortnight apart; what was refused."""
    source = replace(ICE, parse=lambda content, name: sequence[int(name[:2])])
    manifest, paths, refused = {}, [], list[str]()
    for number in range(len(sequence)):
        path = folder / f"{number:02}.xlsx"
        path.write_bytes(ZIP_BEGINS + b"xl/workbook.xml" + path.name.encode() + b"PK\x05\x06" + bytes(18))
        manifest[path.name] = Stated(path.name, date(2025, 5, 12 + 3 * number), "")
        paths.append(path)
    for _ in import_files(
        source, paths, manifest, (), line, [], alert=False, on_error=lambda e: refused.append(str(e))
    ):
        pass
    return refused


def _undated(parsed: Parsed) -> Parsed:
    """The footnote of the book-ins gives no day: their running month has no end."""
    running = max(o.period.end for o in parsed.observations if o.table == "book_ins_by_month" and o.period.end)
    made = [
        o._replace(period=Period(o.period.kind, o.period.start, None))
        if o.table == "book_ins_by_month" and o.period.end == running
        else o
        for o in parsed.observations
    ]
    return replace(parsed, observations=tuple(made))


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return open_line(load_settings(tmp_path / "home"), lambda: datetime(2026, 1, 1, tzinfo=UTC))


def test_two_editions_in_a_row_whose_running_month_has_no_day_are_taken_and_so_are_those_after_them(
    line: Line, tmp_path: Path
) -> None:
    sequence = [_parsed(KEYS[0]), _undated(_parsed(KEYS[1])), _undated(_parsed(KEYS[2])), _parsed(KEYS[3])]
    # A closed month that moves makes the alarm ask how far this series moved before.
    sequence[3] = _scaled(sequence[3], "ice.book_ins", 0.9)
    assert _import(line, sequence, tmp_path) == []
    assert _found(line) == []
    with reading(line.database) as connection:
        assert len(reads.releases(connection)) == 4
        checks = {(f.release_name, f.check) for f in journal.findings(connection, open_only=True)}
    assert ("03.xlsx", "revised_beyond_usual") in checks
    assert "date_stands_still" not in {check for _, check in checks}  # no day is stated that could stand still


def _scaled(parsed: Parsed, metric: str, by: float) -> Parsed:
    made = [o._replace(value=round(o.value * by)) if o.metric == metric and o.value else o for o in parsed.observations]
    return replace(parsed, observations=tuple(made))


Damage = Callable[[Observation], Observation | None]


def _ends(day: date | None) -> Damage:
    return lambda o: o._replace(period=Period(o.period.kind, o.period.start, day))


def _says(value: float) -> Damage:
    return lambda o: o._replace(value=value, raw=str(value))


# What a hand at the publisher's desk, or a reader that is led astray by it, may come to.
PLAUSIBLE: Mapping[str, Damage] = {
    "no last day": _ends(None),
    "an early last day": _ends(date(2024, 2, 29)),
    "another last day": _ends(date(2025, 5, 1)),
    "a last day to come": _ends(date(2030, 1, 1)),
    "no days": lambda o: o._replace(period=Period(o.period.kind, None, None)),
    "zero": _says(0.0),
    "negative": _says(-5.0),
    "huge": _says(1e12),
    "blank": lambda o: o._replace(value=None, raw="", status="blank"),
    "hidden": lambda o: o._replace(status="not_current"),
    "gone": lambda o: None,
    "no run date": lambda o: o._replace(run_date=None),
    "an early run date": lambda o: o._replace(run_date=date(2024, 2, 29)),
    "no fiscal year": lambda o: o._replace(fiscal_year=None),
}
# What no reader should give, whatever it reads.
WILD: Mapping[str, Damage] = {
    "no dimensions": lambda o: o._replace(dims=()),
    "an unknown metric": lambda o: o._replace(metric="ice.nothing_known"),
    "no cell": lambda o: o._replace(locator="nowhere"),
    "one cell": lambda o: o._replace(locator="xlsx:S!A1"),
    "no number": lambda o: o._replace(value=float("nan")),
    "a word": lambda o: o._replace(value="many", status="reported"),
    "reported without a value": lambda o: o._replace(value=None, status="reported"),
    "a backward month": lambda o: o._replace(period=Period("month", date.max, date.min)),
    "a far year": lambda o: o._replace(fiscal_year=10**9),
    "gone": lambda o: None,
}
# An edition as drawn: which one it was, what is done to which of its tables, and to which year it says it belongs.
Drawn = tuple[str, dict[str, str], int | None]


def _drawn(damages: Mapping[str, Damage]) -> st.SearchStrategy[list[Drawn]]:
    tables = sorted({o.table for o in _parsed(KEYS[0]).observations})
    done = st.dictionaries(st.sampled_from(tables), st.sampled_from(sorted(damages)), max_size=4)
    return st.lists(
        st.tuples(st.sampled_from(KEYS), done, st.sampled_from([None, None, None, 2024, 2026])), min_size=2, max_size=4
    )


def _damaged(drawn: Drawn, damages: Mapping[str, Damage]) -> Parsed:
    key, done, year = drawn
    parsed = _parsed(key)
    made = [damages[done[o.table]](o) if o.table in done else o for o in parsed.observations]
    kept = tuple(o for o in made if o is not None)
    return replace(parsed, observations=kept, fiscal_year=parsed.fiscal_year if year is None else year)


def _fresh(folder: Path) -> Line:
    """An installation of its own for each example."""
    home = folder / f"home{len(list(folder.iterdir()))}"
    home.mkdir()
    new_sqlite(home)
    return open_line(load_settings(home), lambda: datetime(2026, 1, 1, tzinfo=UTC))


EXAMPLES = [6, pytest.param(25, marks=pytest.mark.slow)]
_SETTINGS = settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example stores editions: made smaller takes minutes
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_no_check_fails_on_a_sequence_of_damaged_editions(tmp_path: Path, examples: int) -> None:
    @settings(_SETTINGS, max_examples=examples)
    @given(_drawn(PLAUSIBLE))
    def no_check_fails(drawn: list[Drawn]) -> None:
        line = _fresh(tmp_path)
        assert _import(line, [_damaged(each, PLAUSIBLE) for each in drawn], tmp_path) == []
        assert [f.words for f in _found(line)] == []
        line.database.dispose()

    no_check_fails()


@pytest.mark.parametrize("examples", EXAMPLES)
def test_whatever_a_reader_gives_every_edition_is_taken_and_so_is_a_sound_one_after_them(
    tmp_path: Path, examples: int
) -> None:
    @settings(_SETTINGS, max_examples=examples)
    @given(_drawn(WILD))
    def every_edition_is_taken(drawn: list[Drawn]) -> None:
        line = _fresh(tmp_path)
        assert _import(line, [*(_damaged(each, WILD) for each in drawn), _parsed(KEYS[3])], tmp_path) == []
        with reading(line.database) as connection:
            assert [r.name for r in reads.releases(connection)] == [f"{n:02}.xlsx" for n in range(len(drawn) + 1)]
            assert reads.figures(connection, [HELD])[-1].release_name == f"{len(drawn):02}.xlsx"
        line.database.dispose()

    every_edition_is_taken()
