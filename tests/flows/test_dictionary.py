"""The page of figures: nothing in it that the catalogue and the workbooks do not say."""

from pathlib import Path

from figures.metrics import METRICS
from flows.dictionary import covered, covered_by_border, covered_by_trac, page, section

PAGE = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_the_page_has_the_words_of_the_catalogue_and_no_metric_more() -> None:
    kept = PAGE.read_text("utf-8")
    headings = [line.removeprefix("## ") for line in kept.splitlines() if line.startswith("## ")]
    assert headings == list(METRICS)
    for part in kept.split("\n## ")[1:]:
        metric = METRICS[part.partition("\n")[0]]
        # What is read off workbooks is left to the next test; these lines come from the catalogue alone.
        words = [line for line in section(metric, None).splitlines() if not line.endswith(": as published.")]
        assert set(words) <= set(f"## {part}".splitlines())


def test_the_page_is_the_one_that_the_published_files_give(shared_data: Path) -> None:
    ice = shared_data / "ice"
    coverage = covered(ice / "workbooks", ice / "manifest.csv") | covered_by_trac(shared_data / "trac")
    coverage |= covered_by_border(shared_data)
    assert page(coverage) == PAGE.read_text("utf-8")
