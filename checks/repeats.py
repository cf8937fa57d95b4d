"""A table that repeats an earlier edition figure for figure was not drawn anew, whatever day stands over it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from figures.periods import spoken
from figures.prints import ALIKE
from figures.records import Finding

SAME_FIGURES = "same_figures"


@dataclass(frozen=True, slots=True)
class Drawn:
    """An edition's tables by what they show (`figures.prints`), and when its queries were run."""

    name: str
    run_date: date | None
    prints: Mapping[str, str]


def same_figures(name: str, sha256: str, published: date) -> Finding:
    """That a release says what an earlier one said, in other bytes: kept for the record, told nobody."""
    words = (
        f"Same figures in other bytes: every figure is that of {name} (sha256 {sha256[:16]}), public since "
        f"{spoken(published)}. It was saved or put out again, and is counted in no calendar."
    )
    return Finding(SAME_FIGURES, "note", "release", (), "figures of its own", sha256, words)


def repeats(new: Drawn, earlier: Sequence[Drawn]) -> Iterator[Finding]:
    """Holds each table that equals that of an earlier edition with an older run date; `earlier` in any order.

    An edition issued again within days keeps its run date (04122023b) and repeats rightly.
    """
    if new.run_date is None:
        return
    for table, mine in sorted(new.prints.items()):
        older = [
            (one.run_date, one.name)
            for one in earlier
            if one.run_date and one.run_date < new.run_date and one.prints.get(table) == mine
        ]
        if older:
            run, name = max(older)
            words = (
                f"{table} shows the same figures as {name}, whose queries were run on {spoken(run)}; these were run on "
                f"{spoken(new.run_date)}. It was not drawn anew, so its day is not known."
            )
            yield Finding(
                "same_as_before",
                "hold",
                "table",
                ALIKE.get(table, (table,)),
                f"other figures than on {run}",
                "the same",
                words,
            )
