"""The sources, in the order in which they are run, and their publishers: one entry says all that there is of each."""

from collections.abc import Mapping
from datetime import date

from figures.metrics import cbp, ice_atd, ice_detention, ice_facilities, ice_lists, ice_prose, ohss, trac
from figures.publication import Law, Learning, Monthly, Rhythm, Rules
from figures.readers import changes_by, read_by, version_of
from figures.records import Publisher, Removals, Source, Stand
from figures.scopes import BOOKED_IN, HELD, ITS_OWN, MET, Scopes, whole

_ICE = Publisher(
    "ice",
    "U.S. Immigration and Customs Enforcement",
    Rules(
        # A release counts unless it is of an older fiscal year than one before it: the year-end file of 2022 came on
        # 9 December 2022, when the editions of 2023 were running, and said nothing of them.
        counted_by="release",
        law=Law(
            words="The law asks for this report to be updated semimonthly",
            citation="8 U.S.C. 1378a, from Pub. L. 116-93 of 20 December 2019",
            url="https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title8-section1378a",
            # The day of the notes that this was taken from. Who reads the law again sets a later one in the
            # configuration ([publication.ice.law]), and other words where it has changed.
            checked=date(2026, 9, 5),
        ),
        # Used until there is enough history to learn from: twice a month is at most 16 days apart; no ordinary gap was
        # longer than 28 days from November 2020 to January 2026.
        declared=Rhythm(16, 28, "declared: twice a month by law, at most 28 days apart from 2020 to 2026"),
        # A silence that spans 1 October: the fiscal year turns, the old year is closed, the new file is set up. The six
        # turns from 2020 to 2025 took 18, 36, 36, 48, 57 and 57 days: their middle, and longer than any of them.
        turn=Rhythm(37, 60, "declared: turns of the fiscal year took 18 to 57 days from 2020 to 2025"),
        learning=Learning(
            window_days=730,  # the publisher's habits changed between administrations; two years follow them
            at_least=12,  # half a year of releases twice a month
            turns_at_least=2,  # one turn alone would make its accident the rule
            correction_days=6,  # 23 of 143 gaps from 2020 to 2026 were as short: corrections of the release before
            late_quantile=0.95,  # one gap in twenty is longer: about one notice a year
            late_at_most=2,  # middle gaps: then a release was left out, however often that has happened of late
            late_floor=21,  # three weeks without figures are news, two and a half are not
        ),
    ),
)
_TRAC = Publisher(
    "trac",
    "Transactional Records Access Clearinghouse (TRAC)",
    Rules(
        # TRAC restates ICE's workbooks: a table counts when it states a later day than any before. Nothing is owed
        # until ICE has published a count that is newer than TRAC's newest, by more than a date of TRAC's may be off.
        counted_by="newer_day",
        follows="ice",
        off_by_days=6,
        # TRAC showed a release 1 to 13 days after ICE's in 2025 and 2026. Late is twice that, and a week longer than a
        # missing second witness is remarked on.
        declared=Rhythm(14, 28, "declared: TRAC showed ICE's releases 1 to 13 days after them in 2025 and 2026"),
    ),
)
_CBP = Publisher(
    "cbp",
    "U.S. Customs and Border Protection",
    Rules(
        # A file or page counts when it reaches a later month than any before; a correction of the same month does not.
        counted_by="newer_day",
        monthly=Monthly(
            due=3,  # the eleven editions of FY2026 were posted between the 3rd and the 6th of the month after theirs
            late=11,  # kept through the shutdown of October and November 2025, too
            # September comes with the final file of the year: on 7 November 2023, 17 October 2024, 15 October 2025.
            turn_due=(10, 15),
            turn_late=(11, 8),
            because="declared: posted between the 3rd and the 6th of each month, overdue after the 10th",
            turn_because="declared: the final file of a fiscal year came between 15 October and 7 November from 2023 "
            "to 2025",
        ),
    ),
)
_OHSS = Publisher("ohss", "Office of Homeland Security Statistics", None)

ICE = Source(
    id="ice",
    title="ICE detention statistics",
    by=_ICE,
    address="https://www.ice.gov/detain/detention-management",
    media="xlsx",
    discover=read_by("ice.page", "discover"),
    parse=read_by("ice.workbook", "parse"),
    version=version_of("ice.workbook"),
    attribution="U.S. Immigration and Customs Enforcement, detention statistics (public domain)",
    metrics=(*ice_detention.METRICS, *ice_atd.METRICS, *ice_facilities.METRICS, *ice_lists.METRICS, *ice_prose.METRICS),
    headline="ice.detained",
    scopes={
        "ice.detained": HELD,
        "ice.book_ins": BOOKED_IN,
        "ice.book_ins_by_criminality": whole("book-ins of both agencies"),
        "ice.removals": whole("ICE removals"),
    },
    checks=(
        "document.totals",
        "document.average_sums",
        "document.dates",
        "document.facility_sums",
        "document.list_sheets",
        "history.balance",
    ),
    removals=Removals(
        windowed=("bond", "iclos", "iclos_detainees", "segregation", "vulnerable"),
        windowed_groups=("semiannual_",),  # these list the fiscal years before, too
    ),
    republish="all",
    once_a_day=False,  # new editions come at any hour of an evening, and somebody waits for them
    dated=read_by("ice.publication_dates", "by_itself"),
    captures="https://www.ice.gov/doclib/detention/",
)


def _trac(id_: str, reader: str, title: str, path: str, headline: str, scopes: Scopes) -> Source:
    """One of TRAC's files: a small publisher, who is asked once a day and whose files are not handed on. `scopes` are
    those of its headline.
    """
    is_page = path.endswith(".html")
    return Source(
        id=id_,
        title=f"TRAC: {title}",
        by=_TRAC,
        address=f"https://tracreports.org/immigration/{path}",
        media="html" if is_page else "json",
        parse=read_by(f"trac.{reader}", "parse"),
        version=version_of(f"trac.{reader}"),
        attribution=f"{trac.CREDIT}; cite with link and as-of date",
        metrics=tuple(metric for metric in trac.METRICS if metric.source == id_),
        headline=headline,
        scopes={headline: scopes},
        checks=("document.totals", "document.dates", "document.trac_rows"),
        removals=Removals(whole=() if is_page else (id_,)),  # the page has no rows
        republish="figures",
        once_a_day=True,
    )


TRAC = (
    _trac(
        "trac_population",
        "population",
        "people detained by agency and criminality",
        "detentionstats/pop_agen_table.json",
        "trac.detained",
        HELD,
    ),
    _trac(
        "trac_book_ins",
        "book_ins",
        "people booked in by agency and month",
        "detentionstats/book_in_agen_program_table.json",
        "trac.book_ins",
        BOOKED_IN,
    ),
    _trac(
        "trac_facilities",
        "facility_list",
        "average population of facilities",
        "detentionstats/facilities.json",
        "trac.facility_population",
        ITS_OWN,
    ),
    _trac(
        "trac_atd",
        "atd_areas",
        "Alternatives to Detention by area and technology",
        "detentionstats/atd_pop_table.json",
        "trac.atd_active",
        ITS_OWN,
    ),
    _trac("trac_quickfacts", "quick_facts", "quick facts", "quickfacts/detention.html", "trac.facts_detained", ITS_OWN),
)

BORDER = (
    # Before the files that its own are held against: a witness speaks first. It is never late: nobody awaits its files.
    Source(
        id="cbp_southwest",
        title="CBP encounters in the southwest, files that check the others",
        by=_CBP,
        address="https://www.cbp.gov/document/stats/southwest-land-border-encounters",
        media="csv",
        discover=read_by("cbp.listing", "discover_southwest"),
        parse=read_by("cbp.encounters", "parse"),
        version=version_of("cbp.encounters"),
        attribution=f"{_CBP.title}, southwest land border encounters (public domain)",
        metrics=(),
        headline="",
        scopes={},
        checks=("document.totals", "document.dates", "document.cbp"),
        republish="all",
        once_a_day=True,
        changes=changes_by("cbp.listing_changes"),
    ),
    Source(
        id="cbp_encounters",
        title="CBP encounters",
        by=_CBP,
        address="https://www.cbp.gov/document/stats/nationwide-encounters",
        media="csv",
        discover=read_by("cbp.listing", "discover"),
        parse=read_by("cbp.encounters", "parse"),
        version=version_of("cbp.encounters"),
        attribution=f"{_CBP.title}, nationwide encounters (public domain)",
        metrics=tuple(metric for metric in cbp.METRICS if metric.source == "cbp_encounters"),
        headline="cbp.encounters",
        scopes={"cbp.encounters": MET},
        checks=("document.totals", "document.dates", "document.cbp"),
        removals=Removals(lasting=("cbp_aor", "cbp_state", "cbp_sbo")),
        held_beside=True,
        republish="all",
        once_a_day=True,
        dated=read_by("cbp.posting_dates", "by_name"),
        changes=changes_by("cbp.listing_changes"),
    ),
    Source(
        id="cbp_apprehensions",
        title="CBP: Border Patrol apprehensions at entry and at large",
        by=_CBP,
        address="https://www.cbp.gov/newsroom/stats/nationwide-encounters",
        media="html",
        parse=read_by("cbp.apprehensions", "parse"),
        version=version_of("cbp.apprehensions"),
        attribution=f"{_CBP.title}, nationwide encounters (public domain)",
        metrics=tuple(metric for metric in cbp.METRICS if metric.source == "cbp_apprehensions"),
        headline="cbp.apprehensions",
        scopes={"cbp.apprehensions": ITS_OWN},
        checks=("document.totals", "document.dates", "document.cbp"),
        held_beside=True,
        republish="all",
        once_a_day=True,
        dated=read_by("cbp.posting_dates", "by_page"),
    ),
    Source(
        id="ohss",
        title="OHSS monthly tables of immigration enforcement",
        by=_OHSS,
        address="https://ohss.dhs.gov/topics/immigration/immigration-enforcement/monthly-tables",
        media="xlsx",
        parse=read_by("ohss.monthly_tables", "parse"),
        version=version_of("ohss.monthly_tables"),
        attribution="Office of Homeland Security Statistics, monthly tables (public domain)",
        metrics=ohss.METRICS,
        headline="ohss.encounters",
        scopes={"ohss.encounters": ITS_OWN, "ohss.repatriations": whole("DHS removals and returns")},
        checks=("document.totals", "document.dates", "document.ohss"),
        removals=Removals(
            windowed=(
                "ohss_arrests",
                "ohss_book_ins",
                "ohss_removals_and_returns",
                "ohss_repatriations",
                "ohss_dhs_removals",
                "ohss_encounters",
            )
        ),
        held_beside=True,
        republish="all",
        once_a_day=True,
        discover=read_by("ohss.landing_page", "discover"),
        every_days=30,
        dated=read_by("ohss.edition_dates", "by_name"),
        declared=Stand(
            "ended",
            date(2025, 1, 16),
            "the tables of November 2024 were put out on 16 January 2025 and none since; they are handed in by hand, "
            "and the page is looked at once a month",
        ),
    ),
)

SOURCES: Mapping[str, Source] = {source.id: source for source in (ICE, *TRAC, *BORDER)}
# By the id of a publisher: all of its sources.
PUBLISHERS: Mapping[str, tuple[str, ...]] = {
    publisher: tuple(source.id for source in SOURCES.values() if source.by.id == publisher)
    for publisher in dict.fromkeys(source.by.id for source in SOURCES.values())
}
