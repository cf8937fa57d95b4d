"""OHSS's workbook with random faults: nothing crashes, and a figure that is another or gone is never without a word."""

import datetime
import io
import random
from collections.abc import Mapping

import openpyxl
import pytest
from openpyxl.workbook import Workbook as Book

from checks.boundary import COULD_NOT_RUN
from checks.document.document_suite import document
from figures.periods import Period
from figures.records import Parsed
from replica.ohss import FIRST, workbook
from scrapers.errors import DriftError, NotReadableError
from scrapers.ohss.monthly_sheets import SHEETS
from scrapers.ohss.monthly_tables import parse

Key = tuple[str, Period]

NAME = "2024_0930_ohss_immigration-enforcement-and-legal-processes-tables-july-2024.xlsx"
# What a cell may hold that a number, a heading or a month should stand in. Other whole tens are for sums and revisions.
HOSTILE: tuple[object, ...] = (
    None, "", -10, 0.5, 1e300, "X", "NA", "x", "n/a", "1,230", "\u0661\u0662\u0660", True, "=1+1", "#REF!", " Total",
    "Total", "Fiscal Year", "Month", "2024 YTD", "2031", "January", "Sept", "a" * 5000,
    "current as of February 31, 2024", datetime.datetime(2024, 1, 1, tzinfo=None), datetime.time(1, 2),
)  # fmt: skip


@pytest.fixture(scope="module")
def sound() -> bytes:
    return workbook(FIRST)


def _numbers(parsed: Parsed) -> dict[Key, float | None]:
    return {(o.series, o.period): o.value for o in parsed.observations}


def _spoil(book: Book, dice: random.Random) -> None:
    titles = {kept.title for kept in SHEETS}
    kept = [s for s in book.worksheets if str(s["A2"].value).partition(":")[0] in titles]
    sheet = dice.choice(kept)
    kind, at = dice.randrange(8), dice.randint(1, 12)
    if kind == 0:
        sheet.delete_rows(at, dice.randint(1, 3))
    elif kind == 1:
        sheet.insert_rows(at, dice.randint(1, 3))
    elif kind == 2:
        dice.choice((sheet.delete_cols, sheet.insert_cols))(dice.randint(1, 6))
    else:
        cell = sheet.cell(dice.randint(1, sheet.max_row), dice.randint(1, sheet.max_column))
        if not isinstance(cell, openpyxl.cell.cell.MergedCell):
            cell.value = dice.choice(HOSTILE)  # type: ignore[assignment]


@pytest.mark.parametrize("depth", [12, pytest.param(300, marks=pytest.mark.slow)])
def test_a_workbook_with_faults_says_so_or_says_the_same(sound: bytes, depth: int) -> None:
    dice, was = random.Random(16), _numbers(parse(sound, NAME))
    for _ in range(depth):
        book = openpyxl.load_workbook(io.BytesIO(sound))
        for _ in range(dice.choice((1, 1, 2, 4))):
            _spoil(book, dice)
        out = io.BytesIO()
        book.save(out)
        try:
            parsed = parse(out.getvalue(), NAME)
        except (DriftError, NotReadableError):
            continue
        said = [*parsed.findings, *document(parsed)]
        assert COULD_NOT_RUN not in {f.check for f in said}
        assert said or _all_but_edges(_numbers(parsed), was)


def _all_but_edges(now: Mapping[Key, float | None], was: Mapping[Key, float | None]) -> bool:
    """The same numbers, but for the first or the last month of a column that lost its number: `X` and `NA` begin and
    end columns within a year, too.
    """
    for key in (key for key in was if now.get(key) != was[key]):
        series, period = key
        counted = [p for (s, p), value in was.items() if s == series and p.kind == period.kind and value is not None]
        months = sorted(p.start for p in counted if p.start)
        if now.keys() != was.keys() or now[key] is not None or period.start not in (months[0], months[-1]):
            return False
    return True


def test_a_workbook_whose_bytes_are_broken_is_refused_or_the_same(sound: bytes) -> None:
    dice, was = random.Random(16), _numbers(parse(sound, NAME))
    for _ in range(60):
        content = bytearray(sound)
        for _ in range(dice.choice((1, 3, 30))):
            content[dice.randrange(len(content))] = dice.randrange(256)
        cut = content[: dice.randrange(len(content))] if dice.random() < 0.3 else content
        try:
            parsed = parse(bytes(cut), NAME)
        except (DriftError, NotReadableError):
            continue
        assert _numbers(parsed) == was
