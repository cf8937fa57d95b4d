"""What search engines for data read: schema.org's Dataset."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from pages.page import Site

_PUBLIC_DOMAIN: Final = "https://creativecommons.org/publicdomain/mark/1.0/"


def dataset(
    site: Site,
    name: str,
    description: str,
    address: str,
    files: Iterable[tuple[str, str]],
    *,
    creators: Sequence[str],
    credit: str = "",
    days: tuple[date, date] | None = None,
    modified: date | None = None,
) -> dict[str, Any]:
    """A set of tables: `files` are (address, media). `credit` is whom to name, "" for what is in the public domain."""
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": name,
        "description": description,
        "isAccessibleForFree": True,
        "creator": [{"@type": "Organization", "name": creator} for creator in creators],
        "publisher": {"@type": "Organization", "name": site.name},
    }
    made |= {"creditText": credit} if credit else {"license": _PUBLIC_DOMAIN}
    if days:
        made["temporalCoverage"] = f"{days[0].isoformat()}/{days[1].isoformat()}"
    if modified:
        made["dateModified"] = modified.isoformat()
    if site.url:
        made["url"] = f"{site.url}{address}"
        made["distribution"] = [
            {"@type": "DataDownload", "encodingFormat": media.partition(";")[0], "contentUrl": f"{site.url}{file}"}
            for file, media in files
        ]
    return made
