"""Lambda's own questions: who may invoke, what may run, who may hand over the role.

Takes: an organization's authorizer and a function.
Gives: answers, each a set of ordinary decisions with its words, fixes and pictures.
Never: decides by itself; every decision comes from `authorize`.
"""

from lampolicy.function._address import Address, QualifierMismatch
from lampolicy.function._admitted import Admitted, CannotTell, Known, Outsider, WhoMayInvoke
from lampolicy.function._answer import Answer, Complaint, Obstacle, Part
from lampolicy.function._assumed import AssumedBy
from lampolicy.function._authorizer import Authorizer
from lampolicy.function._deploy import may_deploy
from lampolicy.function._deployment import DeploymentParameters, Operation, S3Code, Vpc
from lampolicy.function._invoke import may_invoke
from lampolicy.function._layer_policies import LayerPolicies
from lampolicy.function._policies import FunctionPolicies
from lampolicy.function._smaller import Smaller
from lampolicy.function._stored import StoredPolicy, next_revision
from lampolicy.function._url import may_invoke_url
from lampolicy.function._view import FunctionView
from lampolicy.function._who import who_may_invoke, who_may_invoke_url

__all__ = [
    "Address",
    "Admitted",
    "Answer",
    "AssumedBy",
    "Authorizer",
    "CannotTell",
    "Complaint",
    "DeploymentParameters",
    "FunctionPolicies",
    "FunctionView",
    "Known",
    "LayerPolicies",
    "Obstacle",
    "Operation",
    "Outsider",
    "Part",
    "QualifierMismatch",
    "S3Code",
    "Smaller",
    "StoredPolicy",
    "Vpc",
    "WhoMayInvoke",
    "may_deploy",
    "may_invoke",
    "may_invoke_url",
    "next_revision",
    "who_may_invoke",
    "who_may_invoke_url",
]
