"""`onrecord backfill`: one at a time, a progress bar, and a closing summary that a person understands."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from time import sleep

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from checks.known_hashes import witnesses
from flows.backfill import Backfilled, Found, Job, Span, backfill, find
from flows.cli.run_commands import require_contact
from flows.configuration.settings import Settings, SettingsError, load_settings
from flows.context import Line
from flows.exclusive import alone
from flows.fetching.archive_manners import Shelf, Visitor
from flows.notifying.configured_channels import channel_names
from flows.pipeline import fetch_policy, open_line, usable_claims
from flows.scheduling.prefect_home import quiet_prefect
from flows.show import printing
from scrapers.errors import DriftError, FetchError
from scrapers.registry import SOURCES

SHOWN = 12
Step = Callable[[int, int, str], None]
_LEFT_OUT = {
    "redirect": "redirects",
    "error_page": "error pages",
    "not_a_workbook": "pages or other files in a workbook's place",
    "unknown_name": "workbooks with a name of no known shape",
    "another_host": "on another host",
}


def run(source: str, since: date | None, until: date | None, *, dry_run: bool, direct: bool) -> int:
    """0 when all that the archive lists was taken and nothing of ours failed on it, else 1."""
    settings = load_settings()
    require_contact(settings)
    if since and until and since > until:
        raise SettingsError(f"--from {since} is after --until {until}")
    span = Span(since, until)
    try:
        if dry_run:
            return _plan(settings, source, span)
        with _told() as tell:
            done = _backfill(settings, open_line(settings), source, span, tell, direct=direct)
    except (FetchError, DriftError) as error:
        sys.stderr.write(f"The archive's index cannot be had: {error}\nRun `onrecord backfill` again later.\n")
        return 1
    sys.stdout.write("\n".join(summary(done)) + "\n")
    return 1 if done.stopped or done.failed or done.broken else 0


def _backfill(settings: Settings, line: Line, source: str, span: Span, tell: Step, *, direct: bool) -> Backfilled:
    with alone(line, f"backfill:{source}", "a backfill"):
        shelf = Shelf(source, line)
        visitor = replace(_visitor(settings), policy=line.policy, sleep=line.sleep, get=shelf.get)
        job = Job(SOURCES[source], visitor, shelf, witnesses(), span, tell)
        claims, channels = usable_claims(settings), channel_names(settings, "desk")
        if direct:
            return backfill(job, claims, channels)
        quiet_prefect(settings)
        from flows.scheduling.prefect_flows import backfill_as_flow

        return backfill_as_flow(job, claims, channels)


def _visitor(settings: Settings) -> Visitor:
    return Visitor(settings.backfill.address, settings.backfill.pause_seconds, fetch_policy(settings), sleep)


@contextmanager
def _told() -> Iterator[Step]:
    """A bar on a terminal, one line for each capture elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda number, total, words: console.print(f"{number + 1}/{total} {words}", markup=False, highlight=False)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Asking the archive what it has", total=None)
        yield lambda number, total, words: progress.update(task, completed=number, total=total, description=words)


def _plan(settings: Settings, source: str, span: Span) -> int:
    """Ask the index alone; nothing is fetched, stored or made."""
    found = find(_visitor(settings), SOURCES[source], span)
    with printing.page() as console:
        for line in planned(found, settings.backfill.pause_seconds):
            printing.say(console, line)
    return 0


def planned(found: Found, pause: float) -> Iterator[str]:
    """What a backfill would fetch, one line for each workbook."""
    for wanted in found.workbooks:
        yield f"{wanted.capture.at:%Y-%m-%d %H:%M} UTC  {wanted.name}"
    requests = len({w.capture.digest for w in found.workbooks}) + len(found.pages)
    yield (
        f"{len(found.workbooks)} workbooks and {len(found.pages)} captures of the page would be fetched, "
        f"in about {max(1, round(requests * (pause + 1) / 60))} minutes."
    )
    yield from _left_out(found)
    yield "Nothing was stored. To take them: onrecord backfill"


def summary(done: Backfilled) -> Iterator[str]:
    """What was taken, what was not and why, and what to do next."""
    if done.stopped:
        yield f"Stopped before the end: {done.stopped}"
    yield (
        f"{len(done.new)} new editions from the archive, {done.held_already} captures of editions known already; "
        f"{done.witnessed} are byte for byte those on the list of known editions."
    )
    yield from _listed("could not be fetched now", done.failed)
    yield from _listed("on which a part of onrecord could not run; please report them", done.broken)
    yield from _listed("need a look", [finding.words for finding in done.findings if finding.severity == "warn"])
    yield from _listed("editions hold figures back", done.held_back)
    yield from _missing(done)
    yield from _left_out(done.found)
    if done.stopped or done.failed:
        yield "Run `onrecord backfill` again: it goes on where it was."
    else:
        yield "Next: onrecord verdicts, onrecord status"


def _missing(done: Backfilled) -> Iterator[str]:
    """All of them, briefly: somebody may hold the files."""
    if not done.missing:
        return
    yield f"{len(done.missing)} known editions the archive does not have. Those that you hold: onrecord import FILE..."
    for why in sorted({finding.found for finding in done.missing}):
        names = [finding.words.partition(": ")[0] for finding in done.missing if finding.found == why]
        yield f"  {why}: {', '.join(names)}"


def _left_out(found: Found) -> Iterator[str]:
    counted = Counter(skipped.why for skipped in found.skipped)
    if counted:
        words = ", ".join(f"{number} {_LEFT_OUT[why]}" for why, number in sorted(counted.items()))
        yield f"Captures left out: {words}."


def _listed(words: str, entries: list[str]) -> Iterator[str]:
    if entries:
        yield f"{len(entries)} {words}:"
        yield from (f"  {entry}" for entry in entries[:SHOWN])
    if len(entries) > SHOWN:
        yield f"  and {len(entries) - SHOWN} more; `onrecord status` lists them."
