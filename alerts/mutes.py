"""Who does not want to hear what: silences by a matcher, acknowledgements by claim.

What is muted is judged and recorded like everything else, and kept as a message that goes to nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from alerts.claims.model import Claim
from alerts.forms.hysteresis import Change, rules_of
from alerts.forms.verdicts import on_ladder, rung
from storage.write.mutes import Mute

ACK, SILENCE = "ack", "silence"
FIELDS = ("claim", "series", "speaker", "form", "source")


class MatcherError(Exception):
    """A matcher that cannot be used: what is wrong, and how one is written."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """Patterns by field, all of which a claim must fit."""

    patterns: tuple[tuple[str, str], ...]

    def fits(self, claim: Claim) -> bool:
        return all(fnmatchcase(_field(claim, name).casefold(), pattern.casefold()) for name, pattern in self.patterns)


def read_matcher(text: str) -> Matcher:
    """`seed-4*`, or fields joined by `&`: `series=ice.removals*&speaker=*Miller*`. Raises MatcherError."""
    patterns = []
    for part in text.split("&"):
        name, found, pattern = (each.strip() for each in part.partition("="))
        if not found:
            name, pattern = "claim", name
        if name not in FIELDS or not pattern:
            raise MatcherError(
                f"{part.strip()!r} is no matcher; write a claim's id (seed-4*) or FIELD=PATTERN joined by &, "
                f"with * and ?; fields are {', '.join(FIELDS)}"
            )
        patterns.append((name, pattern))
    return Matcher(tuple(patterns))


def _field(claim: Claim, name: str) -> str:
    words = claim.words
    series = words.test.series
    return {
        "claim": claim.id,
        "series": series,
        "speaker": words.speaker,
        "form": words.test.form,
        "source": series.partition(".")[0],
    }[name]


def ends_because(ack: Mute, form: str, state: str, size: float) -> str:
    """Why an acknowledgement ends where a claim of a form stands now; '' when it holds."""
    if not on_ladder(state) or not on_ladder(ack.state):
        return ""
    if rung(state) == 0:
        return "recovered"
    if rung(state) > rung(ack.state) or size >= (ack.size or 0.0) + rules_of(form).further:
        return "moved further"
    return ""


def muted_by(claim: Claim, answer: str, change: Change, mutes: Iterable[Mute]) -> Mute | None:
    """The first of the mutes in force that covers news of a claim. Only what stands now can be acknowledged."""
    for mute in mutes:
        if mute.kind == SILENCE and read_matcher(mute.matcher).fits(claim):
            return mute
        if mute.kind == ACK and mute.matcher == claim.id and answer == "standing" and change != "revised":
            return mute
    return None
