"""A document read by its source: an edition, a release that is held as a whole, or nothing of the publisher's."""

from checks.asking import could_not_run
from figures.mishaps import Mishap, attempt
from figures.records import Finding, Parsed, Source
from scrapers.errors import DriftError, NotReadableError


def read_document(source: Source, content: bytes, name: str) -> Parsed:
    """What is laid out anew as a whole, or what our reader fails on, is a release without figures, held and told.

    Raises NotReadableError for what is no edition of the publisher's.
    """
    try:
        read = attempt(lambda: source.parse(content, name), (DriftError, NotReadableError))
    except DriftError as error:
        words = f"{name} is not laid out as declared: {error}. Nothing of it was read."
        finding = Finding("layout_drift", "hold", "release", (), error.expected, error.found, words)
        return Parsed((), (finding,))
    if isinstance(read, Mishap):
        return Parsed((), (could_not_run(f"reader of {source.id}", read, (), None),))
    return read


def read_again(source: Source, content: bytes, name: str) -> Parsed:
    """What is a release already stays one: what cannot be read of it any more is held as a whole."""
    try:
        return read_document(source, content, name)
    except NotReadableError as error:
        words = f"{name} cannot be read: {error}."
        finding = Finding("not_readable", "hold", "release", (), f"a readable {source.media} file", str(error), words)
    return Parsed((), (finding,))
