"""Checks of TRAC's files: each release of a list against its own total, names against the release before, facts.

A file holds the whole history: a fault holds the cells of its own release, never those of the others. Only two
releases of the lists were at hand; the thresholds are bounds of rounding or were read off those, and say which.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from checks.declared import Check
from figures.metrics.metric import ALL
from figures.periods import spoken
from figures.records import Finding, Observation

# A rounded row is at most half a person off, and so is the rounded total: no rounding moves a sum further.
ROUNDING = 0.5
# New Orleans on 11 July 2026: 6,122 people, 6,121 by technology. A handful is left out; more is a fault.
TECHNOLOGIES_APART = 5.0
NAMES_SHOWN = 8
SHARE_ROUNDING = 0.0006  # printed to a tenth of a percent


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of places, one for each release; `key` are the dimensions that tell one place from another."""

    metric: str
    beside: tuple[str, ...]
    key: tuple[str, ...]
    one: str
    many: str


FACILITIES = Listed(
    "trac.facility_population",
    ("trac.facility_guaranteed_minimum", "trac.facility_type", "trac.facility_zip"),
    ("facility", "city", "state"),
    "facility",
    "facilities",
)
AREAS = Listed("trac.atd_active", ("trac.atd_length_in_program",), ("area",), "area", "areas")
LISTS = (FACILITIES, AREAS)
Release = Sequence[Observation]


def trac(observations: Sequence[Observation]) -> list[Finding]:
    """Findings about one of TRAC's files; none for any other document."""
    by_metric = _by_metric(observations)
    findings: list[Finding] = []
    for kind in LISTS:
        days = by_metric.get(kind.metric, {})
        for day, release in days.items():
            beside = [o for metric in kind.beside for o in by_metric.get(metric, {}).get(day, ())]
            findings.extend(_twice(kind, day, [*release, *beside]))
            findings.extend(_total(kind, day, release, beside))
        findings.extend(_names(kind, days))
    findings.extend(_facts([o for days in by_metric.values() for release in days.values() for o in release]))
    for day, release in by_metric.get(AREAS.metric, {}).items():
        findings.extend(_technologies(day, release))
    return findings


def _twice(kind: Listed, day: date, release: Release) -> Iterator[Finding]:
    """One row for a place: which of two is right nobody can say."""
    cells: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for o in release:
        cells[o.metric, o.dims].append(o)
    twice = [o for group in cells.values() if len(group) > 1 for o in group]
    if twice:
        named = sorted({dict(o.dims)[kind.key[0]] for o in twice})
        words = f"The release of {spoken(day)} lists {_shown(named)} more than once."
        yield _hold("row_twice", twice, "one row each", _shown(named), words)


def _by_metric(observations: Iterable[Observation]) -> Mapping[str, Mapping[date, list[Observation]]]:
    """TRAC's figures by metric and day."""
    by_metric: dict[str, dict[date, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    for o in observations:
        if o.metric.startswith("trac.") and o.period.end:
            by_metric[o.metric][o.period.end].append(o)
    return by_metric


def _total(kind: Listed, day: date, release: Release, beside: Release) -> Iterator[Finding]:
    totals = [o for o in release if _is_total(o)]
    if len(totals) != 1:
        words = f"The release of {spoken(day)} has {len(totals)} rows for all {kind.many}, expected one."
        yield _hold("total_missing", [*release, *beside], "one total", str(len(totals)), words)
        return
    parts = _parts(kind, release)
    tolerance = ROUNDING * (len(parts) + 1) if kind is FACILITIES else 0.0
    yield from _sum(totals[0], parts, tolerance, [*release, *beside])
    if kind is FACILITIES:
        yield from _beds([o for o in beside if o.metric == "trac.facility_guaranteed_minimum"])


def _parts(kind: Listed, release: Release) -> list[Observation]:
    return [o for o in release if not _is_total(o) and _is_whole(kind, o)]


def _beds(beds: Release) -> Iterator[Finding]:
    for total in filter(_is_total, beds):
        yield from _sum(total, [o for o in beds if o is not total], 0.0, beds)


def _sum(total: Observation, parts: Release, tolerance: float, about: Release) -> Iterator[Finding]:
    added = sum(o.value for o in parts if o.value is not None)
    if total.value is None or abs(added - total.value) <= tolerance:
        return
    words = (
        f"{total.locator} says {total.value:,.0f} in all but the {len(parts)} rows of its release add to {added:,.0f}."
    )
    yield _hold("parts_total", about, f"{added:.0f}", f"{total.value:.0f}", words)


def _technologies(day: date, release: Release) -> Iterator[Finding]:
    areas: dict[str, list[Observation]] = defaultdict(list)
    for o in release:
        areas[dict(o.dims)["area"]].append(o)
    for area, rows in areas.items():
        wholes = [o for o in rows if dict(o.dims)["technology"] == ALL]
        parts = [o for o in rows if dict(o.dims)["technology"] != ALL]
        if not parts or len(wholes) > 1:
            continue
        if not wholes:
            words = f"The release of {spoken(day)} has no row for all technologies of {area}."
            yield _hold("total_missing", rows, "one total", "0", words)
        else:
            yield from _sum(wholes[0], parts, TECHNOLOGIES_APART, rows)


def _facts(observations: Release) -> Iterator[Finding]:
    """Sentences of one day on one page: a percentage is that of its two counts, and both name the same total."""
    facts = {o.metric: o for o in observations if o.metric.startswith("trac.facts_")}
    for word in ("record", "conviction"):
        name = f"trac.facts_no_criminal_{word}"
        some, whole, share = facts.get(name), facts.get(f"{name}_of"), facts.get(f"{name}_share")
        if some is None or whole is None or share is None:
            continue
        yield from _percentage(some, whole, share)
        held = facts.get("trac.facts_detained")
        if held is not None and held.period == whole.period and held.value != whole.value:
            words = f"{held.locator} says {held.raw} people held, {whole.locator} says {whole.raw} of the same day."
            yield _hold("facts_differ", [held, some, whole, share], held.raw, whole.raw, words)


def _percentage(some: Observation, whole: Observation, share: Observation) -> Iterator[Finding]:
    right = (some.value or 0.0) / whole.value if whole.value else 0.0
    if abs(right - (share.value or 0.0)) > SHARE_ROUNDING:
        words = f"{share.locator} says {share.raw}, but {some.raw} of {whole.raw} is {right:.1%}."
        yield _hold("share_of_count", [some, whole, share], f"{right:.1%}", share.raw, words)


def _names(kind: Listed, days: Mapping[date, Release]) -> Iterator[Finding]:
    """Places that the newest release has and the one before had not, and the other way round; never merged by guess."""
    if len(days) < 2:
        return
    before, newest = sorted(days)[-2:]
    had, has = (_places(kind, days[day]) for day in (before, newest))
    for check, some, words in (
        ("new_name", {k: has[k] for k in has if k not in had}, f"new in the release of {spoken(newest)}"),
        ("name_gone", {k: had[k] for k in had if k not in has}, f"no more in the release of {spoken(newest)}"),
    ):
        if some:
            yield _names_differ(kind, check, some, words)


def _names_differ(kind: Listed, check: str, some: Mapping[tuple[str, ...], Observation], words: str) -> Finding:
    people = sum(o.value or 0.0 for o in some.values())
    names = _shown([" | ".join(filter(None, place)) for place in some])
    cells = tuple(o.locator for o in some.values())
    subject = f"{len(some)} {kind.many} are" if len(some) > 1 else f"One {kind.one} is"
    said = (
        f"{subject} {words} ({people:,.0f} people together): {names}. A place that was "
        "renamed or split is another series; which are one is for a person to say."
    )
    return Finding(check, "note", "cells", cells, "the places of the release before", names, said)


def _places(kind: Listed, release: Release) -> dict[tuple[str, ...], Observation]:
    return {
        tuple(dict(o.dims)[name] for name in kind.key): o for o in release if not _is_total(o) and _is_whole(kind, o)
    }


def _is_total(o: Observation) -> bool:
    return all(value == ALL for _, value in o.dims)


def _is_whole(kind: Listed, o: Observation) -> bool:
    return kind is FACILITIES or dict(o.dims)["technology"] == ALL


def _shown(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


def _hold(check: str, about: Iterable[Observation], expected: str, found: str, words: str) -> Finding:
    return Finding(check, "hold", "cells", tuple(o.locator for o in about), expected, found, words)


CHECKS = (Check("trac", lambda parsed: trac(parsed.observations), lambda o: o.metric.startswith("trac.")),)
