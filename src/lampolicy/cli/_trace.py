"""`lampolicy trace`: a whole invocation, from source to target."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lampolicy.cli._codes import FOUND, OK
from lampolicy.cli._question import given_context
from lampolicy.cli._terminal import put
from lampolicy.cli._world import read_world
from lampolicy.diagnostic import LampolicyError
from lampolicy.function import Authorizer, Trace, trace

_EXAMPLES = """\b
Examples:
  lampolicy trace aws/ "bucket photos in 111122223333 -> thumbnails:live"
  lampolicy trace aws/ "url by arn:aws:iam::111122223333:role/gallery -> thumbnails:live"
  lampolicy trace aws/ "arn:aws:sqs:eu-west-1:444455556666:jobs -> worker ->
      s3:PutObject arn:aws:s3:::photos/thumbs/x.png" --format svg --output trace.svg
  lampolicy trace aws/ "url by anonymous -> orders -> sns:Publish arn:aws:sns:eu-west-1:111122223333:paid ->
      queue arn:aws:sqs:eu-west-1:111122223333:mails -> mailer"
"""
_PLACE = click.Path(exists=True, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("trace", short_help="Follow a whole invocation, from source to target.", epilog=_EXAMPLES)
@click.argument("world", type=_PLACE)
@click.argument("path")
@click.option("--context", multiple=True, metavar="KEY=VALUE", help="A condition key that every call on it carries.")
@click.option("--format", "form", type=click.Choice(["text", "json", "mermaid", "svg"]), default="text", help="Form.")
@click.option("--output", type=_FILE, help="Write it to a file instead of standard output.")
def command(world: Path, path: str, context: tuple[str, ...], form: str, output: Path | None) -> int:
    """Follow an invocation through WORLD, a file or folder of policies as `lampolicy check` reads it.

    PATH names what starts it, the functions, what they do and what stands between them, with arrows. Exits 0 if all of
    it is allowed, 1 if a hop is refused or cannot be told, 2 if there is no answer.
    """
    try:
        found = trace(Authorizer(read_world(world)), path, given_context(context))
        put(_written(found, form), output)
    except LampolicyError as error:
        raise click.ClickException(str(error)) from None
    return OK if found else FOUND


def _written(found: Trace, form: str) -> str:
    match form:
        case "json":
            return json.dumps(found.to_dict(), indent=2) + "\n"
        case "mermaid":
            return found.mermaid()
        case "svg":
            return found.svg()
        case _:
            return f"{found}\n"
