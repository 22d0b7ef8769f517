"""`lampolicy needs`: what a function's configuration needs of its execution role."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from lampolicy.cli._codes import FOUND, OK
from lampolicy.cli._terminal import put
from lampolicy.diagnostic import LampolicyError

if TYPE_CHECKING:
    from lampolicy.function import Fix, Needs

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
    The least policy that would do stands at the end, then what would mend what is lacking. Exits 0 if nothing is
    lacking, 1 if something is or cannot be told, and 2 if there is no answer.
    """
    from lampolicy.cli._world import read_world
    from lampolicy.function import Authorizer, fix

    try:
        organization = read_world(world)
        needs = Authorizer(organization).function(function).needs()
        mend = fix(needs.refused, organization)
    except LampolicyError as error:
        raise click.ClickException(str(error)) from None
    put(_json(needs, mend) if form == "json" else _text(needs, mend))
    return OK if needs else FOUND


def _text(needs: Needs, mend: Fix | None) -> str:
    return f"{needs}\n" if mend is None else f"{needs}\n\n{indent(str(mend), '  ')}\n"


def _json(needs: Needs, mend: Fix | None) -> str:
    fixed = {} if mend is None else {"fix": mend.to_dict()}
    return json.dumps({**needs.to_dict(), **fixed}, indent=2) + "\n"
