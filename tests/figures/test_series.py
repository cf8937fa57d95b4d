import pytest

from figures.records import series_key
from figures.series import split_series


@pytest.mark.parametrize(
    ("metric", "dims"),
    [
        ("ice.detained", (("agency", "all"), ("criminality", "all"))),
        ("ice.none", ()),
        ("ice.place", (("country", "KOREA, SOUTH"), ("place", "A = B, {C}"))),
    ],
)
def test_a_series_is_taken_apart_as_it_was_put_together(metric: str, dims: tuple[tuple[str, str], ...]) -> None:
    assert split_series(series_key(metric, dims)) == (metric, dims)


@pytest.mark.parametrize("text", ["", "ice.detained", "{a=b}", "ice.detained{a}", "ice.detained{a=b"])
def test_what_is_no_series_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no series"):
        split_series(text)
