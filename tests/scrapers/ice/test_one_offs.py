from collections.abc import Callable
from datetime import date

import pytest

from scrapers.ice.one_offs import read_famu_released, read_fear_summary, read_header, read_pending_iclos
from scrapers.xlsx.blocks import Block, Context
from scrapers.xlsx.reader import Sheet

Grid = Callable[..., Sheet]
CONTEXT = Context(2023, True)


def test_the_header_is_watched_as_text(grid: Grid) -> None:
    sheet = grid("Header", {1: ["ICE Detention Statistics"], 2: ["Pursuant to the Appropriations Bill."], 3: [" "]})
    block = read_header(sheet, CONTEXT)
    assert block.used == set(sheet.cells)
    assert [(o.series, o.raw, o.status, o.value) for o in block.observations] == [
        ("ice.header{place=001}", "ICE Detention Statistics", "text", None),
        ("ice.header{place=002}", "Pursuant to the Appropriations Bill.", "text", None),
    ]


def test_iclos_to_come(grid: Grid) -> None:
    sheet = grid("Pending ICLOS Data", {1: ["This data is pending changes. "], 2: ["And more."]})
    block = read_pending_iclos(sheet, CONTEXT)
    assert (block.observations, block.used) == ((), frozenset({(1, 1)}))
    assert [(f.check, f.severity, f.words) for f in block.findings] == [
        ("figures_pending", "note", "sheet 'Pending ICLOS Data': ICE publishes no ICLOS figures in this edition.")
    ]


@pytest.mark.parametrize("join", ["to", "and"])
def test_family_releases_inside_a_sentence(grid: Grid, join: str) -> None:
    text = f"From '10/23/2022' {join} '11/05/2022', 1,210 FAMU individuals were released from ICE custody."
    sheet = grid("FAMU Individuals Released ICE", {1: ["U.S. Immigration and Customs Enforcement"], 3: [text]})
    block = read_famu_released(sheet, CONTEXT)
    assert (block.findings, block.used) == ((), frozenset(sheet.cells))
    (released,) = block.observations
    assert (released.series, released.value) == ("ice.famu_released{group=family_unit}", 1210.0)
    assert (released.period.kind, released.period.start, released.period.end) == (
        "span",
        date(2022, 10, 23),
        date(2022, 11, 5),
    )
    assert released.locator == "xlsx:FAMU Individuals Released ICE!A3"


@pytest.mark.parametrize(
    ("read", "text", "table", "expected"),
    [
        (read_famu_released, "From '10/23/2022' to '11/05/2022', many FAMU individuals were released", "famu_released",
         "`From <day> to <day>, <number> FAMU individuals were released`"),
        (read_famu_released, "From '13/23/2022' to '11/05/2022', 10 FAMU individuals were released", "famu_released",
         "`From <day> to <day>, <number> FAMU individuals were released`"),
        (read_fear_summary, "Individuals with a positive decision", "fear_summary", "a declared layout"),
    ],
)  # fmt: skip
def test_what_is_not_declared_is_not_read(
    grid: Grid, read: Callable[[Sheet, Context], Block], text: str, table: str, expected: str
) -> None:
    block = read(grid("Summary", {1: [text, 12.0]}), CONTEXT)
    assert (block.observations, block.used) == ((), frozenset())
    (finding,) = block.findings
    assert (finding.check, finding.severity, finding.scope) == ("layout_drift", "hold", (table,))
    assert finding.words == (
        f"sheet 'Summary': expected {expected}, found xlsx:Summary!A1 {text!r}. Nothing of {table} was read."
    )
