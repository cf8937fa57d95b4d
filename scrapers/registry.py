"""The sources, in the order in which they are run."""

from collections.abc import Callable, Mapping
from datetime import date
from importlib import import_module
from typing import Any

from figures.metrics.trac import CREDIT
from figures.records import Finding, Media, Source, Stand


def _from(module: str, name: str) -> Callable[[bytes, str], Any]:
    """A function of a reader's module. The module is imported when it is first called: whoever only looks at what is
    stored waits for no reader.
    """

    def call(content: bytes, at: str) -> Any:
        return getattr(import_module(f"scrapers.{module}"), name)(content, at)

    return call


def _changes(module: str) -> Callable[[bytes, bytes, str, date], list[Finding]]:
    def call(page: bytes, before: bytes, address: str, today: date) -> list[Finding]:
        found: list[Finding] = import_module(f"scrapers.{module}").between(page, before, address, today)
        return found

    return call


def _version(module: str) -> Callable[[], int]:
    return lambda: int(import_module(f"scrapers.{module}").PARSER)


ICE = Source(
    id="ice",
    title="ICE detention statistics",
    publisher="U.S. Immigration and Customs Enforcement",
    address="https://www.ice.gov/detain/detention-management",
    media="xlsx",
    discover=_from("ice.page", "discover"),
    parse=_from("ice.workbook", "parse"),
    version=_version("ice.workbook"),
    attribution="U.S. Immigration and Customs Enforcement, detention statistics (public domain)",
    headline="ice.detained",
    republish="all",
    once_a_day=False,  # new editions come at any hour of an evening, and somebody waits for them
    dated=_from("ice.publication_dates", "by_itself"),
)


def _trac(id_: str, reader: str, title: str, path: str, media: Media, headline: str) -> Source:
    """One of TRAC's files: a small publisher, who is asked once a day and whose files are not handed on."""
    return Source(
        id=id_,
        title=f"TRAC: {title}",
        publisher="Transactional Records Access Clearinghouse (TRAC)",
        address=f"https://tracreports.org/immigration/{path}",
        media=media,
        parse=_from(f"trac.{reader}", "parse"),
        version=_version(f"trac.{reader}"),
        attribution=f"{CREDIT}; cite with link and as-of date",
        headline=headline,
        republish="figures",
        once_a_day=True,
    )


TRAC = (
    _trac(
        "trac_population",
        "population",
        "people detained by agency and criminality",
        "detentionstats/pop_agen_table.json",
        "json",
        "trac.detained",
    ),
    _trac(
        "trac_book_ins",
        "book_ins",
        "people booked in by agency and month",
        "detentionstats/book_in_agen_program_table.json",
        "json",
        "trac.book_ins",
    ),
    _trac(
        "trac_facilities",
        "facility_list",
        "average population of facilities",
        "detentionstats/facilities.json",
        "json",
        "trac.facility_population",
    ),
    _trac(
        "trac_atd",
        "atd_areas",
        "Alternatives to Detention by area and technology",
        "detentionstats/atd_pop_table.json",
        "json",
        "trac.atd_active",
    ),
    _trac(
        "trac_quickfacts",
        "quick_facts",
        "quick facts",
        "quickfacts/detention.html",
        "html",
        "trac.facts_detained",
    ),
)

_CBP = "U.S. Customs and Border Protection"
BORDER = (
    # Before the files that its own are held against: a witness speaks first.
    Source(
        id="cbp_southwest",
        title="CBP encounters in the southwest, files that check the others",
        publisher=_CBP,
        address="https://www.cbp.gov/document/stats/southwest-land-border-encounters",
        media="csv",
        discover=_from("cbp.listing", "discover_southwest"),
        parse=_from("cbp.encounters", "parse"),
        version=_version("cbp.encounters"),
        attribution=f"{_CBP}, southwest land border encounters (public domain)",
        headline="",
        republish="all",
        once_a_day=True,
        changes=_changes("cbp.listing_changes"),
    ),
    Source(
        id="cbp_encounters",
        title="CBP encounters",
        publisher=_CBP,
        address="https://www.cbp.gov/document/stats/nationwide-encounters",
        media="csv",
        discover=_from("cbp.listing", "discover"),
        parse=_from("cbp.encounters", "parse"),
        version=_version("cbp.encounters"),
        attribution=f"{_CBP}, nationwide encounters (public domain)",
        headline="cbp.encounters",
        republish="all",
        once_a_day=True,
        dated=_from("cbp.posting_dates", "by_name"),
        changes=_changes("cbp.listing_changes"),
    ),
    Source(
        id="cbp_apprehensions",
        title="CBP: Border Patrol apprehensions at entry and at large",
        publisher=_CBP,
        address="https://www.cbp.gov/newsroom/stats/nationwide-encounters",
        media="html",
        parse=_from("cbp.apprehensions", "parse"),
        version=_version("cbp.apprehensions"),
        attribution=f"{_CBP}, nationwide encounters (public domain)",
        headline="cbp.apprehensions",
        republish="all",
        once_a_day=True,
        dated=_from("cbp.posting_dates", "by_page"),
    ),
    Source(
        id="ohss",
        title="OHSS monthly tables of immigration enforcement",
        publisher="Office of Homeland Security Statistics",
        address="https://ohss.dhs.gov/topics/immigration/immigration-enforcement/monthly-tables",
        media="xlsx",
        parse=_from("ohss.monthly_tables", "parse"),
        version=_version("ohss.monthly_tables"),
        attribution="Office of Homeland Security Statistics, monthly tables (public domain)",
        headline="ohss.encounters",
        republish="all",
        once_a_day=True,
        discover=_from("ohss.landing_page", "discover"),
        every_days=30,
        dated=_from("ohss.edition_dates", "by_name"),
        declared=Stand(
            "ended",
            date(2025, 1, 16),
            "the tables of November 2024 were put out on 16 January 2025 and none since; they are handed in by hand, "
            "and the page is looked at once a month",
        ),
    ),
)

SOURCES = {source.id: source for source in (ICE, *TRAC, *BORDER)}
# By the name of a publisher: all of its sources.
PUBLISHERS: Mapping[str, tuple[str, ...]] = {
    "ice": (ICE.id,),
    "trac": tuple(source.id for source in TRAC),
    "cbp": tuple(source.id for source in BORDER if source.publisher == _CBP),
    "ohss": tuple(source.id for source in BORDER if source.publisher != _CBP),
}
