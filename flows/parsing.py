"""`onrecord parse`: a bare file, without database or network."""

import sys
from pathlib import Path

from checks.document import document
from flows.show import leftovers_csv, parsed_json, write_csv
from scrapers.errors import DriftError, NotReadableError
from scrapers.registry import SOURCES

READ, HELD, UNREADABLE = 0, 3, 2
MAX_FILE = 64 * 1024 * 1024


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
