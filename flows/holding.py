"""`onrecord unhold`, `acknowledge` and `takeback`: what people decide about what is held back."""

import sys
from collections.abc import Sequence
from datetime import date

from alerts.delivery import deliver
from figures.periods import spoken
from flows import decisions as deciding
from flows.outlets import build_channels, channel_names
from flows.running import open_line, usable_claims
from flows.settings import SettingsError, load_settings, login_name
from flows.show import printable


def unhold(number: int, because: str, until: date | None, author: str) -> int:
    settings = load_settings()
    line = open_line(settings, create=False)
    who = _author(author)
    made = deciding.unhold(
        line.database,
        usable_claims(settings),
        number,
        who,
        because,
        until,
        line.clock(),
        channel_names(settings, "desk"),
    )
    through = f" through {spoken(until)}; the hold stands again at the first run after it" if until else ""
    _say(f"{number} is lifted by {who}{through}: {made.decision.words}")
    _say(f"What rests on it was judged again; {_messages(made.messages)}. onrecord takeback {number} undoes it.")
    deliver(line.database, build_channels(settings), line.clock)
    return 0


def acknowledge(numbers: Sequence[int], because: str, author: str) -> int:
    line = open_line(load_settings(), create=False)
    who = _author(author)
    for number in numbers:
        made = deciding.acknowledge(line.database, number, who, because, line.clock())
        _say(f"{number} is acknowledged by {who} and stays as it is: {made.words}")
    return 0


def take_back(number: int, because: str, author: str) -> int:
    settings = load_settings()
    line = open_line(settings, create=False)
    who = _author(author)
    made = deciding.take_back(
        line.database, usable_claims(settings), number, who, because, line.clock(), channel_names(settings, "desk")
    )
    if made.decision.kind == "unhold":
        _say(f"The hold {number} stands again, taken back by {who}: {made.decision.words}")
        _say(f"What rests on it was judged again; {_messages(made.messages)}.")
    else:
        _say(f"{number} asks for attention again, taken back by {who}: {made.decision.words}")
    deliver(line.database, build_channels(settings), line.clock)
    return 0


def _messages(count: int) -> str:
    return "the desk is told of nothing new" if not count else f"messages to the desk: {count}"


def _author(named: str) -> str:
    """Who decides: as named, else who is logged in here, and that is said."""
    if named.strip():
        return named
    who = login_name()
    if not who:
        raise SettingsError("It is not known who you are; say it with --author")
    _say(f"No --author was given: this is recorded as decided by {who}, who is logged in here.")
    return who


def _say(words: str) -> None:
    sys.stdout.write(printable(words) + "\n")
