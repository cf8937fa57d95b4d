"""The state in which a run ends on Prefect's page: its name says what came of it, its message what of each source."""

from collections.abc import Sequence

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from alerts.messages.invisible_characters import one_line
from flows.context import Outcome

# So many sentences of one source; its whole story is in the run's log.
_NOTES = 3


def state_of(outcomes: Sequence[Outcome]) -> State[None]:
    """`Failed`, or `PartlyFailed` where other sources went well; else `Held`, `New`, `Busy` or `Unchanged`.

    Both of the first two are failures to Prefect, and the other four are none.
    """
    said = "; ".join(map(_words, outcomes))
    failed = [outcome for outcome in outcomes if outcome.state == "failed"]
    if failed:
        return Failed(name="Failed" if len(failed) == len(outcomes) else "PartlyFailed", message=said)
    return Completed(name=_name(outcomes), message=said)


def _name(outcomes: Sequence[Outcome]) -> str:
    if any(outcome.held for outcome in outcomes):
        return "Held"
    if any(outcome.new for outcome in outcomes):
        return "New"
    return "Busy" if any(outcome.state == "busy" for outcome in outcomes) else "Unchanged"


def _words(outcome: Outcome) -> str:
    new = f": {', '.join(outcome.new)}" if outcome.new else ""
    held = f", held back: {', '.join(outcome.held)}" if outcome.held else ""
    notes = " ".join(outcome.notes[:_NOTES]) if outcome.state in ("failed", "busy") else ""
    return one_line(f"{outcome.source}: {outcome.state.replace('_', ' ')}{new}{held}{notes and f' ({notes})'}")
