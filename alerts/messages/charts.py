"""A chart as a picture, and as words that say the same.

White ground with dark marks, so that a dark reader shows it as it is, and letters that can be read on a phone. The same
chart gives the same bytes. Each mark differs from the others by its shape and not by its colour alone.
"""

import io
import textwrap
from datetime import date
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from alerts.messages.invisible_characters import harmless
from alerts.messages.message import Chart, Dot
from figures.periods import spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture

# Shown 600 wide; twice as many dots, for screens that have them.
WIDTH, HEIGHT = 600, 420
_DOTS: Final = 200
_INK, _SMALL, _FAINT = "#1c1e21", "#3d434b", "#9aa1a9"
_LINE, _BAND, _HATCH, _NEWS, _CLAIM = "#0b57a4", "#d9ead9", "#a9c9a9", "#a11212", "#2c6b2f"
_SHOWN_EARLIER: Final = 5
_TITLE_WIDTH, _TITLE_LINES = 62, 2
_USUAL_GAP: Final = 35  # days between two counts over which a line is drawn; over more only where all lie far apart
_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "’": "'", "–": "-", "−": "-"})
_PLAIN: Final[dict[str, Any]] = {"parse_math": False}  # a unit with two dollar signs is no formula


def png(chart: Chart) -> bytes:
    """The chart as a PNG, 1,200 dots wide. The pages draw the same points as SVG in `pages/drawings/`."""
    # Imported here: it takes longer than most commands run.
    from matplotlib import rc_context
    from matplotlib.figure import Figure as Picture

    with rc_context({"hatch.linewidth": 0.5}):
        picture = Picture(figsize=(WIDTH / 100, HEIGHT / 100), dpi=_DOTS, facecolor="white")
        axes = picture.add_axes((0.125, 0.24, 0.845, 0.55), facecolor="white")
        _draw(axes, chart)
        _words(picture, axes, chart)
        written = io.BytesIO()
        picture.savefig(written, format="png", metadata={"Software": None})
    return written.getvalue()


def described(chart: Chart) -> str:
    """What the picture shows, in words: for who does not see it, and for who wants to check it."""
    first, newest = chart.points[0], chart.points[-1]
    highest, lowest = max(chart.points, key=lambda dot: dot[1]), min(chart.points, key=lambda dot: dot[1])
    parts = [
        f"Chart: {harmless(chart.title or chart.unit)}, as known on {_day(chart.as_of)}",
        f"{len(chart.points)} values of {harmless(chart.unit)} from {_day(first[0])} to {_day(newest[0])}",
        f"First {_valued(first)}, lowest {_valued(lowest)}, highest {_valued(highest)}, newest {_valued(newest)}",
        _claim_words(chart),
    ]
    if chart.earlier:
        parts.append(f"Published before and revised since: {_listed(chart.earlier)}")
    if chart.held:
        parts.append(f"Held back, not judged on: {_listed(chart.held)}")
    if chart.credit:
        parts.append(f"Source: {harmless(chart.credit)}".rstrip("."))
    return ". ".join(parts) + "."


def _claim_words(chart: Chart) -> str:
    stated = "" if chart.stated is None else f" {number(chart.stated)}"
    accepted = _accepted(chart)
    return f"The claim{stated} was made on {_day(chart.said_on)}" + (
        f"; its wording accepts {accepted}" if accepted else ""
    )


def _accepted(chart: Chart) -> str:
    match chart.low, chart.high:
        case None, None:
            return ""
        case float() | int() as low, None:
            return f"{number(low)} or more"
        case None, float() | int() as high:
            return f"up to {number(high)}"
    return f"{number(chart.low or 0.0)} to {number(chart.high or 0.0)}"


def _listed(dots: tuple[Dot, ...]) -> str:
    shown = "; ".join(_valued(dot) for dot in dots[-_SHOWN_EARLIER:])
    more = len(dots) - _SHOWN_EARLIER
    return f"{shown}; and {more} before" if more > 0 else shown


def _valued(dot: Dot) -> str:
    return f"{number(dot[1])} on {_day(dot[0])}"


def _day(iso: str) -> str:
    return spoken(date.fromisoformat(iso))


def number(value: float) -> str:
    """A value as a chart says it: `56,397`, `698.7`, `1.071`."""
    return f"{value:,.{3 if abs(value) < 10 else 1}f}".rstrip("0").rstrip(".")


def _printable(text: str) -> str:
    """What the font surely has."""
    return harmless(text).translate(_QUOTES).encode("latin-1", "replace").decode("latin-1")


def _draw(axes: "Axes", chart: Chart) -> None:
    _time(axes, chart)
    _accepted_bands(axes, chart)
    _claim(axes, chart)
    _line(axes, chart)
    _marks(axes, chart)
    _newest(axes, chart)


def _time(axes: "Axes", chart: Chart) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    locator = AutoDateLocator(minticks=3, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.tick_params(colors=_SMALL, labelsize=11, length=3)
    axes.grid(visible=True, axis="y", color="#e3e6e9", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_FAINT)
    values = [value for _, value in (*chart.points, *chart.earlier, *chart.held)]
    values += [edge for edge in (chart.stated, chart.low, chart.high) if edge is not None]
    room = (max(values) - min(values) or abs(max(values)) or 1.0) * 0.1
    axes.set_ylim(min(values) - room, max(values) + room)
    days = [date.fromisoformat(day).toordinal() for day, _ in (*chart.points, *chart.held)]
    days.append(date.fromisoformat(chart.said_on).toordinal())
    margin = max(3, round((max(days) - min(days)) * 0.04))
    # To the right: room for the newest value in figures, where it covers no line.
    axes.set_xlim(_place(min(days) - margin), _place(max(days) + margin + round((max(days) - min(days)) * 0.16)))


def _place(ordinal: int) -> float:
    """A day on matplotlib's axis, which counts from 1970."""
    return float(ordinal - date(1970, 1, 1).toordinal())


def _x(iso: str) -> float:
    return _place(date.fromisoformat(iso).toordinal())


def _accepted_bands(axes: "Axes", chart: Chart) -> None:
    """What was accepted, as it applied on each day."""
    bottom, top = axes.get_ylim()
    right = axes.get_xlim()[1]
    bands = chart.bands or ((chart.points[0][0], chart.low, chart.high),)
    ends = [*(_x(day) for day, _, _ in bands[1:]), right]
    named = False
    for (day, low, high), end in zip(bands, ends, strict=True):
        if low is None and high is None:
            continue
        under, over = bottom if low is None else low, top if high is None else high
        label = "" if named else "accepted"
        axes.fill_between(
            [_x(day), end], under, over, facecolor=_BAND, edgecolor=_HATCH, hatch="//", linewidth=0.5, label=label
        )
        named = True


def _claim(axes: "Axes", chart: Chart) -> None:
    """The number that was stated, and the day on which it was."""
    if chart.stated is not None:
        axes.axhline(chart.stated, color=_CLAIM, linewidth=1.4, dashes=(4, 2), label=f"claim: {number(chart.stated)}")
    said = _x(chart.said_on)
    axes.axvline(said, color=_SMALL, linewidth=0.9, linestyle=":")
    left = said < sum(axes.get_xlim()) / 2
    axes.annotate(
        f"said {_day(chart.said_on)}",
        (said, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="left" if left else "right",
        fontsize=9,
        color=_SMALL,
        **_PLAIN,
    )


def _line(axes: "Axes", chart: Chart) -> None:
    """The values as known."""
    small = 3.5 if len(chart.points) < 60 else 2.0
    for n, run in enumerate(_runs(chart.points)):
        days, values = [_x(day) for day, _ in run], [value for _, value in run]
        label = "as known" if n == 0 else ""
        axes.plot(days, values, color=_LINE, linewidth=1.6, marker="o", markersize=small, label=label)


def _marks(axes: "Axes", chart: Chart) -> None:
    """What was published before, and what is held back."""
    faint: dict[str, Any] = {"linestyle": "none", "markeredgewidth": 1.0, "markersize": 5.5, "markerfacecolor": "white"}
    if chart.earlier:
        dots = [_x(day) for day, _ in chart.earlier], [value for _, value in chart.earlier]
        axes.plot(*dots, marker="D", markeredgecolor="#7d93ad", label="published before", **(faint | {"markersize": 4}))
    if chart.held:
        dots = [_x(day) for day, _ in chart.held], [value for _, value in chart.held]
        axes.plot(*dots, marker="o", markeredgecolor=_SMALL, label="held back", **faint)


def _newest(axes: "Axes", chart: Chart) -> None:
    day, value = chart.points[-1]
    axes.plot([_x(day)], [value], color=_NEWS, marker="s", markersize=7, linestyle="none", label="newest")
    axes.annotate(
        number(value),
        (_x(day), value),
        xytext=(7, 0),
        textcoords="offset points",
        ha="left",
        va="center",
        fontsize=11,
        fontweight="bold",
        color=_NEWS,
        **_PLAIN,
    )


def _runs(points: tuple[Dot, ...]) -> list[list[Dot]]:
    """The points in runs between which no line is drawn: where nothing was counted for long, the line has a gap."""
    days = [date.fromisoformat(day) for day, _ in points]
    steps = [(later - earlier).days for earlier, later in pairwise(days)]
    most = max(_USUAL_GAP, 2 * median(steps)) if steps else _USUAL_GAP
    runs = [[points[0]]]
    for point, step in zip(points[1:], steps, strict=True):
        if step > most:
            runs.append([])
        runs[-1].append(point)
    return runs


def _words(picture: "Picture", axes: "Axes", chart: Chart) -> None:
    unit = _printable(chart.unit)
    named = _printable(chart.title) or unit[:1].upper() + unit[1:]
    lines = textwrap.wrap(named, _TITLE_WIDTH, max_lines=_TITLE_LINES, placeholder=" ...") or [""]
    picture.text(0.02, 0.965, "\n".join(lines), fontsize=11, fontweight="bold", color=_INK, va="top", **_PLAIN)
    counted = "ratio (1: the same)" if unit == "ratio" else unit[:60]
    zero = "" if axes.get_ylim()[0] <= 0 <= axes.get_ylim()[1] else "; the axis does not start at zero"
    axes.text(0, 1.115, f"{counted}{zero}", transform=axes.transAxes, fontsize=9, color=_SMALL, **_PLAIN)
    source = f"Source: {_printable(chart.credit)[:80]}. " if chart.credit else ""
    picture.text(0.02, 0.025, f"{source}As known on {_day(chart.as_of)}.", fontsize=8, color=_SMALL, **_PLAIN)
    legend = axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.46, -0.13),
        ncols=5,
        fontsize=10,
        frameon=False,
        handlelength=1.5,
        columnspacing=0.8,
        handletextpad=0.5,
        labelcolor=_SMALL,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)
