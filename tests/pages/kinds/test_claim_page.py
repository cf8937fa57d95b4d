"""A claim's page and the files beside it hold what they promise."""

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from pages.building import build
from pages.facts.site_facts import Facts
from pages.page import Page, Site
from tests.pages.facts_at_hand import FACTS, LEVEL, NOW, SITE, piece, stance

HERE = "claims/seed-4-almost-49000-in-custody/"
ATOM = "{http://www.w3.org/2005/Atom}"


def _made(site: Site = SITE, facts: Facts = FACTS) -> dict[str, Page]:
    return {page.address: page for page in build(facts, site)}


@pytest.fixture(scope="module")
def made() -> dict[str, Page]:
    return _made()


def _structured(page: Page) -> list[Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.body.decode(), re.DOTALL)
    return [json.loads(each) for each in found]


def test_all_that_the_plan_of_a_page_names_is_there(made: dict[str, Page]) -> None:
    files = {address.removeprefix(HERE) for address in made if address.startswith(HERE)}
    assert files == {"", "chart.svg", "chart.png", "data.csv", "claim.json", "feed.xml"}
    text = made[HERE].body.decode()
    for part in (
        "“almost 49,000 people in ICE custody",
        "Axios</span>, 28 May 2025",
        'href="https://www.axios.com/2025/05/28/immigration-ice-deportations-stephen-miller" rel="nofollow noopener"',
        "Was it right when it was made?",
        "Was it right with what is known today?",
        "How do things stand now?",
        "The newest figure has moved far away from the claim.",
        'class="chart wide"',
        'class="chart narrow"',
        "The chart as a table",
        "sheet Detention FY25, cell F20",
        "sha256 abababababab",
        "What would change it",
        "What we sent on 13 June 2025 (has moved far) was taken back on 14 June 2025. Do not use it.",
        "How to cite",
    ):
        assert part in text, part


def test_the_spanish_page_leaves_no_english_but_the_words_of_the_claim_and_of_files(made: dict[str, Page]) -> None:
    tree = etree.HTML(made[f"es/{HERE}"].body)
    for foreign in tree.xpath("//*[@lang='en' and not(self::html)]"):
        foreign.getparent().remove(foreign)
    said = " ".join(" ".join(tree.xpath("//body//text()")).split())
    english = r"\b(the|was|were|is|are|with|what|when|people|held|figure|claim|chart|since|moved|judged|source|and)\b"
    left = re.sub(r"onrecord|FY25_detentionStats\d+\.xlsx|On the record|Detention FY25", "", said)
    assert re.findall(english, left, re.IGNORECASE) == []


def test_no_answer_is_a_colour(made: dict[str, Page]) -> None:
    answers = re.search(r'<section class="answers".*?</section>', made[HERE].body.decode(), re.DOTALL)
    assert answers
    assert set(re.findall(r'class="([^"]*)"', answers[0])) == {"answers"}


def test_the_table_for_programs_has_every_point_and_says_what_each_is(made: dict[str, Page]) -> None:
    rows = list(csv.DictReader(io.StringIO(made[f"{HERE}data.csv"].body.decode())))
    chart = LEVEL.chart
    assert chart
    assert [(row["day"], float(row["value"])) for row in rows if row["what"] == "as_known"] == list(chart.points)
    assert [row["what"] for row in rows if row["what"] != "as_known"] == ["published_before", "held_back"]
    record = json.loads(made[f"{HERE}claim.json"].body)
    assert record["id"] == LEVEL.claim.id
    assert record["history"][-1]["evidence"][0]["sha256"] == "ab" * 32


def test_the_feed_has_an_entry_for_each_move_and_each_thing_taken_back(made: dict[str, Page]) -> None:
    for prefix in ("", "es/"):
        feed = etree.fromstring(made[f"{prefix}{HERE}feed.xml"].body)
        entries = feed.findall(f"{ATOM}entry")
        assert len(entries) == 3
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        assert len(set(ids)) == 3
        assert all(id_ and id_.startswith("urn:uuid:") for id_ in ids)
        stamps = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
        assert stamps == sorted(stamps, reverse=True)
        assert feed.findtext(f"{ATOM}updated") == stamps[0]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", stamp) for stamp in stamps)


def test_an_entry_keeps_its_id_when_more_comes_in() -> None:
    more = replace(LEVEL, stances=(*LEVEL.stances, stance("standing", "drifting", as_of=NOW.replace(day=27))))
    before, after = (
        {e.findtext(f"{ATOM}id") for e in etree.fromstring(page.body).findall(f"{ATOM}entry")}
        for page in (_made()[f"{HERE}feed.xml"], _made(facts=replace(FACTS, claims=(more,)))[f"{HERE}feed.xml"])
    )
    assert before < after


def test_the_claim_is_told_to_programs_and_no_rating_unless_somebody_signs_it(made: dict[str, Page]) -> None:
    assert [each["@type"] for each in _structured(made[HERE])] == ["Claim"]
    claim, review = _structured(_made(replace(SITE, review_author="The Example Times"))[HERE])
    assert claim["datePublished"] == "2025-05-28"
    assert claim["url"] == f"{SITE.url}{HERE}"
    assert (review["@type"], review["author"]["name"]) == ("ClaimReview", "The Example Times")
    assert review["reviewRating"] == {"@type": "Rating", "alternateName": "right"}  # as it was when made


def test_a_preview_has_the_picture_of_the_chart(made: dict[str, Page]) -> None:
    text = made[HERE].body.decode()
    assert f'<meta property="og:image" content="{SITE.url}{HERE}chart.png">' in text
    assert made[f"{HERE}chart.png"].body.startswith(b"\x89PNG")
    assert "og:image" not in _made(replace(SITE, url=""))[HERE].body.decode()


def test_a_claim_that_was_not_judged_says_so(made: dict[str, Page]) -> None:
    assert "This claim has not been judged yet." in made["claims/seed-8-polls-slipping/"].body.decode()
    assert "claims/seed-8-polls-slipping/chart.png" not in made


def test_a_denial_and_what_it_denies_lead_to_each_other(made: dict[str, Page]) -> None:
    assert 'href="../doj-no-quota/index.html"' in made["claims/seed-1-target-3000-arrests/"].body.decode()


def test_many_cells_are_counted_and_stand_in_the_record() -> None:
    cells = tuple(piece(float(n), locator=f"xlsx:Sheet!A{n}") for n in range(30))
    each = replace(LEVEL, stances=(stance("standing", "far", evidence=cells),))
    page = _made(facts=replace(FACTS, claims=(each,)))
    assert "And 10 more cells, which the JSON has." in page[HERE].body.decode()
    assert len(json.loads(page[f"{HERE}claim.json"].body)["history"][0]["evidence"]) == 30
