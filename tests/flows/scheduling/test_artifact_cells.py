"""What comes from outside is text on Prefect's page, which reads the cells of a table as Markdown."""

import re
import string

from flows.scheduling.artifact_cells import as_shown, table_of

HOSTILE = (
    "<img src=http://evil.example/x onerror=alert(1)>",
    "[a link](javascript:alert(1))",
    "http://evil.example www.evil.example",
    "**bold** `code` ~~gone~~ | cell",
    "# heading",
    "1. item",
    "- item",
    "&lt;b&gt;",
    "two\\\\ backslashes",
)


def test_no_sign_that_markdown_obeys_is_left_bare() -> None:
    for text in (*HOSTILE, string.punctuation):
        shown = as_shown(text)
        assert re.sub(r"\\(.)", r"\1", shown) == text
        bare = re.sub(r"\\.", "", shown)
        assert not set(bare) & set(string.punctuation), text


def test_a_cell_is_one_line_of_visible_text() -> None:
    (row,) = table_of([{"file": "a\n\n# b\u202e\x1b[31m"}])
    assert "\n" not in row["file"]
    assert "\u202e" not in row["file"]
    assert "\x1b" not in row["file"]
