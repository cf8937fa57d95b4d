"""The way in: no command starts unless every package is ours, whole, and in the place where this file lies.

Our packages have everyday names (`storage`, `alerts`). In an environment that others share, another program may write
into them, and takes ours away when it is removed. Everything here works with the standard library alone.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("alerts", "checks", "figures", "flows", "pages", "replica", "scrapers", "storage")
NAME = "onrecord"
_UNUSABLE = 2
# A line of a distribution's list of files that lies in a package of ours, or is a module of its name. The lists of an
# environment have megabytes, and a search that begins with a line's end goes through them four times as fast as with ^.
_OF_OURS = re.compile(rf"\n\"?(?:\./)?({'|'.join(PACKAGES)})(?:/|\.py|\.[^/,]*\.(?:so|pyd))")
_REMEDY = (
    "Nothing was started. onrecord needs an environment of its own. To install it into one, type in the folder of its "
    "source: `pipx install --force .` or `uv tool install --force .`; docs/runbook.md has the way for a server."
)


def main() -> None:
    """Run a command. An installation that is mixed up is said on stderr, with exit code 2."""
    if faults := installation_faults():
        sys.stderr.write("\n".join([*faults, _REMEDY]) + "\n")
        sys.exit(_UNUSABLE)
    from flows.cli.app import main as run

    run()


def installation_faults() -> list[str]:
    """What is wrong with the packages that Python would load, each fault in a sentence; none when all is well."""
    root = Path(__file__).resolve().parent
    placed = [fault for name in PACKAGES if (fault := _place_fault(name, root))]
    return [*placed, *_faults_of_files()]


def _place_fault(name: str, root: Path) -> str:
    """Whether Python would load a package from another place than ours."""
    ours = root / name / "__init__.py"
    if not (root / name).is_dir():
        return f"The package {name!r} of onrecord is missing: {root / name} is not there."
    if not ours.is_file():
        return f"The package {name!r} of onrecord is damaged: {ours} is missing."
    spec = find_spec(name)
    found = Path(spec.origin).resolve() if spec and spec.origin else None
    if found == ours:
        return ""
    return (
        f"Python would load {name!r} from {found.parent if found else 'elsewhere'}, which is not part of onrecord "
        f"(onrecord lies in {root}). Take that folder off PYTHONPATH, or leave it if it is the one that you are in."
    )


def _faults_of_files() -> Iterator[str]:
    """Who else says that files in our packages are his, and which of our own files are gone."""
    ours: set[str] = set()
    others: set[str] = set()
    for each in distributions():
        if not (packages := _claimed(each)):
            continue
        place = str(Path(str(each.locate_file(""))).resolve())
        if each.name != NAME:
            others.add(f"{_named(packages)} also installed by another program, {each.name} {each.version}, in {place}.")
        elif place not in ours:
            ours.add(place)
            yield from _lost(each, place)
    yield from sorted(others)
    if len(ours) > 1:
        yield f"onrecord is installed {len(ours)} times: in {' and in '.join(sorted(ours))}."


def _claimed(each: Distribution) -> set[str]:
    """The packages of our names that a distribution has a part in."""
    listed = _OF_OURS.finditer("\n" + (each.read_text("RECORD") or ""))
    return {found[1] for found in listed} | (set(PACKAGES) & set((each.read_text("top_level.txt") or "").split()))


def _named(packages: set[str]) -> str:
    names = ", ".join(sorted(map(repr, packages)))
    return f"The package {names} is" if len(packages) == 1 else f"The packages {names} are"


def _lost(ours: Distribution, place: str) -> Iterator[str]:
    """Modules that were installed with us and are there no more."""
    names = [line.partition(",")[0] for line in (ours.read_text("RECORD") or "").splitlines()]
    missing = [name for name in names if name.endswith(".py") and not Path(str(ours.locate_file(name))).is_file()]
    if missing:
        yield f"Files of onrecord are missing from {place}: {len(missing):,}, such as {missing[0]}."


if __name__ == "__main__":
    main()
