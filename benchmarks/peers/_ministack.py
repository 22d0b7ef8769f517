"""MiniStack: the evaluator behind its `AUTH=true`, called directly with parsed policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ministack.core.iam_evaluator import (
    EvalContext,
    combine_resource_policy,
    evaluate,
    evaluate_resource_policy,
    parse_policy_document,
)

from benchmarks.peers._protocol import Peer
from benchmarks.workloads import Asked, Document, Workload

_NOBODY: Document = {"Version": "2012-10-17", "Statement": []}


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything of one call."""

    context: object
    policies: list[object]
    limits: tuple[list[object], ...]
    policy: Document | None
    owner: str
    service: str | None


class MiniStack(Peer[Ready]):
    """SCP levels and boundaries are given as limits. It takes the time from the clock, not from the request."""

    name: ClassVar[str] = "MiniStack"
    package: ClassVar[str] = "ministack"

    def load(self, workload: Workload) -> None:
        """Parse every document."""
        self._workload = workload
        parsed = {name: parse_policy_document(d) for name, d in workload.documents.items()}
        levels = tuple([parsed[name] for name in level] for level in workload.levels)
        self._entities = {
            e.arn: (
                [parsed[name] for name in e.policies],
                (*levels, *(([parsed[e.boundary]],) if e.boundary else ())),
            )
            for e in workload.entities
        }

    def prepare(self, asked: Asked) -> Ready:
        """Make its context."""
        context = dict(asked.context)
        kept = {key.lower(): value for key, value in context.items()}
        made = EvalContext(
            principal_arn=_session(asked.caller),
            principal_type="User" if ":user/" in asked.caller else "AssumedRole",
            principal_account=asked.account or "",
            action=asked.action,
            resource_arn=asked.resource,
            region=context.get("aws:RequestedRegion", ""),
            source_ip=context.get("aws:SourceIp", ""),
            secure_transport=context.get("aws:SecureTransport") == "true",
            service_context=kept,
        )
        policies, limits = self._entities.get(asked.caller, ([], ()))
        policy = self._workload.policy_on(asked.resource)
        return Ready(made, policies, limits, policy, asked.owner, asked.caller if asked.is_service else None)

    def decide(self, ready: Ready) -> bool:
        """Evaluate the caller's policies, then the resource's."""
        if ready.service is not None:
            found = evaluate_resource_policy(ready.policy or _NOBODY, ready.context, service=ready.service)
            return bool(found.decision == "Allow")
        own = evaluate(ready.context, ready.policies, *ready.limits)
        both = combine_resource_policy(own, ready.context, ready.policy, ready.owner, limits=ready.limits)
        return bool(both.decision == "Allow")


PEER = MiniStack


def _session(caller: str) -> str:
    if ":role/" not in caller:
        return caller
    account, name = caller.split(":")[4], caller.rsplit("/", 1)[1]
    return f"arn:aws:sts::{account}:assumed-role/{name}/session"
