"""CBP's and OHSS's pages at a stand-in, as a test has them, and looks at them on days of its own."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pytest_httpserver import HTTPServer

from flows.configuration.settings import Settings, load_settings
from flows.context import Line, Outcome
from flows.pipeline import open_line
from replica.cbp_files import RUNNING_2026, CbpEdition
from replica.cbp_pages import LISTING, SOUTHWEST_LISTING, TABLE, site
from storage.engine import reading
from storage.read import journal, reads, vintages
from storage.write import ledger
from tests.databases import new_sqlite
from tests.looks import look

SOUTHWEST = "cbp.encounters{component=all, region=southwest}"
BORDER_PATROL = "cbp.encounters{component=usbp, region=southwest}"
# Of two fiscal years, where CBP's are of four: half the figures to be read, stored and compared in every look.
JULY, AUGUST = (replace(edition, first_year=2025) for edition in RUNNING_2026[-2:])
OHSS = "/ohss/monthly-tables"
REFUSAL = b"<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY>Reference #18.2d8f1502.1700000000.1a2b3c</BODY></HTML>"
Served = dict[str, tuple[bytes, str]]


class Front:
    """CBP's and OHSS's pages as a test has them, and looks at them on days of its own."""

    def __init__(self, home: Path, server: HTTPServer) -> None:
        self.server = server
        self.now = datetime(2026, 9, 10, 15, tzinfo=UTC)
        self.served: Served = {}
        self.robots = ""  # the text of robots.txt; there is none without
        home.mkdir()
        address = server.url_for("").rstrip("/")
        (home / "onrecord.toml").write_text(
            f'[fetch]\ncontact = "test@localhost"\nattempts = 1\nprivate_hosts = ["{address.removeprefix("http://")}"]\n'
            f'[sources.cbp_encounters]\naddress = "{address}{LISTING}"\n'
            f'[sources.cbp_southwest]\naddress = "{address}{SOUTHWEST_LISTING}"\n'
            f'[sources.cbp_apprehensions]\naddress = "{address}{TABLE}"\n'
            f'[sources.ohss]\naddress = "{address}{OHSS}"\n',
            encoding="utf-8",
        )
        new_sqlite(home)
        self.settings: Settings = load_settings(home)
        made = open_line(self.settings, lambda: self.now)
        self.line: Line = replace(made, sleep=lambda seconds: None, ops_channels=["screen"], source_channels=["screen"])

    def serve(self, *editions: CbpEdition, changed: Mapping[str, tuple[bytes, str]] | None = None) -> None:
        self.served = {**site(editions), **(changed or {})}

    def look(self, source: str = "cbp_encounters", *, days: int = 1) -> Outcome:
        """One look, so many days after the one before."""
        self.now += timedelta(days=days)
        self.server.clear()
        self.server.expect_request("/robots.txt").respond_with_data(self.robots, status=200 if self.robots else 404)
        for where, (content, media) in self.served.items():
            status = 403 if content is REFUSAL else 200
            self.server.expect_request(where).respond_with_data(content, content_type=media, status=status)
        self.server.expect_request(re.compile(".*")).respond_with_data("", status=404)
        return look(self.settings, self.line, source)

    def asked(self) -> list[str]:
        return [request.path for request, _ in self.server.log if request.path != "/robots.txt"]

    def releases(self) -> list[reads.StoredRelease]:
        with reading(self.line.database) as connection:
            return reads.releases(connection)

    def open(self, *severities: str) -> dict[str, str]:
        """By check: the words of what is open."""
        with reading(self.line.database) as connection:
            found = journal.findings(connection, open_only=True, severities=severities)
        return {f.check: f.words for f in found}

    def subjects(self) -> list[str]:
        with reading(self.line.database) as connection:
            return [m["subject"] for m in ledger.messages(connection)]

    def values(self, series: str, month: date) -> list[float | None]:
        with reading(self.line.database) as connection:
            known = vintages.history(connection, [series])
        return [f.value for f in known if (f.period.kind, f.period.start) == ("month", month) and not f.held]
