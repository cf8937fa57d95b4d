"""Watching over ourselves: a run that failed, wholly or half, is told to the operators; one that came to its end is
recorded and, where that is configured, told to a dead man's switch. A ping that fails is recorded and fails no run.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from alerts.channels.dead_man import DeadMan, Signal
from alerts.delivery import enqueue
from alerts.messages.message import DeliveryError, Message
from alerts.messages.words.runs import failed_message, well_again_message
from flows.configuration.proxies import proxy_of
from flows.configuration.settings import Settings, SettingsError, secret
from flows.context import Line, Outcome
from flows.notifying.configured_channels import channel_names
from storage.engine import Transaction, writing
from storage.read import journal
from storage.write import heartbeats


@contextmanager
def watched_run(settings: Settings, line: Line, outcomes: Sequence[Outcome]) -> Iterator[None]:
    """A run that the switch is told of: that it begins, and that it came to its end or broke off."""
    trouble, done = begin(settings), False
    try:
        yield
        done = True
    finally:
        if not done:
            broke_off(settings)
    end(settings, line, outcomes, trouble)


def begin(settings: Settings) -> str:
    """Tell the switch that a run begins. Returns what went wrong, or ''."""
    return _ping(settings, "start") if settings.heartbeat.start_and_fail else ""


def tell_failures(settings: Settings, line: Line, outcomes: Sequence[Outcome]) -> None:
    """Queue a message to the operators when other sources fail than after the run before, or none any more.

    A source that this run did not look at stands as its last look ended: each publisher has runs of its own. So does
    one that another process was looking at.
    """
    now = line.clock()
    with writing(line.database) as connection:
        before = heartbeats.last(connection)
        failed, well = _stand(connection, settings, outcomes)
        told, after = (set(before.failed), before.id) if before else (set(), 0)
        message: Message | None = None
        if failed and set(failed) != told:
            message = failed_message(failed, well, after, now)
        elif told and not failed:
            message = well_again_message(sorted(told), after, now)
        if message is not None:
            enqueue(connection, message, now, now, channel_names(settings, "ops"))


def _stand(
    connection: Transaction, settings: Settings, outcomes: Sequence[Outcome]
) -> tuple[Mapping[str, str], list[str]]:
    """The enabled sources whose last look failed, each with why, and those whose last look did not."""
    looked = {outcome.source: outcome for outcome in outcomes if outcome.state != "busy"}
    failed: dict[str, str] = {}
    well: list[str] = []
    for source in dict.fromkeys((*settings.enabled(), *looked)):
        last = journal.last_runs(connection, source)["ended"]
        if source in looked:
            state, why = looked[source].state, " ".join(looked[source].notes)
        elif last is not None:
            state, why = str(last["outcome"]), str(last["detail"])
        else:  # never looked at: it has neither failed nor gone well
            continue
        if state == "failed":
            failed[source] = why
        else:
            well.append(source)
    return failed, well


def end(settings: Settings, line: Line, outcomes: Sequence[Outcome], trouble: str) -> None:
    """Record that a run came to its end, then tell the switch whether every source went well.

    `trouble` is what went wrong when the switch was told that the run begins. Where another process looks at a source,
    the end of that look is its own to tell: a process that hangs must not be called well by those who make way for it.
    """
    now = line.clock()
    busy = [outcome.source for outcome in outcomes if outcome.state == "busy"]
    if outcomes and len(busy) == len(outcomes):
        return
    with writing(line.database) as connection:
        failed, _ = _stand(connection, settings, outcomes)
        state: heartbeats.Ping = "sending" if settings.heartbeat.url_env else "none"
        looked_at = [outcome.source for outcome in outcomes if outcome.source not in busy]
        number = heartbeats.record(connection, now, looked_at, list(failed), state, trouble)
    if not settings.heartbeat.url_env:
        return
    well = not any(outcome.state == "failed" for outcome in outcomes)
    detail, state = _told(settings, busy, trouble, well=well)
    with writing(line.database) as connection:
        heartbeats.finish(connection, number, state, "; ".join(filter(None, (trouble, detail))))


def _told(settings: Settings, busy: Sequence[str], trouble: str, *, well: bool) -> tuple[str, heartbeats.Ping]:
    """Tell the switch how a run ended; what was the matter with that, and what came of it."""
    if well and busy:
        return f"left to the process that looks at {', '.join(busy)}", "none"
    if well or settings.heartbeat.start_and_fail:
        detail = _ping(settings, "success" if well else "fail")
        return detail, "failed" if detail or trouble else "sent"
    return "a run that failed is not told, only its absence", "none"


def broke_off(settings: Settings) -> None:
    """Tell the switch that a run did not come to its end; nothing is recorded, since nothing may be in order."""
    if settings.heartbeat.start_and_fail:
        _ping(settings, "fail")


def _ping(settings: Settings, signal: Signal) -> str:
    """What went wrong, in words that do not hold the address; '' when it was taken, or none is configured."""
    configured = settings.heartbeat
    if not configured.url_env:
        return ""
    try:
        url = secret(configured.url_env, "heartbeat").get_secret_value()
        DeadMan(url, configured.ca_file or None, proxy=proxy_of(configured, "heartbeat")).ping(signal)
    except (DeliveryError, SettingsError) as error:
        return str(error)
    return ""
