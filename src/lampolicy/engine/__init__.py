"""The engine: statements compiled to plans, plans to residuals, residuals to answers.

Takes: typed policies, layer by layer, and who asks for which action.
Gives: the statements that match a resource and a context, found without trying all, and the decision drawn from them.
Never: knows how the layers combine.
"""

from lampolicy.engine._compile import CompiledPolicy, CompiledStatement, compile_policy, covers
from lampolicy.engine._derived import Derived, derive
from lampolicy.engine._entry import AnyTest, Entry
from lampolicy.engine._index import INDEX_FROM, ResourceIndex
from lampolicy.engine._plan import NO_HITS, NO_PLAN, Hits, Layer, Plan, Stack, Stacks
from lampolicy.engine._principal import Caller, Naming, Namings
from lampolicy.engine._program import Program, Shared, program_of
from lampolicy.engine._residual import MOST_OPEN_TESTS, Conclude, Residual, Residuals

__all__ = [
    "INDEX_FROM",
    "MOST_OPEN_TESTS",
    "NO_HITS",
    "NO_PLAN",
    "AnyTest",
    "Caller",
    "CompiledPolicy",
    "CompiledStatement",
    "Conclude",
    "Derived",
    "Entry",
    "Hits",
    "Layer",
    "Naming",
    "Namings",
    "Plan",
    "Program",
    "Residual",
    "Residuals",
    "ResourceIndex",
    "Shared",
    "Stack",
    "Stacks",
    "compile_policy",
    "covers",
    "derive",
    "program_of",
]
