"""What a state is called where people read it. The codes stay in the data."""

from collections.abc import Mapping

# After a figure: "56,397 people held: has moved far from the claim".
PLAIN: Mapping[str, str] = {
    "near": "matches the claim",
    "drifting": "has moved from the claim",
    "far": "has moved far from the claim",
    "met": "reaches the goal",
    "approaching": "is close to the goal",
    "short": "is short of the goal",
    "reached": "reached the goal",
    "missed": "missed the goal",
    "bound_respected": "is a part of what was claimed",
    "bound_violated": "is more than the whole that was claimed",
    "consistent": "fits the nearest published figures",
    "inconsistent": "does not fit the nearest published figures",
    "quiet": "is inside its threshold",
    "crossed": "has crossed its threshold",
    "holds": "was right",
    "holds_marginal": "was right, just inside the margin",
    "understated": "was right and said too little",
    "outside": "was not right",
    "depends_on_definition": "depends on the definition",
    "depends_on_date": "depends on the day",
    "confirmed_later": "was confirmed by the published count",
    "not_confirmed": "was not confirmed by the published count",
    "none": "is about a time that is over",
    "superseded": "is asked no more, since what it was compared with has changed",
    "quality_hold": "cannot be judged now, since the published file contradicts itself or its past",
    "data_missing": "cannot be judged, since no figure was published",
    "not_held": "cannot be judged here, since a published file is missing here",
    "not_yet_testable": "cannot be judged yet",
    "not_testable": "cannot be tested with these figures",
    "not_comparable": "counts something else than is published",
}


def state_said(state: str) -> str:
    """The reader's words for a state; one of no list is shown as it is."""
    return PLAIN.get(state, state.replace("_", " "))
