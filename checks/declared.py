"""The checks of one document as their modules declare them; the registry names the modules for each source."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from figures.records import Finding, Observation, Parsed
from figures.registry import SOURCES

# Whether a check guards a figure; None for the release as a whole, with all that is in it.
Guard = Callable[[Observation], bool] | None


@dataclass(frozen=True, slots=True)
class Check:
    """A check of one document alone, and which figures are not to be judged on without it."""

    name: str
    ask: Callable[[Parsed], Iterable[Finding]]
    guards: Guard


@cache
def checks_of(source: str) -> tuple[Check, ...]:
    """Every check of the documents of a source, in order."""
    return tuple(check for module in SOURCES[source].checks for check in import_module(f"checks.{module}").CHECKS)


@cache
def declared_guards() -> dict[str, Guard]:
    """What each check of a document guards, by the name of the check."""
    return {check.name: check.guards for source in SOURCES for check in checks_of(source)}
