"""The page of figures: nothing in it that the catalogue and the workbooks do not say."""

import shutil
import subprocess
from pathlib import Path

import pytest

from figures.metrics.catalogue import METRICS
from flows.show.data_dictionary import covered, covered_by_border, covered_by_trac, page, section

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "data-dictionary.md"


def test_the_page_has_the_words_of_the_catalogue_and_no_metric_more() -> None:
    kept = PAGE.read_text("utf-8")
    headings = [line.removeprefix("## ") for line in kept.splitlines() if line.startswith("## ")]
    assert headings == list(METRICS)
    for part in kept.split("\n## ")[1:]:
        metric = METRICS[part.partition("\n")[0]]
        # What is read off workbooks is left to the next test; these lines come from the catalogue alone.
        words = [line for line in section(metric, None).splitlines() if not line.endswith(": as published.")]
        assert set(words) <= set(f"## {part}".splitlines())


@pytest.mark.slow
def test_the_page_is_the_one_that_the_published_files_give(shared_data: Path) -> None:
    ice = shared_data / "ice"
    coverage = covered(ice / "workbooks", ice / "manifest.csv") | covered_by_trac(shared_data / "trac")
    coverage |= covered_by_border(shared_data)
    assert page(coverage) == PAGE.read_text("utf-8")


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_a_run_that_fails_leaves_the_page_and_nothing_else(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock", "ready"):
        (tmp_path / name).touch()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / PAGE.name).write_text("before")
    (tmp_path / "python").write_text("#!/bin/sh\necho half a page\nexit $(cat outcome)\n")
    (tmp_path / "python").chmod(0o755)
    for outcome, left in (("1", "before"), ("0", "half a page\n")):
        (tmp_path / "outcome").write_text(outcome)
        done = subprocess.run(["make", "dictionary", "BIN=.", "READY=ready"], cwd=tmp_path, capture_output=True)
        assert (done.returncode == 0) is (outcome == "0"), done.stderr
        assert [(path.name, path.read_text()) for path in (tmp_path / "docs").iterdir()] == [(PAGE.name, left)]
