"""A chart as a picture, and as words that say the same.

White ground with dark marks, so that a dark mail reader shows it as it is. The same chart gives the same bytes.
"""

import io
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from alerts.messages.invisible_characters import harmless
from alerts.messages.message import Chart, Dot
from figures.periods import spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture

# Shown 600 wide; twice as many dots, for screens that have them.
WIDTH, HEIGHT = 600, 340
_DOTS: Final = 200
_INK, _SMALL, _FAINT = "#1c1e21", "#4a5058", "#9aa1a9"
_LINE, _BAND, _NEWS, _CLAIM = "#0b57a4", "#cfe3cf", "#a11212", "#2c6b2f"
_SHOWN_EARLIER: Final = 5
_PLAIN: Final[dict[str, Any]] = {"parse_math": False}  # a unit with two dollar signs is no formula


def png(chart: Chart) -> bytes:
    """The chart as a PNG, 1,200 dots wide."""
    # Imported here: it takes longer than most commands run.
    from matplotlib.figure import Figure as Picture

    picture = Picture(figsize=(WIDTH / 100, HEIGHT / 100), dpi=_DOTS, facecolor="white")
    axes = picture.add_axes((0.105, 0.2, 0.86, 0.68), facecolor="white")
    _time(axes, chart)
    _claim(axes, chart)
    _values(axes, chart)
    _words(picture, axes, chart)
    written = io.BytesIO()
    picture.savefig(written, format="png", metadata={"Software": None})
    return written.getvalue()


def described(chart: Chart) -> str:
    """What the picture shows, in words: for who does not see it, and for who wants to check it."""
    first, newest = chart.points[0], chart.points[-1]
    highest, lowest = max(chart.points, key=lambda dot: dot[1]), min(chart.points, key=lambda dot: dot[1])
    parts = [
        f"Chart of {harmless(chart.unit)}, as known on {_day(chart.as_of)}: "
        f"{len(chart.points)} values from {_day(first[0])} to {_day(newest[0])}",
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
    return harmless(text).encode("latin-1", "replace").decode("latin-1")


def _time(axes: "Axes", chart: Chart) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    locator = AutoDateLocator(minticks=4, maxticks=8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.tick_params(colors=_SMALL, labelsize=8, length=3)
    axes.grid(visible=True, axis="y", color="#e3e6e9", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_FAINT)
    values = [value for _, value in (*chart.points, *chart.earlier, *chart.held)]
    values += [edge for edge in (chart.stated, chart.low, chart.high) if edge is not None]
    room = (max(values) - min(values) or abs(max(values)) or 1.0) * 0.1
    axes.set_ylim(min(values) - room, max(values) + 1.6 * room)  # above: room for the newest value in figures
    days = [date.fromisoformat(day).toordinal() for day, _ in (*chart.points, *chart.held)]
    days.append(date.fromisoformat(chart.said_on).toordinal())
    margin = max(3, round((max(days) - min(days)) * 0.04))
    axes.set_xlim(_place(min(days) - margin), _place(max(days) + margin))


def _place(ordinal: int) -> float:
    """A day on matplotlib's axis, which counts from 1970."""
    return float(ordinal - date(1970, 1, 1).toordinal())


def _x(iso: str) -> float:
    return _place(date.fromisoformat(iso).toordinal())


def _claim(axes: "Axes", chart: Chart) -> None:
    bottom, top = axes.get_ylim()
    if chart.low is not None or chart.high is not None:
        low = bottom if chart.low is None else chart.low
        axes.axhspan(low, top if chart.high is None else chart.high, color=_BAND, linewidth=0, label="accepted")
    if chart.stated is not None:
        axes.axhline(chart.stated, color=_CLAIM, linewidth=1.2, dashes=(4, 2), label=f"claim: {number(chart.stated)}")
    axes.axvline(_x(chart.said_on), color=_SMALL, linewidth=0.9, linestyle=":")
    middle = sum(axes.get_xlim()) / 2
    left = _x(chart.said_on) < middle
    axes.annotate(
        f"said {_day(chart.said_on)}",
        (_x(chart.said_on), 0.015),
        xycoords=("data", "axes fraction"),
        xytext=(4 if left else -4, 0),
        textcoords="offset points",
        ha="left" if left else "right",
        fontsize=8,
        color=_SMALL,
        **_PLAIN,
    )


def _values(axes: "Axes", chart: Chart) -> None:
    from matplotlib.patheffects import withStroke

    days, values = [_x(day) for day, _ in chart.points], [value for _, value in chart.points]
    small = 3.5 if len(days) < 60 else 2.0
    axes.plot(days, values, color=_LINE, linewidth=1.4, marker="o", markersize=small, label="as known")
    faint: dict[str, Any] = {"linestyle": "none", "markeredgewidth": 1.0, "markersize": 5.5, "markerfacecolor": "white"}
    if chart.earlier:
        dots = [_x(day) for day, _ in chart.earlier], [value for _, value in chart.earlier]
        axes.plot(*dots, marker="D", markeredgecolor="#7d93ad", label="published before", **(faint | {"markersize": 4}))
    if chart.held:
        dots = [_x(day) for day, _ in chart.held], [value for _, value in chart.held]
        axes.plot(*dots, marker="o", markeredgecolor=_SMALL, label="held back", **faint)
    axes.plot(days[-1:], values[-1:], color=_NEWS, marker="o", markersize=7, linestyle="none", label="newest")
    axes.annotate(
        number(values[-1]),
        (days[-1], values[-1]),
        xytext=(5, 7),
        textcoords="offset points",
        ha="right",
        fontsize=10,
        fontweight="bold",
        color=_NEWS,
        path_effects=[withStroke(linewidth=3, foreground="white")],
        **_PLAIN,
    )


def _words(picture: "Picture", axes: "Axes", chart: Chart) -> None:
    unit = _printable(chart.unit)
    title = "Ratio (1: the same)" if unit == "ratio" else f"{unit[:1].upper()}{unit[1:60]}"
    picture.text(0.02, 0.94, title, fontsize=11, fontweight="bold", color=_INK, **_PLAIN)
    picture.text(0.98, 0.94, f"as known on {_day(chart.as_of)}", fontsize=8, color=_SMALL, ha="right", **_PLAIN)
    if chart.credit:
        source = f"Source: {_printable(chart.credit)[:100]}"
        picture.text(0.02, 0.025, source, fontsize=7, color=_SMALL, **_PLAIN)
    legend = axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.1),
        ncols=6,
        fontsize=7,
        frameon=False,
        handlelength=1.5,
        columnspacing=0.9,
        handletextpad=0.5,
        labelcolor=_SMALL,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)
