"""A cell of an artifact's table: Prefect's page reads it as Markdown, HTML and links to scripts included."""

import re
from collections.abc import Mapping, Sequence

from alerts.messages.invisible_characters import one_line

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def as_shown(text: str) -> str:
    """A text that the page shows as it is: every sign that Markdown could obey has a backslash, which is not shown."""
    return _PUNCTUATION.sub(r"\\\1", one_line(text))


def table_of(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Rows whose texts may come from outside, as a table that shows them as they are."""
    return [{name: as_shown(text) for name, text in row.items()} for row in rows]
