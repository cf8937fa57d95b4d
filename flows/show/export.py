"""`onrecord export`: a folder of tables that explains itself. The same database gives the same bytes (CSV)."""

import csv
import hashlib
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from figures.metrics.catalogue import METRICS
from figures.naming import or_nearest
from figures.periods import end_of_day, spoken, washington_day
from figures.records import Source
from figures.series import split_series
from flows.configuration.home_folder import for_others
from flows.configuration.settings import load_settings
from flows.show import export_words as words
from flows.show.export_words import ExportError
from flows.show.formats import aged, defused, number
from scrapers.registry import PUBLISHERS, SOURCES
from storage.engine import Database, open_database, reading, require_current
from storage.read import frames, reads

Row = Sequence[object]
# How a value of a column is written; what is not named here is a text.
_WRITTEN: Mapping[str, Callable[[Any], object]] = {
    "value": lambda value: number(float(value)),
    "period_start": lambda value: value.date().isoformat(),
    "period_end": lambda value: value.date().isoformat(),
    "known_at": lambda value: value.to_pydatetime().isoformat(),
    "held": lambda value: "true" if value else "false",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to go out: as known at `as_of` (None: now), the newest of each period or every vintage."""

    sources: Sequence[str]
    metrics: Sequence[str]
    as_of: date | None
    vintages: bool
    format: str

    @property
    def instant(self) -> datetime | None:
        return end_of_day(self.as_of) if self.as_of else None

    @property
    def words(self) -> str:
        if self.vintages:
            return "Every figure of every release: one row each time that a file states it."
        if self.as_of:
            day = spoken(self.as_of)
            return f"What was known by the end of {day} in Washington: the newest clean figure of each period."
        return "The newest clean figure of each series and period."


def run(
    to: Path,
    format_: str,
    sources: Sequence[str],
    metrics: Sequence[str],
    as_of: date | None,
    now: datetime,
    *,
    vintages: bool,
) -> int:
    """Write the export and say what it holds, and how old that is at `now`.

    Raises ExportError when the wish or the folder cannot be used.
    """
    if as_of and vintages:
        raise ExportError(
            "--as-of and --vintages exclude each other: vintages are every figure with since when it was known."
        )
    if format_ == "parquet":
        require_parquet()
    unknown = sorted(set(metrics) - METRICS.keys())
    if unknown:
        near = or_nearest(unknown[0], METRICS)
        listed = "`onrecord series` and docs/data-dictionary.md list them."
        raise ExportError(f"no metric {', '.join(unknown)}{near}; {listed}")
    wish = Wish(_chosen(sources), metrics, as_of, vintages, format_)
    database = open_database(load_settings().database_url.get_secret_value(), create=False)
    require_current(database)
    tables = write(database, to, wish)
    sys.stdout.write(f"{sum(table.rows for table in tables.values()):,} figures in {len(tables)} tables: {to}\n")
    if days := [table.newest for table in tables.values() if table.newest]:
        sys.stdout.write(f"The newest figure is of {aged(max(days), now)}.\n")
    sys.stdout.write("README.md there says what is what and whom to cite.\n")
    return 0


def _chosen(names: Sequence[str]) -> list[str]:
    """The sources named, or those of a publisher that is named; all without names, whether or not they are enabled."""
    return [source for name in names for source in PUBLISHERS.get(name, (name,))] or list(SOURCES)


def require_parquet() -> None:
    if find_spec("pyarrow") is None:
        raise ExportError(
            "Parquet needs pyarrow, which is large and is not installed with onrecord: "
            "pipx install --force '.[parquet]' in the folder of onrecord's source. CSV needs nothing."
        )


def write(database: Database, to: Path, wish: Wish) -> dict[str, words.Table]:
    """Fill a folder beside `to`, then put it in its place: an export is there whole or not at all. Tables by metric."""
    target = to.absolute()
    _require_place(target)
    try:
        with for_others():
            target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise ExportError(f"{target.parent} cannot be written: {error.strerror or error}.") from error
    try:
        with for_others():
            tables = _fill(database, folder, wish)
        folder.chmod(0o755)
        _put_in_place(folder, target)
    except OSError as error:
        raise ExportError(f"The export cannot be written to {target}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return tables


def _require_place(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir() or (any(target.iterdir()) and not _is_export(target)):
        raise ExportError(f"{target} holds something that is not an export; choose another folder with --to.")


def _is_export(folder: Path) -> bool:
    try:
        described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(described, dict) and described.get("name") == words.NAME


def _put_in_place(folder: Path, target: Path) -> None:
    if not target.exists():
        folder.rename(target)
        return
    before = Path(tempfile.mkdtemp(prefix=f".{target.name}-before-", dir=target.parent))
    target.rename(before / target.name)
    try:
        folder.rename(target)
    except OSError:
        (before / target.name).rename(target)
        raise
    finally:
        shutil.rmtree(before, ignore_errors=True)


def _fill(database: Database, folder: Path, wish: Wish) -> dict[str, words.Table]:
    resources: list[dict[str, Any]] = []
    tables: dict[str, words.Table] = {}
    for metric, source in _metrics(database, wish).items():
        frame = _figures(database, metric, source, wish)
        if not frame.empty:
            tables[metric] = words.Table(len(frame), frames.newest_day(frame))
            resources.append(_write_figures(folder, metric, frame, wish.format))
    names = sorted(wish.sources)
    releases = _releases(database, names, wish.instant)
    resources.append(_write_csv(folder, "releases", words.RELEASES, map(_safe, releases)))
    listed = [words.dictionary_row(m, f"{m}.{wish.format}", table.rows) for m, table in sorted(tables.items())]
    resources.append(_write_csv(folder, "dictionary", words.DICTIONARY, map(_safe, listed)))
    sources = [SOURCES[name] for name in names]
    until = wish.as_of or max((washington_day(datetime.fromisoformat(str(row[5]))) for row in releases), default=None)
    facts = {
        "as_of": wish.as_of.isoformat() if wish.as_of else None,
        "vintages": wish.vintages,
        "newest_release": max((str(row[5]) for row in releases), default=None),
    }
    (folder / "README.md").write_text(words.readme(sources, wish.words, tables, until), encoding="utf-8")
    (folder / "LICENCES.md").write_text(words.licences(sources), encoding="utf-8")
    (folder / "datapackage.json").write_text(words.package(sources, wish.words, resources, facts), encoding="utf-8")
    return tables


def _metrics(database: Database, wish: Wish) -> dict[str, Source]:
    """The metrics of the wish that have figures, in order, and whose they are."""
    with reading(database) as connection:
        stored = {split_series(entry["key"])[0]: entry["source"] for entry in reads.series_list(connection)}
    return {
        metric: SOURCES[source]
        for metric, source in sorted(stored.items())
        if source in wish.sources and (not wish.metrics or metric in wish.metrics)
    }


def _figures(database: Database, metric: str, source: Source, wish: Wish) -> frames.Frame:
    frame = frames.metric(database, metric, wish.instant)
    frame = frames.in_order(frame) if wish.vintages else frames.latest(frame)
    # Prose of a publisher who keeps it to himself stays here.
    if source.republish == "figures":
        return frame[frame["status"].ne("text")].assign(attribution=source.attribution)
    return frame.drop(columns="url")  # a third of the bytes; releases.csv has it by sha256


def _write_figures(folder: Path, metric: str, frame: frames.Frame, format_: str) -> dict[str, Any]:
    name = f"{metric}.{format_}"
    if format_ == "parquet":
        frame.to_parquet(folder / name, index=False, engine="pyarrow")
        return _resource(folder, name, _fields(list(frame.columns)))
    columns = list(frame.columns)
    rows = zip(*(_cells(frame, column) for column in columns), strict=True)
    return _write_csv(folder, metric, _fields(columns), rows)


def _cells(frame: frames.Frame, column: str) -> list[object]:
    """A column as CSV shows it: whole numbers bare, days and moments in ISO, texts defused when they are written."""
    written = _WRITTEN.get(column, lambda value: defused(str(value)))
    missing = frame[column].isna().tolist()
    return ["" if gone else written(value) for value, gone in zip(frame[column].tolist(), missing, strict=True)]


def _fields(columns: Sequence[str]) -> list[tuple[str, str, str]]:
    known = {name: (name, kind, meaning) for name, kind, meaning in words.COLUMNS}
    return [known.get(name, (name, "string", "a dimension of the metric")) for name in columns]


def _releases(database: Database, sources: Sequence[str], instant: datetime | None) -> list[Row]:
    with reading(database) as connection:
        return [
            (
                r.source,
                r.name,
                "; ".join(sorted(set(reads.names(connection, r.id)))),
                r.sha256,
                r.url,
                r.known_at.isoformat(),
                r.known_by,
                r.known_detail,
                r.fiscal_year,
                r.state,
            )
            for r in reads.releases(connection)
            if r.source in sources and (instant is None or r.known_at <= instant)
        ]


def _write_csv(folder: Path, name: str, fields: Sequence[tuple[str, str, str]], rows: Iterable[Row]) -> dict[str, Any]:
    out = io.StringIO()
    writer = csv.writer(out)  # lines end as RFC 4180 says, so that a carriage return within a text is quoted
    writer.writerow([column for column, _, _ in fields])
    writer.writerows(rows)
    (folder / f"{name}.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    return _resource(folder, f"{name}.csv", fields)


def _safe(row: Row) -> Row:
    return [("true" if c else "false") if isinstance(c, bool) else defused(c) if isinstance(c, str) else c for c in row]


def _resource(folder: Path, name: str, fields: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    content = (folder / name).read_bytes()
    stem, _, kind = name.rpartition(".")
    return {
        "name": stem.lower(),
        "path": name,
        "format": kind,
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": [{"name": n, "type": type_, "description": meaning} for n, type_, meaning in fields]},
    }
