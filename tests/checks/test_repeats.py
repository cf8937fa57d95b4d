"""Tables published again: each with an edition that fails the check and one that does not."""

from dataclasses import replace
from datetime import date

from checks.repeats import Drawn, repeats
from figures.prints import ENOUGH, prints
from replica.editions import Edition, edition
from replica.workbooks import build
from scrapers.ice_workbook import parse

MAY, JUNE = edition("05232025"), edition("06202025")


def drawn(one: Edition, name: str = "") -> Drawn:
    parsed = parse(build(one), one.file_name)
    return Drawn(name or one.file_name, parsed.run_date, prints(parsed.observations))


def test_two_sound_editions_share_no_table() -> None:
    assert list(repeats(drawn(JUNE), [drawn(MAY)])) == []


def test_a_table_of_an_older_edition_under_a_newer_day_is_held() -> None:
    """FY22_detentionStats09152022 shows the Alternatives to Detention of May 2021."""
    stale = replace(drawn(JUNE), prints={**drawn(JUNE).prints, "adp": drawn(MAY).prints["adp"]})
    (finding,) = repeats(stale, [drawn(MAY)])
    assert (finding.check, finding.severity, finding.scope) == ("same_as_before", "hold", ("adp",))
    assert finding.words == (
        "adp shows the same figures as FY25_detentionStats05232025.xlsx, whose queries were run on 19 May 2025; these "
        "were run on 16 June 2025. It was not drawn anew, so its day is not known."
    )


def test_the_list_of_facilities_repeats_in_all_its_splits() -> None:
    new = Drawn("new", date(2025, 6, 2), {"facility_criminality": "x"})
    (finding,) = repeats(new, [Drawn("old", date(2025, 5, 19), {"facility_criminality": "x"})])
    assert set(finding.scope) >= {"facility_criminality", "facility_levels", "facility_threat"}


def test_an_edition_issued_again_repeats_rightly() -> None:
    assert list(repeats(drawn(MAY), [drawn(MAY, "FY25_detentionStats05222025.xlsx")])) == []


def test_the_latest_of_the_older_editions_is_named() -> None:
    first = Drawn("first", date(2025, 5, 5), {"adp": "x"})
    second = Drawn("second", date(2025, 5, 19), {"adp": "x"})
    (finding,) = repeats(Drawn("third", date(2025, 6, 2), {"adp": "x"}), [second, first])
    assert "the same figures as second" in finding.words


def test_tables_that_stand_still_or_are_small_have_no_print() -> None:
    observations = parse(build(MAY), MAY.file_name).observations
    few = [o for o in observations if o.table == "adp"][: ENOUGH - 1]
    assert prints(few) == {}
    assert "adp" in prints(observations)
    assert "court_all" not in prints(observations)


def test_a_print_is_of_what_is_shown_in_whatever_order() -> None:
    adp = [o for o in parse(build(MAY), MAY.file_name).observations if o.table == "adp"]
    other = [adp[0]._replace(value=1.0), *adp[1:]]
    resaved = [o._replace(value=o.value * (1 + 2e-15), raw="?") if o.value else o for o in adp]
    assert prints(adp) == prints(adp[::-1]) == prints(resaved) != prints(other)
