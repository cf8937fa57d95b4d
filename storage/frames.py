"""Tidy frames for notebooks and analysis. The only module that imports pandas: commands that read stay quick."""

from collections.abc import Iterable
from datetime import datetime

import pandas as pd

from storage import vintages as kept
from storage.engine import Database, reading

COLUMNS = (
    "series",
    "period_kind",
    "period_start",
    "period_end",
    "known_at",
    "value",
    "unit",
    "status",
    "held",
    "file",
    "locator",
    "sha256",
)


def vintages(database: Database, series: Iterable[str], as_of: datetime | None = None) -> pd.DataFrame:
    """Every vintage of some series that was public at an instant (None: all), one row each, in order of release.

    `known_at` is UTC; `value` is missing where the publisher gave no number; `held` rows,
    and those whose `status` is not `reported`, are not to be judged on. A `removed` row says which release dropped a
    figure: what was said before stands no longer.
    """
    with reading(database) as connection:
        rows = [
            (
                f.series,
                f.period.kind,
                f.period.start,
                f.period.end,
                f.known_at,
                f.value,
                f.unit,
                f.status,
                f.held,
                f.release_name,
                f.locator,
                f.sha256,
            )
            for f in kept.history(connection, series, as_of)
        ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for column in ("period_start", "period_end"):
        frame[column] = pd.to_datetime(frame[column])
    frame["known_at"] = pd.to_datetime(frame["known_at"], utc=True)
    frame["value"] = frame["value"].astype("float64")
    return frame


def latest(frame: pd.DataFrame) -> pd.DataFrame:
    """The newest clean vintage of each series and period of a frame that `vintages` made; none where it was removed."""
    stated = frame["value"].notna() & frame["status"].eq("reported")
    clean = frame[~frame["held"].astype(bool) & (stated | frame["status"].eq("removed"))]
    month = clean["period_kind"].eq("month")
    key = clean["period_end"].where(~month, clean["period_start"])
    newest = clean.assign(_key=key).groupby(["series", "period_kind", "_key"], sort=True).tail(1)
    newest = newest[newest["status"].ne("removed")]
    return newest.drop(columns="_key").sort_values(["series", "period_start", "period_end"], ignore_index=True)
