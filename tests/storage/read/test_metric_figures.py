"""All vintages of a metric, read at once: those that the history of each of its series gives, on both databases."""

from datetime import UTC, date, datetime

from figures.periods import fiscal_year_to_date, month_of_fiscal_year
from figures.records import Finding, Observation, Parsed, Target
from storage.engine import Database, reading, writing
from storage.read import catalogue, metric_figures, vintages
from storage.write import releases
from storage.write.findings import record_findings
from storage.write.releases import Known

BOOK_INS, JAILS = "ice.book_ins", "ice.facility_alos"
PLACE = "A JAIL, CITY, ST, city=B"


def _at(day: int) -> datetime:
    return datetime(2025, 5, day, tzinfo=UTC)


def _month(name: str, value: float, row: int) -> Observation:
    period = month_of_fiscal_year(2025, name, date(2026, 9, 30))
    shown = f"{value:.0f}"
    return Observation(BOOK_INS, (("agency", "ICE"),), period, value, "people", "reported", shown,
                       f"xlsx:S!B{row}", "book_ins_by_month", 2025)  # fmt: skip


def _jail(place: str, day: int) -> Observation:
    period = fiscal_year_to_date(2025, date(2025, 5, day))
    return Observation(JAILS, (("facility", place),), period, 7, "days", "reported", "7 d",
                       f"xlsx:F!C{len(place)}", "facility_stay", 2025)  # fmt: skip


def _fill(database: Database) -> None:
    """October is revised, November is dropped and comes again, a jail leaves the list, and a cell is held."""
    stated = {
        1: [_month("Oct", 10, 1), _month("Nov", 20, 2), _jail(PLACE, 1), _jail("B", 1)],
        5: [_month("Oct", 11, 1), _jail("B", 5)],
        9: [_month("Oct", 12, 1), _month("Nov", 25, 2), _jail("B", 9)],
    }
    for day, observations in stated.items():
        sha256 = f"{day:064x}"
        with writing(database) as connection:
            releases.record_document(connection, sha256, 1, "xlsx", _at(day))
            target = Target("", f"{day}.xlsx", "current")
            parsed = Parsed(tuple(observations), (), 2025)
            stored = releases.store_release(
                connection, "ice", sha256, target, Known(_at(day), "stated", ""), parsed, 1, _at(day)
            )
            if day == 9:
                held = Finding("c", "hold", "cells", ("xlsx:S!B1",), "", "", "")
                record_findings(connection, "ice", stored.release_id, "document", [held], _at(day))


def test_a_metric_s_figures_are_those_of_the_history_of_each_of_its_series(database: Database) -> None:
    _fill(database)
    with reading(database) as connection:
        beside = metric_figures.shared(connection)
        for metric in metric_figures.stored_metrics(connection):
            for as_of in (None, _at(5)):
                found = metric_figures.figures_of_metric(connection, metric, beside, as_of)
                series = catalogue.series_of(connection, metric.name)
                assert list(found.figures) == vintages.history(connection, series, as_of)
        months = metric_figures.figures_of_metric(connection, metric_figures.stored_metrics(connection)[0], beside)
    assert [(f.value, f.status, f.held) for f in months.figures] == [
        (10, "reported", False),
        (20, "reported", False),
        (11, "reported", False),
        (None, "removed", False),
        (12, "reported", True),
        (25, "reported", False),
    ]


def test_a_series_names_its_dimensions_whatever_its_value_looks_like(database: Database) -> None:
    _fill(database)
    with reading(database) as connection:
        jails = metric_figures.stored_metrics(connection)[1]
        assert (jails.name, jails.source, jails.dims) == (JAILS, "ice", ("facility",))
        found = metric_figures.figures_of_metric(connection, jails, metric_figures.shared(connection))
    assert sorted(found.dims.values()) == [(("facility", PLACE),), (("facility", "B"),)]
