"""`onrecord claims ...`: the registry at the command line."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import JsonOption, LimitOption

claims_app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


@claims_app.callback()
def claims(
    context: typer.Context,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """The claims on record: listed, checked, added. Exit 1 when a claim file cannot be used."""
    if context.invoked_subcommand is None:
        from flows.cli import claim_desk

        raise typer.Exit(claim_desk.listing(limit, as_json=as_json))


@claims_app.command("check")
def claims_check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; every claim when left out.")] = None,
) -> None:
    """Every fault of every claim's file, with its line and what to do. Exit 1 when there is one."""
    from flows.cli import claim_desk

    raise typer.Exit(claim_desk.check(paths or []))


@claims_app.command("new")
def claims_new(
    folder: Annotated[Path | None, typer.Option("--in", help="The folder to write to; your own when left out.")] = None,
    sentence: Annotated[str, typer.Option("--from", help="The words that were said, to propose from.")] = "",
) -> None:
    """Write the file of a new claim by asking for what its form needs, and show how it would be judged before.

    Exit 1 when the answers do not fit together.
    """
    from alerts.claims.proposal import proposed
    from flows.cli import claim_desk

    proposals = proposed(sentence) if sentence else {}

    def ask(key: str, meaning: str) -> str:
        default = proposals.pop(key, "")  # a proposal that does not fit is not proposed again
        asked = f"{key} ({meaning})" if meaning else key
        answer: str = typer.prompt(asked, default=default, show_default=bool(default))
        return answer

    raise typer.Exit(claim_desk.new(ask, folder))


@claims_app.command("archive")
def claims_archive(
    names: Annotated[list[str] | None, typer.Argument(help="Claims by id; every one that is watched if none.")] = None,
) -> None:
    """Print a dated copy of each source that has none, from the Internet Archive, as a line for the claim's file.

    Exit 1 when there is no copy of one.
    """
    from flows.cli import claim_archive

    raise typer.Exit(claim_archive.archive(names or []))


@claims_app.command("page")
def claims_page() -> None:
    """Print the page docs/claims.md: every claim with its three answers on what is stored, or the reason for none."""
    from flows.show import claims_page as page

    page.print_page()
