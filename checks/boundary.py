"""A check that fails is a finding and not the end of a source: what it guards is held until it can be asked again.

`GUARDS` declares for each check against others which figures are not to be judged on without it; a check of one
document declares that itself. A check that is named nowhere guards every figure that it was shown.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from checks.declared import Guard, declared_guards
from checks.history.balance import MOVING_TABLES
from checks.history.expected_paces import COUNTS
from figures.fingerprints import DRAWN_ANEW
from figures.mishaps import Mishap, attempt
from figures.records import Finding, Observation, ScopeKind

COULD_NOT_RUN = "check_could_not_run"


def _all(o: Observation) -> bool:  # noqa: ARG001 - a Guard
    return True


def _none(o: Observation) -> bool:  # noqa: ARG001 - a Guard
    return False


def is_of_a_place(o: Observation) -> bool:
    return o.metric.startswith("ice.facility_")


GUARDS: Mapping[str, Guard] = {
    "run_date_back": None,
    "repeats": lambda o: o.table in DRAWN_ANEW,
    "movements": lambda o: o.table in MOVING_TABLES,
    "places": is_of_a_place,
    "paces": lambda o: o.series in COUNTS,
    "alarms": lambda o: o.period.kind in ("month", "quarter", "fiscal_year"),
    # What these say stands beside the figures and holds none.
    "same_figures": _none,
    "prose": _none,
    "source_errors": _none,
}


def asked(
    check: str,
    stated: Collection[Observation],
    ask: Callable[..., Iterable[Finding]],
    *about: Any,
    let_through: tuple[type[Exception], ...] = (),
) -> list[Finding]:
    """What a check finds when it is asked `about` something; where it fails, that it could not run.

    `stated` are the figures of the release: those that the check guards are held. Exceptions in `let_through` are not
    about the release and are raised as they are.
    """
    found = attempt(lambda: list(ask(*about)), let_through)
    if isinstance(found, Mishap):
        return [could_not_run(f"check {check}", found, stated, guard_of(check))]
    return found


def guard_of(check: str) -> Guard:
    """What a check guards, by its name."""
    return GUARDS[check] if check in GUARDS else declared_guards().get(check, _all)


def could_not_run(what: str, mishap: Mishap, stated: Collection[Observation], guards: Guard) -> Finding:
    """The finding that a check or reader could not run, which holds what it guards of what a release states."""
    said = f"The {what} could not run: {mishap}."
    if guards is None:
        return _hold("release", (), what, mishap, said)
    guarded = [o for o in stated if guards(o)]
    if not guarded:
        words = f"{said} It guards none of the figures here, and nothing is held for it."
        return Finding(COULD_NOT_RUN, "warn", "release", (), f"an answer of the {what}", mishap.short, words)
    tables = {o.table for o in guarded}
    if len(guarded) == sum(o.table in tables for o in stated):
        return _hold("table", tuple(sorted(tables)), what, mishap, said)
    return _hold("cells", tuple(o.locator for o in guarded), what, mishap, said)


def _hold(kind: ScopeKind, scope: tuple[str, ...], what: str, mishap: Mishap, said: str) -> Finding:
    words = f"{said} What it guards is held back until it can run."
    return Finding(COULD_NOT_RUN, "hold", kind, scope, f"an answer of the {what}", mishap.short, words)
