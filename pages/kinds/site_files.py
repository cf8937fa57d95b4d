"""What programs and readers of feeds ask for: the feed, the state of things, a badge."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from figures.periods import washington_day
from figures.plain import as_json
from pages.facts.release_facts import ReleaseFacts
from pages.facts.said_facts import CorrectionFacts
from pages.facts.site_facts import Facts
from pages.feeds import Entry, feed
from pages.kinds.claim_page import entries
from pages.kinds.said_pages import anchor
from pages.page import Page, Site
from pages.rendering import text
from pages.words import Words

# A feed is what is new: what is older stands on the pages.
MOST_ENTRIES: Final = 100
_LETTER: Final = 6.3  # the width of one, nearly, in a text of 11 px


def site_feed(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/feed.xml`: an entry for each move of a claim, each correction and each file."""
    found = [entry for claim in facts.claims for entry in entries(claim, words)]
    found += [_of_correction(each, words) for each in facts.corrections]
    found += [_of_release(each, words) for each in facts.releases]
    newest = sorted(found, key=lambda entry: (entry.at, entry.key))[-MOST_ENTRIES:]
    yield feed(site, words, "feed.xml", site.name, "", newest, facts.as_of)


def _of_correction(correction: CorrectionFacts, words: Words) -> Entry:
    said = "; ".join(item.claim for item in correction.items)
    return Entry(
        key=correction.key,
        title=words.say("Correction: %(subject)s") % {"subject": correction.subject},
        summary=words.say("An alert that was sent does not stand any more: %(claims)s") % {"claims": said},
        at=correction.sent_at,
        address=f"corrections/#{anchor(correction.key)}",
    )


def _of_release(release: ReleaseFacts, words: Words) -> Entry:
    return Entry(
        key=f"release:{release.source}:{release.sha256}",
        title=words.say("New file: %(name)s") % {"name": release.name},
        summary=words.say("%(title)s: %(new)s new figures, %(revised)s restated, %(held)s held back.")
        % {
            "title": words.borrowed(release.title),
            "new": words.number(release.count("new")),
            "revised": words.number(release.count("revised")),
            "held": words.number(release.count("held")),
        },
        at=release.known_at,
        address=release.address,
    )


def status_file(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/status.json`: each source, how claims stand, what is held back, the newest file. The same in every language."""
    if not words.first:
        return
    standing = Counter(stance.state if (stance := each.now("standing")) else "not_judged" for each in facts.claims)
    newest = facts.releases[-1] if facts.releases else None
    status: dict[str, Any] = {
        "as_of": facts.as_of,
        "name": site.name,
        "url": site.url,
        "sources": facts.sources,
        "claims": dict(sorted(standing.items())),
        "held": len(facts.held),
        "corrections": len(facts.corrections),
        "newest_file": {
            "source": newest.source,
            "name": newest.name,
            "sha256": newest.sha256,
            "known_at": newest.known_at,
            "address": newest.address,
        }
        if newest
        else None,
    }
    yield Page("status.json", "application/json", (as_json(status) + "\n").encode())


def badge(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/badge.svg`: the days of the last look and of the last file."""
    looks = [source.last_look for source in facts.sources if source.last_look]
    look = words.short_day(washington_day(max(looks))) if looks else words.say("never")
    files = [source.last_release for source in facts.sources if source.last_release]
    last = words.short_day(max(files)) if files else words.say("never")
    said = words.say("last look %(look)s · last file %(file)s") % {"look": look, "file": last}
    left, right = (round(len(part) * _LETTER) + 16 for part in (site.name, said))
    body = text(words, "badge.svg.j2", name=site.name, said=said, left=left, right=right)
    yield Page(f"{words.prefix}badge.svg", "image/svg+xml", body.encode())
