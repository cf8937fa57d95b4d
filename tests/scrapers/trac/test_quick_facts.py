"""The page of quick facts: cards by anchor, each with its own day, two wordings as two series, what fails loudly."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from checks.document.document_suite import document
from figures.records import Observation, Parsed
from figures.registry import SOURCES
from replica.editions import editions
from replica.trac_page import facts_page
from scrapers.errors import DriftError, NotReadableError
from scrapers.trac.sentences import SENTENCES
from scrapers.web.markup import MAX_CARDS, MAX_PAGE

HELD = "Immigration and Customs Enforcement held <b>1,234</b> in ICE detention according to data {} February 7, 2026."
NOCRIM = (
    "<strong>900</strong> out of <strong>1,234</strong>&mdash;or <strong>72.9%</strong>&mdash;held in ICE detention "
    "have no criminal {} according to data current as of <strong>February 8, 2026</strong>."
)
ATD = (
    "ICE Alternatives to Detention (ATD) programs are currently monitoring <strong>5,000</strong> families and single "
    "individuals, according to data current as of <strong>February 6, 2026</strong>."
)


def _card(name: str, words: str, figure: str = "") -> str:
    return f'<div class="grid"><a href="#detention_{name}">link</a><div>{figure}</div><p>{words}</p></div>'


def _page(
    held: str = HELD.format("current as of"), nocrim: str = NOCRIM.format("conviction"), atd: str = ATD, more: str = ""
) -> bytes:
    cards = _card("held", held) + _card("nocrim", nocrim) + _card("numatd", atd) + more
    return f"<html><body><div>{cards}</div></body></html>".encode()


def _parse(content: bytes) -> Parsed:
    return SOURCES["trac_quickfacts"].parse(content, "detention.html")


def _figures(parsed: Parsed) -> dict[str, tuple[float | None, str, date | None]]:
    return {o.series: (o.value, o.raw, o.period.end) for o in parsed.observations}


class _Strong(HTMLParser):
    """The bold texts of each card, by another parser than ours."""

    def __init__(self) -> None:
        super().__init__()
        self.bold: dict[str, list[str]] = {}
        self._card, self._in = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a" and "id" in values:
            self._card = (values["href"] or "").removeprefix("#")
        if tag == "strong":
            self._in = True
            self.bold.setdefault(self._card, []).append("")

    def handle_endtag(self, tag: str) -> None:
        self._in = self._in and tag != "strong"

    def handle_data(self, data: str) -> None:
        if self._in:
            self.bold[self._card][-1] += data


def _opens(content: bytes, observations: tuple[Observation, ...]) -> None:
    page = _Strong()
    page.feed(content.decode())
    for o in observations:
        anchor, position = re.fullmatch(r"html:#(\w+)/strong\[(\d+)\]", o.locator).groups()  # type: ignore[union-attr]
        assert page.bold[anchor][int(position) - 1] == o.raw


def test_the_reconstructed_page_gives_its_figures_with_their_days(shared_data: Path) -> None:
    content = (shared_data / "trac" / "quickfacts_reconstructed.html").read_bytes()
    parsed = _parse(content)
    day = date(2026, 2, 7)
    assert _figures(parsed) == {
        "trac.facts_detained{}": (68289, "68,289", day),
        "trac.facts_no_criminal_conviction{}": (50259, "50,259", day),
        "trac.facts_no_criminal_conviction_of{}": (68289, "68,289", day),
        "trac.facts_no_criminal_conviction_share{}": (0.736, "73.6%", day),
        "trac.facts_atd_active{}": (179991, "179,991", day),
    }
    assert (parsed.findings, parsed.leftovers, document(parsed)) == ((), (), [])
    _opens(content, parsed.observations)


def test_the_replicas_page_gives_every_card_with_its_own_day() -> None:
    content = facts_page(editions())
    parsed = _parse(content)
    figures = _figures(parsed)
    assert figures["trac.facts_detained{}"] == (61226, "61,226", date(2025, 8, 24))
    assert figures["trac.facts_atd_active{}"] == (182584, "182,584", date(2025, 8, 23))
    assert figures["trac.facts_top_state{}"] == (None, "Texas", date(2025, 8, 18))
    assert figures["trac.facts_largest_facility{}"] == (None, "Stewart Detention Center", None)
    assert figures["trac.facts_largest_facility_population{}"] == (1903, "1,903", None)
    assert (parsed.findings, parsed.leftovers) == ((), ())
    _opens(content, parsed.observations)


def test_the_wordings_on_criminality_are_two_series() -> None:
    before = [edition for edition in editions() if edition.published_on < date(2025, 7, 1)]
    record, conviction = _figures(_parse(facts_page(before))), _figures(_parse(facts_page(editions())))
    assert record["trac.facts_no_criminal_record{}"] == (40433, "40,433", date(2025, 6, 15))
    assert conviction["trac.facts_no_criminal_conviction{}"] == (43021, "43,021", date(2025, 8, 24))
    assert not record.keys() & {key for key in conviction if "no_criminal" in key}


@pytest.mark.parametrize("era", ["released on", "current as of"])
@pytest.mark.parametrize("comma", ["", ",", " ,"])
@pytest.mark.parametrize("word", ["record", "conviction"])
def test_every_era_of_the_sentences_is_read(era: str, comma: str, word: str) -> None:
    figures = _figures(_parse(_page(HELD.format(era), NOCRIM.format(word + comma))))
    assert figures["trac.facts_detained{}"][0] == 1234
    assert figures[f"trac.facts_no_criminal_{word}{{}}"] == (900, "900", date(2026, 2, 8))
    assert figures["trac.facts_atd_active{}"][2] == date(2026, 2, 6)


def test_a_figure_that_is_not_bold_is_placed_by_its_letters() -> None:
    held = next(o for o in _parse(_page()).observations if o.metric == "trac.facts_detained")
    text = "link Immigration and Customs Enforcement held 1,234 in ICE detention according to data current as of "
    start = text.index("1,234")
    assert held.locator == f"html:#detention_held/text[{start}:{start + 5}]"
    assert held.period_locator == f"html:#detention_held/text[{len(text)}:{len(text) + 16}]"


def test_the_other_sentences_are_read_where_they_stand() -> None:
    more = _card(
        "arrests",
        "ICE arrested <strong>30</strong> and CBP arrested <strong>12</strong> of the <strong>42</strong> people "
        "booked into detention by ICE during <strong>January 2026</strong>.",
    )
    more += _card(
        "area",
        "<strong>San Francisco</strong>'s area office has highest number in ICE's Alternatives to Detention (ATD) "
        "monitoring programs, according to data current as of <strong>February 6, 2026</strong>.",
    )
    parsed = _parse(_page(more=more))
    figures = _figures(parsed)
    assert figures["trac.facts_book_ins{agency=all}"] == (42, "42", date(2026, 1, 31))
    assert figures["trac.facts_book_ins{agency=CBP}"][0] == 12
    assert figures["trac.facts_atd_top_area{}"] == (None, "San Francisco", date(2026, 2, 6))
    assert parsed.leftovers == ()


def test_every_sentence_has_a_test() -> None:
    assert [sentence.id for sentence in SENTENCES] == [
        "detained",
        "no_criminal_record",
        "no_criminal_conviction",
        "top_state",
        "book_ins",
        "largest_facility",
        "atd",
        "atd_top_area",
    ]


@pytest.mark.parametrize("anchor", ["detention_held", "detention_nocrim", "detention_numatd"])
def test_a_page_without_a_card_fails_loudly(anchor: str) -> None:
    content = _page().replace(f"#{anchor}".encode(), b"#elsewhere")
    with pytest.raises(DriftError, match=rf"expected a card at #{anchor} with its sentence, found no such card"):
        _parse(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><title>Access Denied</title></html>",
        facts_page([]),
        b'<div id="app"></div><script src="/app.js"></script>',
    ],
    ids=["empty", "bot page", "no data", "an application"],
)
def test_a_page_without_cards_fails_loudly(content: bytes) -> None:
    with pytest.raises(DriftError, match="a card at #detention_held"):
        _parse(content)


def test_a_menu_of_the_same_links_is_no_card() -> None:
    menu = "".join(f'<a href="#detention_{name}">x</a>' for name in ("held", "nocrim", "numatd"))
    assert _figures(_parse(_page(more=f"<div>{menu}</div>"))) == _figures(_parse(_page()))


def test_a_card_twice_fails_loudly() -> None:
    with pytest.raises(DriftError, match="expected one card at each anchor, found several at #detention_held"):
        _parse(_page(more=_card("held", HELD.format("current as of"))))


def test_a_sentence_that_is_worded_anew_fails_loudly() -> None:
    with pytest.raises(DriftError, match="html:#detention_nocrim: expected the sentence no_criminal_record or"):
        _parse(_page(nocrim=NOCRIM.format("history")))


def test_a_day_that_is_none_fails_loudly() -> None:
    with pytest.raises(DriftError, match="expected a day of the calendar, found 'February 30, 2026'"):
        _parse(_page(atd=ATD.replace("February 6", "February 30")))


def test_a_large_figure_that_is_not_the_sentences_is_held() -> None:
    more = _card("held", HELD.format("current as of"), "9,999")
    content = f"<div>{more}{_card('nocrim', NOCRIM.format('record'))}{_card('numatd', ATD, '5,000')}</div>".encode()
    parsed = _parse(content)
    (hold,) = [f for f in parsed.findings if f.severity == "hold"]
    assert hold.words == "The card #detention_held also says 9,999, which its sentence does not."
    assert all(cell.startswith("html:#detention_held/") for cell in hold.scope)


def test_words_that_nobody_reads_are_left_over() -> None:
    stray = "<p>ICE arrested 3 and CBP arrested 4 of the 7 people booked into detention by ICE during May 2026.</p>"
    parsed = _parse(_page(atd=ATD + " An all-time high.", more=stray))
    assert {left.locator: left.raw for left in parsed.leftovers} == {
        "html:#detention_numatd/text": "An all-time high",
        "html:/text": "ICE arrested 3 and CBP arrested 4 of the 7 people booked into detention by ICE during May 2026",
    }
    assert [f.severity for f in parsed.findings] == ["note", "warn"]


def test_more_links_or_bytes_than_a_page_of_facts_has_are_refused() -> None:
    with pytest.raises(DriftError, match=f"at most {MAX_CARDS} links"):
        _parse(_page(more='<a href="#detention_x">x</a>' * MAX_CARDS))
    with pytest.raises(NotReadableError, match="a page of facts has less than"):
        _parse(b" " * (MAX_PAGE + 1))


def _facts_differ(**words: str) -> set[str]:
    parsed = _parse(_page(**words))
    return {f.check for f in document(parsed) if f.severity == "hold"}


def test_facts_of_one_day_that_contradict_each_other_are_held() -> None:
    same = NOCRIM.format("record").replace("February 8", "February 7")
    assert _facts_differ(nocrim=same) == set()
    assert _facts_differ(nocrim=same.replace("72.9%", "79.2%")) == {"share_of_count"}
    assert _facts_differ(nocrim=same.replace("1,234", "1,235")) == {"facts_differ"}
    assert _facts_differ(nocrim=NOCRIM.format("record").replace("1,234", "1,235")) == set()  # another day
