"""What a chart shows: the series that a verdict follows as it was known at an instant, with what was known before.

A claim about a published figure is charted as published. Any other (a rate, a ratio) is measured anew for the end of
each edition, on the same knowledge and by the same rule as the verdict, so that its last point is the verdict's figure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from alerts.claims.model import Claim
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Knowledge
from alerts.forms.verdicts import Verdict
from alerts.messages.message import Band, Chart, Dot
from alerts.messages.words.claim_sentences import month_said, speaker, stated
from alerts.messages.words.measured_figure import counted
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import washington_day
from figures.records import Figure

BEFORE_THE_CLAIM: Final = timedelta(days=365)
MOST_POINTS: Final = 300
DECIMALS: Final = 6
_NAMES: Final[Mapping[str, str]] = {
    "ice": "U.S. Immigration and Customs Enforcement (ICE), detention statistics",
    "cbp_encounters": "U.S. Customs and Border Protection (CBP), nationwide encounters",
    "cbp_apprehensions": "U.S. Customs and Border Protection (CBP), apprehensions",
    "ohss": "Office of Homeland Security Statistics (OHSS), monthly tables",
}


def chart_of(claim: Claim, verdict: Verdict, knowledge: Knowledge, as_of: datetime) -> Chart | None:
    """The chart of a verdict on what was known at `as_of`, up to the period that it is about.

    None when the verdict measures nothing, when there are fewer than two days, and when the last point would not be the
    verdict's own figure: no chart is better than one that says something else than the words beside it.
    """
    if verdict.measured is None or not verdict.evidence:
        return None
    series = {figure.series for figure in verdict.evidence} | {claim.words.test.series}
    known = _public(knowledge, series, as_of)
    first = claim.words.said_on - BEFORE_THE_CLAIM
    published = _published(verdict)
    bands: list[Band] = []
    if published:
        points, earlier, held = _as_published(published, known)
    else:
        points, earlier, held, bands = _measured(claim, verdict, known, as_of, first)
    last = verdict.edition
    shown = _shown(points, first, last)
    if len(shown) < 2 or shown[-1] != (last, round(verdict.measured, DECIMALS)):
        return None
    return Chart(
        unit=claim.words.test.unit,
        points=shown,
        earlier=_shown(set(earlier) - set(points), first, last),
        held=_shown(set(held) - set(points), first, last),
        stated=claim.words.test.stated,
        low=verdict.accept_low,
        high=verdict.accept_high,
        said_on=claim.words.said_on.isoformat(),
        as_of=washington_day(as_of).isoformat(),
        credit=_publishers(verdict),
        title=_title(claim),
        bands=_applied(claim, verdict, bands, shown),
    )


def _title(claim: Claim) -> str:
    """What is counted, where, and the claim: a picture is passed on without the words around it."""
    what = counted(claim)
    what = f"Share of {what}" if claim.words.test.form == "share" else f"{what[:1].upper()}{what[1:]}"
    return f"{what}, United States: {stated(claim)} ({speaker(claim)}, {month_said(claim)})"


def _publishers(verdict: Verdict) -> str:
    """Everybody whose figures are shown, each as it asks to be named."""
    metrics = [METRICS[metric_of(figure.series)] for figure in verdict.evidence]
    return "; ".join(dict.fromkeys(metric.credit or _NAMES.get(metric.source, metric.source) for metric in metrics))


def _applied(claim: Claim, verdict: Verdict, bands: Iterable[Band], shown: Sequence[Dot]) -> tuple[Band, ...]:
    """What was accepted, from the count on that the claim could rest on, for as long as that was the yardstick."""
    said_on = claim.words.said_on.isoformat()
    since = max((day for day, _ in shown if day <= said_on), default=shown[0][0])
    found = [band for band in bands if band[0] >= since] or [(since, verdict.accept_low, verdict.accept_high)]
    steps = [band for n, band in enumerate(found) if n == 0 or band[1:] != found[n - 1][1:]]
    until = claim.words.test.yardstick_ends
    return (*steps, *([(until.isoformat(), None, None)] if until else []))


def _public(knowledge: Knowledge, series: Iterable[str], as_of: datetime) -> Knowledge:
    """Of some series what was public at an instant; no release is named, since a hold on the newest hides what was."""
    figures = {key: tuple(f for f in knowledge.figures.get(key, ()) if f.known_at <= as_of) for key in series}
    return Knowledge(figures, (), knowledge.agreements)


def _published(verdict: Verdict) -> Figure | None:
    """The figure that is itself what the verdict measures."""
    newest = verdict.evidence[0]
    return newest if len(verdict.evidence) == 1 and newest.value == verdict.measured else None


def _as_published(newest: Figure, known: Knowledge) -> tuple[list[Dot], list[Dot], list[Dot]]:
    kind = newest.period.kind
    of_kind = [f for f in known.figures.get(newest.series, ()) if f.period.kind == kind]
    vintages = [(f, _dot(f.period.end, f.value)) for f in of_kind if _is_stated(f)]
    points = [_dot(f.period.end, f.value) for f in known.clean(newest.series, kind)]
    return points, [dot for f, dot in vintages if not f.held], [dot for f, dot in vintages if f.held]


def _is_stated(figure: Figure) -> bool:
    """Whether a release says a number for a day."""
    return figure.status == "reported" and figure.value is not None and figure.period.end is not None


def _dot(day: date | None, value: float | None) -> Dot:
    return (day.isoformat() if day else ""), round(value or 0.0, DECIMALS)


def _measured(
    claim: Claim, verdict: Verdict, known: Knowledge, as_of: datetime, start: date
) -> tuple[list[Dot], list[Dot], list[Dot], list[Band]]:
    """Measured at the end of each edition: on all that is known, as first published, and with what is held back; and
    what was accepted of each.
    """
    since = [f for f in known.figures.get(verdict.evidence[0].series, ()) if _ends_since(f, start)]
    points, bands = _each(claim, _ends(f for f in since if f.value is not None), known, as_of)
    days = dict(points)
    earlier = [dot for dot in _first_published(claim, since, known) if dot[0] in days]
    only_held = _ends(f for f in since if f.held) - {date.fromisoformat(day) for day in days}
    held, _ = _each(claim, only_held, _with_held(known), as_of)
    return points, earlier, held, bands


def _ends_since(figure: Figure, start: date) -> bool:
    return figure.period.end is not None and figure.period.end >= start


def _ends(figures: Iterable[Figure]) -> set[date]:
    return {f.period.end for f in figures if f.period.end}


def _first_published(claim: Claim, of_series: Iterable[Figure], known: Knowledge) -> Iterable[Dot]:
    """What was measured of each day when that was possible for the first time."""
    first: dict[str, float] = {}
    for instant in sorted({f.known_at for f in of_series}):
        found = _measure(claim, known, instant)
        if found:
            first.setdefault(*found[0])
    return first.items()


def _with_held(known: Knowledge) -> Knowledge:
    """What is known as if no figure were held back."""
    unheld = {key: tuple(replace(f, held=False) for f in vintages) for key, vintages in known.figures.items()}
    return replace(known, figures=unheld)


def _each(claim: Claim, ends: Iterable[date], known: Knowledge, as_of: datetime) -> tuple[list[Dot], list[Band]]:
    """What was measured at the end of each edition, and what was accepted of it, by day."""
    dots: list[Dot] = []
    bands: list[Band] = []
    for end in sorted(ends):
        found = _measure(claim, _until(known, end), as_of)
        if found and found[0][0] == end.isoformat():
            dots.append(found[0])
            bands.append(found[1])
    return dots, bands


def _until(known: Knowledge, end: date) -> Knowledge:
    """What is known of the time up to a day."""
    kept = {
        key: tuple(f for f in vintages if f.period.end is None or f.period.end <= end)
        for key, vintages in known.figures.items()
    }
    return Knowledge(kept, (), known.agreements)


def _measure(claim: Claim, known: Knowledge, as_of: datetime) -> tuple[Dot, Band] | None:
    verdict = evaluate(claim, "standing", known, as_of)
    if not verdict.edition or verdict.measured is None:
        return None
    dot = verdict.edition, round(verdict.measured, DECIMALS)
    return dot, (verdict.edition, verdict.accept_low, verdict.accept_high)


def _shown(dots: Iterable[Dot], first: date, last: str) -> tuple[Dot, ...]:
    """By day, from a year before the claim to the verdict's last day, and not more than a picture can hold."""
    return tuple(sorted(dot for dot in dots if first.isoformat() <= dot[0] <= last))[-MOST_POINTS:]
