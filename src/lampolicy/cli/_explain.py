"""`lampolicy explain`: one question, or the page of a code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from lampolicy.cli._codes import OK
from lampolicy.cli._terminal import put
from lampolicy.diagnostic import Code, LampolicyError

# the backspace tells click to keep the lines as they are
_EXAMPLES = """\b
Examples:
  lampolicy explain LP304
  lampolicy explain --world aws/ --principal arn:aws:iam::111122223333:user/ana
      --action lambda:InvokeFunction --resource thumbnails:live
"""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PLACE = click.Path(exists=True, path_type=Path)
_KINDS = click.Choice(["function", "layer", "bucket", "queue", "topic", "secret", "key", "trust", "resource"])


@click.command("explain", short_help="Decide one question and say why; or explain a code.", epilog=_EXAMPLES)
@click.argument("code", required=False)
@click.option("--principal", help="Who asks: an ARN, service:NAME or anonymous.")
@click.option("--principal-role", help="For the ARN of a session: its role's ARN, with the path.")
@click.option("--issuer", help="For a federated user: the ARN of the IAM user that asked for the token.")
@click.option("--action", help="The action, as in lambda:InvokeFunction.")
@click.option("--resource", help="An ARN, *, or with --world a function as NAME or NAME:QUALIFIER.")
@click.option("--resource-account", help="The owner, where ARN and policies do not tell.")
@click.option("--context", multiple=True, metavar="KEY=VALUE", help="A condition key; repeat it for several values.")
@click.option("--unknown", multiple=True, metavar="KEY", help="A condition key that is not known.")
@click.option("--via", multiple=True, metavar="SERVICE", help="A service that forwards the call, first to last.")
@click.option("--what-if", is_flag=True, help="Let --context overrule what AWS derives from the caller.")
@click.option("--world", type=_PLACE, help="A file or folder of policies, as `lampolicy check` reads it.")
@click.option("--identity", type=_FILE, multiple=True, help="An identity policy of the caller.")
@click.option("--boundary", type=_FILE, multiple=True, help="The caller's permissions boundary.")
@click.option("--session", type=_FILE, multiple=True, help="A session policy passed with the session.")
@click.option("--resource-policy", type=_FILE, help="The policy of the resource.")
@click.option("--kind", type=_KINDS, help="What --resource-policy hangs on; else the resource's ARN tells.")
@click.option("--scp", type=_FILE, multiple=True, help="A service control policy; one level each, the root's first.")
@click.option("--rcp", type=_FILE, multiple=True, help="A resource control policy; one level each, the root's first.")
@click.option("--endpoint", type=_FILE, multiple=True, help="The policy of the VPC endpoint.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the answer.")
@click.pass_context
def command(ctx: click.Context, /, **_: object) -> int:
    """Decide one question and say why; or print the page of a CODE.

    The policies come from --world, or one by one from files. Exits 0 if there is an answer, whatever it is, and 2 if
    there is none.
    """
    options = ctx.params
    try:
        put(_page(options) if options["code"] is not None else _answer(options))
    except LampolicyError as error:
        raise click.ClickException(str(error)) from None
    return OK


def _page(options: dict[str, Any]) -> str:
    from lampolicy.check import page_of

    code: str = options["code"]
    if any(value for name, value in options.items() if name not in {"code", "form"}):
        raise click.UsageError("give a CODE, or ask a question, not both")
    try:
        return page_of(Code(code.upper())) + "\n"
    except ValueError:
        raise click.UsageError(f"there is no code `{code}`: `lampolicy rules` lists the rules") from None


def _answer(options: dict[str, Any]) -> str:
    from lampolicy.cli._question import Asked, Files, question

    missing = [f"--{name}" for name in ("principal", "action", "resource") if not options[name]]
    if missing:
        needed = ", ".join(missing)
        raise click.UsageError(f"a question needs {needed}; or give a code, as in `lampolicy explain LP304`")
    asked = Asked(**{name: options[name] for name in Asked.__slots__})
    files = Files(**{name: options[name] for name in Files.__slots__})
    request, policies = question(asked, files)
    from lampolicy.explain import explain

    explanation = explain(request, policies, what_if=options["what_if"])
    if options["form"] == "json":
        return json.dumps(explanation.to_dict(), indent=2) + "\n"
    return f"{explanation}\n"
