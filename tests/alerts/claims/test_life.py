"""What becomes of a claim after it was made, and where its sources are kept."""

from datetime import date
from pathlib import Path

import pytest

from alerts.claims.model import Claim, ClaimError, load_claim
from tests.alerts.conftest import CLAIMS

NAME = "cbs-59000-june"
OWN = (CLAIMS / f"{NAME}.toml").read_text("utf-8")
SOURCE = load_claim(CLAIMS / f"{NAME}.toml").words.source
SHA = "a" * 64


def _claim(folder: Path, *lines: str) -> Claim:
    kept = "\n".join(line for line in OWN.splitlines() if not line.startswith(("unarchived", "draft", "archived")))
    path = folder / f"{NAME}.toml"
    path.write_text(kept.replace("[test]", "\n".join((*lines, "[test]")), 1), encoding="utf-8")
    return load_claim(path)


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("withdrawn_on = 2025-08-01", "", "withdrawn on 1 August 2025"),
        ("retired_on = 2025-08-01", "", "retired on 1 August 2025"),
        (
            'corrected_by_speaker = { on = 2025-08-01, words = "It was 57,000", source = "https://example.org/" }',
            "",
            "corrected by its speaker on 1 August 2025",
        ),
        ('replaced_by = "record-61226"', "replaced by record-61226", "replaced by record-61226"),
        ("draft = true", "a draft", "a draft"),
        ("repeated_on = [2025-07-01, 2025-09-01]", "", ""),
    ],
)
def test_a_claim_is_live_until_it_ends(tmp_path: Path, line: str, before: str, after: str) -> None:
    words = _claim(tmp_path, line).words
    assert (words.over(date(2025, 7, 31)), words.over(date(2025, 8, 1))) == (before, after)
    assert words.life_words


def test_what_is_on_record_of_it_is_said(tmp_path: Path) -> None:
    copy = f'{{ of = "{SOURCE}", address = "https://web.archive.org/x", on = 2025-07-01, sha256 = "{SHA}" }}'
    words = _claim(tmp_path, "repeated_on = [2025-07-01]", f"archived = [{copy}]").words
    assert words.life_words == (
        "Repeated on 1 July 2025.",
        f"Archived on 1 July 2025: https://web.archive.org/x (sha256 {SHA}).",
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("withdrawn_on = 2025-06-01", "said_on 2025-06-24 comes after 2025-06-01"),
        ("repeated_on = [2025-06-01]", "said_on 2025-06-24 comes after 2025-06-01"),
        (f'replaced_by = "{NAME}"', "replaced_by names the claim itself"),
        (
            f'archived = [{{ of = "https://b.org/", address = "https://a.org/", on = 2025-07-01, sha256 = "{SHA}" }}]',
            "archived names https://b.org/, which is no source",
        ),
        (
            f'seen_in = ["https://b.org/"]\narchived = [{{ of = "{SOURCE}", address = "https://a.org/", '
            f'on = 2025-07-01, sha256 = "{SHA}" }}]',
            "archived has no copy of https://b.org/: give one, or say unarchived = true",
        ),
        (
            f'archived = [{{ of = "{SOURCE}", address = "https://a.org/", on = 2025-07-01, sha256 = "ab" }}]',
            "String should match pattern",
        ),
    ],
)
def test_what_cannot_be_of_a_life(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(ClaimError, match=words):
        _claim(tmp_path, line)


def test_every_source_of_the_shipped_claims_is_archived_or_said_not_to_be_and_no_seed_is_a_draft() -> None:
    for path in sorted(CLAIMS.glob("*.toml")):
        if path.name == "benchmarks.toml":
            continue
        words = load_claim(path).words
        assert words.archived or words.unarchived, path.name
        assert not (words.draft and words.id.startswith("seed-"))
