"""The law of combination: from the statements that match to the decision (semantics 4.1, E1 to E16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lampolicy._typing import TYPE_CHECKING
from lampolicy.decision import (
    CALLER_IDENTITY,
    ROOT_OF_ACCOUNT,
    Allowed,
    Determined,
    ExplicitlyDenied,
    Grant,
    ImplicitlyDenied,
    Missing,
    RuleGrant,
    Side,
)
from lampolicy.engine import Entry, Naming
from lampolicy.record import record
from lampolicy.request import Anonymous, FederatedUser, Principal, RoleSession, Root, Saml, Service, User, WebIdentity

if TYPE_CHECKING:
    from typing import Final

_FULL: Final[Mapping[type[Principal], frozenset[Naming]]] = {
    User: frozenset({Naming.USER, Naming.STAR}),
    RoleSession: frozenset({Naming.SESSION, Naming.STAR}),
    FederatedUser: frozenset({Naming.FEDERATED_USER, Naming.STAR}),
}
"""Namings that grant alone within one account, limited by neither boundary nor session policy (E7)."""

_LIMITED: Final[Mapping[type[Principal], frozenset[Naming]]] = {
    User: frozenset[Naming](),
    RoleSession: frozenset({Naming.ROLE}),
    FederatedUser: frozenset({Naming.USER}),
}
"""Namings that grant without identity policy, within boundary and session policy (E7)."""

_ALONE: Final[Mapping[type[Principal], frozenset[Naming]]] = {
    Service: frozenset({Naming.SERVICE, Naming.STAR}),
    Anonymous: frozenset({Naming.STAR}),
    WebIdentity: frozenset({Naming.PROVIDER}),
    Saml: frozenset({Naming.PROVIDER}),
    Root: frozenset({Naming.ACCOUNT, Naming.STAR}),
}
"""Namings that grant to callers without identity policies (E10, E12, E15, E20)."""

_DELEGATING: Final = frozenset({Naming.ACCOUNT})
"""Namings that hand the question to the identity policies of the account (E4)."""


@record
class Frame:
    """What about a request decides how its layers combine.

    Attributes:
        caller: What kind of caller asks.
        same_account: The caller's account owns the resource.
        reachable: No rule keeps the caller from the resource whatever the policies say (E8, E16, E20).
        needs_resource_policy: Within one account, too, the resource's policy must grant (E4).
        resource: What to call the resource's policy.
        has_resource_policy: The resource has a policy.
        guards: SCP levels and the endpoint, each of which needs an Allow.
        bounded: The caller has a boundary.
        in_session: A session policy was passed.
        granted: A grant that AWS gives without a statement (E17).
    """

    caller: type[Principal]
    same_account: bool
    reachable: bool
    needs_resource_policy: bool
    resource: Side
    has_resource_policy: bool
    guards: tuple[Missing, ...]
    bounded: bool
    in_session: bool
    granted: RuleGrant | None = None

    def conclude(self, holding: Sequence[Entry]) -> Determined:
        """Decide from the statements that match, given in the order of their layers."""
        if self.granted is CALLER_IDENTITY:
            return Allowed((CALLER_IDENTITY,))  # even under a Deny (E17)
        denying = [entry.id for entry in holding if entry.deny]
        if denying:
            return ExplicitlyDenied(tuple(denying))
        if self.granted is not None:
            return Allowed((self.granted,))
        return _Grants(self, holding).decide()


class _Grants:
    """The statements that allow, sorted by the part they play."""

    __slots__ = ("_boundary", "_by_resource", "_frame", "_identity", "_session", "_spoken")

    def __init__(self, frame: Frame, allowing: Sequence[Entry]) -> None:
        self._frame = frame
        self._by_resource: list[Entry] = []
        self._identity: list[Entry] = []
        self._spoken: list[Missing] = []
        self._boundary = not frame.bounded
        self._session = not frame.in_session and frame.caller is not FederatedUser
        for entry in allowing:
            self._sort(entry)

    def _sort(self, entry: Entry) -> None:
        side = entry.layer.side
        if side is Side.IDENTITY:
            if self._frame.reachable:
                self._identity.append(entry)
        elif side is self._frame.resource:
            if self._frame.reachable:
                self._by_resource.append(entry)
        elif side is Side.BOUNDARY:
            self._boundary = True
        elif side is Side.SESSION:
            self._session = True
        else:
            self._spoken.append(entry.layer)

    def decide(self) -> Determined:
        silent = [guard for guard in self._frame.guards if guard not in self._spoken]
        grants, missing = self._granting()
        if silent or missing:
            return ImplicitlyDenied((*silent, *missing))
        return Allowed(tuple(grants))

    def _granting(self) -> tuple[Sequence[Grant], list[Missing]]:
        caller = self._frame.caller
        if caller is Root:
            return self._for_root()
        if caller in _ALONE:
            grants = self._by_naming(_ALONE[caller])
            return grants, [] if grants else [Missing(self._frame.resource)]
        if not self._frame.same_account:
            return self._across_accounts()
        if self._frame.needs_resource_policy:
            return self._through_resource_policy()
        return self._within_account()

    def _by_naming(self, namings: frozenset[Naming]) -> list[Grant]:
        return [entry.id for entry in self._by_resource if entry.namings & namings]

    def _for_root(self) -> tuple[Sequence[Grant], list[Missing]]:
        """E10; a key policy or trust policy binds even the root user (E4, uncertain)."""
        if self._frame.same_account and self._frame.reachable and not self._frame.needs_resource_policy:
            return [ROOT_OF_ACCOUNT], self._limits(boundary=False)
        grants = self._by_naming(_ALONE[Root])
        missing = [] if grants else [Missing(self._frame.resource)]
        return grants, missing + self._limits(boundary=False)

    def _limits(self, *, boundary: bool = True) -> list[Missing]:
        """Boundary and session policy, where they are silent."""
        missing = [Missing(Side.BOUNDARY)] if boundary and not self._boundary else []
        return missing if self._session else [*missing, Missing(Side.SESSION)]

    def _across_accounts(self) -> tuple[Sequence[Grant], list[Missing]]:
        """Both sides must grant (E16)."""
        missing = [] if self._by_resource else [Missing(self._frame.resource)]
        if not self._identity:
            missing.append(Missing(Side.IDENTITY))
        return [e.id for e in (*self._by_resource, *self._identity)], missing + self._limits()

    def _direct(self, limits: list[Missing], also: frozenset[Naming] = frozenset()) -> list[Grant]:
        """The statements of the resource's policy that grant without any identity policy (E7)."""
        limited = frozenset[Naming]() if limits else _LIMITED[self._frame.caller]
        return self._by_naming(_FULL[self._frame.caller] | limited | also)

    def _named_with_limits(self) -> bool:
        return bool(self._by_naming(_LIMITED[self._frame.caller]))

    def _within_account(self) -> tuple[Sequence[Grant], list[Missing]]:
        """Either side may grant (E3, E7)."""
        limits = self._limits()
        grants = self._direct(limits)
        if self._identity and not limits:
            grants += [e.id for e in self._identity]
        if grants:
            return grants, []
        if self._identity or self._named_with_limits():
            return [], limits
        silent = [Missing(Side.IDENTITY)]
        if self._frame.has_resource_policy:
            silent.append(Missing(self._frame.resource))
        return [], silent + limits

    def _through_resource_policy(self) -> tuple[Sequence[Grant], list[Missing]]:
        """The resource's policy grants directly, or hands the question to the account's identity policies (E4)."""
        limits = self._limits()
        delegated = bool(self._identity) and not limits and bool(self._by_naming(_DELEGATING))
        grants = self._direct(limits, also=_DELEGATING if delegated else frozenset())
        if grants:
            return grants + [e.id for e in self._identity if delegated], []
        if not self._by_resource:
            return [], [Missing(self._frame.resource)]
        silent = [] if self._identity or self._named_with_limits() else [Missing(Side.IDENTITY)]
        return [], silent + limits
