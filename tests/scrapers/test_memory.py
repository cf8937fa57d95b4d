"""What reading a file takes at most, whatever the file is: each in a process of its own, measured by the system."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from scrapers.errors import DriftError
from scrapers.ice.page import discover
from scrapers.web.json_limits import require_room
from tests.scrapers.xlsx.test_reader import COLUMNS, SHEET, repacked

MOST = 300
_PROGRAM = """\
import sys
from pathlib import Path
from checks.document.document_suite import document
from scrapers.errors import DriftError, NotReadableError
from figures.registry import SOURCES
try:
    document(SOURCES[sys.argv[1]].parse(Path(sys.argv[2]).read_bytes(), Path(sys.argv[2]).name))
except (DriftError, NotReadableError) as error:
    print(error)
with open("/proc/self/status", encoding="ascii") as file:
    print(next(line for line in file if line.startswith("VmHWM:")).split()[1])
"""


def _with(rows: bytes) -> bytes:
    xml = b"<sheetData>" + rows
    return repacked(lambda name, part: part.replace(b"<sheetData>", xml) if name == SHEET else part)


def _cells(rows: int, columns: int, inside: Callable[[int, int], bytes], kind: bytes = b"") -> bytes:
    return b"".join(
        b'<row r="%d">' % r
        + b"".join(b'<c r="%s%d"%s>%s</c>' % (COLUMNS[c], r, kind, inside(r, c)) for c in range(columns))
        + b"</row>"
        for r in range(300, 300 + rows)
    )


def _number(row: int, column: int) -> bytes:
    return b"<v>%d.5</v>" % (row * 31 + column)


def _text(row: int, column: int) -> bytes:
    return b"<is><t>word %d %d</t></is>" % (row, column)


FILES: Mapping[str, Callable[[], bytes]] = {
    "a legal sheet of a million rows.xlsx": lambda: _with(_cells(1_000_000, 1, lambda row, column: b"<v>1</v>")),
    "as many figures as are read, in few rows.xlsx": lambda: _with(_cells(4_700, 100, _number)),
    "as many figures as are read, in many rows.xlsx": lambda: _with(_cells(470_000, 1, _number)),
    "many texts.xlsx": lambda: _with(_cells(2_000, 100, _text, b' t="inlineStr"')),
    "half a gigabyte of blanks.xlsx": lambda: _with(b" " * 500_000_000),
    "objects in objects.json": lambda: b"[" + b"{}," * 5_000_000 + b"{}]",
}
# A second or less each; the others take up to ten.
QUICK = ("as many figures as are read, in few rows.xlsx", "objects in objects.json")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in FILES]
)
def test_no_file_takes_more_than_a_look_may(tmp_path: Path, name: str) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux says what a process held at most")
    file = tmp_path / name
    file.write_bytes(FILES[name]())
    assert file.stat().st_size < 16 * 1024 * 1024
    source = "trac_facilities" if name.endswith(".json") else "ice"
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM, source, str(file)], check=True, capture_output=True, text=True
    )
    assert int(run.stdout.split()[-1]) / 1024 < MOST, run.stdout


def test_a_page_of_too_many_tags_is_drift_before_it_is_laid_out() -> None:
    with pytest.raises(DriftError, match="at most 50,000 tags"):
        discover(b"<b>" * 500_000, "https://www.ice.gov/detain/detention-management")


def test_json_of_a_publishers_size_fits() -> None:
    rows = [
        {"name": f"FACILITY {n}", "count": f"{n:,}".rjust(20), "download_date": "07/11/2026"} for n in range(60_000)
    ]
    require_room(json.dumps(rows).encode(), "facilities.json")
