"""`onrecord status`: how each source, the record and we ourselves stand, and whether somebody should look."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console

from figures.registry import SOURCES
from flows.configuration.settings import load_settings
from flows.show import printing
from flows.show.formats import printable, when
from flows.show.printing import say
from flows.show.read_only import database
from flows.show.standing import standing

NEWEST = 5
SHORT = 110
_COLUMNS = (
    "source",
    "last good look",
    "last try",
    "last change",
    "data as of",
    "silent",
    "next due",
    "holds",
    "state",
)


def status(now: datetime, limit: int | None = None, *, as_json: bool) -> int:
    """Print how everything stands. Returns 1 when something needs attention."""
    settings = load_settings()
    within = timedelta(hours=settings.heartbeat.look_within_hours)
    with database(settings) as connection:
        state = standing(connection, [SOURCES[name] for name in settings.enabled()], now, within)
    if as_json:
        printing.print_json({**state, **{name: state[name][:limit] for name in ("holds", "findings", "undelivered")}})
    else:
        with printing.page() as console:
            print_standing(state, console, limit)
    return 1 if state["attention"] else 0


def print_standing(state: Mapping[str, Any], console: Console, limit: int | None = None) -> None:
    """For people: what asks for attention first, then each source, counts by check and the newest few."""
    _print_attention(state["attention"], console)
    say(console)
    rows = [_row(entry) for entry in state["sources"]]
    printing.table(console, "Sources (times in UTC)", _COLUMNS, rows, optional=("last try", "last change"))
    newest = limit or NEWEST
    _print_found("Held back", state["holds"], newest, "onrecord held lists them all.", console)
    _print_found("Open findings", state["findings"], newest, "onrecord status --json lists them all.", console)
    if state["acknowledged"]:
        say(console, f"{state['acknowledged']} more were acknowledged.")
    _print_undelivered(state["undelivered"], console, limit)
    _print_last_run(state["heartbeat"], console)


def _print_attention(attention: Sequence[str], console: Console) -> None:
    if not attention:
        say(console, "Nothing needs attention.")
        return
    say(console, "Needs attention:", "bold red")
    for words in attention:
        say(console, f"  - {printable(words)}")


def _print_undelivered(undelivered: Sequence[Mapping[str, Any]], console: Console, limit: int | None) -> None:
    if not undelivered:
        return
    keep = ("subject", "key", "audience", "channel", "state", "attempts", "answer")
    entries = [tuple(entry[name] for name in keep) for entry in undelivered]
    say(console)
    printing.table(console, f"Not delivered yet ({len(entries)})", keep, entries, limit=limit, newest_last=True)


def _print_last_run(beat: Mapping[str, Any] | None, console: Console) -> None:
    if beat is None:
        return
    pinged = {"none": "no heartbeat is configured", "sent": "the heartbeat was taken"}
    words = pinged.get(beat["ping"], f"the heartbeat was not taken: {beat['detail']}")
    say(console, f"Last run: {when(beat['last_run'])}; {words}.")


def _row(entry: Mapping[str, Any]) -> Sequence[object]:
    awaited, silent = entry["next_due"], entry["days_of_silence"]
    stage = f" ({entry['stage']})" if entry["stage"] else ""
    return (
        entry["source"],
        _minute(entry["last_checked"]),
        f"{_minute(entry['last_try'])} {entry['last_outcome']}" if entry["last_try"] else "never",
        _minute(entry["last_changed"]),
        _aged_words(entry),
        "" if silent is None else f"{silent} days",
        f"{awaited['due']}{stage}" if awaited else "",
        entry["open_holds"],
        entry["state"]["state"] if entry["state"] else "not looked at",
    )


def _aged_words(entry: Mapping[str, Any]) -> str:
    if SOURCES[entry["source"]].headline == "":
        return "files that check others"
    return f"{entry['data_as_of']} ({entry['data_age_days']} days old)" if entry["data_as_of"] else "nothing"


def _minute(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if moment else "never"


def _print_found(title: str, entries: Sequence[Mapping[str, Any]], newest: int, more: str, console: Console) -> None:
    if not entries:
        return
    counts = Counter(entry["check"] for entry in entries)
    said = ", ".join(f"{check} {count}" for check, count in sorted(counts.items(), key=lambda c: (-c[1], c[0])))
    rows = [
        (e["id"], e["release"] or e["source"], e["what"], printing.short(e["words"], SHORT)) for e in entries[:newest]
    ]
    heading = f"{title} ({len(entries)}), the newest {len(rows)}" if len(entries) > newest else f"{title} ({len(rows)})"
    say(console)
    printing.table(console, heading, ("id", "release", "what", "why"), rows)
    say(console, f"By check: {said}. {more}")
