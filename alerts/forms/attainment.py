"""What is to be reached: the fields that targets share, and how far each is attained."""

from pydantic import Field, field_validator

from alerts.claims import hedges
from alerts.claims.hedges import Accepted
from alerts.claims.parts import Accept, Text
from alerts.forms.basis import own
from alerts.forms.form import Form

APPROACHING = 0.80


class OfTarget(Form):
    """A number to be reached from below."""

    unit: Text
    value: float = Field(gt=0)
    accept: Accept | None = None

    @field_validator("accept")
    @classmethod
    def _is_reached_from_below(cls, accept: Accept | None) -> Accept | None:
        if accept and (accept.low is None or accept.low <= 0 or accept.high is not None):
            raise ValueError("a target is accepted from low on, without high")
        return accept

    @property
    def stated(self) -> float | None:
        return self.value

    @property
    def interval(self) -> Accepted:
        return own(self.accept) or hedges.target(self.value)


def attained(value: float, target: float, interval: Accepted) -> tuple[str, float]:
    """met, approaching or short, and how close to the threshold of the next further state."""
    shortfall = max(0.0, target - value)
    if interval.contains(value):
        allowed = target - (interval.low or 0.0)
        return "met", shortfall / allowed if shortfall else 0.0
    missing = shortfall / (target * (1 - APPROACHING))
    return ("approaching", missing) if value >= APPROACHING * target else ("short", 1.0)
