"""The sentences of TRAC's quick facts, as they have been worded since 2021: what each part of one means.

Read off mails of TRAC and public scrapers of 2025-26; no page is at hand. White space, a comma's blanks and the kind
of dash are free, the words are not: a sentence that is worded anew is a finding or an error, never guessed at.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from figures.periods import Period, fiscal_year, fiscal_year_start, fiscal_year_to_date, instant, month_of_fiscal_year
from figures.records import Dims

NUMBER = r"\d{1,3}(?:,\d{3})+|\d+"
SHARE = r"\d{1,3}(?:\.\d+)?%"
DAY = r"[A-Z][a-z]+ \d{1,2}, \d{4}"
_PARTS = {
    "number": NUMBER,
    "share": SHARE,
    "day": DAY,
    "month": r"[A-Z][a-z]+ \d{4}",
    "year": r"\d{4}",
    "state": r"[A-Z][A-Za-z .]*?",
}
Kind = Literal["number", "share", "text"]


@dataclass(frozen=True, slots=True)
class Part:
    """A figure of a sentence: the group that holds it."""

    metric: str
    kind: Kind
    dims: Dims = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One form: the pattern, what its groups mean, and the group that states the time; `subject` is a figure that
    stands before the pattern, a name in bold type.
    """

    id: str
    pattern: re.Pattern[str]
    parts: Mapping[str, Part]
    when: str
    period: Callable[[re.Match[str]], Period]
    subject: Part | None = None


def _pattern(words: str) -> re.Pattern[str]:
    """`{name:kind}` is a group; blanks, commas and dashes of the words are free in their white space."""
    pieces = re.split(r"(\{\w+:\w+\}|\(\?:[^)]*\)\??)", words)
    made = []
    for piece in pieces:
        if piece.startswith("{"):
            name, _, kind = piece.strip("{}").partition(":")
            made.append(f"(?P<{name}>{_PARTS[kind]})")
        elif piece.startswith("(?:"):
            made.append(piece.replace(" ", r"\s+"))
        else:
            made.append(_free(piece))
    return re.compile("".join(made))


def _free(words: str) -> str:
    text = re.escape(words).replace(r"\ ", " ")
    text = re.sub(r" *, *", r"\\s*,\\s*", text)
    text = re.sub(r" *— *", r"\\s*[—–]\\s*", text)
    text = re.sub(r"^ | $", r"\\s*", text).replace("'", "['’]")
    return text.replace(" ", r"\s+").replace(r"\(", r"\(\s*").replace(r"\)", r"\s*\)")


def day(text: str) -> date | None:
    """`February 7, 2026`; None for what is no day."""
    return _read(text, "%B %d, %Y")


def _month(text: str) -> date | None:
    return _read(text, "%B %Y")


def _read(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(" ".join(text.split()), form).date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return None


def _on_day(match: re.Match[str]) -> Period:
    return instant(day(match["day"]))


def _in_month(match: re.Match[str]) -> Period:
    first = _month(match["month"])
    if first is None:
        return Period("month", None, None)
    return month_of_fiscal_year(fiscal_year(first), f"{first:%b}", date.max)


def _in_year(match: re.Match[str]) -> Period:
    return fiscal_year_to_date(int(match["year"]), day(match["day"]))


def _so_far(match: re.Match[str]) -> Period:
    # "(as of Month YYYY)": the day is not stated.
    return Period("fiscal_year_to_date", fiscal_year_start(int(match["year"])), None)


def _no_criminal(word: str) -> Sentence:
    name = f"trac.facts_no_criminal_{word}"
    return Sentence(
        f"no_criminal_{word}",
        _pattern(
            "{some:number} out of {all:number}—or {share:share}—held in ICE detention have no criminal "
            f"{word}(?:\\s*,)? according to data current as of {{day:day}}"
        ),
        {
            "some": Part(name, "number"),
            "all": Part(f"{name}_of", "number"),
            "share": Part(f"{name}_share", "share"),
        },
        "day",
        _on_day,
    )


SENTENCES: tuple[Sentence, ...] = (
    Sentence(
        "detained",  # "released on" in 2021, "current as of" by January 2022
        _pattern(
            "Immigration and Customs Enforcement held {held:number} in ICE detention according to data "
            "(?:released on|current as of) {day:day}"
        ),
        {"held": Part("trac.facts_detained", "number")},
        "day",
        _on_day,
    ),
    _no_criminal("record"),  # to June 2025
    _no_criminal("conviction"),  # from July 2025
    Sentence(
        "top_state",
        _pattern(
            "ICE relied on detention facilities in {state:state} to house the most people during FY {year:year}, "
            "according to data current as of {day:day}"
        ),
        {"state": Part("trac.facts_top_state", "text")},
        "day",
        _in_year,
    ),
    Sentence(
        "book_ins",
        _pattern(
            "ICE arrested {ice:number} and CBP arrested {cbp:number} of the {all:number} people booked into detention "
            "by ICE during {month:month}"
        ),
        {
            "ice": Part("trac.facts_book_ins", "number", (("agency", "ICE"),)),
            "cbp": Part("trac.facts_book_ins", "number", (("agency", "CBP"),)),
            "all": Part("trac.facts_book_ins", "number", (("agency", "all"),)),
        },
        "month",
        _in_month,
    ),
    Sentence(
        "largest_facility",
        _pattern(
            "held the largest number of ICE detainees so far in FY {year:year}, averaging {average:number} per day "
            "(as of {month:month})"
        ),
        {"average": Part("trac.facts_largest_facility_population", "number")},
        "month",
        _so_far,
        subject=Part("trac.facts_largest_facility", "text"),
    ),
    Sentence(
        "atd",
        _pattern(
            "ICE Alternatives to Detention (ATD) programs are currently monitoring {people:number} families and "
            "single individuals, according to data current as of {day:day}"
        ),
        {"people": Part("trac.facts_atd_active", "number")},
        "day",
        _on_day,
    ),
    Sentence(
        "atd_top_area",
        _pattern(
            "'s area office has highest number in ICE's Alternatives to Detention (ATD) monitoring programs, "
            "according to data current as of {day:day}"
        ),
        {},
        "day",
        _on_day,
        subject=Part("trac.facts_atd_top_area", "text"),
    ),
)
# What is printed beside a sentence and states no figure, by the rule's name.
IGNORED: Mapping[str, re.Pattern[str]] = {
    "minor_offenses_record": re.compile(r"Many more have only minor offenses\s*, including traffic violations\s*\."),
    "minor_offenses_conviction": re.compile(
        r"Many of those convicted committed only minor offenses\s*, including traffic violations\s*\."
    ),
    "link": re.compile(r"^link\b"),
    "caption": re.compile(r"\bin detention on\b"),
}
# A card holds one of these words, in small letters.
SIGNS = ("data current as of", "data released on", "booked into detention by ice", "detainees so far in fy")
