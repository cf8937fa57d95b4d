"""Files that others read: workflows, issue forms, the citation, and the walks of CONTRIBUTING.md."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.claims.model import faults_of
from figures.registry import SOURCES
from tests.command import typed

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
PUBLISHED = {
    "vendor.compose-spec": sorted((ROOT / "deploy").rglob("compose*.yaml")),
    "vendor.github-workflows": WORKFLOWS,
    "custom.github-workflows-require-timeout": WORKFLOWS,
    "vendor.github-issue-forms": FORMS,
    "vendor.github-issue-config": [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.citation-file-format": [ROOT / "CITATION.cff"],
}


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


@pytest.mark.parametrize("schema", PUBLISHED)
def test_each_file_is_what_its_readers_expect(schema: str) -> None:
    assert PUBLISHED[schema]
    program = Path(sys.executable).with_name("check-jsonschema")
    words = [str(program), "--builtin-schema", schema, *map(str, PUBLISHED[schema])]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actions_are_pinned_and_jobs_have_no_right_that_they_do_not_need() -> None:
    for path in WORKFLOWS:
        text, workflow = path.read_text(), _read(path)
        used = re.findall(r"uses: (.+)", text)
        assert used
        assert [each for each in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []
        assert workflow["permissions"] == {}
        assert "pull_request_target" not in text
        for job in workflow["jobs"].values():
            assert "contents" in job["permissions"]
            writes = {name for name, right in job["permissions"].items() if right == "write"}
            assert writes <= {"attestations", "id-token", "packages"}
            assert "packages" not in writes or "build-push-action" in str(job)
            assert not writes or "attest-build-provenance" in str(job)
            checkouts = [step for step in job["steps"] if "actions/checkout" in step.get("uses", "")]
            assert all(step["with"]["persist-credentials"] is False for step in checkouts)
        # What comes from outside is never part of a script.
        scripts = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
        assert not [script for script in scripts if "${{" in script]


def test_a_tag_builds_wheel_and_image_with_an_attestation_each() -> None:
    release = _read(ROOT / ".github" / "workflows" / "release.yml")
    assert release[True]["push"]["tags"]  # YAML reads `on` as true
    attested = {
        name: [step["with"] for step in job["steps"] if "attest-build-provenance" in step.get("uses", "")]
        for name, job in release["jobs"].items()
    }
    assert attested["wheel"] == [{"subject-path": "dist/*.whl"}]
    assert attested["image"][0]["subject-digest"] == "${{ steps.build.outputs.digest }}"
    assert all(job["needs"] == "check" for name, job in release["jobs"].items() if name != "check")


def test_the_citation_names_the_version_that_is_built() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = _read(ROOT / "CITATION.cff")
    assert (citation["title"], citation["version"], citation["license"]) == (
        project["name"],
        project["version"],
        project["license"],
    )


def test_the_form_of_a_new_layout_names_every_source() -> None:
    form = _read(ROOT / ".github" / "ISSUE_TEMPLATE" / "new_layout.yml")
    (source,) = (field for field in form["body"] if field.get("id") == "source")
    assert source["attributes"]["options"] == list(SOURCES)


def _commands(text: str) -> set[str]:
    """The commands of ours that a text types or names, each with its options."""
    return {words.strip() for words in re.findall(r"(?:^|`)onrecord ((?:[a-z-]+ ?)+)", text, re.MULTILINE)}


def test_the_commands_that_others_are_told_to_type_exist(tmp_path: Path) -> None:
    texts = [CONTRIBUTING, (ROOT / "SECURITY.md").read_text(), *(path.read_text() for path in FORMS)]
    found = {words.split()[0] for text in texts for words in _commands(text) if not words.startswith("-")}
    assert len(found) > 5
    listed = typed(tmp_path / "home", "--help").stdout
    assert {word for word in found if not re.search(rf"^\W*{word}\b", listed, re.MULTILINE)} == set()


def test_the_claim_of_the_walk_passes_the_check(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", CONTRIBUTING, re.DOTALL)
    path = tmp_path / f"{tomllib.loads(block)['id']}.toml"
    path.write_text(block)
    assert faults_of(path) == []
    assert f".demo/claims/{path.name}" in CONTRIBUTING


def test_what_the_walks_name_is_there() -> None:
    """Files by their path, and the tests that a walk adds a line to."""
    named = set(re.findall(r"`((?:tests|scrapers|docs|figures|claims|replica)/[\w/.]*)`", CONTRIBUTING))
    assert len(named) > 6
    assert {name for name in named if not (ROOT / name).exists()} == set()
    test = "test_footnote_marks_blanks_and_renamings_change_nothing"
    assert test in CONTRIBUTING
    assert f"def {test}" in (ROOT / "tests" / "scrapers" / "ice" / "test_detention.py").read_text()
    assert (
        '"Expedited Removal (I-860)": _is("disposition", "expedited_removal"),'
        in (ROOT / "scrapers" / "ice" / "detention_tables.py").read_text()
    )
