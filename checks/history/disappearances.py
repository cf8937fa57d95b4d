"""What the edition before stated and this one does not: whole tables, and places of the list of facilities."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from checks.catalogue import limit
from checks.history.balance import FACILITY_TABLES, PLACES
from checks.history.compare import Compared
from checks.places.place_rows import Lists, Rows, named
from checks.places.renames import Place, days_between, renamed
from figures.records import Finding, Observation

GONE = "facilities_gone"
_SHOWN = 4


def turnover(current: Sequence[Observation], compared: Compared, lists: Lists | None) -> list[Finding]:
    """Findings about what is gone since the edition before; `lists` are the lists of facilities of both."""
    return [*_tables(current, compared), *(_rows(lists, current, compared) if lists else ())]


def _tables(current: Sequence[Observation], compared: Compared) -> Iterator[Finding]:
    """A new fiscal year begins with fewer tables; within one, each that is there stays."""
    here = {o.table for o in current}
    year = next((o.fiscal_year for o in current if o.fiscal_year), None)
    for table, before in sorted(compared.before.items()):
        if table in here or before[0].fiscal_year != year or before[0].release_name != compared.last:
            continue
        words = (
            f"{before[0].release_name} has {len(before)} figures of {table} ({before[0].locator} and on), this edition "
            "has none."
        )
        yield Finding("table_gone", "warn", "table", (table,), f"{len(before)} figures", "none", words)


def _rows(lists: Lists, current: Sequence[Observation], compared: Compared) -> Iterator[Finding]:
    """Places leave the list one by one, small ones; a page that was lost takes those along who hold many."""
    if PLACES not in compared.same_year:
        return
    now, before, release = lists
    places = before.averages
    here = _still_here(now, before, {named(o.dims) for o in current if o.table == PLACES})
    gone = sorted((name for name in places if name not in here), key=lambda name: places[name], reverse=True)
    share = _share(gone[int(limit(GONE, "large")) :], places)
    together = _longest_run(list(places), here)
    few = len(gone) <= limit(GONE, "places") * len(places) and together < limit(GONE, "together")
    if few and share <= limit(GONE, "share"):
        return
    shown = "; ".join(gone[:_SHOWN]) + (f" and {len(gone) - _SHOWN} more" if len(gone) > _SHOWN else "")
    in_all = _share(gone, places)
    words = (
        f"{len(gone)} of {len(places)} facilities of {release} are gone from the list, with {in_all:.1%} of the people "
        f"held; {together} of them stood one below the other: {shown}."
    )
    expected = f"{limit(GONE, 'share'):.0%} of the people or fewer, {limit(GONE, 'places'):.0%} of the places or fewer"
    yield Finding(GONE, "hold", "table", FACILITY_TABLES, expected, f"{len(gone)} places, {share:.1%}", words)


def _share(some: Iterable[str], places: Mapping[str, float]) -> float:
    """The share of all people who are held in some of the places."""
    people = sum(places.values())
    return sum(places[name] for name in some) / people if people else 0.0


def _longest_run(places: Sequence[str], here: Container[str]) -> int:
    longest = run = 0
    for name in places:
        run = 0 if name in here else run + 1
        longest = max(longest, run)
    return longest


def _still_here(now: Rows, before: Rows, here: set[str]) -> set[str]:
    """The places that a list names, those among them that go on in the same city under a name it had not."""
    new = [_place(name, average) for name, average in now.averages.items() if name not in before.averages]
    gone = [_place(name, average) for name, average in before.averages.items() if name not in here]
    days = days_between(now.period, before.period, same_year=True)
    return here | {each.facility for each in renamed(new, gone, days)}


def _place(name: str, average: float) -> Place:
    words, _, where = name.partition(" | ")
    city, _, state = where.partition(" | ")
    return Place(name, words, city, state, "", average)
