"""A document of the border against those that are stored beside it: what is compared, and what follows for a file by
area that the file by state of its edition did not confirm.

Pure: observations and names in, findings about the first document out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.sources.cbp_pairs import (
    ABSENT,
    AGREES,
    Allowed,
    apprehensions_against,
    cbp_allowed,
    closed_years,
    ohss_against_cbp,
    ohss_allowed,
    revisions,
    witness,
)
from figures.records import Finding, Observation, Severity

BY_AREA, BY_STATE, SOUTHWEST = "aor", "state", "sbo"
UNCONFIRMED = "never_confirmed"


@dataclass(frozen=True, slots=True)
class Beside:
    """A document that another is held against: its clean figures, and the kind of file that its name says, "" where it
    says none.
    """

    name: str
    kind: str
    figures: Sequence[Observation]


@dataclass(frozen=True, slots=True)
class Counterpart:
    """What a page or workbook is held against: an encounter file of the first of these kinds that there is, by a check
    of (figures, the file's figures, its name). `allowed` is by how much a month may move from one edition to the next.
    """

    kinds: tuple[str, ...]
    ask: Callable[[Sequence[Observation], Sequence[Observation], str], list[Finding]]
    allowed: Allowed


# By source. Files of encounters are held against each other.
COUNTERPARTS: Mapping[str, Counterpart] = {
    "cbp_apprehensions": Counterpart((BY_AREA, SOUTHWEST), apprehensions_against, cbp_allowed),
    "ohss": Counterpart((BY_STATE, BY_AREA), ohss_against_cbp, ohss_allowed),
}


def against_editions(stated: Sequence[Observation], before: Sequence[Beside]) -> Iterator[Finding]:
    """A file of encounters against the last edition of the same kind of file; what years that are over say, against
    each kind. `before` is in order, the newest first.
    """
    tables = {o.table for o in stated}
    alike = [other for other in before if tables & {o.table for o in other.figures}]
    for other in before:
        yield from closed_years(stated, other.figures, other.name)
    for other in (alike or before)[:1]:
        yield from revisions(stated, other.figures, other.name)


def against_counterpart(
    stated: Sequence[Observation], before: Sequence[Beside], files: Sequence[Beside], how: Counterpart
) -> Iterator[Finding]:
    """A page or workbook against the one before it, and against a file of encounters, where there are such."""
    for other in before[:1]:
        yield from revisions(stated, other.figures, other.name, how.allowed)
    for other in files:
        yield from how.ask(stated, other.figures, other.name)


def witnessed(stated: Sequence[Observation], other: Beside) -> list[Finding]:
    """A file of encounters against another of its edition."""
    return witness(stated, other.figures, other.name, same_edition=True)


def without_confirmation(
    name: str, found: Sequence[Finding], by_state: Sequence[Finding], unread: Sequence[str], *, is_first: bool
) -> Iterator[Finding]:
    """What follows for a file by area that the file by state of its edition did not confirm.

    `found` is what every witness said, `by_state` what that file did, `unread` what kept some from being read. With
    `is_first` no other file by area was ever confirmed.
    """
    wanted = "the file by state of the same edition"
    until = " No file by area was ever confirmed here: it is held until one is."
    if not by_state:
        words = f"{name} was not held against the file by state of its edition, which is not at hand."
        words += "".join(f" {each}." for each in unread)
        severity: Severity = "hold" if is_first else "warn"
        yield Finding(ABSENT, severity, "release", (), wanted, "none", words + until * is_first)
    elif is_first and (all(f.check != AGREES for f in by_state) or any(f.severity == "hold" for f in found)):
        words = f"{name} and another file of its edition do not say the same."
        yield Finding(UNCONFIRMED, "hold", "release", (), wanted, "another", words + until)
