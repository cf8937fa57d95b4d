"""The sources, in the order in which they are run."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from figures.metrics.trac import CREDIT
from figures.records import Media, Source


def _from(module: str, name: str) -> Callable[[bytes, str], Any]:
    """A function of a reader's module. The module is imported when it is first called: whoever only looks at what is
    stored waits for no reader.
    """

    def call(content: bytes, at: str) -> Any:
        return getattr(import_module(f"scrapers.{module}"), name)(content, at)

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

SOURCES = {source.id: source for source in (ICE, *TRAC)}
# By the name of a publisher: all of its sources.
PUBLISHERS: Mapping[str, tuple[str, ...]] = {"ice": (ICE.id,), "trac": tuple(source.id for source in TRAC)}
