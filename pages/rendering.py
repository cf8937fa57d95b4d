"""Templates: every word that they print is made harmless and escaped, whoever wrote it."""

from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files
from typing import Any, Final
from unicodedata import category

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from alerts.messages.invisible_characters import one_line
from alerts.messages.rendering import host, link
from pages.menu import menu
from pages.page import HTML, LANGUAGES, Page, Site, relative
from pages.words import Words

CSS: Final = "site.css"
ICON: Final = "icon.svg"
# What is obeyed and not seen: control and format characters, but for line breaks and tabs.
_OBEYED: Final = {n: None for n in range(0x10000) if category(chr(n)) in ("Cc", "Cf") and chr(n) not in "\n\t"}


def html(site: Site, words: Words, address: str, template: str, title: str, description: str, **values: Any) -> Page:
    """A page in the site's frame. `address` is the one without the language's prefix. What `values` has stands above.

    Beside `values` a template has `site`, `words`, `page_title`, `page_description`, `here`, `address`,
    `to`, `shared`, `full`.
    """
    here = words.prefix + address
    given = {
        "site": site,
        "page_title": title,
        "page_description": description,
        "here": here,
        "address": address,
        "versions": _versions(site, here, address),
        "to": partial(_to, here, words.prefix),
        "shared": partial(relative, here),
        "full": partial(_full, site),
    }
    body = _environment(words).get_template(template).render(given | values)
    return Page(here, HTML, body.encode())


def text(words: Words, template: str, **values: Any) -> str:
    """A template that is no page of its own: a chart, a feed. It is escaped as HTML is."""
    return _environment(words).get_template(template).render(**values)


def stylesheet() -> Page:
    """Every .css file of the layout, in order of name."""
    found = sorted((each for each in _layout() if each.name.endswith(".css")), key=lambda each: each.name)
    return Page(CSS, "text/css; charset=utf-8", "\n".join(each.read_text("utf-8") for each in found).encode())


def icon() -> Page:
    """What a browser shows beside the title. It would ask for one at the root of the host otherwise."""
    return Page(ICON, "image/svg+xml", (files("pages") / "layout" / ICON).read_bytes())


def _layout() -> list[Any]:
    return list((files("pages") / "layout").iterdir())


def _to(here: str, prefix: str, address: str) -> str:
    return relative(here, prefix + address)


def _full(site: Site, address: str) -> str:
    """The address on the web, "" where the site has none."""
    return site.url + address if site.url else ""


def _versions(site: Site, here: str, address: str) -> list[tuple[str, str, str, str]]:
    """The same page in every language: code, name, link, and the address for search engines."""
    found = []
    for language in site.languages:
        target = site.prefix(language) + address
        found.append(
            (language, LANGUAGES[language], relative(here, target), _full(site, target) or relative(here, target))
        )
    return found


@cache
def _environment(words: Words) -> Environment:
    environment = Environment(
        loader=PackageLoader("pages", "layout"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
        finalize=_printed,
    )
    environment.policies["ext.i18n.trimmed"] = True
    install: Callable[..., None] = environment.install_gettext_translations  # type: ignore[attr-defined]
    install(words.translations, newstyle=True)
    shown = ("number", "percent", "day", "short_day", "month", "moment", "borrowed")
    environment.filters.update({name: getattr(words, name) for name in shown}, at=_at)
    environment.globals.update(words=words, link=link, host=host, css=CSS, icon=ICON, menu=partial(menu, words))
    return environment


def _at(place: float) -> str:
    """A place in a drawing."""
    return f"{place:.1f}".removesuffix(".0")


def _printed(value: object) -> object:
    if isinstance(value, Markup):  # escaped already; a text of others may stand in it
        return value.translate(_OBEYED)
    return one_line(value) if isinstance(value, str) else value
