"""`onrecord export`: a folder of tables that explains itself. The same database gives the same bytes (CSV)."""

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path

from figures.metrics.catalogue import METRICS
from figures.naming import or_nearest
from figures.registry import PUBLISHERS, SOURCES
from flows.configuration.home_folder import for_others
from flows.configuration.settings import load_settings
from flows.publishing import export_words as words
from flows.publishing.export_tables import Wish, exported
from flows.publishing.export_words import ExportError
from flows.show.formats import aged
from storage.engine import Database, open_database, require_current


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
    settings = load_settings()
    database = open_database(settings.database_url.get_secret_value(), create=False)
    require_current(database)
    site = settings.site
    publisher = words.publisher(site.name, site.url, site.contact)
    wish = Wish(_chosen(sources), metrics, as_of, vintages, format_, publisher)
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
    tables = {}
    for file in exported(database, wish):
        (folder / file.name).write_bytes(file.body)
        if file.table is not None:
            tables[file.name.removesuffix(".gz").rpartition(".")[0]] = file.table
    return tables
