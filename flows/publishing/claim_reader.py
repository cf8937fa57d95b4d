"""Each claim as its page shows it: what is recorded of it, and its chart on what is known now."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from alerts.claims.model import Claim
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Knowledge
from alerts.messages.chart_points import chart_of
from alerts.messages.message import Chart
from figures.mishaps import Mishap, attempt
from figures.periods import washington_day
from flows.judging.judge import gather
from pages.facts.claim_facts import ClaimFacts, OtherReading, Piece, Stance, TakenBack
from storage.engine import Transaction
from storage.write import ledger, message_contents

Row = Mapping[str, Any]


def claim_facts(connection: Transaction, claims: Sequence[Claim], faults: list[str]) -> tuple[ClaimFacts, ...]:
    """In order of id. A chart that cannot be made costs no page: it is left out, and `faults` says why."""
    knowledge = gather(connection, claims)
    rows: dict[str, list[Row]] = {}
    for row in ledger.verdicts(connection, history=True):
        rows.setdefault(row["claim_id"], []).append(row)
    said: dict[str, list[Row]] = {}
    for notice in message_contents.of_claims(connection, [claim.id for claim in claims]):
        said.setdefault(notice["claim_id"], []).append(notice)
    return tuple(
        ClaimFacts(
            claim,
            stances(rows.get(claim.id, ())),
            _chart(claim, rows.get(claim.id, ()), knowledge, faults),
            taken_back(said.get(claim.id, ())),
            tuple(_disputing(claim, claims)),
        )
        for claim in sorted(claims, key=lambda claim: claim.id)
    )


def stances(rows: Iterable[Row]) -> tuple[Stance, ...]:
    """Recorded verdicts, in order of time."""
    return tuple(_stance(row) for row in sorted(rows, key=lambda row: (row["as_of"], row["id"])))


def _stance(row: Row) -> Stance:
    cause = row["cause"] or {}
    return Stance(
        answer=row["answer"],
        as_of=row["as_of"],
        state=row["state"],
        underlying=row["underlying"],
        edition=_day(row["edition"]),
        measured=row["measured"],
        low=row["accept_low"],
        high=row["accept_high"],
        z=row["z"],
        deviation=row["deviation"],
        size=row["size"],
        evidence=tuple(_piece(each) for each in row["evidence"]),
        readings=tuple(_reading(each) for each in row["readings"]),
        moved_by=row["moved_by"],
        moved_by_file=cause.get("release", ""),
        moved_by_sha256=cause.get("release_sha256", ""),
    )


def _piece(kept: Row) -> Piece:
    return Piece(
        role=kept["role"],
        series=kept["series"],
        value=kept["value"],
        start=_day(kept["period_start"]),
        end=_day(kept["period_end"]),
        file=kept["file"],
        locator=kept["locator"],
        sha256=kept["sha256"],
        url=kept["url"],
        known_on=washington_day(datetime.fromisoformat(kept["known_at"])),
        credit=kept["attribution"],
    )


def _reading(kept: Row) -> OtherReading:
    days = date.fromisoformat(kept["start"]), date.fromisoformat(kept["end"])
    return OtherReading(kept["name"], kept["measured"], kept["state"], *days)


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _chart(claim: Claim, rows: Sequence[Row], knowledge: Knowledge, faults: list[str]) -> Chart | None:
    """The chart of how things stand, as of when a figure was last judged on; None where none ever was."""
    standing = [row["as_of"] for row in rows if row["answer"] == "standing" and row["measured"] is not None]
    if not standing:
        return None
    as_of = max(standing)

    def made() -> Chart | None:
        return chart_of(claim, evaluate(claim, "standing", knowledge, as_of), knowledge, as_of)

    chart = attempt(made)
    if isinstance(chart, Mishap):
        faults.append(f"the chart of {claim.id} could not be made: {chart.short}")
        return None
    return chart


def taken_back(said: Iterable[Row]) -> tuple[TakenBack, ...]:
    """What was sent to people and undone since; what never left is nobody's correction."""
    return tuple(
        TakenBack(
            said_on=washington_day(notice["as_of"]),
            answer=notice["answer"],
            state=notice["state"],
            undone_at=notice["undone_at"],
            because=notice["undone_because"],
            key=notice["key"],
            correction=notice["correction"] or "",
        )
        for notice in said
        if notice["undone_at"] and not notice["quiet"]
    )


def _disputing(claim: Claim, claims: Iterable[Claim]) -> Iterable[str]:
    """The claims that deny this one."""
    return sorted(other.id for other in claims if claim.id in other.words.test.disputed)
