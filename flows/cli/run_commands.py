"""The commands that change something: init, run, serve, import, deliver, the channels' test."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from alerts.messages.message import DeliveryError, Item, Message
from figures.naming import or_nearest
from figures.records import Source
from figures.registry import SOURCES
from flows.configuration.home_folder import make_private
from flows.configuration.settings import (
    Settings,
    SettingsError,
    load_settings,
    require_usable_contact,
)
from flows.context import Line, Outcome
from flows.importing import Imported, ImportFileError, Stated, read_manifest, reconcile_past
from flows.importing import import_files as take_files
from flows.notifying.configured_channels import build_channels, channel_names
from flows.notifying.deliver import drain
from flows.notifying.release_news import settle_revised
from flows.pipeline import clock, open_line, run_line, usable_claims
from flows.reconcile import hold_against
from flows.scheduling.prefect_home import LOGIN, prefect_api_url, prefect_login, quiet_prefect, use_prefect_server
from flows.scheduling.server import prefect_server
from flows.show import printing, reconcile_report
from storage.engine import Database, open_database, shown, upgrade
from storage.schema import REVISION


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")


def _warn(words: str) -> None:
    sys.stderr.write(words + "\n")


def init(contact: str) -> None:
    """Make what is missing, leave what is there."""
    from flows.configuration.template import configuration, contact_into

    require_usable_contact(contact)
    settings = load_settings()
    make_private(settings)
    (settings.home / "claims").mkdir(exist_ok=True)
    if settings.config_file.exists():
        _say(contact_into(settings.config_file, contact))
    else:
        settings.config_file.write_text(configuration(contact), encoding="utf-8")
        _say(f"Wrote {settings.config_file}")
    prefect_login(settings.home)
    database = open_database(settings.database_url.get_secret_value())
    _say(f"Database: {shown(database)} ({_upgraded(database)}).")
    _say("")
    _say("What to do next:")
    if not load_settings().fetch.contact:
        _say(f"  - Set fetch.contact in {settings.config_file}: publishers are told who asks.")
    _say("  - Add a channel under [[channels]] there, and try it: onrecord channels test")
    _say("  - Take past editions from the Internet Archive, so that claims have a history: onrecord backfill")
    _say("  - Look at the sources once: onrecord run        Keep looking: onrecord serve")
    _say("  - See the whole thing play without network: onrecord demo")


def _upgraded(database: Database) -> str:
    """Make the tables or bring them up to date, and say what that did."""
    before = upgrade(database)
    if before is None:
        return "made"
    return "ready" if before == REVISION else f"brought up to date, from migration {before} to {REVISION}"


def require_contact(settings: Settings) -> None:
    if not settings.fetch.contact:
        raise SettingsError(
            f"fetch.contact is not set in {settings.config_file}: publishers are told who asks. "
            "Run `onrecord init --contact you@example.org`, or set it there."
        )


def run(sources: Sequence[str], *, direct: bool, again: bool) -> int:
    settings = load_settings()
    require_contact(settings)
    names = settings.chosen(sources)
    line = replace(open_line(settings), again=again)
    if direct:
        outcomes = run_line(settings, line, names, show=_show)
    else:
        quiet_prefect(settings)
        from flows.scheduling.prefect_flows import run_as_flow

        outcomes = run_as_flow(settings, line, names, _show)
    return 1 if any(outcome.state == "failed" for outcome in outcomes) else 0


def _show(outcome: Outcome) -> None:
    new = f": {', '.join(outcome.new)}" if outcome.new else ""
    _say(f"{outcome.source}: {outcome.state.replace('_', ' ')}{new}")
    for note in outcome.notes:
        _warn(f"  {note}")


def serve() -> None:
    settings = load_settings()
    require_contact(settings)
    make_private(settings)
    open_line(settings)
    quiet_prefect(settings, serving=True)
    if prefect_api_url():
        _serve(settings, alone=False)
        return
    port = settings.schedule.prefect_port
    _say(f"Starting a Prefect server; its page will be http://127.0.0.1:{port}")
    _say(f"It asks for what {settings.home / LOGIN} holds.")
    with prefect_server(port) as server:
        server.wait()
        use_prefect_server(server.api)
        _serve(settings, alone=True)


def _serve(settings: Settings, *, alone: bool) -> None:
    from flows.scheduling.deployments import close_orphans, serve_forever
    from flows.scheduling.pools import require_no_pool

    require_no_pool()
    closed = close_orphans(alone=alone)
    if closed:
        _say(f"Closed {closed} flow runs that were cut off.")
    serve_forever(settings)


def import_files(source: str, files: Sequence[Path], manifest: Path | None, *, alert: bool) -> int:
    settings = load_settings()
    line = open_line(settings)
    stated = read_manifest(manifest) if manifest else {}
    refused: list[ImportFileError] = []
    taken: list[Imported] = []
    try:
        _take_files(SOURCES[source], files, stated, settings, line, taken, refused, alert=alert)
        about_sources = channel_names(settings, "sources")
        reconcile_past(usable_claims(settings), line, channel_names(settings, "desk"), about_sources, alert=alert)
    finally:
        _report(taken, refused)
    settle_revised(line.database, line.clock())
    if alert:
        drain(settings, line.database, line.clock)
    return 1 if refused or any(imported.failed for imported in taken) else 0


def _take_files(
    source: Source,
    files: Sequence[Path],
    stated: Mapping[str, Stated],
    settings: Settings,
    line: Line,
    taken: list[Imported],
    refused: list[ImportFileError],
    *,
    alert: bool,
) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Importing", total=len(files))
        for imported in take_files(
            source,
            files,
            stated,
            usable_claims(settings),
            line,
            channel_names(settings, "desk"),
            alert=alert,
            on_error=refused.append,
        ):
            taken.append(imported)
            progress.advance(task)


def _report(taken: Sequence[Imported], refused: Sequence[ImportFileError]) -> None:
    for imported in taken:
        for words in imported.words:
            _warn(words if words.startswith(imported.name) else f"{imported.name}: {words}")
        for words in imported.failed:
            if words not in imported.words:
                _warn(f"{imported.name}: {words}")
    for error in refused:
        _warn(f"Not imported: {error}")
    new, broken = sum(imported.new for imported in taken), sum(bool(imported.failed) for imported in taken)
    _say(
        f"{new} new editions, {len(taken) - new} known already, {len(refused)} refused. "
        + (f"On {broken} of them a check could not run, and what it guards is held: onrecord held. " if broken else "")
        + "Next: onrecord verdicts, onrecord status"
    )


def reconcile(limit: int | None = None, *, as_json: bool, as_markdown: bool) -> int:
    """Hold ICE against TRAC, record and tell what is new; 3 when something is in dispute."""
    settings = load_settings()
    line = open_line(settings, create=False)
    outcome = hold_against(line.database, usable_claims(settings), line.clock(), channel_names(settings, "sources"))
    if outcome.since:
        run_line(settings, line, ())
    if as_json:
        printing.print_json(reconcile_report.as_object(outcome, line.clock()))
    elif as_markdown:
        _say(reconcile_report.as_markdown(outcome))
    else:
        with printing.page() as console:
            reconcile_report.print_report(outcome, line.clock(), console, limit)
    return 3 if reconcile_report.disputed(outcome) else 0


def deliver_now(*, everything: bool, as_json: bool) -> int:
    settings = load_settings()
    line = open_line(settings, create=False)
    sent = drain(settings, line.database, line.clock, even_if_waiting=everything)
    if as_json:
        printing.print_json(sent)
    else:
        with printing.page() as console:
            for each in sent:
                retry = f"; next try {each.retry_at:%Y-%m-%d %H:%M} UTC" if each.retry_at else ""
                detail = f": {each.detail}" if each.detail else ""
                printing.say(console, f"{each.channel}: {each.outcome} {each.key}{detail}{retry}")
            if not sent:
                words = "Nothing is due. `onrecord status` shows what waits, `onrecord deliver --all` sends it now."
                printing.say(console, words)
    return 0 if all(each.outcome in ("sent", "left_out") for each in sent) else 1


def test_channels(name: str) -> int:
    settings = load_settings()
    channels = build_channels(settings)
    if name and name not in channels:
        known = f"; there are {', '.join(channels) or 'none'}"
        raise SettingsError(f"no channel {name!r} in {settings.config_file}{or_nearest(name, channels)}{known}")
    if not channels:
        raise SettingsError(f"no channel is configured in {settings.config_file}; see the [[channels]] examples there")
    facts = (("What this is", "A test that somebody asked for with `onrecord channels test`; no figure has moved."),)
    item = Item("Test message", "", "", "", facts, (), "")
    key = f"test:{clock():%Y%m%dT%H%M%S%f}"
    message = Message(key, "ops", "onrecord: test message", (item,), "Nothing needs to be done.", "alert")
    failed = 0
    for channel_name, channel in channels.items():
        if name not in ("", channel_name):
            continue
        try:
            left_out = channel.send(message)
            _say(f"{channel_name}: sent{f' ({left_out})' if left_out else ''}")
        except DeliveryError as error:
            failed += 1
            _warn(f"{channel_name}: {error}")
    return 1 if failed else 0
