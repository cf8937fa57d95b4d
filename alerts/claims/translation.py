"""What an editor says of a claim in another language. The claim keeps its own words beside it."""

from typing import Self

from pydantic import model_validator

from alerts.claims.parts import Strict


class Translation(Strict):
    """`[translation.es]`: of each text that is given. `words` are what was said, or its substance; `because` is why it
    is judged so. What is left out is shown in the claim's own language.
    """

    title: str = ""
    words: str = ""
    scope: str = ""
    caveat: str = ""
    because: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any((self.title, self.words, self.scope, self.caveat, self.because)):
            raise ValueError("a translation needs title, words, scope, caveat or because, one at least")
        return self


class Translations(Strict):
    """By language."""

    es: Translation | None = None

    def in_language(self, code: str) -> Translation:
        """What is said in a language; nothing at all where nobody has said anything in it."""
        return (self.es if code == "es" else None) or _NONE


_NONE = Translation.model_construct()
