"""Which characters the text of a policy may hold (semantics G19)."""

from __future__ import annotations

import re
from typing import Final

from lampolicy.diagnostic import AwsError, Code, Diagnostic, Span
from lampolicy.policy._faults import Faults

_FOREIGN: Final = re.compile(r"[^\t\n\r\u0020-\u00ff]")


def check_characters(text: str, faults: Faults) -> None:
    """Refuse the first character IAM does not take in the raw text; JSON escapes of it pass."""
    if not faults.rules.iam:
        return
    match = _FOREIGN.search(text.removeprefix("\ufeff"))
    if match is None:
        return
    at = match.start()
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    faults.found.append(
        Diagnostic(
            Code.BAD_CHARACTER,
            f"the character `{match[0]}` (U+{ord(match[0]):04X}) may not stand in a policy of IAM",
            help=f"write it as the JSON escape `\\u{ord(match[0]):04x}`" if ord(match[0]) < 0x10000 else "remove it",
            aws=AwsError(faults.rules.code),
            span=Span(line, column, line, column + 1),
        )
    )
