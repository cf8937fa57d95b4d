"""The house itself: names that cannot shadow, sizes, one place for each thing."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from flows.cli.care.doctor import modules_fault
from onrecord import PACKAGES, installation_faults
from tests.looped import for_each

ROOT = Path(__file__).parents[1]
MODULES = sorted([ROOT / "onrecord.py", *(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))])
DECLARATIONS = ("schema.py", "detention_tables.py", "registry.py")
LONGEST_MODULE, LONGEST_FUNCTION = 320, 45
LARGEST_ROOM, THREE_SCREENS = 20, 150


def test_no_package_of_ours_is_shadowed() -> None:
    assert installation_faults() == []


def test_no_module_bears_the_name_of_a_package_or_standard_module() -> None:
    assert modules_fault() == ""


def _with_logic() -> list[Path]:
    """Declared tables have none, and may be as long as they are."""
    return [path for path in MODULES if "migrations" not in path.parts and path.name not in DECLARATIONS]


@for_each("path", _with_logic)
def test_modules_and_functions_stay_short(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, node.name


def test_init_files_hold_no_code() -> None:
    """Some say how their package is added to."""
    parsed = {p: ast.parse(p.read_text("utf-8")) for p in MODULES if p.name == "__init__.py"}
    assert [
        p for p, tree in parsed.items() if (ast.get_docstring(tree) is None and tree.body) or len(tree.body) > 1
    ] == []


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        (
            r"^\s*(import|from) prefect\b",
            {
                "flows/scheduling/deployments.py",
                "flows/scheduling/pools.py",
                "flows/scheduling/prefect_flows.py",
                "flows/scheduling/run_pages.py",
                "flows/scheduling/run_states.py",
                "flows/scheduling/stage_tasks.py",
            },
        ),
        (
            r"\bos\.environ\b|BaseSettings",
            # The settings; what Prefect and Apprise know no other way to be told.
            {
                "flows/configuration/settings.py",
                "flows/scheduling/prefect_home.py",
                "alerts/channels/apprise_process.py",
            },
        ),
        (r"^\s*(import|from) pandas\b", {"storage/read/frames.py"}),
        (r"^\s*(import|from) bs4\b", {"scrapers/web/markup.py"}),
        (r"^\s*import python_calamine\b", {"scrapers/xlsx/reader.py"}),
        (r"^\s*(import|from) smtplib\b", {"alerts/channels/mail.py"}),
        (r"^\s*(import|from) matplotlib\b", {"alerts/messages/charts.py"}),
        (r"^\s*(import|from) apprise\b", {"alerts/channels/apprise_service.py"}),
        (
            r"datetime\.now\(",
            {"flows/cli/options.py", "flows/pipeline.py", "alerts/channels/mail.py", "alerts/channels/webhook.py"},
        ),
        (
            r"json\.dumps\(",
            # Records have one encoding. The others write dimensions, a list of ids, a payload, a process's input.
            {
                "figures/plain.py",
                "flows/show/parse.py",
                "flows/judging/judge.py",
                "replica/trac.py",
                "replica/trac_tables.py",
                "replica/wayback.py",
                "alerts/channels/apprise_service.py",
                "scrapers/trac/rows.py",
                "scrapers/web/wayback.py",
                "storage/read/frames.py",
                "storage/encoding/bulk_statements.py",
                "storage/write/observations.py",
            },
        ),
        (r"\basdict\(", {"storage/write/decisions.py", "storage/write/findings.py"}),
        (
            r"^from scrapers\.web\.fetch import .*\bfetch\b",
            # What is kept comes one way; a glance at the archive and the doctor keep nothing.
            {
                "flows/fetching/get_and_archive.py",
                "flows/fetching/archive_manners.py",
                "flows/cli/care/reachable.py",
            },
        ),
        (
            r"record_document\(",
            {"storage/write/releases.py", "flows/fetching/get_and_archive.py", "flows/importing.py"},
        ),
        (r"except Exception|except BaseException|except:", {"figures/mishaps.py"}),
    ],
)
def test_one_place_for_each_thing(pattern: str, allowed: set[str]) -> None:
    found = {
        str(path.relative_to(ROOT)) for path in MODULES if re.search(pattern, path.read_text("utf-8"), re.MULTILINE)
    }
    assert found == allowed


def test_the_project_names_no_machine() -> None:
    # This checkout, and anybody's home but the one that the documents call "you".
    text = re.compile("|".join([re.escape(f"{ROOT}/"), r"/(?:home|Users)/(?!you\b)", r"/root/"]))
    left_out = {".venv", ".demo"}
    read = [
        path
        for top in ROOT.iterdir()
        if top.name not in left_out
        for path in ([top] if top.is_file() else top.rglob("*"))
        if path.suffix in (".py", ".md", ".toml", ".yaml") and path != Path(__file__)
    ]
    assert len(read) > 200
    assert [path.name for path in read if text.search(path.read_text("utf-8"))] == []


def test_rooms_are_small_and_no_name_stands_twice_in_a_package() -> None:
    folders = Counter(path.parent for path in MODULES if path.name != "__init__.py" and "versions" not in path.parts)
    assert {str(folder.relative_to(ROOT)): many for folder, many in folders.items() if many > LARGEST_ROOM} == {}
    for package in PACKAGES:
        names = Counter(path.stem for path in MODULES if path.relative_to(ROOT).parts[0] == package)
        assert {name for name, many in names.items() if many > 1 and name not in ("__init__", "env")} == set()


@pytest.mark.parametrize(
    "page", [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"], ids=lambda page: page.name
)
def test_what_a_page_names_is_there(page: Path) -> None:
    """A folder or file of ours in backquotes; `{one,other}.py` and patterns are not read."""
    tops = "|".join((*PACKAGES, "tests", "benchmarks", "claims", "deploy", "docs"))
    named = set(re.findall(rf"`((?:{tops})/[\w/.-]*\w/?)`", page.read_text("utf-8")))
    assert {name for name in named if not (ROOT / name).exists() and not (ROOT / f"{name}.py").exists()} == set()


def test_the_first_page_fits_three_screens() -> None:
    assert len((ROOT / "docs" / "architecture.md").read_text("utf-8").splitlines()) <= THREE_SCREENS
