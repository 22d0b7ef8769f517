"""The values of condition operators that are more than text, read exactly as AWS reads them (semantics O4 to O9).

Each reader gives `None` for a malformed text. They are the same for the policy's side and for the request's.
"""

from __future__ import annotations

import re
from functools import cache

from lampolicy._typing import TYPE_CHECKING
from lampolicy.names import Network, read_network

if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Final

__all__ = ["Network", "is_canonical_base64", "read_arn_pattern", "read_date", "read_network", "read_number"]

_NUMBER: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?"
_GREATEST_EXPONENT: Final = 2147483647
_EXPONENT_DIGITS: Final = 11

_DATE: Final = (
    r"(?P<year>-?[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?"
    r"(?:[Tt](?P<hour>[0-9]{2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?)?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}(?::[0-9]{2})?)?)?"
)
_EPOCH: Final = r"[+-]?[0-9]{1,19}"
_LAST_SECOND: Final = 2**63 - 1
_DAY: Final = 86_400_000
_HOUR: Final = 3_600_000
_MINUTE: Final = 60_000
_SECOND: Final = 1000
_ARN_PARTS: Final = 6
_MONTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    """Few policies hold numbers or dates: compiling their expressions waits for the first."""
    return re.compile(expression, re.ASCII)


def read_number(text: str) -> Decimal | None:
    """Read a number as Java's BigDecimal does: exact, ASCII digits, no blanks (semantics O4)."""
    match = _compiled(_NUMBER).fullmatch(text)
    if match is None:
        return None
    exponent = match[1]
    if exponent is not None and not _small(exponent):
        return None
    from decimal import Decimal

    return Decimal(text)


def _small(exponent: str) -> bool:
    digits = exponent.lstrip("+-").lstrip("0")
    return len(digits) < _EXPONENT_DIGITS and int(digits or "0") <= _GREATEST_EXPONENT


def read_date(text: str) -> int | None:
    """Read a date, or seconds since 1970, as whole milliseconds since 1970 in UTC (semantics O5).

    A date is `[-]YYYY`, `YYYY-MM` or `YYYY-MM-DD`, then, if at all, `T` and a time to the hour, minute, second or
    fraction, then, if at all, a zone. Finer fractions are cut off.
    """
    match = _compiled(_DATE).fullmatch(text)
    if match is not None:
        return _milliseconds(match)
    if _compiled(_EPOCH).fullmatch(text) is None or abs(int(text)) > _LAST_SECOND:
        return None
    return int(text) * _SECOND


def _milliseconds(match: re.Match[str]) -> int | None:
    year, month, day = int(match["year"]), int(match["month"] or 1), int(match["day"] or 1)
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    days = _days(year, month, day)
    zone = _zone(match["zone"])
    if days is None or zone is None or hour > 23 or minute > 59 or second > 59:
        return None
    fraction = int((match["fraction"] or "").ljust(9, "0")) // 1_000_000
    return days * _DAY + hour * _HOUR + minute * _MINUTE + second * _SECOND + fraction - zone


def _days(year: int, month: int, day: int) -> int | None:
    """Count the days from 1970-01-01, in the Gregorian calendar carried backwards and forwards."""
    if not 1 <= month <= 12 or not 1 <= day <= _MONTHS[month - 1] + (month == 2 and _is_leap(year)):
        return None
    years = year - (month <= 2)
    era, of_era = divmod(years, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _zone(text: str | None) -> int | None:
    if text is None or text in "Zz":
        return 0
    hours, minutes = int(text[1:3]), int(text[4:6] or 0)
    if hours > 23 or minutes > 59:
        return None
    offset = hours * _HOUR + minutes * _MINUTE
    return -offset if text[0] == "-" else offset


def is_canonical_base64(text: str) -> bool:
    """Tell whether `text` is base64 in its one canonical form: `YQ==`, but neither `YQ` nor `YR==` (semantics O7)."""
    import base64
    import binascii

    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode("ascii") == text
    except (binascii.Error, ValueError):
        return False


def read_arn_pattern(text: str) -> tuple[str, ...] | None:
    """Split an ARN pattern into its six parts, the sixth with its colons (semantics O9)."""
    parts = text.split(":", _ARN_PARTS - 1)
    return tuple(parts) if len(parts) == _ARN_PARTS else None
