"""The entry point: whatever happens, it ends with an exit code and a sentence."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from lampolicy.cli._codes import FAILED, INTERRUPTED, OK

_INSTALL = "lampolicy: the command needs more than the library: pip install 'lampolicy[check]'"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit.

    Args:
        arguments: The arguments; those of the process if not given.
    """
    if find_spec("click") is None:
        print(_INSTALL, file=sys.stderr)  # noqa: T201 - click, which would print, is what is missing
        sys.exit(FAILED)
    _print_somewhere()
    _never_fail_to_print()
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    import click

    from lampolicy.cli._app import app
    from lampolicy.cli._terminal import discard_output

    try:
        code: object = app.main(args=arguments, prog_name="lampolicy", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return FAILED
    except (click.Abort, KeyboardInterrupt):
        click.echo("lampolicy: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        discard_output()
        return FAILED
    except Exception as error:  # noqa: BLE001 - the last fence before a person
        return _internal(error)
    return code if isinstance(code, int) else OK


def _internal(error: Exception) -> int:
    """Say that this is our own fault, with the traceback only where it is asked for."""
    if os.environ.get("LAMPOLICY_TRACEBACK"):
        raise error
    told = f"{type(error).__name__}: {error}"
    print(f"lampolicy: internal error, which is a fault of lampolicy: {told}", file=sys.stderr)  # noqa: T201
    print("  set LAMPOLICY_TRACEBACK=1 to see where, and please report it", file=sys.stderr)  # noqa: T201
    return FAILED


def _print_somewhere() -> None:
    """Where a stream was closed before we began (`>&-`), what goes there is lost, and the exit code still tells."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as the process


def _never_fail_to_print() -> None:
    """A terminal that cannot show a letter shows a question mark for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
