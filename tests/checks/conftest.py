"""The table of people detained by hand, on either side."""

from datetime import date

from checks.sources.pairing import Book, Row
from figures.periods import instant
from figures.records import Dims, Observation

AGENCIES, KINDS = ("ICE", "CBP", "all"), ("convicted", "pending", "other", "all")


def dims(agency: str, kind: str) -> Dims:
    return (("agency", agency), ("criminality", kind))


def cells(start: int, day: date, metric: str = "ice.detained", status: str = "reported") -> dict[Dims, Observation]:
    """Twelve figures that add up, all different."""
    ice = {kind: float(start + 100 * at) for at, kind in enumerate(KINDS[:3])}
    cbp = {kind: float(start // 10 + 7 * at) for at, kind in enumerate(KINDS[:3])}
    values = {"ICE": ice, "CBP": cbp, "all": {kind: ice[kind] + cbp[kind] for kind in ice}}
    made = {}
    for agency in AGENCIES:
        values[agency]["all"] = sum(values[agency].values())
        for kind in KINDS:
            made[dims(agency, kind)] = Observation(
                metric=metric,
                dims=dims(agency, kind),
                period=instant(day),
                value=values[agency][kind],
                unit="people",
                status=status,  # type: ignore[arg-type]
                raw="",
                locator=f"xlsx:Detention!{agency}{kind}" if metric.startswith("ice") else f"json:/{agency}{kind}",
                table="detained_by_criminality",
                fiscal_year=day.year + (day.month >= 10) if metric.startswith("ice") else None,
            )
    return made


def book(number: int, posted: date, day: date | None, start: int, *, current: bool = True) -> Book:
    why = "" if day else "it states no day"
    return Book(number, f"{posted:%m%d%Y}.xlsx", posted, day, why, current, cells(start, day or posted))


def row(day: date, start: int) -> Row:
    return Row(day, cells(start, day, "trac.detained"))
