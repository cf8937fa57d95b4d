"""What the name of one of CBP's encounter files says: which file it is, of which years and of which month.

Seen: nationwide-encounters-fy23-fy26-aug-aor_0.csv, nationwide-encounters-fy22-fy25-state.csv (final, of the year's
end), sbo-encounters-fy22-fy25-aug.csv. `_0` is put behind a file that was uploaded again, `(1)` by browsers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from figures.periods import fiscal_year_end, month_of_fiscal_year
from scrapers.cbp.columns import MONTHS, Kind

_NAME = re.compile(
    rf"(nationwide|sbo)-encounters-fy(\d\d)-fy(\d\d)(?:-({'|'.join(MONTHS)}))?(?:-(aor|state))?(?:_(\d{{1,3}}))?"
    r"(?: ?\(\d{1,3}\))?\.csv",
    re.IGNORECASE | re.ASCII,
)


# By the scope and the split that a name states.
_KINDS: Mapping[tuple[str, str], Kind] = {
    ("sbo", ""): "sbo",
    ("nationwide", "aor"): "aor",
    ("nationwide", "state"): "state",
}


@dataclass(frozen=True, slots=True)
class FileName:
    """`month` is the last month that the file covers, `OCT` to `SEP`; empty in the final file of a fiscal year.
    `upload` is the number behind an underscore, -1 where there is none.
    """

    kind: Kind
    first_year: int
    last_year: int
    month: str
    upload: int

    @property
    def window(self) -> str:
        """The set that a file belongs to; it rolls on by a year every October."""
        return f"fy{self.first_year % 100:02d}-fy{self.last_year % 100:02d}"

    @property
    def through(self) -> date:
        """The last day that the file covers."""
        end = fiscal_year_end(self.last_year)
        return month_of_fiscal_year(self.last_year, self.month.title(), end).end or end if self.month else end

    @property
    def edition(self) -> tuple[int, int]:
        """What orders editions: the running fiscal year and the place of the month in it, 12 for the final file."""
        return self.last_year, MONTHS.index(self.month) if self.month else len(MONTHS)


def read_name(name: str) -> FileName | None:
    """None for a name of no known shape."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    scope, first, last, month, split, upload = found.groups()
    kind = _KINDS.get((scope.casefold(), (split or "").casefold()))
    if kind is None or int(first) > int(last):
        return None
    return FileName(kind, 2000 + int(first), 2000 + int(last), (month or "").upper(), int(upload) if upload else -1)
