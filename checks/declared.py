"""What is declared of a check that holds an edition against the ones before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# What a check does with what it finds: keep a release, tables or cells from being judged on, tell of it, or note it.
Does = Literal["holds the release", "holds tables", "holds cells", "tells", "notes"]


@dataclass(frozen=True, slots=True)
class Check:
    """`catches` completes "finds ..."; `limits` are its numbers by name; `taught` names editions by their date."""

    name: str
    does: Does
    catches: str
    limits: Mapping[str, float]
    reason: str
    taught: str
