"""`onrecord demo`: the real line against stand-in publishers, edition by edition, on a clock of its own."""

import io
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from alerts.messages.message import message_from_json
from alerts.messages.rendering import as_text
from figures.periods import end_of_day, spoken
from figures.registry import TRAC
from flows.configuration.settings import Settings, load_settings
from flows.context import Line, Outcome
from flows.pipeline import open_line, run_line, usable_claims
from flows.publishing.make_site import make_site
from flows.scheduling.ports import free_port
from flows.scheduling.prefect_home import only_own_prefect, use_prefect_server
from flows.scheduling.server import PrefectServer, prefect_server
from flows.show.formats import age_days
from flows.show.printing import page
from flows.show.verdict_list import print_verdicts
from replica.cbp_files import RUNNING_2025, CbpEdition
from replica.cbp_pages import LISTING, SOUTHWEST_LISTING, TABLE
from replica.editions import Edition, editions
from replica.publisher import PAGE, Publisher
from storage.engine import reading
from storage.read import reads, vintages
from storage.write import claim_versions, ledger

MARK = "This directory was made by `onrecord demo`; it is emptied when the demo runs again.\n"
WIDTH = 100
SHOWN = 12  # lines of each message
HELD = "ice.detained{agency=all, criminality=all}"
CROSSINGS = "cbp.encounters{component=usbp, region=southwest}"
_CONFIGURATION = """\
[fetch]
contact = "demo@localhost"
private_hosts = ["{host}"]
[sources.ice]
address = "{address}{page}"
{trac}
{border}
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
    """Play the eight months; 0 when every step went through.

    Prefect's server starts beside the months before the claims, which are plain calls; from the day on which the claims
    go on record each step is a flow run.
    """
    home = home.absolute()
    if not _prepare(home):
        return 2
    with Publisher() as publisher:
        host = publisher.address.removeprefix("http://")
        served = {"trac": _trac(publisher.address), "border": _border(publisher.address)}
        text = _CONFIGURATION.format(host=host, address=publisher.address, page=PAGE, **served)
        (home / "onrecord.toml").write_text(text, encoding="utf-8")
        settings = load_settings(home)
        only_own_prefect(settings)
        with prefect_server(free_port(), "--no-services", "--no-ui") as server:
            use_prefect_server(server.api)
            _say("Prefect's server is starting meanwhile; until the claims go on record each step is a plain call.")
            failed, last = _play(settings, publisher, server)
    _farewell(settings, last)
    return 1 if failed else 0


def _news(published: Sequence[Edition], claims: int) -> str:
    names = ", ".join(edition.file_name for edition in published)
    return ", ".join([f"ICE publishes {names}"] * bool(names) + [f"{claims} claims go on record"] * bool(claims))


def _play(settings: Settings, publisher: Publisher, server: PrefectServer) -> tuple[int, datetime]:
    """How many looks failed, and when the play ends by its own clock."""
    clock = _Clock()
    line = open_line(settings, clock)
    said = Counter(claim.words.said_on for claim in usable_claims(settings))
    outcomes: list[Outcome] = []
    claims = 0
    border = list(RUNNING_2025)
    for day, published in _steps(said):
        clock.set(day)
        for edition in published:
            publisher.publish(edition)
        posted = _publish_border(publisher, border, day)
        claims += said[day]
        _say(f"\n=== {spoken(day)}: {_news(published, said[day])}")
        with redirect_stdout(io.StringIO()):  # the console channel shows messages whole
            outcomes += _step(settings, line, server if claims else None)
        _messages(line)
        _standing(line, day, told=bool(said[day]))
        if posted:
            _border_too(line)
    _flow_runs()
    failed = [outcome for outcome in outcomes if outcome.state == "failed"]
    for outcome in failed:
        _say(f"{outcome.source} failed: {'; '.join(outcome.notes)}")
    return len(failed), clock.now


def _publish_border(publisher: Publisher, border: list[CbpEdition], day: date) -> list[CbpEdition]:
    """Publish what CBP has posted by a day and take it off the list of what is still to come."""
    posted = [each for each in border if each.posted <= day]
    for each in posted:
        publisher.publish_border(each)
        border.remove(each)
    return posted


def _step(settings: Settings, line: Line, server: PrefectServer | None) -> list[Outcome]:
    """One run over every source: a flow run on `server`, a plain call without one."""
    if server is None:
        return run_line(settings, line, settings.enabled())
    server.wait()
    from flows.scheduling.prefect_flows import run_as_flow  # not before: importing Prefect takes a second

    return run_as_flow(settings, line, settings.enabled())


def _messages(line: Line) -> None:
    """The beginning of each message of this step, as the console got it, and where the rest of it is."""
    with reading(line.database) as connection:
        written = [row for row in ledger.outbox(connection) if row["created_at"] == line.clock() and not row["quiet"]]
    for row in written:
        text = [words for words in as_text(message_from_json(row["body"])).splitlines() if words.strip()]
        _say("\n".join(_cut(f"  | {words}") for words in text[:SHOWN]))
        if len(text) > SHOWN:
            _say(f"  | ... {len(text) - SHOWN} more lines: onrecord messages {row['key']}")


def _cut(words: str) -> str:
    return words if len(words) <= WIDTH else words[: WIDTH - 3] + "..."


def _flow_runs() -> None:
    from flows.scheduling.deployments import finished_runs

    _say("\nPrefect's own record of the runs since the claims:")
    for name, state, took in finished_runs():
        _say(f"    flow run {name:24} {state:12} {took.total_seconds():.1f} s")


def _trac(address: str) -> str:
    """The addresses of TRAC's sources at the stand-in: the same paths under another host."""
    paths = {source.id: urlsplit(source.address).path for source in TRAC}
    return "\n".join(f'[sources.{name}]\naddress = "{address}{path}"' for name, path in paths.items())


def _border(address: str) -> str:
    """CBP's sources at the stand-in. OHSS's tables have ended, and its page is not played."""
    pages = {"cbp_southwest": SOUTHWEST_LISTING, "cbp_encounters": LISTING, "cbp_apprehensions": TABLE}
    asked = "\n".join(f'[sources.{name}]\naddress = "{address}{path}"' for name, path in pages.items())
    return f"{asked}\n[sources.ohss]\nenabled = false"


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
            _say(_cut(f"    {row['claim_id']:32} {state:24} {words}"))


def _border_too(line: Line) -> None:
    """What CBP's newest files count, beside what ICE's say."""
    with reading(line.database) as connection:
        known = vintages.known(connection, CROSSINGS, line.clock())
    newest = [f for f in known if f.period.kind == "month" and f.period.end][-1:]
    for figure in newest:
        age = age_days(figure.period.end, line.clock())
        words = f"{figure.value or 0:,.0f} people met by Border Patrol in the southwest in {figure.period.end:%B %Y}"
        _say(f"    {words}, {age} days ago")


def _farewell(settings: Settings, now: datetime) -> None:
    _say("\nThe three answers at the end of the play:")
    with reading(open_line(settings).database) as connection:
        rows = ledger.verdicts(connection, history=False)
        texts = claim_versions.versions(connection, {row["claim_id"] for row in rows})
        releases = reads.releases(connection)
    with page() as console:
        print_verdicts(rows, texts, now, None, console)
    site = make_site(open_line(settings).database, usable_claims(settings), settings, settings.home / "site").placed
    _say(f"\n{len(releases)} releases are archived under {settings.home / 'archive'}")
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
    _say(f"The site, {site.files} files, to open in a browser: {site.folder / 'index.html'}")
