"""`onrecord status`: how each source, the record and we ourselves stand, and whether somebody should look."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console

from figures.periods import washington_day
from figures.records import Source
from flows import release_watch, show
from flows.held import scope_words, short
from flows.reading import console, database, say
from flows.settings import load_settings
from flows.show import printable, table, when
from flows.silence import due
from scrapers.registry import SOURCES
from storage import decisions, heartbeats, journal, ledger, reads
from storage.copies import without_copies
from storage.engine import Transaction
from storage.journal import StoredFinding

# A run that is said to be under way for longer than its lock lasts has died.
LONGEST_RUN = timedelta(hours=1)
NEWEST = 5


def status(now: datetime, *, as_json: bool) -> int:
    """Print how everything stands. Returns 1 when something needs attention."""
    settings = load_settings()
    within = timedelta(hours=settings.heartbeat.look_within_hours)
    with database(settings) as connection:
        state = standing(connection, [SOURCES[name] for name in settings.enabled()], now, within)
    if as_json:
        say(show.as_json(state))
    else:
        print_standing(state, console())
    return 1 if state["attention"] else 0


def standing(connection: Transaction, sources: Sequence[Source], now: datetime, within: timedelta) -> dict[str, Any]:
    """Everything that `onrecord status --json` prints: a stable interface.

    `attention` says in words what somebody should look at; it is empty when all is well. A look older than `within` is
    one of these things. What was acknowledged asks for no attention.
    """
    seen = [d for d in decisions.decisions(connection, in_force=True) if d.kind == "acknowledge"]
    found = journal.findings(connection, severities=("hold", "warn"), open_only=True)
    asking = [f for f in found if not any(d.about(f) for d in seen)]
    watched = {source.id: each for each in release_watch.watched(connection, sources) for source in each.sources}
    undelivered = _undelivered(connection)
    beat = heartbeats.last(connection)
    state: dict[str, Any] = {
        "attention": [],
        "heartbeat": _beat(beat),
        "sources": [_source(connection, source, asking, watched.get(source.id), now) for source in sources],
        "holds": [_entry(f) for f in _newest_first(asking) if f.severity == "hold"],
        "findings": [_entry(f) for f in _newest_first(asking) if f.severity == "warn"],
        "acknowledged": len(found) - len(asking),
        "undelivered": undelivered,
    }
    state["attention"] = [
        *_looks(state["sources"], now, within),
        *_about_holds(connection, asking),
        *_about_pages(asking),
        *_about_messages(undelivered),
        *([f"The last heartbeat was not taken: {beat.detail}"] if beat and beat.ping == "failed" else []),
    ]
    return state


def _source(
    connection: Transaction,
    source: Source,
    asking: Sequence[StoredFinding],
    watched: release_watch.Watched | None,
    now: datetime,
) -> dict[str, Any]:
    runs = journal.last_runs(connection, source.id)
    last, good = runs["last"], runs["good"]
    published = reads.releases(connection, source.id)
    changed = max((release.known_at for release in without_copies(connection, source.id)), default=None)
    mine = [f for f in asking if f.source == source.id]
    return {
        "source": source.id,
        "title": source.title,
        "last_try": last["started_at"] if last else None,
        "last_outcome": last["outcome"] if last else "never run",
        "last_detail": last["detail"] if last else "",
        "last_checked": good["finished_at"] if good else None,
        "last_changed": changed,
        "data_as_of": reads.newest_day(connection, source.headline),
        "days_of_silence": (washington_day(now) - washington_day(changed)).days if changed else None,
        "stage": watched.stages[-1] if watched and watched.stages else "",
        "next_due": due(watched.expected) if watched else None,
        "releases": len(published),
        "open_holds": sum(f.severity == "hold" for f in mine),
        "open_findings": sum(f.severity == "warn" for f in mine),
    }


def _newest_first(found: Sequence[StoredFinding]) -> list[StoredFinding]:
    return sorted(found, key=lambda f: f.id, reverse=True)


def _entry(found: StoredFinding) -> dict[str, Any]:
    return {
        "id": found.id,
        "source": found.source,
        "release": found.release_name,
        "check": found.check,
        "what": scope_words(found),
        "words": found.words,
    }


def _beat(beat: heartbeats.Heartbeat | None) -> dict[str, Any] | None:
    if beat is None:
        return None
    return {
        "last_run": beat.at,
        "looked_at": list(beat.looked_at),
        "failed": list(beat.failed),
        "ping": beat.ping,
        "detail": beat.detail,
    }


def _undelivered(connection: Transaction) -> list[dict[str, Any]]:
    keep = ("key", "subject", "audience", "channel", "state", "attempts", "next_try_at", "answer")
    rows = [row for row in ledger.messages(connection) if row["state"] in ("pending", "sending", "failed")]
    return [{name: row[name] for name in keep} for row in rows]


def _looks(sources: Sequence[Mapping[str, Any]], now: datetime, within: timedelta) -> list[str]:
    said = []
    for each in sources:
        name, checked = each["source"], each["last_checked"]
        if each["last_outcome"] == "failed":
            said.append(f"{name}: the last look failed: {each['last_detail']}")
        elif each["last_outcome"] == "running" and now - each["last_try"] > LONGEST_RUN:
            said.append(f"{name}: the look that began on {when(each['last_try'])} never ended")
        elif checked is None:
            said.append(f"{name}: no look has ended well yet; onrecord run makes one")
        elif now - checked > within:
            said.append(f"{name}: the last good look was on {when(checked)}; is onrecord serve running?")
    return said


def _about_holds(connection: Transaction, asking: Sequence[StoredFinding]) -> list[str]:
    """Holds on the newest release of a source: what is held in older ones has been waiting, and is counted only."""
    newest = {release.source: release for release in reads.releases(connection)}
    said = []
    for source, release in sorted(newest.items()):
        count = sum(f.severity == "hold" and f.release_id == release.id for f in asking)
        if count:
            said.append(f"{source}: {count} holds on its newest release, {release.name}; onrecord held lists them")
    return said


def _about_pages(asking: Sequence[StoredFinding]) -> list[str]:
    return [
        f"{f.source}: {f.words} (finding {f.id})"
        for f in asking
        if f.release_id is None and f.severity == "warn" and f.stage != release_watch.STAGE
    ]


def _about_messages(undelivered: Sequence[Mapping[str, Any]]) -> list[str]:
    failing = Counter(row["channel"] for row in undelivered if row["state"] == "failed" or row["attempts"] > 0)
    return [f"{channel}: {count} messages could not be delivered" for channel, count in sorted(failing.items())]


def print_standing(state: Mapping[str, Any], console: Console) -> None:
    """For people: what asks for attention first, then each source, counts by check and the newest few."""
    if state["attention"]:
        console.print("Needs attention:", style="bold red", highlight=False)
        for words in state["attention"]:
            console.print(f"  - {printable(words)}", markup=False, highlight=False, soft_wrap=True)
    else:
        console.print("Nothing needs attention.", highlight=False)
    columns = ("source", "last good look", "last try", "last change", "data as of", "days of silence", "next due")
    rows = [_row(entry) for entry in state["sources"]]
    console.print(table("Sources", (*columns, "releases", "holds"), rows))
    for title, key, more in (
        ("Held back", "holds", "onrecord held lists them all."),
        ("Open findings", "findings", "onrecord status --json lists them all."),
    ):
        _print_found(title, state[key], more, console)
    if state["acknowledged"]:
        console.print(f"{state['acknowledged']} more were acknowledged.", highlight=False)
    if state["undelivered"]:
        keep = ("key", "subject", "audience", "channel", "state", "attempts", "answer")
        entries = [tuple(e[name] for name in keep) for e in state["undelivered"]]
        console.print(table("Not delivered yet", keep, entries))
    beat = state["heartbeat"]
    if beat:
        pinged = {"none": "no heartbeat is configured", "sent": "the heartbeat was taken"}
        words = pinged.get(beat["ping"], f"the heartbeat was not taken: {beat['detail']}")
        console.print(f"Last run: {when(beat['last_run'])}; {words}.", markup=False, highlight=False)


def _row(entry: Mapping[str, Any]) -> Sequence[object]:
    awaited = entry["next_due"]
    stage = f" ({entry['stage']})" if entry["stage"] else ""
    return (
        entry["source"],
        when(entry["last_checked"]),
        f"{when(entry['last_try'])} ({entry['last_outcome']})",
        when(entry["last_changed"]),
        entry["data_as_of"] or "nothing",
        "" if entry["days_of_silence"] is None else entry["days_of_silence"],
        f"{awaited['due']}{stage}" if awaited else "",
        entry["releases"],
        entry["open_holds"],
    )


def _print_found(title: str, entries: Sequence[Mapping[str, Any]], more: str, console: Console) -> None:
    if not entries:
        return
    counts = Counter(entry["check"] for entry in entries)
    said = ", ".join(f"{check} {count}" for check, count in sorted(counts.items(), key=lambda c: (-c[1], c[0])))
    rows = [(e["id"], e["source"], e["release"], e["what"], short(e["words"])) for e in entries[:NEWEST]]
    heading = f"{title} ({len(entries)}), the newest {len(rows)}" if len(entries) > NEWEST else f"{title} ({len(rows)})"
    console.print(table(heading, ("id", "source", "release", "what", "why"), rows))
    console.print(f"By check: {said}. {more}", markup=False, highlight=False, soft_wrap=True)
