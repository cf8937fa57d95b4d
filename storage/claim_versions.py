"""The versions of a claim's file: each is kept, with the verdicts that were given on it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage import schema as t


def record_claims(connection: Connection, versions: Iterable[tuple[str, str, str]], at: datetime) -> None:
    """Keep each version of each claim's file: id, sha256, text."""
    c = t.claim
    known = {(row.id, row.sha256) for row in connection.execute(select(c.c.id, c.c.sha256))}
    new = {(name, sha256): text for name, sha256, text in versions if (name, sha256) not in known}
    if new:
        rows = [{"id": name, "sha256": sha256, "text": text, "recorded_at": at} for (name, sha256), text in new.items()]
        connection.execute(insert(c), rows)


def versions(connection: Connection, claims: Iterable[str]) -> dict[str, dict[str, str]]:
    """The versions of each claim's file that verdicts were given on, with their texts."""
    v, c = t.verdict, t.claim
    query = select(c.c.id, c.c.sha256, c.c.text).where(c.c.id.in_(sorted(claims)))
    given = select(v.c.id).where(v.c.claim_id == c.c.id, v.c.claim_sha256 == c.c.sha256).exists()
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(query.where(given)):
        found.setdefault(row.id, {})[row.sha256] = row.text
    return found


def worded(connection: Connection, claim: str) -> dict[datetime, str]:
    """By which version of a claim it was judged at each instant: the last judgement counts. In order of time."""
    v = t.verdict
    query = select(v.c.as_of, v.c.claim_sha256).where(v.c.claim_id == claim).order_by(v.c.as_of, v.c.id)
    return {row.as_of: row.claim_sha256 for row in connection.execute(query)}
