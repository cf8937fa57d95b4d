"""What is counted, and by whom: a figure says something of a claim only when the two count the same, or when the
figure is a declared part of it or a declared stand-in for it. Scopes are never crossed silently.
"""

from collections.abc import Mapping
from typing import Literal

from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.registry import SOURCES
from figures.scopes import ITS_OWN, SCOPES, Scopes
from figures.series import split_series

Relation = Literal["same", "part", "proxy", "none"]

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


# By metric, as the entries of the sources say.
_OF_METRIC: Mapping[str, Scopes] = {
    metric: scopes for source in SOURCES.values() for metric, scopes in source.scopes.items()
}


def known_scope(name: str) -> bool:
    """Whether a claim may be about it: a scope by name, a metric, or a series that counts what no other does."""
    return name in SCOPES or name in METRICS or _is_its_own(name)


def _is_its_own(series: str) -> bool:
    try:
        return metric_of(series) in METRICS and scope_of(series) == series
    except ValueError:
        return False


def scope_of(series: str) -> str:
    """What a series counts. Raises ValueError for what is no series in text."""
    metric, dims = split_series(series)
    return _OF_METRIC.get(metric, ITS_OWN).of(metric, dict(dims), series)


def why_it_stands_in(series: str, covers: str) -> str:
    """Why a series may stand in for what a claim is about; '' where it is the thing itself, or says nothing of it."""
    return STAND_INS.get((scope_of(series), covers), "") if series else ""


def relation(series: str, covers: str) -> Relation:
    """Whether a series counts what a claim is about, a part of it, or something that may stand in for it."""
    counts = scope_of(series)
    return "same" if counts == covers else RELATIONS.get((counts, covers), "none")
