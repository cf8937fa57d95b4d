"""Who does not want to hear what, why, and until when: acknowledging a claim, silences and their end."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts import mutes
from alerts.claims.model import Claim
from alerts.forms.verdicts import on_ladder, rung
from alerts.messages.words.state_words import state_said
from figures.naming import UnknownNameError, meant, or_nearest
from figures.periods import end_of_day, spoken, washington_day
from figures.plain import plain
from flows.cli.decide import decider
from flows.configuration.settings import SettingsError, load_settings
from flows.pipeline import usable_claims
from flows.show import printing
from flows.show.read_only import database
from storage.engine import open_database, require_current, writing
from storage.write import ledger
from storage.write import mutes as stored


class MuteError(SettingsError):
    """What was asked for cannot be muted, and why."""


def _until(day: datetime | None, now: datetime) -> datetime | None:
    if day is None:
        return None
    instant = end_of_day(day.date())
    if instant <= now:
        raise MuteError(f"--until {day:%Y-%m-%d} is over; give a day to come")
    return instant


def _because(words: str) -> str:
    if not words.strip():
        raise MuteError("--because is empty; say why, for whoever finds it muted")
    return words.strip()


def acknowledge(claim: str, because: str, until: datetime | None, by: str, now: datetime) -> int:
    """Acknowledge where a claim stands; ends by itself when it recovers, moves further, or on the day."""
    settings = load_settings()
    engine = open_database(settings.database_url.get_secret_value(), create=False)
    require_current(engine)
    end, reason = _until(until, now), _because(because)
    with writing(engine) as connection:
        row = _to_acknowledge(claim, ledger.verdicts(connection, history=False))
        claim = row["claim_id"]
        for before in stored.mutes(connection, active_at=now):
            if before.kind == mutes.ACK and before.matcher == claim:
                stored.end(connection, before.id, now, "acknowledged anew")
        size = max(row["size"] or 0.0, row["told"] or 0.0)
        number = stored.add(connection, mutes.ACK, claim, decider(by), reason, now, end, row["underlying"], size)
    ends = f" or on {spoken(washington_day(end))}" if end else ""
    _say(
        f"Acknowledged as {number}: {claim} {state_said(row['underlying'])}. It ends by itself when the claim "
        f"recovers, moves further{ends}; sooner: onrecord unsilence {number}"
    )
    return 0


def _to_acknowledge(claim: str, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """How a claim stands. Raises MuteError where nothing about that can be acknowledged."""
    standing = {row["claim_id"]: row for row in rows if row["answer"] == "standing"}
    try:
        claim = meant(claim, standing, f"There is no verdict on {claim!r} yet", "`onrecord claims` lists the claims")
    except UnknownNameError as error:
        raise MuteError(str(error)) from error
    row = standing[claim]
    if not on_ladder(row["underlying"]) or rung(row["underlying"]) == 0:
        raise MuteError(
            f"{claim} {state_said(row['underlying'] or row['state'])}: nothing to "
            "acknowledge. `onrecord silence` mutes what is to come."
        )
    return row


def silence(matcher: str, because: str, until: datetime, by: str, now: datetime) -> int:
    """Mute all news of the claims that a matcher fits, until a day."""
    settings = load_settings()
    claims = usable_claims(settings)
    try:
        fits = [claim.id for claim in claims if mutes.read_matcher(matcher).fits(claim)]
    except mutes.MatcherError as error:
        raise MuteError(str(error)) from error
    if not fits:
        nearest = or_nearest(matcher, [claim.id for claim in claims])
        raise MuteError(f"{matcher!r} fits no claim{nearest}; `onrecord claims` lists them. Nothing is silenced.")
    end, reason = _until(until, now), _because(because)
    engine = open_database(settings.database_url.get_secret_value(), create=False)
    require_current(engine)
    with writing(engine) as connection:
        number = stored.add(connection, mutes.SILENCE, matcher, decider(by), reason, now, end)
    _say(f"Silenced as {number} until the end of {spoken(until.date())}: {', '.join(fits)}.")
    _say("What it mutes is kept: onrecord messages. When it ends, what still stands is told once.")
    return 0


def silences(now: datetime, limit: int | None = None, *, everything: bool, as_json: bool) -> None:
    """The silences and acknowledgements in force, or all that ever were."""
    settings = load_settings()
    with database(settings) as connection:
        found = stored.mutes(connection, active_at=None if everything else now)
        muted = _muted(ledger.messages(connection))
    claims = usable_claims(settings)
    if as_json:
        objects = [
            {
                **plain(m),
                "fits": _fits(m, claims),
                "muted_messages": muted.get((m.kind, m.id), 0),
            }
            for m in printing.limited(found, limit, newest_last=True)
        ]
        printing.print_json(objects)
        return
    columns = ("id", "kind", "matcher", "fits", "by", "because", "since", "until", "ended", "muted")
    rows = [
        (
            m.id,
            m.kind,
            m.matcher,
            len(_fits(m, claims)),
            m.author,
            m.reason,
            washington_day(m.created_at),
            washington_day(m.until) if m.until else "recovery or a further move",
            _ended(m, now),
            muted.get((m.kind, m.id), 0),
        )
        for m in found
    ]
    with printing.page() as console:
        title = f"Silences and acknowledgements ({len(rows)})"
        printing.table(console, title, columns, rows, limit=limit, newest_last=True)


def _muted(messages: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], int]:
    counted: dict[tuple[str, int], int] = {}
    for row in messages:
        kind, _, number = row["quiet"].partition(" ")
        if kind in (mutes.ACK, mutes.SILENCE) and number.isdigit():
            counted[kind, int(number)] = counted.get((kind, int(number)), 0) + 1
    return counted


def _fits(mute: stored.Mute, claims: Sequence[Claim]) -> list[str]:
    if mute.kind == mutes.ACK:
        return [mute.matcher]
    return [claim.id for claim in claims if mutes.read_matcher(mute.matcher).fits(claim)]


def _ended(mute: stored.Mute, now: datetime) -> str:
    if mute.ended_at:
        return f"{washington_day(mute.ended_at)}: {mute.ended_because}"
    return "its day has passed" if mute.until and mute.until <= now else ""


def unsilence(number: int, by: str, now: datetime) -> int:
    """End a silence or an acknowledgement. Returns 1 when there is none of this number in force."""
    settings = load_settings()
    engine = open_database(settings.database_url.get_secret_value(), create=False)
    require_current(engine)
    with writing(engine) as connection:
        done = stored.end(connection, number, now, f"ended by {decider(by)}")
    if not done:
        sys.stderr.write(f"No silence or acknowledgement {number} is in force; see `onrecord silences --all`.\n")
        return 1
    _say(f"{number} is ended.")
    return 0


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
