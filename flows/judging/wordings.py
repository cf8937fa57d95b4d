"""Which versions of a claim ask the same of the figures, and from when on it asks what it asks today."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from alerts.claims.model import Claim
from figures.mishaps import Mishap, attempt
from storage.engine import Transaction
from storage.write import claim_versions


class Asked(NamedTuple):
    """At which instants a claim is judged as it is worded now, and its versions that ask the same of the figures."""

    instants: Sequence[datetime]
    alike: Collection[str]


def asked_of(
    connection: Transaction, claims: Sequence[Claim], instants: Mapping[str, Sequence[datetime]], last: datetime
) -> tuple[dict[str, Asked], dict[str, Mishap]]:
    """For each claim that some of its instants are asked of, which; and which claims cannot be compared."""
    versions = claim_versions.versions(connection, [claim.id for claim in claims])
    alike, failed = _compared(claims, versions)
    asked: dict[str, Asked] = {}
    for claim in (claim for claim in claims if claim.id in alike):
        is_edited = len(alike[claim.id]) < len(versions.get(claim.id, {}))
        first = _worded_so_since(connection, claim, alike[claim.id], last) if is_edited else claim.on_record_at
        if mine := [instant for instant in instants[claim.id] if instant >= first]:
            asked[claim.id] = Asked(mine, alike[claim.id])
    return asked, failed


def _compared(
    claims: Sequence[Claim], versions: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, set[str]], dict[str, Mishap]]:
    """For each claim the versions that ask the same of the figures, and which claims that cannot be said of."""
    same = {claim.id: attempt(partial(_alike, claim, versions.get(claim.id, {}))) for claim in claims}
    failed = {name: found for name, found in same.items() if isinstance(found, Mishap)}
    return {name: found for name, found in same.items() if not isinstance(found, Mishap)}, failed


def _alike(claim: Claim, versions: Mapping[str, str]) -> set[str]:
    """The versions of a claim that ask the same of the figures."""
    return {name for name, text in versions.items() if same_test(claim, text)}


def _worded_so_since(connection: Transaction, claim: Claim, alike: Collection[str], last: datetime) -> datetime:
    """From which instant on a claim asks what it asks today: words that come back count from when they came back."""
    since = last
    for at, sha256 in reversed(claim_versions.worded(connection, claim.id).items()):
        if sha256 not in alike:
            break
        since = min(at, last)
    return max(claim.on_record_at, since)


def same_test(claim: Claim, text: str) -> bool:
    """Whether another version of a claim's file asks the same of the figures: only its words around it differ."""
    asked = [
        {name: found.get(name) for name in ("said_on", "covers", "test", "readings")}
        for found in map(tomllib.loads, (claim.text, text))
    ]
    return asked[0] == asked[1]
