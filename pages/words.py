"""One language: the words of the catalogues, and how it writes numbers, days and instants."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from babel.dates import format_date, format_datetime
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import Translations

from figures.periods import WASHINGTON

# English as the rest of the program writes it: 4 May 2025; Spanish of the United States: 56,397 and not 56.397.
_LOCALES: Final[Mapping[str, str]] = {"en": "en_GB", "es": "es_US"}
_DAYS: Final[Mapping[str, str]] = {"en": "d MMMM y", "es": "d 'de' MMMM 'de' y"}
_DAYS_OF_A_YEAR: Final[Mapping[str, str]] = {"en": "d MMMM", "es": "d 'de' MMMM"}
_SHORT_DAYS: Final[Mapping[str, str]] = {"en": "d MMM y", "es": "d MMM y"}
_MONTHS: Final[Mapping[str, str]] = {"en": "MMMM y", "es": "MMMM 'de' y"}


def noted(text: str) -> str:
    """The text itself: marks one that `say` is given later."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """A language. `prefix` is where its pages lie, `first` whether the files of all languages are made with it."""

    language: str
    prefix: str
    first: bool
    translations: Translations

    def say(self, text: str) -> str:
        """A text of our own, in this language."""
        return self.translations.ugettext(text)

    def counted(self, one: str, many: str, number: int) -> str:
        """A text of our own with a number in it: `%(num)s claims`."""
        return self.translations.ungettext(one, many, number) % {"num": self.number(number)}

    def borrowed(self, text: str) -> str:
        """A text that another package has in English, such as a metric's noun; `pages.borrowed` lists them."""
        return self.translations.ugettext(text) if text else ""

    def number(self, value: float, decimals: int = 0) -> str:
        """`56,397`, `698.7`, `−5.0`: rounded to so many decimals."""
        return _written(round(value, decimals), decimals, _LOCALES[self.language])

    def percent(self, part: float, decimals: int = 0) -> str:
        """A part of one: `15%`."""
        shown = format_percent(part, format=f"{_pattern(decimals)}%", locale=_LOCALES[self.language])
        return shown.replace("-", "−")

    def day(self, day: date) -> str:
        """`4 May 2025`, `4 de mayo de 2025`."""
        return format_date(day, _DAYS[self.language], locale=_LOCALES[self.language])

    def day_of_year(self, day: date) -> str:
        """`4 May`, `4 de mayo`: where the year follows."""
        return format_date(day, _DAYS_OF_A_YEAR[self.language], locale=_LOCALES[self.language])

    def short_day(self, day: date) -> str:
        """`4 May 2025`, `4 may 2025`: for tables and charts."""
        return format_date(day, _SHORT_DAYS[self.language], locale=_LOCALES[self.language])

    def month(self, day: date) -> str:
        """`May 2025`, `mayo de 2025`."""
        return format_date(day, _MONTHS[self.language], locale=_LOCALES[self.language])

    def short_month(self, day: date) -> str:
        """`May`, and of a January the year: for the axis of a chart."""
        return format_date(day, "y" if day.month == 1 else "MMM", locale=_LOCALES[self.language])

    def moment(self, instant: datetime) -> str:
        """An instant by Washington's clock: `4 May 2025, 19:15`."""
        there = instant.astimezone(WASHINGTON)
        return f"{self.day(there.date())}, {format_datetime(there, 'HH:mm', locale=_LOCALES[self.language])}"


@lru_cache(maxsize=10_000)
def _written(value: float, decimals: int, locale: str) -> str:
    """Pages repeat small numbers, and Babel takes a tenth of a millisecond for each."""
    return format_decimal(value, format=_pattern(decimals), locale=locale).replace("-", "−")


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def words_of(language: str, prefix: str, *, first: bool) -> Words:
    """Raises KeyError for a language that there is none of."""
    _ = _LOCALES[language]
    return Words(language, prefix, first, translations_of(language))


def catalogues(language: str) -> list[tuple[str, Catalog]]:
    """The catalogues of a language, each with its file's name; English needs none."""
    folder = files("pages") / "locale" / language / "LC_MESSAGES"
    if not folder.is_dir():
        return []
    found = sorted((each for each in folder.iterdir() if each.name.endswith(".po")), key=lambda each: each.name)
    return [(each.name, _read(each, language)) for each in found]


def _read(file: Traversable, language: str) -> Catalog:
    return read_po(io.BytesIO(file.read_bytes()), locale=language, abort_invalid=True)


@cache
def translations_of(language: str) -> Translations:
    """Every catalogue of a language as one, compiled in memory: no compiled file can be out of date."""
    found = catalogues(language)
    # One of them and no new one: Babel's own rule for Spanish has a third form, which our catalogues do without.
    together = found[0][1] if found else Catalog(locale=language)
    for _, catalogue in found:
        for message in catalogue:
            if message.id:
                together[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, together)
    compiled.seek(0)
    return Translations(compiled)
