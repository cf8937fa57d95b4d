"""Which pages of a site stand for all of their kind."""

from pathlib import Path

LANGUAGES = ("es",)


def pages(folder: Path) -> list[Path]:
    """Every page of a site, in order."""
    return sorted(folder.rglob("*.html"))


def kind(folder: Path, page: Path) -> tuple[str, ...]:
    """Pages of one kind lie equally deep in the same part of a site, in one language."""
    parts = page.relative_to(folder).parts
    language, inner = (parts[:1], parts[1:]) if parts[0] in LANGUAGES else (("en",), parts)
    return (*language, *inner[:1], *("*" for _ in inner[1:]))


def examples(folder: Path) -> list[Path]:
    """Of each kind the longest page and the shortest: most goes wrong where there is much, or nothing, to show."""
    kinds: dict[tuple[str, ...], list[Path]] = {}
    for page in pages(folder):
        kinds.setdefault(kind(folder, page), []).append(page)
    by_size = (sorted(some, key=lambda page: (page.stat().st_size, page)) for some in kinds.values())
    return sorted({end for some in by_size for end in (some[0], some[-1])})
