"""`[sources.ice]` in the configuration: where a source is asked, whether, how often, and what is known of it."""

from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from figures.records import Source, SourceState, Stand
from flows.configuration.value_rules import WebAddress


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class StateSettings(_Strict):
    """What we know better than looks tell: since when a source has ended, moved or counts something else, by what."""

    state: SourceState
    since: date
    evidence: Annotated[str, Field(min_length=1, max_length=500)]


class SourceSettings(_Strict):
    address: WebAddress = ""
    enabled: bool = True
    once_a_day: bool | None = None  # the source's own habit when left out
    stands: StateSettings | None = None

    def applied_to(self, source: Source) -> Source:
        """A source as configured."""
        if self.once_a_day is not None:
            source = replace(source, once_a_day=self.once_a_day)
        if self.stands is not None:
            source = replace(source, declared=Stand(self.stands.state, self.stands.since, self.stands.evidence))
        return source
