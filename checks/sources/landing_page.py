"""What a look at a publisher's page saw, against the look before: each its own finding. Pure.

`found` of the finding about the page itself is the sha256 of its bytes, by which the next look knows what this one saw.
"""

from figures.records import Finding, Listing

SEEN, UNCHANGED, CHANGED, NEW_FILE = "page_seen", "page_unchanged", "page_changed", "page_new_file"
PAGE_CHECKS = frozenset({SEEN, UNCHANGED, CHANGED, NEW_FILE})
LINK_REMOVED = "link_removed"


def of_page(sha256: str, listing: Listing, before_sha256: str, before: Listing | None) -> Finding:
    """How the page stands against the last look: the same bytes, other bytes with the same files, or a new file."""
    new = [] if before is None else [target for target in listing.targets if target.url not in linked(before)]
    if before is None:
        check, words = SEEN, "The page was looked at for the first time."
    elif new:
        named = ", ".join(target.name for target in new)
        check, words = NEW_FILE, f"The page links what it did not link at the look before: {named}."
    elif sha256 == before_sha256:
        check, words = UNCHANGED, "The page is byte for byte as at the look before."
    else:
        check, words = CHANGED, "The page changed since the look before, and links no new file."
    return Finding(check, "note", "release", (), before_sha256, sha256, words)


def removed_links(listing: Listing, before: Listing | None) -> list[Finding]:
    """Workbooks that the page linked at the look before and links no more, without a new one in their place."""
    if before is None:
        return []
    replaced = new_current(listing, before)
    gone = [target for target in before.targets if target.url not in linked(listing)]
    return [
        Finding(
            LINK_REMOVED,
            "warn",
            "release",
            (),
            f"a link to the {_ROLES[target.role]} file {target.name}",
            target.url,
            f"The page linked {target.name} ({target.url}) and does so no more; no newer file is linked in its place.",
        )
        for target in gone
        if target.role in _ROLES and not (replaced and target.role == "current")
    ]


def linked_again(finding_url: str, finding_expected: str, listing: Listing, before: Listing | None) -> bool:
    """Whether a removed link is over: it is back, or it was the current file's and a newer file is current now."""
    if finding_url in linked(listing):
        return True
    return _ROLES["current"] in finding_expected and before is not None and new_current(listing, before)


def new_current(listing: Listing, before: Listing) -> bool:
    """Whether the current file is one that the page did not link at the look before."""
    return any(target.role == "current" and target.url not in linked(before) for target in listing.targets)


def linked(listing: Listing) -> set[str]:
    """The addresses of the detention workbooks that a page links, older editions included."""
    older = {finding.found for finding in listing.findings if finding.check == "older_link"}
    return older | {target.url for target in listing.targets}


_ROLES = {"current": "current", "year_end": "year-end"}
