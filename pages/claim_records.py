"""A claim for programs: the points of its chart as a table, and all that its page rests on as a record."""

import csv
import io
from typing import Any

from alerts.messages.message import Chart, Dot
from figures.plain import plain
from pages.facts.claim_facts import ClaimFacts


def table(chart: Chart) -> str:
    """The chart's points as CSV: day, value, unit, and what each is."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("day", "value", "unit", "what"))
    kinds: tuple[tuple[str, tuple[Dot, ...]], ...] = (
        ("as_known", chart.points),
        ("published_before", chart.earlier),
        ("held_back", chart.held),
    )
    rows.writerows((day, f"{value:.10g}", chart.unit, kind) for kind, dots in kinds for day, value in dots)
    return written.getvalue()


def record(each: ClaimFacts) -> dict[str, Any]:
    """All that the page rests on, for programs."""
    words = each.claim.words
    kept = ("id", "title", "speaker", "quote", "substance", "quote_form", "source", "scope", "covers", "testability")
    return {
        **{name: getattr(words, name) for name in kept},
        "said_on": words.said_on,
        "file_sha256": each.claim.sha256,
        "test": words.test.model_dump(mode="json"),
        "history": plain(each.stances),
        "chart": plain(each.chart),
        "taken_back": plain(each.taken_back),
        "disputed_by": list(each.disputed_by),
    }
