"""Numbers by value and not by their last bits: two programs that save one figure write it to more or fewer digits.

A spreadsheet keeps fifteen significant digits, and no two programs round to them alike: LibreOffice writes the average
898.63265306122446 of FY19-detentionstats as 898.632653061225, openpyxl writes sixteen digits. So figures are kept as
they were read, and compared as `same`.
"""

import math

# One in the fifteenth digit is 1e-14 of a number that begins with 1, and the rounding of two programs adds up.
PRECISION = 1e-13


def same(one: float | None, other: float | None) -> bool:
    """Whether two numbers are equal at the precision that spreadsheets keep; no number is the same as no number."""
    if one is None or other is None:
        return one is other
    return one == other or math.isclose(one, other, rel_tol=PRECISION)


def coarse(value: float) -> str:
    """A number for a hash that must be the same for numbers that are: whole as it is, else to seven digits.

    Two numbers that are `same` lie on two sides of a seventh digit's rounding once in a hundred million times.
    """
    return shown(value) if float(value).is_integer() else f"{value:.7g}"


def shown(value: float) -> str:
    """How most cells show a number: integers bare, other numbers as Python writes them."""
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
