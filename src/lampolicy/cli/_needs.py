"""`lampolicy needs`: what a function's configuration needs of its execution role."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lampolicy.cli._codes import FOUND, OK
from lampolicy.cli._terminal import put
from lampolicy.diagnostic import LampolicyError

# the backspace tells click to keep the lines as they are
_EXAMPLES = """\b
Examples:
  lampolicy needs aws/ thumbnails
  lampolicy needs aws/ thumbnails --format json
"""


@click.command("needs", short_help="Tell what a function needs of its execution role.", epilog=_EXAMPLES)
@click.argument("world", type=click.Path(exists=True, path_type=Path))
@click.argument("function")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the answer.")
def command(world: Path, function: str, form: str) -> int:
    """Tell what a function's configuration needs of its execution role, what that lacks and has in excess.

    WORLD is a file or folder of policies and configurations, as `lampolicy check` reads it; FUNCTION a name or an ARN.
    The least policy that would do stands at the end. Exits 0 if nothing is lacking, 1 if something is or cannot be
    told, and 2 if there is no answer.
    """
    from lampolicy.cli._world import read_world
    from lampolicy.function import Authorizer

    try:
        needs = Authorizer(read_world(world)).function(function).needs()
    except LampolicyError as error:
        raise click.ClickException(str(error)) from None
    put(json.dumps(needs.to_dict(), indent=2) + "\n" if form == "json" else f"{needs}\n")
    return OK if needs else FOUND
