"""The policies of a layer, one for every version, as Lambda keeps and changes them (semantics L15)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lampolicy.diagnostic import InvalidName
from lampolicy.function._stored import (
    Revisions,
    StoredPolicy,
    absent,
    as_stored,
    changed,
    found,
    next_revision,
    room_left,
)
from lampolicy.policy import Policy, PolicyKind, add_layer_permission, remove_layer_permission

_LAYER: Final = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:layer:[A-Za-z0-9_-]{1,140}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LayerPolicies:
    """The policies of a layer's versions; each change gives a new value.

    Attributes:
        arn: The layer's ARN without version.
        policies: The policies there are; the qualifier of each is the number of its version.
        versions: The versions there are; `None` if that is not known, and then any may be addressed.
        revisions: Makes the revision ids; they depend on the contents alone if it is not given.
    """

    arn: str
    policies: tuple[StoredPolicy, ...] = ()
    versions: frozenset[int] | None = None
    revisions: Revisions = field(default=next_revision, compare=False)

    def __post_init__(self) -> None:
        if _LAYER.fullmatch(self.arn) is None:
            msg = f"`{self.arn}` is not the ARN of a layer: arn:aws:lambda:REGION:ACCOUNT:layer:NAME, without version"
            raise InvalidName(msg)

    def add_permission(self, version: int, **parameters: object) -> LayerPolicies:
        """Do what AddLayerVersionPermission does.

        Args:
            version: The layer version, each of which has a policy of its own.
            **parameters: `StatementId`, `Action`, which is `lambda:GetLayerVersion`, `Principal`, which is an account,
                its root ARN or `*`, `OrganizationId`, which goes with `*` only, and `RevisionId`.

        Raises:
            PolicyError: Lambda refuses the call; `.aws` is its answer.
        """
        self._demand(version)
        added = add_layer_permission(parameters, layer=f"{self.arn}:{version}", stored=as_stored(self._found(version)))
        return self._with(version, added.document)

    def remove_permission(self, version: int, **parameters: object) -> LayerPolicies:
        """Do what RemoveLayerVersionPermission does: `StatementId`, `RevisionId`.

        Raises:
            PolicyError: Lambda refuses the call; `.aws` is its answer.
        """
        self._demand(version)
        return self._with(version, remove_layer_permission(parameters, stored=as_stored(self._found(version))))

    def get_policy(self, version: int) -> dict[str, str]:
        """Answer as GetLayerVersionPolicy does: `Policy`, the document as one text, and `RevisionId`.

        Raises:
            PolicyError: There is no policy; `.aws` is Lambda's answer.
        """
        self._demand(version)
        policy = self._found(version)
        if policy is None:
            raise absent(f"`{self.arn}:{version}` has no policy", "add a permission first", None)
        return {"Policy": policy.text, "RevisionId": policy.revision}

    def policy(self, version: int) -> Policy | None:
        """The policy as decisions take it; `None` if there is none."""
        policy = self._found(version)
        return (
            None if policy is None else Policy.parse(policy.text, kind=PolicyKind.LAYER, name=f"{self.arn}:{version}")
        )

    def room_left(self, version: int) -> int:
        """How many bytes the policy may still grow, of 20,480; an empty one has its shell already."""
        return room_left(self._found(version))

    def _found(self, version: int) -> StoredPolicy | None:
        return found(self.policies, str(version))

    def _with(self, version: int, document: Mapping[str, object] | None) -> LayerPolicies:
        return replace(self, policies=changed(self.policies, str(version), document, self.revisions))

    def _demand(self, version: int) -> None:
        if self.versions is not None and version not in self.versions:
            raise absent(f"there is no layer version `{self.arn}:{version}`", "publish it first", None)
