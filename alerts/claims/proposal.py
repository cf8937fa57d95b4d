"""What a sentence seems to claim, by plain rules: number, hedge, form, series. A person accepts it, or not."""

import re
from collections.abc import Mapping

from alerts.claims.hedges import WORDS

_NUMBER = re.compile(r"(?<![\w.,])\$?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:\s*(million|thousand))?", re.IGNORECASE)
_FACTORS: Mapping[str, float] = {"million": 1e6, "thousand": 1e3, "": 1.0}
# (words that have to stand in the sentence, the form): the first that fits is proposed.
_FORMS: tuple[tuple[str, str], ...] = (
    (r"on pace|on track|will reach|by the end of", "projection"),
    (r"record|all-time|highest|lowest", "record"),
    (r"triple|double|times as many", "ratio"),
    (r"goal|quota|target|at least .* (?:a|per|every) day", "target_rate"),
    (r"(?:decline|fall|fell|drop|rise|rose|increase|up|down) (?:of|by)|(?:up|down) .* percent", "change"),
    (r"percent|per cent|%", "share"),
    (r"(?:a|per|each|every) day|daily", "rate"),
    (r"same as|in line with|more than .* (?:under|in) (?:biden|fiscal)", "comparison"),
    (r"falling|rising|plummet|soar", "trend"),
    (r"since|so far|in the first|between|to date", "cumulative"),
    (r"between [\d,]+ and|[\d,]+ to [\d,]+", "range"),
)
# (words, series, what it covers, what the number counts).
_SERIES: tuple[tuple[str, str, str, str], ...] = (
    (r"remov|deport", "ice.removals{group=all}", "ICE removals", "ICE removals"),
    (r"monitor|ankle|alternatives to detention", "ice.atd{technology=all}", "ice.atd", "people monitored"),
    (r"book(?:ed)?[- ]?ins?|booked", "ice.book_ins{agency=all}", "book-ins of both agencies", "people booked in"),
    (r"arrest", "ice.book_ins{agency=ICE}", "ICE arrests", "people booked in"),
    (r"border|crossing|encounter", "ice.book_ins{agency=CBP}", "border crossings", "people booked in"),
    (
        r"detain|detention|custody|held|holding",
        "ice.detained{agency=all, criminality=all}",
        "people held by ICE",
        "people held",
    ),
)


def proposed(sentence: str) -> dict[str, str]:
    """Answers to what a claim's file asks for, by key; nothing where no rule fits."""
    text = " ".join(sentence.split())
    low = text.casefold()
    found = {"quote": text} if len(text) <= 300 else {}
    number = _number(text)
    if number:
        found |= {"value": number[0], "hedge": _hedge(low[: number[1]])}
    form = next((form for words, form in _FORMS if re.search(words, low)), "level" if number else "")
    if form:
        found["form"] = form
    return found | _counted(low, form)


def _counted(low: str, form: str) -> dict[str, str]:
    """Series, scope and unit of a sentence in small letters; a share and a ratio have their unit without a series."""
    series = next((entry for entry in _SERIES if re.search(entry[0], low)), None)
    if series:
        return {"series": series[1], "covers": series[2], "unit": _unit(form, series[3])}
    return {"unit": _unit(form, "")} if form in ("share", "ratio") else {}


def _unit(form: str, counts: str) -> str:
    return {"share": "percent", "trend": "percent", "ratio": "ratio", "comparison": "ratio"}.get(
        form, f"{counts} a day" if form in ("rate", "target_rate") else counts
    )


def _number(text: str) -> tuple[str, int] | None:
    """The first number that is no year and no day of a month, and where it stands."""
    for match in _NUMBER.finditer(text):
        whole = match[1].replace(",", "")
        value = float(whole + (match[2] or "")) * _FACTORS[(match[3] or "").casefold()]
        is_year = "," not in match[1] and 1900 <= value <= 2100
        if (not is_year and value > 31) or "%" in text[match.end() : match.end() + 2]:
            return f"{value:g}" if value < 1e6 else f"{value:.0f}", match.start()
    return None


def _hedge(before: str) -> str:
    """The hedge that stands right before a number; bare when there is none."""
    words = before.rstrip().removesuffix(" of").removesuffix(" a").rstrip()
    found = [word for word in WORDS if re.search(rf"(?:^|\W){re.escape(word)}$", words)]
    return max(found, key=len, default="bare")
