"""One test for many things of a kind, where a case of its own for each would say no more: pytest's own work for four
thousand cases takes longer than the tests themselves.
"""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

Test = Callable[..., None]


def for_each(
    name: str, things: Callable[[], Iterable[Any]], called: Callable[[Any], str] = str
) -> Callable[[Test], Test]:
    """Run the test once for each thing, which it gets under the name. The first that fails is named in the failure."""

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def looped(**others: Any) -> None:
            count = 0
            for thing in things():
                count += 1
                try:
                    test(**{name: thing}, **others)
                except BaseException as error:
                    error.add_note(f"with {name} = {called(thing)}")
                    raise
            assert count, f"there was no {name} to run with"

        signature = inspect.signature(test)
        kept = [parameter for parameter in signature.parameters.values() if parameter.name != name]
        looped.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        return looped

    return decorate
