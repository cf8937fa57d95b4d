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
        attribution=CREDIT,
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

SOURCES = {source.id: source for source in (ICE, *TRAC)}
# By the name of a publisher: all of its sources.
PUBLISHERS: Mapping[str, tuple[str, ...]] = {"ice": (ICE.id,), "trac": tuple(source.id for source in TRAC)}
