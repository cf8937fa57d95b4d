"""Names that people type: the one that is meant, shortened as far as it stays clear, and the nearest to a wrong one."""

import difflib
import re
from collections.abc import Collection, Iterable, Sequence

# How like a name must be to be offered: 1 is the same. Below this difflib's pairs have little in common.
ALIKE = 0.6
SHOWN = 3
# Of names that begin alike so many are named; whoever shortens further than that is told how many there are.
NAMED = 8


class UnknownNameError(LookupError):
    """A name that nobody bears: what was asked for, and the nearest that there are."""


class AmbiguousNameError(UnknownNameError):
    """A name that is short for several, which are named."""


def nearest(name: str, known: Iterable[str], most: int = SHOWN) -> list[str]:
    """The names most like one, the likest first. Those that begin like it or hold it as a part are like it, too."""
    wanted = _folded(name)
    if not wanted:
        return []
    forms: dict[str, list[str]] = {}
    for each in known:
        folded = _folded(each)
        for form in {folded, folded[: len(wanted) + 1]}:
            forms.setdefault(form, []).append(each)
    alike = difflib.get_close_matches(wanted, forms, most, ALIKE)
    parts = sorted((form for form in forms if wanted in form), key=lambda form: (len(form), form))
    return list(dict.fromkeys(each for form in (*alike, *parts) for each in forms[form]))[:most]


def _folded(name: str) -> str:
    """A name without what people get wrong first: capitals, and which mark stands between two words."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def or_nearest(name: str, known: Iterable[str]) -> str:
    """`; nearest: a, b` for the end of a sentence about a wrong name; nothing where nothing is like it."""
    found = nearest(name, known)
    return f"; nearest: {', '.join(found)}" if found else ""


def meant(name: str, known: Collection[str], no_such: str, listed: str) -> str:
    """The name that is meant: this one itself, or the only one that begins with it, also without `claim:` or what else
    says what kind of name it is.

    Raises UnknownNameError, where `no_such` says that there is none and `listed` where all are, or AmbiguousNameError.
    """
    if name in known:
        return name
    begun = sorted(each for each in known if name and name in (each[: len(name)], each.partition(":")[2][: len(name)]))
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise AmbiguousNameError(f"{name!r} is short for {len(begun)}: {some(begun)}. Give more of the one meant.")
    raise UnknownNameError(f"{no_such}{or_nearest(name, known)}; {listed}.")


def some(names: Sequence[str]) -> str:
    """The first of many names, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
