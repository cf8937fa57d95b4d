"""TRAC's largest tables at live size, built in memory: is reading linear in the rows, and how much does a process hold?

150 releases of 200 facilities and of 110 rows of people monitored, as the live files are to have after years of
releases. `python -m benchmarks` prints it; the memory must stay below `MOST_MEGABYTES`.
"""

import json
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from benchmarks.memory import most_memory
from checks.document import document
from scrapers.registry import SOURCES

RELEASES, FACILITIES, AREAS = 150, 200, 22
QUARTER = 4
MOST_MEGABYTES = 150
_NEWEST = date(2026, 7, 9)
_TECHNOLOGIES = ("SmartLINK", "Dual Tech", "Ankle Monitor", "Wristworn")
Row = dict[str, object]


def facilities(releases: int) -> bytes:
    rows: list[Row] = []
    for at in range(releases):
        counts = [1 + (at * 7 + place * 13) % 1900 for place in range(FACILITIES)]
        rows.append(_facility("Total", "", sum(counts), at, len(rows)))
        for place, count in enumerate(counts):
            rows.append(_facility(f"COUNTY DETENTION FACILITY {place:03}", f"{place:05}", count, at, len(rows)))
    return json.dumps(rows, separators=(",", ":")).encode()


def _facility(name: str, code: str, count: int, at: int, order: int) -> Row:
    return {
        "name": name,
        "detention_facility_city": code and f"CITY {code}",
        "detention_facility_state": code and "TX",
        "detention_facility_zip": code,
        "type_detailed": code and "DIGSA",
        "count": f"{count:,}".rjust(20),
        "guaranteed_min_num": None,
        "download_date": f"{_NEWEST - timedelta(14 * at):%m/%d/%Y}",
        "order": order,
    }


def monitored(releases: int) -> bytes:
    """Each release has the row of all areas, and for each area one of all technologies beside one of each."""
    rows: list[Row] = []
    for at in range(releases):
        parts = [[100 + (at + area * 5 + kind) % 900 for kind in range(len(_TECHNOLOGIES))] for area in range(AREAS)]
        rows.append(_monitored("", "Total", sum(map(sum, parts)), at))
        for area, counts in enumerate(parts):
            rows.append(_monitored(f"Area {area}", "All", sum(counts), at))
            rows.extend(_monitored(f"Area {area}", t, n, at) for t, n in zip(_TECHNOLOGIES, counts, strict=True))
    return json.dumps(rows, separators=(",", ":")).encode()


def _monitored(area: str, technology: str, count: int, at: int) -> Row:
    return {
        "aor": area,
        "atd_technology": technology,
        "count_num": count,
        "alip_num": f"{count / 3:,.1f}".rjust(20),
        "download_date": f"{_NEWEST - timedelta(14 * at):%m/%d/%Y}",
        "family_unit": "All",
    }


TABLES: dict[str, Callable[[int], bytes]] = {"trac_facilities": facilities, "trac_atd": monitored}


def read_and_check(source: str, content: bytes) -> int:
    """As `onrecord parse` does; the number of figures. A table that does not pass its checks is no measure."""
    parsed = SOURCES[source].parse(content, f"{source}.json")
    held = [f for f in (*parsed.findings, *document(parsed)) if f.severity == "hold"]
    if held:
        raise ValueError(held[0].words)
    return len(parsed.observations)


def nothing() -> None:
    """What a process holds before anything is read."""


def read_file(source: str, path: str) -> None:
    read_and_check(source, Path(path).read_bytes())


def report(measured: Callable[[Callable[[], object]], float]) -> None:
    idle = most_memory("benchmarks.trac", "nothing", ())
    for source, build in TABLES.items():
        whole, quarter = build(RELEASES), build(RELEASES // QUARTER)
        rows = [content.count(b'"download_date"') for content in (whole, quarter)]
        floor = measured(partial(json.loads, whole))
        times = [measured(partial(read_and_check, source, content)) for content in (whole, quarter)]
        each = [seconds / count * 1e6 for seconds, count in zip(times, rows, strict=True)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.json"
            path.write_bytes(whole)
            most = most_memory("benchmarks.trac", "read_file", (source, str(path)))
        verdict = "" if most < MOST_MEGABYTES else f", MORE THAN {MOST_MEGABYTES} MB"
        print(f"{source}: {rows[0]:,} rows, {len(whole) / 2**20:.1f} MB")
        print(f"  json.loads               {floor:7.3f} s   1.0")
        print(f"  parse and checks         {times[0]:7.3f} s   {times[0] / floor:.1f} x the floor")
        print(f"  a row, whole : quarter   {each[0]:.1f} : {each[1]:.1f} us   {each[0] / each[1]:.2f} (linear is 1)")
        print(f"  memory at most           {most:7.0f} MB  {idle:.0f} MB of it before anything is read{verdict}")


if __name__ == "__main__":
    from benchmarks.__main__ import measured as _measured

    report(_measured)
