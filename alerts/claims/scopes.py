"""What is counted, and by whom: a figure says something of a claim only when the two count the same, or when the
figure is a declared part of it or a declared stand-in for it. Scopes are never crossed silently.
"""

from collections.abc import Mapping
from typing import Literal

from figures.metrics.catalogue import METRICS
from figures.series import split_series

Relation = Literal["same", "part", "proxy", "none"]

# Everything that a claim may be about, and what it means. A metric of the catalogue is a scope of its own, too.
SCOPES: Mapping[str, str] = {
    "people held by ICE": "people in ICE detention on one day, whichever agency arrested them",
    "people held whom ICE arrested": "people in ICE detention on one day whom ICE arrested",
    "people held whom CBP arrested": "people in ICE detention on one day whom CBP arrested",
    "detention capacity": "people that could be held at a time, whether or not the beds are filled",
    "ICE arrests": "administrative arrests by ICE; published by day nowhere",
    "ICE book-ins": "people that ICE arrested and booked into its detention",
    "CBP book-ins": "people that CBP arrested and that were booked into ICE detention",
    "book-ins of both agencies": "people booked into ICE detention; what TRAC calls arrests",
    "ICE removals": "removals by ICE, with returns and expulsions that ICE processed",
    "DHS removals": "removals by ICE, CBP and the Coast Guard",
    "DHS removals and returns": "removals and returns by every agency of DHS",
    "DHS departures": "removals, returns and estimated departures of people's own accord",
    "removals by place of arrest": "ICE removals split into border and interior arrests; not published",
    "border crossings": "people whom Border Patrol met at the southwest border, between ports of entry: what is mostly "
    "meant; those whom it arrested in the interior are among them",
    "CBP encounters": "people whom CBP met nationwide, at ports of entry and between them",
    "CBP encounters in the southwest": "people whom CBP met at the southwest border, at and between ports of entry",
    "Border Patrol encounters": "people whom Border Patrol met nationwide",
    "DHS arrests": "arrests by every agency of DHS; what is counted as one is stated nowhere",
    "opinion": "what people think",
    "policy": "what was ordered, intended or meant",
}

_BOOK_INS = {"ICE": "ICE book-ins", "CBP": "CBP book-ins", "all": "book-ins of both agencies"}
_ENCOUNTERS = {
    ("usbp", "southwest"): "border crossings",
    ("all", "all"): "CBP encounters",
    ("all", "southwest"): "CBP encounters in the southwest",
    ("usbp", "all"): "Border Patrol encounters",
}
_HELD = {"ICE": "people held whom ICE arrested", "CBP": "people held whom CBP arrested", "all": "people held by ICE"}
_OF_METRIC: Mapping[str, str] = {
    "ice.removals": "ICE removals",
    "ice.book_ins_by_criminality": "book-ins of both agencies",
    "ohss.repatriations": "DHS removals and returns",
}

# (what a series counts, what a claim is about): why the one may stand in for the other.
STAND_INS: Mapping[tuple[str, str], str] = {
    ("ICE book-ins", "ICE arrests"): "book-ins ran at 90 to 101 % of stated arrests in 2025",
    (
        "book-ins of both agencies",
        "ICE arrests",
    ): "book-ins by criminality are published for both together only",
    ("people held whom ICE arrested", "ICE arrests"): "who is held shows who was arrested, weighted by length of stay",
    ("CBP book-ins", "border crossings"): "they move the same way; most whom CBP meets never reach ICE detention",
    ("ICE book-ins", "removals by place of arrest"): "whom ICE arrests is mostly arrested in the interior",
    ("CBP book-ins", "removals by place of arrest"): "whom CBP arrests is mostly arrested at the border",
    ("border crossings", "removals by place of arrest"): "who is met at the border and removed is removed from there",
    ("people held by ICE", "detention capacity"): "it shows how much was in use, never how much there is",
}
# (what a series counts, what a claim is about): how far the one can speak of the other.
RELATIONS: Mapping[tuple[str, str], Relation] = {
    ("ICE removals", "DHS removals"): "part",
    ("ICE removals", "DHS removals and returns"): "part",
    ("ICE removals", "DHS departures"): "part",
    ("ICE book-ins", "book-ins of both agencies"): "part",
    ("ICE book-ins", "DHS arrests"): "part",
    ("book-ins of both agencies", "DHS arrests"): "part",
    ("CBP book-ins", "book-ins of both agencies"): "part",
    ("people held whom ICE arrested", "people held by ICE"): "part",
    ("people held whom CBP arrested", "people held by ICE"): "part",
    **dict.fromkeys(STAND_INS, "proxy"),
}
# What a series can show to have been reached, and never not to have been: beds may stand empty.
NEVER_REFUTED = frozenset({"detention capacity"})
TESTABILITY: Mapping[Relation, str] = {"same": "direct", "part": "bound", "proxy": "proxy", "none": "none"}


def known_scope(name: str) -> bool:
    return name in SCOPES or name in METRICS


def scope_of(series: str) -> str:
    """What a series counts. Raises ValueError for what is no series in text."""
    metric, dims = split_series(series)
    if metric in ("ice.detained", "trac.detained"):
        return _HELD.get(dict(dims).get("agency", ""), metric)
    if metric in ("ice.book_ins", "trac.book_ins"):
        return _BOOK_INS.get(dict(dims).get("agency", ""), metric)
    if metric == "cbp.encounters":
        named = dict(dims)
        return _ENCOUNTERS.get((named.get("component", ""), named.get("region", "")), series)
    return _OF_METRIC.get(metric, metric)


def why_it_stands_in(series: str, covers: str) -> str:
    """Why a series may stand in for what a claim is about; '' where it is the thing itself, or says nothing of it."""
    return STAND_INS.get((scope_of(series), covers), "") if series else ""


def relation(series: str, covers: str) -> Relation:
    """Whether a series counts what a claim is about, a part of it, or something that may stand in for it."""
    counts = scope_of(series)
    return "same" if counts == covers else RELATIONS.get((counts, covers), "none")
