"""A real Chromium: the one that is installed, as Debian packages it. Playwright's own download is not used."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# A browser that does nothing by itself: no sandbox in a container, no look for updates, no list of unsafe pages.
SWITCHES = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
)


@contextmanager
def launched(path: str) -> Iterator[Browser]:
    """A Chromium that runs without a window and ends with the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        try:
            yield browser
        finally:
            browser.close()
