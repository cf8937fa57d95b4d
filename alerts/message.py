"""A message before it is dressed for a channel: plain facts, no markup. Every channel renders the same facts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

# The desk hears of claims, the operators of faults, `sources` of the sources themselves: that two disagree, that one
# is late.
Audience = Literal["desk", "ops", "sources"]


class DeliveryError(Exception):
    """A channel did not take a message. `permanent` says that trying again will not help.

    `about` says what was refused for good: the `channel`, which then takes nothing until somebody mends it, or this
    one `message`.
    """

    def __init__(self, message: str, *, permanent: bool, about: Literal["channel", "message"] = "channel") -> None:
        super().__init__(message)
        self.permanent = permanent
        self.about = about


@dataclass(frozen=True, slots=True)
class Proof:
    """One figure that an item rests on, down to the cell."""

    figure: str  # "48,870 people held on 18 May 2025"
    file: str  # name of the workbook or payload
    cell: str  # locator, "xlsx:Detention FY25!F20"
    sha256: str
    url: str  # where the file was fetched, "" when it was handed in
    public_since: str  # "known since 23 May 2025 (date stated by the importer)"
    credit: str = ""  # how the publisher is to be named beside the figure, "" where none asks for it


@dataclass(frozen=True, slots=True)
class Item:
    """What is said about one claim (desk) or one release (ops)."""

    heading: str  # "Moved far from the claim"
    claim: str  # the claim in its own words; "" for operators' items
    said: str  # "Axios, 28 May 2025"
    claim_url: str
    facts: tuple[tuple[str, str], ...]  # label and sentence, in the order to be read
    proofs: tuple[Proof, ...]
    caveat: str


@dataclass(frozen=True, slots=True)
class Message:
    """`key` names the news itself: the same news always has the same key, so that a double is seen."""

    key: str
    audience: Audience
    subject: str
    items: tuple[Item, ...]
    footer: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def message_from_json(data: Mapping[str, Any]) -> Message:
    items = tuple(
        Item(
            heading=item["heading"],
            claim=item["claim"],
            said=item["said"],
            claim_url=item["claim_url"],
            facts=tuple((label, words) for label, words in item["facts"]),
            proofs=tuple(Proof(**proof) for proof in item["proofs"]),
            caveat=item["caveat"],
        )
        for item in data["items"]
    )
    return Message(data["key"], data["audience"], data["subject"], items, data["footer"])
