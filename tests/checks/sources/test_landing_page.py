from checks.sources.landing_page import linked_again, of_page, removed_links
from figures.records import Finding, Listing, Target

OLD = Target("https://ice.example/FY25_0509.xlsx", "FY25_0509.xlsx", "current")
NEW = Target("https://ice.example/FY25_0523.xlsx", "FY25_0523.xlsx", "current")
YEAR = Target("https://ice.example/FY24.xlsx", "FY24.xlsx", "year_end")
BEFORE = Listing((OLD, YEAR), ())


def test_the_first_look_has_nothing_to_compare_with() -> None:
    found = of_page("b" * 64, BEFORE, "", None)
    assert (found.check, found.severity, found.found) == ("page_seen", "note", "b" * 64)
    assert removed_links(BEFORE, None) == []


def test_the_same_bytes_other_bytes_and_a_new_file_are_three_things() -> None:
    same = of_page("a" * 64, BEFORE, "a" * 64, BEFORE)
    assert (same.check, same.words) == ("page_unchanged", "The page is byte for byte as at the look before.")
    other = of_page("b" * 64, BEFORE, "a" * 64, BEFORE)
    assert (other.check, other.words) == (
        "page_changed",
        "The page changed since the look before, and links no new file.",
    )
    new = of_page("c" * 64, Listing((NEW, YEAR), ()), "a" * 64, BEFORE)
    assert (new.check, new.words) == (
        "page_new_file",
        "The page links what it did not link at the look before: FY25_0523.xlsx.",
    )


def test_a_current_file_with_a_newer_one_in_its_place_is_not_removed() -> None:
    assert removed_links(Listing((NEW, YEAR), ()), BEFORE) == []


def test_a_link_that_goes_without_a_newer_one_is_removed() -> None:
    fallen_back = Listing((Target(YEAR.url, YEAR.name, "current"),), ())
    (gone,) = removed_links(fallen_back, BEFORE)
    assert (gone.check, gone.severity, gone.found) == ("link_removed", "warn", OLD.url)
    assert gone.expected == "a link to the current file FY25_0509.xlsx"
    assert gone.words == (
        "The page linked FY25_0509.xlsx (https://ice.example/FY25_0509.xlsx) and does so no more; no newer file is "
        "linked in its place."
    )
    (year,) = removed_links(Listing((NEW,), ()), BEFORE)
    assert year.found == YEAR.url


def test_a_link_that_is_still_there_as_an_older_edition_is_not_removed() -> None:
    older = Finding("older_link", "note", "release", (), "one dated link", OLD.url, "words")
    assert removed_links(Listing((YEAR,), (older,)), BEFORE) == []


def test_a_removal_is_over_when_the_link_is_back_or_a_newer_file_took_its_place() -> None:
    (gone,) = removed_links(Listing((YEAR,), ()), BEFORE)
    without = Listing((YEAR,), ())
    assert not linked_again(gone.found, gone.expected, without, without)
    assert linked_again(gone.found, gone.expected, BEFORE, without)
    assert linked_again(gone.found, gone.expected, Listing((NEW, YEAR), ()), without)
    (year,) = removed_links(Listing((NEW,), ()), BEFORE)
    newer = Target("https://ice.example/FY25_0605.xlsx", "FY25_0605.xlsx", "current")
    assert not linked_again(year.found, year.expected, Listing((newer,), ()), Listing((NEW,), ()))
