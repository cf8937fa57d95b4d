"""The recorded state of each source: live, moved, refused, withdrawn, changed in what it counts, or ended.

A look records it where it has changed, with its day and the evidence; what the registry or the configuration declares
stands above what looks tell. Judgements, status and messages read it from the record.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

from alerts.source_states import Standing
from figures.periods import washington_day
from figures.records import Finding, Source, SourceState, Stand
from figures.registry import SOURCES
from storage.engine import Transaction, writing
from storage.read import journal
from storage.read.journal import StoredFinding
from storage.write.findings import lift, record_findings

if TYPE_CHECKING:
    from flows.context import Line  # which imports what fetches: commands that only read states do without

STAGE, CHECK = "state", "source_state"
LIVE = "its addresses answer and are understood"


def note_state(source: Source, address: str, line: "Line") -> None:
    """Record how a source stands after a look, where that is another state than before."""
    now = line.clock()
    with writing(line.database) as connection:
        mine = _about_pages(connection, source)
        recorded = [f for f in mine if f.check == CHECK]
        stand = source.declared or _seen(mine, address, washington_day(now))
        before = _stand(recorded[-1]) if recorded else None
        if before is not None and _is_recorded(source, stand, before):
            return
        lift(connection, [f.id for f in recorded], "onrecord", f"it is {stand.state} now", now)
        was = before.state if before else "not known"
        found = Finding(CHECK, "note", "release", (was,), stand.since.isoformat(), stand.state, stand.evidence)
        record_findings(connection, source.id, None, STAGE, [found], now)


def _about_pages(connection: Transaction, source: Source) -> list[StoredFinding]:
    """The open findings about a source's page and addresses, and none about a release."""
    found = journal.findings(connection, open_only=True)
    return [f for f in found if f.source == source.id and not f.release_id]


def _is_recorded(source: Source, stand: Stand, before: Stand) -> bool:
    """What is declared is recorded word by word; of what looks tell another day or evidence is no other state."""
    return before == stand if source.declared else before.state == stand.state


def _seen(mine: list[StoredFinding], address: str, today: date) -> Stand:
    """What the open findings about its page and addresses say."""
    states: dict[str, SourceState] = {"refused": "refused", "bot_page": "refused", "link_removed": "withdrawn"}
    for found in reversed(mine):
        state = states.get(found.check)
        if found.check == "file_gone":
            state = "moved" if found.expected == f"an answer from {address}" else "withdrawn"
        if state is not None:
            return Stand(state, washington_day(found.at), found.words.rstrip("."))
    return Stand("live", today, LIVE)


def stands(connection: Transaction) -> dict[str, Standing]:
    """Each source that we know to be in some state: as recorded last, else as declared."""
    return stands_by(journal.findings(connection, check=CHECK, open_only=True))


def stands_by(findings: Iterable[StoredFinding]) -> dict[str, Standing]:
    """The same from findings at hand, all open ones among them."""
    found = {id_: Standing(source.title, source.declared) for id_, source in SOURCES.items() if source.declared}
    for recorded in findings:
        if recorded.check == CHECK and recorded.lifted_at is None and recorded.source in SOURCES:
            found[recorded.source] = Standing(SOURCES[recorded.source].title, _stand(recorded))
    return found


def _stand(found: StoredFinding) -> Stand:
    return Stand(cast(SourceState, found.found), date.fromisoformat(found.expected), found.words)


def as_object(standing: Standing | None) -> Mapping[str, object] | None:
    """One state in `onrecord status --json` and `verdicts --json`: a stable interface."""
    if standing is None:
        return None
    return {"state": standing.stand.state, "since": standing.stand.since, "evidence": standing.stand.evidence}
