"""What no series can test, and a denial of other claims."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import model_validator

from alerts.claims.parts import Text
from alerts.forms.basis import Basis
from alerts.forms.form import Form
from alerts.forms.verdicts import Verdict
from figures.periods import PeriodKind


class NotTestableTest(Form):
    """What no series can test: `because` says why. A denial names the claims that it disputes."""

    MENU: ClassVar[Mapping[str, str]] = {"not_testable": "what no series can test"}

    form: Literal["not_testable"]
    kind: Literal[
        "motive", "cause", "instruction", "poll", "single day", "capacity", "self-deportation", "denial", "no series"
    ]
    disputes: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _a_denial_disputes(self) -> "NotTestableTest":
        if (self.kind == "denial") != bool(self.disputes):
            raise ValueError("a denial, and nothing else, names in disputes the claims that it denies")
        return self

    @property
    def series(self) -> str:
        return ""

    @property
    def unit(self) -> str:
        return ""

    @property
    def needed(self) -> tuple[str, ...]:
        return ()

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return ()

    @property
    def disputed(self) -> tuple[str, ...]:
        return self.disputes

    def judge(self, basis: Basis) -> Verdict:
        disputed = f" It disputes {', '.join(self.disputes)}." if self.disputes else ""
        return basis.verdict("not_testable", self.because + disputed)
