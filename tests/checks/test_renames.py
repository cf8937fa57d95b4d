"""A facility under a new name: what is taken for one place, and what is not."""

from datetime import date

import pytest

from checks.renames import Listing, Place, listing, names, note, renamed
from figures.periods import Period
from figures.records import Dims, Observation

DAYS = (252, 224)
OLD = Place("ICA - FARMVILLE | FARMVILLE | VA", "ICA - FARMVILLE", "FARMVILLE", "VA", "DIGSA", 187.0)
NEW = Place("PRINCE EDWARD COUNTY | FARMVILLE | VA", "PRINCE EDWARD COUNTY", "FARMVILLE", "VA", "DIGSA", 190.0)


def pairs(new: Place, *gone: Place, days: tuple[int, int] | None = DAYS) -> list[tuple[str, str]]:
    return [(each.place.id, each.facility) for each in renamed([new], gone, days)]


def test_a_place_of_the_same_city_and_type_whose_average_goes_on_is_one_place() -> None:
    assert pairs(NEW, OLD) == [(NEW.id, OLD.id)]
    (found,) = renamed([NEW], [OLD], DAYS)
    assert found.because == ("the same city and type, 190.0 people on average where 187.0 were over 252 and 224 days")


@pytest.mark.parametrize(
    "other",
    [
        OLD._replace(city="NORFOLK"),
        OLD._replace(state="NC"),
        OLD._replace(type="USMS IGA"),
        OLD._replace(average=300.0),  # days in custody would be lost
        OLD._replace(average=80.0),
        OLD._replace(average=0.0),
        OLD._replace(city=""),
    ],
)
def test_another_city_type_or_average_is_another_place(other: Place) -> None:
    assert pairs(NEW._replace(city=other.city and NEW.city), other) == []


def test_a_name_that_is_much_the_same_may_have_another_type_or_be_of_a_place_that_grows() -> None:
    typed = NEW._replace(id="x", name="ICA FARMVILLE")
    assert pairs(typed, OLD._replace(type="IGSA")) == [("x", OLD.id)]
    assert pairs(typed._replace(average=187.0 * 4), OLD) == [("x", OLD.id)]
    assert pairs(typed._replace(average=187.0 * 4), OLD, days=None) == []  # of two years nothing more is known


def test_where_two_places_would_do_the_name_that_is_more_alike_decides_or_nothing() -> None:
    annex = OLD._replace(id="ANNEX", name="PRINCE EDWARD COUNTY ANNEX", average=185.0)
    assert pairs(NEW, OLD, annex) == [(NEW.id, "ANNEX")]
    one, other = (OLD._replace(id=f"O{n}", name=name) for n, name in enumerate(("QQQQ", "ZZZZ")))
    assert pairs(NEW, one, other) == []


def row(number: int, name: str, average: float, facility: str = "", kind: str = "IGSA") -> list[Observation]:
    facility = facility or f"{name} | TOWN | TX"
    dims: Dims = (("facility", facility),)
    period = Period("fiscal_year_to_date", date(2024, 10, 1), date(2025, 6, 9))
    texts = {"name": name, "city": "Town.", "state": "TX", "type": kind}
    made = [
        Observation(
            f"ice.facility_{word}", dims, period, None, "text", "text", text, f"xlsx:F!{column}{number}", "d", 2025
        )
        for column, (word, text) in zip("ACDG", texts.items(), strict=True)
    ]
    average_dims = (("criminality", "criminal"), ("facility", facility), ("sex", "male"))
    return [
        *made,
        Observation(
            "ice.facility_adp_by_criminality",
            average_dims,
            period,
            average,
            "average people",
            "reported",
            "",
            f"xlsx:F!N{number}",
            "facility_criminality",
            2025,
        ),
    ]


def of(*rows: list[Observation]) -> Listing:
    found = listing([o for each in rows for o in each])
    assert found is not None
    return found


def test_a_list_is_read_row_by_row_and_what_stands_in_it_twice_is_left_out() -> None:
    found = of(row(8, "ONE", 20), row(9, "TWO", 5), row(10, "TWO", 7))
    assert set(found.places) == {"ONE | TOWN | TX"}
    assert found.places["ONE | TOWN | TX"] == Place("ONE | TOWN | TX", "ONE", "TOWN", "TX", "IGSA", 20.0, "xlsx:F!A8")
    assert listing([o._replace(status="not_current") for o in row(8, "ONE", 20)]) is None


def test_a_name_on_the_reviewed_list_stands_for_what_the_list_says() -> None:
    now, before = of(row(8, "TWO", 20)), of(row(8, "ONE", 20))
    assert names(now, [before], set(), {}) == []
    (found,) = names(now, [before], {"TWO | TOWN | TX"}, {})
    assert (found.place.id, found.facility) == ("TWO | TOWN | TX", "ONE | TOWN | TX")


def test_a_name_that_stood_for_a_facility_stands_for_it_again_unless_both_are_there() -> None:
    known = {"TWO | TOWN | TX": "ONE | TOWN | TX"}
    other = of(row(8, "THREE", 90))
    unlisted = {"TWO | TOWN | TX", "ONE | TOWN | TX"}
    (found,) = names(of(row(8, "TWO", 20)), [other], unlisted, known)
    assert (found.facility, found.because) == ("ONE | TOWN | TX", "the name stood for it in an earlier edition")
    assert names(of(row(8, "TWO", 20), row(9, "ONE", 20)), [other], unlisted, known) == []


def test_a_name_that_was_a_place_of_its_own_stays_one() -> None:
    before = of(row(8, "ONE", 20), row(9, "TWO", 20))
    assert names(of(row(8, "TWO", 21)), [before], {"TWO | TOWN | TX"}, {"TWO | TOWN | TX": "ONE | TOWN | TX"}) == []


def test_where_the_list_before_was_an_old_one_the_one_before_it_is_asked() -> None:
    stale, older = of(row(8, "THREE", 400)), of(row(8, "ONE", 20))
    (found,) = names(of(row(8, "TWO", 20)), [stale, older], {"TWO | TOWN | TX"}, {})
    assert found.facility == "ONE | TOWN | TX"


def test_what_is_recorded_names_both_and_why() -> None:
    finding = note("TWO | TOWN | TX", "ONE | TOWN | TX", "xlsx:F!A8", "the same city and type")
    assert (finding.check, finding.severity, finding.scope) == ("facility_renamed", "note", ("xlsx:F!A8",))
    assert finding.words == (
        "xlsx:F!A8: 'TWO | TOWN | TX' is 'ONE | TOWN | TX' under another name: the same city and type. Its figures go "
        "on in that facility's series."
    )
