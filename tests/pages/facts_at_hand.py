"""Facts and settings for tests that need a whole site and no database."""

from datetime import UTC, datetime

from pages.facts.site_facts import Facts
from pages.page import Site

SITE = Site(name="On the record", url="https://example.org/record/", contact="desk@example.org")
FACTS = Facts(as_of=datetime(2025, 6, 20, 12, tzinfo=UTC))
