"""From words to series: what a user most likely means stands first."""

import random

import pytest

from alerts.claims.series_search import series_about

# As they are published: wholes, parts, look-alikes with longer names, places of which there are thousands.
KEYS = [
    *(f"ice.detained{{agency={a}, criminality={c}}}" for a in ("CBP", "ICE", "all") for c in ("all", "convicted")),
    "ice.detained_by_disposition{disposition=all, facility_type=all}",
    "ice.detained_share{agency=ICE, criminality=all}",
    "ice.iclos{population=all}",
    "ice.iclos_detainees{length=all, population=all}",
    "ice.adp{agency=all, criminality=all}",
    *(f"ice.facility_alos{{facility=JAIL {n} | TOWN | TX}}" for n in range(30)),
    *(f"ice.facility_adp_mandatory{{facility=JAIL {n} | TOWN | TX}}" for n in range(30)),
    *(f"ice.book_ins{{agency={a}}}" for a in ("CBP", "ICE", "all")),
    "ice.book_ins_by_criminality{criminality=all, facility_type=all}",
    "ice.transgender_book_ins{final_order=all}",
    "ice.removals{group=all}",
    "ice.removals_famu{group=famu}",
    "ice.tps_removals{country=Haiti}",
    "ice.tps_arrests{country=Haiti}",
    "ice.footnote{place=001, section=ICE Removals}",
    "ice.atd{technology=all}",
    "ice.atd{technology=dual}",
    "ice.atd_by_status{status=all}",
    "ice.atd_by_area{area=all, technology=all}",
    *(f"cbp.encounters{{component={c}, region={r}}}" for c in ("all", "usbp") for r in ("all", "southwest")),
    "cbp.encounters_by_demographic{demographic=all, region=all}",
    "cbp.encounters_by_sector{sector=all}",
    "cbp.apprehensions{region=all, where=all}",
    *(f"ohss.arrests{{criminality={c}}}" for c in ("all", "convicted")),
    "ohss.book_ins{agency=all}",
    "ohss.dhs_removals{agency=all}",
    "ohss.encounters{kind=all, region=all}",
    "trac.detained{agency=all, criminality=all}",
    "trac.facts_detained{}",
]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("people held", "ice.detained{agency=all, criminality=all}"),
        ("detained", "ice.detained{agency=all, criminality=all}"),
        ("detention", "ice.detained{agency=all, criminality=all}"),
        ("people held trac", "trac.detained{agency=all, criminality=all}"),
        ("removals", "ice.removals{group=all}"),
        ("Removals a day", "ice.removals{group=all}"),
        ("daily removals", "ice.removals{group=all}"),
        ("deportations", "ice.removals{group=all}"),
        ("DHS removals", "ohss.dhs_removals{agency=all}"),
        ("arrests", "ohss.arrests{criminality=all}"),
        ("ICE arrests", "ice.book_ins{agency=ICE}"),  # the declared stand-in
        ("border encounters", "cbp.encounters{component=all, region=all}"),
        ("southwest encounters", "cbp.encounters{component=all, region=southwest}"),
        ("border crossings", "cbp.encounters{component=usbp, region=southwest}"),
        ("apprehensions", "cbp.apprehensions{region=all, where=all}"),
        ("book-ins", "ice.book_ins{agency=all}"),
        ("book_ins", "ice.book_ins{agency=all}"),
        ("ATD", "ice.atd{technology=all}"),
        ("people monitored", "ice.atd{technology=all}"),
        ("alternatives to detention", "ice.atd{technology=all}"),
        ("average daily population", "ice.adp{agency=all, criminality=all}"),
    ],
)
def test_what_is_meant_stands_first(words: str, first: str) -> None:
    shuffled = random.Random(words).sample(KEYS, len(KEYS))
    assert series_about(words, shuffled)[0] == first


def test_after_the_plain_count_come_those_that_count_the_same_of_some_and_then_parts() -> None:
    found = series_about("people held", KEYS)
    assert found[:4] == [
        "ice.detained{agency=all, criminality=all}",
        "ice.detained{agency=CBP, criminality=all}",
        "ice.detained{agency=ICE, criminality=all}",
        "ice.detained_by_disposition{disposition=all, facility_type=all}",
    ]
    assert found.index("ice.detained{agency=all, criminality=convicted}") > found.index("trac.facts_detained{}")


def test_every_word_is_asked_for_as_a_word_or_its_beginning() -> None:
    assert series_about("removals haiti", KEYS) == ["ice.tps_removals{country=Haiti}"]
    assert series_about("encount southw usbp", KEYS) == ["cbp.encounters{component=usbp, region=southwest}"]
    assert series_about("moval", KEYS) == []
    assert series_about("people xyzzy", KEYS) == []
    assert series_about(" - ", KEYS) == []
