"""Each thing that is asked of a site is asked so that it can fail."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import examples, links, look, small_site
from tests.browser.served import served
from tests.browser.small_site import IN_BROWSER, WITHOUT_BROWSER


def _without_browser(folder: Path) -> list[str]:
    return [*links.link_faults(folder, "https://news.example/onrecord/"), *links.markup_faults(folder)]


def test_links_and_markup_of_a_sound_site_have_no_faults(tmp_path: Path) -> None:
    assert _without_browser(small_site.build(tmp_path)) == []


def test_each_fault_of_links_and_markup_is_told(tmp_path: Path) -> None:
    for number, planted in enumerate(WITHOUT_BROWSER):
        folder = small_site.build(tmp_path / str(number))
        small_site.plant(folder, planted)
        found = _without_browser(folder)
        assert [fault for fault in found if fault.startswith(planted.file) and planted.told in fault], (planted, found)


def test_a_kind_is_shown_by_its_longest_and_its_shortest_page(tmp_path: Path) -> None:
    for name, length in (("claims/a", 5), ("claims/b", 1), ("claims/c", 9), ("es/claims/d", 3), ("facilities/tx/e", 2)):
        page = tmp_path / name / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text("x" * length)
    shown = [page.parent.relative_to(tmp_path).as_posix() for page in examples.examples(tmp_path)]
    assert shown == ["claims/b", "claims/c", "es/claims/d", "facilities/tx/e"]


@pytest.mark.browser
def test_a_sound_site_has_no_faults_in_a_browser(tmp_path: Path, browser: Browser, axe_text: str) -> None:
    folder = small_site.build(tmp_path)
    with served(folder) as address:
        assert look.faults(folder, address, browser, axe_text) == []


@pytest.mark.browser
def test_each_fault_that_a_reader_meets_is_told(tmp_path: Path, browser: Browser, axe_text: str) -> None:
    for number, planted in enumerate(IN_BROWSER):
        folder = small_site.build(tmp_path / str(number))
        small_site.plant(folder, planted)
        shown = planted.file if planted.file.endswith(".html") else "index.html"
        with served(folder) as address:
            found = look.page_faults(folder, shown, address, browser, axe_text)
        assert [fault for fault in found if planted.told in fault], (planted, found)


@pytest.mark.browser
def test_pictures_are_taken_of_a_page(tmp_path: Path, browser: Browser) -> None:
    folder, to = small_site.build(tmp_path / "site"), tmp_path / "pictures"
    to.mkdir()
    with served(folder) as address:
        made = look.pictures(["es/index.html"], address, to, browser)
    assert [path.name for path in made if path.stat().st_size > 1_000] == [
        "es_index_390_light.png",
        "es_index_390_dark.png",
        "es_index_1300_light.png",
        "es_index_1300_dark.png",
        "es_index.pdf",
    ]
