"""The recorded state of each source, with day and evidence, and what is said of it beside figures."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from alerts.source_states import Standing, age
from figures.records import Stand
from figures.registry import SOURCES
from flows.configuration.settings import load_settings
from flows.fetching.source_states import stands
from flows.lateness import watched
from flows.show.standing import standing
from replica.cbp_pages import LISTING
from storage.engine import reading
from storage.read import journal
from tests.border_front import AUGUST, JULY, REFUSAL, Front

CBP, OHSS = "cbp_encounters", "ohss"


@pytest.fixture
def front(tmp_path: Path, httpserver: HTTPServer) -> Front:
    return Front(tmp_path / "home", httpserver)


def _states(front: Front) -> dict[str, tuple[str, date]]:
    with reading(front.line.database) as connection:
        return {name: (each.stand.state, each.stand.since) for name, each in stands(connection).items()}


def test_a_state_is_recorded_with_its_day_where_it_changes(front: Front) -> None:
    assert _states(front) == {OHSS: ("ended", date(2025, 1, 16))}
    front.serve(JULY)
    front.look()
    live = front.now.date()
    front.look()
    assert _states(front)[CBP] == ("live", live)
    page = front.served[LISTING]
    front.served[LISTING] = (REFUSAL, "text/html")
    front.look()
    refused = front.now.date()
    front.look()
    assert _states(front)[CBP] == ("refused", refused)
    with reading(front.line.database) as connection:
        told = stands(connection)[CBP].words(date(2026, 7, 31), refused)
    assert told.startswith(f"CBP encounters is refused to us, since {refused.day} September 2026: http://localhost")
    assert "the publisher refused us (status 403)" in told
    front.served[LISTING] = page
    front.look()
    assert _states(front)[CBP][0] == "live"
    with reading(front.line.database) as connection:
        recorded = [f.found for f in journal.findings(connection, stage="state") if f.source == CBP]
    assert recorded == ["live", "refused", "live"]


def test_an_address_that_is_gone_has_moved_and_a_file_that_is_gone_was_withdrawn(front: Front) -> None:
    front.served = {}
    front.look()
    assert _states(front)[CBP][0] == "moved"
    front.serve(AUGUST)
    del front.served[next(where for where in front.served if "aor" in where)]
    front.look()
    assert _states(front)[CBP][0] == "withdrawn"


def test_what_the_configuration_declares_stands_above_what_looks_tell(front: Front) -> None:
    file = front.settings.config_file
    declared = 'state = "definition changed"\nsince = 2026-08-01\nevidence = "a new column"\n'
    file.write_text(file.read_text() + f"[sources.cbp_encounters.stands]\n{declared}")
    front.settings = load_settings(front.settings.home)
    front.serve(AUGUST)
    front.look()
    assert _states(front)[CBP] == ("definition changed", date(2026, 8, 1))


def test_an_ended_source_raises_no_lateness_and_its_age_is_said(front: Front) -> None:
    with reading(front.line.database) as connection:
        assert OHSS not in {each.name for each in watched(connection, SOURCES.values())}
        state = standing(connection, [SOURCES[OHSS]], front.now, timedelta(hours=36))
    (entry,) = state["sources"]
    assert entry["state"]["state"] == "ended"
    assert (entry["stage"], entry["next_due"]) == ("", None)
    assert json.dumps(entry["state"], default=str)


def test_status_says_how_old_the_newest_figures_are(front: Front) -> None:
    front.serve(AUGUST)
    front.look()
    with reading(front.line.database) as connection:
        (entry,) = standing(connection, [SOURCES[CBP]], front.now, timedelta(hours=36))["sources"]
    assert (entry["data_as_of"], entry["data_age_days"]) == (date(2026, 8, 31), 11)


def test_old_figures_of_a_live_source_are_said_to_be_old_and_fresh_ones_are_not() -> None:
    live = Standing("CBP encounters", Stand("live", date(2026, 9, 1), "it answers"))
    assert live.words(date(2026, 8, 31), date(2026, 9, 30)) == ""
    assert live.words(date(2026, 7, 11), date(2026, 11, 19)) == (
        "The newest figure used here is of 11 July 2026, 131 days (about 4 months) old."
    )
    assert age(date(2026, 9, 1), date(2026, 9, 11)) == "10 days"
