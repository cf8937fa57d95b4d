"""`onrecord parse` on TRAC's bare files: exit codes, and what a hostile name can do to who reads the output."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from figures.registry import PUBLISHERS
from flows.show.parse import HELD, PARSE_COLUMNS, READ, UNREADABLE, parse_file
from replica.editions import editions
from replica.trac import population_table
from replica.trac_page import facts_page
from replica.trac_tables import atd_table, book_ins_table, facilities_table

Rows = list[dict[str, Any]]
MADE = {
    "trac_population": population_table(date(2025, 12, 31)),
    "trac_book_ins": book_ins_table(editions()),
    "trac_facilities": facilities_table(editions()),
    "trac_atd": atd_table(editions()),
    "trac_quickfacts": facts_page(editions()),
}
# The change that makes each table contradict itself.
CONTRADICTS: dict[str, Callable[[Rows], object]] = {
    "trac_population": lambda rows: rows[0].update(ice_all=rows[0]["ice_all"] + 1),
    "trac_book_ins": lambda rows: rows[0].update(total=rows[0]["total"] + 1),
    "trac_facilities": lambda rows: rows.pop(1),
    "trac_atd": lambda rows: rows[0].update(count_num=rows[0]["count_num"] + 1),
}
FORMULA, ESCAPE = "=HYPERLINK(1)", "\x1b[2J"
Parse = Callable[..., tuple[int, str, str]]


@pytest.fixture
def parse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Parse:
    def run(source: str, content: bytes, form: str = "csv", *, leftovers: bool = False) -> tuple[int, str, str]:
        file = tmp_path / "payload"
        file.write_bytes(content)
        code = parse_file(file, source, form, leftovers=leftovers)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_every_source_of_tracs_is_here() -> None:
    assert set(MADE) == set(PUBLISHERS["trac"])


@pytest.mark.parametrize("source", MADE)
def test_csv_and_json_say_the_same_with_exit_0(parse: Parse, source: str) -> None:
    code, out, _ = parse(source, MADE[source])
    said = json.loads(parse(source, MADE[source], "json")[1])["observations"]
    rows = list(csv.DictReader(io.StringIO(out)))
    assert (code, tuple(rows[0])) == (READ, PARSE_COLUMNS)
    assert [r["locator"] for r in rows] == [o["locator"] for o in said]
    assert [r["value"] and float(r["value"]) for r in rows] == ["" if o["value"] is None else o["value"] for o in said]
    assert [json.loads(r["dims"]) for r in rows] == [o["dims"] for o in said]
    assert parse(source, MADE[source], leftovers=True)[1] == "locator,raw\n"


@pytest.mark.parametrize("source", CONTRADICTS)
def test_a_table_that_contradicts_itself_is_printed_with_exit_3(parse: Parse, source: str) -> None:
    rows: Rows = json.loads(MADE[source])
    CONTRADICTS[source](rows)
    code, out, err = parse(source, json.dumps(rows).encode())
    assert (code, out.splitlines()[0]) == (HELD, ",".join(PARSE_COLUMNS))
    assert "hold: json:/" in err


def test_a_page_that_contradicts_itself_is_printed_with_exit_3(parse: Parse) -> None:
    code, out, err = parse("trac_quickfacts", MADE["trac_quickfacts"].replace(b">61,226</div>", b">71,226</div>"))
    assert code == HELD
    assert "hold: The card #detention_held also says 71,226, which its sentence does not." in err.splitlines()
    assert "trac.facts_detained" in out


@pytest.mark.parametrize("content", [b"", b"<title>Just a moment...</title>", b"[]", b"PK\x03\x04", MADE["trac_atd"]])
@pytest.mark.parametrize("source", [source for source in MADE if source != "trac_atd"])
def test_another_file_is_one_line_with_exit_2(parse: Parse, source: str, content: bytes) -> None:
    code, out, err = parse(source, content)
    assert (code, out, err.count("\n")) == (UNREADABLE, "", 1)
    assert err.rstrip("\n").isprintable()


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ("trac_facilities", "name"),
        ("trac_facilities", "detention_facility_city"),
        ("trac_facilities", "type_detailed"),
        ("trac_facilities", "detention_facility_zip"),
        ("trac_atd", "aor"),
        ("trac_atd", "atd_technology"),
        ("trac_atd", "family_unit"),
    ],
)
def test_a_name_that_is_a_formula_is_kept_and_is_none_in_a_spreadsheet(parse: Parse, source: str, field: str) -> None:
    rows: Rows = json.loads(MADE[source])
    rows[2][field] = FORMULA
    content = json.dumps(rows).encode()
    _, out, err = parse(source, content)
    cells = [cell for line in csv.reader(io.StringIO(out)) for cell in line]
    assert any(FORMULA in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]
    assert not [line for line in err.splitlines() if line.startswith("=")]
    assert FORMULA in parse(source, content, "json")[1]


@pytest.mark.parametrize(("source", "field"), [("trac_facilities", "name"), ("trac_atd", "aor")])
@pytest.mark.parametrize("written", [ESCAPE, "a\nhold: b", "\u202egnp", "\x07", "\x9b2J"])
def test_a_name_that_would_write_on_the_terminal_is_refused_in_plain_letters(
    parse: Parse, source: str, field: str, written: str
) -> None:
    rows: Rows = json.loads(MADE[source])
    rows[2][field] = written
    code, out, err = parse(source, json.dumps(rows).encode())
    assert (code, out) == (UNREADABLE, "")
    assert err.rstrip("\n").isprintable()
    assert f"json:/2/{field}: expected a text of up to 100 letters" in err


def test_a_new_field_is_left_over_and_cannot_write_on_the_terminal(parse: Parse) -> None:
    rows: Rows = json.loads(MADE["trac_atd"])
    rows[2][ESCAPE] = FORMULA
    content = json.dumps(rows).encode()
    code, _, err = parse("trac_atd", content)
    assert code == READ
    assert all(line.isprintable() for line in err.split("\n"))
    left = list(csv.reader(io.StringIO(parse("trac_atd", content, leftovers=True)[1])))
    assert left[1:] == [[r"json:/2/\x1b[2J", "'" + FORMULA]]


@pytest.mark.parametrize("leftovers", [False, True])
@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("written", ["\x1b[2J=1+1", "\x9b2J", "\u202e=1+1"])
def test_a_page_with_escapes_does_not_write_on_the_terminal(
    parse: Parse, written: str, form: str, *, leftovers: bool
) -> None:
    hostile = written.encode()
    page = MADE["trac_quickfacts"]
    for changed in (
        page.replace(b"Stewart Detention Center", hostile),
        page.replace(b"</p></div>", b" " + hostile + b"</p></div>", 1),
        page.replace(b"#detention_topfacility", b"#detention_" + hostile),
    ):
        code, out, err = parse("trac_quickfacts", changed, form, leftovers=leftovers)
        assert (code, out, err.count("\n")) == (UNREADABLE, "", 1)
        assert err.rstrip("\n").isprintable()


def test_a_bold_name_that_is_a_formula_is_none_in_a_spreadsheet(parse: Parse) -> None:
    page = MADE["trac_quickfacts"].replace(b"Stewart Detention Center", FORMULA.encode())
    code, out, _ = parse("trac_quickfacts", page)
    assert code == READ
    assert "'" + FORMULA in {row["raw"] for row in csv.DictReader(io.StringIO(out))}
