"""What `onrecord status` says: how each source, the record and we ourselves stand, and what asks for a look."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from figures.periods import washington_day
from figures.records import Source
from figures.registry import SOURCES
from flows import lateness
from flows.fetching.source_states import as_object, stands
from flows.show.due import due
from flows.show.formats import scope_words, when
from storage.engine import Transaction
from storage.read import journal, publication, reads
from storage.read.copies import copies
from storage.read.journal import StoredFinding
from storage.read.reads import StoredRelease
from storage.write import decisions, heartbeats, ledger

# A run that is said to be under way for longer than its lock lasts has died.
LONGEST_RUN = timedelta(hours=1)


def standing(connection: Transaction, sources: Sequence[Source], now: datetime, within: timedelta) -> dict[str, Any]:
    """Everything that `onrecord status --json` prints: a stable interface.

    `attention` says in words what somebody should look at; it is empty when all is well. A look older than `within` is
    one of these things. What was acknowledged asks for no attention.
    """
    seen = [d for d in decisions.decisions(connection, in_force=True) if d.kind == "acknowledge"]
    found = journal.findings(connection, severities=("hold", "warn"), open_only=True)
    asking = [f for f in found if not any(d.about(f) for d in seen)]
    releases = reads.releases(connection)
    undelivered = _undelivered(connection)
    beat = heartbeats.last(connection)
    state: dict[str, Any] = {
        "attention": [],
        "heartbeat": _beat(beat),
        "sources": _sources(connection, sources, releases, asking, now),
        "holds": [_entry(f) for f in _newest_first(asking) if f.severity == "hold"],
        "findings": [_entry(f) for f in _newest_first(asking) if f.severity == "warn"],
        "acknowledged": len(found) - len(asking),
        "undelivered": undelivered,
    }
    state["attention"] = [
        *_looks(state["sources"], now, within),
        *_about_holds(releases, asking),
        *_about_pages(asking),
        *_about_messages(undelivered),
        *_about_heartbeat(beat),
    ]
    return state


def _about_heartbeat(beat: heartbeats.Heartbeat | None) -> list[str]:
    return [f"The last heartbeat was not taken: {beat.detail}"] if beat and beat.ping == "failed" else []


def _sources(
    connection: Transaction,
    sources: Sequence[Source],
    releases: Sequence[StoredRelease],
    asking: Sequence[StoredFinding],
    now: datetime,
) -> list[dict[str, Any]]:
    """How each source was looked at, what it published and how old that is, and what is found of it."""
    watched = {source.id: each for each in lateness.watched(connection, sources) for source in each.sources}
    runs = journal.every_last_run(connection)
    days = publication.newest_days(connection, [source.headline for source in sources])
    known = stands(connection)
    return [
        {
            **_looked(source, runs[source.id]),
            **_published(connection, [r for r in releases if r.source == source.id], watched.get(source.id), now),
            **_aged(days.get(source.headline), now),
            "state": as_object(known.get(source.id)),
            **_found([f for f in asking if f.source == source.id]),
        }
        for source in sources
    ]


def _looked(source: Source, runs: Mapping[str, Mapping[Any, Any] | None]) -> dict[str, Any]:
    last, good = runs["last"], runs["good"]
    return {
        "source": source.id,
        "title": source.title,
        "last_try": last["started_at"] if last else None,
        "last_outcome": last["outcome"] if last else "never run",
        "last_detail": last["detail"] if last else "",
        "last_checked": good["finished_at"] if good else None,
    }


def _published(
    connection: Transaction,
    releases: Sequence[StoredRelease],
    watched: lateness.Watched | None,
    now: datetime,
) -> dict[str, Any]:
    repeated = {number for source in {r.source for r in releases} for number in copies(connection, source)}
    changed = max((release.known_at for release in releases if release.id not in repeated), default=None)
    return {
        "last_changed": changed,
        "days_of_silence": (washington_day(now) - washington_day(changed)).days if changed else None,
        "stage": watched.stages[-1] if watched and watched.stages else "",
        "next_due": due(watched.expected) if watched else None,
        "releases": len(releases),
    }


def _aged(newest: date | None, now: datetime) -> dict[str, Any]:
    """The newest day that the figures are about, and how old it is."""
    return {"data_as_of": newest, "data_age_days": (washington_day(now) - newest).days if newest else None}


def _found(mine: Sequence[StoredFinding]) -> dict[str, Any]:
    return {
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
        elif now - checked > within + timedelta(days=SOURCES[name].every_days - 1):
            said.append(f"{name}: the last good look was on {when(checked)}; is onrecord serve running?")
    return said


def _about_holds(releases: Sequence[StoredRelease], asking: Sequence[StoredFinding]) -> list[str]:
    """Holds on the newest release of a source: what is held in older ones has been waiting, and is counted only."""
    newest = {release.source: release for release in releases}
    said = []
    for source, release in sorted(newest.items()):
        count = sum(f.severity == "hold" and f.release_id == release.id for f in asking)
        if count:
            said.append(f"{source}: {count} holds on its newest release, {release.name}; onrecord held lists them")
    return said


def _about_pages(asking: Sequence[StoredFinding]) -> list[str]:
    """What is open of pages and addresses, one line for each source and check however often it was found."""
    kinds: dict[tuple[str, str], list[StoredFinding]] = {}
    for f in asking:
        if f.release_id is None and f.severity == "warn" and f.stage != lateness.STAGE:
            kinds.setdefault((f.source, f.check), []).append(f)
    said = []
    for (source, _), found in kinds.items():
        more = f", and {len(found) - 1} more of this kind: onrecord status --json lists them" if len(found) > 1 else ""
        said.append(f"{source}: {found[0].words} (finding {found[0].id}{more})")
    return said


def _about_messages(undelivered: Sequence[Mapping[str, Any]]) -> list[str]:
    failing = Counter(row["channel"] for row in undelivered if row["state"] == "failed" or row["attempts"] > 0)
    return [f"{channel}: {count} messages could not be delivered" for channel, count in sorted(failing.items())]
