"""JSON is read only where it fits: fifteen megabytes of `{},{},{}` become more than a gigabyte of objects."""

from scrapers.errors import NotReadableError

# TRAC's largest table, 150 releases of 200 facilities, comes to 60 MB by this reckoning.
MOST_MEGABYTES = 150
# What Python needs at most for each object, list, text and value, in bytes.
_OBJECT, _LIST, _TEXT, _VALUE = 232, 88, 60, 33


def require_room(content: bytes, name: str) -> None:
    """Raise NotReadableError for JSON that would take more memory than any publisher's file does."""
    needed = (
        _OBJECT * content.count(b"{")
        + _LIST * content.count(b"[")
        + _TEXT * (content.count(b'"') // 2)
        + _VALUE * content.count(b",")
        + 2 * len(content)
    )
    if needed > MOST_MEGABYTES * 1024 * 1024:
        raise NotReadableError(
            f"{name} would take about {needed >> 20:,} MB to read; files of up to {MOST_MEGABYTES} MB are read"
        )
