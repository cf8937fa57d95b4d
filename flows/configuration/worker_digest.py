"""Which program this is, to be recorded with each run: `storage.workers` says why."""

import hashlib
import socket
from collections.abc import Sequence
from dataclasses import fields
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter

from alerts.claims.model import Claim
from flows.configuration.settings import Settings
from storage.workers import Worker

# What each host may have to itself: where it keeps things, and by which address it reaches the database.
_OWN = ("home", "database_url")


def worker_of(settings: Settings, claims: Sequence[Claim]) -> Worker:
    """This host, the version of the program, and digests of its configuration and of the claims that it watches."""
    watched = sorted(f"{claim.id} {claim.sha256}" for claim in claims)
    return Worker(socket.gethostname(), version("onrecord"), _configuration(settings), _digest("\n".join(watched)))


def _configuration(settings: Settings) -> str:
    """A digest of all that the configuration says, whatever its order and comments. It holds no secret."""
    said = {field.name: getattr(settings, field.name) for field in fields(settings) if field.name not in _OWN}
    return _digest(TypeAdapter(dict[str, Any]).dump_json(said).decode())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
