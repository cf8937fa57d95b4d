"""What a reader meets on a page of a site, seen in a browser: one sentence for each fault."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.browser import axe
from tests.browser.examples import examples

PHONE, NARROW, DESK, PAPER = 390, 320, 1300, 718  # CSS pixels; paper is A4 without its margins
HEIGHT = 900
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SMALLEST_TEXT = 11  # of a chart on a phone, in CSS pixels

WIDER = "() => document.documentElement.scrollWidth - window.innerWidth"
SMALL = """smallest => [...document.querySelectorAll('svg text')].filter(text => {
  const box = text.getBoundingClientRect(), scale = text.getScreenCTM();
  return box.width && Math.hypot(scale.a, scale.b) * parseFloat(getComputedStyle(text).fontSize) < smallest - 0.05;
}).map(text => text.textContent)"""
# axe reads no colours within a drawing. Text needs 4.5 times the brightness of its ground, or a part of it.
PALE = """() => {
  const channels = colour => colour.match(/[0-9.]+/g).map(Number);
  const light = colour => channels(colour).slice(0, 3).map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const solid = colour => (channels(colour)[3] ?? 1) > 0.5;
  const ground = each => {
    const own = each ? getComputedStyle(each).backgroundColor : 'rgb(255, 255, 255)';
    return !each || solid(own) ? own : ground(each.parentElement);
  };
  return [...document.querySelectorAll('svg text')].filter(text => {
    const shades = [getComputedStyle(text).fill, ground(text.closest('svg').parentElement)].map(light);
    return text.getClientRects().length && (Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05) < 4.5;
  }).map(text => text.textContent);
}"""
UNDESCRIBED = """() => [...document.querySelectorAll('svg[role=img]')].filter(svg =>
  !svg.querySelector('title') || !svg.querySelector('desc') || !document.querySelector('main table')).length"""
CUT = """() => [...document.querySelectorAll('main, main *')].filter(each =>
  getComputedStyle(each).overflowX !== 'visible' && each.clientWidth && each.scrollWidth > each.clientWidth + 1
).map(each => each.tagName.toLowerCase())"""
# Each colour of text and ground as it is printed; a ground that is dark wastes toner and hides dark text.
INK = """() => {
  const dark = colour => {
    const [r, g, b, a = 1] = colour.match(/[0-9.]+/g).map(Number);
    return a > 0.5 && 0.3 * r + 0.6 * g + 0.1 * b < 128;
  };
  const grounds = [document.documentElement, document.body].map(each => getComputedStyle(each).backgroundColor);
  return {ground: grounds.some(dark), text: dark(getComputedStyle(document.querySelector('main')).color)};
}"""
UNPRINTED = """() => [...document.querySelectorAll('main h1, main td, main th')].filter(each =>
  !each.closest('details:not([open])') && !each.getClientRects().length).length"""


def faults(folder: Path, address: str, browser: Browser, axe_text: str) -> list[str]:
    """What a reader would stumble over on the examples of each kind of page. `address` is where the site is served."""
    return [
        f"{name}: {fault}"
        for name in (page.relative_to(folder).as_posix() for page in examples(folder))
        for fault in page_faults(folder, name, address, browser, axe_text)
    ]


def page_faults(folder: Path, name: str, address: str, browser: Browser, axe_text: str) -> list[str]:
    """The same of one page: as it is served, on screens and on paper, and as it is opened from disk."""
    with opened(browser, f"{address}{name}", address) as (page, found):
        said = page.inner_text("body")
        page.evaluate(axe_text)
        found += [*_on_screens(page), *_on_paper(page)]
    with opened(browser, (folder / name).as_uri(), f"{folder.as_uri()}/", scripts=False) as (page, from_disk):
        read = page.inner_text("body")
    found += [f"{fault} (from disk)" for fault in from_disk]
    if not read.strip():
        found.append("nothing to read without JavaScript")
    elif read != said:
        found.append("reads otherwise without JavaScript")
    return list(dict.fromkeys(found))


def _on_screens(page: Page) -> list[str]:
    """Seen on a phone and on a desk, in light and in dark."""
    found = []
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found += [f"{fault} ({scheme}, {width} px)" for fault in axe.violations(page)]
            found += [f"text of a chart is too pale: {text} ({scheme}, {width} px)" for text in page.evaluate(PALE)]
    for width in (NARROW, DESK, PHONE):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if (more := page.evaluate(WIDER)) > 0:
            found.append(f"wider than the screen by {more} px ({width} px)")
    found += [f"text of a chart is too small on a phone: {text}" for text in page.evaluate(SMALL, SMALLEST_TEXT)]
    if page.evaluate(UNDESCRIBED):
        found.append("a chart lacks its title, its description or a table beside it")
    return found


def _on_paper(page: Page) -> list[str]:
    """Printed by somebody whose screen is dark: dark text on white, nothing cut off, every cell there."""
    found = []
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": PAPER, "height": HEIGHT})
    ink = page.evaluate(INK)
    if ink["ground"] or not ink["text"]:
        found.append("is not printed dark on white")
    if (more := page.evaluate(WIDER)) > 0:
        found.append(f"wider than the paper by {more} px")
    found += [f"cut off on paper: {name}" for name in page.evaluate(CUT)]
    if missing := page.evaluate(UNPRINTED):
        found.append(f"{missing} cells or headings are not printed")
    if not page.pdf(format="A4", print_background=True).startswith(b"%PDF-"):
        found.append("cannot be printed")
    return found


@contextmanager
def opened(browser: Browser, address: str, inside: str, *, scripts: bool = True) -> Iterator[tuple[Page, list[str]]]:
    """A page at an address, and the faults that the browser tells of while it is open: requests that leave the site
    or fail, messages in the console, errors of scripts.
    """
    found: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((inside, "data:")):
            found.append(f"a request leaves the site: {request.url}")

    def failed(request: Request) -> None:
        found.append(f"a request failed: {request.url}: {request.failure}")

    def told(message: ConsoleMessage) -> None:
        found.append(f"console: {message.text}")

    context = browser.new_context(java_script_enabled=scripts, viewport={"width": PHONE, "height": HEIGHT})
    try:
        page = context.new_page()
        page.on("request", asked)
        page.on("requestfailed", failed)
        page.on("console", told)
        page.on("pageerror", lambda error: found.append(f"script: {error}"))
        page.goto(address, wait_until="load")
        yield page, found
    finally:
        context.close()


def pictures(names: Sequence[str], address: str, to: Path, browser: Browser) -> list[Path]:
    """Pictures of pages, on phone and desk, in light and dark, and as printed; for people to look at."""
    made = []
    for name in names:
        stem = name.removesuffix(".html").replace("/", "_")
        with opened(browser, f"{address}{name}", address) as (page, _):
            for width in (PHONE, DESK):
                page.set_viewport_size({"width": width, "height": HEIGHT})
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    made.append(to / f"{stem}_{width}_{scheme}.png")
                    page.screenshot(path=made[-1], full_page=True)
            page.emulate_media(media="print", color_scheme="light")
            made.append(to / f"{stem}.pdf")
            page.pdf(path=made[-1], format="A4")
    return made
