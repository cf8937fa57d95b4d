"""What is kept of an exception: its type, the place in our code where it came about, its words."""

import pytest

from checks.catalogue import limit
from figures.mishaps import LONGEST, Mishap, attempt


def _fails(words: str = "no") -> None:
    raise ValueError(words)


def test_what_goes_well_is_given_as_it_is() -> None:
    assert attempt(lambda: 7) == 7


def test_the_place_is_the_innermost_of_our_code() -> None:
    found = attempt(lambda: limit("no_such_check", "days"))
    assert isinstance(found, Mishap)
    assert (found.kind, found.place) == ("KeyError", "checks.catalogue, limit")
    assert found.short == "KeyError in checks.catalogue, limit"
    assert str(found) == f"KeyError in checks.catalogue, limit (line {found.line}): 'no_such_check'"
    assert found.line > 1
    assert isinstance(found.error, KeyError)


def test_words_are_one_line_and_not_without_end() -> None:
    found = attempt(lambda: _fails("two\nlines " + "x" * 1000))
    assert isinstance(found, Mishap)
    assert found.words.startswith("two lines xxx")
    assert len(found.words) <= LONGEST + 4
    silent = attempt(lambda: _fails(""))
    assert str(silent).endswith("): it gave no words")


def test_what_is_let_through_is_raised_as_it_is_and_so_is_what_ends_the_process() -> None:
    with pytest.raises(ValueError, match="no"):
        attempt(_fails, (ValueError,))
    for error in (KeyboardInterrupt, SystemExit):
        with pytest.raises(error):
            attempt(lambda error=error: (_ for _ in ()).throw(error()))  # type: ignore[misc]
