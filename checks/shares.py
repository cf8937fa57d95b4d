"""How exactly a published share can be compared with its counts: to the digits that are printed."""

from figures.records import Observation

# A share was often rounded to three digits before: what is printed with fewer was rounded twice.
ROUNDED_BEFORE = 0.0006
# `0.3` may be `30 %`: whoever rounds to whole percents loses a closing zero.
FEWEST_DIGITS = 2


def printed_within(share: Observation) -> float:
    """By how much a share may differ from its counts: half of the last digit that is printed, rounded from three.

    Some editions print `0.27` beside counts that are right to the unit.
    """
    digits = max(len(share.raw.strip().rstrip("%").partition(".")[2]), FEWEST_DIGITS)
    return ROUNDED_BEFORE + 0.5 * 10.0**-digits
