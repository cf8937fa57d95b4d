"""CBP's pages and files with random faults: each is drift, or no file of theirs, or read as it stands. Nothing else."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from checks.boundary import COULD_NOT_RUN
from checks.document.document_suite import document
from figures.records import Parsed
from replica.cbp_files import FILES, FINAL_2025, RUNNING_2026
from replica.cbp_pages import LISTING, SOUTHWEST_LISTING, TABLE, site, table_page
from scrapers.cbp import apprehensions
from scrapers.cbp.encounters import parse
from scrapers.cbp.listing import discover, discover_southwest
from scrapers.cbp.listing_changes import between
from scrapers.errors import DriftError, NotReadableError
from tests.border import recounted
from tests.mutations import mutated

HOST = "https://www.cbp.gov"
AUGUST = RUNNING_2026[-1]
TODAY = date(2026, 11, 29)
FEW, MANY = 60, 600
ROWS = 60  # of a file: each is changed more often than one of the whole file would be
LONGEST_WORDS = 2500
Depth = pytest.mark.parametrize("depth", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])


def _read(read: Callable[[bytes], Parsed], content: bytes) -> Parsed | None:
    """What is read; None for what is refused, in words that can be shown."""
    try:
        return read(content)
    except (DriftError, NotReadableError) as error:
        words = str(error)
    assert len(words) < LONGEST_WORDS
    return None


def _shortened(content: bytes) -> bytes:
    header, *rows = content.split(b"\r\n")[:-1]
    kept = sorted(random.Random(3).sample(range(len(rows)), ROWS))
    return b"\r\n".join([header, *(rows[n] for n in kept), b""])


@Depth
@pytest.mark.parametrize("kind", FILES)
def test_a_file_with_faults_is_refused_or_says_what_its_bytes_say(kind: str, depth: int) -> None:
    dice, sound = random.Random(16), _shortened(FILES[kind](AUGUST))
    outcomes: Counter[str] = Counter()
    for _ in range(depth):
        content = mutated(sound, dice)
        content += b"\r\n" if dice.random() < 0.6 and not content.endswith(b"\n") else b""
        parsed = _read(lambda content: parse(content, AUGUST.name(kind)), content)
        if parsed is not None:
            assert recounted(content, parsed.observations) == len(parsed.observations)
            assert COULD_NOT_RUN not in {f.check for f in document(parsed)}
        outcomes["refused" if parsed is None else "read"] += 1
    assert min(outcomes["refused"], outcomes["read"]) > 0


def _numbers(parsed: Parsed) -> Mapping[object, object]:
    return {(o.series, o.period): (o.value, o.status) for o in parsed.observations}


@Depth
def test_a_table_with_faults_is_refused_or_held_or_the_same(depth: int) -> None:
    dice, sound = random.Random(16), table_page(AUGUST)
    was, read = _numbers(apprehensions.parse(sound, "page")), 0
    for _ in range(depth):
        parsed = _read(lambda content: apprehensions.parse(content, "page"), mutated(sound, dice))
        if parsed is not None:
            read += 1
            holds = [f for f in document(parsed) if f.severity == "hold"]
            assert holds or _numbers(parsed) == was
    assert read > 0


@Depth
def test_a_listing_with_faults_is_drift_or_gives_files_of_the_publisher_alone(depth: int) -> None:
    dice, pages = random.Random(16), site((FINAL_2025, AUGUST))
    assert set(pages) >= {LISTING, SOUTHWEST_LISTING, TABLE}
    for where, find in ((LISTING, discover), (SOUTHWEST_LISTING, discover_southwest)):
        sound = pages[where][0]
        for _ in range(depth // 2):
            content = mutated(sound, dice)
            try:
                listing = find(content, HOST + where)
            except DriftError:
                continue
            assert all(target.url.startswith(f"{HOST}/") for target in listing.targets)
            assert all(target.size is None or 0 <= target.size < 10**12 for target in listing.targets)
            between(content, sound, HOST + where, TODAY)
            between(sound, content, HOST + where, TODAY)
