"""moto: its `IAMPolicy`, one document at a time; what it does not combine itself is combined here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar, TypeAlias

from moto.iam.access_control import IAMPolicy, PermissionResult

from benchmarks.peers._protocol import Peer
from benchmarks.workloads import Asked, Workload

Layers: TypeAlias = Sequence[Sequence[IAMPolicy]]
Ready: TypeAlias = tuple[Layers, str, str]


class Moto(Peer[Ready]):
    """Users and roles on resources of their own account, by their own policies: moto reads no resource's policy.

    As in moto's own check no context is given.
    """

    name: ClassVar[str] = "moto"
    package: ClassVar[str] = "moto"

    def load(self, workload: Workload) -> None:
        """Make an `IAMPolicy` of every document."""
        self._made = {n: IAMPolicy({"policy_document": json.dumps(d)}) for n, d in workload.documents.items()}
        levels = [[self._made[name] for name in level] for level in workload.levels]
        self._layers: dict[str, Layers] = {}
        for e in workload.entities:
            boundary = [[self._made[e.boundary]]] if e.boundary else []
            self._layers[e.arn] = [*levels, *boundary, [self._made[name] for name in e.policies]]

    def expresses(self, asked: Asked) -> bool:
        """Users and roles in the account of the resource."""
        return asked.account == asked.owner

    def prepare(self, asked: Asked) -> Ready:
        """Look up the caller's policies."""
        return self._layers[asked.caller], asked.action, asked.resource

    def decide(self, ready: Ready) -> bool:
        """Ask every document; no layer may deny, each must permit."""
        layers, action, resource = ready
        allowed = True
        for layer in layers:
            permitted = False
            for policy in layer:
                result = policy.is_action_permitted(action, resource)
                if result is PermissionResult.DENIED:
                    return False
                permitted = permitted or result is PermissionResult.PERMITTED
            allowed = allowed and permitted
        return allowed


PEER = Moto
