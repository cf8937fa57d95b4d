"""`onrecord snapshot`: the file that Datasette shows. It is made whole beside its place, then put there."""

import tempfile
from pathlib import Path

from alerts.claims.shipped import shipped_claims
from figures.registry import SOURCES
from flows.configuration.home_folder import for_others
from flows.keeping.manifest import BackupError
from storage.engine import Database
from storage.public_copy import write_public_copy

FILE = "onrecord.db"  # Datasette names the database by its file, and deploy/datasette/metadata.yaml by that name


def write_snapshot(database: Database, folder: Path) -> tuple[Path, int]:
    """Write the file into a folder, in the place of an earlier one. Returns its path and how many figures it has.

    Raises BackupError when the folder cannot be written.
    """
    target = folder.expanduser().absolute() / FILE
    if database.dialect.name == "sqlite" and target == Path(str(database.url.database)).absolute():
        raise BackupError(f"{target} is the database itself. Name another folder with --to.")
    shipped = {path.stem for path in shipped_claims().glob("*.toml")}  # a newsroom's own claims are its own matter
    terms = {source.id: source.attribution for source in SOURCES.values() if source.republish == "figures"}
    try:
        with for_others():
            target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{FILE}-", dir=target.parent) as beside:
            made = Path(beside) / FILE
            count = write_public_copy(database, made, terms, shipped)
            made.chmod(0o444)
            made.replace(target)
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror or error}.") from error
    return target, count
