"""`python -m tests.browser FOLDER [PICTURES]`: the faults of a built site, and pictures of each kind of its pages."""

import sys
from pathlib import Path

from tests.browser import axe, chromium, installed, links, look
from tests.browser.examples import examples
from tests.browser.served import served

CACHE = Path(".pytest_cache") / "d" / "axe-core"


def main(folder: Path, to: Path | None) -> int:
    """Print one line for each fault. Returns 1 where there is one."""
    found = [*links.link_faults(folder), *links.markup_faults(folder)]
    path = installed.program()
    if path is None:
        raise SystemExit(installed.MISSING)
    CACHE.mkdir(parents=True, exist_ok=True)
    with chromium.launched(path) as browser, served(folder) as address:
        found += look.faults(folder, address, browser, axe.program_text(CACHE))
        if to is not None:
            to.mkdir(parents=True, exist_ok=True)
            look.pictures([page.relative_to(folder).as_posix() for page in examples(folder)], address, to, browser)
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


if __name__ == "__main__":
    given = [Path(each).resolve() for each in sys.argv[1:]]
    raise SystemExit(main(given[0], given[1] if len(given) > 1 else None))
