"""The line runs as it is drawn: each stage in its place, each thing looked up once, nothing written unchecked."""

import re
import sys
from collections import Counter
from itertools import takewhile
from types import FrameType
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from flows.pipeline import run_line
from replica.editions import edition

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

# Each stage by the module and the function that is it, in the order in which `run_line` shows them.
STAGES = (
    ("flows.ingest", "discover"),
    ("flows.ingest", "fetch_and_archive"),
    ("scrapers.web.fetch", "fetch"),
    ("storage.archive", "put"),
    ("flows.intake", "parse"),
    ("flows.intake", "gather_known"),
    ("flows.intake", "check"),
    ("flows.intake", "store"),
    ("flows.judging.judge", "judge_claims"),
    ("flows.judging.judge", "notify"),
    ("flows.notifying.deliver", "drain"),
)
KEYS = ("05122025", "05232025", "06052025")
# What is derived from a release's figures; a look, a fetch and a lock are recorded as they happen.
DERIVED = ("release", "release_name", "observation", "coverage", "print", "finding", "facility_name")


def _third_release(desk: "Desk") -> list[tuple[str, str]]:
    """What happens when a third edition is published, in order: (module, function) and ('sql', statement)."""
    happened: list[tuple[str, str]] = []
    for key in KEYS:
        desk.publisher.publish(edition(key))
        desk.clock.set(edition(key).published_on)
        if key == KEYS[-1]:
            event.listen(
                desk.line.database,
                "before_cursor_execute",
                lambda _connection, _cursor, statement, values, *_: happened.append(("sql", _said(statement, values))),
            )
            sys.setprofile(_noting(happened))
        try:
            run_line(desk.settings, desk.line, ["ice"])
        finally:
            sys.setprofile(None)
    return happened


def _said(statement: str, values: object) -> str:
    return f"{' '.join(statement.split())} {values if statement.startswith(('SELECT', 'WITH')) else ''}"


def _noting(happened: list[tuple[str, str]]) -> Any:
    def called(frame: FrameType, what: str, _: object) -> None:
        place = str(frame.f_globals.get("__name__")), frame.f_code.co_name
        if what == "call" and place in STAGES:
            happened.append(place)

    return called


def test_the_stages_run_in_the_order_drawn_and_nothing_is_written_before_it_is_checked(desk: "Desk") -> None:
    happened = _third_release(desk)
    # The last time that a file was fetched is the workbook's: robots.txt and the page came before it.
    begun = max(place for place, what in enumerate(happened) if what == STAGES[1])
    stages = [what for what in happened[begun:] if what in STAGES]
    assert list(dict.fromkeys(stages)) == list(STAGES[1:])
    assert happened.index(STAGES[0]) < begun
    stored = happened.index(("flows.intake", "store"))
    written = re.compile(rf'(INSERT INTO|DELETE FROM|UPDATE) "?({"|".join(DERIVED)})"? ')
    parsed = next(place for place, what in enumerate(happened) if what == ("flows.intake", "parse"))
    assert [what for kind, what in happened[parsed:stored] if kind == "sql" and written.match(what)] == []
    assert sum(kind == "sql" and bool(written.match(what)) for kind, what in happened[stored:]) >= len(DERIVED) - 2


def test_each_thing_is_looked_up_once_for_a_release(desk: "Desk") -> None:
    happened = _third_release(desk)
    # From the step that takes the workbook in, and from the one that judges, to the next step.
    steps = [happened.index(("flows.intake", "gather_known")), happened.index(("flows.judging.judge", "judge_claims"))]
    taking, judging = (
        [what for kind, what in takewhile(_is_same_step, happened[begun:]) if kind == "sql"] for begun in steps
    )
    for some in (taking, judging):
        # What was said is read again after more of it was said.
        reads = Counter(what for what in some if what.startswith(("SELECT", "WITH")) and "FROM notice" not in what)
        assert len(reads) > 10
        assert {what: times for what, times in reads.items() if times > 1} == {}
    assert len(taking) + len(judging) <= 80


def _is_same_step(what: tuple[str, str]) -> bool:
    return not what[1].startswith("BEGIN")
