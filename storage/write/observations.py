"""Writing what was read from one release: rows folded small, and which part of which tables it covers."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, update

from figures.fingerprints import prints_of_edition
from figures.periods import Period
from figures.records import Observation, series_key
from figures.values import shown
from storage import schema as t
from storage.encoding.bulk_statements import write_rows
from storage.encoding.row_values import (
    KIND_STEP,
    STATUS_NUMBER,
    digest,
    digest_text,
    dims_of,
    filing_year,
    slot,
    split,
)
from storage.encoding.shared_rows import existing_ids, intern, next_id, remembered_ids
from storage.read import just_stored

Rows = list[tuple[Any, ...]]
# Figures folded at a time: what is needed for that and no more does not grow with a file that holds its whole history.
AT_ONCE = 20_000


def replace_observations(
    connection: Connection, source: str, release_id: int, observations: Sequence[Observation]
) -> None:
    """Make these the figures of a release, in place of those it had."""
    o, c, r, p = t.observation, t.coverage, t.release, t.print_
    years = connection.execute(select(r.c.years).where(r.c.id == release_id)).scalar_one()
    if years:
        connection.execute(delete(o).where(o.c.fiscal_year.in_(years), o.c.release_id == release_id))
        connection.execute(delete(c).where(c.c.release_id == release_id))
        # What is read anew is filed under the names as they stand there, until they are asked again.
        connection.execute(delete(t.facility_name).where(t.facility_name.c.release_id == release_id))
    connection.execute(delete(p).where(p.c.release_id == release_id))
    write_observations(connection, source, release_id, observations, prints_of_edition(observations))
    connection.execute(update(r).where(r.c.id == release_id).values(years=filed_under(observations)))


def filed_under(observations: Iterable[Observation]) -> list[int]:
    """The fiscal years under which figures are filed."""
    return sorted({filing_year(o) for o in observations})


def write_observations(
    connection: Connection,
    source: str,
    release_id: int,
    observations: Sequence[Observation],
    shown: Mapping[str, str],
) -> None:
    """Write the figures of a release that has none, and what its tables and all of it show (`prints_of_edition`): what
    is published again is found in however old an edition.
    """
    _one_cell_each(observations)
    rows: Rows = []
    for start in range(0, len(observations), AT_ONCE):
        rows += _rows(connection, source, release_id, observations[start : start + AT_ONCE])
    covered = _coverage(release_id, observations, rows)
    # In the order of the key, so that each page is written once.
    rows.sort()
    write_rows(connection, t.observation, rows)
    write_rows(connection, t.coverage, covered)
    write_rows(connection, t.print_, [(table, each, release_id) for table, each in sorted(shown.items())])
    just_stored.note(connection, release_id, observations)


def _one_cell_each(observations: Sequence[Observation]) -> None:
    if len({o.locator for o in observations}) < len(observations):
        twice = Counter(o.locator for o in observations).most_common(1)[0][0]
        raise ValueError(f"{twice} was read as two figures; a cell holds one")


def _rows(connection: Connection, source: str, release_id: int, observations: Sequence[Observation]) -> Rows:
    keys = [series_key(o.metric, o.dims) for o in observations]
    series = _series(connection, source, dict(zip(keys, observations, strict=True)))
    periods = _periods(connection, observations)
    cells = [split(o.locator) for o in observations]
    placed = [
        (o.table, cell[0], cell[1], o.period_locator, o.fiscal_year, o.run_date)
        for o, cell in zip(observations, cells, strict=True)
    ]
    blocks = _blocks(connection, set(placed))
    # What a cell showed needs no text where that is just the value, as it is mostly shown.
    bodies = [None if o.value is not None and o.raw == shown(o.value) else o.raw for o in observations]
    texts = _texts(connection, bodies)
    return [
        (
            filing_year(o),
            series[key],
            periods[o.period][1],
            release_id,
            blocks[place],
            cell[2],
            cell[3],
            periods[o.period][0],
            o.value,
            STATUS_NUMBER[o.status],
            texts[body],
            cell[4],
        )
        for o, key, cell, place, body in zip(observations, keys, cells, placed, bodies, strict=True)
    ]


def _texts(connection: Connection, bodies: Iterable[str | None]) -> dict[str | None, int | None]:
    asked = [body for body in dict.fromkeys(bodies) if body is not None]
    ids = remembered_ids(connection, t.text, "body")
    numbers = {digest_text(body): body for body in asked if body not in ids}
    found = intern(connection, t.text, {number: {"body": body} for number, body in numbers.items()}, "body")
    ids.update({numbers[number]: text_id for number, text_id in found.items()})
    return {None: None} | {body: ids[body] for body in asked}


def _blocks(connection: Connection, blocks: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    names = ("table_id", "form", "sheet", "period_locator", "fiscal_year", "run_date")
    # Sorted, so that one release always gives them in one order.
    numbers = {block: digest(*block) for block in sorted(blocks, key=_spelled)}
    contents = {number: dict(zip(names, block, strict=True)) for block, number in numbers.items()}
    ids = intern(connection, t.block, contents, "sheet")
    return {block: ids[number] for block, number in numbers.items()}


def _spelled(block: Iterable[object]) -> list[str]:
    return [str(part) for part in block]


def series_numbers(connection: Connection, source: str, observations: Iterable[Observation]) -> Mapping[str, int]:
    """The number of the series of each figure, by its key; a series that is not there yet is added."""
    return _series(connection, source, {o.series: o for o in observations})


def _series(connection: Connection, source: str, by_key: Mapping[str, Observation]) -> Mapping[str, int]:
    ids = remembered_ids(connection, t.series, "key")
    numbers = {digest_text(key): key for key in by_key if key not in ids}
    found = existing_ids(connection, t.series, "key", numbers)
    new = [(number, key, by_key[key]) for number, key in numbers.items() if number not in found]
    metrics = _metrics(connection, source, [o for _, _, o in new])
    first = next_id(connection, t.series)
    rows = [
        (first + n, number, metric, key, _unclear_dims(o))
        for n, ((number, key, o), metric) in enumerate(zip(new, metrics, strict=True))
    ]
    write_rows(connection, t.series, rows)
    ids.update({key: found[number] for number, key in numbers.items() if number in found})
    ids.update({row[3]: row[0] for row in rows})
    return ids


def _metrics(connection: Connection, source: str, observations: Sequence[Observation]) -> list[int]:
    """The number of each observation's metric: its name and unit, and the names of its dimensions."""
    said = [(o.metric, o.unit, tuple(sorted([name for name, _ in o.dims]))) for o in observations]
    numbers = {each: digest(source, each[0], each[1], *each[2]) for each in dict.fromkeys(said)}
    contents = {
        number: {"source": source, "name": name, "unit": unit, "dims": list(names)}
        for (name, unit, names), number in numbers.items()
    }
    ids = intern(connection, t.metric, contents, "name")
    return [ids[numbers[each]] for each in said]


def _unclear_dims(observation: Observation) -> str | None:
    """The dimensions in JSON where the key does not spell them out without doubt."""
    dims = tuple(sorted(observation.dims))
    if not any(", " in value for _, value in dims):
        return None  # nothing in a value looks like the next name
    clear = dims_of(observation.series, [name for name, _ in dims]) == dims
    return None if clear else json.dumps(dict(dims))


def _periods(connection: Connection, observations: Iterable[Observation]) -> dict[Period, tuple[int, int]]:
    numbers = {p: digest(p.kind, p.start, p.end) for p in dict.fromkeys(o.period for o in observations)}
    contents = {n: {"kind": p.kind, "start_day": p.start, "end_day": p.end} for p, n in numbers.items()}
    ids = intern(connection, t.period, contents, "kind")
    return {period: (ids[number], slot(period)) for period, number in numbers.items()}


def _coverage(release_id: int, observations: Iterable[Observation], rows: Rows) -> Rows:
    """First and last slot of each kind that a table states for a fiscal year, and in how many cells."""
    found: dict[tuple[str, int, int], list[int]] = {}
    for o, row in zip(observations, rows, strict=True):
        if o.status != "not_current":
            number = row[2]
            seen = found.setdefault((o.table, row[0], number // KIND_STEP), [number, number, 0])
            if number < seen[0]:
                seen[0] = number
            elif number > seen[1]:
                seen[1] = number
            seen[2] += 1
    return [(table, year, kind, release_id, *seen) for (table, year, kind), seen in found.items()]
