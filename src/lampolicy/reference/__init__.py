"""The specification as code: the same decisions as the engine's, written literally from the semantics.

Takes: a `Request` and its `Policies`.
Gives: `decide` and `trace`, with the number of the rule beside each rule.
Never: shares more than types with the engine, and never decides by what it decided before.
"""

from lampolicy.reference._context import Value
from lampolicy.reference._decide import decide, trace
from lampolicy.reference._matching import ResourceMatch
from lampolicy.reference._principals import GrantKind, PrincipalMatch
from lampolicy.reference._trace import ConditionTrace, LayerTrace, StatementTrace, Trace
from lampolicy.reference._uncertain import UNCERTAIN_RULES, UncertainRule

__all__ = [
    "UNCERTAIN_RULES",
    "ConditionTrace",
    "GrantKind",
    "LayerTrace",
    "PrincipalMatch",
    "ResourceMatch",
    "StatementTrace",
    "Trace",
    "UncertainRule",
    "Value",
    "decide",
    "trace",
]
