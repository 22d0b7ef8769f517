"""Which values of condition operators are well formed when a policy is written (semantics G23)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lampolicy.policy._literals import (
    is_canonical_base64,
    read_arn_pattern,
    read_date,
    read_network,
    read_number,
)
from lampolicy.policy._operator_names import Family

_LAST_SECOND: Final = 9223372036854775807


def _date_at_write(text: str) -> bool:
    """Tell whether IAM stores `text` as a date: seconds since 1970 carry no sign and fit 63 bits (semantics G23)."""
    milliseconds = read_date(text)
    if milliseconds is None:
        return False
    return not text[1:].isdigit() or (text[0].isdigit() and milliseconds <= _LAST_SECOND * 1000)


WELL_FORMED: Final[dict[Family, tuple[Callable[[str], bool], str]]] = {
    Family.NUMERIC: (lambda text: read_number(text) is not None, "a number"),
    Family.DATE: (_date_at_write, "a date"),
    Family.IP: (lambda text: read_network(text) is not None, "an IP address or network"),
    Family.ARN: (lambda text: read_arn_pattern(text) is not None, "an ARN of six parts"),
    Family.BINARY: (is_canonical_base64, "canonical base64"),
}
"""For each family whose values can be malformed: how to tell, and what a value should be."""
