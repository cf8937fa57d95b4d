"""What a state is called where people read it: short for lists, and as the sentence that answers each question."""

from collections.abc import Mapping
from typing import Final

from alerts.forms.verdicts import Answer
from pages.words import Words, noted

QUESTIONS: Final[Mapping[Answer, str]] = {
    "at_claim": noted("Was it right when it was made?"),
    "revised": noted("Was it right with what is known today?"),
    "standing": noted("How do things stand now?"),
}
SHORT_QUESTIONS: Final[Mapping[Answer, str]] = {
    "at_claim": noted("when made"),
    "revised": noted("with hindsight"),
    "standing": noted("now"),
}
# The order in which claims are listed by how they stand now, what asks for a look first.
LABELS: Final[Mapping[str, str]] = {
    "far": noted("has moved far"),
    "drifting": noted("has moved"),
    "near_and_outside": noted("off, and not clearly moved"),
    "near": noted("matches"),
    "short": noted("short of the goal"),
    "approaching": noted("close to the goal"),
    "met": noted("reaches the goal"),
    "missed": noted("goal missed"),
    "reached": noted("goal reached"),
    "bound_violated": noted("more than the whole that was claimed"),
    "bound_respected": noted("counts more than is published"),
    "inconsistent": noted("does not fit the nearest published figures"),
    "consistent": noted("fits the nearest published figures"),
    "outside": noted("not right"),
    "understated": noted("right, and said too little"),
    "holds_marginal": noted("right, just inside the margin"),
    "holds": noted("right"),
    "depends_on_definition": noted("depends on the definition"),
    "depends_on_date": noted("depends on the day"),
    "not_confirmed": noted("not confirmed by the published count"),
    "confirmed_later": noted("confirmed by the published count"),
    "quality_hold": noted("cannot be judged now: the published file contradicts itself or its past"),
    "data_missing": noted("cannot be judged: no figure was published"),
    "not_held": noted("cannot be judged here: a published file is missing"),
    "not_yet_testable": noted("cannot be judged yet"),
    "not_comparable": noted("counts something else than is published"),
    "not_testable": noted("cannot be tested with these figures"),
    "none": noted("about a time that is over"),
    "superseded": noted("no longer asked: what it was compared with has changed"),
}
GOAL_SET: Final = noted("A goal is neither right nor wrong when it is set.")
_MADE: Final[Mapping[str, str]] = {
    "holds": noted("It was right when it was made."),
    "holds_marginal": noted("It was right when it was made, just inside the margin."),
    "understated": noted("It was right when it was made, and said too little."),
    "outside": noted("It was not right when it was made."),
    "depends_on_definition": noted("Whether it was right when it was made depends on the definition."),
    "depends_on_date": noted("Whether it was right when it was made depends on the day."),
    "met": noted("A goal is neither right nor wrong when it is set. The figure of then reached it."),
    "approaching": noted("A goal is neither right nor wrong when it is set. The figure of then was close to it."),
    "short": noted("A goal is neither right nor wrong when it is set. The figure of then was short of it."),
    "consistent": noted("It fitted the nearest figures that were published by then."),
    "inconsistent": noted("It did not fit the nearest figures that were published by then."),
    "bound_respected": noted("The published part was less than the whole that was claimed, as it has to be."),
    "bound_violated": noted("The published part alone was more than the whole that was claimed."),
    "confirmed_later": noted(
        "It was not published yet when it was said, and was confirmed by the count that came out."
    ),
    "not_confirmed": noted("It was not published yet when it was said; the count that came out did not confirm it."),
    "quality_hold": noted("It cannot be judged: the file that was published then contradicts itself or its past."),
    "data_missing": noted("It cannot be judged: no figure was published by then."),
    "not_held": noted("It cannot be judged here: a file that was published then is missing."),
    "not_yet_testable": noted("It could not be judged yet when it was made."),
    "not_comparable": noted("It counts something else than is published."),
    "not_testable": noted("It cannot be tested with these figures."),
    "superseded": noted("It is no longer asked: what it was compared with has changed."),
}
_HINDSIGHT: Final[Mapping[str, str]] = {
    **_MADE,
    "holds": noted("By the figures that are known today, it was right."),
    "holds_marginal": noted("By the figures that are known today, it was right, just inside the margin."),
    "understated": noted("By the figures that are known today, it was right, and said too little."),
    "outside": noted("By the figures that are known today, it was not right."),
    "depends_on_definition": noted(
        "By the figures that are known today, whether it was right depends on the definition."
    ),
    "depends_on_date": noted("By the figures that are known today, whether it was right depends on the day."),
    "met": noted("By the figures that are known today, the goal was reached on that day."),
    "approaching": noted("By the figures that are known today, the figure of that day was close to the goal."),
    "short": noted("By the figures that are known today, the figure of that day was short of the goal."),
    "consistent": noted("It fits the nearest figures of that time, as they are known today."),
    "inconsistent": noted("It does not fit the nearest figures of that time, as they are known today."),
    "quality_hold": noted("It cannot be judged: the published file contradicts itself or its past."),
    "data_missing": noted("It cannot be judged: no figure was published."),
    "not_held": noted("It cannot be judged here: a published file is missing."),
    "not_yet_testable": noted("It cannot be judged yet."),
}
_NOW: Final[Mapping[str, str]] = {
    "near": noted("The newest figure matches the claim."),
    "near_and_outside": noted("The newest figure is off the claim, and not clearly enough to say that it has moved."),
    "drifting": noted("The newest figure has moved away from the claim."),
    "far": noted("The newest figure has moved far away from the claim."),
    "met": noted("The newest figure reaches the goal."),
    "approaching": noted("The newest figure is close to the goal."),
    "short": noted("The newest figure is short of the goal."),
    "reached": noted("The goal was reached."),
    "missed": noted("The goal was missed."),
    "bound_respected": noted("The claim counts more than is published; the published part is less, as it has to be."),
    "bound_violated": noted("The published part alone is more than the whole that was claimed."),
    "consistent": noted("It fits the nearest figures that are published."),
    "inconsistent": noted("It does not fit the nearest figures that are published."),
    "confirmed_later": noted("The count that came out confirmed it."),
    "not_confirmed": noted("The count that came out did not confirm it."),
    "none": noted("The claim is about a time that is over; newer figures say nothing of it."),
    "superseded": noted("It is no longer asked: what it was compared with has changed."),
    "quality_hold": noted("It cannot be judged now: the newest file contradicts itself or its past."),
    "data_missing": noted("It cannot be judged: no figure was published."),
    "not_held": noted("It cannot be judged here: a published file is missing."),
    "not_yet_testable": noted("It cannot be judged yet."),
    "not_comparable": noted("It counts something else than is published."),
    "not_testable": noted("It cannot be tested with these figures."),
}
SENTENCES: Final[Mapping[Answer, Mapping[str, str]]] = {"at_claim": _MADE, "revised": _HINDSIGHT, "standing": _NOW}
# What moved a verdict (`alerts.forms.causes.Mover`).
MOVERS: Final[Mapping[str, str]] = {
    "first": noted("first judged"),
    "event": noted("a newer figure"),
    "revision": noted("a figure restated by its publisher"),
    "hold": noted("figures held back"),
    "lifted": noted("figures no longer held back"),
    "edit": noted("an edit of the claim's file"),
    "late_edition": noted("an older file that came in late"),
    "reread": noted("a file read or checked again"),
    "earlier": noted("an earlier judgement made again"),
    "witness": noted("a second source"),
    "not_held": noted("a published file that is missing here"),
    "calendar": noted("the calendar"),
}


def label(state: str, words: Words) -> str:
    """A state in a few words. Raises KeyError for one that has none: a test holds them all."""
    return words.say(LABELS[state])


def sentence(answer: Answer, state: str, words: Words) -> str:
    """A state as the answer to a question."""
    return words.say(SENTENCES[answer][state])


def mover(moved_by: str, words: Words) -> str:
    """What moved a verdict; "" where nothing is recorded."""
    return words.say(MOVERS[moved_by]) if moved_by else ""
