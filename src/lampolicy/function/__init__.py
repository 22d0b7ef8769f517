"""Lambda's own questions: who may invoke, what may run, who may hand over the role.

Takes: an organization's authorizer and a function.
Gives: answers, each a set of ordinary decisions with its words, fixes and pictures.
Never: decides by itself; every decision comes from `authorize`.
"""

from lampolicy.function._address import Address, QualifierMismatch
from lampolicy.function._answer import Answer, Obstacle, Part
from lampolicy.function._assumed import AssumedBy
from lampolicy.function._authorizer import Authorizer
from lampolicy.function._invoke import may_invoke
from lampolicy.function._url import may_invoke_url
from lampolicy.function._view import FunctionView

__all__ = [
    "Address",
    "Answer",
    "AssumedBy",
    "Authorizer",
    "FunctionView",
    "Obstacle",
    "Part",
    "QualifierMismatch",
    "may_invoke",
    "may_invoke_url",
]
