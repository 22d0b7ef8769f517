"""What the terminal can show: colour, progress, and where the report goes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

import click

_PATIENCE: Final = 0.7
"""Seconds before somebody at a terminal is told what takes so long."""


def wants_colour(stream: IO[str], environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether to write colours: on a terminal, unless the environment says otherwise.

    `NO_COLOR` forbids, `FORCE_COLOR` and `CLICOLOR_FORCE` demand, `TERM=dumb` cannot.
    """
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return environment.get("TERM") != "dumb" and stream.isatty()


def put(text: str, output: Path | None = None) -> None:
    """Write a report to standard output, or to a file; raise a usage error if the file cannot be written.

    A reader of the pipe who has seen enough (`| head`) is no error; a disk that is full is one.
    """
    if output is not None:
        _to_file(text, output)
        return
    try:
        click.echo(text, nl=False, color=True)
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()
    except OSError as error:
        discard_output()
        msg = f"standard output cannot be written: {error.strerror or error}"
        raise click.ClickException(msg) from None


def discard_output() -> None:
    """Let what is still to be written, also at the interpreter's end, go nowhere."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def _to_file(text: str, output: Path) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(output), error.strerror or "cannot be written") from None


class Progress:
    """Tells somebody at a terminal what is being read, once it takes long."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shows = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._since = time.monotonic()
        self._shown = False

    def __call__(self, what: str) -> None:
        """Say what comes next."""
        if self._shows and time.monotonic() - self._since > _PATIENCE:
            self._stream.write(f"\r\x1b[Kreading {what[-70:]}")
            self._stream.flush()
            self._shown = True

    def done(self) -> None:
        """Take the line away again."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
