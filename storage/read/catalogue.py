"""What there is under which name: metrics, series, cells, claims, messages. And what a short or wrong name means."""

from collections.abc import Iterable

from sqlalchemy import BigInteger, Connection, RowMapping, cast, func, select

from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.naming import AmbiguousNameError, UnknownNameError, nearest, or_nearest, some
from figures.series import split_series
from storage import schema as t
from storage.encoding.row_values import NOT_CURRENT, Cell, join, split
from storage.encoding.series_lookup import known_keys, years

ALL_LISTED = "`onrecord series` lists the metrics, `onrecord series WORD` the series"


def metrics_list(connection: Connection) -> list[RowMapping]:
    """Each metric with its unit, how many series and figures it has, and the first and last day they are about."""
    s, m, o, p = t.series, t.metric, t.observation, t.period
    each = (
        select(
            o.c.series_id,
            func.count().label("figures"),
            func.min(p.c.start_day).label("first"),
            func.max(p.c.end_day).label("last"),
        )
        .join(p, p.c.id == o.c.period_id)
        .where(o.c.status != NOT_CURRENT)
        .group_by(o.c.series_id)
        .subquery()
    )
    query = (
        select(
            m.c.name.label("metric"),
            m.c.unit,
            m.c.source,
            func.count().label("series"),
            cast(func.sum(each.c.figures), BigInteger).label("figures"),
            func.min(each.c.first).label("first"),
            func.max(each.c.last).label("last"),
        )
        .select_from(each)
        .join(s, s.c.id == each.c.series_id)
        .join(m, m.c.id == s.c.metric_id)
        .group_by(m.c.name, m.c.unit, m.c.source)
    )
    return sorted(connection.execute(query).mappings(), key=lambda row: str(row["metric"]))


def series_list(connection: Connection, contains: str = "") -> list[RowMapping]:
    """Each series with its unit, number of figures and the first and last day they are about."""
    s, m, o, p = t.series, t.metric, t.observation, t.period
    mine = select(s.c.id).where(s.c.key.contains(contains, autoescape=True)) if contains else select(s.c.id)
    query = (
        select(
            s.c.key,
            m.c.unit,
            m.c.source,
            func.count().label("figures"),
            func.min(p.c.start_day).label("first"),
            func.max(p.c.end_day).label("last"),
        )
        .select_from(o)
        .join(s, s.c.id == o.c.series_id)
        .join(m, m.c.id == s.c.metric_id)
        .join(p, p.c.id == o.c.period_id)
        .where(o.c.fiscal_year.in_(years(connection)), o.c.series_id.in_(mine), o.c.status != NOT_CURRENT)
        .group_by(s.c.key, m.c.unit, m.c.source)
    )
    return sorted(connection.execute(query).mappings(), key=lambda row: str(row["key"]))


def series_of(connection: Connection, metric: str) -> list[str]:
    """The series of a metric, in order."""
    s, m = t.series, t.metric
    query = select(s.c.key).join(m, m.c.id == s.c.metric_id).where(m.c.name == metric)
    return sorted(row.key for row in connection.execute(query))


def require_series(connection: Connection, keys: Iterable[str]) -> None:
    """Raise UnknownNameError for the first of some series that is none, naming the nearest.

    A series of the catalogue is none where others of its metric are stored and it is not.
    """
    asked = list(keys)
    stored = set(known_keys(connection, asked).values())
    for key in asked:
        if key not in stored and (not _in_catalogue(key) or series_of(connection, metric_of(key))):
            raise unknown_series(connection, key)


def _in_catalogue(key: str) -> bool:
    metric = METRICS.get(metric_of(key))
    try:
        return metric is not None and {name for name, _ in split_series(key)[1]} >= set(metric.dims)
    except ValueError:
        return False


def unknown_series(connection: Connection, key: str) -> UnknownNameError:
    """What is said of a series that is not stored: the nearest of its metric, or the nearest metrics."""
    metrics = sorted(connection.execute(select(t.metric.c.name).distinct()).scalars())
    metric = metric_of(key)
    known = series_of(connection, metric) if metric in metrics else metrics
    # Where the metric itself is mistyped, its nearest one has the series that was meant, if any has.
    if metric not in metrics and "{" in key and (likest := nearest(metric, metrics, 1)):
        meant = likest[0] + key[len(metric) :]
        known = series_of(connection, likest[0])
        known = [meant] if meant in known else known
    return UnknownNameError(f"No figures are stored for {key!r}{or_nearest(key, known)}; {ALL_LISTED}.")


def judged_claims(connection: Connection) -> list[str]:
    """The claims of which there are verdicts, in order."""
    return list(connection.execute(select(t.verdict.c.claim_id).distinct().order_by(t.verdict.c.claim_id)).scalars())


def message_keys(connection: Connection) -> list[str]:
    """The keys of all messages, in the order in which they were written."""
    return list(connection.execute(select(t.message.c.key).order_by(t.message.c.id)).scalars())


def cell_meant(connection: Connection, text: str) -> str:
    """The cell that is meant: as it is written in full, or by as much of its sheet's name as no other sheet with
    figures in this cell has: `Detention FY25!F20`, `json:/12/`.

    Raises UnknownNameError where there is none, AmbiguousNameError where there are several.
    """
    b = t.block
    wanted = _typed(text)
    blocks = connection.execute(select(b.c.form, b.c.sheet).distinct()).all()
    sheets = sorted(block.sheet for block in blocks if block.form == wanted.form)
    fitting = [wanted.sheet] if wanted.sheet in sheets else [sheet for sheet in sheets if _begins(sheet, wanted)]
    held = _holding(connection, fitting, wanted)
    cells = [join(wanted.form, sheet, wanted.row, wanted.col, wanted.last) for sheet in held]
    if len(cells) == 1:
        return cells[0]
    if cells:
        raise AmbiguousNameError(f"{text!r} is short for {len(cells)} cells: {some(cells)}. Give more of the sheet.")
    if fitting:
        raise UnknownNameError(f"Nothing is stored for {text!r}. Its sheet is known, without a figure in this cell.")
    names = [sheet.rstrip("!") for sheet in sheets]
    raise UnknownNameError(f"Nothing is stored for {text!r}{or_nearest(wanted.sheet.rstrip('!'), names)}.")


def _typed(text: str) -> Cell:
    """A cell as people type it, or copy it from a spreadsheet: `'Detention FY25'!$F$20`."""
    sheet, _, cell = text.rpartition("!")
    typed = split(f"{sheet.strip(chr(39))}!{cell.replace('$', '').upper()}")
    return typed if typed.form == "cell" else split(text)


def _begins(sheet: str, wanted: Cell) -> bool:
    begun = wanted.sheet.rstrip("!").casefold()
    named = sheet.casefold()
    return named.startswith(begun) or named.partition(":")[2].lstrip().startswith(begun)


def _holding(connection: Connection, sheets: Iterable[str], wanted: Cell) -> list[str]:
    """Those of some sheets in which a figure stands in this cell."""
    o, b = t.observation, t.block
    query = (
        select(b.c.sheet)
        .select_from(o)
        .join(b, b.c.id == o.c.block_id)
        .where(o.c.fiscal_year.in_(years(connection)), o.c.row == wanted.row, o.c.col == wanted.col)
        .where(b.c.sheet.in_(list(sheets)))
        .distinct()
    )
    return sorted(row.sheet for row in connection.execute(query))
