"""A file against what the page that links it states of it."""

from datetime import date

from checks.sources.listed import size_differs
from figures.records import Target


def test_a_file_of_another_size_than_the_page_states_is_held() -> None:
    target = Target("https://example.org/f.csv", "f.csv", "current", date(2026, 9, 4), 1200)
    assert size_differs(target, 1200) is None
    assert size_differs(Target("https://example.org/f.csv", "f.csv", "current"), 1) is None
    held = size_differs(target, 1199)
    assert held is not None
    assert (held.check, held.severity, held.scope_kind) == ("size_differs", "hold", "release")
    assert "f.csv has 1,199 bytes, and 1,200 by the page that links it" in held.words
