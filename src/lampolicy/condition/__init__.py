"""Conditions: the operator table, set operators, `IfExists`, `Null`, and policy variables.

Takes: typed conditions and the context of a request.
Gives: `Test`, a condition made ready, which holds, fails or stays open.
Never: knows which statement or policy a condition belongs to, beyond its effect.
"""

from lampolicy.condition._context import Shape, lookup_in, shape_of, text_of, value_of
from lampolicy.condition._test import Scalar, Test
from lampolicy.condition._values import BROKEN, Comparison, Verdict
from lampolicy.condition._variables import Lookup, Template, Value, fill, keys_of, template, unknown_keys

__all__ = [
    "BROKEN",
    "Comparison",
    "Lookup",
    "Scalar",
    "Shape",
    "Template",
    "Test",
    "Value",
    "Verdict",
    "fill",
    "keys_of",
    "lookup_in",
    "shape_of",
    "template",
    "text_of",
    "unknown_keys",
    "value_of",
]
