"""How it stands with a source, in words: what every judgement says of the source that it leans on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import spoken
from figures.records import Figure, Stand

# From here on the age of the newest figure is said: no source here is silent for so long in its ordinary rhythm.
OLD = 61
_STATES: Mapping[str, str] = {
    "live": "is published",
    "moved": "has moved or is gone",
    "refused": "is refused to us",
    "withdrawn": "was withdrawn",
    "definition changed": "has changed what it counts",
    "ended": "has ended",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A source by its title, and how it stands."""

    title: str
    stand: Stand

    def words(self, newest: date | None, today: date) -> str:
        """What is to be said beside its newest figure, of a day; "" for a live source whose figures are fresh."""
        said = []
        if self.stand.state != "live":
            since = spoken(self.stand.since)
            said.append(f"{self.title} {_STATES[self.stand.state]}, since {since}: {self.stand.evidence}.")
        if newest is not None and (today - newest).days >= OLD:
            said.append(f"The newest figure used here is of {spoken(newest)}, {age(newest, today)} old.")
        return " ".join(said)


def said_of(stands: Mapping[str, Standing], evidence: Iterable[Figure], today: date) -> tuple[str, ...]:
    """What is to be said of the sources of some figures, each with the age of the newest of them."""
    newest: dict[str, date] = {}
    for figure in evidence:
        source = METRICS[metric_of(figure.series)].source
        newest[source] = max(newest.get(source, date.min), figure.period.end or date.min)
    found = [stands[source].words(day, today) for source, day in sorted(newest.items()) if source in stands]
    return tuple(filter(None, found))


def age(day: date, today: date) -> str:
    """How old a figure is: in days, and from two months on in months too."""
    days = (today - day).days
    return f"{days} days" if days < OLD else f"{days} days ({months(days)})"


def months(days: int) -> str:
    """About how many months so many days are."""
    number = round(days / 30.44)
    return f"about {number} months" if number > 1 else "about a month"
