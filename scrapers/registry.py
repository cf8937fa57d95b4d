"""The sources, in the order in which they are run."""

from collections.abc import Callable, Mapping

from figures.metrics_trac import CREDIT
from figures.records import Media, Parsed, Source
from scrapers import (
    ice_page,
    ice_workbook,
    trac_atd,
    trac_book_ins,
    trac_facilities,
    trac_population,
    trac_quickfacts,
)
from scrapers.cbp import apprehensions, encounters, listing
from scrapers.ohss import monthly_tables

ICE = Source(
    id="ice",
    title="ICE detention statistics",
    publisher="U.S. Immigration and Customs Enforcement",
    address="https://www.ice.gov/detain/detention-management",
    media="xlsx",
    discover=ice_page.discover,
    parse=ice_workbook.parse,
    parser=ice_workbook.PARSER,
    attribution="U.S. Immigration and Customs Enforcement, detention statistics (public domain)",
    headline="ice.detained",
    republish="all",
    once_a_day=False,  # new editions come at any hour of an evening, and somebody waits for them
)


def _trac(
    id_: str, title: str, path: str, media: Media, parse: Callable[[bytes, str], Parsed], parser: int, headline: str
) -> Source:
    """One of TRAC's files: a small publisher, who is asked once a day and whose files are not handed on."""
    return Source(
        id=id_,
        title=f"TRAC: {title}",
        publisher="Transactional Records Access Clearinghouse (TRAC)",
        address=f"https://tracreports.org/immigration/{path}",
        media=media,
        parse=parse,
        parser=parser,
        attribution=f"{CREDIT}; cite with link and as-of date",
        headline=headline,
        republish="figures",
        once_a_day=True,
    )


TRAC = (
    _trac(
        "trac_population",
        "people detained by agency and criminality",
        "detentionstats/pop_agen_table.json",
        "json",
        trac_population.parse,
        trac_population.PARSER,
        "trac.detained",
    ),
    _trac(
        "trac_book_ins",
        "people booked in by agency and month",
        "detentionstats/book_in_agen_program_table.json",
        "json",
        trac_book_ins.parse,
        trac_book_ins.PARSER,
        "trac.book_ins",
    ),
    _trac(
        "trac_facilities",
        "average population of facilities",
        "detentionstats/facilities.json",
        "json",
        trac_facilities.parse,
        trac_facilities.PARSER,
        "trac.facility_population",
    ),
    _trac(
        "trac_atd",
        "Alternatives to Detention by area and technology",
        "detentionstats/atd_pop_table.json",
        "json",
        trac_atd.parse,
        trac_atd.PARSER,
        "trac.atd_active",
    ),
    _trac(
        "trac_quickfacts",
        "quick facts",
        "quickfacts/detention.html",
        "html",
        trac_quickfacts.parse,
        trac_quickfacts.PARSER,
        "trac.facts_detained",
    ),
)

_CBP = "U.S. Customs and Border Protection"
# Files of these are read by hand so far: the line does not ask for them yet.
BORDER = (
    Source(
        id="cbp_encounters",
        title="CBP encounters",
        publisher=_CBP,
        address="https://www.cbp.gov/document/stats/nationwide-encounters",
        media="csv",
        discover=listing.discover,
        parse=encounters.parse,
        parser=encounters.PARSER,
        attribution=f"{_CBP}, nationwide encounters (public domain)",
        headline="cbp.encounters",
        republish="all",
        once_a_day=True,
    ),
    Source(
        id="cbp_apprehensions",
        title="CBP: Border Patrol apprehensions at entry and at large",
        publisher=_CBP,
        address="https://www.cbp.gov/newsroom/stats/nationwide-encounters",
        media="html",
        parse=apprehensions.parse,
        parser=apprehensions.PARSER,
        attribution=f"{_CBP}, nationwide encounters (public domain)",
        headline="cbp.apprehensions",
        republish="all",
        once_a_day=True,
    ),
    Source(
        id="ohss",
        title="OHSS monthly tables of immigration enforcement",
        publisher="Office of Homeland Security Statistics",
        address="https://ohss.dhs.gov/topics/immigration/immigration-enforcement/monthly-tables",
        media="xlsx",
        parse=monthly_tables.parse,
        parser=monthly_tables.PARSER,
        attribution="Office of Homeland Security Statistics, monthly tables (public domain)",
        headline="ohss.encounters",
        republish="all",
        once_a_day=True,
    ),
)

SOURCES = {source.id: source for source in (ICE, *TRAC)}
# Everything that a bare file can be of.
READABLE = {**SOURCES, **{source.id: source for source in BORDER}}
# By the name of a publisher: all of its sources.
PUBLISHERS: Mapping[str, tuple[str, ...]] = {"ice": (ICE.id,), "trac": tuple(source.id for source in TRAC)}
