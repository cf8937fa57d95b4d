"""Every state, mover and reading that can be recorded has its words, and a sentence says no more than its state."""

from typing import get_args

import pytest

from alerts.forms.causes import Mover
from alerts.forms.verdicts import ANSWERS, WORDS, Answer
from figures.records import SourceState
from pages.kinds.start_page import STATES
from pages.states import LABELS, MOVERS, QUESTIONS, SENTENCES, SHORT_QUESTIONS
from pages.words import words_of

ENGLISH = words_of("en", "", first=True)
SPANISH = words_of("es", "es/", first=False)


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_state_of_every_answer_has_a_sentence_and_a_name(answer: Answer) -> None:
    of_watches = {"quiet", "crossed"} if answer == "standing" else {"none"}  # watches are on no page
    assert WORDS[answer] - set(SENTENCES[answer]) - of_watches == set()
    assert WORDS[answer] - set(LABELS) - of_watches == set()


def test_every_mover_question_and_state_of_a_source_has_its_words() -> None:
    assert set(get_args(Mover)) == set(MOVERS)
    assert set(ANSWERS) == set(QUESTIONS) == set(SHORT_QUESTIONS)
    assert set(get_args(SourceState)) == set(STATES)


def test_no_code_of_a_state_is_shown_to_readers() -> None:
    said = [*LABELS.values(), *(text for each in SENTENCES.values() for text in each.values())]
    codes = {code for code in LABELS if "_" in code} | {"drifting", "edition", "grain", "superseded"}
    assert [text for text in said for code in codes if code in text] == []


@pytest.mark.parametrize("words", [ENGLISH, SPANISH], ids=["en", "es"])
def test_what_was_right_is_never_said_in_the_words_of_what_was_not(words: object) -> None:
    for answer in ("at_claim", "revised"):
        told = {state: words.say(SENTENCES[answer][state]) for state in ("holds", "outside")}  # type: ignore[attr-defined]
        assert " not " in told["outside"] or told["outside"].lower().count("no era")
        assert " not " not in told["holds"]
        assert "no era" not in told["holds"].lower()
