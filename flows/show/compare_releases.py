"""`onrecord diff` and `onrecord revisions`: what a release changed, and how much a series is usually revised."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from rich.console import Console

from figures.naming import UnknownNameError, or_nearest
from figures.periods import washington_day
from figures.registry import PUBLISHERS
from flows.configuration.settings import SettingsError, load_settings
from flows.show import formats, printing
from flows.show.read_only import database
from storage.engine import Transaction
from storage.read import catalogue, reads
from storage.read.compare import Change, ChangeKind, Spread, by_table, compare
from storage.read.compare import revisions as revisions_of
from storage.read.reads import StoredRelease

KINDS: tuple[ChangeKind, ...] = ("new", "revised", "removed", "unchanged")
# The largest revisions that are printed of each table; --json has them all.
SHOWN = 5


def diff(name: str, editions: Sequence[str], limit: int | None = None, *, as_json: bool) -> None:
    """Print what the later of two editions changed; the last two when none is named.

    `name` is a source, or a publisher of several: then each of its sources that has two editions.
    """
    with database(load_settings()) as connection:
        pairs = [_pair(connection, source, editions) for source in _comparable(connection, name)]
        found = [(first, second, compare(connection, first, second)) for first, second in pairs]
    if as_json:
        objects = [_diff_object(*each, limit) for each in found]
        printing.print_json(objects if len(PUBLISHERS.get(name, (name,))) > 1 else objects[0])
        return
    with printing.page() as console:
        for each in found:
            _print_diff(*each, limit, console)


def _comparable(connection: Transaction, name: str) -> Sequence[str]:
    """A source, or those of a publisher that have two editions."""
    sources = PUBLISHERS.get(name, (name,))
    if len(sources) > 1:
        sources = tuple(source for source in sources if len(reads.releases(connection, source)) > 1)
    if not sources:
        raise SettingsError(f"No source of {name} has two releases stored; two are needed to compare")
    return sources


def _pair(connection: Transaction, source: str, editions: Sequence[str]) -> tuple[StoredRelease, StoredRelease]:
    releases = reads.releases(connection, source)
    if not editions:
        if len(releases) < 2:
            raise SettingsError(f"{len(releases)} releases of {source} are stored; two are needed to compare")
        return releases[-2], releases[-1]
    if len(editions) != 2:
        raise SettingsError("Name two editions, by file name, by the beginning of their sha256, or by day (YYYY-MM-DD)")
    return _edition(releases, editions[0]), _edition(releases, editions[1])


def _meant(releases: Sequence[StoredRelease], asked: str) -> list[StoredRelease]:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", asked):
        return [r for r in releases if washington_day(r.known_at) <= date.fromisoformat(asked)][-1:]
    named = [r for r in releases if r.name == asked]
    if not named and re.fullmatch(r"[0-9a-f]{6,64}", asked.casefold()):
        return [r for r in releases if r.sha256.startswith(asked.casefold())]
    return named


def _edition(releases: Sequence[StoredRelease], asked: str) -> StoredRelease:
    """The release of a name, of a hash that begins so, or the newest that was public by the end of a day."""
    found = _meant(releases, asked)
    if len(found) == 1:
        return found[0]
    if not found:
        near = or_nearest(asked, [r.name for r in releases])
        raise SettingsError(
            f"No stored edition is called {asked}{near}; editions are named as in `onrecord status` and "
            "`onrecord series KEY`"
        )
    listed = ", ".join(f"{r.sha256[:12]} ({washington_day(r.known_at)})" for r in found)
    raise SettingsError(f"{len(found)} editions are called {asked}; name one by its sha256: {listed}")


def _edition_object(release: StoredRelease) -> dict[str, Any]:
    keep = ("source", "name", "sha256", "known_at", "known_by", "fiscal_year", "state")
    return {name: getattr(release, name) for name in keep}


def _diff_object(
    first: StoredRelease, second: StoredRelease, changes: Sequence[Change], limit: int | None
) -> dict[str, Any]:
    tables = []
    for table, mine in by_table(changes).items():
        counts = Counter(change.kind for change in mine)
        listed = [_change_object(change) for change in mine if change.kind != "unchanged"]
        numbers: dict[str, Any] = {kind: counts[kind] for kind in KINDS}
        tables.append({"table": table, **numbers, "changes": list(printing.limited(listed, limit))})
    return {"first": _edition_object(first), "second": _edition_object(second), "tables": tables}


def _change_object(change: Change) -> dict[str, Any]:
    figure, before, after = change.figure, change.before, change.after
    return {
        "change": change.kind,
        "series": figure.series,
        "period_kind": figure.period.kind,
        "period_start": figure.period.start,
        "period_end": figure.period.end,
        "unit": figure.unit,
        "before": before.value if before else None,
        "before_raw": before.raw if before else None,
        "before_locator": before.locator if before else None,
        "after": after.value if after else None,
        "after_raw": after.raw if after else None,
        "after_locator": after.locator if after else None,
        "size": change.size,
        "held": figure.held,
    }


def _print_diff(
    first: StoredRelease, second: StoredRelease, changes: Sequence[Change], limit: int | None, out: Console
) -> None:
    tables = by_table(changes)
    rows = []
    for table, mine in tables.items():
        counts = Counter(change.kind for change in mine)
        rows.append((table, *(counts[kind] for kind in KINDS), _largest(mine)))
    title = f"{first.name} ({washington_day(first.known_at)}) -> {second.name} ({washington_day(second.known_at)})"
    printing.table(out, title, ("table", *KINDS, "largest revision"), rows, optional=("unchanged",))
    shown = limit or SHOWN
    revised = []
    for mine in tables.values():
        moved = [change for change in mine if change.kind == "revised"]
        revised.extend(sorted(moved, key=_weight, reverse=True)[:shown])
    lines = [
        (c.figure.series, _period(c), _said(c, after=False), _said(c, after=True), _share(c), c.figure.locator)
        for c in revised
    ]
    if lines:
        columns = ("series", "period", "before", "after", "by", "cell")
        printing.say(out)
        printing.table(out, f"Revised, the largest {shown} of each table", columns, lines)


def _weight(change: Change) -> float:
    before = change.before.value if change.before else None
    return abs((change.size or 0.0) / before) if before else abs(change.size or 0.0)


def _largest(changes: Sequence[Change]) -> str:
    moved = [change for change in changes if change.kind == "revised" and change.size is not None]
    return _share(max(moved, key=_weight)) if moved else ""


def _share(change: Change) -> str:
    before = change.before.value if change.before else None
    if change.size is None:
        return ""
    digits = 0 if change.size.is_integer() else 2 if abs(change.size) >= 1 else 4
    return f"{change.size:+,.{digits}f}" + (f" ({change.size / before:+.2%})" if before else "")


def _said(change: Change, *, after: bool) -> str:
    figure = change.after if after else change.before
    return "" if figure is None else figure.raw


def _period(change: Change) -> str:
    return formats.period_words(change.figure)


def revisions(key: str, limit: int | None = None, *, as_json: bool) -> None:
    """Print how much a series is usually revised. Raises UnknownNameError where there is none, or none with numbers."""
    with database(load_settings()) as connection:
        catalogue.require_series(connection, [key])
        found = revisions_of(connection, key)
    if found is None:
        raise UnknownNameError(f"{key} has no numbers to compare; `onrecord series KEY` shows what it has.")
    if as_json:
        printing.print_json(found)
        return
    rows = [("first to last", *_spread(found.first_to_last))]
    rows += [(f"step, {age} after its end", *_spread(spread)) for age, spread in found.steps if spread.compared]
    columns = ("", "compared", "changed", "median move", "largest move")
    title = f"{found.series} ({found.unit}), {found.periods} finished periods"
    with printing.page() as console:
        printing.table(console, title, columns, rows, limit=limit)


def _spread(spread: Spread) -> tuple[object, ...]:
    moves = ("" if move is None else f"{move:.2%}" for move in (spread.median, spread.largest))
    return (spread.compared, spread.changed, *moves)
