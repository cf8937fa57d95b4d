"""A fault of our own program as a record: what was raised, where in our code, with which words.

`attempt` is the one place where any exception is taken. It stands around one look at a source, around one reader or
check, and around one claim, so that what fails there costs that alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")
OUR_PACKAGES = frozenset({"figures", "scrapers", "checks", "storage", "alerts", "pages", "flows"})
# What an exception says may hold a piece of a file from outside.
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Mishap:
    """`kind` is the exception's type, `place` the module and function of ours that was last at work."""

    kind: str
    place: str
    line: int
    words: str
    error: Exception = field(compare=False, repr=False)

    @property
    def short(self) -> str:
        """What stays the same when the code around it moves: `AttributeError in storage.read.previous, steps`."""
        return f"{self.kind} in {self.place}"

    def __str__(self) -> str:
        return f"{self.short} (line {self.line}): {self.words or 'it gave no words'}"


def attempt(run: Callable[[], T], let_through: tuple[type[Exception], ...] = ()) -> T | Mishap:
    """What `run` gives, or the record of what it raised. Exceptions in `let_through` are raised as they are."""
    try:
        return run()
    except let_through:
        raise
    except Exception as error:  # noqa: BLE001 - the one boundary; who calls it records the mishap and tells of it
        return mishap(error)


def mishap(error: Exception) -> Mishap:
    module, function, line = _place(error.__traceback__)
    words = " ".join(str(error).split())
    shown = words if len(words) <= LONGEST else f"{words[:LONGEST]} ..."
    return Mishap(type(error).__name__, f"{module}, {function}", line, shown, error)


def _place(traceback: TracebackType | None) -> tuple[str, str, int]:
    """Module, function and line of the innermost frame that is ours; of the innermost at all where none is."""
    ours = last = ("no module", "no function", 0)
    while traceback is not None:
        frame = traceback.tb_frame
        module = str(frame.f_globals.get("__name__", ""))
        last = (module, frame.f_code.co_name, traceback.tb_lineno)
        if module.partition(".")[0] in OUR_PACKAGES and module != __name__:
            ours = last
        traceback = traceback.tb_next
    return ours if ours[0] != "no module" else last
