"""A fetched file against what the page that links it states of it. Pure."""

from figures.records import Finding, Target


def size_differs(target: Target, size: int) -> Finding | None:
    """Whether a file that was fetched has as many bytes as the page states: a free check that it is whole."""
    if target.size is None or target.size == size:
        return None
    words = (
        f"{target.name} has {size:,} bytes, and {target.size:,} by the page that links it: it was cut off or "
        "is another file."
    )
    return Finding("size_differs", "hold", "release", (), f"{target.size} bytes", f"{size} bytes", words)
