"""What is built reads like what ICE published: through the parser, cell by cell."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from figures.records import Observation, Parsed
from replica import atd
from replica.editions import Edition, edition, editions
from replica.workbooks import build
from scrapers.ice_workbook import parse
from tests.conftest import Parse
from tests.looped import for_each

every_edition = for_each("one", editions, lambda one: one.key)
MAY = edition("05232025")
Key = tuple[str, str]
Published = Callable[[Edition], Path]


def _observed(parsed: Parsed, one: Edition) -> dict[Key, Observation]:
    sheets = tuple(f"xlsx:{title}!" for title in (one.sheet_title, atd.title(one)))
    return {(o.series, o.locator): o for o in parsed.observations if o.locator.startswith(sheets)}


@every_edition
def test_every_cell_is_read_and_dated(one: Edition) -> None:
    parsed = parse(build(one), one.file_name)
    assert parsed.leftovers == ()
    assert {"layout_drift", "undated_block", "new_row_label", "not_a_number"} & {
        f.check for f in parsed.findings
    } == set()
    assert not parsed.held
    tables = {o.table for o in _observed(parsed, one).values()}
    assert {"book_outs_by_reason", "alos_adult", "stateless", "atd_areas", "court_final"} <= tables


@every_edition
def test_it_reads_like_the_published_workbook(one: Edition, published: Published, parse_once: Parse) -> None:
    built = _observed(parse(build(one), one.file_name), one)
    real = _observed(parse_once(published(one).read_bytes(), one.file_name), one)
    assert len(built) > 1500
    assert built.keys() == real.keys()
    for key, mine in built.items():
        theirs = real[key]
        assert (mine.value is None) == (theirs.value is None), key
        assert math.isclose(mine.value or 0, theirs.value or 0, rel_tol=1e-15), key
        # The text of a number has one digit less than ICE's where that has seventeen.
        assert mine._replace(value=theirs.value, raw=theirs.raw) == theirs, key


def test_a_changed_figure_is_read_as_changed() -> None:
    place = ("atd_areas", "Atlanta / SmartLINK", "Count")
    parsed = parse(build(replace(MAY, figures={**MAY.figures, place: 7})), MAY.file_name)
    (found,) = (o for o in parsed.observations if o.locator == "xlsx:ATD FY25 YTD!B34")
    assert found.series == "ice.atd_by_area{area=Atlanta, technology=smartlink}"
    assert found.value == 7


def test_the_releases_inside_a_sentence_are_read() -> None:
    parsed = parse(build(replace(MAY, figures={**MAY.figures, atd.RELEASED: 41})), MAY.file_name)
    (found,) = (o for o in parsed.observations if o.metric == "ice.famu_released")
    assert (found.value, found.locator) == (41, "xlsx:ATD FY25 YTD!A28")
    assert found.raw.startswith("From 05/06/2025 to 05/18/2025, 41 FAMU individuals")


def test_without_a_count_no_release_is_told() -> None:
    parsed = parse(build(replace(MAY, figures={**MAY.figures, atd.RELEASED: None})), MAY.file_name)
    assert not [o for o in parsed.observations if o.metric == "ice.famu_released"]
    assert parsed.leftovers == ()
    assert not parsed.held
