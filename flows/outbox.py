"""`onrecord messages` and `onrecord channels`: what was said to whom, what was not and why, how the channels stand."""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.console import Console

from alerts.message import message_from_json
from alerts.rendering import as_text
from figures.naming import meant, or_nearest
from figures.periods import spoken, washington_day
from flows import printing
from flows.printing import say, say_lines
from flows.reading import database
from flows.settings import Settings, SettingsError, load_settings
from flows.show import when
from storage import catalogue, ledger, mutes
from storage.engine import Transaction, open_database, require_current, writing


def messages(key: str, limit: int | None = None, *, as_json: bool) -> None:
    """Every message and what became of it, or one with words, attempts and answers.

    Raises UnknownNameError where no message has the key, or several begin with it.
    """
    with database(load_settings()) as connection:
        if key:
            known = catalogue.message_keys(connection)
            key = meant(key, known, f"No message has the key {key!r}", "`onrecord messages` lists them")
        rows = printing.limited(ledger.outbox(connection, key), limit, newest_last=True)
        found = [_object(connection, row, whole=bool(key)) for row in rows]
        left_out = 0 if key else len(catalogue.message_keys(connection)) - len(found)
    if as_json:
        printing.print_json(found)
        return
    with printing.page() as console:
        if key:
            _print_one(found[0], console)
            return
        columns = ("subject", "written", "to", "key", "what became of it")
        lines = [(m["subject"], when(m["created_at"]), m["audience"], m["key"], "; ".join(_became(m))) for m in found]
        printing.table(console, f"Messages ({len(found) + left_out})", columns, lines)
        printing.left_out(console, left_out, newest_last=True)


def _object(connection: Transaction, row: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    kept = ("key", "audience", "subject", "as_of", "created_at", "deliveries", "notices")
    made = {name: row[name] for name in kept}
    made["muted"] = _muted(connection, row["quiet"])
    if whole:
        made["body"] = row["body"]
    return made


def _muted(connection: Transaction, quiet: str) -> str:
    """Why a message went to nobody, with who muted it; '' when it went out."""
    kind, _, number = quiet.partition(" ")
    for mute in mutes.mutes(connection) if kind in ("ack", "silence") and number.isdigit() else ():
        if mute.id == int(number):
            done = "acknowledged" if kind == "ack" else "silenced"
            return f"{done} by {mute.author} ({number}): {mute.reason}"
    return quiet


def _became(message: Mapping[str, Any]) -> list[str]:
    if message["muted"]:
        return [f"sent to nobody: {message['muted']}"]
    lines = [f"{d['channel']}: {d['state']}" + _last(d) for d in message["deliveries"]]
    undone = [n["claim"] for n in message["notices"] if n["undone_at"]]
    return (lines or ["no channel was to get it"]) + ([f"no longer stands: {', '.join(undone)}"] if undone else [])


def _last(delivery: Mapping[str, Any]) -> str:
    attempts = delivery["attempts"]
    return f" ({attempts[-1]['detail']})" if attempts and attempts[-1]["detail"] else ""


def _print_one(message: Mapping[str, Any], console: Console) -> None:
    say_lines(console, as_text(message_from_json(message["body"])))
    say(console, f"Written {when(message['created_at'])}, as known on {spoken(washington_day(message['as_of']))}.")
    if message["muted"]:
        say(console, f"Sent to nobody: {message['muted']}.")
    for notice in message["notices"]:
        if notice["undone_at"]:
            by = f" Corrected by {notice['correction']}." if notice["correction"] else " Nobody had got it."
            since = f"no longer stands since {when(notice['undone_at'])}"
            say(console, f"{notice['claim']}: {since}. {notice['undone_because']}{by}")
    for delivery in message["deliveries"]:
        waits = f", next try {when(delivery['next_try_at'])}" if delivery["next_try_at"] else ""
        say(console, f"{delivery['channel']}: {delivery['state']}{waits}")
        for attempt in delivery["attempts"]:
            detail = f": {attempt['detail']}" if attempt["detail"] else ""
            say(console, f"  {when(attempt['at'])}  {attempt['outcome']}{detail}")


def channels(enable: str, now: datetime, limit: int | None = None, *, as_json: bool) -> int:
    """How each channel stands; with a name, let it be tried again. Returns 1 when that one was not disabled."""
    settings = load_settings()
    if enable:
        return _enable(settings, enable, now)
    with database(settings) as connection:
        found = _states(settings, mutes.outlets(connection), ledger.waiting(connection))
    if as_json:
        printing.print_json(printing.limited(found, limit))
        return 0
    rows = [
        (
            c["name"],
            c["kind"],
            ", ".join(c["audience"]),
            f"disabled since {when(c['disabled_at'])}" if c["disabled_at"] else "in use",
            c["waiting"],
            c["because"],
        )
        for c in found
    ]
    with printing.page() as console:
        columns = ("name", "kind", "audience", "state", "waiting", "because")
        printing.table(console, f"Channels ({len(found)})", columns, rows, limit=limit)
    return 0


def _enable(settings: Settings, name: str, now: datetime) -> int:
    engine = open_database(settings.database_url.get_secret_value(), create=False)
    require_current(engine)
    configured = [channel.name for channel in settings.channels]
    with writing(engine) as connection:
        if name not in configured and name not in mutes.outlets(connection):
            known = f"; there are {', '.join(configured) or 'none'}"
            raise SettingsError(f"no channel {name!r} in {settings.config_file}{or_nearest(name, configured)}{known}")
        done = mutes.enable(connection, name, "enabled by hand", now)
    words = f"{name}: enabled; its messages go out with the next delivery." if done else f"{name}: not disabled."
    sys.stdout.write(words + "\n")
    return 0 if done else 1


def _states(
    settings: Settings, states: Mapping[str, Mapping[str, Any]], waiting: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Every channel that is configured, was ever disabled, or has something waiting for it."""
    configured = {channel.name: channel for channel in settings.channels}
    return [
        {
            "name": name,
            "kind": configured[name].kind if name in configured else "not configured",
            "audience": list(configured[name].audience) if name in configured else [],
            "disabled_at": states[name]["disabled_at"] if name in states else None,
            "because": states[name]["because"] if name in states and states[name]["disabled_at"] else "",
            "waiting": waiting.get(name, 0),
        }
        for name in dict.fromkeys([*configured, *states, *waiting])
    ]
