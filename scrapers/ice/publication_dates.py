"""Since when the public could read a workbook of ICE's that is handed in: by its name and its own properties."""

from datetime import UTC, date, timedelta

from figures.periods import spoken
from figures.records import Dated, Finding
from scrapers.ice.file_names import guess, read_name
from scrapers.xlsx.reader import Workbook

# A name's date is the day of posting or a few days before the document was last saved (12032025 was saved on
# 5 December); further apart, one of the two is wrong or the file is a copy that was saved again.
NAME_AGREES_WITHIN = timedelta(days=3)


def by_itself(content: bytes, name: str) -> Dated | None:
    """None where neither says when. Raises NotReadableError when the bytes are no workbook."""
    saved_at = Workbook(content).modified_at
    named = read_name(name).day or guess(name).day
    saved = saved_at.astimezone(UTC).date() if saved_at else None
    if named is None and saved is None:
        return None
    findings = _disagreement(name, named, saved)
    if named is None or (saved is not None and saved - named > timedelta(days=90)):
        # 07222020 was saved on 22 July 2021: bytes cannot have been public a year before they were written.
        return Dated(saved or date.min, "document_properties", findings)
    return Dated(named, "file_name", findings)


def _disagreement(name: str, named: date | None, saved: date | None) -> tuple[Finding, ...]:
    if named is None or saved is None or abs(saved - named) <= NAME_AGREES_WITHIN:
        return ()
    words = f"{name}: its name says {spoken(named)}, its properties say it was saved on {spoken(saved)}."
    return (Finding("name_date", "warn", "release", (), f"{named}", f"{saved}", words),)
