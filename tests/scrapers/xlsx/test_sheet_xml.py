"""A sheet is gone through once before it is read: what is odd in it must not make that take hours."""

import signal
from collections.abc import Iterator

import pytest

from scrapers.xlsx.sheet_xml import Texts, is_regular, regular

MANY = 400_000  # gone through once in no time; where each is gone through for each other, for minutes


@pytest.fixture
def stopped() -> Iterator[None]:
    """Ends a search that would go on."""

    def stop(*_: object) -> None:
        pytest.fail("the search goes through the sheet again and again")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, 5)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize(
    "rows",
    [
        b'<c r="A1"><f></f>' + b" " * MANY,
        b'<c r="A1"><f></f><v>' + b" " * MANY,
        b'<c r="A1"><f ' * MANY,
        b"<f" * MANY,
        b'<c r="A1" t="s">' + b" " * MANY,
        b'<c r="A1" t="e"><f' * MANY,
        b"<mergeCell " * MANY + b' ref="A1:B1"/>',
        b"mergeCell " * MANY + b' ref="A1:B1"/>',
        b'<c r="A1000"' * MANY + b'<c r="DZ1"' * MANY,
    ],
    ids=lambda rows: rows[:24].decode(),
)
def test_a_sheet_made_to_be_searched_for_ever_is_gone_through_once(rows: bytes) -> None:
    if is_regular(rows):
        regular(rows, Texts(b""))
