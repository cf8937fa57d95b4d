"""A claim's own texts for a reader: as an editor translated them, else as they are, each with its language."""

from dataclasses import dataclass

from alerts.claims.model import Claim
from pages.words import Words

_ITS_OWN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the language that it is in."""

    words: str
    lang: str


@dataclass(frozen=True, slots=True)
class ClaimTexts:
    """`said` is the translation of what was said, None where there is none: the claim's own words stand anyway."""

    title: Text
    said: Text | None
    scope: Text
    caveat: Text
    because: Text


def texts_of(claim: Claim, words: Words) -> ClaimTexts:
    """In the reader's language as far as somebody has said them in it."""
    own = claim.words
    given = own.translation.in_language(words.language)

    def chosen(translated: str, text: str) -> Text:
        return Text(translated, words.language) if translated else Text(text, _ITS_OWN)

    return ClaimTexts(
        title=chosen(given.title, own.title),
        said=Text(given.words, words.language) if given.words else None,
        scope=chosen(given.scope, own.scope),
        caveat=chosen(given.caveat, own.caveat),
        because=chosen(given.because, own.test.because),
    )
