"""How a table of a sheet is declared: the words of its title, its label sets, and what each label means.

A table is data. A renamed label or a new variant is a line in a declaration (`scrapers.ice_detention_tables`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from figures.records import Dims

Kind = Literal["instant", "fiscal_year_to_date"]
Span = Literal["table", "month"]


@dataclass(frozen=True, slots=True)
class Column:
    """What the figures under one header label are. `span` is `month` for Oct..Sep, else the table's own."""

    metric: str
    dims: Dims = ()
    span: Span = "table"


@dataclass(frozen=True, slots=True)
class Row:
    """What the figures beside one row label are; `metric` replaces the column's where rows count other things."""

    dims: Dims = ()
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """One column of row labels.

    `over` are the words that may stand over it. `rows` are the declared labels, found in whatever spelling; another
    label is taken as it stands, for the dimension `free` as a matter of course (with `names` as a proper name, in
    capitals), for `new` with a finding. `groups` are labels that open a group whose sub-rows repeat in each;
    `free_groups` does the same for labels of no fixed list; a group's own row has `group_self`. `years` says that the
    labels are fiscal years. With `carried` a blank repeats the label above.
    """

    over: tuple[str, ...]
    rows: Mapping[str, Row] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    free: str = ""
    names: bool = False
    new: str = ""
    groups: Mapping[str, Row] = field(default_factory=dict)
    free_groups: str = ""
    group_self: Dims = ()
    years: bool = False
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`headers` are the label sets that the columns have had, in any order. `clock` names the footnote that dates it.

    `always` says that every sheet has it; of the tables that share an `either` every sheet has exactly one. `spill`
    allows a value in a blank column right of its header (January to March 2022: header in J, values in L). A row whose
    label matches `until` is a note below the table, and no longer a row of it.
    """

    id: str
    titles: tuple[str, ...]
    labels: tuple[Labels, ...]
    headers: tuple[frozenset[str], ...]
    columns: Mapping[str, Column]
    clock: str
    kind: Kind
    always: bool = False
    either: str = ""
    spill: bool = False
    until: re.Pattern[str] | None = None
