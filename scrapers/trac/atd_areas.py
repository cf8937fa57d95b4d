"""TRAC's table of people in Alternatives to Detention by area and technology, every release in one file.

https://tracreports.org/immigration/detentionstats/atd_pop_table.json: an array, newest release first, then by area,
six fields, several megabytes. The row of all areas is `""`, `Total`; each area has a row `All` beside those of its
technologies: adding rows counts people twice. `download_date` is the day of ICE's ATD sheet.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from figures.metrics.catalogue import METRICS
from figures.metrics.metric import ALL
from figures.periods import Period, instant
from figures.records import Dims, Finding, Observation, Parsed
from scrapers.errors import DriftError
from scrapers.trac.rows import (
    COUNT,
    DAY,
    PADDED_DECIMAL,
    TEXT,
    Field,
    Row,
    amount,
    blanks,
    locator,
    raw,
    read_rows,
    us_day,
)

PARSER = 1
TABLE = "trac_atd"
FIELDS = {
    "aor": Field(TEXT, "area of responsibility; empty in the row of all areas"),
    "atd_technology": Field(TEXT, "technology; `All` of an area, `Total` of all areas"),
    "count_num": Field(COUNT, "people"),
    "alip_num": Field(PADDED_DECIMAL, "average length in program, days"),
    "download_date": Field(DAY, "the day of ICE's sheet: period"),
    "family_unit": Field(TEXT, "`All`; other rows are series of their own"),
}
_FIGURES = {"count_num": "trac.atd_active", "alip_num": "trac.atd_length_in_program"}
# ICE's words, as its own sheet has used them since 2021; TRAC's file has four of them.
_TECHNOLOGIES = {
    "All": ALL,
    "SmartLINK": "smartlink",
    "VoiceID": "voice_id",
    "TR": "telephonic_reporting",
    "GPS": "ankle_monitor",
    "Ankle Monitor": "ankle_monitor",
    "Wristworn": "wristworn",
    "VeriWatch": "wristworn",
    "Dual Tech": "dual",
    "No Tech": "none",
}


def parse(content: bytes, name: str) -> Parsed:
    """Every figure with its place; a technology that is not known keeps its name and is a finding.

    Raises NotReadableError when the bytes are no JSON, DriftError when the table is not laid out as declared.
    """
    table = read_rows(content, name, FIELDS, "TRAC's table")
    observations: list[Observation] = []
    days = [us_day(row["download_date"]) or date.min for row in table.rows]
    periods = {day: instant(day) for day in set(days)}
    for at, (row, day) in enumerate(zip(table.rows, days, strict=True)):
        observations.extend(_row(row, at, periods[day]))
    findings = (*table.findings, *blanks(table.rows, _FIGURES, "TRAC's table"), *_new(table.rows))
    return Parsed(tuple(observations), findings, run_date=max(days), leftovers=table.leftovers)


def _row(row: Row, at: int, period: Period) -> Iterator[Observation]:
    dims, suffix = _dims(row, at), ""
    if row["family_unit"] != "All":
        dims, suffix = (dims[0], ("family_unit", raw(row["family_unit"])), dims[1]), "_by_family_unit"
    for field, name in _FIGURES.items():
        metric = name + suffix
        value = amount(row[field])
        yield Observation(
            metric=metric,
            dims=dims,
            period=period,
            value=value,
            unit=METRICS[metric].unit,
            status="blank" if value is None else "reported",
            raw=raw(row[field]),
            locator=locator(at, field),
            table=TABLE,
            period_locator=locator(at, "download_date"),
        )


def _dims(row: Row, at: int) -> Dims:
    area, technology = raw(row["aor"]), raw(row["atd_technology"])
    if (area == "") != (technology == "Total"):
        found = f"{area!r} with {technology!r}"
        raise DriftError(locator(at, "atd_technology"), "Total beside an empty aor, and only there", found)
    if technology == "Total":
        return (("area", ALL), ("technology", ALL))
    return (("area", area), ("technology", _TECHNOLOGIES.get(technology, technology)))


def _new(rows: Sequence[Row]) -> Iterator[Finding]:
    """Words that are not known keep their names; what they are is for a person to say."""
    for field, known in (("atd_technology", {*_TECHNOLOGIES, "Total"}), ("family_unit", {"All"})):
        first: dict[str, int] = {}
        for at, row in enumerate(rows):
            if row[field] not in known:
                first.setdefault(raw(row[field]), at)
        for value, at in first.items():
            where = locator(at, field)
            words = f"{where}: {value!r} is new; its rows are series of their own."
            yield Finding("new_name", "warn", "cells", (where,), ", ".join(sorted(known)), repr(value), words)
