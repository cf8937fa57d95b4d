"""What of a text from outside is obeyed or unseen, and what stays."""

import io

import pytest
from rich.console import Console

from alerts.unseen import harmless, inert
from flows.printing import say, table
from flows.show import defused


@pytest.mark.parametrize(
    ("text", "on_one_line", "as_it_was"),
    [
        ("plain  words", "plain  words", "plain  words"),
        (" two\nlines\tand a tab\r\n", "two lines and a tab", " two\nlines\tand a tab\r\n"),
        ("\x1b[2J\x9b31m\x07\x00x", "[2J31mx", "[2J31mx"),
        ("\u202egnp.exe\u202c \u2066a\u2069\u200e\u200f\u061c", "gnp.exe a", "gnp.exe a"),
        ("soft\u00adhyphen\u200b", "softhyphen", "soft\u00adhyphen\u200b"),
        (
            "\u05e9\u05dc\u05d5\u05dd caf\u00e9",
            "\u05e9\u05dc\u05d5\u05dd caf\u00e9",
            "\u05e9\u05dc\u05d5\u05dd caf\u00e9",
        ),
        ("a\u3164\u2800b\ud800", "ab\ufffd", "a\u3164\u2800b\ud800"),
    ],
)
def test_what_stays_of_a_text(text: str, on_one_line: str, as_it_was: str) -> None:
    assert harmless(text) == on_one_line
    assert inert(text) == as_it_was


@pytest.mark.parametrize(
    "text", ["=1", "+x", "-x", "@x", "\t=1", "\n=1", " =1", "\u200b=1", "\uff1d1", "\x00=1", "\u202e=1"]
)
def test_no_cell_begins_a_formula(text: str) -> None:
    assert defused(text).startswith("'")


@pytest.mark.parametrize("text", ["x=1", "-12.5", "+3", "a-b", "", "1 = 1"])
def test_what_is_no_formula_stays(text: str) -> None:
    assert defused(text) == text


@pytest.mark.parametrize("width", [80, 40])
def test_nothing_that_is_printed_acts_on_a_terminal(width: int) -> None:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=False)
    hostile = "\x1b]0;title\x07[bold]x[/bold] \u202ecod\nNeeds attention"
    table(console, hostile, ["col", "more"], [[hostile, "m" * 30], [None, None], [3, 4]])
    say(console, hostile)
    text = out.getvalue()
    assert text.count("]0;title[bold]x[/bold] cod Needs") == 3
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "\nNeeds" not in text
