"""What OHSS's monthly tables of immigration enforcement hold, until they ended in January 2025.

https://ohss.dhs.gov/topics/immigration/immigration-enforcement/monthly-tables
"""

from figures.metrics.metric import Metric

_ROUNDED = "Rounded to the nearest ten by OHSS: parts and months are only near their total."
_SOURCE = "ohss"


def _metric(name: str, unit: str, noun: str, meaning: str, dims: tuple[str, ...], caveat: str) -> Metric:
    return Metric(f"ohss.{name}", unit, noun, meaning, dims, caveat=f"{_ROUNDED} {caveat}", source=_SOURCE)


METRICS: tuple[Metric, ...] = (
    _metric(
        "arrests",
        "arrests",
        "ICE administrative arrests, by OHSS",
        "administrative arrests by ICE's Enforcement and Removal Operations by criminality",
        ("criminality",),
        "`non_criminal` is `pending` and `other` together; kinds of conviction are given since FY2022, pending charges "
        "since FY2018.",
    ),
    _metric(
        "book_ins",
        "book-ins",
        "book-ins, by OHSS",
        "book-ins to ICE detention by initial arresting agency",
        ("agency",),
        "The total includes book-ins of which the agency is not known.",
    ),
    _metric(
        "removals_and_returns",
        "removals and returns",
        "ICE removals and returns, by OHSS",
        "removals and returns by ICE's Enforcement and Removal Operations by initial arresting agency",
        ("agency",),
        "The total includes other and unknown agencies.",
    ),
    _metric(
        "repatriations",
        "repatriations",
        "DHS repatriations, by OHSS",
        "repatriations by every agency of DHS by type: removals, enforcement returns, administrative returns and, "
        "while Title 42 lasted, expulsions",
        ("type",),
        "What is called a deportation decides the figure: `title_8_enforcement` leaves administrative returns out, "
        "`all` has them and the expulsions.",
    ),
    _metric(
        "dhs_removals",
        "removals",
        "DHS removals, by OHSS",
        "removals by ICE and CBP by initial arresting agency, without returns",
        ("agency",),
        "The total includes other and unknown agencies.",
    ),
    _metric(
        "encounters",
        "encounters",
        "CBP encounters, by OHSS",
        "encounters of CBP nationwide by kind and region, as OHSS counts them",
        ("kind", "region"),
        "Administrative encounters are ship crews, withdrawn applications and parolees in whose case no removal was "
        "considered. `coastal` and `air` together are `other` in CBP's own files.",
    ),
)
