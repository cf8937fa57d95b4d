import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from replica.editions import Edition

# Two copies of 06202025 exist; FY24's name was used for an earlier file too.
FILES = {"FY24": "FY24_detentionStats__a177b8bd.xlsx", "06202025": "FY25_detentionStats06202025__9ac991b9.xlsx"}


@pytest.fixture(scope="session")
def published(shared_data: Path) -> Callable[[Edition], Path]:
    """Where the workbook lies that ICE published as an edition."""
    with (shared_data / "ice" / "manifest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    def path(one: Edition) -> Path:
        names = [row["file"] for row in rows if row["published_name"] == one.file_name]
        name = FILES.get(one.key, names[0])
        assert name in names
        return shared_data / "ice" / "workbooks" / name

    return path
