"""From words to series: those that are about all of some words, what is most likely meant first.

A series is about the words of its key, its metric and its scope, and of what it may stand in for.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from alerts.claims.scopes import STAND_INS, scope_of
from figures.metrics.catalogue import ALL, METRICS
from figures.metrics.metric import metric_of
from figures.records import series_key
from figures.scopes import SCOPES
from figures.series import split_series

Words = tuple[str, ...]
_BEGINNING = 3  # so many letters stand for every word that begins with them
# What is said in place of the term that the publishers use.
_SAID_FOR: Mapping[str, str] = {"deport": "removal", "deportation": "removals", "deportations": "removals"}
# Whatever counts from 1 October is asked for by its pace, too.
_PACE = "a day, per day, daily"
_PLACES: Mapping[str, int] = {metric: place for place, metric in enumerate(METRICS)}


class _Rank(NamedTuple):
    """The smaller, the plainer: the whole before parts, then what is called so by the fewest words beside these."""

    is_part: bool
    more_words: int
    not_in_name: int
    stand_in: int  # 0 for a name of its own; of what it may stand in for, the place in the table
    place: int  # in the catalogue, which lists a count before what it is split by
    members: int  # dimensions that are not for all
    key: str


def series_about(words: str, keys: Iterable[str]) -> list[str]:
    """The keys of the series that are about all of some words, the plainest first."""
    wanted = tuple(_SAID_FOR.get(word, word) for word in _split(words))
    found = [key for key in keys if wanted and _missing(wanted, _text(key)) == 0]
    return sorted(found, key=lambda key: _rank(key, wanted))


def _split(text: str) -> Words:
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def _is(word: str, wanted: str) -> bool:
    return word == wanted or (len(wanted) >= _BEGINNING and word.startswith(wanted))


def _missing(wanted: Words, text: Words) -> int:
    """How many of the words that are wanted do not stand in a text."""
    return sum(not any(_is(word, each) for word in text) for each in wanted)


def _text(key: str) -> Words:
    return (*_split(key), *_of_metric(metric_of(key)), *(word for name, _ in _scopes(key) for word in name))


@cache
def _of_metric(metric: str) -> Words:
    of = METRICS[metric]
    return _split(f"{of.noun} {of.meaning} {_PACE if of.cumulative else ''}")


def _scopes(key: str) -> list[tuple[Words, int]]:
    """The name of what a series counts, with 0, and the names of what it may stand in for, with their places."""
    counts = scope_of(key)
    stands_in = [(_split(covers), place) for place, (of, covers) in enumerate(STAND_INS, 1) if of == counts]
    return [(_split(counts), 0), *stands_in] if counts in SCOPES else []


def _rank(key: str, wanted: Words) -> _Rank:
    metric, dims = split_series(key)
    names = [(_split(METRICS[metric].noun), 0), (_split(metric.partition(".")[2]), 0), *_scopes(key)]
    more_words, not_in_name, stand_in = min((*_from_name(name, wanted), place) for name, place in names)
    members = [name for name, member in dims if member != ALL]
    is_part = any(not _is_named_by_scope(key, name) for name in members)
    return _Rank(is_part, more_words, not_in_name, stand_in, _PLACES[metric], len(members), key)


def _from_name(name: Words, wanted: Words) -> tuple[int, int]:
    """How many words a name has beside those that are wanted, and how many of these it has not; the most where it has
    none of them.
    """
    not_in_name = _missing(wanted, name)
    if not_in_name == len(wanted):
        return 99, not_in_name
    return sum(not any(_is(word, each) for each in wanted) for word in name), not_in_name


def _is_named_by_scope(key: str, dimension: str) -> bool:
    """Whether the member of a dimension makes a scope of its own: what ICE alone booked in is no mere part."""
    metric, dims = split_series(key)
    whole = series_key(metric, tuple((name, ALL if name == dimension else member) for name, member in dims))
    return scope_of(key) in SCOPES and scope_of(key) != scope_of(whole)
