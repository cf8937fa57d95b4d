"""The checks of parts against their past, in order; `checks.edition` asks here."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from checks.against import Compared
from checks.asking import asked
from checks.blanks import blanks
from checks.misplaced import MISPLACED
from checks.part_shares import part_shares
from checks.place_rows import Lists
from checks.places import places
from checks.year_end import year_end
from figures.records import Figure, Finding, Observation


class Parts(NamedTuple):
    """What these checks ask about: what an edition states as its own (`current`) and all that it states, what its
    figures are compared with, when it was published, the clean counts of its fiscal year before it, the figures of
    years gone by that the edition before carried along, and the lists of facilities of both.
    """

    current: Sequence[Observation]
    observations: Sequence[Observation]
    compared: Compared
    published: date
    past: Sequence[Figure]
    frozen_before: Sequence[Observation]
    lists: Lists | None


def parts(about: Parts) -> list[Finding]:
    """Findings about one edition."""
    current, observations, compared, published, past, frozen_before, lists = about
    over = frozen(observations)
    return [
        *asked("part_shares", current, part_shares, compared, past),
        *asked("blanks", current, blanks, current, compared),
        *(asked("places", current, places, lists, current, observations, compared) if lists else ()),
        *asked("year_end", current, year_end, current, compared, published, over, frozen_before),
    ]


def told_once(findings: Sequence[Finding]) -> list[Finding]:
    """Findings without those about cells that stand in another's place, and no other cell: that is one fault, and it is
    told as that one.
    """
    misplaced = {cell for finding in findings if finding.check in MISPLACED for cell in finding.scope}
    return [
        finding
        for finding in findings
        if finding.check in MISPLACED or finding.scope_kind != "cells" or not misplaced.issuperset(finding.scope)
    ]


def frozen(observations: Sequence[Observation]) -> list[Observation]:
    """The numbers of sheets that are of a year gone by."""
    return [o for o in observations if o.status == "not_current" and o.unit != "text"]
