"""A page of quick facts in the manner of TRAC's: the same sentences, so that they can be read, and nothing else of it.

Each card has the day of its own block. The wording on criminality changed in July 2025, what it counts by June.
"""

import html
from collections.abc import Iterator, Sequence
from datetime import date

from replica.editions import Edition
from replica.trac_tables import facilities_of, monitored_on

PENDING_COUNTED, CONVICTION_SAID = date(2025, 3, 1), date(2025, 7, 1)
_STATES = {"CA": "California", "GA": "Georgia", "TX": "Texas"}


def facts_page(published: Sequence[Edition]) -> bytes:
    """The page as it stood after the newest edition; without any, a page without cards."""
    current = [edition for edition in published if not edition.year_end]
    shown = "".join(_cards(current[-1])) if current else "<p>No data.</p>"
    menu = "".join(f'<a href="#detention_{name}">{name}</a>' for name in ("held", "nocrim", "numatd"))
    return (
        '<!doctype html><html><head><meta charset="utf-8"><title>Quick Facts</title></head><body>'
        f'<div class="menu">{menu}</div><div class="page">{shown}</div></body></html>'
    ).encode()


def _cards(edition: Edition) -> Iterator[str]:
    held = _number(edition, "detained_by_criminality", "Total", "Total")
    day = _day(edition.docket.through)
    yield _card(
        "held",
        f"{held:,}",
        f"in detention on {day}",
        f"Immigration and Customs Enforcement held {_bold(held)} in ICE detention according to data current as of "
        f"{_bold(day)}.",
    )
    yield _no_criminal(edition, held, day)
    yield from _places(edition)
    people = _number(edition, "atd_areas", "Total", "Count")
    yield _card(
        "numatd",
        f"{people:,}",
        "",
        f"ICE Alternatives to Detention (ATD) programs are currently monitoring {_bold(people)} families and single "
        f"individuals, according to data current as of {_bold(_day(monitored_on(edition)))}.",
    )


def _no_criminal(edition: Edition, held: int, day: str) -> str:
    some = _number(edition, "detained_by_criminality", "Other Immigration Violator", "Total")
    if edition.published_on >= PENDING_COUNTED:
        some += _number(edition, "detained_by_criminality", "Pending Criminal Charges", "Total")
    word = "conviction" if edition.published_on >= CONVICTION_SAID else "record,"
    share = f"{some / held:.1%}"
    sentence = (
        f"{_bold(some)} out of {_bold(held)}&mdash;or {_bold(share)}&mdash;held in ICE detention have no criminal "
        f"{word} according to data current as of {_bold(day)}."
    )
    return _card("nocrim", share, "", sentence)


def _places(edition: Edition) -> Iterator[str]:
    facilities = facilities_of(edition)
    if not facilities:
        return
    states: dict[str, float] = {}
    for facility in facilities:
        states[facility["state"]] = states.get(facility["state"], 0.0) + float(facility["average"])
    state = max(states, key=lambda each: states[each])
    yield _card(
        "topstate",
        "",
        "",
        f"ICE relied on detention facilities in {_bold(_STATES.get(state, state))} to house the most people during "
        f"FY {edition.fiscal_year}, according to data current as of {_bold(_day(edition.facilities))}.",
    )
    largest = max(facilities, key=lambda facility: float(facility["average"]))
    where = f"{largest['city'].title()}, {_STATES.get(largest['state'], largest['state'])}"
    yield _card(
        "topfacility",
        "",
        "",
        f"{_bold(largest['name'].title())} in {html.escape(where)} held the largest number of ICE detainees so far in "
        f"FY {edition.fiscal_year}, averaging {_bold(round(float(largest['average'])))} per day (as of "
        f"{edition.facilities:%B %Y}).",
    )


def _number(edition: Edition, *place: str) -> int:
    table, row, column = place
    return int(edition.figures.get((table, row, column)) or 0)


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _bold(value: int | str) -> str:
    return f"<strong>{value:,}</strong>" if isinstance(value, int) else f"<strong>{html.escape(value)}</strong>"


def _card(name: str, figure: str, caption: str, sentence: str) -> str:
    return (
        f'<div class="grid"><a href="#detention_{name}" id="detention_{name}">link</a>'
        f'<div class="font-bold text-5xl">{figure}</div><div class="font-base text-lg">{caption}</div>'
        f"<p>{sentence}</p></div>"
    )
