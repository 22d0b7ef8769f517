"""Which condition keys hold several values, which decides whether a plain operator can ever match (semantics C5)."""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

MULTIVALUED_KEYS: Final = frozenset(
    {
        "aws:tagkeys",
        "aws:calledvia",
        "aws:principalorgpaths",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:vpceorgpaths",
        "aws:principalservicenameslist",
        "lambda:layer",
        "lambda:subnetids",
        "lambda:securitygroupids",
    }
)
"""Multivalued keys of AWS, in lower case. A list in a context marks any other key as multivalued too."""
