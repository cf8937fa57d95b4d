"""`onrecord trace`: from a cell, a message or a claim to the archived file and its hash."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from figures.naming import AmbiguousNameError, UnknownNameError, meant
from figures.records import Figure
from flows.configuration.settings import load_settings
from flows.show import formats, printing
from flows.show.read_only import database
from storage.engine import Transaction
from storage.read import catalogue, journal, reads
from storage.write import ledger

_CELL = re.compile(r"[a-z]+:.*[!#/].*|.*!\$?[A-Za-z]{1,3}\$?\d+|[A-Z]{1,3}\d+")
HOW = (
    "Cells are written as in `onrecord series KEY`, keys as in a message, claims as in `onrecord claims`; "
    "each may be shortened as far as it stays clear."
)


def trace(what: str, sha256: str, now: datetime, limit: int | None, *, as_json: bool) -> None:
    """Print the way from each figure to its file, and how old it is.

    Raises UnknownNameError where nothing is stored under the name, or it is short for several.
    """
    settings = load_settings()
    archive = settings.open_archive()
    with database(settings) as connection:
        found = list(_traced(connection, what, sha256))
        if not found:
            raise UnknownNameError(f"Nothing is stored for {what!r}. {HOW}")
        shown = printing.limited(found, limit, newest_last=True)
        holds = {figure.release_id: _holds(connection, figure.release_id) for figure in shown if figure.held}
    if as_json:
        objects = [
            {
                **formats.figure_object(f),
                "age_days": formats.age_days(f.period.end, now),
                "archived": archive.where(f.sha256),
            }
            for f in shown
        ]
        printing.print_json(objects)
        return
    with printing.page() as console:
        for figure in shown:
            words = holds.get(figure.release_id, []) if figure.held else []
            formats.print_trace(figure, archive.where(figure.sha256), words, now, console)
        printing.left_out(console, len(found) - len(shown), newest_last=True)


def _holds(connection: Transaction, release_id: int) -> list[str]:
    found = journal.findings(connection, release_id=release_id, severities=("hold",), open_only=True)
    return [each.words for each in found]


def _traced(connection: Transaction, what: str, sha256: str) -> Iterator[Figure]:
    """The figures that a cell, a message or a claim's latest verdicts name."""
    for cell, start in _cells(connection, what, sha256):
        yield from reads.figures_at(connection, cell, start)


def _cells(connection: Transaction, what: str, sha256: str) -> Sequence[tuple[str, str]]:
    """(locator, sha256) of each cell that is meant; of a cell the beginning of a hash as it was given."""
    keys, claims = catalogue.message_keys(connection), catalogue.judged_claims(connection)
    if not any(name.startswith(what) for name in (*keys, *claims)) and _CELL.fullmatch(what):
        return [(_cell(connection, what), sha256)]
    name = meant(what, [*keys, *claims], f"Nothing is stored for {what!r}", HOW[0].lower() + HOW[1:-1])
    return _cells_of_message(connection, name) if name in keys else _cells_of_claim(connection, name)


def _cells_of_message(connection: Transaction, key: str) -> Sequence[tuple[str, str]]:
    (message,) = ledger.outbox(connection, key)
    proofs = [proof for item in message["body"]["items"] for proof in item["proofs"]]
    return list(dict.fromkeys((proof["cell"], proof["sha256"]) for proof in proofs if proof["cell"]))


def _cells_of_claim(connection: Transaction, claim: str) -> Sequence[tuple[str, str]]:
    verdicts = [row for row in ledger.verdicts(connection, history=False) if row["claim_id"] == claim]
    return list(dict.fromkeys((piece["locator"], piece["sha256"]) for row in verdicts for piece in row["evidence"]))


def _cell(connection: Transaction, what: str) -> str:
    try:
        return catalogue.cell_meant(connection, what)
    except AmbiguousNameError:
        raise
    except UnknownNameError as error:
        raise UnknownNameError(f"{error} {HOW}") from error
