"""What the operators are told of a page and its addresses: one message for one cause, however often it is met."""

from datetime import date, datetime

from alerts.message import Item, Message
from alerts.trouble_words import FILE_GONE, ODD_LINK, trouble_message
from figures.periods import end_of_day

AS_OF = end_of_day(date(2025, 6, 20))
PAGE = "https://www.ice.gov/detain"


def trouble(words: str = "It answered 404.", when: datetime = AS_OF) -> Message:
    return trouble_message("ice", FILE_GONE, [(words, PAGE)], when)


def test_operators_are_told_of_trouble_with_a_page() -> None:
    message = trouble()
    assert (message.audience, message.subject) == ("ops", "ice: a file or page is gone")
    facts = (("What happened", "It answered 404."), ("Address", PAGE))
    assert message.items == (Item("a file or page is gone", "", "", "", facts, (), ""),)
    assert message.footer == "Seen on 20 June 2025. onrecord status shows the last good look at each source."
    assert message.key == trouble().key
    assert len({message.key, trouble("It answered 410.").key, trouble(when=end_of_day(date(2025, 7, 1))).key}) == 3


def test_three_hundred_unknown_links_are_one_message_with_a_count_and_three_examples() -> None:
    found = [(f"The workbook 'odd{n}.xlsx' has a name of no known shape.", PAGE) for n in range(300)]
    message = trouble_message("ice", ODD_LINK, found, AS_OF)
    assert message.subject == "ice: 300 links that are not understood"
    (only,) = message.items
    assert [words for label, words in only.facts if label == "What happened"] == [words for words, _ in found[:3]]
    assert only.facts[-1] == ("More", "297 more of this kind; onrecord status --json lists each.")
