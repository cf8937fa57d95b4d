"""Facilities: their states, the facilities of each, and a page for every one with all that lists say of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from pages.drawings.facility_chart import Point, facility_chart
from pages.facts.facility_facts import FacilityFacts
from pages.facts.site_facts import Facts
from pages.page import Page, Site
from pages.places.facility_words import (
    COLUMNS,
    INSPECTIONS,
    LEVELS,
    MOST,
    SAID,
    SEXES,
    THREATS,
    TYPES,
    WHO,
    Writer,
    anchors_of,
    columns_of,
    people_rows,
    total,
    within,
)
from pages.places.territories import territory
from pages.rendering import html
from pages.words import Words, words_of

# `_` marks a text for the catalogues.
_ = str
SPLITS = (
    (_("By classification level and by ICE threat level"), (*LEVELS, *THREATS)),
    (_("By sex and criminal record, in ICE's words, and in mandatory detention"), (*SEXES, "mandatory")),
)
# The pages of releases, by source and hash.
Releases = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A facility as an index has it."""

    name: str
    city: str
    state: str
    place: str
    on_newest: bool
    day: date | None
    people: float | None


def facility_pages(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/facilities/`, `/facilities/<state>/` and `/facilities/<state>/<name>/`.

    The facilities are read once and come in every language at once: to read them takes as long as to write them.
    """
    if not words.first:
        return
    writers = [
        Writer(words_of(language, site.prefix(language), first=language == site.languages[0]))
        for language in site.languages
    ]
    releases = {(each.source, each.sha256): each.address for each in facts.releases}
    entries: list[_Entry] = []
    newest: date | None = None
    for facility in facts.facilities():
        entries.append(_entry(facility))
        newest = facility.newest
        for writer in writers:
            yield _facility(facility, releases, site, writer)
    for writer in writers:
        yield from _indexes(entries, newest, site, writer)


def _entry(facility: FacilityFacts) -> _Entry:
    totals = [(each.day, total(each)) for each in facility.listed]
    totals += [(each.day, each.people) for each in facility.restated] if not facility.listed else []
    day, people = next(((day, people) for day, people in totals if people is not None), (None, None))
    letters = facility.state.upper()
    return _Entry(facility.name, facility.city, letters, facility.place, facility.on_newest, day, people)


def _indexes(entries: Sequence[_Entry], newest: date | None, site: Site, writer: Writer) -> Iterator[Page]:
    words = writer.words
    states = []
    for place, some in groupby(entries, key=lambda entry: entry.place.partition("/")[0]):
        mine = sorted(some, key=lambda entry: (not entry.on_newest, entry.name, entry.place))
        name = territory(mine[0].state, words)
        now = [entry for entry in mine if entry.on_newest]
        people = sum(entry.people for entry in now if entry.people is not None and entry.day == newest)
        states.append((name, f"facilities/{place}/", len(now), people, len(mine)))
        title = words.say("Facilities in %(state)s") % {"state": name}
        description = words.say(
            "Places of immigration detention in %(state)s, and how many people each held on an average day."
        )
        yield html(
            site,
            words,
            f"facilities/{place}/",
            "facility_state.html.j2",
            title,
            description % {"state": name},
            now=now,
            before=[entry for entry in mine if not entry.on_newest],
            newest=newest,
            write=writer,
        )
    description = words.say("Every place of immigration detention that ICE has listed, by state and name.")
    yield html(
        site,
        words,
        "facilities/",
        "facility_index.html.j2",
        words.say("Facilities"),
        description,
        states=sorted(states),
        newest=newest,
        write=writer,
    )


def _facility(whole: FacilityFacts, releases: Releases, site: Site, writer: Writer) -> Page:
    words, facility = writer.words, replace(whole, listed=within(whole.listed), restated=whole.restated[:MOST])
    state = territory(facility.state.upper(), words)
    where = f"{facility.city}, {state}" if facility.city else state
    anchors = anchors_of(whole.listed, facility.listed)
    description = words.say(
        "%(name)s, %(where)s: people held on average, length of stay, threat levels, inspections, from ICE and TRAC."
    )
    return html(
        site,
        words,
        f"facilities/{facility.place}",
        "facility.html.j2",
        f"{facility.name}, {where}",
        description % {"name": facility.name, "where": where},
        facility=facility,
        state=state,
        where=where,
        write=writer,
        latest=_latest(facility),
        chart=_chart(facility),
        people=people_rows(facility, anchors, writer),
        splits=[
            (
                words.say(caption),
                [words.say(COLUMNS[name]) for name in names],
                list(writer.rows(facility.listed, names, anchors)),
            )
            for caption, names in SPLITS
        ],
        files=[(anchors[each.key], each, columns_of(each)) for each in facility.listed],
        anchors=anchors,
        thinned=facility.listed[MOST - 1] if len(whole.listed) > len(facility.listed) else None,
        releases=releases,
        said=[(words.say(label), facility.said[name]) for name, label in SAID.items() if name in facility.said],
        now=_now(facility, words),
        inspections=[
            (words.say(label), facility.inspections[which])
            for which, label in INSPECTIONS.items()
            if which in facility.inspections
        ],
    )


def _now(facility: FacilityFacts, words: Words) -> list[tuple[str, str, str]]:
    """What the newest list that has the facility says of it: label, words, and what an abbreviation stands for."""
    found = []
    for name in ("address", "type", "sex", "area"):
        if runs := facility.said.get(name):
            text = runs[0].words[0]
            meaning = {"type": TYPES, "sex": WHO}.get(name, {}).get(text.upper(), "")
            found.append((words.say(SAID[name]), text, words.say(meaning) if meaning else ""))
    return found


def _latest(facility: FacilityFacts) -> tuple[date | None, date | None, float] | None:
    """Since when, to which day and how many people: of the newest list that says so."""
    for each in facility.listed:
        people = total(each)
        if people is not None:
            return each.since, each.day, people
    return None


def _chart(facility: FacilityFacts) -> object:
    points = [
        Point(each.since, each.day, people)
        for each in facility.listed
        if each.since is not None and each.day is not None and (people := total(each)) is not None
    ]
    return facility_chart(points, [(each.day, each.people) for each in facility.restated if each.people is not None])
