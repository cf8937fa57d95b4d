"""Facts about series, releases, holds, corrections and data, for tests that need pages and no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from figures.metrics.catalogue import METRICS
from figures.periods import instant
from figures.records import Figure
from pages.facts.release_facts import (
    CalendarFacts,
    FindingFacts,
    LawFacts,
    PublishedDay,
    ReleaseFacts,
    Restated,
    SilenceFacts,
    TableChange,
)
from pages.facts.said_facts import CorrectedItem, CorrectionFacts, DataFile, HeldFacts
from pages.facts.series_facts import MetricFacts, SeriesFacts

KEY = "ice.detained{agency=all, criminality=all}"
FIRST, SECOND = "ab" * 32, "cd" * 32
KNOWN = datetime(2025, 6, 6, 18, tzinfo=UTC)


def figure(day: int, value: float | None, release: int = 1, **other: Any) -> Figure:
    """People held on a day of June 2025, as release 1 of 6 June or 2 of 20 June states it."""
    given: dict[str, Any] = {
        "series": KEY,
        "period": instant(date(2025, 6, day)),
        "value": value,
        "unit": "people",
        "status": "reported",
        "raw": f"{value}",
        "locator": f"xlsx:Detention FY25!F{day}",
        "period_locator": "",
        "fiscal_year": 2025,
        "run_date": None,
        "held": False,
        "release_id": release,
        "release_name": f"FY25_detentionStats{release}.xlsx",
        "sha256": (FIRST, SECOND)[release - 1],
        "url": "https://www.ice.gov/doclib/detention/x.xlsx",
        "known_at": KNOWN + timedelta(days=14 * (release - 1)),
        "known_by": "fetched",
        "table": "detained",
    }
    return Figure(**(given | other))


VINTAGES = (
    figure(1, 51302.0),
    figure(2, 700.5),
    figure(1, 51302.0, 2),
    figure(2, 721.5, 2),
    figure(15, 56397.0, 2),
    figure(16, 99999.0, 2, held=True),
    figure(3, None, 2, status="removed", locator="", raw=""),
)
SERIES = SeriesFacts(
    key=KEY,
    dims=(("agency", "all"), ("criminality", "all")),
    file="agency-all_criminality-all",
    unit="people",
    newest=(VINTAGES[2], VINTAGES[3], VINTAGES[4]),
    vintages=VINTAGES,
)
METRIC = MetricFacts(
    id="ice.detained",
    unit="people",
    noun="people held",
    meaning="people in ICE detention on one day",
    caveat=METRICS["ice.detained"].caveat,
    dims=("agency", "criminality"),
    source="ice",
    attribution="U.S. Immigration and Customs Enforcement (public domain)",
    credit="",
    table="ice.detained.csv.gz",
    rows=3,
    places=4,
    series=(SERIES,),
)
RELEASE = ReleaseFacts(
    address=f"releases/{FIRST}/",
    source="ice",
    title="ICE detention statistics",
    publisher="U.S. Immigration and Customs Enforcement",
    attribution="U.S. Immigration and Customs Enforcement (public domain)",
    name="FY25_detentionStats1.xlsx",
    names=("another.xlsx",),
    url="https://www.ice.gov/doclib/detention/x.xlsx",
    sha256=FIRST,
    size=1234,
    known_at=KNOWN,
    known_by="fetched",
    known_detail="",
    fiscal_year=2025,
    run_date=date(2025, 6, 3),
    held=False,
    repeats=False,
    changes=(TableChange("detained", 2, 0, 0, 0, 0),),
)
NEXT = replace(
    RELEASE,
    address=f"releases/{SECOND}/",
    name="FY25_detentionStats2.xlsx",
    sha256=SECOND,
    known_at=KNOWN + timedelta(days=14),
    known_by="stated",
    held=True,
    changes=(TableChange("detained", 1, 1, 1, 1200, 1),),
    restated=(Restated(KEY, "people", date(2025, 6, 2), date(2025, 6, 2), 700.5, 721.5, "xlsx:Detention FY25!F2"),),
    findings=(
        FindingFacts("totals", "hold", "xlsx:Detention FY25!F16", "It does not add up.", date(2025, 6, 20), None, ""),
        FindingFacts("wording", "note", "the whole release", "", date(2025, 6, 20), date(2025, 6, 21), "read again"),
    ),
)
CALENDAR = CalendarFacts(
    id="ice",
    publisher="U.S. Immigration and Customs Enforcement",
    days=(
        PublishedDay(date(2025, 4, 20), "missed.xlsx", ""),
        PublishedDay(date(2025, 6, 6), RELEASE.name, RELEASE.address),
        PublishedDay(date(2025, 6, 20), NEXT.name, NEXT.address),
    ),
    seen=date(2025, 6, 21),
    silences=(
        SilenceFacts(date(2025, 4, 20), date(2025, 6, 6), 47, ("due", "late")),
        SilenceFacts(date(2025, 6, 6), date(2025, 6, 20), 14, ()),
        SilenceFacts(date(2025, 6, 20), None, 1, ()),
    ),
    due=date(2025, 7, 4),
    late=date(2025, 7, 7),
    law=LawFacts("The law asks for it", "8 U.S.C. 1378a", "https://uscode.house.gov/view.xhtml", date(2025, 6, 1)),
)
HELD = HeldFacts(
    release=NEXT.name,
    address=NEXT.address,
    source="ICE detention statistics",
    public_since=date(2025, 6, 20),
    found_on=date(2025, 6, 20),
    check="totals",
    scope="xlsx:Detention FY25!F16",
    words="It does not add up.",
    seen=True,
    claims=(("doj-no-quota", "No quota"),),
)
CORRECTION = CorrectionFacts(
    key="correction:0123abcd",
    subject="Correction, an alert no longer stands: almost 49,000",
    sent_at=datetime(2025, 6, 14, 9, tzinfo=UTC),
    items=(CorrectedItem("Almost 49,000 in custody", (("Why it no longer stands", "The cell is held back."),)),),
    claims=("seed-4-almost-49000-in-custody",),
)
FILES = (
    DataFile("ice.detained.csv.gz", "application/gzip", b"\x1f\x8b", 3),
    DataFile("README.md", "text/markdown; charset=utf-8", b"# Figures", None),
    DataFile("datapackage.json", "application/json", b"{}", None),
)
MORE: dict[str, Any] = {
    "metrics": (METRIC,),
    "releases": (RELEASE, NEXT),
    "calendars": (CALENDAR,),
    "held": (HELD,),
    "corrections": (CORRECTION,),
    "files": FILES,
}


def more_hostile(text: str) -> dict[str, Any]:
    """The same facts, whose every text that comes from outside says `text`; no claim is named that is not there."""
    told = replace(VINTAGES[0], release_name=text, locator=text, url="javascript:alert(1)")
    series = replace(SERIES, dims=(("agency", text),), newest=(told,), vintages=(told,))
    metric = replace(METRIC, meaning=text, caveat=text, attribution=text, credit=text, series=(series,))
    finding = FindingFacts(text, "hold", text, text, date(2025, 6, 20), date(2025, 6, 21), text)
    restated = replace(NEXT.restated[0], series=text, locator=text)
    release = replace(
        NEXT,
        title=text,
        publisher=text,
        attribution=text,
        name=text,
        names=(text,),
        url="javascript:alert(1)",
        known_detail=text,
        changes=(TableChange(text, 1, 1, 1, 1, 1),),
        restated=(restated,),
        findings=(finding,),
    )
    law = LawFacts(text, text, "javascript:alert(1)", date(2025, 6, 1))
    calendar = replace(CALENDAR, publisher=text, days=(PublishedDay(date(2025, 6, 20), text, ""),), law=law)
    calendar = replace(calendar, silences=(SilenceFacts(date(2025, 6, 20), None, 1, ("due",)),))
    item = CorrectedItem(text, ((text, text),))
    return {
        "metrics": (metric,),
        "releases": (release,),
        "calendars": (calendar,),
        "held": (replace(HELD, release=text, source=text, check=text, scope=text, words=text, claims=()),),
        "corrections": (replace(CORRECTION, subject=text, items=(item,), claims=()),),
        "files": FILES,
    }
