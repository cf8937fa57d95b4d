"""A watch's file: a threshold of one's own, without speaker or quotation."""

from typing import Any, Final, Literal

from pydantic import model_validator

from alerts.claims.claim_text import ClaimText
from alerts.claims.scopes import scope_of

_FILLED: Final = ("speaker", "substance", "quote_form", "scope", "covers", "testability")


class WatchText(ClaimText):
    """`id`, `title`, `said_on` (since when it is watched) and `test`; beside them `caveat`, `notes`, `retired_on` and
    `draft`. Everything else that a claim has follows from these.
    """

    testability: Literal["direct"] = "direct"
    source: str = ""
    caveat: str = ""

    @model_validator(mode="before")
    @classmethod
    def _as_a_claim_of_nobody(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        given = sorted(set(data) & {*_FILLED, "quote", "source", "seen_in", "readings", "read_as", "archived"})
        if given:
            raise ValueError(f"{given[0]} belongs to a claim; a watch was said by nobody")
        test, title = data.get("test"), data.get("title", "")
        series = test.get("series", "") if isinstance(test, dict) else ""
        try:
            covers = scope_of(series)
        except ValueError:
            covers = ""  # what is wrong with the series is said of the series
        filled = {
            "speaker": "Your own watch",
            "substance": title,
            "quote_form": "a watch, said by nobody",
            "scope": covers or series,
            "covers": covers or "policy",
            "unarchived": True,
        }
        return {**data, **filled}

    @property
    def said(self) -> str:
        return f"since {super().said}"

    @property
    def life_words(self) -> tuple[str, ...]:
        return tuple(words for words in super().life_words if "unarchived" not in words)

    @property
    def is_watch(self) -> bool:
        return True
