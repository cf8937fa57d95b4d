"""The figures and words of one facility, put into the rows of the lists that state them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from figures.cells import letters, row_and_column
from figures.periods import washington_day
from pages.facts.facility_facts import Cell, Edition, Listed, Restated, Wording
from scrapers.ice.places.facility_names import CROSSWALK, own_id
from storage.read.facility_figures import Stated

# A row of a list: its release, its sheet, its number.
Place = tuple[int, str, int]
Rows = Mapping[Place, Listed]
FIGURES = {
    "ice.facility_alos": "alos",
    "ice.facility_adp_by_level": "level {level}",
    "ice.facility_adp_by_criminality": "{sex} {criminality}",
    "ice.facility_adp_by_threat_level": "threat {threat_level}",
    "ice.facility_adp_mandatory": "mandatory",
    "ice.facility_guaranteed_minimum": "minimum",
}
DESCRIBED = ("name", "address", "city", "state", "zip", "area", "type", "sex")
INSPECTED = ("type", "standard", "rating", "date", "end_date", "report_date")
_PREFIX, _INSPECTION = "ice.facility_", "ice.facility_inspection_"


def listed(stated: Iterable[Stated], editions: Mapping[int, Edition]) -> dict[Place, Listed]:
    """The rows that state figures, the newest first."""
    cells: dict[Place, dict[str, Cell]] = {}
    spans: dict[Place, tuple[date | None, date | None]] = {}
    for each in stated:
        name = FIGURES.get(each.series.metric)
        if name is None:
            continue
        place = _place(each)
        column = letters(row_and_column(each.locator.rpartition("!")[2])[1])
        cells.setdefault(place, {})[name.format(**dict(each.series.dims))] = Cell(
            each.value, each.text, column, each.held
        )
        if each.period.kind == "fiscal_year_to_date":
            spans[place] = each.period.start, each.period.end
    rows = [
        (
            place,
            Listed(editions[place[0]], sheet_name(place[1]), place[2], *spans.get(place, (None, None)), cells=found),
        )
        for place, found in cells.items()
    ]
    return dict(sorted(rows, key=_age, reverse=True))


def _place(stated: Stated) -> Place:
    return stated.release, stated.sheet, stated.row


def _age(row: tuple[Place, Listed]) -> tuple[date, int, str, int]:
    _, found = row
    return found.day or washington_day(found.edition.known_at), found.edition.position, found.sheet, -found.row


def sheet_name(sheet: str) -> str:
    """`Facilities FY25` of `xlsx:Facilities FY25!`."""
    return sheet.partition(":")[2].rstrip("!")


def said(
    stated: Iterable[Stated], rows: Rows, because: Mapping[tuple[int, str], str]
) -> dict[str, tuple[Wording, ...]]:
    """The words of a list's descriptive columns, by column."""
    words = _words(each for each in stated if each.series.metric.removeprefix(_PREFIX) in DESCRIBED)
    found = {name: _runs(_column(words, name), rows) for name in DESCRIBED}
    parts = [_column(words, name) for name in ("name", "city", "state")]
    own = {place: own_id(*(part.get(place, ("",))[0] for part in parts)) for place in words}
    found["name"] = tuple(_with_reason(each, rows, own, because) for each in found["name"])
    return {name: runs for name, runs in found.items() if runs}


def _column(words: Mapping[Place, Mapping[str, str]], name: str) -> dict[Place, tuple[str, ...]]:
    metric = f"{_PREFIX}{name}"
    return {place: (some[metric].strip(),) for place, some in words.items() if metric in some}


def _with_reason(
    wording: Wording, rows: Rows, own: Mapping[Place, str], because: Mapping[tuple[int, str], str]
) -> Wording:
    place = next(place for place, row in rows.items() if row is wording.first)
    reviewed = [row.why for row in CROSSWALK.get(own[place], ()) if row.facility != own[place]]
    why = because.get((place[0], own[place])) or "; ".join(reviewed)
    return Wording(wording.words, wording.first, wording.last, why)


def inspections(stated: Sequence[Stated], rows: Rows) -> dict[str, tuple[Wording, ...]]:
    """The words about inspections, by which one is meant: type, standard, rating, the days."""
    of_each: dict[str, list[Stated]] = {}
    for each in stated:
        if which := dict(each.series.dims).get("inspection"):
            of_each.setdefault(which, []).append(each)
    found = {which: _runs(_inspected(_words(of_each[which])), rows) for which in sorted(of_each)}
    return {which: runs for which, runs in found.items() if runs}


def _inspected(words: Mapping[Place, Mapping[str, str]]) -> dict[Place, tuple[str, ...]]:
    metrics = [f"{_INSPECTION}{name}" for name in INSPECTED]
    found = {place: tuple(some.get(metric, "").strip() for metric in metrics) for place, some in words.items()}
    return {place: texts for place, texts in found.items() if any(texts)}


def _words(stated: Iterable[Stated]) -> dict[Place, dict[str, str]]:
    found: dict[Place, dict[str, str]] = {}
    for each in stated:
        if each.status == "text" and not each.held:
            found.setdefault(_place(each), {})[each.series.metric] = each.text
    return found


def _runs(texts: Mapping[Place, tuple[str, ...]], rows: Rows) -> tuple[Wording, ...]:
    """Equal words of lists that follow each other as one, the newest first; capital letters are no other words."""
    found: list[Wording] = []
    for place, row in rows.items():
        if place not in texts:
            continue
        if found and _small(found[-1].words) == _small(texts[place]):
            found[-1] = Wording(found[-1].words, row, found[-1].last)
        else:
            found.append(Wording(texts[place], row, row))
    return tuple(found)


def _small(words: tuple[str, ...]) -> list[str]:
    return [each.casefold() for each in words]


def restated(stated: Iterable[Stated], editions: Mapping[int, Edition]) -> tuple[Restated, ...]:
    """What TRAC's newest file says for each day, the newest day first; nothing that is held back."""
    newest: dict[tuple[date, str], Stated] = {}
    for each in sorted(stated, key=lambda each: editions[each.release].position):
        if each.period.end is not None and not each.held:
            newest[each.period.end, each.series.metric] = each
    found = []
    for day in sorted({day for day, _ in newest}, reverse=True):
        people, minimum = (newest.get((day, f"trac.facility_{name}")) for name in ("population", "guaranteed_minimum"))
        if people is not None:
            beds = minimum.value if minimum else None
            found.append(Restated(day, people.value, beds, editions[people.release], people.locator))
    return tuple(found)
