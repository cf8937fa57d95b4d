"""What a series counts, and of which claims it may speak."""

import pytest

from alerts.claims.scopes import RELATIONS, known_scope, relation, scope_of
from figures.scopes import SCOPES


@pytest.mark.parametrize(
    ("series", "counts"),
    [
        ("ice.book_ins{agency=ICE}", "ICE book-ins"),
        ("ice.book_ins{agency=CBP}", "CBP book-ins"),
        ("ice.book_ins{agency=all}", "book-ins of both agencies"),
        ("trac.book_ins{agency=all}", "book-ins of both agencies"),
        ("ice.removals{group=all}", "ICE removals"),
        ("trac.detained{agency=all, criminality=other}", "people held by ICE"),
        ("trac.detained{agency=ICE, criminality=other}", "people held whom ICE arrested"),
        ("ice.atd{technology=all}", "ice.atd"),  # a metric without a name here is a scope of its own
        # So is a series of which no scope is named: nobody means northern ports of entry by any word of these.
        ("cbp.encounters{component=ofo, region=northern}", "cbp.encounters{component=ofo, region=northern}"),
    ],
)
def test_what_a_series_counts(series: str, counts: str) -> None:
    assert scope_of(series) == counts


@pytest.mark.parametrize(
    ("series", "covers", "found"),
    [
        ("ice.removals{group=all}", "ICE removals", "same"),
        ("ice.removals{group=all}", "DHS removals", "part"),
        ("ice.removals{group=all}", "DHS departures", "part"),
        ("ice.removals{group=all}", "ICE arrests", "none"),
        ("ice.book_ins{agency=ICE}", "ICE arrests", "proxy"),
        ("ice.book_ins{agency=CBP}", "ICE arrests", "none"),
        ("ice.detained{agency=ICE, criminality=all}", "ICE arrests", "proxy"),
        ("ice.detained{agency=ICE, criminality=all}", "people held by ICE", "part"),
        ("ice.detained{agency=CBP, criminality=all}", "ICE arrests", "none"),
        ("ice.book_ins{agency=CBP}", "border crossings", "proxy"),
        ("ice.detained{agency=all, criminality=all}", "detention capacity", "proxy"),
        ("ice.detained{agency=all, criminality=all}", "ICE removals", "none"),
    ],
)
def test_how_far_one_speaks_of_the_other(series: str, covers: str, found: str) -> None:
    assert relation(series, covers) == found


def test_relations_name_known_scopes_and_say_nothing_of_a_scope_and_itself() -> None:
    for counts, covers in RELATIONS:
        assert known_scope(counts)
        assert covers in SCOPES
        assert counts != covers
    assert not known_scope("deportations")


def test_a_series_that_counts_what_no_other_does_is_a_scope_and_one_that_has_a_name_goes_by_that() -> None:
    assert known_scope("cbp.encounters{component=ofo, region=northern}")
    assert not known_scope("cbp.encounters{component=usbp, region=southwest}")
    assert not known_scope("ice.detained{agency=ICE, criminality=all}")
    assert not known_scope("cbp.made_up{component=ofo, region=northern}")
