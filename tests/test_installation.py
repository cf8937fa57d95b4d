"""No command starts in an environment where another program has a part in our packages; what we install is whole."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

from onrecord import PACKAGES
from tests.command import PROGRAM, typed

ROOT = Path(__file__).parents[1]
INSTALL = "onrecord needs an environment of its own. To install it into one, type in the folder of its source: `pipx"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture
def site(wheel: Path, tmp_path: Path) -> Path:
    """A folder such as `site-packages` that holds what the wheel installs, and nothing else."""
    folder = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def _started(
    site: Path, *arguments: str, before: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """`python -m onrecord` where nothing can be imported but the standard library and `site`."""
    path = os.pathsep.join(filter(None, [before, str(site)]))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    words = [sys.executable, "-S", "-m", "onrecord", *arguments]
    return subprocess.run(words, env=environment, capture_output=True, text=True, cwd=cwd or site.parent, timeout=60)


def _other(site: Path, files: Mapping[str, str], listed: str | None = None) -> None:
    """Another program, installed into the same folder."""
    for name, text in {
        **files,
        "other-2.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: other\nVersion: 2.0\n",
    }.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    rows = "".join(f"{name},,\n" for name in files) if listed is None else listed
    (site / "other-2.0.dist-info" / "RECORD").write_text(rows)


def _twice(site: Path) -> None:
    shutil.copytree(site / f"onrecord-{version('onrecord')}.dist-info", site.parent / "more" / "onrecord-9.dist-info")


SHARED: Mapping[str, tuple[Callable[[Path], object], str]] = {
    "a package of the same name": (
        lambda site: _other(site, {"storage/__init__.py": "", "storage/theirs.py": "", "alerts/theirs.py": ""}),
        "The packages 'alerts', 'storage' are also installed by another program, other 2.0, in ",
    ),
    "a module of the same name": (
        lambda site: _other(site, {"checks.py": ""}),
        "The package 'checks' is also installed by another program, other 2.0, in ",
    ),
    "a compiled module of the same name": (
        lambda site: _other(site, {"figures.cpython-311-x86_64-linux-gnu.so": ""}),
        "The package 'figures' is also installed by another program, other 2.0, in ",
    ),
    "one that runs from its own source": (
        lambda site: _other(site, {"other-2.0.dist-info/top_level.txt": "other\nflows\n"}, listed="other.pth,,\n"),
        "The package 'flows' is also installed by another program, other 2.0, in ",
    ),
    "another program's removal took a module away": (
        lambda site: (site / "storage" / "engine.py").unlink(),
        "Files of onrecord are missing from ",
    ),
    "a package is gone": (
        lambda site: shutil.rmtree(site / "scrapers"),
        "The package 'scrapers' of onrecord is missing: ",
    ),
    "installed twice": (_twice, "onrecord is installed 2 times: in "),
}


@pytest.mark.parametrize("what", SHARED)
def test_no_command_starts_where_our_packages_are_not_ours_alone(site: Path, what: str) -> None:
    harm, words = SHARED[what]
    harm(site)
    for command in (["status"], ["doctor"], ["--version"]):
        done = _started(site, *command, before=str(site.parent / "more"))
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert words in done.stderr
        assert INSTALL in done.stderr


def test_no_command_starts_where_a_package_lacks_its_init_file(site: Path) -> None:
    for name in PACKAGES:
        init = site / name / "__init__.py"
        init.unlink()
        done = _started(site, "status")
        assert done.returncode == 2
        assert f"The package {name!r} of onrecord is damaged: {init} is missing." in done.stderr
        init.touch()


def test_no_command_starts_where_a_package_would_be_loaded_from_another_place(site: Path, tmp_path: Path) -> None:
    for name in PACKAGES:
        theirs = tmp_path / f"before_{name}" / name
        theirs.mkdir(parents=True)
        (theirs / "__init__.py").touch()
        for done in (
            _started(site, "status", before=str(theirs.parent)),
            _started(site, "status", cwd=theirs.parent),
        ):
            assert done.returncode == 2
            assert f"Python would load {name!r} from {theirs}, which is not part of onrecord" in done.stderr
            assert INSTALL in done.stderr


def test_what_the_wheel_installs_is_whole_and_starts_beside_others(site: Path) -> None:
    _other(site, {"storage_of_others/__init__.py": "", "my/alerts/__init__.py": "", "alerts-cli/x.py": ""})
    words = [sys.executable, "-S", "-c", "import onrecord; print(onrecord.installation_faults())"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(site)}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, cwd=site.parent, timeout=60)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_wheel_holds_types_claims_and_nothing_of_the_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"{package}/{file}" for package in PACKAGES for file in ("py.typed", "__init__.py")} <= names
    assert {f"alerts/shipped_claims/{path.name}" for path in (ROOT / "claims").glob("*.toml")} <= names
    modules = {str(path.relative_to(ROOT)) for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == {*modules, "onrecord.py"}
    tops = {name.partition("/")[0] for name in names}
    assert tops == {*PACKAGES, "onrecord.py", f"onrecord-{version('onrecord')}.dist-info"}


def test_the_installed_program_begins_with_the_look_at_the_installation() -> None:
    (program,) = entry_points(group="console_scripts", name="onrecord")
    assert program.value == "onrecord:main"


def test_the_version_is_printed(tmp_path: Path) -> None:
    done = typed(tmp_path / "home", "--version")
    assert (done.returncode, done.stdout) == (0, f"onrecord {version('onrecord')}\n")


def test_a_shell_completes_commands_and_sources() -> None:
    for line, place, words in (
        ("onrecord ver", "1", {"verdicts", "verify"}),
        ("onrecord run trac_f", "2", {"trac_facilities"}),
    ):
        asked = {"_ONRECORD_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": place}
        done = subprocess.run([str(PROGRAM)], env={**os.environ, **asked}, capture_output=True, text=True, timeout=60)
        assert (done.returncode, set(done.stdout.split())) == (0, words)
