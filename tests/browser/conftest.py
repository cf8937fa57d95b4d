from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import axe, chromium, installed


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    path = installed.program()
    if path is None:
        pytest.skip(installed.MISSING)
    with chromium.launched(path) as started:
        yield started


@pytest.fixture(scope="session")
def axe_text(pytestconfig: pytest.Config) -> str:
    """The program text of axe-core."""
    if not axe.can_fetch():
        pytest.skip(axe.MISSING)
    return axe.program_text(pytestconfig.cache.mkdir("axe-core"))
