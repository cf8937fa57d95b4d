"""What can be chosen on Prefect's page: a publisher or a source of the registry, and nothing else."""

from typing import Annotated

from pydantic import AfterValidator, Field

from figures.naming import or_nearest
from scrapers.registry import PUBLISHERS, SOURCES

# A publisher's name stands for all its sources that are enabled.
CHOICES = tuple(dict.fromkeys((*PUBLISHERS, *SOURCES)))


def _known(name: str) -> str:
    if name not in CHOICES:
        raise ValueError(
            f"{name!r} is no publisher or source{or_nearest(name, CHOICES)}; there are {', '.join(CHOICES)}"
        )
    return name


# In the schema of a deployment's parameters it is a list of choices, which Prefect's page shows as a menu.
Watched = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": list(CHOICES)})]


def publishers_of(sources: list[str]) -> list[str]:
    """The publishers of some sources, in the registry's order."""
    return [name for name, theirs in PUBLISHERS.items() if set(theirs) & set(sources)]
