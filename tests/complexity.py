"""`python -m tests.complexity`: no block of the program may be too complex, and few may be complex at all.

A block is a function, a method or a class, as radon counts them: unlike ruff's count, with each `and`, `or` and `if`
of an expression or a comprehension.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from radon.complexity import cc_visit

from onrecord import PACKAGES

MOST, MANY, MANY_PER_THOUSAND_LINES = 15, 10, 1.5
_ROOT = Path(__file__).parents[1]


class Waiting(NamedTuple):
    """What a package may still have: its most complex block, and how many blocks above `MANY`."""

    most: int
    many: int


# Packages that are above the limits, with what they have: these numbers may only fall.
WAITING: Mapping[str, Waiting] = {
    "alerts": Waiting(19, 38),
    "flows": Waiting(MOST, 36),
    "scrapers": Waiting(MOST, 18),
}


class Block(NamedTuple):
    complexity: int
    place: str


def modules(package: str, root: Path = _ROOT) -> list[Path]:
    """Every module of a package of the program."""
    return sorted((root / package).rglob("*.py"))


def faults(paths: list[Path], waiting: Waiting | None = None, root: Path = _ROOT) -> list[str]:
    """Each block of some modules that is too complex, and all complex ones where there are too many of them."""
    texts = {path: path.read_text("utf-8") for path in paths}
    blocks = sorted((block for path, text in texts.items() for block in _blocks(path, text, root)), reverse=True)
    lines = sum(len(text.splitlines()) for text in texts.values())
    most, many = waiting or Waiting(MOST, int(lines * MANY_PER_THOUSAND_LINES / 1000))
    found = [
        f"{each.place} has complexity {each.complexity}; at most {most} is allowed"
        for each in blocks
        if each.complexity > most
    ]
    if len(blocks) > many:
        found.append(
            f"{len(blocks)} blocks are above {MANY}, which is {len(blocks) / lines * 1000:.2f} per 1,000 of "
            f"{lines:,} lines; at most {many} are allowed:"
        )
        found += [f"  {each.complexity:3}  {each.place}" for each in blocks]
    return found


def _blocks(path: Path, text: str, root: Path) -> Iterator[Block]:
    """The blocks of a module that are complex."""
    for each in cc_visit(text):
        if each.complexity > MANY:
            yield Block(each.complexity, f"{path.relative_to(root)}:{each.lineno} {each.fullname}")


def main() -> int:
    """Print what is above the limits; 1 when anything is."""
    found = [fault for name in PACKAGES for fault in faults(modules(name), WAITING.get(name))]
    found += faults([_ROOT / "onrecord.py"])
    sys.stdout.write("\n".join(found or ["Complexity is within its limits."]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
