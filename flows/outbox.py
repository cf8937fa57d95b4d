"""`onrecord messages` and `onrecord channels`: what was said to whom, what was not and why, how the channels stand."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from alerts.message import message_from_json
from alerts.rendering import as_text
from figures.periods import spoken, washington_day
from flows import show
from flows.reading import console, database
from flows.settings import Settings, SettingsError, load_settings
from storage import ledger, mutes
from storage.engine import Transaction, open_database, require_current, writing


def when(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if moment else "never"


def messages(key: str, *, as_json: bool) -> int:
    """Every message and what became of it, or one with words, attempts and answers. Returns 1 when there is none."""
    with database(load_settings()) as connection:
        found = [_object(connection, row, whole=bool(key)) for row in ledger.outbox(connection, key)]
    if key and not found:
        sys.stderr.write(f"No message has the key {key!r}; `onrecord messages` lists them.\n")
        return 1
    if as_json:
        _say(show.as_json(found))
    elif key:
        for each in found:
            _print_one(each)
    else:
        columns = ("written", "key", "to", "subject", "what became of it")
        rows = [(when(m["created_at"]), m["key"], m["audience"], m["subject"], "; ".join(_became(m))) for m in found]
        console().print(show.table("Messages", columns, rows))
    return 0


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


def _print_one(message: Mapping[str, Any]) -> None:
    _say(as_text(message_from_json(message["body"])))
    _say(f"Written {when(message['created_at'])}, as known on {spoken(washington_day(message['as_of']))}.")
    if message["muted"]:
        _say(f"Sent to nobody: {message['muted']}.")
    for notice in message["notices"]:
        if notice["undone_at"]:
            by = f" Corrected by {notice['correction']}." if notice["correction"] else " Nobody had got it."
            _say(
                f"{notice['claim']}: no longer stands since {when(notice['undone_at'])}. {notice['undone_because']}{by}"
            )
    for delivery in message["deliveries"]:
        waits = f", next try {when(delivery['next_try_at'])}" if delivery["next_try_at"] else ""
        _say(f"{delivery['channel']}: {delivery['state']}{waits}")
        for attempt in delivery["attempts"]:
            detail = f": {attempt['detail']}" if attempt["detail"] else ""
            _say(f"  {when(attempt['at'])}  {attempt['outcome']}{detail}")


def channels(enable: str, now: datetime, *, as_json: bool) -> int:
    """How each channel stands; with a name, let it be tried again. Returns 1 when that one was not disabled."""
    settings = load_settings()
    if enable:
        return _enable(settings, enable, now)
    with database(settings) as connection:
        found = _states(settings, mutes.outlets(connection), ledger.waiting(connection))
    if as_json:
        _say(show.as_json(found))
        return 0
    columns = ("name", "kind", "audience", "state", "waiting", "because")
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
    console().print(show.table("Channels", columns, rows))
    return 0


def _enable(settings: Settings, name: str, now: datetime) -> int:
    engine = open_database(settings.database_url.get_secret_value(), create=False)
    require_current(engine)
    configured = [channel.name for channel in settings.channels]
    with writing(engine) as connection:
        if name not in configured and name not in mutes.outlets(connection):
            raise SettingsError(
                f"no channel {name!r} in {settings.config_file}; there are {', '.join(configured) or 'none'}"
            )
        done = mutes.enable(connection, name, "enabled by hand", now)
    _say(f"{name}: enabled; its messages go out with the next delivery." if done else f"{name}: not disabled.")
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


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
