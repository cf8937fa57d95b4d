"""What the pages of what is held back, of corrections and of the data are made from."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class HeldFacts:
    """A hold: what of which release, since when, why, and the claims that are not judged on it. `words` is "" where
    they may quote a publisher who keeps his texts to himself. `seen` says that a person has looked at it.
    """

    release: str
    address: str
    source: str
    public_since: date
    found_on: date
    check: str
    scope: str
    words: str
    seen: bool
    claims: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CorrectedItem:
    """One item of a message that no longer stands: the claim, and what is said of it, label by label."""

    claim: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CorrectionFacts:
    """A correction that was sent, by the key of its message; `corrects` is the key of the one that no longer stands."""

    key: str
    subject: str
    sent_at: datetime
    items: tuple[CorrectedItem, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of the export. `rows` counts the figures of a metric's table; None for any other file."""

    name: str
    media: str
    body: bytes
    rows: int | None
