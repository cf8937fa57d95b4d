"""`onrecord demo`: the real line against stand-in publishers, edition by edition, on a clock of its own."""

import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from figures.periods import end_of_day, spoken
from flows.line import Line
from flows.printing import page
from flows.running import open_line, usable_claims
from flows.settings import Settings, load_settings, quiet_prefect
from flows.verdict_list import print_verdicts
from replica.editions import Edition, editions
from replica.publisher import PAGE, Publisher
from scrapers.registry import TRAC
from storage import ledger, reads
from storage.engine import reading

MARK = "This directory was made by `onrecord demo`; it is emptied when the demo runs again.\n"
HELD = "ice.detained{agency=all, criminality=all}"
_CONFIGURATION = """\
[fetch]
contact = "demo@localhost"
private_hosts = ["{host}"]
[sources.ice]
address = "{address}{page}"
{trac}
# The founding story: eight claims of one day.
[claims]
shipped = ["seed-*"]
[[channels]]
name = "console"
kind = "console"
"""


class _Clock:
    """The demo's own time: the end of the day that is played."""

    def __init__(self) -> None:
        self.now = datetime(2025, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def set(self, day: date) -> None:
        self.now = end_of_day(day)


def run(home: Path) -> int:
    """Play the eight months; 0 when every step went through."""
    home = home.absolute()
    if not _prepare(home):
        return 2
    clock = _Clock()
    with Publisher() as publisher:
        host = publisher.address.removeprefix("http://")
        text = _CONFIGURATION.format(host=host, address=publisher.address, page=PAGE, trac=_trac(publisher.address))
        (home / "onrecord.toml").write_text(text, encoding="utf-8")
        settings = load_settings(home)
        quiet_prefect(settings)
        _say("Starting Prefect; the first run takes some seconds.")
        from flows.scheduled import run_as_flow

        line = open_line(settings, clock)
        failed = 0
        said = Counter(claim.words.said_on for claim in usable_claims(settings))
        for day, published in _steps(said):
            clock.set(day)
            for edition in published:
                publisher.publish(edition)
            news = [f"ICE publishes {edition.file_name}" for edition in published]
            news += [f"{said[day]} claims go on record"] if said[day] else []
            _say(f"\n=== {spoken(day)}: {', '.join(news)}")
            outcomes = run_as_flow(settings, line, settings.enabled())
            failed += sum(outcome.state == "failed" for outcome in outcomes)
            _standing(line, day, told=bool(said[day]))
    _farewell(settings)
    return 1 if failed else 0


def _trac(address: str) -> str:
    """The addresses of TRAC's sources at the stand-in: the same paths under another host."""
    paths = {source.id: urlsplit(source.address).path for source in TRAC}
    return "\n".join(f'[sources.{name}]\naddress = "{address}{path}"' for name, path in paths.items())


def _steps(said: Iterable[date]) -> Iterator[tuple[date, list[Edition]]]:
    """The days on which something is published or said, in order; the year-end file is there from the first day on."""
    known = editions()
    year_end = [edition for edition in known if edition.year_end]
    days: dict[date, list[Edition]] = {day: [] for day in said}
    for edition in known:
        if not edition.year_end:
            days.setdefault(edition.published_on, []).append(edition)
    for position, day in enumerate(sorted(days)):
        yield day, [*year_end, *days[day]] if position == 0 else days[day]


def _prepare(home: Path) -> bool:
    marker = home / "DEMO"
    if home.exists() and any(home.iterdir()):
        if not marker.exists():
            sys.stderr.write(f"{home} holds something that is not the demo's; choose another directory with --home.\n")
            return False
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    marker.write_text(MARK, encoding="utf-8")
    return True


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _standing(line: Line, day: date, *, told: bool) -> None:
    """How each claim stands after this step; before there are claims, how many people were held."""
    with reading(line.database) as connection:
        rows = ledger.verdicts(connection, history=False)
        figures = reads.figures(connection, [HELD], line.clock())
    if not rows:
        _say(f"    {figures[-1].value or 0:,.0f} people held on {spoken(figures[-1].period.end or day)}")
    for row in rows:
        if row["answer"] == "standing" or (row["answer"] == "at_claim" and told):
            answer = "when made: " if row["answer"] == "at_claim" else "now: "
            state = answer + row["state"].replace("_", " ")
            words = row["words"].partition(":")[0]
            _say(f"    {row['claim_id']:32} {state:24} {words if len(words) < 120 else words[:117] + '...'}")


def _farewell(settings: Settings) -> None:
    _say("\nThe three answers at the end of the play:")
    with reading(open_line(settings).database) as connection:
        rows = ledger.verdicts(connection, history=False)
        texts = ledger.versions(connection, {row["claim_id"] for row in rows})
        releases = reads.releases(connection)
    with page() as console:
        print_verdicts(rows, texts, None, console)
    _say(f"\n{len(releases)} releases are archived under {settings.archive}")
    _say(f"Database and configuration: {settings.home}")
    _say("What to type next:")
    program = Path(sys.argv[0])
    for command in (
        "status",
        "verdicts --history",
        "series 'ice.removals{group=all}'",
        "trace 'xlsx:Detention FY25!F20'",
    ):
        _say(f"    ONRECORD_HOME={settings.home} {program} {command}")
    _say(f"Your own: {program} init --contact you@example.org")
