"""Codes as people name them: one code, or the beginning of several."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lampolicy.catalog import near
from lampolicy.diagnostic import Code

_SHAPE: Final = re.compile(r"LP[0-9]{0,3}", re.ASCII)


def fits(code: Code, names: Iterable[str]) -> bool:
    """Tell whether a code is one of those named."""
    return any(code.value.startswith(name) for name in names)


def is_code_name(name: str) -> bool:
    """Tell whether a name is that of a code, as `LP304`, or the beginning of some, as `LP3`."""
    return _SHAPE.fullmatch(name) is not None and any(code.value.startswith(name) for code in Code)


def is_code(name: str) -> bool:
    """Tell whether a name is that of one code."""
    return name in frozenset(Code)


def help_for(name: str) -> str:
    """What to write instead of a name that names no code."""
    close = near(name, (code.value for code in Code), closeness=0.7)
    if is_code_name(name.upper()):
        return f"write `{name.upper()}`"
    return f"did you mean `{close}`?" if close else "`lampolicy rules` lists the rules; write `LP304`, or `LP3` for all"
