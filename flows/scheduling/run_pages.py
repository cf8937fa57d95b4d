"""What a run shows beside its log: artifacts with fixed keys, and events that automations can wait for.

File names, words of checks and claims come from outside: `artifact_cells` has the page show them as they are. An event
has the same number however often it is sent, so that two runs that see the same thing tell of it once.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from prefect.artifacts import create_table_artifact
from prefect.events import emit_event

from alerts.delivery import Sent
from alerts.messages.invisible_characters import one_line
from flows.context import Line, Outcome
from flows.scheduling.artifact_cells import table_of
from storage.engine import reading
from storage.read import journal, reads
from storage.read.release_order import StoredRelease
from storage.write import ledger

RELEASE_NEW, VERDICT_MOVED = "onrecord.release.new", "onrecord.verdict.moved"
# So many holds of one release; `onrecord held` has them all.
_HOLDS = 20
# A verdict by its claim.
Standing = Mapping[str, Mapping[str, Any]]


def show_release(line: Line, outcome: Outcome) -> None:
    """The artifact `release-<source>`: the newest release after a look. An event for each that is new."""
    with reading(line.database) as connection:
        stored = reads.releases(connection, outcome.source)
        holds = (
            journal.findings(connection, release_id=stored[-1].id, severities=("hold",), open_only=True)
            if stored
            else []
        )
    by_name = {release.name: release for release in sorted(stored, key=lambda each: each.id)}
    for name in outcome.new:
        if name in by_name:
            _tell_of_release(by_name[name])
    rows = [("this look", outcome.state.replace("_", " "))]
    if stored:
        rows += _facts(stored[-1]) + [("held back", hold.words) for hold in holds[:_HOLDS]]
    if len(holds) > _HOLDS:
        rows.append(("held back", f"{len(holds) - _HOLDS} more: onrecord held"))
    table = table_of([{"what": what, "as it is": words} for what, words in rows])
    key = f"release-{outcome.source.replace('_', '-')}"
    create_table_artifact(table, key=key, description=f"The newest release of {outcome.source}")


def _facts(release: StoredRelease) -> list[tuple[str, str]]:
    return [
        ("newest file", release.name),
        ("known since", f"{release.known_at:%Y-%m-%d %H:%M} UTC ({release.known_by})"),
        ("state", release.state),
        ("sha256", release.sha256),
    ]


def _tell_of_release(release: StoredRelease) -> None:
    emit_event(
        RELEASE_NEW,
        {
            "prefect.resource.id": f"onrecord.release.{release.source}.{release.sha256}",
            "prefect.resource.name": one_line(release.name),
            "onrecord.source": release.source,
        },
        payload={"file": one_line(release.name), "known_at": release.known_at.isoformat(), "state": release.state},
        id=uuid5(NAMESPACE_URL, f"{RELEASE_NEW}/{release.source}/{release.sha256}"),
    )


def standing(line: Line) -> Standing:
    """How each claim stands now."""
    with reading(line.database) as connection:
        rows = ledger.verdicts(connection, history=False)
    return {row["claim_id"]: row for row in rows if row["answer"] == "standing"}


def show_claims(line: Line, before: Standing) -> None:
    """The artifact `claims`: how each stands. An event for each that stands otherwise than `before`."""
    now = standing(line)
    for name, row in now.items():
        if name in before and before[name]["state"] != row["state"]:
            _tell_of_verdict(before[name], row)
    table = [
        {
            "claim": name,
            "now": row["state"].replace("_", " "),
            "before this run": before[name]["state"].replace("_", " ") if name in before else "",
            "as of": f"{row['as_of']:%Y-%m-%d}",
            "in words": row["words"],
        }
        for name, row in now.items()
    ]
    create_table_artifact(table_of(table), key="claims", description="How each claim stands after this run")


def _tell_of_verdict(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    emit_event(
        VERDICT_MOVED,
        {"prefect.resource.id": f"onrecord.claim.{now['claim_id']}", "onrecord.state": now["state"]},
        payload={
            "claim": now["claim_id"],
            "before": before["state"],
            "now": now["state"],
            "as_of": now["as_of"].isoformat(),
            "words": one_line(now["words"]),
        },
        id=uuid5(NAMESPACE_URL, f"{VERDICT_MOVED}/{now['id']}"),
    )


def show_messages(sent: Sequence[Sent]) -> None:
    """The artifact `messages`: what was given to the channels in this run, and what came of it."""
    table = [
        {
            "message": each.key,
            "channel": each.channel,
            "came to": each.outcome.replace("_", " "),
            "detail": each.detail,
            "next try": f"{each.retry_at:%Y-%m-%d %H:%M} UTC" if each.retry_at else "",
        }
        for each in sent
    ]
    said = f"{len(sent)} deliveries in this run" if sent else "No message was due in this run"
    create_table_artifact(table_of(table), key="messages", description=said)
