"""Options that tell of the stack of a template, and the template as the world a command asks about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from lampolicy.cli._world import faults_of, tell_of_faults
from lampolicy.diagnostic import render_line
from lampolicy.organization import Organization
from lampolicy.readers import load_template

F = TypeVar("F", bound=Callable[..., Any])

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OPTIONS: Final = (
    click.option("--template", type=_FILE, help="A template of CloudFormation or SAM, as what it deploys."),
    click.option("--account", metavar="ID", help="The account the template is deployed in, twelve digits."),
    click.option("--region", metavar="REGION", help="The region it is deployed in, such as eu-west-1."),
    click.option("--stack", metavar="NAME", help="The name of its stack; the name of the file if not given."),
    click.option("--parameter", multiple=True, metavar="NAME=VALUE", help="The value of a parameter; repeatable."),
    click.option("--import", "import_", multiple=True, metavar="EXPORT=VALUE", help="What another stack exports."),
    click.option("--attribute", multiple=True, metavar="ID.NAME=VALUE", help="What a resource's attribute is."),
    click.option(
        "--stack-resources",
        multiple=True,
        metavar="FILE",
        type=_FILE,
        help="What `aws cloudformation describe-stack-resources` or `describe-stacks` prints; repeatable.",
    ),
)


def template_options(command: F) -> F:
    """Give a command the options that name a template and tell of its stack."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_template(template: Path, told: dict[str, Any], beside: Path | None) -> Organization:
    """Read a template, and what else there is; say what is left out of it, and which names are made up.

    Raises:
        BadFile: The template has faults, with all of them.
    """
    loaded = load_template(
        template,
        account=told["account"],
        region=told["region"],
        stack=told["stack"],
        parameters=_pairs("--parameter", told["parameter"]),
        imports=_pairs("--import", told["import_"]),
        attributes=_pairs("--attribute", told["attribute"]),
        stack_exports=told["stack_resources"],
        beside=() if beside is None else (beside,),
    )
    faults = faults_of(loaded, str(template))
    if faults is not None:
        raise faults
    if beside is not None and loaded.faults:
        tell_of_faults(beside, len(loaded.faults))
    for said in (said for said in loaded.diagnostics if said.file == str(template)):
        click.echo(f"lampolicy: {render_line(said.diagnostic, said.file)}", err=True)
        if said.diagnostic.help:
            click.echo(f"  help: {said.diagnostic.help}", err=True)
    return loaded.organization


def _pairs(option: str, given: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.UsageError(f"`{option}`: `{text}` is no NAME=VALUE")
        found[name] = value
    return found
