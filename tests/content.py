"""All that a database says, without the numbers of its rows and the times of its own work: to compare two of them."""

from typing import Any

from sqlalchemy import select

from storage import reads
from storage import schema as t
from storage.engine import Database, reading

Content = dict[str, list[Any]]


def content(database: Database) -> Content:
    """What was read from the archive and derived from it."""
    with reading(database) as connection:
        releases = reads.releases(connection)
        sha256 = {release.id: release.sha256 for release in releases}
        names = connection.execute(select(t.release_name)).mappings().all()
        findings = connection.execute(select(t.finding)).mappings().all()
        facilities = connection.execute(select(t.facility_name)).mappings().all()
        covered = connection.execute(select(t.coverage)).mappings().all()
        figures = [(r.sha256, o) for r in releases for o in reads.observations(connection, r.id)]
        held = [(f.sha256, f.locator) for r in releases for f in reads.figures_of(connection, r) if f.held]
        documents = connection.execute(select(t.document.c.sha256, t.document.c.size, t.document.c.media)).all()
    said = ("source", "stage", "check", "severity", "scope_kind", "expected", "found", "words", "lifted_because")
    return {
        "documents": sorted(map(tuple, documents)),
        "releases": [
            tuple(getattr(r, n) for n in reads.StoredRelease.__dataclass_fields__ if n != "id") for r in releases
        ],
        "names": sorted(
            (
                sha256[n["release_id"]],
                *(str(n[k]) for k in ("name", "url", "role", "known_at", "known_by", "known_detail")),
            )
            for n in names
        ),
        "facilities": sorted(
            (sha256[f["release_id"]], *(f[k] for k in ("own", "facility", "cell", "because"))) for f in facilities
        ),
        "findings": sorted(
            (sha256.get(f["release_id"], ""), *(str(f[name]) for name in said), *f["scope"]) for f in findings
        ),
        "coverage": sorted(
            (sha256[c["release_id"]], c["table_id"], c["fiscal_year"], c["kind"], c["first"], c["last"], c["cells"])
            for c in covered
        ),
        "figures": figures,
        "held": held,
    }
