"""What the configuration says of publishers: what the law asks of them, where that is no more what is shipped."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from checks.release_watch import Law, shipped_laws


class LawSettings(BaseModel):
    """`[publication.ice.law]`: what is left out stays as it is shipped; `checked` is when somebody looked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: str = ""
    citation: str = ""
    url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    checked: date | None = None


class PublisherSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    law: LawSettings = LawSettings()


def require_known(given: Mapping[str, PublisherSettings]) -> None:
    """Raises ValueError for a publisher of whom no law asks anything."""
    if unknown := sorted(given.keys() - shipped_laws().keys()):
        raise ValueError(f"publication: no law is known for {', '.join(unknown)}; there is {', '.join(shipped_laws())}")


def laws(given: Mapping[str, PublisherSettings]) -> dict[str, Law]:
    """What the law says, by publisher: as it is shipped, and as the configuration corrects it."""
    found = {}
    for name, law in shipped_laws().items():
        corrected = given[name].law.model_dump() if name in given else {}
        found[name] = replace(law, **{key: value for key, value in corrected.items() if value})
    return found
