"""A composition: several things at once, over named proxies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from alerts.claims.parts import AnySeries, Strict, Text, Window
from alerts.forms.basis import Basis, day
from alerts.forms.form import NO_ANSWER, WITH_HINDSIGHT, Form, Sentence
from alerts.forms.month_cells import of_months
from alerts.forms.verdicts import Answer, Reading, Verdict
from alerts.forms.windows import months_in, named_months, newest_window, windows, year_before
from figures.periods import PeriodKind
from figures.records import Figure


def _months(window: Window) -> int:
    return 12 * (window.end.year - window.start.year) + window.end.month - window.start.month


class Part(Strict):
    """One half of a claim that two things happened: a series, or its share `of` another, moved in a direction.

    `over` is where it is to have moved to, `base` where from; without `over` as many of the newest complete months as
    `base` has, or the newest day. A part `where_held` is left out where no figures of it are here; one that is told
    `beside_year` says how its newest month stands against that of the year before, too.
    """

    words: Text
    series: AnySeries
    of: AnySeries | None = None
    base: Window
    over: Window | None = None
    direction: Annotated[str, Field(pattern="^(up|down)$")]
    at_least: float = Field(default=0.05, gt=0, lt=1)
    where_held: bool = False
    beside_year: bool = False

    @model_validator(mode="after")
    def _as_many_months(self) -> "Part":
        if self.of is None and self.over and _months(self.over) != _months(self.base):
            raise ValueError("totals are compared over as many months: make base and over equally long")
        return self


@dataclass(frozen=True, slots=True)
class _Move:
    """How a part moved, with its cells, and what is told beside it."""

    reading: Reading
    figures: tuple[Figure, ...]
    beside: tuple[Reading, ...]


class CompositionTest(Form):
    """Several things at once, over named proxies: each part must hold."""

    MENU: ClassVar[Mapping[str, str]] = {"composition": "several things at once"}
    SENTENCE: ClassVar[Sentence] = Sentence("{parts}: “{title}” {state} {who}", "{parts}: “{title}” {who} {state}")

    form: Literal["composition"]
    unit: Literal["percent"]
    parts: Annotated[tuple[Part, ...], Field(min_length=2)]

    @property
    def series(self) -> str:
        return self.parts[0].series

    @property
    def needed(self) -> tuple[str, ...]:
        return _series(part for part in self.parts if not part.where_held)

    @property
    def consulted(self) -> tuple[str, ...]:
        return _series(part for part in self.parts if part.where_held)

    @property
    def of_own_period(self) -> frozenset[Answer]:
        """With hindsight its windows are named; when it was said they may have run."""
        return WITH_HINDSIGHT if all(part.over for part in self.parts) else NO_ANSWER

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return ("month", "instant")

    def judge(self, basis: Basis) -> Verdict:
        """Each part must hold. Judged on proxies, as nearly always, the whole is at most consistent."""
        moves = self._moves(basis)
        if isinstance(moves, Verdict):
            return moves
        readings = [move.reading for move in moves]
        beside = [each for move in moves for each in move.beside]
        said = "; ".join(f"{each.name} {each.measured:+.0f} %" for each in readings)
        return basis.verdict(
            _state(readings, basis),
            said,
            measured=readings[0].measured,
            accept_low=readings[0].low,
            accept_high=readings[0].high,
            gap=0.0,
            rule="each part moved in the stated direction, by what is stated for it",
            edition=max(each.end for each in readings).isoformat(),
            readings=(*readings, *beside),
            evidence=tuple(dict.fromkeys(figure for move in moves for figure in move.figures)),
            formula="; ".join(each.formula for each in readings),
        )

    def _moves(self, basis: Basis) -> list[_Move] | Verdict:
        """Of each part; one that is told only where it is held is left out where a window of it is not."""
        moves: list[_Move] = []
        for part in self.parts:
            if part.where_held and not named_months(part.series, part.over, basis):
                continue
            found = _moved(part, basis)
            if not isinstance(found, Verdict):
                moves.append(found)
            elif not part.where_held:
                return found
        return moves


def _series(parts: Iterable[Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(series for part in parts for series in (part.series, part.of) if series))


def _state(readings: Iterable[Reading], basis: Basis) -> str:
    broken = any(each.state == "inconsistent" for each in readings)
    if basis.answer == "standing":
        return "far" if broken else "near"
    return "outside" if broken else "holds"


_Amount = tuple[float, str, date, list[Figure]]


def _moved(part: Part, basis: Basis) -> _Move | Verdict:
    first, over = windows(part.series, part.base, part.over, basis)
    base = _amount(part, first, basis)
    now = _amount(part, over, basis)
    if base is None or now is None or not base[0]:
        basis.must_hold(first.start, None, part.series)
        return basis.missing(f"{part.words}: no clean figures of {part.series} for both periods were public.")
    y = 100 * (now[0] / base[0] - 1)
    edge = 100 * part.at_least
    held = y >= edge if part.direction == "up" else y <= -edge
    low, high = (edge, None) if part.direction == "up" else (None, -edge)
    formula = f"{now[1]} against {base[1]}"
    state = "consistent" if held else "inconsistent"
    beside: list[Reading] = []
    if part.beside_year and basis.answer == "standing":
        beside = year_before(part.words, basis.points(part.series, "month"))
    moved = Reading(part.words, y, low, high, state, formula, first.start, now[2])
    return _Move(moved, (*now[3], *base[3]), tuple(beside))


def _amount(part: Part, over: Window | None, basis: Basis) -> _Amount | None:
    """A series over whole months, or on one day; of another series, its share."""
    found = _value(part.series, over, basis, months_in(part.base))
    if found is None or part.of is None:
        return found
    whole = _value(part.of, over, basis, months_in(part.base))
    if whole is None or not whole[0]:
        return None
    value = 100 * found[0] / whole[0]
    return value, f"{found[1]} / {whole[1]} = {value:.1f} %", found[2], [*found[3], *whole[3]]


def _value(series: str, over: Window | None, basis: Basis, newest_months: int) -> _Amount | None:
    months = named_months(series, over, basis)
    if months:
        window = over or newest_window(months, newest_months)
        rate = of_months(months, window.start, window.end) if window else None
        return (rate.amount, rate.formula.partition(" / ")[0], rate.end, list(rate.figures)) if rate else None
    held = [f for f in basis.points(series, "instant") if over is None or over.start <= day(f) <= over.end]
    if not held:
        return None
    newest = held[-1]
    return newest.value or 0.0, f"{newest.value:,.0f}", day(newest), [newest]
