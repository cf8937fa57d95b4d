"""What has changed about a claim, in a few words, alone and as a sentence."""

from collections.abc import Mapping

from alerts.forms.hysteresis import Change
from alerts.forms.verdicts import on_ladder
from alerts.messages.words.state_words import state_said

_STILL: Mapping[str, str] = {
    "drifting": "Has moved still further from the claim",
    "far": "Has moved still further from the claim",
    "bound_violated": "Exceeds the whole that was claimed by still more",
    "inconsistent": "Fits the claim still less",
    "crossed": "Has gone still further beyond its threshold",
}


def heading(change: Change, state: str) -> str:
    """What has changed, in a few words."""
    words = state_said(state)
    match change:
        case "resolved" if on_ladder(state):
            return _came_of_it(state)
        case "further_away" | "resolved":
            return f"{words[:1].upper()}{words[1:]}"
        case "still_further":
            return _STILL.get(state, "Has moved still further from the goal")
        case "nearer" if state == "drifting":
            return "Has come nearer, but is still off the claim"
        case "nearer":
            return f"Now it {words}{' again' if state in ('near', 'consistent') else ''}"
        case "restated":
            return f"The figure was restated: it {words}"
        case "revised":
            return "A revision of old figures changes whether the claim was right"
        case "still_so":
            return f"A silence has ended, and it still {words}"
    return ""


def _came_of_it(state: str) -> str:
    return "This is what came of it" if state == "near" else f"This is what came of it: it {state_said(state)}"


def as_sentence(heading_words: str) -> str:
    """A heading as a sentence: `It has moved far from the claim`."""
    is_whole = heading_words.startswith(("Now it", "This is", "A silence"))
    return heading_words if is_whole else f"It {heading_words[:1].lower()}{heading_words[1:]}"
