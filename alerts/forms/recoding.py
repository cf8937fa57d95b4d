"""Whether people were coded anew between two editions: then a share over the time between them compares two codings.

Between two editions of 2026 every closed month's people with a pending charge rose by a tenth and the others fell: a
share of the 56 days between them came to 73 % from 54 %, and nothing had happened but the coding.
"""

from collections.abc import Sequence
from datetime import date
from statistics import median

from alerts.forms.basis import Basis, day
from alerts.forms.derived_series import CRIMINALITIES
from figures.records import Figure

# Closed months move by tenths of a percent, fresh ones by up to 2 %; that most of them move by more is no late entry.
BEYOND_USUAL = 0.02
FEWEST_MONTHS = 2
# Months by criminality are published with the releases; people are coded once, for all tables of an edition.
WITNESS = "ice.final_releases_by_reason{criminality=all, part_of=all, reason=all}"


def consulted(whole: str) -> tuple[str, ...]:
    """The series whose months tell how the people of a series are coded: its own, and those of the releases."""
    return tuple(
        of.replace("criminality=all", f"criminality={name}") for of in (whole, WITNESS) for name in CRIMINALITIES
    )


def recoded(whole: str, earlier: Figure, later: Figure, basis: Basis) -> str:
    """How closed months were coded anew between the editions of two counts, in words; '' where they were not."""
    for series in consulted(whole):
        then = basis.known.at(earlier.known_at).clean(series, "month")
        now = basis.known.at(later.known_at).clean(series, "month")
        moves = _moves(then, now, day(earlier))
        if len(moves) >= FEWEST_MONTHS and abs(median(moves)) > BEYOND_USUAL:
            between = f"between {earlier.release_name} and {later.release_name}"
            moved = f"{len(moves)} closed months moved by {median(moves):+.0%}"
            return f"{series}: {moved} {between}, people were coded anew"
    return ""


def _moves(then: Sequence[Figure], now: Sequence[Figure], until: date) -> list[float]:
    """By how much each month of the newest year that was over by a day moved, as a part of what it was."""
    before = _over_by(until, [f for f in then if f.fiscal_year == then[-1].fiscal_year])
    after = _over_by(until, now)
    return [
        (after[start].value or 0.0) / f.value - 1
        for start, f in before.items()
        if f.value and start in after and day(after[start]) == day(f)
    ]


def _over_by(until: date, months: Sequence[Figure]) -> dict[date | None, Figure]:
    """Those of some months that were over by a day, by their first day."""
    return {f.period.start: f for f in months if day(f) <= until}
