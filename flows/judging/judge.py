"""Judging the claims on what was known at an instant; verdicts and messages go into one transaction.

What is known is gathered once for a call, and every instant is judged from it. Where figures, holds or the words of a
claim have changed since an instant was judged, it is judged anew, and what was said of it is settled: docs/alerts.md.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from alerts.claims.model import Claim
from alerts.forms.evidence import Agreement, Knowledge, KnownRelease, collect
from alerts.messages.message import Message
from alerts.messages.words.claim_news import desk_message
from checks.sources.disputes import WITNESS
from figures.metrics.catalogue import RESTATED_BY
from figures.mishaps import Mishap, attempt
from figures.records import Finding
from flows.fetching.source_states import stands_by
from flows.judging.books import Book, book
from flows.judging.claim_faults import note_claim_faults
from flows.judging.corrections import settle
from flows.judging.hold_changes import doubts, hold_changes
from flows.judging.instants import Chain, judge_chain
from flows.judging.missing_border_files import unheld_cbp
from flows.judging.missing_editions import OLDER, edition_day, unheld
from flows.judging.notifications import tell
from flows.judging.outbox import Outbox
from flows.judging.wordings import Asked, asked_of
from storage.engine import Database, Transaction, writing
from storage.read import journal, reads, vintages
from storage.read.holds import holds_among
from storage.read.release_order import recorded_at
from storage.write import claim_versions, decisions, ledger


def judge(
    database: Database,
    claims: Sequence[Claim],
    as_of: datetime,
    now: datetime,
    channels: Sequence[str],
    quiet: str = "",
) -> list[Message]:
    """Judge claims and queue what is to be said, in one transaction. Returns the new messages, corrections first."""
    with writing(database) as connection:
        judged = judge_claims(connection, claims, as_of, now)
        return notify(connection, judged, Outbox(channels, now, quiet))


@dataclass(frozen=True, slots=True)
class Judged:
    """How claims stand, each over the instants at which it was judged, and the corrections that were queued."""

    chains: Sequence[Chain]
    corrections: Sequence[Message]


def judge_claims(connection: Transaction, claims: Sequence[Claim], as_of: datetime, now: datetime) -> Judged:
    """Judge every claim that is on record at `as_of`, record the verdicts, and correct what no longer stands.

    Instants that were judged on something else than what is known of them today are judged again first.
    """
    on_record = [claim for claim in claims if claim.on_record_at <= as_of]
    books = _books(gather(connection, on_record), on_record)
    noted = ledger.judged(connection, [claim.id for claim in on_record])
    judged_at = ledger.instants_of(connection, [claim.id for claim in on_record])
    instants = {
        claim.id: _due(books[claim.id], noted.get(claim.id, {}), judged_at.get(claim.id, []), as_of)
        for claim in on_record
    }
    chains, failed = _judge(connection, on_record, books, instants, noted, as_of, now)
    corrections = settle(connection, chains, now)
    if undone := [chain.claim for chain in chains.values() if chain.undone]:
        again, failed_again = _in_whole(connection, undone, books, as_of, now)
        chains |= again
        failed |= failed_again
    note_claim_faults(connection, failed, now)
    return Judged([*chains.values()], corrections)


def notify(connection: Transaction, judged: Judged, out: Outbox) -> list[Message]:
    """Queue one message for each series and release that moved. Returns the new messages, corrections first.

    A claim that was never judged takes its place without a word.
    """
    return [*judged.corrections, *tell(connection, judged.chains, out, only_what_stands=True)]


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
        on_record = [claim for claim in claims if claim.on_record_at <= until]
        known = {release.known_at for release in reads.releases(connection, since=since)}
        known.update(ledger.verdict_instants(connection, since))
        known.update(claim.on_record_at for claim in claims if claim.on_record_at >= since)
        at = sorted(instant for instant in known if instant <= until)
        books = _books(gather(connection, on_record), on_record)
        noted = ledger.judged(connection, [claim.id for claim in on_record])
        instants = {claim.id: at for claim in on_record}
        chains, failed = _judge(connection, on_record, books, instants, noted, until, now)
        corrections = settle(connection, chains, now)
        note_claim_faults(connection, failed, now)
        return corrections + tell(connection, [*chains.values()], Outbox(channels, now, quiet), only_what_stands=False)


def _books(knowledge: Knowledge, claims: Iterable[Claim]) -> dict[str, Book]:
    """For each claim what it may rest on; claims on the same series share it."""
    made: dict[frozenset[str], Book] = {}
    found: dict[str, Book] = {}
    for claim in claims:
        series = frozenset(series_of(claim))
        if series not in made:
            made[series] = book(knowledge, series)
        found[claim.id] = made[series]
    return found


def _due(of: Book, noted: Mapping[datetime, str], judged_at: Sequence[datetime], as_of: datetime) -> list[datetime]:
    """The instants to judge: this one, the releases since the last, and all from the first that rests on other things.

    Editions are counted, so each is judged by itself, however many came since.
    """
    before = [at for at in noted if at <= as_of]
    sound: datetime | None = None
    for at in before:
        if of.basis(at) != noted[at]:
            again = (*noted, *judged_at, *of.released)
            return sorted({at for at in again if before[0] <= at < as_of and (not sound or at > sound)} | {as_of})
        sound = at
    since = [at for at in of.released if sound is not None and sound < at <= as_of]
    return sorted({*since[:-1], as_of})


def _judge(
    connection: Transaction,
    claims: Sequence[Claim],
    books: Mapping[str, Book],
    instants: Mapping[str, Sequence[datetime]],
    noted: Mapping[str, Mapping[datetime, str]],
    last: datetime,
    now: datetime,
    *,
    recording: bool = True,
) -> tuple[dict[str, Chain], dict[str, Mishap]]:
    """Judge each claim at its instants and record what is new. An edit rewrites no verdict from before it.

    A claim that fails ends no other: the second of what is returned says which did, and with what.
    """
    claim_versions.record_claims(connection, [(claim.id, claim.sha256, claim.text) for claim in claims], now)
    asked, failed = asked_of(connection, claims, instants, last)
    chains, failed_now = _chains(connection, [claim for claim in claims if claim.id in asked], books, asked, now)
    if recording:
        bases = {name: _bases(chain, noted.get(name, {})) for name, chain in chains.items()}
        ledger.record_judged(connection, bases, noted)
        ledger.append_verdicts(connection, [row for chain in chains.values() for row in chain.rows])
    return chains, failed | failed_now


def _chains(
    connection: Transaction,
    claims: Iterable[Claim],
    books: Mapping[str, Book],
    asked: Mapping[str, Asked],
    now: datetime,
) -> tuple[dict[str, Chain], dict[str, Mishap]]:
    """Each claim judged from what stood before the first of its instants, and which could not be."""
    spans = {name: (each.instants[0], each.instants[-1]) for name, each in asked.items()}
    before = ledger.standing_before(connection, {name: first for name, (first, _) in spans.items()})
    recorded = ledger.recorded_from(connection, spans)
    stored = recorded_at(connection)
    chains: dict[str, Chain] = {}
    failed: dict[str, Mishap] = {}
    for claim in claims:
        own, mine, (at, alike) = before.get(claim.id, {}), recorded.get(claim.id, {}), asked[claim.id]
        chain = attempt(partial(_chain, claim, books[claim.id], at, own, mine, stored, now, alike))
        if isinstance(chain, Mishap):
            failed[claim.id] = chain
        else:
            chains[claim.id] = chain
    return chains, failed


def _chain(claim: Claim, *about: Any) -> Chain:
    """A claim judged so that its verdicts can be kept and told. Raises ValueError when they cannot."""
    chain = judge_chain(claim, *about)
    for row in chain.rows:
        json.dumps([row["readings"], row["evidence"], row["measured"], row["z"], row["gap"]], allow_nan=False)
    for moved in chain.moved:
        desk_message([moved.news], moved.as_of)
    return chain


def _in_whole(
    connection: Transaction, claims: Sequence[Claim], books: Mapping[str, Book], as_of: datetime, now: datetime
) -> tuple[dict[str, Chain], dict[str, Mishap]]:
    """Claims again from their first instant on: a move that passed as told by what was undone since has to be told."""
    noted = ledger.judged(connection, [claim.id for claim in claims])
    judged_at = ledger.instants_of(connection, [claim.id for claim in claims])
    instants = {
        claim.id: sorted({at for at in (*noted.get(claim.id, {}), *judged_at[claim.id], as_of) if at <= as_of})
        for claim in claims
    }
    return _judge(connection, claims, books, instants, noted, as_of, now, recording=False)


def _bases(chain: Chain, noted: Mapping[datetime, str]) -> dict[datetime, str]:
    """On what a claim was judged, to be noted: at every instant noted before, and where it is another than before.

    What is noted of an instant from before an edit says what was seen of it, for it is not judged again.
    """
    instants = sorted({at for _, at in chain.stances})
    earlier = [at for at in noted if at < instants[0]] if instants else []
    found = {at: basis for at in earlier if (basis := chain.book.basis(at)) != noted[at]}
    chain.changed_from = min(found, default=None)
    last = found.get(earlier[-1], noted[earlier[-1]]) if earlier else ""
    for at in instants:
        basis = chain.book.basis(at)
        if basis != noted.get(at, last):
            found[at] = basis
        last = basis
    return found


def gather(connection: Transaction, claims: Iterable[Claim]) -> Knowledge:
    """Every vintage of the series that claims need, and which releases are held."""
    stored, findings = reads.releases(connection), journal.known_findings(connection, [OLDER])
    beside = vintages.ReleasesAndHolds(stored, holds_among(findings))
    figures = vintages.history(connection, {series for claim in claims for series in series_of(claim)}, None, beside)
    found = [finding for finding in findings if finding.severity == "hold" and finding.release_id is not None]
    holds = _still_held(found)
    releases = [held_release(release, holds.get(release.id, [])) for release in stored]
    changes = hold_changes(found, decisions.decisions(connection))
    not_held = [*unheld(connection, stored, findings), *unheld_cbp(connection)]
    return collect(figures, releases, _agreed(findings), changes, doubts(findings), not_held, stands_by(findings))


def _still_held(holds: Iterable[journal.StoredFinding]) -> dict[int, list[journal.StoredFinding]]:
    """Holds that were not lifted, by release."""
    found: dict[int, list[journal.StoredFinding]] = {}
    for hold in holds:
        if hold.release_id is not None and hold.lifted_at is None:
            found.setdefault(hold.release_id, []).append(hold)
    return found


def _agreed(findings: Iterable[journal.StoredFinding]) -> list[Agreement]:
    """Where a second witness gives the same figures."""
    return [
        Agreement(finding.release_id, frozenset(finding.scope), date.fromisoformat(finding.found))
        for finding in findings
        if finding.check == WITNESS and finding.severity == "note" and finding.lifted_at is None
        if finding.release_id is not None
    ]


def series_of(claim: Claim) -> Iterator[str]:
    """The series that a claim is judged by or that are consulted, and those that restate them."""
    for series in (*claim.needed, *claim.consulted):
        yield series
        metric, brace, dims = series.partition("{")
        if metric in RESTATED_BY:
            yield RESTATED_BY[metric] + brace + dims


def held_release(release: reads.StoredRelease, holds: Sequence[journal.StoredFinding | Finding]) -> KnownRelease:
    whole = any(hold.scope_kind == "release" for hold in holds)
    tables = () if whole else tuple(sorted({t for hold in holds if hold.scope_kind == "table" for t in hold.scope}))
    words = " ".join(hold.words for hold in holds if hold.scope_kind != "cells")
    cells = {cell: hold.words for hold in holds if hold.scope_kind == "cells" for cell in hold.scope}
    day, year = edition_day(release), release.fiscal_year
    return KnownRelease(release.source, release.name, release.known_at, year, tables, words, cells, day)
