"""Series that nobody publishes and that follow from those that are: what each is made of, by which rule, and how much
it moves by itself. Their cells are those of the figures they are made of.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# Whom a share of people held or booked in counts. On one definition the share hardly moved in 2025 (71.1 % in
# February, 70.3 % in August without conviction); between two it seemed to jump.
SHARES: Mapping[str, tuple[str, ...]] = {
    "convicted": ("convicted",),
    "convicted or charged": ("convicted", "pending"),
    "no conviction": ("pending", "other"),
    "no record": ("other",),
}
CRIMINALITIES = ("convicted", "pending", "other")


@dataclass(frozen=True, slots=True)
class Derived:
    """`of` names the series or metrics it is made of, `rule` what makes it: a form, or a function of `daily_rates` or
    `month_cells`.

    `variation` is the coefficient of variation by length of window in days, measured in FY2024; empty where the
    noise is the claim's own.
    """

    id: str
    unit: str
    of: tuple[str, ...]
    rule: str
    meaning: str
    variation: tuple[tuple[int, float], ...] = ()


_REMOVALS = ((14, 0.116), (28, 0.074), (56, 0.050), (84, 0.030), (112, 0.019))
_ICE_BOOK_INS = ((14, 0.096), (28, 0.078), (56, 0.059), (84, 0.054), (112, 0.045))

DERIVED: Mapping[str, Derived] = {
    each.id: each
    for each in (
        Derived(
            "removals_per_day",
            "people a day",
            ("ice.removals{group=all}",),
            "daily_rates.newest_interval, since, between: difference of two editions of one fiscal year over its days",
            "ICE removals a day; contains the revisions of all earlier months",
            _REMOVALS,
        ),
        Derived(
            "ice_book_ins_per_day",
            "people a day",
            ("ice.book_ins{agency=ICE}",),
            "daily_rates.newest_interval, since, between",
            "people ICE arrested and booked in, a day; stated arrests of 2025 ran up to 10 % above",
            _ICE_BOOK_INS,
        ),
        Derived(
            "book_ins_per_day",
            "people a day",
            ("ice.book_ins{agency=all}", "ice.book_ins{agency=CBP}"),
            "daily_rates.newest_interval, since, between",
            "people both agencies booked in, a day",
        ),
        Derived(
            "book_ins_of_months",
            "people",
            ("ice.book_ins",),
            "month_cells.of_months: month cells; the running month to its last day covered",
            "book-ins of whole months, without the revisions of others; last days are under-counted at first",
        ),
        Derived(
            "book_ins_of_two_editions",
            "people",
            ("ice.book_ins",),
            "month_cells.of_two_editions: TRAC's way over a window that begins within a month",
            "what TRAC calls arrests over a window",
        ),
        *(
            Derived(
                f"share_{name.replace(' ', '_')}",
                "percent",
                ("ice.detained", "ice.book_ins_by_criminality"),
                f"shares: criminality {' + '.join(parts)} of all",
                f"share {name}; of those held on a day, or of those booked in over four weeks (a flow)",
            )
            for name, parts in SHARES.items()
        ),
        Derived(
            "required_pace",
            "people a day",
            ("any count since 1 October",),
            "targets: (target - done) / days left",
            "what a dated total or a projection still asks for, beside the present pace",
        ),
        Derived(
            "implied_pace",
            "people a day",
            ("a speaker's totals",),
            "totals: difference of two statements over the days between them",
            "how fast it would have gone if both statements were tight",
        ),
    )
}
_BY_SERIES: Mapping[str, Derived] = {each.of[0]: each for each in DERIVED.values() if each.variation}


def usual_variation(series: str, days: int) -> float | None:
    """The coefficient of variation of a rate over so many days, by the shorter step; None where none was measured."""
    steps = _BY_SERIES[series].variation if series in _BY_SERIES else ()
    return next((cv for length, cv in reversed(steps) if length <= days), None)
