"""`lampolicy who-can`: everybody who may invoke a function."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lampolicy.cli._codes import OK
from lampolicy.cli._terminal import put
from lampolicy.diagnostic import LampolicyError

# the backspace tells click to keep the lines as they are
_EXAMPLES = """\b
Examples:
  lampolicy who-can aws/ thumbnails:live
  lampolicy who-can aws/ thumbnails --url --format json
"""


@click.command("who-can", short_help="List everybody who may invoke a function.", epilog=_EXAMPLES)
@click.argument("world", type=click.Path(exists=True, path_type=Path))
@click.argument("function", metavar="FUNCTION[:QUALIFIER]")
@click.option("--url", is_flag=True, help="Who may call its URL, rather than the Invoke API.")
@click.option("--context", multiple=True, metavar="KEY=VALUE", help="A condition key; repeat it for several values.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the answer.")
def command(world: Path, function: str, context: tuple[str, ...], form: str, *, url: bool) -> int:
    """List everybody who may invoke a function, of those in WORLD and of those outside.

    WORLD is a file or folder of policies, as `lampolicy check` reads it; FUNCTION a name or an ARN. Exits 0 if there is
    an answer, whatever it is, and 2 if there is none.
    """
    try:
        put(_answer(world, function, context, form, url=url))
    except LampolicyError as error:
        raise click.ClickException(str(error)) from None
    return OK


def _answer(world: Path, function: str, context: tuple[str, ...], form: str, *, url: bool) -> str:
    from lampolicy.cli._question import given_context
    from lampolicy.cli._world import read_world
    from lampolicy.function import Authorizer

    view = Authorizer(read_world(world)).function(function)
    given = given_context(context)
    who = view.who_may_invoke_url(context=given) if url else view.who_may_invoke(given)
    return json.dumps(who.to_dict(), indent=2) + "\n" if form == "json" else f"{who}\n"
