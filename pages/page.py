"""One file of the site, and what the settings say of all of them."""

from dataclasses import dataclass
from posixpath import relpath
from typing import Final

HTML: Final = "text/html; charset=utf-8"
# What English is called in English, Spanish in Spanish.
LANGUAGES: Final = {"en": "English", "es": "Español"}
_INDEX: Final = "index.html"


@dataclass(frozen=True, slots=True)
class Page:
    """A file by its address below the site's: "", "claims/x/" or "claims/x/data.csv", without a leading slash."""

    address: str
    media: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Site:
    """`[site]` of the configuration. `url` is "" or ends with "/": where the folder can be read.

    The first language lies at the root, each other below its code. `review_author` is who signs ClaimReview, "" for no
    ClaimReview at all.
    """

    name: str = "onrecord"
    url: str = ""
    contact: str = ""
    languages: tuple[str, ...] = ("en", "es")
    review_author: str = ""

    def prefix(self, language: str) -> str:
        """Where the pages of a language lie: "" or "es/"."""
        return "" if language == self.languages[0] else f"{language}/"


def file_of(address: str) -> str:
    """The file that a page is kept in: of `claims/` it is `claims/index.html`."""
    return f"{address}{_INDEX}" if not address or address.endswith("/") else address


def relative(origin: str, target: str) -> str:
    """The link from one page to another, with the file's name in it, so that it also works without a web server."""
    folder = file_of(origin).rpartition("/")[0]
    place, mark, fragment = target.partition("#")
    return relpath(file_of(place), folder or ".") + mark + fragment
