"""The nouns that every stage shares. Constructed once, never changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from figures.cells import letters
from figures.metrics.metric import Metric
from figures.periods import Period
from figures.publication import Rules
from figures.scopes import Scopes

Severity = Literal["note", "warn", "hold"]
ScopeKind = Literal["release", "table", "cells"]
# `removed` stands for a figure that a release has dropped: no cell shows it, and what was said before stands no longer.
Status = Literal[
    "reported",
    "text",
    "blank",
    "suppressed",
    "to_come",
    "overwritten",
    "not_current",
    "removed",
    "not_applicable",
    "not_available",
]
# How we know since when the public could read a file, from the firmest: our own fetch, a dated capture in the
# Internet Archive, the day that the publisher's own list states, a date stated by who imports it, the date in the
# file's name, or the document's own properties.
KnownBy = Literal["fetched", "wayback", "posted", "stated", "file_name", "document_properties"]
Media = Literal["xlsx", "json", "html", "csv", "text"]
# What of a source may be handed on: its figures, with the attribution beside them, or its files too.
Republish = Literal["figures", "all"]
Dims = tuple[tuple[str, str], ...]


class Observation(NamedTuple):
    """One published figure with the cell that holds it. A tuple, because a workbook has eight thousand of them and
    a frozen dataclass takes four times as long to make.

    `value` is None where the publisher gave no number; `raw` is what the cell showed; `locator` is
    `xlsx:<sheet title>!<cell>`, `json:/<row>/<field>`, `html:#<anchor>/strong[n]`, `html:table[n]/<row>/<column>`, or
    for a sum of rows `csv:<column>=<value>;...#<column summed>[<rows> rows, <first>-<last>]`; `period_locator` is the
    cell that states the period.
    """

    metric: str
    dims: Dims
    period: Period
    value: float | None
    unit: str
    status: Status
    raw: str
    locator: str
    table: str
    fiscal_year: int | None = None
    run_date: date | None = None
    period_locator: str = ""

    @property
    def series(self) -> str:
        return series_key(self.metric, self.dims)


@lru_cache(maxsize=32768)
def series_key(metric: str, dims: Dims) -> str:
    """A series in text, the same everywhere: `ice.detained{agency=ICE, criminality=convicted}`."""
    inner = ", ".join([f"{name}={value}" for name, value in (sorted(dims) if len(dims) > 1 else dims)])
    return f"{metric}{{{inner}}}"


class Earlier(NamedTuple):
    """A clean number of an earlier release, in short: what checks compare a new one with. There are thousands."""

    series: str
    table: str
    period: Period
    value: float
    sheet: str  # the beginning of its locator
    row: int
    column: int
    fiscal_year: int | None
    release_name: str

    @property
    def locator(self) -> str:
        return f"{self.sheet}{letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check. A `hold` keeps what its scope names from being judged on.

    `scope` is empty for a whole release, else table ids or locators.
    """

    check: str
    severity: Severity
    scope_kind: ScopeKind
    scope: tuple[str, ...]
    expected: str
    found: str
    words: str


@dataclass(frozen=True, slots=True)
class Leftover:
    """A filled cell that was neither mapped nor ignored by a named rule."""

    locator: str
    raw: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one document says: its figures, what was odd about it, the dates it gives for itself, what was not read."""

    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]
    fiscal_year: int | None = None
    run_date: date | None = None
    modified_at: datetime | None = None
    leftovers: tuple[Leftover, ...] = ()

    @property
    def held(self) -> bool:
        return any(finding.severity == "hold" for finding in self.findings)


Role = Literal["current", "year_end", "other", "witness", "linked"]


@dataclass(frozen=True, slots=True)
class Target:
    """A file that a publisher's page links: where it is, what it is called, what it is taken for.

    `current` is looked at each time, `year_end` once a week; of an `other` only what is inside says whether it is an
    edition at all. A `witness` is fetched only for what it says of another file; a `linked` file is not fetched at all,
    and that it is there is what is watched. `posted` and `size` (in bytes) are what the page itself states of the file;
    None where it states nothing.
    """

    url: str
    name: str
    role: Role
    posted: date | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    targets: tuple[Target, ...]
    findings: tuple[Finding, ...]


SourceState = Literal["live", "moved", "refused", "withdrawn", "definition changed", "ended"]


@dataclass(frozen=True, slots=True)
class Stand:
    """How it stands with a source: since when, and by what that is known."""

    state: SourceState
    since: date
    evidence: str


class Dated(NamedTuple):
    """The day by which the public could read a file, how that is known, and what is odd about it."""

    day: date
    by: KnownBy
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes. `rules` say how often, None for one of whom nothing is expected any more."""

    id: str
    title: str
    rules: Rules | None


@dataclass(frozen=True, slots=True)
class Removals:
    """The tables of a source for which it means something of their own that a later release leaves a figure out; as
    `figures/removal_rules.py` says. `windowed_groups` are the beginnings of names of tables.
    """

    windowed: tuple[str, ...] = ()
    windowed_groups: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A place that publishes. `discover` reads its index page; a source without one is a single file.

    `parse(content, name)` is pure and raises `DriftError` or `NotReadableError`; `parser`, which `version` gives, is
    raised by one whenever it reads anything differently. `metrics` are what it counts, of which `headline` is the one
    whose newest day says how far the data reaches; a source without one links files that are fetched only to check
    those of another, and has neither metrics nor a rhythm. `scopes` say what its series count, by metric; one that is
    not among them is a scope of its own. `checks` are the modules of `checks/` that are asked of each of its documents,
    in this order. `attribution` stands beside every figure that is shown; `republish` says what may be handed on. With
    `once_a_day` each file is asked for once a day, ad hoc runs included, and once in `every_days` where that is more.
    `dated(content, name)` says since when the public could read a file that is handed in without a word, None when
    nothing tells; a source without it is not imported. `changes(page, page before, address, today)` says what cannot be
    right about a page beside an earlier one. `captures` is what the addresses of its past editions in the Internet
    Archive begin with, "" where none are taken from there. `declared` is its state where we know better than looks
    tell. With `held_beside` its releases are held against those of other sources when they are stored.
    """

    id: str
    title: str
    by: Publisher
    address: str
    media: Media
    parse: Callable[[bytes, str], Parsed]
    version: Callable[[], int]
    metrics: tuple[Metric, ...]
    headline: str
    scopes: Mapping[str, Scopes]
    checks: tuple[str, ...]
    attribution: str
    republish: Republish
    once_a_day: bool
    removals: Removals = Removals()
    held_beside: bool = False
    discover: Callable[[bytes, str], Listing] | None = None
    every_days: int = 1
    dated: Callable[[bytes, str], Dated | None] | None = None
    changes: Callable[[bytes, bytes, str, date], list[Finding]] | None = None
    captures: str = ""
    declared: Stand | None = None

    @property
    def publisher(self) -> str:
        return self.by.title

    @property
    def parser(self) -> int:
        return self.version()


@dataclass(frozen=True, slots=True)
class Figure:
    """An observation as stored: with the release it came from and since when the public could read it."""

    series: str
    period: Period
    value: float | None
    unit: str
    status: Status
    raw: str
    locator: str
    period_locator: str
    fiscal_year: int | None
    run_date: date | None
    held: bool
    release_id: int
    release_name: str
    sha256: str
    url: str
    known_at: datetime
    known_by: KnownBy
    table: str = field(default="")
