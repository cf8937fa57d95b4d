"""A series in text, taken apart again: `ice.detained{agency=ICE, criminality=convicted}`."""

import re

from figures.records import Dims

# A value may hold a comma, as places do; a dimension begins after one with a name in small letters and an equals sign.
_NEXT = re.compile(r", (?=[a-z][a-z0-9_]*=)")


def split_series(key: str) -> tuple[str, Dims]:
    """(metric, dimensions with their values). Raises ValueError for what is no series in text."""
    metric, brace, inner = key.partition("{")
    if not metric or not brace or not inner.endswith("}"):
        raise ValueError(f"{key!r} is no series; expected one such as ice.book_ins{{agency=ICE}}")
    pairs = [piece.partition("=") for piece in _NEXT.split(inner[:-1])] if inner != "}" else []
    if not all(equals for _, equals, _ in pairs):
        raise ValueError(f"{key!r} is no series; each dimension is written name=value")
    return metric, tuple((name, value) for name, _, value in pairs)
