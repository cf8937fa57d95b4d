"""The commands that only read. They import neither Prefect nor pandas, and never write."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console

from alerts.claims import load_claims
from figures.periods import end_of_day
from figures.records import Figure
from flows import show
from flows.settings import Settings, load_settings
from storage import journal, ledger, reads, vintages
from storage.archive import Archive
from storage.engine import Transaction, open_database, require_current
from storage.engine import reading as reading_from


@contextmanager
def database(settings: Settings) -> Iterator[Transaction]:
    database = open_database(settings.database_url.get_secret_value(), create=False)
    require_current(database)
    with reading_from(database) as connection:
        yield connection


def console() -> Console:
    # Into a pipe rich would fold tables to 80 columns and break cells that somebody greps.
    # Without emoji: rich takes the `:ice:` in a message's key for one.
    return Console(emoji=False) if sys.stdout.isatty() else Console(width=220, emoji=False)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def series(key: str, as_of: datetime | None, *, as_json: bool) -> None:
    instant = end_of_day(as_of.date()) if as_of else None
    with database(load_settings()) as connection:
        listed = reads.series_list(connection, key)
        exact = [entry for entry in listed if entry["key"] == key]
        if exact:
            figures = vintages.history(connection, [key], instant)
            if as_json:
                say(show.as_json([show.figure_object(figure) for figure in figures]))
            else:
                show.print_vintages(figures, console())
            return
    if as_json:
        say(show.as_json([dict(entry) for entry in listed]))
        return
    columns = ("key", "unit", "figures", "first", "last")
    console().print(show.table("Series", columns, [[entry[name] for name in columns] for entry in listed]))


def claims(*, as_json: bool) -> int:
    settings = load_settings()
    loaded, errors = load_claims(settings.claim_folders)
    loaded = [claim for claim in loaded if settings.watches(claim.id)]
    if as_json:
        say(show.as_json([claim.words.model_dump(mode="json") for claim in loaded]))
    else:
        show.print_claims(loaded, console())
    for error in errors:
        sys.stderr.write(f"{error}\n")
    return 1 if errors else 0


def verdicts(*, history: bool, as_json: bool) -> None:
    settings = load_settings()
    with database(settings) as connection:
        rows = ledger.verdicts(connection, history=history)
    if as_json:
        say(show.as_json([show.verdict_object(row) for row in rows]))
        return
    loaded, _ = load_claims(settings.claim_folders)
    show.print_verdicts(rows, {claim.id: claim.words.test.unit for claim in loaded}, console())


def trace(what: str, sha256: str, *, as_json: bool) -> int:
    settings = load_settings()
    archive = Archive(settings.archive)
    with database(settings) as connection:
        found = list(_traced(connection, what, sha256))
        holds = {
            figure.release_id: [
                f.words
                for f in journal.findings(
                    connection, release_id=figure.release_id, severities=("hold",), open_only=True
                )
            ]
            for figure in found
        }
    if not found:
        sys.stderr.write(
            f"Nothing is stored for {what!r}. Cells are written as in `onrecord series KEY`, "
            "keys as in a message, claims as in `onrecord claims`.\n"
        )
        return 1
    if as_json:
        objects = [{**show.figure_object(f), "archived": str(archive.path(f.sha256))} for f in found]
        say(show.as_json(objects))
        return 0
    for figure in found:
        words = holds[figure.release_id] if figure.held else []
        show.print_trace(figure, str(archive.path(figure.sha256)), words, console())
    return 0


def _traced(connection: Transaction, what: str, sha256: str) -> Iterator[Figure]:
    """The figures that a cell, an alert or a claim's latest verdicts name."""
    for cell, start in _cells(connection, what) or [(what, sha256)]:
        yield from reads.figures_at(connection, cell, start)


def _cells(connection: Transaction, what: str) -> Sequence[tuple[str, str]]:
    cells = [
        (proof["cell"], proof["sha256"])
        for row in ledger.messages(connection)
        if row["key"] == what
        for item in row["body"]["items"]
        for proof in item["proofs"]
        if proof["cell"]
    ]
    cells += [
        (piece["locator"], piece["sha256"])
        for row in ledger.verdicts(connection, history=False)
        if row["claim_id"] == what
        for piece in row["evidence"]
    ]
    return list(dict.fromkeys(cells))
