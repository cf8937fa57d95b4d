"""What goes to the screen: tables that fit it, prose that is wrapped, a pager where somebody reads, JSON for programs.

The width is the terminal's, or COLUMNS, or 100 where neither says. Keys, cells, file names and days are never broken:
where a table cannot hold them, each of its rows becomes a paragraph, and a word longer than the line has a line of its
own.
"""

import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.pager import SystemPager
from rich.segment import Segments
from rich.table import Table
from rich.text import Text

from alerts.messages.invisible_characters import inert
from figures.plain import as_json

WIDTH, HEIGHT = 100, 40
NARROWEST = 40
# Prose in a column narrower than this is read word by word: a paragraph for each row is easier. Few words may be.
_LEAST, _PROSE = 20, 30
# Stands for a blank at which no line may end, until the lines are made.
_BLANK = "\ue000"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# What is one word to a reader although it holds blanks: days, instants, cells of a sheet, series.
_ONE_WORD = re.compile(
    rf"(?:\d{{1,2}} )?(?:{_MONTHS}) \d{{4}}|\d{{1,2}} (?:{_MONTHS})\b"
    r"|\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC|\bto \d{4}-\d{2}-\d{2}"
    r"|xlsx:[^!\n]{1,60}![A-Z]{1,3}\d+"
    r"|\b[a-z_]+\.[a-z_]+\{[^{}\n]*\}"
)
_Row = TypeVar("_Row")


def print_json(value: object) -> None:
    sys.stdout.write(as_json(value) + "\n")


@contextmanager
def page() -> Iterator[Console]:
    """A console whose output is shown when all of it is made: through a pager where it is longer than the terminal."""
    size = shutil.get_terminal_size((WIDTH, HEIGHT))
    # Without emoji: rich takes the `:ice:` in a message's key for one.
    console = Console(width=max(size.columns, NARROWEST), emoji=False, highlight=False)
    with console.capture() as captured:
        yield console
    lines = [line.rstrip() for line in captured.get().split("\n")]
    if len(lines) > size.lines and sys.stdout.isatty() and sys.stdin.isatty():
        SystemPager().show("\n".join(Text.from_ansi(line).plain for line in lines))
    else:
        sys.stdout.write("\n".join(lines))


def limited(rows: Sequence[_Row], limit: int | None, *, newest_last: bool = False) -> Sequence[_Row]:
    """So many of some rows: the first, or where they are in order of time the newest."""
    if limit is None:
        return rows
    return rows[-limit:] if newest_last else rows[:limit]


def table(
    console: Console,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    optional: Sequence[str] = (),
    one_line: bool = False,
    limit: int | None = None,
    newest_last: bool = False,
) -> None:
    """Print rows of plain text, nothing in them taken for markup; rows beyond the limit are counted.

    Columns without a value are left out, and those in `optional` where the line cannot hold them; with `one_line` where
    it cannot hold them without wrapping.
    """
    every = [[_text(cell) for cell in row] for row in rows]
    shown = limited(every, limit, newest_last=newest_last)
    named, cells = _filled(columns, shown)
    widths = _widths(named, cells, console.width)
    if widths is None or (one_line and widths != _widest(named, cells)):
        named, cells = _without(optional, named, cells)
        widths = _widths(named, cells, console.width)
    say(console, title, "bold")
    if not every:
        say(console, "  none")
    elif widths is None:
        _paragraphs(console, named, cells)
    else:
        laid_out = console.render(_as_table(named, cells, widths))
        console.print(Segments(part._replace(text=part.text.replace(_BLANK, " ")) for part in laid_out), end="")
    left_out(console, len(every) - len(shown), newest_last=newest_last)


def _paragraphs(console: Console, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    for row in rows:
        heading = row[0] if any(map(str.isalpha, row[0])) else f"{columns[0]} {row[0]}"
        paragraph(console, heading, list(zip(columns[1:], row[1:], strict=True)))


def left_out(console: Console, count: int, *, newest_last: bool = False) -> None:
    """Say how many rows a limit left out, if any."""
    if count:
        say(console, f"Left out by --limit: {count:,}{' older' if newest_last else ''}.")


def _filled(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    places = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    return [columns[place] for place in places], [[row[place] for place in places] for row in rows]


def _without(
    optional: Sequence[str], columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[list[str], list[list[str]]]:
    kept = [place for place, column in enumerate(columns) if column not in optional]
    return [columns[place] for place in kept], [[row[place] for place in kept] for row in rows]


def _widest(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cell_len, cells)) for cells in zip(columns, *rows, strict=True)]


def _as_table(columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Table:
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for place, (column, width) in enumerate(zip(columns, widths, strict=True)):
        counted = rows and all(row[place].replace(",", "").isdigit() for row in rows if row[place])
        made.add_column(escape(column), width=width, justify="right" if counted else "left")
    for row in rows:
        made.add_row(*map(escape, row))
    return made


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """How wide each column is; None where the line cannot hold the longest word of each."""
    widest, given = _widest(columns, rows), []
    for longest, cells in zip(widest, zip(columns, *rows, strict=True), strict=True):
        word = max(cell_len(word) for cell in cells for word in cell.split() or [""])
        given.append(max(word, _LEAST if longest > _PROSE else 0))
    spare = width - 2 * len(columns) + 1 - sum(given)
    if spare < 0:
        return None
    # What lacks the least is served first, so that long prose alone is wrapped.
    order = sorted(range(len(columns)), key=lambda place: widest[place] - given[place])
    for served, place in enumerate(order):
        more = min(widest[place] - given[place], spare // (len(columns) - served))
        given[place] += more
        spare -= more
    return given


def paragraph(console: Console, heading: str, pairs: Iterable[tuple[str, object]]) -> None:
    """Print a heading, and below it each thing that has a value, with its name: as many in a line as it holds."""
    say(console, heading)
    line = ""
    for name, value in pairs:
        if text := _text(value):
            said = f"{name}: {text}"
            if line and cell_len(line) + cell_len(said) + 4 > console.width:
                say(console, f"  {line}")
                line = ""
            line = f"{line}; {said}" if line else said
    if line:
        say(console, f"  {line}")


def say(console: Console, words: str = "", style: str = "") -> None:
    """Print one paragraph of prose, nothing in it taken for markup. What is wrapped begins two further in."""
    text = _text(words)
    indent = " " * (len(text) - len(text.lstrip(" ")) + 2)
    # Rich folds a word that is longer than the line; this leaves it whole.
    pieces = textwrap.wrap(
        text, console.width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    for piece in pieces or [""]:
        console.print(Text(piece.replace(_BLANK, " "), style), no_wrap=True, overflow="ignore", crop=False)


def say_lines(console: Console, words: str) -> None:
    """Print prose of ours line by line."""
    for line in words.split("\n"):
        say(console, line)


def short(words: str, most: int) -> str:
    """The beginning of a text, cut between two words, no key or cell cut in two."""
    text = _text(words)
    return words if len(text) <= most else text[: most + 1].rpartition(" ")[0] + " ..."


def _text(value: object) -> str:
    """What is shown of a value: one line, nothing in it acts, and what is one word to a reader is one here."""
    text = "" if value is None else str(value)
    if not text.isprintable():
        text = " ".join(inert(text).split("\n")).replace("\t", " ").replace("\r", " ")
    return joined(text)


def joined(text: str) -> str:
    """The text with what is one word to a reader, though it holds blanks, as one word."""
    return _ONE_WORD.sub(lambda found: found[0].replace(" ", _BLANK), text) if " " in text else text
