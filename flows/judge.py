"""Judging the claims on what was known at an instant; verdicts and messages go into one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from alerts.changes import Position, Step, step
from alerts.claims import Claim
from alerts.delivery import enqueue
from alerts.forms import evaluate
from alerts.knowledge import Agreement, Knowledge, KnownRelease, collect
from alerts.message import Message
from alerts.verdicts import ANSWERS, Verdict
from alerts.words import News, desk_message
from checks.disputes import WITNESS
from figures.metric import metric_of
from figures.metrics import METRICS, RESTATED_BY
from figures.records import Figure
from storage import journal, ledger, reads, vintages
from storage.engine import Database, Transaction, writing

JUDGED_ON, STANDS_IN, SECOND_WITNESS = "judged_on", "stands_in", "second_witness"


def judge(
    database: Database,
    claims: Sequence[Claim],
    as_of: datetime,
    now: datetime,
    channels: Sequence[str],
    quiet: str = "",
    *,
    again: bool = False,
) -> list[Message]:
    """Judge every claim that is on record at `as_of` and queue one message for each series and release that moved.

    Returns the new messages. A claim that was never judged takes its place without a word. With `again` an instant
    that was judged before is judged anew, because an older edition came in since.
    """
    with writing(database) as connection:
        knowledge = gather(connection, claims)
        news: list[News] = []
        for claim in claims:
            if claim.on_record_at <= as_of:
                ledger.record_claim(connection, claim.id, claim.sha256, claim.text, now)
                news.extend(_judge(connection, claim, knowledge, as_of, now, again=again))
        fresh = [desk_message(group, as_of) for group in _groups(news)]
        return [message for message in fresh if enqueue(connection, message, as_of, now, channels, quiet)]


def gather(connection: Transaction, claims: Iterable[Claim]) -> Knowledge:
    """Every vintage of the series that claims need, and which releases are held."""
    figures = vintages.history(connection, {series for claim in claims for series in _series(claim)})
    holds: dict[int, list[journal.StoredFinding]] = {}
    for finding in journal.findings(connection, severities=("hold",), open_only=True):
        if finding.release_id is not None:
            holds.setdefault(finding.release_id, []).append(finding)
    releases = [_held(release, holds.get(release.id, [])) for release in reads.releases(connection)]
    agreed = [
        Agreement(finding.release_id, frozenset(finding.scope), date.fromisoformat(finding.found))
        for finding in journal.findings(connection, severities=("note",), open_only=True)
        if finding.check == WITNESS and finding.release_id is not None
    ]
    return collect(figures, releases, agreed)


def _series(claim: Claim) -> Iterator[str]:
    """The series that a claim may be judged on, and those that restate them."""
    for series in claim.needed:
        yield series
        metric, brace, dims = series.partition("{")
        if metric in RESTATED_BY:
            yield RESTATED_BY[metric] + brace + dims


def _held(release: reads.StoredRelease, holds: Sequence[journal.StoredFinding]) -> KnownRelease:
    whole = any(hold.scope_kind == "release" for hold in holds)
    tables = () if whole else tuple(sorted({t for hold in holds if hold.scope_kind == "table" for t in hold.scope}))
    words = " ".join(hold.words for hold in holds if hold.scope_kind != "cells")
    cells = {cell: hold.words for hold in holds if hold.scope_kind == "cells" for cell in hold.scope}
    return KnownRelease(release.source, release.name, release.known_at, release.fiscal_year, tables, words, cells)


def _judge(
    connection: Transaction, claim: Claim, knowledge: Knowledge, as_of: datetime, now: datetime, *, again: bool
) -> list[News]:
    news = []
    for answer in ANSWERS:
        before = ledger.verdict_before(connection, claim.id, answer, as_of, or_at=not again)
        verdict = evaluate(claim, answer, knowledge, as_of)
        taken = step(_position(before), verdict)
        redo = again and ledger.judged_at(connection, claim.id, answer, as_of)
        if before is None or redo or _differs(before, claim, verdict, taken):
            ledger.append_verdict(connection, _row(claim, verdict, taken, as_of, now))
        if taken.change:
            said = before["underlying"] if before else ""
            news.append(News(claim, replace(verdict, state=taken.position.state), taken.change, said))
    return news


def _position(row: Mapping[str, Any] | None) -> Position | None:
    if row is None:
        return None
    return Position(row["state"], row["underlying"], row["edition"], row["calm"], row["told"])


def _differs(before: Mapping[str, Any], claim: Claim, verdict: Verdict, taken: Step) -> bool:
    new = (taken.position.state, taken.position.underlying, taken.position.edition, verdict.measured)
    old = (before["state"], before["underlying"], before["edition"], before["measured"])
    if new != old or before["claim_sha256"] != claim.sha256:
        return True
    rests_on = {(piece.get("role", JUDGED_ON), piece["series"]) for piece in before["evidence"]}
    return rests_on != {(piece["role"], piece["series"]) for piece in _pieces(verdict)}


def _row(claim: Claim, verdict: Verdict, taken: Step, as_of: datetime, now: datetime) -> dict[str, Any]:
    position = taken.position
    return {
        "claim_id": claim.id,
        "claim_sha256": claim.sha256,
        "answer": verdict.answer,
        "as_of": as_of,
        "recorded_at": now,
        "state": position.state,
        "underlying": position.underlying,
        "edition": position.edition,
        "calm": position.calm,
        "told": position.told,
        "measured": verdict.measured,
        "accept_low": verdict.accept_low,
        "accept_high": verdict.accept_high,
        "gap": verdict.gap,
        "deviation": verdict.deviation,
        "z": verdict.z,
        "rule": verdict.rule,
        "words": verdict.words,
        "readings": [_plain(asdict(reading)) for reading in verdict.readings],
        "evidence": _pieces(verdict),
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _pieces(verdict: Verdict) -> list[dict[str, Any]]:
    """What is in evidence, each with its role: judged on, standing in for a silent source, or a second witness."""
    role = STANDS_IN if verdict.stand_in else JUDGED_ON
    mine = [_evidence(figure, role) for figure in verdict.evidence]
    return [*mine, *(_evidence(figure, SECOND_WITNESS) for figure in verdict.witnesses)]


def _evidence(figure: Figure, role: str) -> dict[str, Any]:
    """A copy of what the verdict rests on, so that it stays readable whatever happens to the figures."""
    return {
        "role": role,
        "locator": figure.locator,
        "sha256": figure.sha256,
        "file": figure.release_name,
        "url": figure.url,
        "series": figure.series,
        "value": figure.value,
        "period_start": figure.period.start.isoformat() if figure.period.start else None,
        "period_end": figure.period.end.isoformat() if figure.period.end else None,
        "period_locator": figure.period_locator,
        "known_at": figure.known_at.isoformat(),
        "known_by": figure.known_by,
        "attribution": METRICS[metric_of(figure.series)].credit,
    }


def _groups(news: Sequence[News]) -> list[list[News]]:
    """Several claims on one series and release go into one message."""
    groups: dict[tuple[str, int], list[News]] = {}
    for each in news:
        newest = each.verdict.evidence[0]
        groups.setdefault((newest.series, newest.release_id), []).append(each)
    return list(groups.values())


def judge_past(
    database: Database,
    claims: Sequence[Claim],
    since: datetime,
    until: datetime,
    now: datetime,
    channels: Sequence[str],
    quiet: str,
) -> list[Message]:
    """Judge again every instant from `since` to `until` at which something became known or was judged before."""
    with writing(database) as connection:
        instants = {release.known_at for release in reads.releases(connection, since=since)}
        instants.update(ledger.verdict_instants(connection, since))
        instants.update(claim.on_record_at for claim in claims if claim.on_record_at >= since)
    messages: list[Message] = []
    for instant in sorted(i for i in instants if i <= until):
        messages.extend(judge(database, claims, instant, now, channels, quiet, again=True))
    return messages
