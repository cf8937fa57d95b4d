"""`[site]` in the configuration: where the static site is put, what it is called, and in which languages it is made."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from flows.configuration.value_rules import WebAddress


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimReviewSettings(_Strict):
    """`[site.claim_review]`: with it pages carry ClaimReview, a rating that is signed in the name of `author`."""

    author: Annotated[str, Field(min_length=1, max_length=200)]


class SiteSettings(_Strict):
    """`folder` is where the site is made after each run, "" for nowhere; `url` where it can be read, "" for unknown.

    The first of the languages lies at the root, each other in a folder of its own.
    """

    folder: str = ""
    url: WebAddress = ""
    name: Annotated[str, Field(min_length=1, max_length=100)] = "onrecord"
    contact: Annotated[str, Field(max_length=200)] = ""
    languages: tuple[Literal["en", "es"], ...] = ("en", "es")
    claim_review: ClaimReviewSettings | None = None

    @property
    def address(self) -> str:
        """Where it can be read, with "/" at its end; "" for unknown."""
        return f"{self.url.rstrip('/')}/" if self.url else ""

    @model_validator(mode="after")
    def _some_languages(self) -> Self:
        if not self.languages or len(set(self.languages)) < len(self.languages):
            raise ValueError('languages needs at least one and each once; write ["en", "es"]')
        return self
