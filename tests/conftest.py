import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
Edit = Callable[[openpyxl.Workbook], object]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The publishers' own files, which are not part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the published workbooks and payloads are not at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture
def edited() -> Callable[[bytes, Edit], bytes]:
    """A workbook opened, changed and saved, as somebody at the publisher's desk would."""

    def apply(content: bytes, edit: Edit) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(content))
        edit(book)
        saved = io.BytesIO()
        book.save(saved)
        return saved.getvalue()

    return apply
