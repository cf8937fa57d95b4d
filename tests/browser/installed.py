"""Which browser is installed. Apart from the one that is driven: every test run asks."""

import shutil

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MISSING = (
    f"no browser is installed (looked for {', '.join(PROGRAMS)}); "
    "on Debian: apt-get install --no-install-recommends chromium fonts-dejavu-core"
)


def program() -> str | None:
    """The path of an installed Chromium; None where there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)
