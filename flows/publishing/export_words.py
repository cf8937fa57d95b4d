"""What goes out beside the figures: the columns, the dictionary, who is to be cited, and what may be handed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from figures.metrics.catalogue import METRICS, Metric
from figures.periods import spoken
from figures.plain import as_json
from figures.records import Source

NAME = "onrecord-export"
# Name, Frictionless type, what it means: the columns of every table of figures, in order. Dimensions come after metric.
COLUMNS: Sequence[tuple[str, str, str]] = (
    ("series", "string", "the metric with a value for each of its dimensions"),
    ("metric", "string", "what is counted; see dictionary.csv"),
    ("period_kind", "string", "instant, month, quarter, fiscal_year, fiscal_year_to_date or span"),
    ("period_start", "date", "first day that the figure is about; empty where the publisher does not state it"),
    ("period_end", "date", "last day that the figure is about; empty where the publisher does not state it"),
    ("value", "number", "the figure as published; empty where there is no number, see status"),
    ("unit", "string", "what the value counts"),
    (
        "status",
        "string",
        "reported, text, blank, suppressed, to_come, overwritten, not_applicable or not_available",
    ),
    ("held", "boolean", "true where a check holds the figure back: do not rely on it"),
    ("known_at", "datetime", "since when the public could read the file, UTC"),
    ("known_by", "string", "how that is known: fetched, wayback, stated, file_name or document_properties"),
    ("file", "string", "the name under which the file was published"),
    ("sha256", "string", "hash of the file; more of it in releases.csv"),
    ("locator", "string", "the cell of the file that shows the figure"),
    ("url", "string", "where the file was fetched from, in tables whose publisher asks for a link"),
    ("raw", "string", "what the cell shows"),
    ("attribution", "string", "whom to cite, in tables whose publisher asks for it"),
)
RELEASES: Sequence[tuple[str, str, str]] = (
    ("source", "string", "who published it"),
    ("file", "string", "the name under which it stands here"),
    ("names", "string", "every name under which these bytes were seen"),
    ("sha256", "string", "hash of the bytes"),
    ("url", "string", "where it was fetched from; empty for a file handed in"),
    ("known_at", "datetime", "since when the public could read it, UTC"),
    ("known_by", "string", "how that is known"),
    ("known_detail", "string", "the evidence for it"),
    ("fiscal_year", "integer", "the fiscal year that it is about, from 1 October of the year before"),
    ("state", "string", "accepted, or held as a whole or in part"),
)
DICTIONARY: Sequence[tuple[str, str, str]] = (
    ("metric", "string", "its name"),
    ("table", "string", "the table that holds it"),
    ("rows", "integer", "rows of that table"),
    ("unit", "string", "what a value counts"),
    ("meaning", "string", "what is counted"),
    ("dimensions", "string", "what it is split by"),
    ("adds_along", "string", "dimensions along which the published parts add to the total `all`"),
    ("cumulative", "boolean", "counted since 1 October; cannot fall within a fiscal year"),
    ("caveat", "string", "what to mind"),
)


@dataclass(frozen=True, slots=True)
class Newsroom:
    """Who puts an export out: a newsroom by `[site]` of its configuration. Address and contact may be ""."""

    name: str
    url: str = ""
    contact: str = ""


UNNAMED = Newsroom("An installation of onrecord")


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """What an export holds, in words; as known by the end of which day; the instants since when its releases are
    public, in ISO 8601.
    """

    words: str
    as_of: date | None
    vintages: bool
    publisher: Newsroom
    known: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures: how many rows it has, and the last day that a clean figure in it is about."""

    rows: int
    newest: date | None


class ExportError(Exception):
    """The export cannot be written; nothing was left behind. The message says what to do."""


def meaning_of(name: str) -> str:
    return METRICS[name].meaning if name in METRICS else "no longer in the catalogue"


def dictionary_row(name: str, table: str, rows: int) -> tuple[Any, ...]:
    """A metric that an older version stored and this one no longer reads is listed without a meaning."""
    metric = METRICS.get(name, Metric(name, "", "", meaning_of(name), (), source=""))
    dims, parts = ", ".join(metric.dims), ", ".join(metric.parts)
    return metric.id, table, rows, metric.unit, metric.meaning, dims, parts, metric.cumulative, metric.caveat


_README = """\
# Figures exported from onrecord

{what}

One table for each metric. Every row is one figure with the file, its sha256 and the cell that states it, and since when
the public could read it. Figures with `held` true contradict themselves or their history: do not rely on them. Fiscal
years run from 1 October. Texts that a spreadsheet would take for a formula begin with an apostrophe in CSV.

## Tables

{aged}{tables}
* `releases`: the files
* `dictionary`: what each metric counts

## Columns

A metric's dimensions stand after `metric`; one that is named like a column is `dim_` and its name.

{columns}

{licences}"""


def readme(sources: Sequence[Source], what: str, tables: Mapping[str, Table], until: date | None) -> str:
    """The page that lies beside the tables. `until` is the day to which ages are counted: the one asked for, else that
    of the newest release, so that the same database makes the same page.
    """
    return _README.format(
        what=what,
        aged=f"Ages of figures are counted to {spoken(until)}.\n\n" if until else "",
        tables="\n".join(_listed(name, table, until) for name, table in sorted(tables.items())),
        columns="\n".join(f"* `{name}`: {meaning}" for name, _, meaning in COLUMNS),
        licences=licences(sources),
    )


def _listed(name: str, table: Table, until: date | None) -> str:
    age = f"; the newest is of {table.newest}, {(until - table.newest).days} days old" if until and table.newest else ""
    return f"* `{name}`: {meaning_of(name)}, {table.rows:,} rows{age}"


def licences(sources: Sequence[Source]) -> str:
    lines = ["## Licences and attribution", ""]
    for source in sources:
        lines.append(f"* **{source.title}** ({source.publisher}), <{source.address}>: {source.attribution}.")
        if source.republish == "figures":
            lines.append(
                "  Its figures are here with attribution and the day they are of; its files and texts are not."
            )
    return "\n".join([*lines, ""])


def publisher(name: str, url: str, contact: str) -> Newsroom:
    """By the settings of the site. `onrecord` is what a site is called that nobody has named."""
    return Newsroom(UNNAMED.name if name == "onrecord" else name, url, contact)


def package(sources: Sequence[Source], facts: PackageFacts, resources: Sequence[Mapping[str, Any]]) -> str:
    """`datapackage.json` (specs.frictionlessdata.io): every file with its hash, its columns, who is to be cited.

    `created` is the instant since when the newest release is public, and `version` its day and how many releases there
    are: an export of the same releases is the same. Without a release it has neither.
    """
    newest = max(facts.known, default=None)
    dated = {"created": newest, "version": _version(newest, len(facts.known))} if newest else {}
    described = {
        "profile": "tabular-data-package",
        "name": NAME,
        "title": "Immigration-detention figures with their vintages",
        "description": facts.words,
        **dated,
        "publisher": _contributor(facts.publisher),
        "contributors": [_contributor(facts.publisher) | {"role": "publisher"}, *_authors(sources)],
        "keywords": ["immigration detention", "ICE", "vintages"],
        "sources": [{"title": source.attribution, "path": source.address} for source in sources],
        "licenses": [_licence(source) for source in sources],
        "onrecord": {
            "as_of": facts.as_of.isoformat() if facts.as_of else None,
            "vintages": facts.vintages,
            "newest_release": newest,
        },
        "resources": list(resources),
    }
    return as_json(described) + "\n"


def _version(newest: str, releases: int) -> str:
    """`2025.8.29+65`: the day of the newest of 65 releases, in UTC."""
    year, month, day = newest[:10].split("-")
    return f"{year}.{int(month)}.{int(day)}+{releases}"


def _contributor(publisher: Newsroom) -> dict[str, str]:
    told = {"title": publisher.name}
    if publisher.url:
        told["path"] = publisher.url
    if "@" in publisher.contact:
        told["email"] = publisher.contact
    return told


def _authors(sources: Sequence[Source]) -> list[dict[str, str]]:
    """Whose figures they are: each publisher once, with the first of the addresses."""
    first: dict[str, str] = {}
    for source in sources:
        first.setdefault(source.publisher, source.address)
    return [{"title": name, "path": address, "role": "author"} for name, address in first.items()]


def _licence(source: Source) -> dict[str, str]:
    if source.republish == "figures":
        return {"name": "other-at", "title": f"{source.publisher}: {source.attribution}", "path": source.address}
    return {"name": "other-pd", "title": f"{source.publisher}: {source.attribution}", "path": source.address}
