"""How the figure of each form is told: by the sentence of its class, whose words are all known."""

from dataclasses import replace
from string import Formatter

import pytest

from alerts.claims.model import Claim, load_claims
from alerts.forms.evaluate import evaluate
from alerts.forms.form import Form
from alerts.forms.registry import FORMS
from alerts.forms.verdicts import Verdict
from alerts.messages.words.claim_sentences import also, brief, first_sentence, headline
from tests.alerts.conftest import CLAIMS, HELD, shipped, varied
from tests.alerts.messages.words.test_claim_news import AS_OF, KNOWN


def _measured(claim: Claim, state: str) -> Verdict:
    """A verdict of the claim that measures something, whatever the figures at hand say."""
    found = evaluate(claim, "standing", KNOWN, AS_OF)
    in_percent = claim.words.test.unit == "percent"
    value, difference = (
        (61.26, -8.74) if in_percent else (1.25, 0.25) if claim.words.test.unit == "ratio" else (9e4, 1e4)
    )
    has_number = claim.words.test.form not in ("composition", "trend", "not_testable")
    return replace(
        found,
        state=state,
        measured=value,
        difference=difference if has_number else None,
        edition="2025-06-15",
        words="25.0 % more; 24.0 % more",
        evidence=KNOWN.figures[HELD][:1],
    )


def test_the_words_of_every_form_are_known() -> None:
    """Each claim on record is told in each state that asks for other words; nothing is left in braces."""
    told: set[type[Form]] = set()
    for claim in load_claims([CLAIMS])[0]:
        told.add(type(claim.words.test))
        for state in ("near", "far", "short", "missed", "bound_respected", "bound_violated", "data_missing"):
            if claim.words.test.form == "not_testable":
                continue
            verdict = _measured(claim, state)
            for said in (headline(claim, verdict), first_sentence(claim, verdict), brief(claim, verdict, None)):
                assert not {"{", "}"} & set(said), (claim.id, said)
    assert {form.SENTENCE for form in FORMS.values() if not form.IS_WATCH} == {form.SENTENCE for form in told}
    for watch in (form for form in FORMS.values() if form.IS_WATCH):  # told in test_watches.py
        names = {name for text in watch.SENTENCE[:2] for _, name, _, _ in Formatter().parse(text) if name}
        assert names == {"found", "title", "rule"}


@pytest.mark.parametrize(
    ("claim", "state", "subject", "in_full", "in_few_words"),
    [
        (
            "dhs-605000-dec",
            "bound_respected",
            "90,000 people held on 15 June 2025, a part of “more than 605,000” (Department of Homeland Security, "
            "December 2025)",
            "90,000 people were held on 15 June 2025: a part of “more than 605,000” (Department of Homeland Security, "
            "10 December 2025).",
            "“more than 605,000” (Department of Homeland Security): a part of it",
        ),
        (
            "dhs-605000-dec",
            "bound_violated",
            "90,000 people held on 15 June 2025, more than the whole of “more than 605,000” (Department of Homeland "
            "Security, December 2025)",
            "90,000 people were held on 15 June 2025: more than the whole of “more than 605,000” (Department of "
            "Homeland Security, 10 December 2025).",
            "“more than 605,000” (Department of Homeland Security): more than the whole of it",
        ),
    ],
)
def test_of_a_claim_that_counts_more_than_is_published_no_difference_is_told(
    claim: str, state: str, subject: str, in_full: str, in_few_words: str
) -> None:
    """A part lies below the whole as it must: `85 % below` would say that the claim is wrong."""
    of = varied(shipped(claim), series=HELD)
    verdict = replace(_measured(of, state), readings=())
    assert headline(of, verdict) == subject
    assert first_sentence(of, verdict) == in_full
    assert also(of, verdict) == in_few_words
