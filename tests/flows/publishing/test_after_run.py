"""The site at the end of a run: made from what is stored, the same each time, and never in the way of the line."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alerts.channels.pictures import SitePictures
from alerts.claims.model import Claim
from alerts.messages.message import Chart, message_from_json
from flows.configuration.settings import ChannelSettings
from flows.configuration.site_settings import SiteSettings
from flows.notifying.configured_channels import channel_names
from flows.pipeline import run_line, usable_claims
from flows.publishing.make_site import make_site
from replica.editions import edition
from storage.engine import reading
from storage.read import journal
from storage.write import ledger
from tests.command import typed

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

CLAIM = "seed-4-almost-49000-in-custody"


def _publishing(desk: "Desk", folder: Path) -> None:
    """The desk with a site since the second of two editions; the claims are on record."""
    channels = (ChannelSettings(name="screen", kind="console", audience=("desk", "ops")),)
    site = SiteSettings(folder=str(folder), name="On the record", url="https://news.example/record")
    desk.settings = replace(desk.settings, channels=channels)
    desk.line = replace(desk.line, ops_channels=channel_names(desk.settings, "ops"))
    for key, made in (("05232025", desk.settings.site), ("06202025", site)):
        desk.settings = replace(desk.settings, site=made)
        desk.publisher.publish(edition(key))
        desk.clock.set(max(edition(key).published_on, date(2025, 5, 28)))
        run_line(desk.settings, desk.line, ["ice"])


def _files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_run_makes_the_site_and_the_same_database_makes_the_same_bytes(desk: "Desk", tmp_path: Path) -> None:
    folder = tmp_path / "public"
    _publishing(desk, folder)
    made = _files(folder.resolve())
    claim = made[f"claims/{CLAIM}/index.html"].decode()
    assert "The newest figure has moved far away from the claim." in claim
    assert "56,397 people held on 15 June 2025: 7,397 more (+15%) than the 49,000 that was claimed." in claim
    assert "It was right when it was made." in claim
    assert "sheet Detention FY25, cell F20" in claim
    again = make_site(desk.line.database, usable_claims(desk.settings), desk.settings, tmp_path / "again").placed
    assert _files(again.folder.resolve()) == made
    desk.clock.set(date(2025, 6, 27))  # the clock alone changes nothing
    third = make_site(desk.line.database, usable_claims(desk.settings), desk.settings, folder).placed
    assert (third.written, third.removed) == (0, 0)


def test_messages_lead_to_the_page_and_its_picture_is_the_messages_own(
    desk: "Desk", tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _publishing(desk, tmp_path / "public")
    page = f"https://news.example/record/claims/{CLAIM}/"
    assert f"History and evidence: {page}" in capsys.readouterr().out
    with reading(desk.line.database) as connection:
        bodies = [row["body"] for row in ledger.messages(connection) if "56,397" in row["subject"]]
    pictures = SitePictures(desk.settings.site_folder, desk.settings.site.address)
    shown, note = pictures.publish(message_from_json(bodies[0]))
    assert (note, shown[0].partition("?")[0]) == ("", f"{page}chart.png")


def test_a_look_that_finds_nothing_changes_what_says_when_we_looked(desk: "Desk", tmp_path: Path) -> None:
    folder = tmp_path / "public"
    _publishing(desk, folder)
    before = _files(folder.resolve())
    desk.clock.set(date(2025, 6, 21))
    run_line(desk.settings, desk.line, ["ice"])
    after = _files(folder.resolve())
    assert b"21 June 2025" in after["index.html"]
    assert before[f"claims/{CLAIM}/chart.png"] == after[f"claims/{CLAIM}/chart.png"]


def test_a_site_that_cannot_be_made_is_told_once_and_stops_nothing(desk: "Desk", tmp_path: Path) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    _publishing(desk, folder)
    with reading(desk.line.database) as connection:
        told = [row for row in ledger.messages(connection) if row["key"].startswith("site:")]
        news = [row for row in ledger.messages(connection) if row["audience"] == "desk" and row["state"] == "sent"]
    assert [(row["audience"], row["subject"], row["state"]) for row in told] == [
        ("ops", "The site is not as it should be", "sent")
    ]
    assert f"{folder} holds something that is no site of onrecord's" in json.dumps(told[0]["body"])
    assert news  # what the claims have to say was delivered all the same
    assert (folder / "thesis.txt").read_text() == "mine"
    (folder / "thesis.txt").unlink()
    run_line(desk.settings, desk.line, ["ice"])
    assert (folder / "index.html").is_file()
    with reading(desk.line.database) as connection:
        assert journal.findings(connection, check="site_not_made", open_only=True) == []


def test_a_chart_that_cannot_be_made_costs_itself_and_is_told(
    desk: "Desk", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(claim: Claim, *_: object) -> Chart | None:
        if claim.id == CLAIM:
            raise ZeroDivisionError
        return None

    monkeypatch.setattr("flows.publishing.claim_reader.chart_of", broken)
    _publishing(desk, tmp_path / "public")
    assert (tmp_path / "public" / "claims" / CLAIM / "index.html").is_file()
    with reading(desk.line.database) as connection:
        told = [row for row in ledger.messages(connection) if row["key"].startswith("site:")]
    assert len(told) == 1
    assert f"the chart of {CLAIM} could not be made: ZeroDivisionError" in json.dumps(told[0]["body"])


def test_a_watch_is_judged_and_on_no_page(desk: "Desk", tmp_path: Path) -> None:
    watches = desk.settings.home / "watches"
    watches.mkdir()
    text = (
        'id = "watch-60000"\ntitle = "60,000 held"\nsaid_on = 2025-05-28\n[test]\nform = "passes"\n'
        'series = "ice.detained{agency=all, criminality=all}"\nunit = "people held"\nvalue = 50000\nside = "above"\n'
        'because = "A round number."\n'
    )
    (watches / "watch-60000.toml").write_text(text, encoding="utf-8")
    claims = usable_claims(desk.settings)
    assert "watch-60000" in [claim.id for claim in claims]
    _publishing(desk, tmp_path / "public")
    assert not (tmp_path / "public" / "claims" / "watch-60000").exists()
    assert (tmp_path / "public" / "claims" / CLAIM).is_dir()
    with reading(desk.line.database) as connection:
        items = [item for row in ledger.messages(connection) for item in row["body"]["items"]]
    told = [item for item in items if "60,000 held" in json.dumps(item)]
    assert told
    assert {item["claim_id"] for item in told} == {""}


def test_the_command_makes_the_site_and_says_where_it_is(desk: "Desk", tmp_path: Path) -> None:
    home = desk.settings.home
    empty = typed(home, "site", "--to", str(tmp_path / "out"))
    assert (empty.returncode, empty.stderr) == (
        2,
        "Nothing is known yet that a site could show. Type `onrecord run` first.\n",
    )
    desk.publisher.publish(edition("05232025"))
    run_line(desk.settings, desk.line, ["ice"])
    missing = typed(home, "site")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "give --to FOLDER" in missing.stderr
    done = typed(home, "site", "--to", str(tmp_path / "out"))
    assert done.returncode == 0
    assert done.stdout.endswith(f"{tmp_path / 'out' / 'index.html'}\n")
    assert "0 written, 0 removed" in typed(home, "site", "--to", str(tmp_path / "out")).stdout
    taken = typed(home, "site", "--to", str(home))
    assert (taken.returncode, taken.stderr.count("\n")) == (2, 1)
    assert f"{home} holds something" in taken.stderr
