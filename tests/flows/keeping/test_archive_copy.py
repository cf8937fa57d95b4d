"""The archive copied to a bucket and back, by the commands as a person types them."""

from pathlib import Path

import pytest

from flows.cli.care import reachable
from flows.configuration.settings import load_settings
from storage.archive import FolderArchive
from storage.engine import open_database, writing
from storage.write import releases
from tests.command import typed
from tests.databases import new_sqlite
from tests.importer import NOW
from tests.object_storage import KEYS, Front, Storage

CONTENTS = (b"a workbook", b"a page", b"robots.txt")


@pytest.fixture
def home(tmp_path: Path, front: Front) -> Path:
    """A home with three archived files on record; the object storage stands behind a front."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "onrecord.toml").write_text(f'[archive]\nendpoint_url = "{front.address}"\n')
    database = open_database(new_sqlite(home))
    archive = FolderArchive(home / "archive")
    with writing(database) as connection:
        for content in CONTENTS:
            releases.record_document(connection, archive.put(content), len(content), "text", NOW)
    database.dispose()
    return home


def test_the_archive_goes_to_a_bucket_and_a_second_time_nothing_changes(
    home: Path, storage: Storage, front: Front
) -> None:
    to = f"s3://{storage.make()}/offsite"
    first = typed(home, "archive", "copy", "--to", to)
    assert (first.returncode, first.stdout) == (
        0,
        "3 files copied, 0 were there already, 0 missing or altered.\n"
        f"All of them were hashed there. To look again at any time: onrecord verify --at {to}\n",
    )
    front.asked.clear()
    again = typed(home, "archive", "copy", "--to", to)
    assert again.stdout.startswith("0 files copied, 3 were there already, 0 missing or altered.")
    assert [asked for asked in front.asked if asked.startswith("PUT")] == []
    assert typed(home, "verify").stdout == typed(home, "verify", "--at", to).stdout
    assert not [secret for secret in KEYS.values() if len(secret) > 12 and secret in first.stdout + first.stderr]


def test_a_copy_that_was_stopped_goes_on(home: Path, storage: Storage, front: Front) -> None:
    bucket = storage.make()
    front.fault, front.only = "503", ("PUT",)
    stopped = typed(home, "archive", "copy", "--to", f"s3://{bucket}")
    assert (stopped.returncode, "answered 503, also when asked again" in stopped.stderr) == (2, True)
    front.fault = ""
    assert typed(home, "archive", "copy", "--to", f"s3://{bucket}").stdout.startswith("3 files copied, 0 were there")


def test_both_ends_are_verified_and_mended(home: Path, storage: Storage) -> None:
    bucket = storage.make()
    to, archive = f"s3://{bucket}", FolderArchive(home / "archive")
    typed(home, "archive", "copy", "--to", to)
    first, second, third = archive.held()
    archive.path(first).unlink()
    storage.overwrite(f"/{bucket}/{second[:2]}/{second[2:]}", b"other bytes")
    assert storage.asked("DELETE", f"/{bucket}/{third[:2]}/{third[2:]}") == 204
    there = typed(home, "verify", "--at", to)
    assert (there.returncode, there.stdout.splitlines()[:2]) == (
        1,
        [f"altered: {to}/{second[:2]}/{second[2:]}", f"missing: {to}/{third[:2]}/{third[2:]}"],
    )
    here = typed(home, "verify")
    assert here.stdout.splitlines()[0] == f"missing: {archive.path(first)}"
    assert "onrecord archive copy --from COPY" in here.stdout
    back = typed(home, "archive", "copy", "--from", to)  # the altered one stops no other
    assert (back.returncode, back.stdout.split(".")[0]) == (
        0,
        "1 files copied, 1 were there already, 0 missing or altered",
    )
    assert typed(home, "verify").returncode == 0
    copied = typed(home, "archive", "copy", "--to", to)
    assert (copied.returncode, copied.stderr) == (1, f"altered: {to}/{second[:2]}/{second[2:]}\n")


def test_an_archive_in_a_bucket_is_verified_and_named(home: Path, storage: Storage) -> None:
    bucket = storage.make()
    typed(home, "archive", "copy", "--to", f"s3://{bucket}/onrecord")
    with (home / "onrecord.toml").open("a") as file:
        file.write(f'address = "s3://{bucket}/onrecord"\n')
    assert typed(home, "verify").stdout == "3 documents, 0 missing or altered.\n"
    online = dict(reachable._others(load_settings(home)))[f"archive s3://{bucket}/onrecord"]
    assert online() == ""
    storage.lose_all(bucket)
    assert f"there is no bucket {bucket}" in online()
    lost = typed(home, "verify")
    assert (lost.returncode, f"there is no bucket {bucket}" in lost.stderr) == (2, True)
    assert lost.stdout == ""


def test_a_profile_of_the_sdk_names_another_service_with_its_own_keys(
    home: Path, storage: Storage, tmp_path: Path
) -> None:
    (home / "onrecord.toml").write_text('[archive]\nendpoint_url = "http://127.0.0.1:9"\n')  # nobody is there
    (tmp_path / "aws").write_text(
        f"[profile offsite]\nendpoint_url = {storage.endpoint_url}\naws_access_key_id = other\n"
        "aws_secret_access_key = geheim\nregion = us-east-1\n"
    )
    to, sdk = f"s3://{storage.make()}", {"AWS_CONFIG_FILE": str(tmp_path / "aws")}
    done = typed(home, "archive", "copy", "--to", to, "--profile", "offsite", **sdk)
    assert (done.returncode, done.stdout.partition(",")[0]) == (0, "3 files copied"), done.stderr
    assert typed(home, "verify", "--at", to, "--profile", "offsite", **sdk).returncode == 0
    unknown = typed(home, "verify", "--at", to, "--profile", "none", **sdk)
    assert (unknown.returncode, "the SDK found no credentials" in unknown.stderr) == (2, True)


def test_the_other_place_must_be_named(home: Path) -> None:
    done = typed(home, "archive", "copy")
    assert (done.returncode, "Name the other place" in done.stderr) == (2, True)
    bad = typed(home, "archive", "copy", "--to", "s3://me:geheim@bucket")
    assert (bad.returncode, "holds a name or a password" in bad.stderr, "geheim" in bad.stderr) == (2, True, False)
