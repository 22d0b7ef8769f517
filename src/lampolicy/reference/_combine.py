"""How the layers' verdicts become a decision (semantics E1 to E17)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from lampolicy.decision import (
    CALLER_IDENTITY,
    ROOT_OF_ACCOUNT,
    SESSION_TOKEN,
    Allowed,
    Determined,
    ExplicitlyDenied,
    Grant,
    ImplicitlyDenied,
    Missing,
    Side,
)
from lampolicy.policy import Effect, PolicyKind, StatementId
from lampolicy.reference._layers import resource_side
from lampolicy.reference._principals import GrantKind
from lampolicy.reference._question import Question
from lampolicy.reference._trace import LayerTrace, StatementTrace
from lampolicy.reference._uncertain import (
    AUTO_ATTACHED,
    ROOT_ACROSS_ACCOUNTS,
    STAR_ADMITS_SERVICES,
    STAR_UNLIMITED,
    USER_UNLIMITED,
)
from lampolicy.request import Anonymous, FederatedUser, RoleSession, Root, Saml, Service, User, WebIdentity

Matches: TypeAlias = Callable[[StatementTrace], bool]
"""Whether a statement counts as matching, given what is assumed of the unknown."""

Layers: TypeAlias = tuple[LayerTrace, ...]

Heard: TypeAlias = list[tuple[LayerTrace, list[StatementTrace]]]
"""Every layer with its statements that match."""

_NO_KINDS: Final = frozenset[GrantKind]()
_GUARD_RAILS: Final = (Side.RESOURCE_CONTROL, Side.SERVICE_CONTROL, Side.ENDPOINT)
_NEED_THEIR_POLICY: Final = frozenset({PolicyKind.KEY, PolicyKind.TRUST})
_BEARERS: Final = {"sts:assumerolewithsaml": Saml, "sts:assumerolewithwebidentity": WebIdentity}


# --- always allowed (E17) ---------------------------------------------------------------------------------------------


def asks_who_it_is(question: Question) -> bool:
    """E17: sts:GetCallerIdentity is allowed to every caller who signs, even under a Deny."""
    unsigned = isinstance(question.request.principal, Anonymous | WebIdentity | Saml)
    return not unsigned and question.request.action.lower() == "sts:getcalleridentity"


def asks_for_its_own_session(question: Question) -> bool:
    """E17: sts:GetSessionToken needs no permission, but can be denied."""
    own = isinstance(question.request.principal, User | Root)
    return own and question.request.action.lower() == "sts:getsessiontoken"


# --- the algorithm of section 4.1 -------------------------------------------------------------------------------------


def heard(layers: Layers, matches: Matches) -> Heard:
    """What every layer says."""
    return [(layer, [statement for statement in layer.about if matches(statement)]) for layer in layers]


def combine(question: Question, said: Heard) -> Determined:
    """Decide: explicit denies first, then guard rails, then who grants."""
    if asks_who_it_is(question):
        return Allowed((CALLER_IDENTITY,))
    if denies := explicit_denies(said):
        return ExplicitlyDenied(denies)
    if asks_for_its_own_session(question):
        return Allowed((SESSION_TOKEN,))
    rails = missing_guard_rails(question, said)
    granted = who_grants(question, _voices(question, said))
    if not rails:
        return granted
    return ImplicitlyDenied(rails + (granted.missing if isinstance(granted, ImplicitlyDenied) else ()))


def explicit_denies(said: Heard) -> tuple[StatementId, ...]:
    """E1: any matching Deny in any layer that applies."""
    return tuple([s.id for _, statements in said for s in statements if s.effect is Effect.DENY])


def missing_guard_rails(question: Question, said: Heard) -> tuple[Missing, ...]:
    """E5, E6, E21: every level of SCPs, and the endpoint, must allow."""
    silent = [layer for layer, statements in said if layer.side in _GUARD_RAILS and not _allows(statements)]
    return tuple([Missing(layer.side, layer.level) for layer in silent if _must_speak(question, layer)])


def _must_speak(question: Question, layer: LayerTrace) -> bool:
    return layer.side is not Side.RESOURCE_CONTROL or not full_access_rcp_is_attached(question)


def full_access_rcp_is_attached(question: Question) -> bool:
    """E6, uncertain in offline data: AWS attaches RCPFullAWSAccess to every level, so RCPs never deny by silence."""
    return question.reads(AUTO_ATTACHED)


def _allows(statements: list[StatementTrace]) -> bool:
    return any(s.effect is Effect.ALLOW for s in statements)


# --- what the granting layers say -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Voices:
    """What the layers that can grant, or limit a grant, say.

    Attributes:
        resource: Matching Allow statements of the resource's policy, each with how it names the caller.
        identity: Matching Allow statements of identity policies.
        boundary: Whether the boundary allows, or there is none.
        session: Whether the session policies allow, or none was passed.
    """

    resource: tuple[tuple[StatementId, frozenset[GrantKind]], ...]
    identity: tuple[StatementId, ...]
    boundary: bool
    session: bool

    @property
    def unlimited(self) -> bool:
        return self.boundary and self.session

    @property
    def identity_path(self) -> bool:
        return bool(self.identity) and self.unlimited

    @property
    def kinds(self) -> frozenset[GrantKind]:
        return _NO_KINDS.union(*[kinds for _, kinds in self.resource])

    def naming(self, wanted: Iterable[GrantKind]) -> tuple[StatementId, ...]:
        """The resource statements that name the caller in one of these ways."""
        kinds = frozenset(wanted) if self.resource else _NO_KINDS
        return tuple(name for name, named_as in self.resource if not kinds.isdisjoint(named_as))


def _voices(question: Question, said: Heard) -> _Voices:
    allows = {layer.side: statements for layer, statements in said}  # no Deny is left among them
    reached = not out_of_reach(question)
    resource = allows.get(resource_side(question), ()) if reached else ()
    identity = allows.get(Side.IDENTITY, ()) if reached else ()
    no_session_allows = not isinstance(question.request.principal, FederatedUser)  # E8
    return _Voices(
        resource=tuple([(s.id, s.principal.kinds) for s in resource if s.principal is not None]),
        identity=tuple([s.id for s in identity]),
        boundary=bool(allows.get(Side.BOUNDARY, True)),
        session=bool(allows.get(Side.SESSION, no_session_allows)),
    )


def out_of_reach(question: Question) -> bool:
    """E8, E16, E20: what a caller cannot get whatever any policy says.

    That is a resource of another partition, IAM and STS for federated users, and a role for a token the caller lacks.
    """
    return in_other_partition(question) or federated_user_at_iam(question) or lacks_the_token(question)


def in_other_partition(question: Question) -> bool:
    """E16: a resource's ARN in another partition than the caller's cannot be reached."""
    caller, resource = question.request.principal, question.request.resource
    ours = _partition(caller.role if isinstance(caller, RoleSession) else caller.caller_arn)
    return ours is not None and resource != "*" and _partition(resource) != ours


def _partition(arn: str) -> str | None:
    return arn.split(":", 2)[1] if arn.startswith("arn:") else None


def federated_user_at_iam(question: Question) -> bool:
    """E8: federated users cannot call IAM or STS."""
    prefix = question.request.action.lower().partition(":")[0]
    return isinstance(question.request.principal, FederatedUser) and prefix in {"iam", "sts"}


def lacks_the_token(question: Question) -> bool:
    """E20: only who bears an assertion or a token asks for a role with it; nobody signs these two calls."""
    bearer = _BEARERS.get(question.request.action.lower())
    return bearer is not None and not isinstance(question.request.principal, bearer)


# --- who grants -------------------------------------------------------------------------------------------------------


def who_grants(question: Question, voices: _Voices) -> Allowed | ImplicitlyDenied:
    """Section 4.1, step 3: by the kind of caller, then by account."""
    caller = question.request.principal
    same = caller.account == question.owner
    match caller:
        case Service():
            return _resource_alone(question, voices, _kinds_for_services(question, voices))
        case Anonymous():
            return _resource_alone(question, voices, {GrantKind.STAR})  # E15
        case WebIdentity() | Saml():
            return _resource_alone(question, voices, {GrantKind.PROVIDER})  # E20
        case Root():
            return _root(question, voices, same=same)
        case _ if not same:
            return _across_accounts(question, voices)
        case _ if needs_its_policy(question):
            return _same_account_by_its_policy(question, voices)
        case _:
            return _same_account(question, voices)


def _resource_alone(question: Question, voices: _Voices, kinds: Iterable[GrantKind]) -> Allowed | ImplicitlyDenied:
    return _decided(voices.naming(kinds), [Missing(resource_side(question))])


def _kinds_for_services(question: Question, voices: _Voices) -> set[GrantKind]:
    """E12: a service needs a grant to its own name, or to everyone."""
    if GrantKind.STAR in voices.kinds and star_admits_services(question):
        return {GrantKind.SERVICE, GrantKind.STAR}
    return {GrantKind.SERVICE}


def star_admits_services(question: Question) -> bool:
    """G12, uncertain: AWS's own samples admit services by `*` with a source condition."""
    return question.reads(STAR_ADMITS_SERVICES)


def _root(question: Question, voices: _Voices, *, same: bool) -> Allowed | ImplicitlyDenied:
    """E10: the root user may do everything in its own account, except where the resource's policy must speak."""
    missing_session = [] if voices.session else [Missing(Side.SESSION)]
    if same and not needs_its_policy(question) and not out_of_reach(question):
        return _decided((ROOT_OF_ACCOUNT,) if voices.session else (), missing_session)
    granted = voices.naming({GrantKind.ACCOUNT, GrantKind.STAR})
    if granted and not same and not root_needs_only_the_grant(question):
        granted = ()
    missing = ([] if granted else [Missing(resource_side(question))]) + missing_session
    return _decided(() if missing else granted, missing)


def root_needs_only_the_grant(question: Question) -> bool:
    """E10, uncertain: a root user has no identity policies that could fail in another account."""
    return question.reads(ROOT_ACROSS_ACCOUNTS)


def needs_its_policy(question: Question) -> bool:
    """E4: role trust policies and key policies must grant even in the same account."""
    return question.policies.resource_kind in _NEED_THEIR_POLICY


def _across_accounts(question: Question, voices: _Voices) -> Allowed | ImplicitlyDenied:
    """E3, E16: the resource's policy grants in any way, and the caller's side allows as well."""
    missing = [] if voices.resource else [Missing(resource_side(question))]
    missing += [] if voices.identity else [Missing(Side.IDENTITY)]
    missing += _limits(voices)
    granted = tuple(name for name, _ in voices.resource) + voices.identity
    return _decided(() if missing else granted, missing)


def _same_account_by_its_policy(question: Question, voices: _Voices) -> Allowed | ImplicitlyDenied:
    """E4: a direct grant, or a grant to the account together with the identity policies."""
    delegates = voices.identity_path and GrantKind.ACCOUNT in voices.kinds
    delegated = {GrantKind.ACCOUNT} if delegates else set[GrantKind]()
    if granting := voices.naming({*sufficient_kinds(question, voices), *delegated}):
        return Allowed(granting + (voices.identity if delegates else ()))
    if not voices.kinds:
        return ImplicitlyDenied((Missing(resource_side(question)),))
    silent = not voices.identity and not _names_the_role(question, voices)
    return _decided((), ([Missing(Side.IDENTITY)] if silent else []) + _limits(voices))


def _same_account(question: Question, voices: _Voices) -> Allowed | ImplicitlyDenied:
    """E3: a direct grant of the resource's policy, or the identity policies within boundary and session."""
    direct = voices.naming(sufficient_kinds(question, voices)) if voices.resource else ()
    if direct or voices.identity_path:
        return Allowed(_with_identity_path(direct, voices))
    if _names_the_role(question, voices):
        return _decided((), _limits(voices))
    missing = [] if voices.identity else [Missing(Side.IDENTITY)]
    if not voices.identity and question.policies.resource is not None:
        missing.append(Missing(resource_side(question)))
    return _decided((), missing + _limits(voices))


def _with_identity_path(direct: tuple[StatementId, ...], voices: _Voices) -> tuple[StatementId, ...]:
    return direct + (voices.identity if voices.identity_path else ())


def _limits(voices: _Voices) -> list[Missing]:
    """E8, E9: the boundary and the session policies that stay silent."""
    silent = [] if voices.boundary else [Missing(Side.BOUNDARY)]
    return silent + ([] if voices.session else [Missing(Side.SESSION)])


def _decided(granted: tuple[Grant, ...], missing: list[Missing]) -> Allowed | ImplicitlyDenied:
    return Allowed(granted) if granted else ImplicitlyDenied(tuple(missing))


# --- the table of E7 --------------------------------------------------------------------------------------------------


def sufficient_kinds(question: Question, voices: _Voices) -> frozenset[GrantKind]:
    """E7: the ways of naming the caller that suffice in the same account without an identity policy."""
    kinds: set[GrantKind] = set()
    if voices.session or star_grant_is_unlimited(question):
        kinds.add(GrantKind.STAR)
    match question.request.principal:
        case User() if voices.unlimited or user_grant_is_unlimited(question):
            kinds.add(GrantKind.USER)
        case RoleSession():
            kinds.add(GrantKind.SESSION)
        case FederatedUser():
            kinds.add(GrantKind.FEDERATED_SESSION)
        case _:
            pass
    if voices.unlimited:
        kinds |= _limited_kinds(question)
    return frozenset(kinds)


def _limited_kinds(question: Question) -> frozenset[GrantKind]:
    """E7: the role's ARN for its sessions, and the issuing user's for its federated sessions."""
    match question.request.principal:
        case RoleSession():
            return frozenset({GrantKind.ROLE})
        case FederatedUser():
            return frozenset({GrantKind.USER})
        case _:
            return frozenset()


def _names_the_role(question: Question, voices: _Voices) -> bool:
    """Whether a grant stands there that only a boundary or session policy keeps from counting."""
    return not voices.kinds.isdisjoint(_limited_kinds(question))


def user_grant_is_unlimited(question: Question) -> bool:
    """E7, uncertain on live Lambda: neither boundary nor session policy limits a grant to a user's own ARN."""
    return question.reads(USER_UNLIMITED)


def star_grant_is_unlimited(question: Question) -> bool:
    """E7, documented and not recorded: a silent session policy does not limit a grant to `*`."""
    return question.reads(STAR_UNLIMITED)
