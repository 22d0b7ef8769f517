"""What a `Resource` pattern says about functions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from lampolicy.names import arn_pattern, glob, normal_arn, tokens

PLAIN: Final = "plain"
VERSIONS: Final = "versions"


@dataclass(frozen=True, slots=True)
class FunctionPattern:
    """A pattern for functions, read as far as a person would.

    Attributes:
        text: The pattern as written.
        name: The name or name pattern of the function; empty if the pattern is not one for functions.
        qualifier: What stands behind the name; `None` for nothing.
    """

    text: str
    name: str
    qualifier: str | None

    @property
    def literal(self) -> bool:
        """Whether it names one function."""
        return bool(self.name) and not {"*", "?", "$"} & set(self.name)

    def missing(self, granted: Collection[str]) -> str | None:
        """Tell which form of address of the function no pattern of `granted` covers; `None` if there is no gap."""
        if not self.literal or self.qualifier not in {None, "*"}:
            return None
        base = self.text.removesuffix(":*")
        wanted, gap = (f"{base}:lampolicy", VERSIONS) if self.qualifier is None else (base, PLAIN)
        return None if any(_reaches(pattern, wanted) for pattern in granted) else gap


def function_names(pattern: str) -> FunctionPattern:
    """Read a `Resource` pattern as one for functions."""
    parts = pattern.split(":", 5)
    kind, _, rest = parts[5].partition(":") if len(parts) > 5 else ("", "", "")
    if len(parts) < 6 or parts[2] != "lambda" or kind != "function":
        return FunctionPattern(pattern, "", None)
    name, colon, qualifier = rest.partition(":")
    return FunctionPattern(pattern, name, qualifier if colon else None)


def _reaches(pattern: str, arn: str) -> bool:
    parts = pattern.split(":", 5)
    if len(parts) < 6:
        return glob(tokens(pattern))(arn)
    return arn_pattern(tuple(parts[:5]), tokens(parts[5]))(normal_arn(arn))
