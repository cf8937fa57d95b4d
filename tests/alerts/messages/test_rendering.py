import json
import re
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.messages.charts import described
from alerts.messages.invisible_characters import harmless
from alerts.messages.message import Audience, Chart, Item, Message, Proof
from alerts.messages.rendering import as_bare_text, as_html, as_text, host, link, place
from alerts.messages.slack_blocks import as_slack, slack_thread

SHA = "92d63367" + "ab" * 28
PROOF = Proof(
    figure="48,870 people held on 18 May 2025",
    file="FY25_detentionStats05232025.xlsx",
    cell="xlsx:Detention FY25!F20",
    sha256=SHA,
    url="https://www.ice.gov/doclib/detention/FY25_detentionStats05232025.xlsx",
    public_since="known since 23 May 2025 (date stated by the importer)",
    value="48,870 people held",
    period="on 18 May 2025",
    series="ice.detained{agency=all}",
)
CHART = Chart(
    unit="people held",
    points=(("2025-05-04", 49005.0), ("2025-05-18", 48870.0)),
    earlier=(("2025-05-04", 49010.0),),
    held=(),
    stated=50000.0,
    low=49500.0,
    high=50500.0,
    said_on="2025-05-21",
    as_of="2025-05-23",
)
ITEM = Item(
    heading="Moved far from the claim",
    claim="We hold 50,000 people.",
    said="Axios, 28 May 2025",
    claim_url="https://www.axios.com/2025/05/28/ice?a=1&b=2",
    facts=(("Now", "48,870 people held."), ("Gap", "1,130 people held below what the wording accepts.")),
    proofs=(PROOF,),
    caveat="Held is not arrested.",
)
MESSAGE = Message("claim:0123abcd", "desk", "Moved far: people held", (ITEM,), "As known on 23 May 2025.")
CHARTED = replace(MESSAGE, items=(replace(ITEM, chart=CHART),))
HOSTILE = (
    "<!channel> <http://evil.example|ice.gov> *b* _i_ ~s~ `c` & <script>alert(1)</script>"
    "<img src=x onerror=alert(1)> \"'> {{ 7*7 }} [bold]x[/bold] :joy: \x1b[31m\x9b2J\r\nBcc: x@evil.example"
    "\u202egnp\u2066\u2069\u200e\u200f\u200b\u2060\ufeff\u00ad\u3164\x00\ud800 end"
)
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
MARKUP = re.compile(r"<https?://[^<>|\s\"`]+\|(source|file) at [A-Za-z0-9.:-]+>")


def filled(words: str, items: int = 1, proofs: int = 1, audience: Audience = "desk") -> Message:
    """A message with the same words in every field."""
    proof = Proof(*(words,) * 10)
    chart = replace(CHART, unit=words)
    item = Item(words, words, words, words, ((words, words),) * 2, (proof,) * proofs, words, chart)
    return Message(words, audience, words, (item,) * items, words)


def texts(payload: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for block in payload["blocks"]:
        if block["type"] in ("image", "rich_text"):
            continue
        found += block["elements"] if block["type"] == "context" else [block["text"]]
    return found


def rich(payload: dict[str, Any]) -> str:
    """The words of rich text, which Slack shows as they are."""
    found = [block for block in payload["blocks"] if block["type"] == "rich_text"]
    return "".join(each["text"] for block in found for part in block["elements"] for each in part["elements"])


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def assert_slack_takes(payload: dict[str, Any]) -> None:
    """The published limits, and no markup but our own links."""
    limits = {"header": 150, "section": 3000, "context": 3000}
    assert 1 <= len(payload["blocks"]) <= 50
    for block in payload["blocks"]:
        if block["type"] == "image":
            assert 1 <= units(block["alt_text"]) <= 2_000
            assert_escaped(block["alt_text"])
            assert len(block["image_url"]) <= 3_000
            assert re.fullmatch(r"https?://[^<>|\s\"`]+", block["image_url"])
            continue
        if block["type"] == "rich_text":
            (section,) = block["elements"]
            (element,) = section["elements"]
            assert (section["type"], element["type"]) == ("rich_text_section", "text")
            assert 1 <= units(element["text"]) <= 3_000
            assert_nothing_unseen(element["text"])
            continue
        inner = block["elements"] if block["type"] == "context" else [block["text"]]
        assert 1 <= len(inner) <= 10
        assert all(1 <= units(text["text"]) <= limits[block["type"]] for text in inner)
    for text in texts(payload):
        if text["type"] == "mrkdwn":
            assert MARKUP.fullmatch(text["text"])
            assert text["verbatim"] is True
        else:
            assert text["type"] == "plain_text"
            assert text["emoji"] is False
            assert_escaped(text["text"])
    assert_escaped(payload["text"])
    assert units(payload["text"]) <= 4_000
    assert sum(units(text["text"]) for text in texts(payload)) <= 11_000
    assert payload["mrkdwn"] is False
    json.dumps(payload).encode("ascii")


def assert_escaped(text: str) -> None:
    assert not re.search(r"[<>]", text)
    assert not ENTITY.search(text)


def assert_nothing_unseen(text: str) -> None:
    bad = [
        c for c in text if c != "\n" and (unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") or c == "\u3164")
    ]
    assert bad == []


def test_text_reads_in_the_order_promised() -> None:
    assert as_text(MESSAGE) == (
        "Moved far: people held\n"
        "\n"
        "Moved far from the claim\n"
        "“We hold 50,000 people.”\n"
        "Axios, 28 May 2025\n"
        "Source: https://www.axios.com/2025/05/28/ice?a=1&b=2\n"
        "\n"
        "Now: 48,870 people held.\n"
        "Gap: 1,130 people held below what the wording accepts.\n"
        "\n"
        "Rests on:\n"
        "- 48,870 people held on 18 May 2025\n"
        "  FY25_detentionStats05232025.xlsx, sheet Detention FY25, cell F20\n"
        f"  sha256 {SHA[:12]}\n"
        "  https://www.ice.gov/doclib/detention/FY25_detentionStats05232025.xlsx\n"
        "  known since 23 May 2025 (date stated by the importer)\n"
        "\n"
        "Note: Held is not arrested.\n"
        "\n"
        "As known on 23 May 2025.\n"
        "key: claim:0123abcd\n"
    )


def test_text_numbers_several_items_and_leaves_out_what_an_operators_item_lacks() -> None:
    item = Item("Held back: Detention FY25", "", "", "", (("Why", "a total is off"),), (), "")
    message = Message("held:ice:1", "ops", "held", (item, item), "foot")
    assert as_text(message) == (
        "held\n\n1. Held back: Detention FY25\n\nWhy: a total is off\n"
        "\n2. Held back: Detention FY25\n\nWhy: a total is off\n\nfoot\nkey: held:ice:1\n"
    )


def test_a_proof_of_a_file_handed_in_says_so_and_names_no_cell() -> None:
    proof = replace(PROOF, url="", cell="", public_since="")
    message = replace(MESSAGE, items=(replace(ITEM, proofs=(proof,)),))
    expected = f"  FY25_detentionStats05232025.xlsx\n  sha256 {SHA[:12]}\n  handed in as a file, no address\n\nNote:"
    assert expected in as_text(message)
    assert "handed in as a file, no address" in as_html(message)
    assert "handed in as a file, no address" in json.dumps(as_slack(message))


def test_html_says_the_same_in_the_same_order() -> None:
    page = BeautifulSoup(as_html(MESSAGE), "html.parser")
    words = " ".join(page.body.get_text(" ", strip=True).split()) if page.body else ""
    parts = [
        "Moved far: people held",
        "Moved far from the claim",
        "“We hold 50,000 people.”",
        "Axios, 28 May 2025",
        "source at www.axios.com",
        "Now: 48,870 people held.",
        "Gap: 1,130",
        "48,870 people held on 18 May 2025 ice.detained{agency=all}",
        "sheet Detention FY25, cell F20",
        "FY25_detentionStats05232025.xlsx",
        f"sha256 {SHA[:12]}",
        "known since 23 May 2025 (date stated by the importer)",
        "Note: Held is not arrested.",
        "As known on 23 May 2025.",
        "key: claim:0123abcd",
    ]
    places = [words.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert [a["href"] for a in page.find_all("a")] == [ITEM.claim_url, PROOF.url]


def test_html_loads_nothing_and_fits_a_phone() -> None:
    page = BeautifulSoup(as_html(CHARTED, {0: "cid:chart.1@news.example"}), "html.parser")
    assert not page.find_all(["script", "link", "iframe"])
    assert "light dark" in page.find("meta", {"name": "color-scheme"})["content"]
    (picture,) = page.find_all("img")
    assert picture["src"] == "cid:chart.1@news.example"
    assert "width:100%;max-width:600px" in picture["style"]
    assert page.find("meta", {"name": "viewport"})
    assert "url(" not in str(page)


def test_slack_says_the_same_in_the_same_order() -> None:
    payload = as_slack(MESSAGE)
    assert_slack_takes(payload)
    assert [block["type"] for block in payload["blocks"]] == [
        *("header", "header", "section", "context", "section", "context", "context", "context")
    ]
    assert [text["text"] for text in texts(payload)] == [
        "Moved far: people held",
        "Moved far from the claim",
        "“We hold 50,000 people.”",
        "Axios, 28 May 2025",
        "<https://www.axios.com/2025/05/28/ice?a=1&amp;b=2|source at www.axios.com>",
        "Now: 48,870 people held.\nGap: 1,130 people held below what the wording accepts.",
        "48,870 people held on 18 May 2025 - FY25_detentionStats05232025.xlsx, sheet Detention FY25, cell F20, "
        f"sha256 {SHA[:12]}, known since 23 May 2025 (date stated by the importer)",
        "<https://www.ice.gov/doclib/detention/FY25_detentionStats05232025.xlsx|file at www.ice.gov>",
        "Note: Held is not arrested.",
        "As known on 23 May 2025.",
        "key: claim:0123abcd",
    ]
    assert payload["text"] == as_text(MESSAGE).replace("&", "&amp;")


def test_slack_leaves_out_blocks_without_words() -> None:
    payload = as_slack(Message("k", "ops", "\u200b", (Item("", "", "", "", (), (), "\u202e"),), ""))
    assert [text["text"] for text in texts(payload)] == ["key: k"]


def test_slack_counts_what_thirty_long_items_leave_out() -> None:
    payload = as_slack(replace(MESSAGE, items=(replace(ITEM, claim="The <claim> & more. " * 250),) * 30))
    assert_slack_takes(payload)
    shown = sum(text["text"] == ITEM.heading for text in texts(payload))
    assert 0 < shown < 30
    assert f"{30 - shown} more items not shown here; onrecord verdicts shows them all." in [
        text["text"] for text in texts(payload)
    ]


def test_slack_stays_within_fifty_blocks_when_the_items_are_short() -> None:
    payload = as_slack(filled("a", items=60))
    assert_slack_takes(payload)
    shown = sum(block["type"] == "header" for block in payload["blocks"]) - 1
    assert f"{60 - shown} more items not shown here; onrecord verdicts shows them all." in json.dumps(payload)


def test_operators_are_sent_to_the_command_that_shows_holds() -> None:
    assert "more items not shown here; onrecord status shows them all." in json.dumps(
        as_slack(filled("a", items=60, audience="ops"))
    )


@pytest.mark.parametrize("words", ["word " * 1000, "&" * 5000, "<>&" * 1700, "x" * 5000, "😀" * 5000, '"\\' * 2500])
def test_slack_shows_the_first_item_however_long_it_is(words: str) -> None:
    payload = as_slack(filled(words, items=2, proofs=12), {0: "https://a.example/1.png", 1: "https://a.example/2.png"})
    assert_slack_takes(payload)
    shown = [text["text"] for text in texts(payload)]
    assert any(text.startswith("“") for text in shown)
    assert "7 more cells not shown here; onrecord verdicts shows them all." in shown


@pytest.mark.parametrize("shift", range(8))
def test_slack_cuts_at_the_end_of_a_word(shift: int) -> None:
    words = "x" * shift + " further & further" * 20
    subject = texts(as_slack(replace(MESSAGE, subject=words.strip())))[0]["text"]
    assert 130 < len(subject) <= 150
    assert re.fullmatch(r"x*( ?further| &amp;)+…", subject)


def test_slack_names_an_address_that_is_too_long_to_link() -> None:
    url = "https://a.example/" + "x" * 400
    payload = as_slack(replace(MESSAGE, items=(replace(ITEM, claim_url=url),)))
    assert_slack_takes(payload)
    assert texts(payload)[4] == {
        "type": "plain_text",
        "text": "source at https://a.example/" + "x" * 281 + "…",
        "emoji": False,
    }


def test_slack_says_how_many_facts_do_not_fit() -> None:
    facts = tuple((f"Fact {number}", "y" * 300) for number in range(20))
    payload = as_slack(replace(MESSAGE, items=(replace(ITEM, facts=facts),)))
    section = texts(payload)[5]["text"].split("\n")
    assert section[-1] == f"… and {20 - (len(section) - 1)} more lines that do not fit here."


def test_a_long_name_does_not_push_out_the_cell_or_the_hash() -> None:
    proof = replace(PROOF, figure="f" * 900, file="n" * 900)
    payload = as_slack(replace(MESSAGE, items=(replace(ITEM, proofs=(proof,)),)))
    assert f"…, sheet Detention FY25, cell F20, sha256 {SHA[:12]}, known since" in json.dumps(
        payload, ensure_ascii=False
    )


def test_hostile_words_arrive_as_words_in_text() -> None:
    text = as_text(filled(HOSTILE))
    assert_nothing_unseen(text)
    # Its line break must not begin a line of its own, which could pass for one of ours.
    assert len(text.splitlines()) == len(as_text(filled("plain")).splitlines())
    assert "[31m" in text
    assert "gnp\ufffd end" in text


def test_hostile_words_arrive_as_words_in_html() -> None:
    pictures = {0: "cid:chart.1@a.example"}
    hostile = BeautifulSoup(as_html(filled(HOSTILE), pictures), "html.parser")
    plain = BeautifulSoup(as_html(filled("plain"), pictures), "html.parser")
    for page in (hostile, plain):
        alt = page.find("img").attrs.pop("alt")
        assert_nothing_unseen(alt)
    assert [(tag.name, tag.attrs) for tag in hostile.find_all()] == [(tag.name, tag.attrs) for tag in plain.find_all()]
    assert "<script>alert(1)</script>" in hostile.get_text()
    assert "{{ 7*7 }}" in hostile.get_text()
    assert_nothing_unseen(hostile.get_text())


def test_hostile_words_arrive_as_words_in_slack() -> None:
    payload = as_slack(filled(HOSTILE))
    assert_slack_takes(payload)
    for text in texts(payload):
        assert text["type"] == "plain_text"
        assert_nothing_unseen(text["text"])
    assert "&lt;!channel&gt; &lt;http://evil.example|ice.gov&gt;" in texts(payload)[2]["text"]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None), max_size=80) | st.text("<>&|*_~`\"'\\ \u202e\ud800;x", max_size=80))
def test_no_words_at_all_become_markup(words: str) -> None:
    message = replace(filled(words), items=(replace(filled(words).items[0], claim_url="https://a.example/" + words),))
    page = BeautifulSoup(as_html(message, {0: "cid:chart.1@a.example"}), "html.parser")
    names = {tag.name for tag in page.find_all()}
    assert names <= {
        *("html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "b", "blockquote", "span", "br", "a"),
        *("img", "style"),
    }
    assert all(re.match(r"https?://", str(a["href"])) for a in page.find_all("a"))
    assert all(
        set(tag.attrs)
        <= {
            *("style", "href", "dir", "lang", "charset", "name", "content"),
            *("src", "alt", "width", "height", "class"),
        }
        for tag in page.find_all()
    )
    assert [image["src"] for image in page.find_all("img")] == ["cid:chart.1@a.example"]
    assert_slack_takes(as_slack(message, {0: "https://charts.example/a.png"}))
    assert_nothing_unseen(as_text(message) + as_bare_text(message))
    assert not re.search(r"[<>`*~|]|\]\(|(?<![A-Za-z0-9])@\w", as_bare_text(message))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ('https://www.ice.gov/a b|c>d<e"f`g', "https://www.ice.gov/a%20b%7Cc%3Ed%3Ce%22f%60g"),
        ("HTTP://127.0.0.1:8000/x?y=1&z=%20#top", "HTTP://127.0.0.1:8000/x?y=1&z=%20#top"),
        ("https://www.ice.gov/caf\u00e9\u202e", "https://www.ice.gov/caf%C3%A9"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("//www.ice.gov/x", ""),
        ("https:///x", ""),
        ("https://www.ice.gov@evil.example/", ""),
        ("https://evil.example\\@www.ice.gov/", ""),
        ("https://\u0456ce.gov/", ""),
        ("https://[::1]/", ""),
        ("https://www.ice.gov:port/", ""),
        ("https://www.ice.gov/" + "x" * 2000, ""),
        ("", ""),
    ],
)
def test_link(url: str, expected: str) -> None:
    assert link(url) == expected


def test_an_address_that_may_not_be_followed_is_shown_as_words() -> None:
    message = replace(MESSAGE, items=(replace(ITEM, claim_url="javascript:alert(1)", proofs=()),))
    page = BeautifulSoup(as_html(message), "html.parser")
    assert page.find_all("a") == []
    assert "javascript:alert(1)" in page.get_text()
    assert "Source: javascript:alert(1)" in as_text(message)
    assert "source at javascript:alert(1)" in [text["text"] for text in texts(as_slack(message))]


def test_host_is_where_the_link_leads() -> None:
    assert host("https://www.ice.gov:8443/www.axios.com") == "www.ice.gov:8443"
    assert host("javascript:alert(1)") == ""


@pytest.mark.parametrize(
    ("locator", "expected"),
    [
        ("xlsx:Detention FY25!F20", "sheet Detention FY25, cell F20"),
        ("xlsx:Stop! FY25!F20", "sheet Stop! FY25, cell F20"),
        ("xlsx:no cell", "xlsx:no cell"),
        ("json:/12/detained!x", "json:/12/detained!x"),
    ],
)
def test_place(locator: str, expected: str) -> None:
    assert place(locator) == expected


def test_harmless_keeps_the_blanks_of_a_sheets_title() -> None:
    assert harmless(" Detention  FY25\u00a0YTD\r\n\tx \u2028y") == "Detention  FY25\u00a0YTD   x  y"


def test_a_publisher_who_asks_to_be_named_is_named_in_every_channel() -> None:
    credited = replace(MESSAGE, items=(replace(ITEM, proofs=(replace(PROOF, credit="TRAC, tracreports.org"),)),))
    assert "  Source: TRAC, tracreports.org\n" in as_text(credited)
    assert "<br>Source: TRAC, tracreports.org" in as_html(credited)
    assert "source: TRAC, tracreports.org" in json.dumps(as_slack(credited))
    assert "Source: TRAC" not in as_text(MESSAGE) + as_html(MESSAGE)
    assert "source: TRAC" not in json.dumps(as_slack(MESSAGE))


def test_a_picture_has_words_that_say_the_same() -> None:
    words = (
        "Chart: people held, as known on 23 May 2025. 2 values of people held from 4 May 2025 to 18 May 2025. "
        "First 49,005 on 4 May 2025, lowest 48,870 on 18 May 2025, highest 49,005 on 4 May 2025, newest 48,870 on "
        "18 May 2025. The claim 50,000 was made on 21 May 2025; its wording accepts 49,500 to 50,500. "
        "Published before and revised since: 49,010 on 4 May 2025."
    )
    assert described(CHART) == words
    assert words not in as_text(CHARTED)  # a picture's words are for those who do not see the picture
    (picture,) = BeautifulSoup(as_html(CHARTED, {0: "cid:x"}), "html.parser").find_all("img")
    assert picture["alt"] == words
    shown = [block for block in as_slack(CHARTED, {0: "https://charts.example/a.png"})["blocks"]]
    assert {"type": "image", "image_url": "https://charts.example/a.png", "alt_text": words} in shown


def test_without_an_address_there_is_no_picture() -> None:
    assert "<img" not in as_html(CHARTED)
    assert all(block["type"] != "image" for block in as_slack(CHARTED)["blocks"])
    assert all(block["type"] != "image" for block in as_slack(CHARTED, {0: "javascript:alert(1)"})["blocks"])


def test_what_slack_shortens_is_said_with_where_it_stands_in_full() -> None:
    words = "Shortened (…) to fit here; in full: onrecord messages."
    assert words not in [text["text"] for text in texts(as_slack(CHARTED))]
    for long in (replace(MESSAGE, subject="x " * 100), replace(MESSAGE, items=(replace(ITEM, claim="x " * 400),))):
        assert words in [text["text"] for text in texts(as_slack(long))]


def test_a_proof_of_a_whole_file_says_its_one_fact() -> None:
    proof = Proof("check static.totals", "FY25.xlsx", "", SHA, "", "")
    page = BeautifulSoup(as_html(replace(MESSAGE, items=(replace(ITEM, proofs=(proof,)),))), "html.parser")
    (shown,) = [each.get_text(" ", strip=True) for each in page.find_all("p", class_="box")]
    assert shown == f"check static.totals FY25.xlsx, handed in as a file, no address, sha256 {SHA[:12]}"


def claims(words: str = "", items: int = 2, proofs: int = 5) -> Message:
    """A message about claims, with the same words in every field."""
    proof = PROOF if not words else Proof(*(words,) * 10)
    item = Item(
        heading=words or "Has moved far from the claim",
        claim=words or "We hold 50,000 people.",
        said=words or "Axios, 28 May 2025",
        claim_url=words or ITEM.claim_url,
        facts=((words or "New", words or "FILE of 20 June."), ("Mute", words or "onrecord silence seed-4")),
        proofs=(proof,) * proofs,
        caveat=words,
        chart=replace(CHART, unit=words, title=words) if words else CHART,
        lead=words or "48,870 people were held on 18 May 2025: 1,130 fewer (−2.3 %) than 50,000 (Axios, 28 May 2025).",
        made=words or "When made it was right: 49,005 people held on 4 May 2025.",
        brief=words or "50,000 (Axios, May 2025): 48,870 people held, 2.3 % below; when made it was right.",
        also=words or "50,000 (Axios): 2.3 % below",
        details=((words or "Accepted", words or "49,500 to 50,500."),),
        shown=2,
    )
    return Message(words or "claim:1", "desk", words or "48,870 people held", (item,) * items, words or "As known.")


def test_a_message_about_claims_reads_alike_in_text_html_and_slack() -> None:
    """The figure, how it did when made, what is new, what else moved, how to mute; then the details."""
    message = claims()
    page = BeautifulSoup(as_html(message, {0: "cid:x"}), "html.parser")
    payload = as_slack(message)
    assert_slack_takes(payload)
    inline = " ".join(page.body.get_text(" ", strip=True).split()) if page.body else ""
    slack = "\n".join([rich(payload), *(text["text"] for text in texts(payload))])
    for shown in (as_text(message), inline, slack):
        parts = [
            "48,870 people were held on 18 May 2025: 1,130 fewer",
            "When made it was right: 49,005",
            "FILE of 20 June.",
            "Also moved: 50,000 (Axios): 2.3 % below.",
            "onrecord silence seed-4",
            "“We hold 50,000 people.”",
            "Accepted: 49,500 to 50,500.",
            "Also moved: 50,000 (Axios, May 2025): 48,870 people held, 2.3 % below; when made it was right.",
            "cell F20",
        ]
        places = [shown.rfind(part) if part == "cell F20" else shown.find(part) for part in parts]
        assert -1 not in places
        assert places == sorted(places)
        assert shown.count(SHA[:12]) == 2
        assert SHA not in shown
    (picture,) = page.find_all("img")
    assert picture["alt"] == described(CHART)


def test_slack_says_one_sentence_in_bold_and_leaves_the_details_to_the_thread() -> None:
    message = claims()
    payload, thread = as_slack(message, details_in_thread=True), slack_thread(message)
    assert_slack_takes(payload)
    assert_slack_takes(thread)
    assert [block["type"] for block in payload["blocks"]][:2] == ["rich_text", "section"]
    assert rich(payload) == message.items[0].lead
    said = [text["text"] for text in texts(payload)]
    assert not [text for text in said if text.startswith(("Accepted", "“We hold"))]
    assert "Axios, 28 May 2025 | FY25_detentionStats05232025.xlsx, sheet Detention FY25, cell F20 | As known." in said
    assert [text["text"] for text in texts(thread)][:2] == [
        "“We hold 50,000 people.”",
        "Accepted: 49,500 to 50,500.\nAlso moved: 50,000 (Axios, May 2025): 48,870 people held, 2.3 % below; when made "
        "it was right.",
    ]


@pytest.mark.parametrize("words", [HOSTILE, "word " * 1000, "&" * 5000, "<>&" * 1700, "x" * 5000, "😀" * 5000])
def test_hostile_words_in_a_message_about_claims_arrive_as_words(words: str) -> None:
    message = claims(words, items=4, proofs=12)
    for payload in (as_slack(message, {0: "https://a.example/1.png"}), slack_thread(message)):
        assert_slack_takes(payload)
    plain, hostile = (
        BeautifulSoup(as_html(claims(each, items=4), {0: "cid:x"}), "html.parser") for each in ("plain", words)
    )
    for page in (plain, hostile):
        page.find("img").attrs.pop("alt")
    assert [(tag.name, tag.attrs) for tag in hostile.find_all()] == [(tag.name, tag.attrs) for tag in plain.find_all()]
    assert_nothing_unseen(as_text(message) + hostile.get_text())
    assert len(as_text(message).splitlines()) == len(as_text(claims("plain", items=4, proofs=12)).splitlines())


def test_bare_text_has_neither_markup_nor_calls_and_reads_the_same() -> None:
    text = as_bare_text(replace(MESSAGE, subject="**Free** [ice.gov](http://evil.example) @everyone <!channel> a@b"))
    assert text.startswith("∗∗Free∗∗ [ice.gov] (http://evil.example) @ everyone ‹!channel› a@b\n\nMoved far")
    assert text.split("\n")[1:] == as_text(MESSAGE).split("\n")[1:]
