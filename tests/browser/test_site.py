"""The site in a real browser: every kind of page, made from facts at hand and by the demo."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from flows.publishing.placing import put_in_place
from pages.building import build
from tests.browser import links, look
from tests.browser.served import served
from tests.pages.facts_at_hand import FACTS, SITE

PROGRAM = Path(sys.executable).with_name("onrecord")


def test_links_lead_somewhere_and_no_page_holds_what_none_may(tmp_path: Path) -> None:
    folder = put_in_place(build(FACTS, SITE), tmp_path / "site").folder
    assert [*links.link_faults(folder, SITE.url), *links.markup_faults(folder)] == []


@pytest.mark.browser
def test_readers_meet_no_fault_on_any_kind_of_page(tmp_path: Path, browser: Browser, axe_text: str) -> None:
    # Without an address of its own: with one the page for what is not there leads to it, on another host.
    folder = put_in_place(build(FACTS, replace(SITE, url="")), tmp_path / "site").folder
    with served(folder) as address:
        assert look.faults(folder, address, browser, axe_text) == []


@pytest.mark.browser
@pytest.mark.soak
def test_the_demo_ends_with_a_site_without_fault(tmp_path: Path, browser: Browser, axe_text: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "ONRECORD"))}
    home = tmp_path / "demo"
    told = subprocess.run(
        [str(PROGRAM), "demo", "--home", str(home)],
        env={**kept, "HOME": str(tmp_path), "PREFECT_HOME": str(tmp_path / "elsewhere")},
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    folder = home / "site"
    assert str(folder / "index.html") in told.stdout
    assert [*links.link_faults(folder), *links.markup_faults(folder)] == []
    with served(folder) as address:
        assert look.faults(folder, address, browser, axe_text) == []
