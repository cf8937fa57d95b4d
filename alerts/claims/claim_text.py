"""What a claim's file says: who, when, in which words, of what, and in which ways it may fairly be read."""

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from alerts.claims.life import Life
from alerts.claims.parts import Strict, Text, Url
from alerts.claims.scopes import TESTABILITY, known_scope, relation, scope_of
from alerts.claims.translation import Translations
from alerts.forms.registry import Test
from figures.metrics.catalogue import METRICS
from figures.naming import or_nearest
from figures.periods import spoken
from figures.scopes import SCOPES

LONGEST_QUOTE = 300


class OtherReading(Strict):
    """Another way in which a claim may fairly be read: what is read otherwise, in `words`, and the test of that.

    In a file `test` has the keys that differ from the claim's own; of another form, all of them. `covers` where what is
    counted is another thing.
    """

    words: Text
    covers: str = ""
    test: Test

    @field_validator("covers")
    @classmethod
    def _known_scope(cls, name: str) -> str:
        return _scope(name) if name else ""


def _scope(name: str) -> str:
    if not known_scope(name):
        hint = or_nearest(name, [*SCOPES, *METRICS])
        raise ValueError(f"{name!r} is no scope{hint}; known are {', '.join(SCOPES)}, or a metric of the catalogue")
    return name


class ClaimText(Life):
    """The file as written.

    `quote` are words that were said, `substance` what was said where no words are held. `said_day` says how well the
    day is known; of a month it is the last. `covers` is what the claim counts, one of `figures.scopes`.
    `unverified` are fields that nobody could check. `readings` are other ways to read it, `read_as` names its own.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,100}$")]
    title: Text
    speaker: Text
    said_on: date
    said_day: Literal["known", "about", "month"] = "known"
    quote: Annotated[str, Field(max_length=LONGEST_QUOTE)] = ""
    substance: str = ""
    quote_form: Text
    source: Url
    seen_in: tuple[Url, ...] = ()
    scope: Text
    covers: str
    testability: Literal["direct", "proxy", "bound", "none"]
    caveat: Text
    notes: str = ""
    unverified: tuple[Text, ...] = ()
    test: Test
    read_as: str = ""
    readings: tuple[OtherReading, ...] = ()
    translation: Translations = Translations()

    @field_validator("covers")
    @classmethod
    def _known_scope(cls, name: str) -> str:
        return _scope(name)

    @model_validator(mode="before")
    @classmethod
    def _read_as_the_claim_but_for_what_is_said(cls, data: Any) -> Any:
        """A reading has the claim's own test but for the keys that it gives."""
        if not (isinstance(data, dict) and isinstance(data.get("test"), dict) and data.get("readings")):
            return data
        return {**data, "readings": tuple(_whole(reading, data["test"]) for reading in data["readings"])}

    @property
    def wording(self) -> str:
        """What was said: its words, or their substance."""
        return self.quote or self.substance

    @property
    def said(self) -> str:
        """When it was said, as well as it is known: `28 May 2025`, `about 11 August 2025`, `June 2025`."""
        if self.said_day == "month":
            return f"{self.said_on:%B %Y}"
        return f"about {spoken(self.said_on)}" if self.said_day == "about" else spoken(self.said_on)

    @property
    def is_watch(self) -> bool:
        return False

    @model_validator(mode="after")
    def _a_watch_lies_with_the_watches(self) -> "ClaimText":
        if self.is_watch != self.test.IS_WATCH:
            there = "belongs to a watch: put the file into the folder watches"
            here = "belongs to a claim: a watch is moves, passes or new_record"
            raise ValueError(f"test.form {self.test.form} {here if self.is_watch else there}")
        return self

    @model_validator(mode="after")
    def _words_or_substance(self) -> "ClaimText":
        if not self.wording.strip():
            raise ValueError("a claim needs a quote, or where no words are held its substance")
        last = calendar.monthrange(self.said_on.year, self.said_on.month)[1]
        if self.said_day == "month" and self.said_on.day != last:
            raise ValueError(f"said_on must be the last day of the month, {self.said_on:%Y-%m}-{last}")
        return self

    @model_validator(mode="after")
    def _every_source_is_archived_or_said_not_to_be(self) -> "ClaimText":
        sources, kept = {self.source, *self.seen_in}, {each.of for each in self.archived}
        for url in sorted(kept - sources):
            raise ValueError(f"archived names {url}, which is no source of this claim")
        left = sorted(sources - kept)
        if kept and left and not self.unarchived:
            raise ValueError(f"archived has no copy of {left[0]}: give one, or say unarchived = true")
        if self.unarchived and not left:
            raise ValueError("unarchived is said, and archived has a copy of every source")
        return self

    @model_validator(mode="after")
    def _it_ends_after_it_began(self) -> "ClaimText":
        ends = (self.withdrawn_on, self.retired_on, self.corrected_by_speaker and self.corrected_by_speaker.on)
        for day in (*self.repeated_on, *ends):
            if day and day < self.said_on:
                raise ValueError(f"said_on {self.said_on} comes after {day}, a day of what became of it")
        if self.replaced_by == self.id:
            raise ValueError("replaced_by names the claim itself")
        return self

    @model_validator(mode="after")
    def _each_reading_is_testable(self) -> "ClaimText":
        if self.readings and not self.read_as:
            raise ValueError("read_as must name the claim's own reading where there are others")
        for number, reading in enumerate(self.readings):
            covers = reading.covers or self.covers
            if relation(reading.test.series, covers) == "none":
                counts = scope_of(reading.test.series) if reading.test.series else "nothing"
                raise ValueError(f"readings.{number} is judged on {counts!r}, which says nothing of {covers!r}")
        return self

    @model_validator(mode="after")
    def _nothing_beside_it_crosses_scopes(self) -> "ClaimText":
        for number, (series, own) in enumerate(self.test.beside):
            covers = _scope(own or self.covers)
            if relation(series, covers) == "none":
                raise ValueError(
                    f"test.also.{number}.series counts {scope_of(series)!r}, the claim {covers!r}: name in covers what "
                    "is said of it"
                )
        return self

    @model_validator(mode="after")
    def _judged_within_its_scope(self) -> "ClaimText":
        due = TESTABILITY[relation(self.test.series, self.covers)] if self.test.needed else "none"
        if self.testability != due:
            counts = scope_of(self.test.series) if self.test.series else ""
            hint = f"; {self.test.series} counts {counts!r}, of which it is direct" if counts != self.covers else ""
            raise ValueError(
                f"testability is {self.testability!r}, but what is judged on makes it {due!r} for a claim about "
                f"{self.covers!r}{hint if counts else ''}"
            )
        return self


def _whole(reading: Any, test: Mapping[str, Any]) -> Any:
    if not (isinstance(reading, dict) and isinstance(reading.get("test"), dict)):
        return reading
    given = reading["test"]
    if given.get("form", test.get("form")) != test.get("form"):
        return reading
    return {**reading, "test": {**test, **given}}
