"""`lampolicy rules`."""

from __future__ import annotations

import json

import click

from lampolicy.check import RULES, Rule
from lampolicy.cli._codes import OK
from lampolicy.cli._terminal import put


@click.command("rules", short_help="List the rules of `lampolicy check`.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the list.")
def command(form: str) -> int:
    """List the rules of `lampolicy check`; `lampolicy explain CODE` prints the page of one."""
    if form == "json":
        put(json.dumps([_row(rule) for rule in RULES], indent=2) + "\n")
    else:
        put("".join(f"{rule.code}  {rule.severity:<7}  {rule.name:<36}  {rule.summary}\n" for rule in RULES))
    return OK


def _row(rule: Rule) -> dict[str, str]:
    return {
        "code": rule.code.value,
        "name": rule.name,
        "severity": rule.severity.value,
        "summary": rule.summary,
        "page": rule.page,
    }
