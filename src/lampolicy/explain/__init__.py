"""Why a request was decided as it was, what is missing, and the smallest addition that would allow it.

Takes: a `Request` and its `Policies`.
Gives: an `Explanation`: text for people, JSON for machines.
Never: speaks if engine and reference disagree, nor proposes what it has not decided again.
"""

from lampolicy.explain._additions import with_additions
from lampolicy.explain._explain import ExplanationRefused, explain
from lampolicy.explain._explanation import Explanation
from lampolicy.explain._parts import Addition, ExplainedLayer, ExplainedStatement, Remedy, Verdict
from lampolicy.explain._remedy import without_statements
from lampolicy.explain._text import statement_name

__all__ = [
    "Addition",
    "ExplainedLayer",
    "ExplainedStatement",
    "Explanation",
    "ExplanationRefused",
    "Remedy",
    "Verdict",
    "explain",
    "statement_name",
    "with_additions",
    "without_statements",
]
