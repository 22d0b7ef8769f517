"""The values that condition operators compare, read the way AWS reads them (semantics O2 to O8)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

# --- text -------------------------------------------------------------------------------------------------------------

_LAST_SINGLE_UNIT: Final = "\uffff"


def lower_case(text: str) -> str:
    """O2: lower case in context, but letters beyond U+FFFF stay as they are."""
    stay = (char for char in text if char > _LAST_SINGLE_UNIT)
    return "".join(next(stay) if char > _LAST_SINGLE_UNIT else char for char in text.lower())


def truth(text: str) -> bool:
    """O6, C13: `true` in any case is true, every other text is false."""
    return text.lower() == "true"


# --- numbers ----------------------------------------------------------------------------------------------------------

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE](?P<exponent>[+-]?[0-9]+))?")
_LARGEST_EXPONENT: Final = 2147483647
_LARGEST_EXPONENT_DIGITS: Final = 10


def number(text: str) -> Decimal | None:
    """O4: a number in the syntax of Java's BigDecimal; `None` for anything else."""
    found = _NUMBER.fullmatch(text)
    if found is None or not _fits_int(found["exponent"] or "0"):
        return None
    return Decimal(text)


def _fits_int(exponent: str) -> bool:
    digits = exponent.lstrip("+-").lstrip("0") or "0"
    return len(digits) <= _LARGEST_EXPONENT_DIGITS and int(digits) <= _LARGEST_EXPONENT


# --- dates ------------------------------------------------------------------------------------------------------------

_DATE: Final = re.compile(
    r"(?P<year>-?[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?"
    r"(?:[Tt](?P<hour>[0-9]{2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?)?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}(?::[0-9]{2})?)?)?"
)
_EPOCH: Final = re.compile(r"[+-]?[0-9]{1,19}")
_GREATEST_SECOND: Final = 2**63 - 1
_LAST_HOUR: Final = 23
_LAST_MINUTE: Final = 59
_FEBRUARY: Final = 2
_MONTHS_OF_30_DAYS: Final = frozenset({4, 6, 9, 11})


def date(text: str) -> int | None:
    """O5: milliseconds since 1970 of an ISO date or of epoch seconds; `None` for anything else."""
    if found := _DATE.fullmatch(text):
        return _milliseconds(found)
    if not _EPOCH.fullmatch(text) or abs(int(text)) > _GREATEST_SECOND:
        return None
    return int(text) * 1000


def _milliseconds(found: re.Match[str]) -> int | None:
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    hour, minute, second = int(found["hour"] or 0), int(found["minute"] or 0), int(found["second"] or 0)
    offset = _zone_minutes(found["zone"] or "Z")
    if not 1 <= month <= 12 or not 1 <= day <= _days_in(year, month):
        return None
    if hour > _LAST_HOUR or minute > _LAST_MINUTE or second > _LAST_MINUTE or offset is None:
        return None
    seconds = _days_since_1970(year, month, day) * 86400 + hour * 3600 + (minute - offset) * 60 + second
    return seconds * 1000 + int((found["fraction"] or "0").ljust(3, "0")[:3])


def _zone_minutes(zone: str) -> int | None:
    if zone in {"Z", "z"}:
        return 0
    hours, minutes = int(zone[1:3]), int(zone[4:6] or 0)
    if hours > _LAST_HOUR or minutes > _LAST_MINUTE:
        return None
    return (-1 if zone[0] == "-" else 1) * (hours * 60 + minutes)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_in(year: int, month: int) -> int:
    if month == _FEBRUARY:
        return 29 if _leap(year) else 28
    return 30 if month in _MONTHS_OF_30_DAYS else 31


def _days_since_1970(year: int, month: int, day: int) -> int:
    before = year - 1
    years = 365 * before + before // 4 - before // 100 + before // 400
    return years + sum(_days_in(year, m) for m in range(1, month)) + day - 1 - 719162


# --- bytes ------------------------------------------------------------------------------------------------------------


def decoded(text: str) -> bytes | None:
    """O7: the bytes of a canonical base64 text; `None` for anything else."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode("ascii") == text else None


# --- addresses --------------------------------------------------------------------------------------------------------

_DOTTED: Final = re.compile(r"([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)")
_GROUP: Final = re.compile(r"[0-9A-Fa-f]{1,4}")
_PREFIX: Final = re.compile(r"\+?[0-9]+")
_MAPPED: Final = 0xFFFF
_GROUPS: Final = 8
_LARGEST_OCTET: Final = 255
_IPV4_BITS: Final = 32
_IPV6_BITS: Final = 128
_MOST_EMPTY_PARTS: Final = 2


@dataclass(frozen=True, slots=True)
class Address:
    """An IP address: its family by the number of its bits, and the bits."""

    bits: int
    value: int


@dataclass(frozen=True, slots=True)
class Network:
    """The addresses of one family that share their first bits."""

    address: Address
    prefix: int

    def holds(self, address: Address) -> bool:
        """Whether the address is of this family and network (semantics O8)."""
        free = self.address.bits - self.prefix
        return address.bits == self.address.bits and address.value >> free == self.address.value >> free


def request_address(text: str) -> Address | None:
    """O8: the address a request carries; an IPv4-mapped one counts as IPv4."""
    if (value := _ipv4(text)) is not None:
        return Address(_IPV4_BITS, value)
    if (value := _ipv6(text, dotted=True)) is None:
        return None
    if value >> _IPV4_BITS == _MAPPED:
        return Address(_IPV4_BITS, value & 0xFFFFFFFF)
    return Address(_IPV6_BITS, value)


def policy_network(text: str) -> Network | None:
    """O8: the network a policy names; `None` if it can match nothing."""
    written, slash, prefix = text.partition("/")
    if (value := _ipv4(written)) is not None:
        length = _prefix_length(prefix, _IPV4_BITS) if slash else _IPV4_BITS
        return None if length is None else Network(Address(_IPV4_BITS, value), length)
    value, length = _ipv6(written, dotted=False), _prefix_length(prefix, _IPV6_BITS) if slash else _IPV6_BITS
    if value is None or length is None or value >> _IPV4_BITS == _MAPPED:
        return None
    has_host_bits = value & ((1 << (_IPV6_BITS - length)) - 1) != 0
    return None if has_host_bits else Network(Address(_IPV6_BITS, value), length)


def _prefix_length(text: str, most: int) -> int | None:
    if not _PREFIX.fullmatch(text):
        return None
    return _small_number(text.removeprefix("+"), most)


def _small_number(digits: str, most: int) -> int | None:
    significant = digits.lstrip("0") or "0"
    if len(significant) > len(str(most)) or int(significant) > most:
        return None
    return int(significant)


def _ipv4(text: str) -> int | None:
    """Four decimal octets; leading zeros are allowed and mean nothing."""
    found = _DOTTED.fullmatch(text)
    if found is None:
        return None
    value = 0
    for octet in found.groups():
        if (small := _small_number(octet, _LARGEST_OCTET)) is None:
            return None
        value = value << 8 | small
    return value


def _ipv6(text: str, *, dotted: bool) -> int | None:
    """The text rules AWS showed: some texts with too many colons are addresses, some are not."""
    parts = _without_trailing_empty(text.split(":"))
    if dotted:
        parts = _dotted_to_groups(parts)
    if "::" not in text and len(parts) != _GROUPS:
        return None
    if parts.count("") > _MOST_EMPTY_PARTS:
        return None
    groups = _filled(parts, ends_open=text.endswith("::"))
    if len(groups) != _GROUPS or not all(map(_GROUP.fullmatch, groups)):
        return None
    return int("".join(group.zfill(4) for group in groups), 16)


def _without_trailing_empty(parts: list[str]) -> list[str]:
    kept = list(parts)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _dotted_to_groups(parts: list[str]) -> list[str]:
    if not parts or "." not in parts[-1]:
        return parts
    value = _ipv4(parts[-1])
    return parts if value is None else [*parts[:-1], f"{value >> 16:x}", f"{value & 0xFFFF:x}"]


def _filled(parts: list[str], *, ends_open: bool) -> list[str]:
    """The first empty part stands for all missing groups, a second one for a single zero group."""
    missing = ["0"] * (_GROUPS - len(parts) + parts.count("") - max(parts.count("") - 1, 0))
    if "" not in parts:
        return parts + missing if ends_open else parts
    first = parts.index("")
    return [*parts[:first], *missing, *(part or "0" for part in parts[first + 1 :])]
