"""What the configuration says of publishers: what the law asks of them, where that is no more what is shipped."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from checks.sources.lateness import shipped_laws
from figures.naming import or_nearest
from figures.publication import Law
from flows.configuration.value_rules import WebAddress


def with_a_law(name: str) -> str:
    """A publisher of whom a law asks something."""
    known = shipped_laws()
    if name not in known:
        raise ValueError(f"no law is known for {name!r}{or_nearest(name, known)}; there is one for {', '.join(known)}")
    return name


LawPublisher = Annotated[str, AfterValidator(with_a_law)]


class LawSettings(BaseModel):
    """`[publication.ice.law]`: what is left out stays as it is shipped; `checked` is when somebody looked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: str = ""
    citation: str = ""
    url: WebAddress = ""
    checked: date | None = None


class PublisherSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    law: LawSettings = LawSettings()


def laws(given: Mapping[str, PublisherSettings]) -> dict[str, Law]:
    """What the law says, by publisher: as it is shipped, and as the configuration corrects it."""
    found = {}
    for name, law in shipped_laws().items():
        corrected = given[name].law.model_dump() if name in given else {}
        found[name] = replace(law, **{key: value for key, value in corrected.items() if value})
    return found
