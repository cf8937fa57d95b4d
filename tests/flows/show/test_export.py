"""What goes out: tidy tables that say where each figure comes from, the same bytes each time, whole or not at all."""

import csv
import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.testing import CliRunner

from figures.metrics.catalogue import METRICS
from figures.periods import WASHINGTON, end_of_day, instant, spoken
from figures.records import Observation, Parsed, Target
from figures.registry import SOURCES
from flows.cli.app import app
from flows.configuration.settings import load_settings
from flows.pipeline import open_line
from flows.publishing.export_words import ExportError, Newsroom, Table
from flows.show import export
from flows.show.export import Wish, write
from flows.show.formats import number
from replica.editions import edition
from replica.publisher import Publisher
from storage.engine import Database, open_database, writing
from storage.write import releases
from storage.write.releases import Known
from tests.flows.conftest import Clock, configure
from tests.looks import look

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

KEYS = ("05122025", "05232025", "06052025")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which three editions and TRAC's table were fetched."""
    home, clock = tmp_path_factory.mktemp("exported") / "home", Clock(datetime(2025, 1, 1, tzinfo=UTC))
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


@pytest.fixture(scope="module")
def exported(stored: Path) -> tuple[Path, dict[str, Table]]:
    """All that is stored, exported, and how many figures of each metric."""
    database = open_database(f"sqlite:///{stored / 'onrecord.db'}")
    counted = write(database, stored / "out", wish())
    database.dispose()
    return stored / "out", counted


def wish(*metrics: str, as_of: date | None = None, vintages: bool = False) -> Wish:
    return Wish(tuple(SOURCES), metrics, as_of, vintages, "csv")


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    text = texts(folder)[f"{name}.csv"]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def texts(folder: Path) -> dict[str, str]:
    """Every file as it reads, compressed or not."""
    return {
        name.removesuffix(".gz"): (gzip.decompress(content) if name.endswith(".gz") else content).decode()
        for name, content in everything(folder).items()
    }


def test_one_table_for_each_metric_with_a_column_for_each_dimension(exported: tuple[Path, dict[str, Table]]) -> None:
    out, counted = exported
    found = rows(out, "ice.detained")
    assert len(found) == counted["ice.detained"].rows
    (row,) = [r for r in found if (r["agency"], r["criminality"], r["period_end"]) == ("all", "all", "2025-05-18")]
    assert row["value"] == "48870"
    assert row["known_at"] == end_of_day(date(2025, 5, 23)).isoformat()
    assert row["known_by"] == "fetched"
    assert row["locator"].startswith("xlsx:Detention FY25!")
    assert row["sha256"] in {r["sha256"] for r in rows(out, "releases")}
    assert list(row)[:4] == ["series", "metric", "agency", "criminality"]


def test_as_of_and_vintages_take_what_was_known_then_and_all_of_it(filled: Database, tmp_path: Path) -> None:
    may = "ice.book_ins"

    def values(folder: str, **options: object) -> list[tuple[str, str, str]]:
        write(filled, tmp_path / folder, wish(may, **options))  # type: ignore[arg-type]
        return [
            (r["period_end"], r["value"], r["known_at"][:10])
            for r in rows(tmp_path / folder, may)
            if r["agency"] == "all" and r["period_kind"] == "month" and r["period_start"] == "2025-05-01"
        ]

    now, then = values("now"), values("then", as_of=date(2025, 5, 24))
    every = values("every", vintages=True)
    assert (len(now), len(then), len(every)) == (1, 1, 3)
    assert now[0] == every[-1]
    assert then[0] == every[-2]
    assert now != then
    known = {r["known_at"] for r in rows(tmp_path / "then", "releases")}
    assert max(known) == end_of_day(date(2025, 5, 23)).isoformat()


def test_the_same_database_gives_the_same_bytes(filled: Database, tmp_path: Path) -> None:
    write(filled, tmp_path / "one", wish(vintages=True))
    write(filled, tmp_path / "two", wish(vintages=True))
    assert everything(tmp_path / "one") == everything(tmp_path / "two")
    assert len(everything(tmp_path / "one")) > 20


def test_the_package_describes_every_file_with_its_hash_and_columns(filled: Database, tmp_path: Path) -> None:
    write(filled, tmp_path / "out", wish(as_of=date(2025, 6, 5)))
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text())
    for resource in package["resources"]:
        content = (tmp_path / "out" / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        text = gzip.decompress(content) if resource["path"].endswith(".gz") else content
        header = next(csv.reader(text.decode().splitlines()))
        assert header == [each["name"] for each in resource["schema"]["fields"]]
    assert {r["path"] for r in package["resources"]} == {p.name for p in (tmp_path / "out").glob("*.csv*")}
    assert package["onrecord"]["as_of"] == "2025-06-05"
    titles = [source["title"] for source in package["sources"]]
    assert any("(TRAC), tracreports.org; cite with link and as-of date" in title for title in titles)


def test_frictionless_finds_no_fault_with_the_package_and_finds_one_altered_byte(
    exported: tuple[Path, dict[str, Table]], tmp_path: Path
) -> None:
    def faults(folder: Path) -> list[tuple[str, str]]:
        typed = [sys.executable, "-m", "frictionless", "validate", str(folder / "datapackage.json"), "--json"]
        told = json.loads(subprocess.run(typed, capture_output=True, text=True, check=False).stdout)
        described = [("package", each["message"]) for each in told["errors"]]
        return described + [(task["name"], each["type"]) for task in told["tasks"] for each in task["errors"]]

    assert faults(exported[0]) == []
    altered = tmp_path / "altered"
    shutil.copytree(exported[0], altered)
    table = altered / "ice.stateless_detained.csv.gz"
    table.write_bytes(gzip.compress(gzip.decompress(table.read_bytes()).replace(b"reported", b"Reported", 1)))
    assert ("ice.stateless_detained", "hash-count") in faults(altered)


def test_the_package_says_who_made_it_from_which_releases_and_asks_no_clock(
    exported: tuple[Path, dict[str, Table]], filled: Database, tmp_path: Path
) -> None:
    package = json.loads((exported[0] / "datapackage.json").read_text())
    known = [row["known_at"] for row in rows(exported[0], "releases")]
    assert package["created"] == max(known)
    assert package["version"].endswith(f"+{len(known)}")
    assert package["publisher"] == {"title": "An installation of onrecord"}
    made = [(c["role"], c["title"]) for c in package["contributors"]]
    assert made[0] == ("publisher", "An installation of onrecord")
    assert ("author", "U.S. Immigration and Customs Enforcement") in made
    assert len(made) == 1 + len({SOURCES[name].publisher for name in SOURCES})
    assert {licence["name"] for licence in package["licenses"]} == {"other-pd", "other-at"}
    assert {r["profile"] for r in package["resources"]} == {"tabular-data-resource"}
    newsroom = Newsroom("The Daily", "https://daily.example/", "desk@daily.example")
    write(filled, tmp_path / "named", replace(wish("ice.detained", as_of=date(2025, 5, 24)), publisher=newsroom))
    named = json.loads((tmp_path / "named" / "datapackage.json").read_text())
    assert named["publisher"] == {
        "title": "The Daily",
        "path": "https://daily.example/",
        "email": "desk@daily.example",
    }
    assert (named["created"][:10], named["version"]) == ("2025-05-24", "2025.5.24+2")


def test_only_tables_by_facility_are_compressed(exported: tuple[Path, dict[str, Table]]) -> None:
    out, counted = exported
    packed = {path.name.removesuffix(".csv.gz") for path in out.glob("*.csv.gz")}
    assert packed == {metric for metric in counted if "facility" in METRICS[metric].dims}
    assert "ice.stateless_detained" in packed
    assert len(rows(out, "ice.stateless_detained")) == counted["ice.stateless_detained"].rows


def test_trac_s_figures_go_out_with_attribution_and_day(exported: tuple[Path, dict[str, Table]]) -> None:
    out, _ = exported
    found = rows(out, "trac.detained")
    assert found
    assert all(
        r["attribution"].startswith("Transactional Records Access Clearinghouse (TRAC), tracreports.org")
        and r["period_end"]
        and r["url"]
        for r in found
    )
    assert "attribution" not in rows(out, "ice.detained")[0]
    readme = (out / "README.md").read_text()
    assert "Its figures are here with attribution and the day they are of; its files and texts are not." in readme
    assert readme.endswith((out / "LICENCES.md").read_text())


def test_the_page_says_how_old_the_newest_figure_of_each_table_is(exported: tuple[Path, dict[str, Table]]) -> None:
    """Counted to the newest release and not by the clock: the same database makes the same page."""
    out, counted = exported
    readme = (out / "README.md").read_text()
    newest = datetime.fromisoformat(max(r["known_at"] for r in rows(out, "releases"))).astimezone(WASHINGTON).date()
    assert f"Ages of figures are counted to {spoken(newest)}." in readme
    for name, table in counted.items():
        (line,) = [line for line in readme.splitlines() if line.startswith(f"* `{name}`: ") and " rows" in line]
        age = f"; the newest is of {table.newest}, {(newest - table.newest).days} days old" if table.newest else " rows"
        assert line.endswith(age)
    assert counted["ice.detained"].newest is not None


def _text(database: Database, source: str, metric: str, raw: str, status: str = "text") -> None:
    at = datetime(2025, 7, 1, tzinfo=UTC) + timedelta(seconds=len(raw))
    seen = Observation(
        metric,
        (("section", raw),),
        instant(date(2025, 5, 31)),
        None,
        "text",
        status,
        raw,
        "xlsx:Notes!A1",
        "notes",  # type: ignore[arg-type]
    )
    sha256 = hashlib.sha256((metric + raw).encode()).hexdigest()
    with writing(database) as connection:
        releases.record_document(connection, sha256, 1, "xlsx", at)
        target = Target("", f"{raw}.xlsx", "current")
        releases.store_release(connection, source, sha256, target, Known(at, "stated", ""), Parsed((seen,), ()), 1, at)


def test_prose_of_a_publisher_who_keeps_it_stays_here(filled: Database, tmp_path: Path) -> None:
    _text(filled, "trac_quickfacts", "trac.note", "A sentence of theirs")
    _text(filled, "ice", "ice.footnote", "A public sentence")
    out = tmp_path / "out"
    write(filled, out, wish())
    assert not (out / "trac.note.csv").exists()
    assert "A sentence of theirs" not in "".join(c for n, c in texts(out).items() if n != "releases.csv")
    assert "A public sentence" in (out / "ice.footnote.csv").read_text()


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-cmd|x", "@SUM(A1)", "\tx", "\r=1", "\n=1", " =1", "\u200b=1", "\uff1dcmd()"]
)
def test_a_text_is_never_a_formula_and_a_number_never_a_text(desk: "Desk", tmp_path: Path, text: str) -> None:
    _text(desk.line.database, "ice", "ice.footnote", text)
    out = tmp_path / "out"
    write(desk.line.database, out, wish())
    (row,) = rows(out, "ice.footnote")
    assert (row["raw"], row["section"], row["file"]) == ("'" + text, "'" + text, f"'{text}.xlsx")
    for path in out.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            for cells in csv.reader(file):
                assert not [c for c in cells if c.strip(" \u200b").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


def test_what_a_terminal_or_an_eye_obeys_is_left_out_and_the_rest_stays(desk: "Desk", tmp_path: Path) -> None:
    _text(desk.line.database, "ice", "ice.footnote", "two\nlines\x1b[2J \u202ecod.xslx\u2069 soft\u00adhyphen")
    write(desk.line.database, tmp_path / "out", wish())
    (row,) = rows(tmp_path / "out", "ice.footnote")
    assert row["raw"] == "two\nlines[2J cod.xslx soft\u00adhyphen"


def test_a_negative_number_stays_a_number(desk: "Desk", tmp_path: Path) -> None:
    at = datetime(2025, 6, 1, tzinfo=UTC)
    seen = Observation(
        "ice.detained", (("agency", "all"), ("criminality", "all")), instant(date(2025, 5, 31)), -12.5, "people",
        "reported", "-12.5", "xlsx:A!A1", "detained",
    )  # fmt: skip
    with writing(desk.line.database) as connection:
        releases.record_document(connection, "a" * 64, 1, "xlsx", at)
        known = Known(at, "stated", "")
        releases.store_release(
            connection, "ice", "a" * 64, Target("", "a.xlsx", "current"), known, Parsed((seen,), ()), 1, at
        )
    write(desk.line.database, tmp_path / "out", wish())
    (row,) = rows(tmp_path / "out", "ice.detained")
    assert (row["value"], row["raw"]) == ("-12.5", "-12.5")


def test_parquet_holds_the_same_figures(
    filled: Database, exported: tuple[Path, dict[str, Table]], tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    write(filled, tmp_path / "parquet", Wish(("ice",), ("ice.detained",), None, False, "parquet"))
    frame = pd.read_parquet(tmp_path / "parquet" / "ice.detained.parquet")
    told = [value for r in rows(exported[0], "ice.detained") if (value := r["value"])]
    assert [number(float(v)) for v in frame["value"].dropna()] == told
    assert str(frame["known_at"].dtype).endswith("UTC]")


def test_without_pyarrow_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ExportError, match=r"pipx install --force '.\[parquet\]'"):
        export.require_parquet()


def test_an_earlier_export_is_replaced_and_nothing_else_is(
    filled: Database, exported: tuple[Path, dict[str, Table]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(exported[0], out)
    write(filled, out, Wish(("ice",), ("ice.detained",), None, False, "csv"))
    assert sorted(p.name for p in out.glob("*.csv")) == ["dictionary.csv", "ice.detained.csv", "releases.csv"]
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.csv").write_text("x")
    with pytest.raises(ExportError, match="holds something that is not an export"):
        write(filled, mine, wish())
    assert [p.name for p in mine.iterdir()] == ["thesis.csv"]
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_an_export_that_fails_leaves_the_earlier_one(
    filled: Database, exported: tuple[Path, dict[str, Table]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    shutil.copytree(exported[0], out)
    before = everything(out)

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("flows.publishing.export_words.licences", full)
    with pytest.raises(ExportError, match="No space left on device"):
        write(filled, out, wish())
    assert everything(out) == before
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_the_command(filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_HOME", str(tmp_path / "home"))
    assert load_settings().home == tmp_path / "home"
    typed = ["export", "--to", str(tmp_path / "out"), "--source", "ice", "--metric", "ice.detained"]
    done = CliRunner().invoke(app, typed)
    assert done.exit_code == 0, done.output
    assert "figures in 1 tables" in done.stdout
    both = CliRunner().invoke(app, [*typed, "--as-of", "2025-05-24", "--vintages"])
    assert "exclude each other" in str(both.exception)
    unknown = CliRunner().invoke(app, [*typed[:-1], "ice.detaned"])
    assert "no metric ice.detaned" in str(unknown.exception)
