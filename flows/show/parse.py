"""`onrecord parse`: a bare file, without database or network."""

import csv
import io
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from checks.document.document_suite import document
from figures.plain import as_json
from figures.records import Finding, Leftover, Observation
from figures.registry import SOURCES
from flows.show.formats import defused, number
from scrapers.errors import DriftError, NotReadableError

READ, HELD, UNREADABLE = 0, 3, 2
MAX_FILE = 16 * 1024 * 1024
PARSE_COLUMNS = (
    "locator",
    "value",
    "metric",
    "dims",
    "period_kind",
    "period_start",
    "period_end",
    "unit",
    "status",
    "raw",
)


def parse_file(file: Path, source: str, format_: str, *, leftovers: bool) -> int:
    """Read a file of a source, given by its id: figures on stdout, what was odd on stderr.

    Returns 0, 3 (something is held) or 2 (nothing was read). With `leftovers`, print instead the filled cells, fields
    or words that were neither mapped nor ignored by a named rule.
    """
    try:
        if file.stat().st_size > MAX_FILE:
            raise NotReadableError(f"larger than {MAX_FILE:,} bytes; no file of a publisher is")
        parsed = SOURCES[source].parse(file.read_bytes(), file.name)
    except OSError as error:
        sys.stderr.write(f"{file}: {error.strerror or error}\n")
        return UNREADABLE
    except (DriftError, NotReadableError) as error:
        sys.stderr.write(f"{file}: {' '.join(str(error).split())}\n")
        return UNREADABLE
    findings = [*parsed.findings, *document(parsed)]
    if leftovers:
        sys.stdout.write(leftovers_csv(parsed.leftovers))
    elif format_ == "csv":
        write_csv(parsed.observations, sys.stdout)
    else:
        sys.stdout.write(parsed_json(parsed.observations, findings) + "\n")
    for finding in findings:
        sys.stderr.write(f"{finding.severity}: {finding.words}\n")
    return HELD if any(finding.severity == "hold" for finding in findings) else READ


def parsed_row(observation: Observation) -> dict[str, Any]:
    """One line of `onrecord parse`: a stable interface."""
    period = observation.period
    return {
        "locator": observation.locator,
        "value": number(observation.value),
        "metric": observation.metric,
        "dims": json.dumps(dict(observation.dims), sort_keys=True),
        "period_kind": period.kind,
        "period_start": period.start.isoformat() if period.start else "",
        "period_end": period.end.isoformat() if period.end else "",
        "unit": observation.unit,
        "status": observation.status,
        "raw": observation.raw,
    }


def write_csv(observations: Iterable[Observation], out: TextIO) -> None:
    """Line by line: TRAC's list of facilities has a hundred thousand."""
    writer = csv.DictWriter(out, PARSE_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for observation in observations:
        row = parsed_row(observation)
        row["raw"] = defused(row["raw"])
        writer.writerow(row)


def leftovers_csv(leftovers: Iterable[Leftover]) -> str:
    """`locator,raw` of every cell that nobody understood."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("locator", "raw"))
    writer.writerows((leftover.locator, defused(leftover.raw)) for leftover in leftovers)
    return out.getvalue()


def parsed_json(observations: Iterable[Observation], findings: Iterable[Finding]) -> str:
    rows = []
    for observation in observations:
        row = parsed_row(observation)
        rows.append({**row, "value": observation.value, "dims": dict(observation.dims)})
    return as_json({"observations": rows, "findings": list(findings)})
