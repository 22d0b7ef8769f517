"""The list of who may invoke: nobody known is passed over, and nobody outside whom the policy admits."""

from __future__ import annotations

import json
from dataclasses import replace
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lampolicy import (
    Anonymous,
    Authorizer,
    FunctionArn,
    Organization,
    Request,
    RoleSession,
    Root,
    Service,
    User,
    authorize,
)
from lampolicy.decision import Undetermined
from lampolicy.function import Admitted, FunctionView, Outsider, WhoMayInvoke
from lampolicy.organization import Account, Function, FunctionUrl, IamRole, IamUser, Unread
from lampolicy.policy import PolicyKind, StatementId
from lampolicy.request import UNKNOWN
from lampolicy.testing import strategies as aws

from .cast import (
    BUCKET,
    CALL_URL,
    INVOKE,
    A,
    B,
    C,
    F,
    R,
    U,
    allow,
    deny,
    from_s3,
    function,
    policy,
    role,
    user,
    view,
)

FEW = settings(max_examples=40, derandomize=True, database=None, deadline=None)
OURS = "o-abcdefghij"
EVERYTHING = policy("identity", allow("*", "*"))


def hung(*statements: dict[str, Any], **more: Any) -> Function:
    """The function with several statements in its own policy."""
    arn = FunctionArn.parse(F)
    return Function(arn, policies=((arn, policy("function", *statements)),) if statements else (), **more)


def may(who: WhoMayInvoke) -> set[str]:
    return {known.principal.caller_arn for known in who.may}


def outside(*statements: dict[str, Any], **there: Any) -> list[tuple[Outsider, str, tuple[str, ...], tuple[str, ...]]]:
    who = view("f", functions=(hung(*statements),), **there).who_may_invoke()
    return [(a.kind, a.who, a.when, a.unless) for a in who.outside]


class TestKnown:
    def test_users_roles_and_root_users_each_with_what_grants_it(self) -> None:
        there: dict[str, Any] = {
            "users": (user(allow()), user(arn=f"{U.arn}2")),
            "roles": (role(allow()),),
            "accounts": (Account(A), Account(B)),
        }
        who = view("f", functions=(function(),), **there).who_may_invoke()

        assert may(who) == {U.arn, R, f"arn:aws:iam::{A}:root"}
        assert {k.principal.caller_arn for k in who.may_not} == {f"{U.arn}2", f"arn:aws:iam::{B}:root"}
        assert [getattr(grant, "policy", "") for grant in who.may[0].by] == ["of user"]

    def test_a_service_linked_role_is_listed(self) -> None:
        arn = f"arn:aws:iam::{A}:role/aws-service-role/ops.amazonaws.com/AWSServiceRoleForOps"
        who = view("f", roles=(role(allow(), arn=arn),), functions=(function(),)).who_may_invoke()

        assert arn in may(who)
        assert f"service-linked role {arn}" in str(who)

    def test_a_session_the_policy_names_stands_beside_its_role(self) -> None:
        session = f"arn:aws:sts::{A}:assumed-role/R/s"
        statement = allow(Principal={"AWS": session})
        who = view("f", roles=(role(),), functions=(hung(statement),)).who_may_invoke()

        assert session in may(who)
        assert R not in may(who)
        assert who.outside == ()

    def test_so_does_one_named_by_the_role_s_id(self) -> None:
        known = IamRole(R, role_id="AROAEXAMPLE1")
        who = view("f", roles=(known,), functions=(hung(allow(Principal={"AWS": "AROAEXAMPLE1:s"})),)).who_may_invoke()

        assert f"arn:aws:sts::{A}:assumed-role/R/s" in may(who)

    def test_what_hangs_on_the_way_of_calling_is_told_with_its_keys(self) -> None:
        own = user(allow(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))
        fn = view("f", users=(own,), functions=(function(),))

        assert [(k.principal.caller_arn, k.needs) for k in fn.who_may_invoke().hangs] == [(U.arn, ("aws:sourceip",))]
        assert U.arn in may(fn.who_may_invoke({"AWS:SourceIp": "203.0.113.9"}))
        assert U.arn not in may(fn.who_may_invoke({"AWS:SourceIp": "198.51.100.1"}))

    def test_the_region_and_tls_are_known(self) -> None:
        """K2."""
        condition = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}, "Bool": {"aws:SecureTransport": "true"}}
        who = view("f", users=(user(allow(Condition=condition)),), functions=(function(),)).who_may_invoke()

        assert U.arn in may(who)

    def test_an_entity_with_a_policy_nobody_knows_is_named(self) -> None:
        lost = IamUser(U.arn, attached=(f"arn:aws:iam::{A}:policy/lost",))
        who = view("f", users=(lost,), functions=(function(),)).who_may_invoke()

        assert [one.who for one in who.cannot_tell] == [U.arn]
        assert "policy/lost" in who.cannot_tell[0].why

    def test_a_function_policy_that_cannot_be_read_leaves_everybody_open(self) -> None:
        unread = (Unread(F, PolicyKind.FUNCTION, "the policy"),)
        who = view("f", users=(user(allow()),), functions=(function(),), unread=unread).who_may_invoke()

        assert {one.who for one in who.cannot_tell} == {U.arn, f"arn:aws:iam::{A}:root", "whoever is not known here"}
        assert who.may == ()


class TestOutside:
    def test_a_service_with_its_source_in_words(self) -> None:
        when = (f"AWS:SourceAccount is {A}", f"AWS:SourceArn is like {BUCKET}")

        assert outside(from_s3()) == [(Outsider.SERVICE, "s3.amazonaws.com", when, ())]

    def test_every_route_of_an_api_is_a_way_of_its_own(self) -> None:
        api = f"arn:aws:execute-api:eu-west-1:{A}:api1/*/GET"
        routes = [
            allow(
                Principal={"Service": "apigateway.amazonaws.com"},
                Condition={"ArnLike": {"AWS:SourceArn": f"{api}/{n}"}, "StringEquals": {"AWS:SourceAccount": A}},
            )
            for n in range(9)
        ]
        found = outside(*routes)

        assert [when[1] for _, _, when, _ in found] == [f"AWS:SourceArn is like {api}/{n}" for n in range(9)]

    def test_a_whole_account(self) -> None:
        assert outside(allow(Principal={"AWS": B})) == [(Outsider.ACCOUNT, B, (), ())]

    def test_its_own_account_is_noted_and_not_listed(self) -> None:
        """L6."""
        who = view("f", functions=(hung(allow(Principal={"AWS": A})),)).who_may_invoke()

        assert who.outside == ()
        assert who.notes == (
            "statement 0 names the function's own account, which by itself grants nothing to anybody in it",
        )

    def test_everyone_is_every_principal_and_every_service(self) -> None:
        assert outside(allow(Principal="*")) == [
            (Outsider.EVERY_PRINCIPAL, "", (), ()),
            (Outsider.EVERY_SERVICE, "", (), ()),
        ]

    def test_everyone_of_an_organization_is_that_organization(self) -> None:
        statement = allow(Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": OURS}})

        assert outside(statement) == [(Outsider.ORGANIZATION, OURS, (), ())]

    def test_everyone_for_a_source_account_is_a_service_only(self) -> None:
        """K4: the key is absent when a user or role calls."""
        statement = allow(Principal="*", Condition={"StringEquals": {"AWS:SourceAccount": A}})

        assert outside(statement) == [(Outsider.EVERY_SERVICE, "", (f"AWS:SourceAccount is {A}",), ())]

    def test_a_deny_is_an_unless(self) -> None:
        condition = {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}
        found = outside(allow(Principal={"AWS": B}), deny(Principal="*", Condition=condition))

        assert found == [(Outsider.ACCOUNT, B, (), ("aws:SourceVpce is not vpce-1",))]

    def test_whom_a_deny_excludes_for_certain_is_not_listed(self) -> None:
        assert outside(allow(Principal={"AWS": B}), deny(Principal={"AWS": B})) == []

    def test_a_condition_that_only_a_url_meets_admits_nobody_to_the_invoke_api(self) -> None:
        """Case 49."""
        assert outside(allow(Principal="*", Condition={"Bool": {"lambda:InvokedViaFunctionUrl": "true"}})) == []

    @pytest.mark.parametrize(
        ("value", "kind"),
        [
            (f"arn:aws:iam::{C}:user/carol", Outsider.USER),
            (f"arn:aws:iam::{C}:role/deploy", Outsider.ROLE),
            (f"arn:aws:sts::{C}:assumed-role/deploy/ci", Outsider.SESSION),
            (f"arn:aws:sts::{C}:federated-user/carol", Outsider.FEDERATED_USER),
            (f"arn:aws:sts::{A}:federated-user/carol", Outsider.FEDERATED_USER),
            (f"arn:aws:iam::{A}:user/gone", Outsider.USER),
            ("AIDAGONE", Outsider.ID),
            ("AROAGONE", Outsider.ID),
            ("AROAGONE:s", Outsider.ID),
        ],
    )
    def test_somebody_nobody_knows_is_listed_by_name(self, value: str, kind: Outsider) -> None:
        assert outside(allow(Principal={"AWS": value})) == [(kind, value, (), ())]

    def test_somebody_known_is_not_listed_again(self) -> None:
        named = [U.arn, R, f"arn:aws:sts::{A}:assumed-role/R/s", "AIDAKNOWN"]
        there = {"users": (IamUser(U.arn, "AIDAKNOWN"),), "roles": (role(),)}

        assert outside(allow(Principal={"AWS": named}), **there) == []

    def test_its_own_account_has_to_allow_it_too(self) -> None:
        who = view("f", functions=(hung(allow(Principal={"AWS": B}), from_s3()),)).who_may_invoke()

        assert [admitted.both_sides for admitted in who.outside] == [True, False]

    @pytest.mark.parametrize("service", ["sqs.amazonaws.com", "scheduler.amazonaws.com"])
    def test_a_service_that_uses_no_function_policy_is_noted(self, service: str) -> None:
        who = view("f", functions=(hung(allow(Principal={"Service": service})),)).who_may_invoke()

        assert who.outside == ()
        assert who.notes == (f"statement 0 names {service}, which never uses a function policy",)

    def test_another_qualifier_s_policy_is_none_of_it(self) -> None:
        """L4."""
        fn = view("f:prod", functions=(hung(allow(Principal="*"), aliases=(("prod", "1"),)),))

        assert fn.who_may_invoke().outside == ()

    def test_an_operator_with_words_of_its_own(self) -> None:
        condition = {
            "Null": {"aws:SourceVpc": "true"},
            "DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"},
            "NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]},
            "ForAnyValue:StringLikeIfExists": {"aws:PrincipalOrgPaths": f"{OURS}/*"},
        }
        ((_, _, when, _),) = outside(allow(Principal={"AWS": B}, Condition=condition))

        assert set(when) == {
            "aws:SourceVpc is absent",
            "aws:CurrentTime is before 2027-01-01T00:00:00Z",
            "aws:SourceIp is not in 192.0.2.0/24 or 198.51.100.0/24",
            f"some value of aws:PrincipalOrgPaths is like {OURS}/*, or is absent",
        }


class TestUrl:
    PUBLIC = (
        allow(CALL_URL, Principal="*", Condition={"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}),
        allow(INVOKE, Principal="*", Condition={"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
    )

    def view(self, auth_type: Any, *statements: dict[str, Any], **there: Any) -> FunctionView:
        urls = (FunctionUrl(FunctionArn.parse(F), auth_type),)
        return view("f", functions=(hung(*statements, urls=urls),), **there)

    def test_an_open_url_is_open_to_everyone(self) -> None:
        who = self.view("NONE", *self.PUBLIC, users=(user(),)).who_may_invoke_url()

        (admitted,) = who.outside
        assert (admitted.kind, admitted.when, [by.index for by in admitted.by]) == (Outsider.EVERYONE, (), [0, 1])
        assert U.arn in may(who)

    def test_half_of_the_two_permissions_admits_nobody(self) -> None:
        """Case 48."""
        fn = self.view("NONE", self.PUBLIC[0])

        assert fn.who_may_invoke_url().outside == ()
        assert [a.kind for a in fn.who_may_invoke_url(dual_permission=False).outside] == [Outsider.EVERYONE]

    def test_a_signed_url_asks_both_of_everybody(self) -> None:
        own = [user(allow([CALL_URL, INVOKE])), user(allow(CALL_URL), arn=f"{U.arn}2")]
        who = self.view("AWS_IAM", users=tuple(own)).who_may_invoke_url()

        assert may(who) == {U.arn, f"arn:aws:iam::{A}:root"}

    def test_a_distribution_needs_both(self) -> None:
        arn = f"arn:aws:cloudfront::{A}:distribution/E1"
        named: dict[str, Any] = {
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Condition": {"ArnLike": {"AWS:SourceArn": arn}},
        }
        who = self.view("AWS_IAM", allow(CALL_URL, **named), allow(INVOKE, **named)).who_may_invoke_url()

        assert [(a.who, a.when) for a in who.outside] == [
            ("cloudfront.amazonaws.com", (f"AWS:SourceArn is like {arn}",))
        ]

    def test_without_a_url_nobody(self) -> None:
        who = view("f", users=(user(allow("*", resource="*")),), functions=(function(),)).who_may_invoke_url()

        assert (who.may, [o.rule for o in who.obstacles]) == ((), ["L8"])
        assert str(who).startswith(f"Nobody may call the URL of {F}:")


class TestWords:
    def test_the_whole_list_on_a_screen(self) -> None:
        limited = allow(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
        lost = f"arn:aws:iam::{A}:policy/lost"
        there: dict[str, Any] = {
            "users": (user(allow()), user(limited, arn=f"{U.arn}2"), user(arn=f"{U.arn}3")),
            "roles": (IamRole(R, attached=(lost,)),),
        }
        who = view("f", functions=(hung(from_s3(), allow(Sid="b", Principal={"AWS": B})),), **there).who_may_invoke()

        assert str(who) == dedent(
            f"""\
            Who may invoke {F}

            May:
              user {U.arn}
                by of user, statement 0
              root user arn:aws:iam::{A}:root
                by rule E10: the root user may do everything in its own account

            Hangs on how the call is made:
              user {U.arn}2: aws:sourceip

            From outside:
              service s3.amazonaws.com
                if AWS:SourceAccount is {A}
                and AWS:SourceArn is like {BUCKET}
                by function, statement 0 (s3)
              account {B}
                and their own account allows it, too
                by function, statement 1 (b)

            Cannot be told:
              {R}: `{R}` uses `{lost}`, which is missing or has faults: add or mend it, or detach it

            1 other known principal may not."""
        )

    def test_for_machines(self) -> None:
        who = view("f", users=(user(allow()),), functions=(hung(from_s3()),)).who_may_invoke()
        wire = json.loads(json.dumps(who.to_dict()))

        assert (wire["function"], wire["url"]) == (F, None)
        assert [one["principal"] for one in wire["may"]] == [U.arn, f"arn:aws:iam::{A}:root"]
        assert wire["outside"][0]["when"] == [f"AWS:SourceAccount is {A}", f"AWS:SourceArn is like {BUCKET}"]
        assert wire["outside"][0]["by"][0]["sid"] == "s3"

    def test_evidence_names_the_statement_in_its_policy(self) -> None:
        who = view("f", functions=(hung(deny(Principal={"AWS": C}), from_s3()),)).who_may_invoke()

        expected = StatementId("function", PolicyKind.FUNCTION, 1, "s3", None, ("Statement", 1))
        assert who.outside == (
            Admitted(
                Outsider.SERVICE,
                "s3.amazonaws.com",
                (expected,),
                (f"AWS:SourceAccount is {A}", f"AWS:SourceArn is like {BUCKET}"),
            ),
        )


def views(organization: Organization) -> list[FunctionView]:
    """Every address of every function that has a policy of its own, and every function."""
    arns = {str(f.arn) for f in organization.functions}
    arns |= {str(arn) for f in organization.functions for arn, _ in f.policies}
    authorizer = Authorizer(organization)
    return [authorizer.function(arn) for arn in sorted(arns)]


def everybody(organization: Organization) -> set[User | RoleSession | Root]:
    """Users, roles and root users of the accounts listed, as the organization knows them."""
    found: set[User | RoleSession | Root] = {User(user.arn) for user in organization.users}
    found |= {RoleSession(role.arn) for role in organization.roles}
    return found | {Root(account.id) for account in organization.accounts}


def is_stranger(organization: Organization, caller: User | RoleSession | Root) -> bool:
    """Whether nobody here is that caller; ids are unique, and so are the names of an account's roles (E19)."""
    if isinstance(caller, User) and caller.unique_id:
        return False
    if isinstance(caller, RoleSession):
        name = caller.role.rsplit("/", 1)[1]
        return not caller.role_id and not any(
            (role.name, role.account) == (name, caller.account) for role in organization.roles
        )
    return isinstance(caller, Root) or not organization.knows(caller)


POPULATED = aws.organizations(odd=True).filter(lambda organization: bool(organization.functions))


class TestLaws:
    """For generated organizations."""

    @FEW
    @given(POPULATED)
    def test_it_lists_exactly_those_for_whom_may_invoke_is_allowed(self, organization: Organization) -> None:
        for fn in views(organization):
            who = fn.who_may_invoke()
            listed = {known.principal for known in who.may}
            open_ = {known.principal for known in who.hangs}
            sorted_in = listed | open_ | {known.principal for known in who.may_not}
            everyone = {organization.enrich(principal) for principal in everybody(organization)}

            assert {p for p in sorted_in if fn.may_invoke(p, context=who.context)} == listed
            assert {p for p in sorted_in if fn.may_invoke(p, context=who.context).undetermined} == open_
            assert {p for p in everyone if fn.arn.partition == "aws"} <= sorted_in or who.cannot_tell

    @FEW
    @given(POPULATED, st.data())
    def test_who_is_listed_may_in_whatever_way_it_calls(self, organization: Organization, data: st.DataObject) -> None:
        fn = data.draw(st.sampled_from(views(organization)))
        who = fn.who_may_invoke()
        keys = [key for key, value in who.context.items() if value is UNKNOWN]
        told = data.draw(st.dictionaries(st.sampled_from(keys), st.sampled_from(["true", "1", "10.0.0.1", "x"])))
        context = {**{key: value for key, value in who.context.items() if value is not UNKNOWN}, **told}

        assert all(fn.may_invoke(known.principal, context=context) for known in who.may)
        assert not any(fn.may_invoke(known.principal, context=context) for known in who.may_not)

    @FEW
    @given(POPULATED, st.sampled_from(["NONE", "AWS_IAM"]), st.booleans())
    def test_so_does_the_list_for_the_url(self, organization: Organization, auth_type: Any, dual: bool) -> None:  # noqa: FBT001
        for fn in views(organization):
            who = fn.who_may_invoke_url(auth_type, dual_permission=dual)
            sorted_in = [*who.may, *who.hangs, *who.may_not]
            again = {
                k.principal
                for k in sorted_in
                if fn.may_invoke_url(k.principal, auth_type, who.context, dual_permission=dual)
            }

            assert again == {known.principal for known in who.may}

    @FEW
    @given(POPULATED, aws.principals(Service))
    def test_a_service_that_may_is_among_those_admitted(self, organization: Organization, caller: Any) -> None:
        for fn in views(organization):
            if fn.may_invoke(caller):
                who = fn.who_may_invoke()
                names = {caller.name, *caller.aliases}
                assert any(a.who in names or a.kind is Outsider.EVERY_SERVICE for a in who.outside)

    @FEW
    @given(POPULATED, st.one_of(aws.principals(User), aws.principals(RoleSession), aws.principals(Root)))
    def test_a_stranger_that_may_is_among_those_admitted(self, organization: Organization, caller: Any) -> None:
        for fn in views(organization) if is_stranger(organization, caller) else ():
            request = Request(caller, INVOKE, str(fn.arn), resource_account=fn.arn.account)
            bearing = replace(fn.authorizer.policies_for(request), identity=(EVERYTHING,))
            others = replace(bearing, resource=None)
            if authorize(request, bearing) and not authorize(request, others):
                assert fn.who_may_invoke().outside

    @FEW
    @given(POPULATED, st.booleans())
    def test_an_open_url_admits_everyone_if_it_admits_anonymous(self, organization: Organization, dual: bool) -> None:  # noqa: FBT001
        for fn in views(organization):
            if fn.may_invoke_url(Anonymous(), "NONE", dual_permission=dual):
                who = fn.who_may_invoke_url("NONE", dual_permission=dual)
                assert Outsider.EVERYONE in {admitted.kind for admitted in who.outside}

    @FEW
    @given(POPULATED)
    def test_what_may_not_is_refused_for_certain(self, organization: Organization) -> None:
        for fn in views(organization):
            for known in fn.who_may_invoke().may_not:
                assert not any(isinstance(part.decision, Undetermined) for part in known.answer.refused)
