"""PMapper: `local_check_authorization_full`, its complete local evaluation."""

from __future__ import annotations

import collections
import collections.abc
from typing import ClassVar, TypeAlias

from benchmarks.peers._protocol import Peer
from benchmarks.workloads import Asked, Document, Entity, Workload

# PMapper 1.1.5 was written for a Python that still had these names.
for _name in ("Mapping", "MutableMapping"):
    if not hasattr(collections, _name):
        setattr(collections, _name, getattr(collections.abc, _name))

from principalmapper.common import Node, Policy  # noqa: E402 - needs the names above
from principalmapper.querying.query_interface import local_check_authorization_full  # noqa: E402

Ready: TypeAlias = tuple[object, str, str, dict[str, str], Document | None, str]
_SILENT: Document = {"Version": "2012-10-17", "Statement": []}


class PMapper(Peer[Ready]):
    """Users and roles only; services have no place in it."""

    name: ClassVar[str] = "PMapper"
    package: ClassVar[str] = "principalmapper"

    def load(self, workload: Workload) -> None:
        """Make a node of every user and role."""
        documents = {name: Policy(f"arn:aws:iam::aws:policy/{name}", name, d) for name, d in workload.documents.items()}
        self._workload = workload
        self._levels = [[documents[name] for name in level] for level in workload.levels] or None
        self._nodes = {
            e.arn: _node(e, [documents[name] for name in e.policies], documents.get(e.boundary or ""))
            for e in workload.entities
        }

    def expresses(self, asked: Asked) -> bool:
        """Users and roles."""
        return not asked.is_service

    def prepare(self, asked: Asked) -> Ready:
        """Look up the caller's node and the resource's policy."""
        policy = self._workload.policy_on(asked.resource)
        if policy is None and asked.owner != asked.account:
            policy = _SILENT  # without one PMapper takes the resource for the caller's own
        node = self._nodes[asked.caller]
        return (node, asked.action, asked.resource, dict(asked.context), policy, asked.owner)

    def decide(self, ready: Ready) -> bool:
        """Evaluate everything."""
        node, action, resource, context, policy, owner = ready
        return bool(local_check_authorization_full(node, action, resource, context, policy, owner, self._levels, None))


PEER = PMapper


def _node(entity: Entity, policies: list[object], boundary: object) -> object:
    is_user = ":user/" in entity.arn
    return Node(
        entity.arn,
        "AROAEXAMPLE",
        attached_policies=policies,
        group_memberships=[],
        trust_policy=None if is_user else {},
        instance_profile=None if is_user else [],
        num_access_keys=0,
        active_password=False,
        is_admin=False,
        permissions_boundary=boundary,
        has_mfa=False,
        tags={},
    )
