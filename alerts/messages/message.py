"""A message before it is dressed for a channel: plain facts, no markup. Every channel renders the same facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from figures.plain import plain

# The desk hears of claims, the operators of faults, `sources` of the sources themselves: that two disagree, that one
# is late.
Audience = Literal["desk", "ops", "sources"]
# An alert may end up in print or needs somebody now, a notice is worth knowing, info may wait. In this order.
Severity = Literal["info", "notice", "alert"]
SEVERITIES: tuple[Severity, ...] = ("info", "notice", "alert")
# Facts of a claim that stand after what else moved: how to check, and how to hear no more of it.
SMALL_PRINT = ("Check", "Mute")
# A day, as ISO 8601, and the value that was published for it.
Dot = tuple[str, float]
Band = tuple[str, float | None, float | None]  # from a day on: low and high


class DeliveryError(Exception):
    """A channel did not take a message. `permanent` says that trying again will not help.

    `about` says what was refused for good: the `channel`, which then takes nothing until somebody mends it, or this
    one `message`. `may_have_arrived` says that the message was handed over and no answer came.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        about: Literal["channel", "message"] = "channel",
        may_have_arrived: bool = False,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.about = about
        self.may_have_arrived = may_have_arrived


class LeftOutError(Exception):
    """A message that a channel does not ask for: nothing was sent, and nothing is to be tried again."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What the picture of an item shows, as known on `as_of`. Days are ISO 8601, values in the claim's unit.

    `points` are the newest clean values by day, the last of them the news; `earlier` what was published before for a
    day and was revised since; `held` what is held back. `low` and `high` are the accepted interval, None without edge;
    `bands` what was accepted from a day on until the next, where that is not one for all days.
    """

    unit: str
    points: tuple[Dot, ...]
    earlier: tuple[Dot, ...]
    held: tuple[Dot, ...]
    stated: float | None
    low: float | None
    high: float | None
    said_on: str
    as_of: str
    credit: str = ""  # who published the figures, as it is to be named beside them
    title: str = ""  # what is counted, where, and the claim: it stands alone
    bands: tuple[Band, ...] = ()


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
    # The figure in its parts, all "" where a proof is about a whole file: "48,870 people held", "on 18 May 2025".
    value: str = ""
    period: str = ""
    series: str = ""


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
    chart: Chart | None = None
    # Of a claim: the sentence with the new figure, how the claim did when it was made, both in one line for where
    # another claim comes first, the figure alone, and what is told last. All empty for what is no news of a claim.
    lead: str = ""
    made: str = ""
    brief: str = ""
    also: str = ""
    details: tuple[tuple[str, str], ...] = ()
    shown: int = 3  # how many of its proofs are shown among the details of a claim; the others are kept with it
    claim_id: str = ""  # of which claim it is; "" for what is no news of a claim
    page: str = ""  # the address of that claim's page, where there is a site; set on the way out


@dataclass(frozen=True, slots=True)
class Message:
    """`key` names the news itself: the same news always has the same key, so that a double is seen."""

    key: str
    audience: Audience
    subject: str
    items: tuple[Item, ...]
    footer: str
    severity: Severity = "notice"

    def to_json(self) -> dict[str, Any]:
        kept: dict[str, Any] = plain(self)
        return kept


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
            chart=_chart(item.get("chart")),
            # Messages of before there were these may still be in the outbox.
            **{name: item.get(name, "") for name in ("lead", "made", "brief", "also")},
            details=tuple((label, words) for label, words in item.get("details", ())),
            shown=item.get("shown", 3),
            claim_id=item.get("claim_id", ""),
        )
        for item in data["items"]
    )
    # Messages of before there were charts and severities may still be in the outbox.
    severity = data.get("severity", "notice")
    return Message(data["key"], data["audience"], data["subject"], items, data["footer"], severity)


def _chart(data: Mapping[str, Any] | None) -> Chart | None:
    if data is None:
        return None
    dots = {name: tuple((day, value) for day, value in data[name]) for name in ("points", "earlier", "held")}
    bands = tuple((day, low, high) for day, low, high in data.get("bands", ()))
    return Chart(**{**data, **dots, "bands": bands})
