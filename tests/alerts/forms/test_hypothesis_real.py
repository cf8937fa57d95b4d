"""What the hypothesis about DHS's totals of arrests comes to on ICE's and CBP's own files: which totals are confirmed
within 5 %, and which are not. The sums are added up a second time here, by other means.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from alerts.claims.model import load_claims
from alerts.claims.shipped import shipped_claims
from alerts.forms.evaluate import evaluate
from figures.periods import fiscal_year_end
from figures.records import Figure
from tests.alerts.conftest import at, knowledge
from tests.alerts.forms.test_worked_examples import Edition, _stored
from tests.border import STATE_2025, published, read_published
from tests.conftest import Parse

BY_ICE, ALL = "ice.book_ins{agency=ICE}", "cbp.encounters{component=all, region=all}"
WITHIN = 0.05
NEWEST_MONTH = date(2025, 9, 30)  # of the files at hand
POSTED, LATER = date(2025, 10, 15), date(2026, 1, 5)
SUPPOSED = [claim for claim in load_claims([shipped_claims()])[0] if getattr(claim.words.test, "hypothesis", None)]
TOTALS = {claim.words.test.value: claim for claim in SUPPOSED}
# What the sum is, by the files: +4.3, +0.6 and +1.3 % against what was said.
CONFIRMED = {151_000.0: 157_444, 158_000.0: 159_019, 300_000.0: 303_797}
MONTHS = ("OCT", "NOV", "DEC", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP")


@pytest.fixture(scope="module")
def figures(shared_data: Path, parse_once: Parse) -> list[Figure]:
    """ICE's book-ins since October 2024 by each workbook of 2025 that is at hand, and CBP's months."""
    found: list[Figure] = []
    with (shared_data / "ice" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if date(2025, 1, 1) <= date.fromisoformat(r["edition_date"]) < POSTED]
    for number, row in enumerate(rows):
        edition = Edition(number, row["file"], row["sha256"], date.fromisoformat(row["edition_date"]))
        parsed = parse_once((shared_data / "ice" / "workbooks" / edition.name).read_bytes(), edition.name)
        found += [_stored(edition, o, ()) for o in parsed.observations if o.series == BY_ICE]
    border = Edition(len(rows), STATE_2025, "0" * 64, POSTED)
    found += [_stored(border, o, ()) for o in read_published(shared_data, STATE_2025).observations if o.series == ALL]
    return found


def _booked_in(figures: list[Figure], day: date) -> float:
    """People whom ICE booked in since October 2024 up to a day, on a straight line between two workbooks."""
    known = {f.period.end: f.value for f in figures if f.series == BY_ICE and f.period.kind == "fiscal_year_to_date"}
    counts = {end: value for end, value in known.items() if end and value is not None}
    before = max(end for end in counts if end <= day)
    if before == day:
        return counts[day]
    after = min(end for end in counts if end > day)
    return counts[before] + (day - before) / (after - before) * (counts[after] - counts[before])


def _encountered(months: Mapping[date, int], last: date) -> float:
    """CBP's encounters from 20 January 2025 up to a day: the end of January at February's pace."""
    total = months[date(2025, 2, 1)] * 12 / 28
    day = date(2025, 2, 1)
    while day <= last:
        after = (day + timedelta(days=32)).replace(day=1)
        total += months[day] * min(1.0, ((last - day).days + 1) / (after - day).days)
        day = after
    return total


def _months(content: bytes) -> dict[date, int]:
    """CBP's encounters of each month, added up row by row."""
    months: dict[date, int] = {}
    for row in csv.DictReader(io.StringIO(content.decode(), newline="")):
        year, at_place = int(row["Fiscal Year"][:4]), MONTHS.index(row["Month (abbv)"])
        month = date(year - (at_place < 3), (at_place + 9) % 12 + 1, 1)
        months[month] = months.get(month, 0) + int(row["Encounter Count"])
    return months


@pytest.mark.parametrize("total", CONFIRMED)
def test_the_totals_of_april_to_july_are_reproduced_within_5_percent(
    total: float, figures: list[Figure], shared_data: Path
) -> None:
    claim = TOTALS[total]
    verdict = evaluate(claim, "revised", knowledge(*figures), at(LATER))
    (supposed,) = [each for each in verdict.readings if each.name.startswith("hypothesis")]
    last = claim.words.said_on
    booked = _booked_in(figures, last) - _booked_in(figures, date(2025, 1, 19))
    again = booked + _encountered(_months(published(shared_data, STATE_2025)), last)
    assert supposed.measured == pytest.approx(again)
    assert round(supposed.measured) == CONFIRMED[total]
    assert supposed.state == "consistent"
    assert abs(supposed.measured / total - 1) < WITHIN


def test_the_other_totals_are_not_confirmed_by_these_files(figures: list[Figure]) -> None:
    """They were said after the last month that is at hand. Nothing is estimated in its place."""
    others = [claim for total, claim in TOTALS.items() if total not in CONFIRMED]
    assert others
    assert fiscal_year_end(2025) == NEWEST_MONTH
    for claim in others:
        assert claim.words.said_on > NEWEST_MONTH
        verdict = evaluate(claim, "revised", knowledge(*figures), at(LATER))
        assert not [each for each in verdict.readings if each.name.startswith("hypothesis")], claim.id


def test_each_claim_says_how_many_totals_are_confirmed() -> None:
    for claim in SUPPOSED:
        because = claim.words.test.hypothesis.because  # type: ignore[union-attr]
        assert "within 5 % of the three totals of April to July 2025" in because, claim.id
        assert "no proof" in because, claim.id
