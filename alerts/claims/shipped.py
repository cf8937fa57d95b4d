"""Where the claims lie that come with the program. Apart from what reads them: the settings need the folder alone."""

from pathlib import Path
from typing import Final

import alerts

WATCHES: Final = "watches"  # the folder in which files of watches lie


def shipped_claims() -> Path:
    """The folder of shipped claims: inside the installed package, or `claims/` beside it in a checkout."""
    package = Path(alerts.__path__[0])
    installed = package / "shipped_claims"
    return installed if installed.is_dir() else package.parent / "claims"
