"""Facts and settings for tests that need a whole site and no database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from alerts.claims.model import Claim, load_claim
from alerts.claims.shipped import shipped_claims
from alerts.forms.verdicts import ANSWERS, Answer
from alerts.messages.message import Chart
from pages.facts.claim_facts import ClaimFacts, OtherReading, Piece, Stance, TakenBack
from pages.facts.site_facts import Facts
from pages.facts.source_facts import SourceFacts
from pages.page import Site
from tests.pages.facilities_at_hand import FACILITIES
from tests.pages.more_facts import MORE, more_hostile

SITE = Site(name="On the record", url="https://example.org/record/", contact="desk@example.org")
NOW = datetime(2025, 6, 20, 12, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\" onload='x' \u202e&amp; {{ 7*7 }} %(num)s ]]> javascript:alert(1)"


def shipped(name: str) -> Claim:
    """A claim that comes with the program."""
    return load_claim(shipped_claims() / f"{name}.toml")


def stance(answer: Answer, state: str, measured: float | None = 56397.0, **other: Any) -> Stance:
    """A recorded verdict of 20 June 2025 on the newest cell, unless `other` says otherwise."""
    given: dict[str, Any] = {
        "answer": answer,
        "as_of": NOW,
        "state": state,
        "underlying": state,
        "edition": date(2025, 6, 15),
        "measured": measured,
        "low": 48500.0,
        "high": 49245.0,
        "z": 6.2,
        "deviation": None if measured is None else measured / 49000 - 1,
        "size": None if measured is None else abs(measured / 49000 - 1),
        "evidence": (piece(),) if measured is not None else (),
        "readings": (),
        "moved_by": "event",
        "moved_by_file": "FY25_detentionStats06202025.xlsx",
        "moved_by_sha256": "ab" * 32,
    }
    return Stance(**(given | other))


def piece(value: float | None = 56397.0, **other: Any) -> Piece:
    """A cell of ICE's file."""
    given: dict[str, Any] = {
        "role": "judged_on",
        "series": "ice.detained{agency=all, criminality=all}",
        "value": value,
        "start": date(2025, 6, 15),
        "end": date(2025, 6, 15),
        "file": "FY25_detentionStats06202025.xlsx",
        "locator": "xlsx:Detention FY25!F20",
        "sha256": "ab" * 32,
        "url": "https://www.ice.gov/doclib/detention/FY25_detentionStats06202025.xlsx",
        "known_on": date(2025, 6, 20),
        "credit": "",
    }
    return Piece(**(given | other))


def chart(**other: Any) -> Chart:
    """A year of counts with a gap, one revised and one held back."""
    days = [date(2024, 10, 6) + timedelta(days=14 * n) for n in range(18) if n not in (6, 7, 8)]
    points = tuple((day.isoformat(), 37000.0 + 1100 * n) for n, day in enumerate(days))
    given: dict[str, Any] = {
        "unit": "people held",
        "points": points,
        "earlier": ((points[3][0], 39900.0),),
        "held": (("2025-06-10", 90000.0),),
        "stated": 49000.0,
        "low": 48500.0,
        "high": 49245.0,
        "said_on": "2025-05-28",
        "as_of": "2025-06-20",
        "credit": "",
    }
    return Chart(**(given | other))


LEVEL = ClaimFacts(
    shipped("seed-4-almost-49000-in-custody"),
    (
        stance("at_claim", "holds", 48870.0, as_of=NOW - timedelta(days=23)),
        stance("revised", "holds", 48870.0, as_of=NOW - timedelta(days=23)),
        stance("standing", "near", 51302.0, as_of=NOW - timedelta(days=15), edition=date(2025, 6, 1)),
        stance("standing", "far"),
    ),
    chart(),
    (
        TakenBack(
            date(2025, 6, 13),
            "standing",
            "far",
            NOW - timedelta(days=6),
            "The cell is held back.",
            "desk:ab",
            "correction:cd",
        ),
    ),
    (),
)
GOAL = ClaimFacts(
    shipped("seed-1-target-3000-arrests"),
    tuple(
        stance(
            answer,
            "short",
            936.4,
            low=2850.0,
            high=None,
            readings=(
                OtherReading("newest interval", 950.1, "short", date(2025, 6, 1), date(2025, 6, 14)),
                OtherReading("newest window of 28 days or more", 936.4, "short", date(2025, 5, 18), date(2025, 6, 14)),
            ),
        )
        for answer in ANSWERS
    ),
    None,
    (),
    ("doj-no-quota",),
)
DENIAL = ClaimFacts(shipped("doj-no-quota"), tuple(stance(each, "not_testable", None) for each in ANSWERS))
UNJUDGED = ClaimFacts(shipped("seed-8-polls-slipping"))
SOURCE = SourceFacts(
    id="ice",
    title="ICE detention statistics",
    publisher="U.S. Immigration and Customs Enforcement",
    attribution="",
    last_look=NOW,
    failing=False,
    last_release=date(2025, 6, 20),
    newest_day=date(2025, 6, 15),
    due=date(2025, 7, 4),
    late=date(2025, 7, 7),
    state="live",
    state_since=None,
    releases=12,
    held=2,
)
FACTS = Facts(
    as_of=NOW,
    claims=(DENIAL, GOAL, LEVEL, UNJUDGED),
    sources=(SOURCE,),
    facilities=lambda: iter(FACILITIES),
    **MORE,
)


def hostile() -> Facts:
    """Facts whose every text that comes from outside says what a page must not obey."""
    claim = replace(LEVEL.claim, words=LEVEL.claim.words.model_copy(update=_hostile_words()))
    cell = piece(file=HOSTILE, locator=HOSTILE, url="javascript:alert(1)", credit=HOSTILE)
    told = stance("standing", "far", evidence=(cell,), moved_by_file=HOSTILE)
    said = replace(LEVEL.taken_back[0], because=HOSTILE, key=HOSTILE)
    each = replace(LEVEL, claim=claim, stances=(told,), chart=chart(credit=HOSTILE, unit=HOSTILE), taken_back=(said,))
    return Facts(
        as_of=NOW, claims=(each,), sources=(replace(SOURCE, title=HOSTILE, publisher=HOSTILE),), **more_hostile(HOSTILE)
    )


def _hostile_words() -> Mapping[str, Any]:
    texts = ("title", "speaker", "quote", "quote_form", "scope", "caveat", "notes")
    return {**dict.fromkeys(texts, HOSTILE), "unverified": (HOSTILE,), "source": "javascript:alert(1)"}
