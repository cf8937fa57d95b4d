"""Print the oldest and the newest Python that pyproject.toml claims, without the one that runs this."""

import re
import sys
import tomllib
from pathlib import Path


def claimed(pyproject: str) -> list[tuple[int, int]]:
    """The versions of the classifiers, oldest first."""
    classifiers = tomllib.loads(pyproject)["project"]["classifiers"]
    found = [re.fullmatch(r"Programming Language :: Python :: (\d+)\.(\d+)", each) for each in classifiers]
    return sorted((int(each[1]), int(each[2])) for each in found if each)


if __name__ == "__main__":
    versions = claimed((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    others = [each for each in dict.fromkeys((versions[0], versions[-1])) if each != sys.version_info[:2]]
    sys.stdout.write("".join(f"{major}.{minor}\n" for major, minor in others))
