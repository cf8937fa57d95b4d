"""The page of a claim's file names a shipped file for each form, and each key that a form has."""

import re
from pathlib import Path

from alerts.claims.claim_text import ClaimText
from alerts.claims.model import load_claim
from alerts.forms.registry import FORMS, MENU
from tests.alerts.conftest import CLAIMS

PAGE = (Path(__file__).parents[3] / "docs" / "claims-files.md").read_text("utf-8")


def test_each_form_has_a_file_that_works() -> None:
    files = re.findall(r"`([a-z0-9-]+\.toml)`", PAGE.partition("## A file of each form")[2])
    forms = {load_claim(CLAIMS / name).words.test.form for name in files}
    assert forms == set(MENU) - {"target_level"}


def test_each_key_is_on_the_page() -> None:
    keys = {name for form in FORMS.values() for name in form.model_fields} | set(ClaimText.model_fields)
    assert [key for key in sorted(keys) if not re.search(rf"[`.\[ ]{key}\b", PAGE)] == []
