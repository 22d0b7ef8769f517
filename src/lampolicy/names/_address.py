"""IP addresses and networks, read as AWS was recorded to read them (semantics O8), which no library does."""

from __future__ import annotations

from collections.abc import Callable

from lampolicy._typing import TYPE_CHECKING
from lampolicy.record import record

if TYPE_CHECKING:
    from typing import Final

_DIGITS: Final = "0123456789"
_HEXADECIMAL: Final = f"{_DIGITS}abcdefABCDEF"
_LONGEST_GROUP: Final = 4
_LONGEST_PREFIX: Final = 9
_GROUPS: Final = 8
_OCTETS: Final = 4
_LONGEST_DOTTED: Final = 64
"""Leading zeros are read, but not without end."""
_MOST_EMPTY: Final = 2
_MAPPED: Final = 0xFFFF << 32
_LOW_32: Final = 0xFFFFFFFF
_ADDRESSES_KEPT: Final = 16_384


@record
class Address:
    """An IP address; an IPv4-mapped IPv6 address has become its IPv4 address."""

    bits: int
    number: int


@record
class Network:
    """A network of a policy.

    Attributes:
        bits: 32 or 128.
        number: Its address, as a number.
        prefix: Its length in bits.
        matches_nothing: It was written in a form that AWS accepts in a session policy but never matches: IPv6 with
            host bits, with a dotted tail, or IPv4-mapped.
    """

    bits: int
    number: int
    prefix: int
    matches_nothing: bool = False

    def __contains__(self, address: Address) -> bool:
        if self.matches_nothing or address.bits != self.bits:
            return False
        shift = self.bits - self.prefix
        return address.number >> shift == self.number >> shift


class _PlainAddresses(dict[str, "int | None"]):
    """Addresses that were read, as clients come again and again."""

    def __missing__(self, text: str) -> int | None:
        from socket import AF_INET, inet_pton

        if len(self) >= _ADDRESSES_KEPT:
            self.clear()
        try:
            number = int.from_bytes(inet_pton(AF_INET, text), "big")
        except (OSError, ValueError):
            return None
        self[text] = number
        return number


plain_address: Final[Callable[[str], int | None]] = _PlainAddresses().__getitem__
"""Reads an IPv4 address of four plain octets, which is what nearly every request carries; `None` for all others."""


def read_address(text: str) -> Address | None:
    """Read the address of a request; `None` if it is none. Mapped addresses count as IPv4."""
    if ":" not in text:
        number = _four_octets(text)
        return None if number is None else Address(32, number)
    number = _eight_groups(text)
    if number is None:
        return None
    if number >> 32 == _MAPPED >> 32:
        return Address(32, number & _LOW_32)
    return Address(128, number)


def read_network(text: str) -> Network | None:
    """Read the address or network of a policy; `None` if it is malformed."""
    address, slash, length = text.partition("/")
    bits = 128 if ":" in address else 32
    number = _eight_groups(address) if bits == 128 else _four_octets(address)
    prefix = _prefix(length, bits) if slash else bits
    if number is None or prefix is None:
        return None
    if bits == 32:
        return Network(bits, number, prefix)
    host_bits = number & ((1 << (bits - prefix)) - 1)
    dead = bool(host_bits) or "." in address or number >> 32 == _MAPPED >> 32
    return Network(bits, number, prefix, matches_nothing=dead)


def _prefix(text: str, bits: int) -> int | None:
    if not _holds_only(_DIGITS, text.removeprefix("+"), _LONGEST_PREFIX):
        return None
    length = int(text)
    return length if length <= bits else None


def _holds_only(characters: str, text: str, longest: int) -> bool:
    return 1 <= len(text) <= longest and not text.strip(characters)


def _four_octets(text: str) -> int | None:
    if len(text) > _LONGEST_DOTTED or not text.isascii() or not text.replace(".", "").isdigit():
        return None
    parts = text.split(".")
    if len(parts) != _OCTETS or "" in parts:
        return None
    one, two, three, four = map(int, parts)
    if one > 255 or two > 255 or three > 255 or four > 255:
        return None
    return one << 24 | two << 16 | three << 8 | four


def _eight_groups(text: str) -> int | None:
    if text.count(":") > 2 * _GROUPS:
        return None
    parts = text.split(":")
    while parts and not parts[-1]:
        parts.pop()
    groups = _with_dotted_tail(parts)
    if groups is None:
        return None
    filled = _filled(groups, shortened="::" in text)
    if filled is None or not all(_holds_only(_HEXADECIMAL, group, _LONGEST_GROUP) for group in filled):
        return None
    number = 0
    for group in filled:
        number = number << 16 | int(group, 16)
    return number


def _with_dotted_tail(parts: list[str]) -> list[str] | None:
    if not parts or "." not in parts[-1]:
        return parts
    tail = _four_octets(parts[-1])
    if tail is None:
        return None
    return [*parts[:-1], f"{tail >> 16:x}", f"{tail & 0xFFFF:x}"]


def _filled(groups: list[str], *, shortened: bool) -> list[str] | None:
    empty = groups.count("")
    lacking = _GROUPS - len(groups)
    if empty > _MOST_EMPTY or lacking < 0 or (lacking and not shortened):
        return None
    if not empty:
        return groups + ["0"] * lacking
    first = groups.index("")
    filled = [*groups[:first], *["0"] * (lacking + 1), *groups[first + 1 :]]
    return [group or "0" for group in filled]
