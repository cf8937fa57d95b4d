"""axe-core, which tells whether people who do not see or do not use a mouse can use a page.

It comes from npm in the version and with the hash that package-lock.json states, into a folder outside the project.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.once import once

HERE = Path(__file__).parent
LISTS = ("package.json", "package-lock.json")
RULES = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice")
MISSING = "npm is not installed, which fetches axe-core; on Debian: apt-get install --no-install-recommends npm"


class NotFetchedError(Exception):
    """axe-core could not be had; the message says what npm said."""


def can_fetch() -> bool:
    """Whether npm is here, which fetches axe-core."""
    return shutil.which("npm") is not None


def program_text(cache: Path) -> str:
    """The program text of axe-core, fetched into `cache` once. Raises NotFetchedError."""
    named = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in LISTS)).hexdigest()[:16]
    folder = once(cache / named, _install)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def _install(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # what a run left that was cut off
    folder.mkdir()
    for name in LISTS:
        shutil.copy(HERE / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise NotFetchedError(f"npm could not install axe-core: {done.stderr.strip()[-500:]}")


def violations(page: Page) -> list[str]:
    """What axe finds on a page as it stands, one sentence for each place; `axe` has been loaded into it."""
    run = "rules => axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: rules}})"
    found: dict[str, Any] = page.evaluate(run, list(RULES))
    return [
        f"axe: {rule['id']} at {' '.join(map(str, node['target']))}: {rule['help']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
