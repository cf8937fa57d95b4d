"""What docs/publishing.md tells people to set fits the pages that they publish."""

import re
from pathlib import Path

from pages.building import build
from tests.browser.links import POLICY
from tests.pages.facts_at_hand import FACTS, SITE

PAGE = (Path(__file__).parents[2] / "docs" / "publishing.md").read_text("utf-8")


def test_the_policy_of_the_header_is_that_of_the_pages_and_forbids_frames_besides() -> None:
    pages = [page.body.decode() for page in build(FACTS, SITE) if page.media.startswith("text/html")]
    policies = {policy for page in pages for policy in re.findall(r'Content-Security-Policy" content="([^"]*)"', page)}
    assert len(policies) == 1
    policy = policies.pop()
    assert policy.startswith(POLICY)
    told = re.findall(r"default-src 'none'[^\"`]*", PAGE)
    assert len(told) == 3
    assert set(told) == {f"{policy}; frame-ancestors 'none'"}
