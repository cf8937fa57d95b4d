"""A small site without a fault, and edits that each plant one."""

from pathlib import Path
from typing import NamedTuple

from tests.browser.links import POLICY

STYLE = """
:root { color-scheme: light dark; }
body { margin: 1rem; background: #fff; color: #111; font: 16px/1.5 sans-serif; }
a { color: #0645ad; }
nav a { display: inline-block; padding: .3rem; }
svg { max-width: 100%; height: auto; }
svg text { font-size: 14px; fill: currentColor; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } a { color: #8ab4f8; } }
@media print { body { background: #fff; color: #000; } }
"""
PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Figures</title><link rel="stylesheet" href="UPstyle.css"><link rel="icon" href="UPa.svg">
<script type="application/ld+json">{{"@context": "https://schema.org"}}</script></head>
<body><header><nav aria-label="Site"><a href="UPindex.html">Start</a>
<a href="UPclaims/one/index.html#table">A claim</a>
<a href="UPes/index.html" hreflang="es" lang="es">Español</a></nav></header>
<main><h1>Figures</h1>
<figure><svg viewBox="0 0 320 80" width="320" height="80" role="img" aria-labelledby="t d"><title id="t">Held</title>
<desc id="d">From 61,000 to 60,000.</desc><text x="4" y="30">61,000</text></svg></figure>
<table id="table"><caption>Held</caption><thead><tr><th scope="col">Day</th><th scope="col">People</th></tr></thead>
<tbody><tr><td>2 August</td><td>61,000</td></tr></tbody></table>
<p><a href="https://example.org/" rel="nofollow noopener">The publisher</a></p></main></body></html>
"""
SPANISH = PAGE.replace('<html lang="en">', '<html lang="es">').replace("Figures", "Cifras")
CLAIM = "claims/one/index.html"


class Planted(NamedTuple):
    """A fault: which text of which file is replaced by what, and words of the sentence that tells of it. Where there
    is nothing to replace, the file is new.
    """

    file: str
    old: str
    new: str
    told: str


WITHOUT_BROWSER = (
    Planted("index.html", "https://example.org/", "claims/two/index.html", "leads nowhere"),
    Planted(CLAIM, "#table", "#tables", "leads to no place"),
    Planted(CLAIM, "../../es/index.html", "../../es/", "leads to a folder"),
    Planted(CLAIM, "../../index.html", "/index.html", "not a relative link"),
    Planted(CLAIM, "../../index.html", "../../../index.html", "leads out of"),
    Planted("index.html", "https://example.org/", "javascript:alert(1)", "not a link to a page"),
    Planted("index.html", ' rel="nofollow noopener"', "", "without rel"),
    Planted("index.html", "</main>", '<img src="https://example.org/a.png" alt="A"></main>', "leaves the site"),
    Planted(
        "lost.html",
        "",
        f'<html lang="en"><meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        "no page links",
    ),
    Planted("index.html", "<main>", '<main style="color: red">', "style="),
    Planted("index.html", "<main>", '<main onclick="go()">', "onclick="),
    Planted("index.html", "<main>", "<main><script>1</script>", "<script>"),
    Planted("index.html", "<main>", "<main><form></form>", "<form>"),
    Planted("index.html", "default-src 'none'; ", "", "no content security policy"),
    Planted("index.html", ' lang="en"', "", "no language"),
)
IN_BROWSER = (
    Planted("index.html", ' alt=""', "", "axe: image-alt"),
    Planted("style.css", "background: #111; color: #eee", "background: #111; color: #333", "axe: color-contrast"),
    Planted("style.css", "a { color: #8ab4f8; }", "", "(dark, "),
    Planted("style.css", "background: #fff; color: #111", "background: #fff; color: #ccc", "(light, "),
    Planted("es/index.html", "<table", '<table width="350"', "wider than the screen by"),
    Planted("index.html", "<table", '<p class="wide">Wide</p><table', "(390 px)"),
    Planted("style.css", "svg text { font-size: 14px", "svg text { font-size: 9px", "too small on a phone: 61,000"),
    Planted("style.css", "fill: currentColor", "fill: #222", "too pale: 61,000 (dark, 390 px)"),
    Planted("style.css", "fill: currentColor", "fill: #ddd", "too pale: 61,000 (light, 390 px)"),
    Planted("index.html", '<desc id="d">From 61,000 to 60,000.</desc>', "", "a chart lacks"),
    Planted("index.html", "default-src 'none'; style-src 'self'", "style-src 'none'", "console: "),
    Planted("index.html", "</main>", '<img src="https://example.org/a.png" alt=""></main>', "a request leaves"),
    Planted("index.html", "</main>", '<img src="b.png" alt=""></main>', "404"),
    Planted("index.html", "</main>", "<script>document.write('More')</script></main>", "console: "),
    Planted("index.html", '<link rel="icon" href="a.svg">', "", "console: Failed to load resource"),
    Planted("index.html", 'src="a.svg"', 'src="/figures/onrecord/a.svg"', "from disk"),
    Planted("style.css", "@media print { body { background: #fff; color: #000; } }", "", "not printed dark on white"),
    Planted("style.css", "@media print {", "@media print { td { display: none; }", "are not printed"),
    Planted("style.css", "@media print {", "@media print { table { width: 900px; }", "wider than the paper"),
    Planted("style.css", "@media print {", "@media print { main { width: 40px; overflow: auto; }", "cut off on paper"),
)


def build(folder: Path) -> Path:
    """The small site, in a new folder."""
    for name, page in (("index.html", PAGE), (CLAIM, PAGE), ("es/index.html", SPANISH)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        page = page.replace("</main>", '<img src="UPa.svg" alt=""></main>')
        path.write_text(page.replace("UP", "../" * name.count("/")), "utf-8")
    (folder / "style.css").write_text(f"{STYLE}.wide {{ width: 400px; }}", "utf-8")
    (folder / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "utf-8")
    return folder


def plant(folder: Path, planted: Planted) -> None:
    """Put one fault into the small site."""
    path = folder / planted.file
    text = path.read_text("utf-8") if planted.old else ""
    assert planted.old in text, planted
    path.write_text(text.replace(planted.old, planted.new) if planted.old else planted.new, "utf-8")
