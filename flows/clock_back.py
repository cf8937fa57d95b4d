"""A clock that goes back: by it, a new release would take its place before those that we have seen already."""

from datetime import datetime, timedelta

# A clock that is set right goes back by less.
MAY_GO_BACK = timedelta(minutes=5)


class ClockError(Exception):
    """The clock stands before the last look."""


def require_forward(source: str, last_look: datetime | None, now: datetime) -> None:
    """Raises ClockError when the last look at a source was later than now.

    The run that this ends is itself a look: the next one takes the clock as it is, since it may have been wrong before.
    """
    if last_look is not None and now < last_look - MAY_GO_BACK:
        raise ClockError(
            f"The clock says {now:%Y-%m-%d %H:%M} UTC, and the last look at {source} was at "
            f"{last_look:%Y-%m-%d %H:%M}. One of the two is wrong, and since when a file is known hangs on it; nothing "
            "was asked for. Set the clock right; if it is right now, run again."
        )
