"""`onrecord site`: the static site, now."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def site(
    to: Annotated[
        Path | None, typer.Option("--to", help="The folder; that of the configuration when left out.")
    ] = None,
) -> None:
    """Make the static site: a page for each claim, what it rests on, and the data. Opens from disk, in any browser.

    The folder becomes a link to the site's newest build, which lies beside it. Pages that did not change stay as they
    are. Exit 1 when a part had to be left out.
    """
    from flows.configuration.settings import SettingsError, load_settings
    from flows.pipeline import open_line, usable_claims
    from flows.publishing.make_site import make_site

    settings = load_settings()
    if to is None and not settings.site.folder:
        raise SettingsError(
            "Nothing says where the site goes: give --to FOLDER, or folder under [site] in onrecord.toml"
        )
    folder = to.expanduser().absolute() if to else settings.site_folder
    line = open_line(settings, create=False)
    made = make_site(line.database, usable_claims(settings), settings, folder)
    placed = made.placed
    for fault in made.faults:
        sys.stderr.write(f"Left out: {fault}. This is a fault of onrecord: please report it with these words.\n")
    sys.stdout.write(
        f"{placed.files:,} files, {placed.size / 1e6:.1f} MB: {placed.written:,} written, {placed.removed:,} removed.\n"
        f"{folder / 'index.html'}\n"
    )
    raise typer.Exit(1 if made.faults else 0)
