"""With a site, a message about a claim leads to the page of the claim; without one it says what to type."""

import json
from dataclasses import replace
from pathlib import Path

from alerts.channels.pictures import SitePictures
from alerts.messages.charts import png
from alerts.messages.message import Chart, Item, Message, message_from_json
from alerts.messages.page_links import page_address, with_pages
from alerts.messages.rendering import as_html, as_text
from alerts.messages.slack_blocks import as_slack

SITE = "https://news.example/record/"
PAGE = f"{SITE}claims/seed-4-almost-49000-in-custody/"
CHART = Chart(
    unit="people held",
    points=(("2025-05-18", 48870.0), ("2025-06-15", 56397.0)),
    earlier=(),
    held=(),
    stated=49000.0,
    low=48500.0,
    high=49245.0,
    said_on="2025-05-28",
    as_of="2025-06-20",
)
ITEM = Item(
    "Has moved far",
    "almost 49,000",
    "Axios, 28 May 2025",
    "https://www.axios.com/x",
    (("New", "a file"), ("Check", "onrecord trace"), ("Mute", "onrecord silence")),
    (),
    "",
    chart=CHART,
    lead="56,397 people were held.",
    made="When made it was right: 48,870.",
    brief="49,000 (Axios): 15 % above.",
    also="49,000 (Axios): 15 % above",
    claim_id="seed-4-almost-49000-in-custody",
)
OTHER = replace(ITEM, claim_id="seed-5-above-appropriated")
MESSAGE = Message("key", "desk", "ICE now holds 56,397", (ITEM, OTHER), "As known on 20 June 2025.", "alert")


def test_a_message_leads_to_the_page_of_each_of_its_claims() -> None:
    linked = with_pages(MESSAGE, SITE)
    text, page, slack = as_text(linked), as_html(linked), json.dumps(as_slack(linked))
    assert f"History and evidence: {PAGE}" in text
    assert f'<a href="{PAGE}"' in page
    assert f"<{PAGE}|history and evidence at news.example>" in slack
    assert f"{SITE}claims/seed-5-above-appropriated/" in text
    assert f"{SITE}claims/seed-5-above-appropriated/" in page


def test_without_a_site_nothing_leads_anywhere() -> None:
    for said in (as_text(MESSAGE), as_html(MESSAGE), json.dumps(as_slack(MESSAGE))):
        assert "istory and evidence" not in said
        assert "onrecord silence" in said


def test_what_is_no_news_of_a_claim_has_no_page() -> None:
    assert page_address(SITE, "") == ""
    told = with_pages(replace(MESSAGE, items=(replace(ITEM, claim_id=""),)), SITE)
    assert told.items[0].page == ""


def test_a_stored_message_keeps_its_claim_and_no_address() -> None:
    stored = message_from_json(json.loads(json.dumps(with_pages(MESSAGE, SITE).to_json())))
    assert [item.claim_id for item in stored.items] == [ITEM.claim_id, OTHER.claim_id]
    assert {item.page for item in stored.items} == {""}
    old = {name: value for name, value in MESSAGE.to_json().items() if name != "items"}
    before = [{k: v for k, v in item.items() if k not in ("claim_id", "page")} for item in MESSAGE.to_json()["items"]]
    assert message_from_json({**old, "items": before}).items[0].claim_id == ""


def test_a_picture_is_taken_from_the_page_only_while_the_page_shows_the_same_chart(tmp_path: Path) -> None:
    published = SitePictures(tmp_path, SITE)
    assert published.publish(MESSAGE) == ({}, "without its charts: the site shows others now")
    file = tmp_path / "claims" / ITEM.claim_id / "chart.png"
    file.parent.mkdir(parents=True)
    file.write_bytes(png(CHART))
    pictures, note = published.publish(MESSAGE)
    assert (list(pictures), note) == ([0], "")
    assert pictures[0].startswith(f"{PAGE}chart.png?")
    file.write_bytes(png(replace(CHART, points=(*CHART.points, ("2025-06-29", 58000.0)))))
    assert published.publish(MESSAGE)[0] == {}
