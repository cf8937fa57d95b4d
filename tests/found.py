"""What a database says at the end of many looks, so that two of them can be compared: of one machine and of several."""

import re
from collections import Counter
from typing import Any

from checks.sources.landing_page import PAGE_CHECKS
from storage.engine import open_database, reading
from storage.write import ledger
from tests.content import content
from tests.machines import Post

_PORT = re.compile(r"127\.0\.0\.1:\d+")
_LIFTED = 9  # where `tests.content` says why a finding stands no longer


def found(url: str) -> dict[str, list[str]]:
    """What a database says at the end, without the minutes at which it came to be known and the stand-in's port."""
    database = open_database(url)
    try:
        told: dict[str, Any] = dict(content(database))
        with reading(database) as connection:
            verdicts = ledger.verdicts(connection, history=True)
            messages = ledger.outbox(connection)
    finally:
        database.dispose()
    told["documents"] = [row for row in told["documents"] if row[-1] == "xlsx"]  # a page names the stand-in's port
    told["releases"] = [(*row[:5], *row[8:-2]) for row in told["releases"]]
    told["names"] = [row[:4] for row in told["names"]]
    # How a page stands is said against the look before: a look that died before it saw the page was none. What was
    # missed by a look that died, such as a workbook for a date of TRAC's, is settled by the next one.
    told["findings"] = [row for row in told["findings"] if row[3] not in PAGE_CHECKS and row[_LIFTED] == "None"]
    kept = ("claim_id", "claim_sha256", "answer", "state", "underlying", "edition", "measured", "words", "moved_by")
    told["verdicts"] = [[row[name] for name in kept] for row in verdicts]
    # What the operators hear is of the machines themselves.
    told["messages"] = [(m["audience"], m["subject"], m["quiet"]) for m in messages if m["audience"] != "ops"]
    return {part: sorted(_PORT.sub("publisher", repr(row)) for row in rows) for part, rows in told.items()}


def differences(one: dict[str, list[str]], other: dict[str, list[str]]) -> list[tuple[str, str]]:
    """The rows, with their part, that only one of two databases has."""
    return [
        (part, row)
        for part in one
        for row in sorted((Counter(one[part]) - Counter(other[part])) + (Counter(other[part]) - Counter(one[part])))
    ]


def undelivered(url: str, post: Post) -> list[tuple[str, str]]:
    """What the outbox holds that the mail server did not get."""
    database = open_database(url)
    with reading(database) as connection:
        messages = ledger.outbox(connection)
    database.dispose()
    got = {key for key, _, _ in post.mails}
    return [(m["subject"], m["quiet"]) for m in messages if m["key"] not in got and not m["quiet"]]
