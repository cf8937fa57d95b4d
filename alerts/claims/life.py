"""What becomes of a claim after it was made, and where its sources are kept."""

from datetime import date
from typing import Annotated

from pydantic import Field

from alerts.claims.parts import Strict, Text, Url
from figures.periods import spoken


class Correction(Strict):
    """The speaker's own correction: when, in which words, where."""

    on: date
    words: Text
    source: Url


class Archived(Strict):
    """A dated copy of a source: of which address, where the copy is, of which day, and the sha256 of what was read."""

    of: Url
    address: Url
    on: date
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Life(Strict):
    """`repeated_on` are the days on which it was said again; it ends when its speaker corrects or withdraws it, when
    another claim takes its place, or when the desk retires it. A `draft` was never checked against its source.
    `unarchived`: of the sources that `archived` does not name there is no dated copy.
    """

    repeated_on: tuple[date, ...] = ()
    corrected_by_speaker: Correction | None = None
    replaced_by: str = ""
    withdrawn_on: date | None = None
    retired_on: date | None = None
    draft: bool = False
    archived: tuple[Archived, ...] = ()
    unarchived: bool = False

    def over(self, on: date) -> str:
        """Why nobody is told of it on a day; '' while it is live."""
        if self.draft:
            return "a draft"
        if self.replaced_by:
            return f"replaced by {self.replaced_by}"
        ended = {
            "corrected by its speaker": self.corrected_by_speaker.on if self.corrected_by_speaker else None,
            "withdrawn": self.withdrawn_on,
            "retired": self.retired_on,
        }
        return next((f"{what} on {spoken(day)}" for what, day in ended.items() if day and day <= on), "")

    @property
    def life_words(self) -> tuple[str, ...]:
        """All that is on record of it, in sentences."""
        said = []
        if self.draft:
            said.append("A draft: judged and shown, never told.")
        if self.repeated_on:
            said.append(f"Repeated on {', '.join(map(spoken, self.repeated_on))}.")
        if self.corrected_by_speaker:
            correction = self.corrected_by_speaker
            said.append(
                f"Corrected by its speaker on {spoken(correction.on)}: {correction.words} ({correction.source})."
            )
        if self.replaced_by:
            said.append(f"Replaced by {self.replaced_by}.")
        if self.withdrawn_on:
            said.append(f"Withdrawn on {spoken(self.withdrawn_on)}.")
        if self.retired_on:
            said.append(f"Retired on {spoken(self.retired_on)}.")
        said += [f"Archived on {spoken(each.on)}: {each.address} (sha256 {each.sha256})." for each in self.archived]
        if self.unarchived:
            said.append("Its other sources are unarchived." if self.archived else "Its sources are unarchived.")
        return tuple(said)
