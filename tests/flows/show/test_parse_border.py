"""`onrecord parse` on bare files of CBP and OHSS: the columns, what is said on stderr, the exit codes."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.show.parse import HELD, PARSE_COLUMNS, READ, UNREADABLE, parse_file
from replica.cbp_files import FILES, RUNNING_2026
from replica.cbp_pages import table_page
from replica.ohss import FIRST, workbook
from scrapers.registry import BORDER, PUBLISHERS, SOURCES

AUGUST = RUNNING_2026[-1]
Parse = Callable[..., tuple[int, str, str]]


@pytest.fixture
def parse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Parse:
    def run(
        source: str, content: bytes, name: str, form: str = "csv", *, leftovers: bool = False
    ) -> tuple[int, str, str]:
        file = tmp_path / name
        file.write_bytes(content)
        code = parse_file(file, source, form, leftovers=leftovers)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_each_file_gives_the_same_columns_in_csv_and_json(parse: Parse) -> None:
    made = [("cbp_encounters", build(AUGUST), AUGUST.name(kind)) for kind, build in FILES.items()]
    made += [("cbp_apprehensions", table_page(AUGUST), "page.html"), ("ohss", workbook(FIRST), "tables.xlsx")]
    assert {source for source, _, _ in made} == {source.id for source in BORDER if source.headline}
    for source, content, name in made:
        code, out, err = parse(source, content, name)
        rows = list(csv.DictReader(io.StringIO(out)))
        assert (code, err, tuple(rows[0])) == (READ, "", PARSE_COLUMNS), name
        said = json.loads(parse(source, content, name, "json")[1])["observations"]
        assert [(r["locator"], json.loads(r["dims"])) for r in rows] == [(o["locator"], o["dims"]) for o in said]
        assert parse(source, content, name, leftovers=True)[1] == "locator,raw\n"


def test_a_month_of_a_region_is_one_row_with_both_dimensions(parse: Parse) -> None:
    _, out, _ = parse("cbp_encounters", FILES["state"](AUGUST), AUGUST.name("state"))
    rows = [r for r in csv.DictReader(io.StringIO(out)) if r["metric"] == "cbp.encounters"]
    (august,) = [r for r in rows if r["period_start"] == "2026-08-01" and '"southwest"' in r["dims"]]
    assert json.loads(august["dims"]) == {"component": "all", "region": "southwest"}
    assert (august["period_kind"], august["period_end"], august["unit"]) == ("month", "2026-08-31", "encounters")
    assert august["locator"].startswith(
        "csv:Fiscal Year=2026 (FYTD);Month (abbv)=AUG;Land Border Region=Southwest Land Border#Encounter Count["
    )
    assert august["value"] == august["raw"]


def test_what_is_held_is_printed_with_exit_3_and_what_is_refused_with_exit_2(parse: Parse) -> None:
    content = FILES["aor"](AUGUST)
    code, out, err = parse("cbp_encounters", content, "nationwide-encounters-fy23-fy26-jul-aor.csv")
    assert (code, out.splitlines()[0]) == (HELD, ",".join(PARSE_COLUMNS))
    assert err.startswith(
        "hold: nationwide-encounters-fy23-fy26-jul-aor.csv: the newest month of a running year by its"
    )
    code, out, err = parse("cbp_encounters", content[:-9], AUGUST.name("aor"))
    assert (code, out) == (UNREADABLE, "")
    assert "it was cut off" in err
    code, out, err = parse("cbp_encounters", b"<html>Access Denied</html>\n", AUGUST.name("aor"))
    assert (code, out) == (UNREADABLE, "")
    assert "is a page and not a CSV file" in err


def test_the_border_is_among_the_sources() -> None:
    assert {source.id for source in BORDER} <= set(SOURCES)
    assert {name for ids in PUBLISHERS.values() for name in ids} == set(SOURCES)
    assert {source.media for source in BORDER} == {"csv", "html", "xlsx"}
    for source in BORDER:
        assert "public domain" in source.attribution
        assert (source.republish, source.once_a_day) == ("all", True)
