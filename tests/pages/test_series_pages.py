"""A metric's page, and the files beside each of its series."""

import csv
import io
import json
import re
from dataclasses import replace

from pages.building import build
from pages.facts.site_facts import Facts
from pages.series_tables import Moves, moves
from tests.pages.facts_at_hand import FACTS, HOSTILE, SITE, hostile
from tests.pages.more_facts import FIRST, METRIC, SERIES, figure

BEGIN = "series/ice.detained/agency-all_criminality-all"


QUIET = replace(FACTS, claims=())


def _site(facts: Facts = QUIET) -> dict[str, str]:
    return {p.address: p.body.decode() for p in build(facts, SITE) if "gzip" not in p.media and "png" not in p.media}


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_says_what_is_counted_how_often_and_when_next() -> None:
    page = _words(_site()["series/ice.detained/"])
    for said in (
        "People held",
        "people in ICE detention on one day",
        "A new file usually comes after 30 days.",
        "Last update 20 June 2025",
        "Next release due 4 July 2025",
        "56,397 15 Jun 2025 20 Jun 2025",
        "1 of 2 at most 3.0%",
        "4 more series are split by place.",
        "20 June 2025, FY25_detentionStats2.xlsx : 1 series",
    ):
        assert said in page, said
    spanish = _words(_site()["es/series/ice.detained/"])
    assert "Por lo general llega un archivo nuevo después de 30 días." in spanish
    assert "Hay 4 series más, desglosadas por lugar." in spanish


def test_the_figures_of_a_series_are_the_newest_clean_ones_each_with_its_cell() -> None:
    rows = _rows(_site()[f"{BEGIN}.csv"])
    assert [(r["period_end"], r["value"], r["known_on"]) for r in rows] == [
        ("2025-06-01", "51302", "2025-06-20"),
        ("2025-06-02", "721.5", "2025-06-20"),
        ("2025-06-15", "56397", "2025-06-20"),
    ]
    assert rows[2]["locator"] == "xlsx:Detention FY25!F15"
    assert "attribution" not in rows[0]


def test_vintages_tell_what_is_new_changed_dropped_or_held_and_no_repetition() -> None:
    rows = _rows(_site()[f"{BEGIN}.vintages.csv"])
    assert [(r["period_end"], r["value"], r["status"], r["held"]) for r in rows] == [
        ("2025-06-01", "51302", "reported", ""),
        ("2025-06-02", "700.5", "reported", ""),
        ("2025-06-02", "721.5", "reported", ""),
        ("2025-06-15", "56397", "reported", ""),
        ("2025-06-16", "99999", "reported", "yes"),
        ("2025-06-03", "", "removed", ""),
    ]
    assert rows[0]["release"] == FIRST[:12]


def test_the_description_names_source_columns_and_newest_figure() -> None:
    told = json.loads(_site()[f"{BEGIN}.metadata.json"])
    assert told["newest"]["value"] == 56397
    assert told["source"]["next_release_due"] == "2025-07-04"
    header = _site()[f"{BEGIN}.vintages.csv"].splitlines()[0].split(",")
    assert [name for name in told["columns"] if name not in ("url", "attribution")] == header


def test_restated_counts_clean_numbers_of_the_same_days_alone() -> None:
    assert moves(SERIES) == Moves(2, 1, 721.5 / 700.5 - 1)
    held = replace(SERIES, vintages=(figure(1, 10.0), figure(1, 20.0, 2, held=True)))
    assert moves(held) == Moves(0, 0, None)


def test_figures_of_a_publisher_who_asks_for_it_carry_whom_to_cite_and_their_day() -> None:
    cited = replace(METRIC, credit="TRAC", attribution="TRAC, tracreports.org; cite with link and as-of date")
    rows = _rows(_site(replace(QUIET, metrics=(cited,)))[f"{BEGIN}.csv"])
    assert {r["attribution"] for r in rows} == {"TRAC, tracreports.org; cite with link and as-of date"}
    assert all(r["url"].startswith("https://") and r["period_end"] for r in rows)


def test_no_text_in_a_table_is_a_formula() -> None:
    formula = "=HYPERLINK(1)"
    told = figure(1, 1.0, release_name=formula, locator=formula)
    series = replace(SERIES, newest=(told,), vintages=(told,))
    page = _site(replace(QUIET, metrics=(replace(METRIC, series=(series,)),)))[f"{BEGIN}.csv"]
    assert _rows(page)[0]["locator"] == f"'{formula}"


def test_a_dataset_is_described_for_search_engines() -> None:
    def described(facts: Facts, address: str) -> dict[str, object]:
        (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', _site(facts)[address], re.DOTALL)
        found: dict[str, object] = json.loads(text)
        return found

    told = described(QUIET, "series/ice.detained/")
    assert (told["@type"], told["temporalCoverage"], told["dateModified"]) == (
        "Dataset",
        "2025-06-01/2025-06-15",
        "2025-06-20",
    )
    assert told["license"] == "https://creativecommons.org/publicdomain/mark/1.0/"
    distribution = told["distribution"]
    assert isinstance(distribution, list)
    assert distribution[0]["contentUrl"] == f"{SITE.url}{BEGIN}.csv"
    data = described(QUIET, "data/")
    assert data["@type"] == "Dataset"
    assert described(hostile(), "series/ice.detained/")["creditText"] == HOSTILE
