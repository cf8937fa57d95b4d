"""The sources, in the order in which they are run."""

from figures.records import Source
from scrapers import ice_page, ice_workbook, trac_population

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
)

TRAC = Source(
    id="trac",
    title="TRAC: people detained by agency and criminality",
    publisher="Transactional Records Access Clearinghouse (TRAC)",
    address="https://tracreports.org/immigration/detentionstats/pop_agen_table.json",
    media="json",
    parse=trac_population.parse,
    parser=trac_population.PARSER,
    attribution="TRAC, tracreports.org; cite with link and as-of date, do not republish the file",
    headline="trac.detained",
)

SOURCES = {source.id: source for source in (ICE, TRAC)}
