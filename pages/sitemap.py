"""`/sitemap.xml`: every page of the site, for search engines. A site without an address on the web has none."""

from collections.abc import Iterable

from markupsafe import escape

from pages.page import Page, Site

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(site: Site, addresses: Iterable[str]) -> Page:
    """Of the addresses of all pages, in the order in which they were made."""
    places = "".join(f"<url><loc>{escape(site.url + address)}</loc></url>\n" for address in addresses)
    body = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{_NAMESPACE}">\n{places}</urlset>\n'
    return Page("sitemap.xml", "application/xml", body.encode())
