from datetime import date

from checks.lateness import late


def test_42_days_are_no_silence_and_43_are() -> None:
    newest = date(2026, 4, 4)
    assert late("ICE", newest, date(2026, 5, 16)) is None
    finding = late("ICE", newest, date(2026, 5, 17))
    assert finding is not None
    assert (finding.check, finding.severity, finding.found) == ("late", "warn", "2026-04-04")
    assert finding.words == (
        "ICE: the newest figures that can be judged on are of 4 April 2026; newer ones were due within 42 days."
    )


def test_the_words_stay_the_same_for_as_long_as_nothing_comes() -> None:
    first, last = (late("ICE", date(2026, 4, 4), day) for day in (date(2026, 5, 17), date(2026, 7, 10)))
    assert first == last
