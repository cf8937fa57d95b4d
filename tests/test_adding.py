"""What has to be touched to add a source, a form, a channel, a command: each is added to a copy, and works.

`docs/architecture.md` names the files; here they are counted.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from onrecord import PACKAGES

ROOT = Path(__file__).parents[1]
AT_MOST = {"source": 6, "form": 3, "channel": 3, "command": 2}

READER = '''\
"""The made-up office's file: a day and a count in each line."""

from datetime import date

from figures.periods import instant
from figures.records import Dated, Observation, Parsed
from scrapers.errors import NotReadableError

PARSER = 1


def parse(content: bytes, name: str) -> Parsed:
    """Raises NotReadableError for what has no such lines."""
    lines = [line.split(",") for line in content.decode().splitlines()]
    if not lines or any(len(line) != 2 for line in lines):
        raise NotReadableError(f"{name} has no lines of a day and a count")
    days = [date.fromisoformat(day) for day, _ in lines]
    stated = tuple(
        Observation(
            "office.waiting", (("office", "all"),), instant(day), float(count), "people", "reported", count,
            f"csv:day={day}#count[1 rows, {n}-{n}]", "office",
        )
        for n, (day, (_, count)) in enumerate(zip(days, lines, strict=True), 1)
    )
    return Parsed(stated, (), run_date=max(days))


def by_its_days(content: bytes, name: str) -> Dated:
    return Dated(max(o.period.end for o in parse(content, name).observations if o.period.end), "document_properties")
'''
METRICS = '''\
"""What the made-up office counts."""

from figures.metrics.metric import Metric

METRICS = (Metric("office.waiting", "people", "people waiting", "people who wait", ("office",), source="office"),)
'''
CHECKS = '''\
"""The check of the made-up office's file."""

from checks.declared import Check
from figures.records import Finding, Parsed


def _counts(parsed: Parsed) -> list[Finding]:
    return [
        Finding("office_below_zero", "hold", "cells", (o.locator,), "0 or more", o.raw, f"{o.raw} people cannot wait.")
        for o in parsed.observations
        if o.value is not None and o.value < 0
    ]


CHECKS = (Check("office", _counts, lambda o: o.metric == "office.waiting"),)
'''
ENTRY = """\
OFFICE = Source(
    id="office",
    title="A made-up office",
    by=Publisher("office", "The Office", Rules(counted_by="release", declared=Rhythm(16, 28, "declared"))),
    address="https://office.example/waiting.csv",
    media="csv",
    parse=read_by("office", "parse"),
    version=version_of("office"),
    metrics=office.METRICS,
    headline="office.waiting",
    scopes={"office.waiting": ITS_OWN},
    checks=("document.office",),
    attribution="The Office",
    republish="all",
    once_a_day=True,
    dated=read_by("office", "by_its_days"),
)

SOURCES: """
TEST = """\
from figures.registry import SOURCES


def test_a_count_below_zero_is_held():
    from checks.document.document_suite import document

    parsed = SOURCES["office"].parse(b"2025-01-01,-1", "waiting.csv")
    assert [finding.check for finding in document(parsed)] == ["office_below_zero"]
"""
CHANNEL = '''\
"""A made-up way out: one file to which each message is added."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from alerts.channels.channel_settings import ChannelKind, ChannelSettings, Means, variable
from alerts.messages.message import Message

EXAMPLE = """\\
[[channels]]
name = "board"
kind = "board"
file_env = "ONRECORD_BOARD"
"""


class BoardSettings(ChannelSettings):
    kind: Literal["board"]
    file_env: Annotated[str, variable("ONRECORD_BOARD")]


@dataclass(frozen=True, slots=True)
class Board:
    name: str
    file: Path

    def send(self, message: Message) -> None:
        with self.file.open("a") as board:
            board.write(f"{message.subject}\\n")


def _opened(settings: BoardSettings, means: Means) -> Board:
    return Board(settings.name, Path(means.secret(settings.file_env)))


KIND = ChannelKind(BoardSettings, _opened, lambda board: "" if board.file.parent.is_dir() else "no folder", EXAMPLE)
'''
COMMAND = '''

@commands.command()
def hello(name: str) -> None:
    """Greet somebody."""
    from flows.show import greeting

    greeting.print_greeting(name)
'''
SHOWN = '''\
"""What `onrecord hello` prints."""

import sys


def print_greeting(name: str) -> None:
    sys.stdout.write(f"Hello, {name}.\\n")
'''


RUN = """\
import shlex, sys
from flows.cli.app import main
sys.stderr = sys.stdout
for line in sys.argv[1:]:
    sys.argv = ["onrecord", *shlex.split(line)]
    try:
        main()
    except SystemExit as ended:
        print(f"exit {ended.code}")
"""


OWN_SENTENCE = (
    'Sentence("Once {amount}, {off} {stated} {who}", "Once {when} {were}: {off_in_full} {stated} {who}", True)'
)
TOLD = """\
import sys
from pathlib import Path
from alerts.claims.model import load_claim
from alerts.forms.verdicts import Verdict
from alerts.messages.words.claim_sentences import first_sentence, headline
claim = load_claim(Path(sys.argv[1]))
verdict = Verdict(claim.id, "standing", "far", edition="2025-06-15", measured=56397.0, difference=7397.0)
print(headline(claim, verdict), first_sentence(claim, verdict), sep="\\n")
"""


class Copy:
    """A copy of the program, and which of its files are others than here."""

    def __init__(self, root: Path) -> None:
        self.root, self.home = root, root.parent / "home"
        hidden = shutil.ignore_patterns("__pycache__")
        for name in (*PACKAGES, "claims", "docs"):
            shutil.copytree(ROOT / name, root / name, ignore=hidden)
        shutil.copy(ROOT / "onrecord.py", root)
        (root / "tests").mkdir()

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def insert(self, path: str, before: str, text: str) -> None:
        """Put a text in the place of another that stands in a file once."""
        whole = (self.root / path).read_text("utf-8")
        assert whole.count(before) == 1, (path, before)
        self.write(path, whole.replace(before, text))

    def touched(self) -> list[str]:
        files = (path for path in self.root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return sorted(
            str(path.relative_to(self.root))
            for path in files
            if not (here := ROOT / path.relative_to(self.root)).is_file() or _hash(here) != _hash(path)
        )

    def run(self, *lines: str, **environment: str) -> str:
        """What some commands of the copy print, on both streams, in one process; each with its exit code after it."""
        return self.python("-c", RUN, *lines, **environment)

    def python(self, *arguments: str, **environment: str) -> str:
        kept = {name: value for name, value in os.environ.items() if name != "ONRECORD_DATABASE_URL"}
        ours = {"PYTHONPATH": str(self.root), "ONRECORD_HOME": str(self.home)}
        done = subprocess.run(
            [sys.executable, *arguments],
            env={**kept, **ours, **environment},
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[Copy]:
    copied = Copy(tmp_path / "program")
    assert copied.touched() == []
    yield copied
    shutil.rmtree(tmp_path)


def test_a_source_is_six_files(copied: Copy) -> None:
    copied.write("scrapers/office.py", READER)
    copied.write("figures/metrics/office.py", METRICS)
    copied.write("checks/document/office.py", CHECKS)
    copied.insert("figures/registry.py", "SOURCES: ", ENTRY)
    copied.insert("figures/registry.py", "(ICE, *TRAC, *BORDER)", "(ICE, *TRAC, *BORDER, OFFICE)")
    copied.insert("figures/registry.py", "ice_prose, ohss, trac\n", "ice_prose, office, ohss, trac\n")
    copied.write("tests/test_office.py", TEST)
    dictionary = "from flows.show.data_dictionary import page; print(page({}))"
    copied.write("docs/data-dictionary.md", copied.python("-c", dictionary))
    assert len(copied.touched()) <= AT_MOST["source"], copied.touched()

    assert "## office.waiting" in (copied.root / "docs/data-dictionary.md").read_text("utf-8")
    file = copied.root.parent / "waiting.csv"
    file.write_text("2025-01-01,12\n2025-01-02,13\n")
    said = copied.run(
        f"parse {file} --source office",
        "init --contact a@b.example",
        f"import {file} --source office",
        "series office",
        "run --help",
        "due offise",
    )
    assert '2025-01-02#count[1 rows, 2-2]",13,office.waiting,"{""office"": ""all""}",instant,2025-01-02' in said
    assert "office.waiting{office=all}" in said
    assert re.search(r"cbp_apprehensions,\s+ohss,\s+office", said)
    assert "offise is no publisher; nearest: office" in said
    assert [line for line in said.splitlines() if line.startswith("exit ")] == [*["exit 0"] * 5, "exit 2"]
    assert "; office." in (copied.home / "onrecord.toml").read_text("utf-8")
    copied.python("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_office.py")
    copied.insert("figures/registry.py", 'checks=("document.office",)', "checks=()")
    copied.insert("figures/registry.py", 'scopes={"office.waiting": ITS_OWN}', "scopes={}")
    refused = copied.run("status")
    assert refused.startswith("The source 'office' has no checks: name the modules of checks/")
    assert "The source 'office' has no scope for 'office.waiting', its headline: say under `scopes`" in refused
    assert refused.endswith("exit 2\n")


def test_a_form_is_three_files(copied: Copy) -> None:
    level = (ROOT / "alerts/forms/kinds/level.py").read_text("utf-8")
    made = (
        level.replace("LevelTest", "OnceTest")
        .replace('"level"', '"once"')
        .replace("so many on one day", "so many once")
        .replace("import NO_ANSWER, OF_THEN, WHEN_SAID\n", "import NO_ANSWER, OF_THEN, WHEN_SAID, Sentence\n")
        .replace("    form: Literal", f"    SENTENCE: ClassVar[Sentence] = {OWN_SENTENCE}\n\n    form: Literal")
    )
    assert made.count("Sentence") == 3
    copied.write("alerts/forms/kinds/once.py", made)
    copied.insert("alerts/forms/registry.py", "    | NotTestableTest\n", "    | OnceTest\n    | NotTestableTest\n")
    module = "from alerts.forms.kinds.projection import"
    copied.insert("alerts/forms/registry.py", module, f"from alerts.forms.kinds.once import OnceTest\n{module}")
    page = "docs/claims-files.md"
    copied.write(page, (copied.root / page).read_text("utf-8") + "\n`once`: so many once.\n")
    assert len(copied.touched()) <= AT_MOST["form"], copied.touched()

    name = "seed-4-almost-49000-in-custody.toml"
    claim = (ROOT / "claims" / name).read_text("utf-8").replace('form = "level"', 'form = "once"')
    folder = copied.root.parent / "own"
    folder.mkdir()
    (folder / name).write_text(claim)
    said = copied.run("init --contact a@b.example", f"claims check {folder}")
    assert said.endswith("1 claims, all in order.\nexit 0\n")
    told = copied.python("-c", TOLD, str(folder / name))
    assert told == (
        "Once 56,397 people held, 15 % above “almost 49,000” (Axios, May 2025)\n"
        "Once on 15 June 2025 56,397 people were held: 7,397 more (+15 %) than “almost 49,000” (Axios, 28 May 2025).\n"
    )
    menu = copied.python("-c", "from alerts.forms.registry import MENU; print(MENU['once'])")
    assert menu == "so many once\n"


def test_a_channel_is_three_files(copied: Copy) -> None:
    copied.write("alerts/channels/board.py", CHANNEL)
    last = '"webhook": "webhook",\n'
    copied.insert("alerts/channels/channel_table.py", last, f'{last}    "board": "board",\n')
    copied.insert("docs/channels.md", "| `webhook` |", "| `board` | `file_env` | its subject |\n| `webhook` |")
    assert len(copied.touched()) <= AT_MOST["channel"], copied.touched()

    copied.run("init --contact a@b.example")
    configuration, board = copied.home / "onrecord.toml", copied.root.parent / "board.txt"
    assert '# kind = "board"' in configuration.read_text("utf-8")
    channel = '[fetch]\ncontact = "a@b.example"\n[[channels]]\nname = "b"\n'
    configuration.write_text(f'{channel}kind = "board"\nfile_env = "BOARD"\n')
    assert copied.run("channels test", BOARD=str(board)) == "b: sent\nexit 0\n"
    assert board.read_text("utf-8") == "onrecord: test message\n"
    assert "fault  channels: channel 'b': the environment variable BOARD is not set" in copied.run("doctor")
    configuration.write_text(f'{channel}kind = "bord"\n')
    assert "is 'bord'; write one of console, slack, slack_app, mail, apprise, webhook, board" in copied.run("status")
    configuration.write_text(f'{channel}kind = "console"\nfile_env = "BOARD"\n')
    assert "file_env: is for channels of kind board, not console; delete the line" in copied.run("status")


def test_a_command_is_two_files(copied: Copy) -> None:
    group = "flows/cli/care_commands.py"
    copied.write(group, (copied.root / group).read_text("utf-8") + COMMAND)
    copied.write("flows/show/greeting.py", SHOWN)
    assert len(copied.touched()) <= AT_MOST["command"], copied.touched()

    said = copied.run("hello newsroom", "--help")
    assert said.startswith("Hello, newsroom.\nexit 0\n")
    assert re.search(r"^  hello +Greet somebody\.$", said, re.MULTILINE)
