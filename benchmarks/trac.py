"""TRAC's tables at live size: time against the json module alone and as the rows double, and what memory it takes.

`python -m benchmarks.trac SOURCE FILE` reads one file and prints the peak memory of the process (Linux).
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from checks.document.document_suite import document
from figures.registry import SOURCES

RELEASES = 150
FACILITIES, AREAS = 200, 25
TECHNOLOGIES = ("SmartLINK", "Ankle Monitor", "Wristworn", "Dual Tech")
NEWEST = date(2026, 7, 11)


def facilities(releases: int) -> bytes:
    """facilities.json with 200 facilities in each release."""
    rows: list[dict[str, object]] = []
    for day in _days(releases):
        places = [(f"FACILITY {n:03d} COUNTY JAIL", f"CITY {n:03d}", "TX", f"{n:05d}", n) for n in range(FACILITIES)]
        total = ("Total", "", "", "", sum(n for *_, n in places))
        for name, city, state, code, count in (total, *places):
            rows.append(
                {
                    "name": name,
                    "detention_facility_city": city,
                    "detention_facility_state": state,
                    "detention_facility_zip": code,
                    "type_detailed": "IGSA" if city else "",
                    "count": f"{count:,}".rjust(20),
                    "guaranteed_min_num": None if city else 0,
                    "download_date": day,
                    "order": len(rows),
                }
            )
    return json.dumps(rows, separators=(",", ":")).encode()


def atd(releases: int) -> bytes:
    """atd_pop_table.json with 25 areas of four technologies in each release: 126 rows."""
    rows = []
    for day in _days(releases):
        counts = [("", "Total", 4 * 100 * AREAS)]
        for n in range(AREAS):
            counts += [(f"Area {n:02d}", "All", 400), *((f"Area {n:02d}", name, 100) for name in TECHNOLOGIES)]
        rows += [
            {
                "aor": area,
                "atd_technology": technology,
                "count_num": count,
                "alip_num": "1,006.5".rjust(20),
                "download_date": day,
                "family_unit": "All",
            }
            for area, technology, count in counts
        ]
    return json.dumps(rows, separators=(",", ":")).encode()


def _days(releases: int) -> list[str]:
    return [f"{NEWEST - timedelta(days=14 * n):%m/%d/%Y}" for n in range(releases)]


TABLES: dict[str, Callable[[int], bytes]] = {"trac_facilities": facilities, "trac_atd": atd}


def read(source: str, content: bytes) -> int:
    """Parse and check, as `onrecord parse` does."""
    parsed = SOURCES[source].parse(content, source)
    document(parsed)
    return len(parsed.observations)


def report(measured: Callable[[Callable[[], object]], float]) -> None:
    for source, build in TABLES.items():
        half, whole = build(RELEASES // 2), build(RELEASES)
        floor = measured(partial(json.loads, whole))
        first = measured(partial(read, source, half))
        both = measured(partial(read, source, whole))
        print(f"{source}: {len(whole) / 1e6:.1f} MB, {RELEASES} releases, {read(source, whole):,} figures")
        print(f"  json.loads              {floor:7.3f} s   1.0")
        print(f"  parse and checks        {both:7.3f} s   {both / floor:.1f} x json.loads")
        print(f"  twice the rows take                 {both / first:.2f} x the time")
        with tempfile.NamedTemporaryFile() as file:
            file.write(whole)
            file.flush()
            command = [sys.executable, "-m", "benchmarks.trac", source, file.name]
            peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        print(f"  peak memory             {peak.strip()} MB of the process")


def main() -> None:
    source, file = sys.argv[1:3]
    parsed = SOURCES[source].parse(Path(file).read_bytes(), source)
    document(parsed)
    # Not getrusage: what the parent had before it started us counts in its peak.
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(int(peak.split()[1]) // 1024)


if __name__ == "__main__":
    main()
