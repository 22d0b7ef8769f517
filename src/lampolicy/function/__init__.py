"""Lambda's own questions: who may invoke, what may run, who may hand over the role.

Takes: an organization's authorizer and a function.
Gives: answers, each a set of ordinary decisions with its words, fixes and pictures.
Never: decides by itself; every decision comes from `authorize`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lampolicy._later import later
from lampolicy.function._authorizer import Authorizer

if TYPE_CHECKING:
    from lampolicy.function._address import Address, QualifierMismatch
    from lampolicy.function._admitted import Admitted, CannotTell, Known, Outsider, WhoMayInvoke
    from lampolicy.function._answer import Answer, Complaint, Obstacle, Part
    from lampolicy.function._assumed import AssumedBy
    from lampolicy.function._deploy import may_deploy
    from lampolicy.function._deployment import DeploymentParameters, Operation, S3Code, Vpc
    from lampolicy.function._fix import fix, fixes
    from lampolicy.function._fix_types import Fix, Grant, Removal
    from lampolicy.function._invoke import may_invoke
    from lampolicy.function._lacks import Lack, lacks
    from lampolicy.function._layer_policies import LayerPolicies
    from lampolicy.function._needs import needs
    from lampolicy.function._needs_types import Excess, Need, Needs, Setting, Wanted
    from lampolicy.function._path import PassPath, PathKind
    from lampolicy.function._paths import pass_paths
    from lampolicy.function._place import Place
    from lampolicy.function._policies import FunctionPolicies
    from lampolicy.function._poll import may_create_mapping, may_poll
    from lampolicy.function._run import may_run
    from lampolicy.function._smaller import Smaller
    from lampolicy.function._stored import StoredPolicy, next_revision
    from lampolicy.function._trace import trace
    from lampolicy.function._trace_parse import parse_path
    from lampolicy.function._trace_path import Calls, CallsUrl, Does, HandsOn, Passes, Path, Polls
    from lampolicy.function._trace_types import Hop, Node, Result, Trace
    from lampolicy.function._url import may_invoke_url
    from lampolicy.function._view import FunctionView
    from lampolicy.function._who import who_may_invoke, who_may_invoke_url

__all__ = [
    "Address",
    "Admitted",
    "Answer",
    "AssumedBy",
    "Authorizer",
    "Calls",
    "CallsUrl",
    "CannotTell",
    "Complaint",
    "DeploymentParameters",
    "Does",
    "Excess",
    "Fix",
    "FunctionPolicies",
    "FunctionView",
    "Grant",
    "HandsOn",
    "Hop",
    "Known",
    "Lack",
    "LayerPolicies",
    "Need",
    "Needs",
    "Node",
    "Obstacle",
    "Operation",
    "Outsider",
    "Part",
    "PassPath",
    "Passes",
    "Path",
    "PathKind",
    "Place",
    "Polls",
    "QualifierMismatch",
    "Removal",
    "Result",
    "S3Code",
    "Setting",
    "Smaller",
    "StoredPolicy",
    "Trace",
    "Vpc",
    "Wanted",
    "WhoMayInvoke",
    "fix",
    "fixes",
    "lacks",
    "may_create_mapping",
    "may_deploy",
    "may_invoke",
    "may_invoke_url",
    "may_poll",
    "may_run",
    "needs",
    "next_revision",
    "parse_path",
    "pass_paths",
    "trace",
    "who_may_invoke",
    "who_may_invoke_url",
]

__getattr__ = later(
    __name__,
    {
        "._address": ("Address", "QualifierMismatch"),
        "._admitted": ("Admitted", "CannotTell", "Known", "Outsider", "WhoMayInvoke"),
        "._answer": ("Answer", "Complaint", "Obstacle", "Part"),
        "._assumed": ("AssumedBy",),
        "._deploy": ("may_deploy",),
        "._deployment": ("DeploymentParameters", "Operation", "S3Code", "Vpc"),
        "._fix": ("fix", "fixes"),
        "._fix_types": ("Fix", "Grant", "Removal"),
        "._invoke": ("may_invoke",),
        "._lacks": ("Lack", "lacks"),
        "._layer_policies": ("LayerPolicies",),
        "._needs": ("needs",),
        "._needs_types": ("Excess", "Need", "Needs", "Setting", "Wanted"),
        "._path": ("PassPath", "PathKind"),
        "._paths": ("pass_paths",),
        "._place": ("Place",),
        "._policies": ("FunctionPolicies",),
        "._poll": ("may_create_mapping", "may_poll"),
        "._run": ("may_run",),
        "._smaller": ("Smaller",),
        "._stored": ("StoredPolicy", "next_revision"),
        "._trace": ("trace",),
        "._trace_parse": ("parse_path",),
        "._trace_path": ("Calls", "CallsUrl", "Does", "HandsOn", "Passes", "Path", "Polls"),
        "._trace_types": ("Hop", "Node", "Result", "Trace"),
        "._url": ("may_invoke_url",),
        "._view": ("FunctionView",),
        "._who": ("who_may_invoke", "who_may_invoke_url"),
    },
)
"""Each question is loaded on first use: most need the explanations, which a decision does not."""
