"""Tidy frames for notebooks and exports. The only module that imports pandas: commands that read stay quick."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

import pandas as pd

from figures.metrics.catalogue import METRICS
from figures.naming import UnknownNameError, or_nearest
from figures.records import Figure
from figures.series import split_series
from storage.engine import Database, reading
from storage.read import catalogue
from storage.read import vintages as kept

Frame = pd.DataFrame
# One row is one figure as one file states it; what each column means is in docs/notebooks.md.
COLUMNS = (
    "series",
    "metric",
    "dims",
    "period_kind",
    "period_start",
    "period_end",
    "value",
    "unit",
    "status",
    "held",
    "known_at",
    "known_by",
    "file",
    "sha256",
    "locator",
    "url",
    "raw",
)
# A database binds a limited number of values; a metric of facilities has thousands of series.
SERIES_AT_ONCE = 400
_ORDER = ["series", "period_kind", "period_start", "period_end", "known_at", "sha256", "locator"]


def vintages(database: Database, series: Iterable[str], as_of: datetime | None = None) -> pd.DataFrame:
    """Every vintage of some series that was public at an instant (None: all), one row each, in order of release.

    `dims` is JSON; `known_at` is UTC; `value` is missing where the publisher gave no number; `held` rows, and those
    whose `status` is not `reported`, are not to be judged on. A `removed` row says which release dropped a figure: what
    was said before stands no longer.

    Raises UnknownNameError, naming the nearest, for a series that is not stored.
    """
    keys = sorted(set(series))
    with reading(database) as connection:
        catalogue.require_series(connection, keys)
        figures = [
            figure
            for start in range(0, len(keys), SERIES_AT_ONCE)
            for figure in kept.history(connection, keys[start : start + SERIES_AT_ONCE], as_of)
        ]
    if len(keys) > SERIES_AT_ONCE:
        figures.sort(key=lambda figure: figure.known_at)
    return _frame(figures)


def metric(database: Database, name: str, as_of: datetime | None = None) -> pd.DataFrame:
    """Every vintage of every series of a metric such as `ice.book_ins`, with a column for each of its dimensions.

    Raises UnknownNameError, naming the nearest, for what is no metric.
    """
    with reading(database) as connection:
        listed = catalogue.series_of(connection, name)
    if not listed and name not in METRICS:
        raise UnknownNameError(f"{name!r} is no metric{or_nearest(name, METRICS)}; docs/data-dictionary.md lists them.")
    return by_dimension(vintages(database, listed, as_of))


def by_dimension(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with a column for each dimension in place of `dims`; empty where a series has no such dimension."""
    if frame.empty:
        return frame.drop(columns="dims")
    each = {text: json.loads(text) for text in frame["dims"].unique()}
    names = sorted({name for dims in each.values() for name in dims})
    taken = sorted(set(names) & set(COLUMNS))
    wide = frame.drop(columns="dims")
    for position, name in enumerate(names):
        # `status` is a dimension of some metrics and a column of every frame.
        column = f"dim_{name}" if name in taken else name
        wide.insert(2 + position, column, frame["dims"].map(lambda text, name=name: each[text].get(name)))
    return wide


def latest(frame: pd.DataFrame) -> pd.DataFrame:
    """The newest clean vintage of each series and period of a frame that `vintages` or `metric` made.

    Where the newest release gives no number, the row says so by its `status`, and no older number stands in for it.
    """
    clean = frame[~frame["held"].astype(bool)]
    month = clean["period_kind"].isin(["month", "quarter", "fiscal_year"])
    key = clean["period_end"].where(~month, clean["period_start"])
    newest = clean.assign(_key=key).groupby(["series", "period_kind", "_key"], sort=True, dropna=False).tail(1)
    return in_order(newest[newest["status"].ne("removed")].drop(columns="_key"))


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows in an order that depends on nothing but themselves."""
    return frame.sort_values(_ORDER, ignore_index=True, kind="stable")


def as_parquet(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows with these columns as a Parquet file. Days, instants and numbers are typed as in the frames above."""
    return bytes(_typed(pd.DataFrame(list(rows), columns=list(columns))).to_parquet(index=False, engine="pyarrow"))


def _frame(figures: Iterable[Figure]) -> pd.DataFrame:
    split: dict[str, tuple[str, str]] = {}
    rows = []
    for f in figures:
        if f.series not in split:
            name, dims = split_series(f.series)
            split[f.series] = name, json.dumps(dict(dims), ensure_ascii=False, sort_keys=True)
        rows.append(
            (
                f.series,
                *split[f.series],
                f.period.kind,
                f.period.start,
                f.period.end,
                f.value,
                f.unit,
                f.status,
                f.held,
                f.known_at,
                f.known_by,
                f.release_name,
                f.sha256,
                f.locator,
                f.url,
                f.raw,
            )
        )
    return _typed(pd.DataFrame(rows, columns=list(COLUMNS)))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    for column in ("period_start", "period_end"):
        frame[column] = pd.to_datetime(frame[column])
    frame["known_at"] = pd.to_datetime(frame["known_at"], utc=True)
    frame["value"] = frame["value"].astype("float64")
    frame["held"] = frame["held"].astype(bool)
    return frame
