"""The group of commands; each is imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

import lampolicy

_COMMANDS: Final = {
    "check": "lampolicy.cli._check",
    "conformance": "lampolicy.cli._conformance",
    "explain": "lampolicy.cli._explain",
    "permission": "lampolicy.cli._permission",
    "needs": "lampolicy.cli._needs",
    "replay": "lampolicy.cli._replay",
    "rules": "lampolicy.cli._rules",
    "trace": "lampolicy.cli._trace",
    "who-can": "lampolicy.cli._who_can",
}


class _Lazy(click.Group):
    """A group that knows its commands by name, and loads one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command: object = import_module(_COMMANDS[cmd_name]).command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in _COMMANDS:
            ctx.fail(_no_command(args[0]))
        return super().resolve_command(ctx, args)


def _no_command(word: str) -> str:
    from lampolicy.catalog import near

    close = near(word, _COMMANDS, closeness=0.5)
    hint = f"did you mean `{close}`?" if close else f"there are {', '.join(f'`{name}`' for name in _COMMANDS)}"
    return f"there is no command `{word}`: {hint}"


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(lampolicy.__version__, prog_name="lampolicy", message="%(prog)s %(version)s")
def app() -> None:
    """Decide AWS-style permission questions exactly as AWS does, offline, and say why."""
