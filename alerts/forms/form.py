"""What every form of claim is: a class with the fields of its test, what it rests on, and how it is judged.

A form is one class in one module of `alerts/forms/kinds/`, and is registered in `alerts/forms/registry.py`.
"""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from typing import ClassVar, NamedTuple

from alerts.claims.parts import StandIn, Strict, Text
from alerts.forms.basis import Basis
from alerts.forms.verdicts import ANSWERS, Answer, Verdict
from figures.periods import PeriodKind

NO_ANSWER: frozenset[Answer] = frozenset()
EVERY_ANSWER: frozenset[Answer] = frozenset(ANSWERS)
# Whether it was right, then and with hindsight.
OF_THEN: frozenset[Answer] = frozenset({"at_claim", "revised"})
WITH_HINDSIGHT: frozenset[Answer] = frozenset({"revised"})
WHEN_SAID: frozenset[Answer] = frozenset({"at_claim"})


class Sentence(NamedTuple):
    """How the figure of a claim is told: as the subject of a message, and in full.

    The words in braces are filled in by `alerts/messages/words/claim_sentences.py`, which lists them, and by the form's
    own `told_with`. With `needs_number` it is for a figure that differs by so much from a number that was stated: a
    claim without one, and one that counts more than is published, are told otherwise.
    """

    subject: str
    in_full: str
    needs_number: bool = False


class Form(Strict):
    """`because` says why the interval or the reading is what it is.

    `MENU` says for each name of the form what it is for. `ASKED` are fields that a file may leave out, and that are
    asked for all the same where a claim is drafted.
    """

    MENU: ClassVar[Mapping[str, str]]
    ASKED: ClassVar[tuple[str, ...]] = ()
    IS_WATCH: ClassVar[bool] = False  # a threshold of one's own, which nobody claimed
    IS_GOAL: ClassVar[bool] = False  # to be reached, and neither right nor wrong when set
    OVER_A_WINDOW: ClassVar[bool] = False  # its figure is of the days of its first reading
    SENTENCE: ClassVar[Sentence] = Sentence(
        "{amount} {when}, {off} {stated} {who}", "{were} {when}: {off_in_full} {stated} {who}", needs_number=True
    )

    because: Text

    @property
    @abstractmethod
    def needed(self) -> tuple[str, ...]:
        """The series that it is judged by; none where no series can test it."""

    @property
    def consulted(self) -> tuple[str, ...]:
        """Series that are looked at beside those, and never waited for."""
        return ()

    @property
    @abstractmethod
    def kinds(self) -> tuple[PeriodKind, ...]:
        """The kinds of period whose newest edition must not be held back."""

    @abstractmethod
    def judge(self, basis: Basis) -> Verdict:
        """One answer, on what is known. Raises NotHeldError where it rests on an edition that is not held here."""

    @property
    def of_own_period(self) -> frozenset[Answer]:
        """The answers that are about a day or window of the claim's own: no newer edition is asked for them."""
        return NO_ANSWER

    @property
    def given_while_held(self) -> frozenset[Answer]:
        """The answers that can be given although the newest edition is held back."""
        return NO_ANSWER

    @property
    def is_over(self) -> bool:
        """Whether it is about what is over: it is not asked how the world stands towards it."""
        return False

    @property
    def is_asked_again_as_bound(self) -> bool:
        """Whether a claim that is wider than the series is asked again, although what it is about is over."""
        return False

    @property
    def asks_held_days(self) -> bool:
        """Whether `not_yet_testable` says that no edition reaches so far, held ones counted: no hold is the reason."""
        return False

    @property
    def may_stand_in(self) -> StandIn | None:
        """The series that is judged on while the claim's own is silent."""
        return None

    @property
    def beside(self) -> tuple[tuple[str, str], ...]:
        """Further series of the same statement, each with the scope that it is about ('' for the claim's own)."""
        return ()

    @property
    def stated(self) -> float | None:
        """The number that the claim states, where one line of a chart can stand for it."""
        return self.number

    @property
    def number(self) -> float | None:
        """The number that was said, in the claim's own unit."""
        return None

    @property
    def said_range(self) -> str:
        """The two numbers between which it was said to be: `50,000 to 60,000`."""
        return ""

    @property
    def told_with(self) -> Mapping[str, str]:
        """The words of its sentence that only it knows."""
        return {}

    @property
    def hedged(self) -> str:
        """The word that says how exact its number is meant, where it has one."""
        return ""

    @property
    def yardstick_ends(self) -> date | None:
        """The day from which what it is held against no longer holds, where one is known."""
        return None

    @property
    def disputed(self) -> tuple[str, ...]:
        """The claims that this one denies."""
        return ()


class OfWindow(Form):
    """About a window of days of its own, which newer editions do not change."""

    @property
    def of_own_period(self) -> frozenset[Answer]:
        return EVERY_ANSWER

    @property
    def given_while_held(self) -> frozenset[Answer]:
        return EVERY_ANSWER
