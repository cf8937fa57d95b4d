"""`python -m pages.missing`: the texts that no catalogue of a language has, as entries to fill in.

Texts of our own are found where they stand, in templates and in calls of `say`, `counted` and `noted`; those of other
packages are listed in `pages.borrowed`.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from pages.borrowed import borrowed
from pages.page import LANGUAGES
from pages.words import catalogues

Text = str | tuple[str, ...]
_METHODS = [("**.py", "python"), ("**.j2", "jinja2")]
_OPTIONS = {"**.j2": {"trimmed": "true", "silent": "false", "encoding": "utf-8"}}
_KEYWORDS = {"say": None, "noted": None, "counted": (1, 2), "_": None, "gettext": None, "ngettext": (1, 2)}


def texts() -> Iterator[Text]:
    """Every text that has to be translated; one with a number in it as singular and plural."""
    found = extract_from_dir(Path(__file__).parent, _METHODS, _OPTIONS, _KEYWORDS, directory_filter=lambda _: True)
    for _, _, message, _, _ in found:
        yield message
    yield from borrowed()


def missing(language: str) -> list[Text]:
    """The texts that no catalogue has whole: absent, empty, or marked as a guess."""
    whole = {
        _first(message.id)
        for _, catalogue in catalogues(language)
        for message in catalogue
        if message.id and not message.fuzzy and _is_whole(message.string)
    }
    wanted = dict.fromkeys(texts())
    return [text for text in wanted if _first(text) not in whole]


def unused(language: str) -> list[str]:
    """The texts that a catalogue has and nothing shows."""
    wanted = {_first(text) for text in texts()}
    known = [_first(message.id) for _, each in catalogues(language) for message in each if message.id]
    return [text for text in known if text not in wanted]


def _first(text: Any) -> str:
    """The singular, where there are two."""
    return text if isinstance(text, str) else str(text[0])


def _is_whole(translation: Any) -> bool:
    return bool(translation) and all([translation] if isinstance(translation, str) else translation)


def main() -> None:
    """Print them as a catalogue."""
    for language in LANGUAGES:
        if language == "en":
            continue
        empty = Catalog(locale=language)
        for text in missing(language):
            empty.add(text)
        written = BytesIO()
        write_po(written, empty, width=120, omit_header=True)
        sys.stdout.write(written.getvalue().decode())


if __name__ == "__main__":
    main()
