"""The command `lampolicy`.

Takes: arguments, files, and what the terminal says about itself.
Gives: reports on standard output, everything else on standard error, and an exit code: 0, 1 or 2.
Never: decides by itself, shows a traceback to somebody who did nothing wrong, or loads what a command does not need.
"""

from lampolicy.cli._main import main

__all__ = ["main"]
