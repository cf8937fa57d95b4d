"""Alerts speak of live claims only; what is over, and drafts, are judged and shown."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from figures.periods import end_of_day
from tests.newsroom import Newsroom

NEAR, FAR = 49_000.0, 60_000.0


@pytest.mark.parametrize(
    ("life", "told"),
    [({"draft": True}, 0), ({"retired_on": date(2025, 6, 1)}, 0), ({"retired_on": date(2027, 1, 1)}, 1), ({}, 1)],
)
def test_alerts_speak_of_live_claims_only(tmp_path: Path, life: dict[str, Any], told: int) -> None:
    room = Newsroom(tmp_path)
    room.claims = [replace(claim, words=claim.words.model_copy(update=life)) for claim in room.claims]
    room.publish(NEAR, known_at=end_of_day(date(2025, 5, 23)))
    room.tell()
    room.later(days=7)
    room.publish(FAR)
    assert len(room.tell()) == told
    assert room.state() == ("far", "far")  # judged all the same
