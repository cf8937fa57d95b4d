"""A claim keeps its own words; an editor's translation stands where there is one."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from alerts.claims.claim_text import ClaimText
from alerts.claims.life import Archived, Correction
from alerts.claims.model import ClaimError, load_claim
from alerts.claims.shipped import shipped_claims
from pages.building import build
from pages.claim_texts import texts_of
from pages.facts.claim_facts import ClaimFacts
from tests.pages.facts_at_hand import FACTS, LEVEL, SITE
from tests.pages.test_states import ENGLISH, SPANISH

NAME = "seed-4-almost-49000-in-custody"
SPANISH_TEXTS = """
[translation.es]
title = "Casi 49,000 personas en custodia de ICE"
words = "casi 49,000 personas bajo custodia de ICE"
caveat = "Es el recuento de un solo día."
"""


def _written(folder: Path, more: str) -> Path:
    text = (shipped_claims() / f"{NAME}.toml").read_text("utf-8")
    file = folder / f"{NAME}.toml"
    file.write_text(text + more, encoding="utf-8")
    return file


def test_what_is_translated_is_shown_and_the_rest_stays_as_it_is(tmp_path: Path) -> None:
    claim = load_claim(_written(tmp_path, SPANISH_TEXTS))
    spanish, english = texts_of(claim, SPANISH), texts_of(claim, ENGLISH)
    assert (spanish.title.words, spanish.title.lang) == ("Casi 49,000 personas en custodia de ICE", "es")
    assert (spanish.caveat.lang, spanish.scope.lang, spanish.because.lang) == ("es", "en", "en")
    assert english.title.words == "Almost 49,000 people in ICE custody"
    assert (english.said, english.title.lang) == (None, "en")
    hash(claim.words)  # a claim is a key of what is kept
    pages = {
        p.address: p.body.decode("utf-8", "replace") for p in build(replace(FACTS, claims=(ClaimFacts(claim),)), SITE)
    }
    assert "“almost 49,000 people in ICE custody" in pages[f"es/claims/{NAME}/"]  # its own words stay
    assert "Traducción: casi 49,000 personas bajo custodia de ICE" in pages[f"es/claims/{NAME}/"]
    assert '<h1 lang="es">Casi 49,000 personas en custodia de ICE</h1>' in pages[f"es/claims/{NAME}/"]
    assert "Casi 49,000" in pages["es/claims/"]
    assert "Casi" not in pages[f"claims/{NAME}/"] + pages["claims/"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("\n[translation.es]\n", "a translation needs title, words, scope, caveat or because, one at least"),
        ('\n[translation.de]\ntitle = "x"\n', "translation.de"),
        ('\n[translation.es]\nquote = "x"\n', "translation.es.quote"),
    ],
)
def test_a_translation_that_cannot_be_used_is_a_fault_of_its_file(tmp_path: Path, more: str, words: str) -> None:
    with pytest.raises(ClaimError, match=words):
        load_claim(_written(tmp_path, more))


def test_what_became_of_a_claim_and_its_archived_copies_stand_on_its_page() -> None:
    own: ClaimText = LEVEL.claim.words
    copy = Archived(of=own.source, address="https://web.archive.org/x", on=date(2025, 5, 29), sha256="cd" * 32)
    correction = Correction(on=date(2025, 6, 2), words="It was 47,000.", source="https://www.axios.com/corrected")
    told = own.model_copy(
        update={
            "archived": (copy,),
            "repeated_on": (date(2025, 5, 30),),
            "corrected_by_speaker": correction,
            "withdrawn_on": date(2025, 6, 3),
            "replaced_by": "seed-1-target-3000-arrests",
        }
    )
    each = replace(LEVEL, claim=replace(LEVEL.claim, words=told))
    claims = tuple(each if one is LEVEL else one for one in FACTS.claims)
    pages = {p.address: p.body.decode("utf-8", "replace") for p in build(replace(FACTS, claims=claims), SITE)}
    for part in (
        "Archived copy of 29 May 2025:",
        'href="https://web.archive.org/x"',
        "Said again on 30 May 2025.",
        "Corrected by its speaker on 2 June 2025:",
        "It was 47,000.",
        "Withdrawn on 3 June 2025.",
        'Replaced by: <a href="../seed-1-target-3000-arrests/index.html"',
    ):
        assert part in pages[f"claims/{NAME}/"], part
    assert "Retirada el 3 de junio de 2025." in pages[f"es/claims/{NAME}/"]
