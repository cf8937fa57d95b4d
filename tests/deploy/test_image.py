"""The image holds the wheel and what it needs: its build gets all that the wheel is made of, and nothing else."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
OF_DATASETTE = (ROOT / "deploy" / "datasette" / "Dockerfile").read_text()
IGNORED = (ROOT / ".dockerignore").read_text()


def _patterns() -> Iterator[tuple[bool, str]]:
    """(whether it is let in, pattern) in order; the last one that fits counts."""
    for line in IGNORED.splitlines():
        if line and not line.startswith("#"):
            yield line.startswith("!"), line.removeprefix("!")


def _let_in(path: Path) -> bool:
    """Whether Docker's rules send a file to the build."""
    parts = path.relative_to(ROOT).parts
    whole = ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]
    let_in = True
    for allowed, pattern in _patterns():
        anywhere = pattern.removeprefix("**/")
        tried = parts if anywhere != pattern else whole if "/" in pattern else whole[:1]
        if any(fnmatch(each, anywhere) for each in tried):
            let_in = allowed
    return let_in


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `docker build` would be given of this checkout."""
    folder = tmp_path_factory.mktemp("context")
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if tracked.returncode:
        pytest.skip("this is no checkout of git")
    for name in tracked.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and _let_in(path):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / name)
    return folder


def _wheel(source: Path, folder: Path) -> dict[str, bytes]:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=source, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_of_the_image_is_that_of_the_checkout(context: Path, tmp_path: Path) -> None:
    ours, theirs = _wheel(ROOT, tmp_path / "ours"), _wheel(context, tmp_path / "theirs")
    assert sorted(theirs) == sorted(ours)
    assert {name for name in ours if ours[name] != theirs[name]} == set()
    assert not [name for name in ours if name.startswith(("tests/", "benchmarks/", "deploy/", "docs/"))]


def test_no_secret_and_no_test_is_sent_to_the_build(context: Path) -> None:
    """Nothing is let in but what is named: a file of one's own beside the checkout never is."""
    assert next(_patterns()) == (False, "*")
    for name in ("deploy/.env", "deploy/secrets.env", ".env", "onrecord.db", "tests/conftest.py", ".git/config"):
        assert not _let_in(ROOT / name), name
    assert not [path for path in context.rglob("*") if path.name.startswith(".") or path.suffix in (".env", ".db")]
    assert {path.name for path in context.iterdir()}.isdisjoint({"tests", "benchmarks", "deploy", "docs"})


def test_what_the_dockerfile_copies_is_let_in() -> None:
    copied = [words.split() for words in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)]
    sources = {source for *sources, _ in copied for source in sources}
    assert sources >= {"requirements-image.lock", "requirements-build.lock"}
    assert [name for name in sources - {"."} if not _let_in(ROOT / name) or not (ROOT / name).is_file()] == []


@pytest.mark.parametrize(("text", "user"), [(DOCKERFILE, "onrecord"), (OF_DATASETTE, "datasette")])
def test_an_image_runs_without_rights_on_a_base_of_one_version(text: str, user: str) -> None:
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert bases
    pinned = re.compile(r"python:3\.\d+\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?")
    assert [base for base in bases if not pinned.fullmatch(base)] == []
    final = text[text.rindex("\nFROM ") :]
    assert re.findall(r"^USER (\S+)$", final, re.MULTILINE) == [user]
    assert final.index(f"USER {user}") < final.index("CMD")
    assert "COPY . ." not in final  # the source stays in the stage that builds
    for line in re.findall(r"pip install .*", text):
        assert "--require-hashes" in line or "--no-deps" in line


def test_the_base_is_a_python_that_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    version = re.findall(r"^FROM python:(3\.\d+)\.", DOCKERFILE, re.MULTILINE)
    assert {f"Programming Language :: Python :: {each}" for each in version} <= set(project["classifiers"])
