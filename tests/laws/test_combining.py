"""Laws of combining policies, in the words of the IAM User Guide's evaluation logic."""

from __future__ import annotations

from collections.abc import Callable

import hypothesis.strategies as st
from hypothesis import assume, given

from lampolicy.decision import (
    Allowed,
    Decision,
    ExplicitlyDenied,
    ImplicitlyDenied,
    Missing,
    RuleGrant,
    Side,
    Undetermined,
)
from lampolicy.organization import Policies
from lampolicy.policy import Effect, Policy, PolicyKind, Statement, StatementId
from lampolicy.request import Anonymous, FederatedUser, RoleSession, Root, Saml, User, WebIdentity
from lampolicy.testing import World
from lampolicy.testing import strategies as aws
from lampolicy.testing._dice import Dice, Seeded
from lampolicy.testing._requests import Asked, draw_asked, draw_principal
from lampolicy.testing._shrink import policy_with
from lampolicy.testing._statements import rebuilt
from lampolicy.testing._worlds import draw_bearing

from .worlds import (
    ALWAYS,
    KINDS_OF_LAYERS,
    LAW,
    as_kind,
    bears_identity,
    decided,
    with_effect,
    with_policies,
    with_request,
    with_statement,
    without_unknowns,
)

LAYERS = st.sampled_from(["resource", "identity", "boundary", "session", "endpoint"])


def kind_in(world: World, layer: str) -> PolicyKind:
    return world.policies.resource_kind if layer == "resource" else KINDS_OF_LAYERS[layer]


class TestExplicitDenyWins:
    """An explicit deny in any policy overrides any allow (semantics E1)."""

    @LAW
    @given(aws.worlds())
    def test_a_deny_of_everything_in_the_resource_policy_denies_everybody(self, world: World) -> None:
        assume(world.request.action.lower() != "sts:getcalleridentity")  # E17: allowed even under a Deny
        deny = as_kind(world.policies.resource_kind, Effect.DENY)
        assert isinstance(decided(with_statement(world, "resource", deny, first=False)), ExplicitlyDenied)

    @LAW
    @given(aws.worlds(), st.sampled_from(["identity", "boundary", "session"]))
    def test_a_deny_of_everything_on_the_callers_side_denies_its_bearer(self, world: World, layer: str) -> None:
        assume(world.request.action.lower() != "sts:getcalleridentity")
        assume(bears_identity(world.request.principal))
        deny = as_kind(KINDS_OF_LAYERS[layer], Effect.DENY)
        assert isinstance(decided(with_statement(world, layer, deny, first=True)), ExplicitlyDenied)

    @LAW
    @given(aws.worlds(), LAYERS, st.data())
    def test_adding_a_deny_never_opens(self, world: World, layer: str, data: st.DataObject) -> None:
        assume(layer == "resource" or getattr(world.policies, layer))
        drawn = data.draw(aws.statements(kind_in(world, layer), aim=world.request, odd=True))
        after = decided(with_statement(world, layer, with_effect(drawn, Effect.DENY), first=data.draw(st.booleans())))
        assert not (after and not decided(world))


class TestDefaultDeny:
    """By default all requests are denied; only an explicit allow opens (semantics E1, E10, E17)."""

    @LAW
    @given(aws.worlds())
    def test_without_policies_nobody_may_anything_but_root_in_its_own_account(self, world: World) -> None:
        bare = World(world.request, Policies(resource_kind=world.policies.resource_kind))
        decision = decided(bare)
        if isinstance(decision, Allowed):
            assert all(isinstance(grant, RuleGrant) for grant in decision.by)
            assert world.request.action.lower() in ALWAYS or isinstance(world.request.principal, Root)
        else:
            assert isinstance(decision, ImplicitlyDenied)

    @LAW
    @given(aws.worlds())
    def test_without_an_allow_no_statement_opens(self, world: World) -> None:
        identity = tuple(_denies_only(policy) for policy in world.policies.identity)
        resource = _denies_only(world.policies.resource) if world.policies.resource else None
        kind = world.policies.resource_kind
        decision = decided(with_policies(world, identity=identity, resource=resource, resource_kind=kind))
        if isinstance(decision, Allowed):
            assert all(isinstance(grant, RuleGrant) for grant in decision.by)

    @LAW
    @given(aws.worlds())
    def test_what_is_allowed_is_granted_and_not_denied(self, world: World) -> None:
        decision = decided(world)
        assume(isinstance(decision, Allowed))
        assert isinstance(decision, Allowed)
        allows = {Effect.ALLOW}
        for grant in decision.by:
            if isinstance(grant, StatementId):
                assert {_statement_of(world, grant).effect} == allows


def _denies_only(policy: Policy) -> Policy:
    return policy_with(policy, tuple(s for s in policy.statements if s.effect is Effect.DENY))


def _statement_of(world: World, name: StatementId) -> Statement:
    policies = (*world.policies.identity, *([world.policies.resource] if world.policies.resource else []))
    return next(p for p in policies if p.name == name.policy).statements[name.index]


class TestOrderAndDuplicates:
    """The order of policies and statements makes no difference, nor does saying a thing twice (semantics G3)."""

    @LAW
    @given(aws.worlds())
    def test_turning_everything_round_changes_nothing(self, world: World) -> None:
        world = _with_sids(world)
        assert _told(decided(_each_policy(world, _reversed))) == _told(decided(world))

    @LAW
    @given(aws.worlds())
    def test_saying_everything_twice_changes_nothing(self, world: World) -> None:
        world = _with_sids(world)
        assert _told(decided(_each_policy(world, _doubled))) == _told(decided(world))

    @LAW
    @given(aws.worlds())
    def test_turning_policies_of_a_layer_round_changes_nothing(self, world: World) -> None:
        world = _with_sids(world)
        policies = world.policies
        turned = with_policies(
            world,
            identity=policies.identity[::-1],
            boundary=policies.boundary and policies.boundary[::-1],
            session=policies.session and policies.session[::-1],
            endpoint=policies.endpoint and policies.endpoint[::-1],
            service_control=tuple(level[::-1] for level in policies.service_control),
            resource_control=tuple(level[::-1] for level in policies.resource_control),
        )
        assert _told(decided(turned)) == _told(decided(world))


def _each_policy(world: World, change: Callable[[Policy], Policy]) -> World:
    policies = world.policies

    def each(found: tuple[Policy, ...] | None) -> tuple[Policy, ...] | None:
        return found and tuple(map(change, found))

    return with_policies(
        world,
        identity=each(policies.identity) or (),
        boundary=each(policies.boundary),
        session=each(policies.session),
        endpoint=each(policies.endpoint),
        resource=change(policies.resource) if policies.resource else None,
        service_control=tuple(each(level) or () for level in policies.service_control),
        resource_control=tuple(each(level) or () for level in policies.resource_control),
    )


def _reversed(policy: Policy) -> Policy:
    return policy_with(policy, policy.statements[::-1])


def _doubled(policy: Policy) -> Policy:
    return policy_with(policy, policy.statements * 2)


def _with_sids(world: World) -> World:
    def named(policy: Policy) -> Policy:
        statements = (rebuilt(s, sid=f"{policy.name}/{number}") for number, s in enumerate(policy.statements))
        return policy_with(policy, tuple(statements))

    return _each_policy(world, named)


def _told(decision: Decision) -> object:
    """What a decision says, with statements named by their Sid and without order."""
    match decision:
        case Allowed() | ExplicitlyDenied():
            return (type(decision), frozenset(g.sid if isinstance(g, StatementId) else g for g in decision.by))
        case ImplicitlyDenied():
            return (type(decision), decision.missing)
        case Undetermined():
            return (type(decision), decision.needs, frozenset((o.holds, _told(o.decision)) for o in decision.outcomes))


class TestAddingAnAllowNeverCloses:
    """A statement that allows only ever adds permissions."""

    @LAW
    @given(aws.worlds(), LAYERS, st.data())
    def test_in_any_layer_that_is_there(self, world: World, layer: str, data: st.DataObject) -> None:
        assume(layer in {"resource", "identity"} or getattr(world.policies, layer))
        drawn = data.draw(aws.statements(kind_in(world, layer), aim=world.request, odd=True))
        assume(not hasattr(drawn, "principals") or type(drawn.principals).__name__ != "AllExcept")  # G14: Deny only
        after = decided(with_statement(world, layer, with_effect(drawn, Effect.ALLOW), first=data.draw(st.booleans())))
        assert not (decided(world) and not after)


class TestLimitsOnlyNarrow:
    """A boundary, an SCP, an RCP, an endpoint or a session policy only takes away (semantics E5, E6, E8, E9, E21)."""

    @LAW
    @given(aws.worlds(), st.sampled_from(["boundary", "session", "endpoint"]), st.data())
    def test_a_policy_where_there_was_none(self, world: World, layer: str, data: st.DataObject) -> None:
        # E8: a federated user without a session policy has no identity permissions, so passing one opens.
        assume(not (layer == "session" and isinstance(world.request.principal, FederatedUser)))
        policy = data.draw(aws.policies(KINDS_OF_LAYERS[layer], aim=world.request, odd=True))
        bare = with_policies(world, **{layer: None})
        assert not (decided(with_policies(world, **{layer: (policy,)})) and not decided(bare))

    @LAW
    @given(aws.worlds(), st.sampled_from(["service_control", "resource_control"]), st.data())
    def test_one_level_more(self, world: World, layer: str, data: st.DataObject) -> None:
        kind = PolicyKind.SERVICE_CONTROL if layer == "service_control" else PolicyKind.RESOURCE_CONTROL
        level = (data.draw(aws.policies(kind, aim=world.request, odd=True)),)
        levels = getattr(world.policies, layer)
        assert not (decided(with_policies(world, **{layer: (*levels, level)})) and not decided(world))

    @LAW
    @given(aws.worlds())
    def test_what_stays_silent_where_it_must_speak_closes(self, world: World) -> None:
        assume(isinstance(world.request.principal, User | RoleSession | FederatedUser | Root))
        assume(world.request.action.lower() not in ALWAYS)
        account = world.request.principal.account
        assume(account != world.policies.management_account)
        assume(not getattr(world.request.principal, "service_linked", False))
        silent = with_policies(world, service_control=((),))
        decision = decided(silent)
        assert not decision
        if isinstance(decision, ImplicitlyDenied):
            assert Missing(Side.SERVICE_CONTROL, 0) in decision.missing


def _bucket_world(dice: Dice) -> World:
    """A request for an object of another account's bucket, whose ARN does not tell the account."""
    caller = draw_principal(dice, dice.pick((User, RoleSession, FederatedUser, Root)))
    while "arn:aws:" not in caller.caller_arn:
        caller = draw_principal(dice, dice.pick((User, RoleSession, FederatedUser, Root)))
    asked = draw_asked(dice, caller)
    request = without_unknowns(World(asked.request, Policies())).request
    other = "222222222222" if caller.account != "222222222222" else "111111111111"
    bucket = with_request(
        World(request, Policies()),
        action=dice.pick(("s3:GetObject", "sts:AssumeRole", "kms:Decrypt")),
        resource="arn:aws:s3:::photos/alice/a.jpg",
        resource_account=other,
    ).request
    kind = dice.pick((PolicyKind.BUCKET, PolicyKind.KEY, PolicyKind.RESOURCE))
    return World(bucket, draw_bearing(dice, Asked(bucket, kind)))


class TestAcrossAccountsImpliesWithinOne:
    """What is allowed across accounts is allowed within one, by the same policies (semantics E3, E16).

    That holds where nothing else sees the account a resource belongs to: no statement reads `aws:ResourceAccount`, the
    ARN holds no account id (a bucket's), and no RCP starts or ceases to apply with the owner (E6).
    """

    @LAW
    @given(aws.drawn(_bucket_world))
    def test_the_same_bucket_in_the_callers_account(self, world: World) -> None:
        assume("resourceaccount" not in repr(world).lower())
        across = with_policies(world, resource_control=(), management_account=None)
        within = with_request(across, resource_account=world.request.principal.account)
        assert not (decided(across) and not decided(within))

    def test_such_worlds_are_allowed_often_enough(self) -> None:
        found = [_bucket_world(Seeded(f"bucket/{number}")) for number in range(600)]
        assert sum(bool(decided(world)) for world in found) > 20


def _unsigned_world(dice: Dice) -> World:
    asked = draw_asked(dice, draw_principal(dice, dice.pick((Anonymous, WebIdentity, Saml))))
    return World(asked.request, draw_bearing(dice, asked))


class TestTheUnsignedBringNothing:
    """Callers without identity policies live on resource policies alone (semantics E12, E15, E20)."""

    @LAW
    @given(aws.drawn(_unsigned_world))
    def test_identity_policies_do_not_concern_them(self, world: World) -> None:
        bare = with_policies(world, identity=(), boundary=None, session=None, service_control=())
        assert decided(world) == decided(bare)
