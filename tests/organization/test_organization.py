"""What an organization gathers for a request (semantics L4, E4, E5, E6, E18, K2)."""

from __future__ import annotations

import pickle

import pytest

from lampolicy.diagnostic import IncompleteOrganization, InvalidName, RequestError
from lampolicy.names import FunctionArn
from lampolicy.organization import (
    FULL_AWS_ACCESS,
    Account,
    Function,
    IamGroup,
    IamRole,
    IamUser,
    ManagedPolicy,
    Organization,
    Resource,
    Unit,
    Unread,
)
from lampolicy.policy import Policy, PolicyKind
from lampolicy.request import Anonymous, FederatedUser, RoleSession, Root, Service, User, WebIdentity

A, B, M = "111122223333", "444455556666", "999900001111"
ORG = "o-photo12345"
ROOT, OU = "r-ph01", "ou-ph01-workload"
ANA = f"arn:aws:iam::{A}:user/staff/ana"
CI = f"arn:aws:iam::{B}:role/deploy/ci"
F = f"arn:aws:lambda:eu-west-1:{B}:function:thumbnails"
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
BOUNDARY = f"arn:aws:iam::{A}:policy/Boundary"


def identity(name: str) -> Policy:
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
    return Policy.parse(document, kind="identity", name=name)


def deny(kind: str, name: str) -> Policy:
    statement: dict[str, object] = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    if kind == "rcp":
        statement["Principal"] = "*"
    return Policy.parse({"Version": "2012-10-17", "Statement": [statement]}, kind=kind, name=name)


def on_function(arn: str) -> Policy:
    statement = {"Effect": "Allow", "Principal": {"AWS": A}, "Action": "lambda:InvokeFunction", "Resource": arn}
    return Policy.parse({"Version": "2012-10-17", "Statement": [statement]}, kind="function", name=arn)


def bucket() -> Policy:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}
    return Policy.parse({"Version": "2012-10-17", "Statement": [statement]}, kind="bucket", name="bucket photos")


def trust() -> Policy:
    statement = {"Effect": "Allow", "Principal": {"AWS": A}, "Action": "sts:AssumeRole"}
    return Policy.parse({"Version": "2012-10-17", "Statement": [statement]}, kind="trust", name="role/ci:trust")


OWN, SHARED, TEAM, LIMIT = identity("own"), identity("shared"), identity("team"), identity("limit")


def organization() -> Organization:
    return Organization(
        id=ORG,
        management_account=M,
        units=(
            Unit(ROOT, "Root", service_control=(FULL_AWS_ACCESS,), resource_control=(deny("rcp", "top"),)),
            Unit(OU, "Workloads", parent=ROOT, service_control=(FULL_AWS_ACCESS, deny("scp", "no s3"))),
        ),
        accounts=(
            Account(A, "photos", parent=OU),
            Account(B, "thumbnails", parent=ROOT),
            Account(M, "management", parent=ROOT),
            Account("777788889999", "stranger", member=False),
        ),
        managed=(
            ManagedPolicy(f"arn:aws:iam::{A}:policy/Shared", SHARED),
            ManagedPolicy(BOUNDARY, LIMIT),
        ),
        users=(
            IamUser(
                ANA,
                unique_id="AIDAQK4PHOTOUSERANA01",
                inline=(OWN,),
                attached=(f"arn:aws:iam::{A}:policy/Shared",),
                groups=(f"arn:aws:iam::{A}:group/team",),
                boundary=BOUNDARY,
                tags=(("team", "web"), ("level", "1")),
            ),
        ),
        groups=(IamGroup(f"arn:aws:iam::{A}:group/team", inline=(TEAM,)),),
        roles=(IamRole(CI, role_id="AROAYX7THUMBNAILSCI01", trust=trust(), attached=(BASIC,), tags=(("team", "ci"),)),),
        functions=(
            Function(
                FunctionArn.parse(F),
                policies=(
                    (FunctionArn.parse(F), on_function(F)),
                    (FunctionArn.parse(f"{F}:live"), on_function(f"{F}:live")),
                ),
                tags=(("service", "photos"),),
            ),
        ),
        resources=(Resource("arn:aws:s3:::photos", A, PolicyKind.BUCKET, bucket()),),
    )


def names(policies: tuple[Policy, ...] | None) -> list[str]:
    return [policy.name for policy in policies or ()]


def test_a_user_brings_inline_managed_and_group_policies_and_its_boundary() -> None:
    found = organization().policies_for(User(ANA), "arn:aws:s3:::photos/x")
    assert names(found.identity) == ["own", "shared", "team"]
    assert names(found.boundary) == ["limit"]
    assert found.boundary is not None
    assert found.boundary[0].kind is PolicyKind.BOUNDARY
    assert found.boundary[0].statements[0].actions == LIMIT.statements[0].actions


def test_a_managed_policy_is_shared_not_copied() -> None:
    o = organization()
    first = o.policies_for(User(ANA), "*")
    again = o.policies_for(User(ANA), "*")
    assert first.identity[1] is SHARED
    assert first.boundary is not None
    assert again.boundary is not None
    assert first.boundary[0] is again.boundary[0]


def test_a_federated_user_brings_the_policies_of_its_issuer() -> None:
    caller = FederatedUser(f"arn:aws:sts::{A}:federated-user/guest", issuer=ANA)
    assert names(organization().policies_for(caller, "*").identity) == ["own", "shared", "team"]


def test_a_role_brings_lambda_policies_of_aws_without_their_being_listed() -> None:
    found = organization().policies_for(RoleSession(CI), "*")
    assert names(found.identity) == [BASIC]
    assert found.boundary is None


@pytest.mark.parametrize(
    "caller",
    [Root(A), Service("s3.amazonaws.com"), Anonymous(), WebIdentity("accounts.google.com"), User(f"{ANA}2")],
)
def test_callers_without_a_known_entity_bring_no_identity_policies(caller: Root | Service) -> None:
    found = organization().policies_for(caller, "*")
    assert found.identity == ()
    assert found.boundary is None


@pytest.mark.parametrize(
    ("resource", "policy", "kind"),
    [
        (F, F, PolicyKind.FUNCTION),
        (f"{F}:live", f"{F}:live", PolicyKind.FUNCTION),
        (f"{F}:1", None, PolicyKind.FUNCTION),
        (f"{F}:$LATEST", None, PolicyKind.FUNCTION),
        (f"{F}2", None, PolicyKind.FUNCTION),
        ("arn:aws:s3:::photos", "bucket photos", PolicyKind.BUCKET),
        ("arn:aws:s3:::photos/originals/a:b/c.jpg", "bucket photos", PolicyKind.BUCKET),
        ("arn:aws:s3:::photos2/x", None, PolicyKind.BUCKET),
        (f"arn:aws:sqs:eu-west-1:{A}:orders", None, PolicyKind.QUEUE),
        (f"arn:aws:sns:eu-west-1:{A}:orders", None, PolicyKind.TOPIC),
        (f"arn:aws:kms:eu-west-1:{A}:key/1", None, PolicyKind.KEY),
        (f"arn:aws:kms:eu-west-1:{A}:alias/a", None, PolicyKind.RESOURCE),
        (f"arn:aws:secretsmanager:eu-west-1:{A}:secret:s-AbCdEf", None, PolicyKind.SECRET),
        (f"arn:aws:lambda:eu-west-1:{A}:layer:common:3", None, PolicyKind.LAYER),
        (f"arn:aws:dynamodb:eu-west-1:{A}:table/t", None, PolicyKind.RESOURCE),
        ("*", None, PolicyKind.RESOURCE),
    ],
)
def test_the_resource_policy_is_exactly_that_of_the_addressed_arn(
    resource: str, policy: str | None, kind: PolicyKind
) -> None:
    found = organization().policies_for(Anonymous(), resource)
    assert (found.resource.name if found.resource else None) == policy
    assert found.resource_kind is kind


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (None, PolicyKind.TRUST),
        ("sts:AssumeRole", PolicyKind.TRUST),
        ("STS:TagSession", PolicyKind.TRUST),
        ("iam:PassRole", PolicyKind.RESOURCE),
        ("iam:GetRole", PolicyKind.RESOURCE),
    ],
)
def test_a_trust_policy_takes_part_only_where_a_role_is_assumed(action: str | None, kind: PolicyKind) -> None:
    found = organization().policies_for(User(ANA), CI, action=action)
    assert found.resource_kind is kind
    assert (found.resource is not None) == (kind is PolicyKind.TRUST)


def test_service_control_follows_the_caller_and_resource_control_the_resource() -> None:
    found = organization().policies_for(User(ANA), f"{F}:live")
    assert [names(level) for level in found.service_control] == [
        ["FullAWSAccess"],
        ["FullAWSAccess", "no s3"],
        ["FullAWSAccess"],
    ]
    assert [names(level) for level in found.resource_control] == [["top"], []]
    assert found.management_account == M


def test_a_level_whose_scps_are_not_known_reads_as_full_access_and_keeps_its_place() -> None:
    o = Organization(
        units=(Unit(ROOT), Unit(OU, parent=ROOT, service_control=(deny("scp", "no s3"),))),
        accounts=(Account(A, parent=OU),),
    )
    assert [names(level) for level in o.policies_for(Root(A), "*").service_control] == [
        ["FullAWSAccess"],
        ["no s3"],
        ["FullAWSAccess"],
    ]


def test_without_any_known_scp_no_level_applies() -> None:
    o = Organization(units=(Unit(ROOT),), accounts=(Account(A, parent=ROOT),))
    assert o.policies_for(Root(A), "*").service_control == ()


@pytest.mark.parametrize("caller", [Service("s3.amazonaws.com"), Anonymous(), Root("777788889999"), Root("1" * 12)])
def test_services_strangers_and_accounts_outside_are_bound_by_no_scp(caller: Service | Anonymous | Root) -> None:
    assert organization().policies_for(caller, "*").service_control == ()


def test_facts_tell_organization_paths_and_tags() -> None:
    facts = dict(organization().policies_for(User(ANA, tags=(("Level", "2"),)), f"{F}:live").facts)
    assert facts == {
        "aws:PrincipalOrgID": ORG,
        "aws:PrincipalOrgPaths": (f"{ORG}/{ROOT}/{OU}/",),
        "aws:ResourceOrgID": ORG,
        "aws:ResourceOrgPaths": (f"{ORG}/{ROOT}/",),
        "aws:PrincipalTag/team": "web",
        "aws:ResourceTag/service": "photos",
    }


def test_facts_tell_the_owner_of_a_bucket_because_its_arn_does_not() -> None:
    facts = dict(organization().policies_for(Anonymous(), "arn:aws:s3:::photos/x").facts)
    assert facts["aws:ResourceAccount"] == A
    assert "aws:PrincipalOrgID" not in facts


def test_accounts_outside_the_organization_have_no_organization_keys() -> None:
    facts = dict(organization().policies_for(Root("777788889999"), "*").facts)
    assert facts == {}


def test_paths_with_made_up_unit_ids_are_not_told() -> None:
    o = Organization(id=ORG, units=(Unit("Workloads"),), accounts=(Account(A, parent="Workloads"),))
    assert dict(o.policies_for(Root(A), "*").facts) == {"aws:PrincipalOrgID": ORG}


@pytest.mark.parametrize(
    ("resource", "owner"),
    [("arn:aws:s3:::photos/x", A), ("arn:aws:s3:::others/x", None), (F, B), (f"{F}:live", B), ("*", None)],
)
def test_the_owner_of_a_resource(resource: str, owner: str | None) -> None:
    assert organization().owner_of(resource) == owner


def test_a_request_that_contradicts_the_known_owner_is_refused() -> None:
    with pytest.raises(RequestError, match=A):
        organization().policies_for(Anonymous(), "arn:aws:s3:::photos/x", resource_account=B)


def test_an_owner_that_is_not_known_is_taken_from_the_request() -> None:
    facts = dict(organization().policies_for(Anonymous(), "arn:aws:s3:::others/x", resource_account=B).facts)
    assert facts["aws:ResourceAccount"] == B


class TestPrincipals:
    def test_a_user_gets_id_and_tags(self) -> None:
        found = organization().principal(ANA)
        assert found == User(ANA, "AIDAQK4PHOTOUSERANA01", (("team", "web"), ("level", "1")))

    def test_a_session_arn_finds_its_roles_path(self) -> None:
        found = organization().principal(f"arn:aws:sts::{B}:assumed-role/ci/main")
        assert found == RoleSession(CI, "main", "AROAYX7THUMBNAILSCI01", (("team", "ci"),))

    @pytest.mark.parametrize(
        "text",
        [
            f"arn:aws:sts::{B}:assumed-role/other/main",
            f"arn:aws:sts::{A}:assumed-role/ci/main",
            f"arn:aws:sts::{B}:assumed-role/ci",
            f"arn:aws:sts::{B}:assumed-role/ci/",
            f"arn:aws:iam::{B}:assumed-role/ci/main",
            "not-an-arn:assumed-role/ci/main",
        ],
    )
    def test_a_session_arn_without_a_known_role_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidName):
            organization().principal(text)

    def test_session_tags_win_over_the_roles_whatever_their_case(self) -> None:
        found = organization().enrich(RoleSession(CI, tags=(("Team", "main"),)))
        assert found == RoleSession(CI, None, "AROAYX7THUMBNAILSCI01", (("Team", "main"),))

    def test_enriching_twice_changes_nothing(self) -> None:
        o = organization()
        assert o.enrich(o.principal(ANA)) == o.principal(ANA)

    def test_who_is_known(self) -> None:
        o = organization()
        assert o.knows(User(ANA))
        assert o.knows(Service("s3.amazonaws.com"))
        assert not o.knows(User(f"arn:aws:iam::{A}:user/ana"))
        assert not o.knows(RoleSession(f"arn:aws:iam::{B}:role/ci"))


class TestIncomplete:
    def test_an_attached_policy_that_is_not_known_is_not_lost(self) -> None:
        missing = f"arn:aws:iam::{A}:policy/Gone"
        o = Organization(users=(IamUser(ANA, attached=(missing,)),))
        assert o.unresolved == ((ANA, missing),)
        with pytest.raises(IncompleteOrganization, match=r"policy/Gone") as caught:
            o.policies_for(User(ANA), "*")
        assert caught.value.entity == ANA
        assert caught.value.missing == (missing,)

    def test_nor_is_a_boundary_or_a_group(self) -> None:
        group = f"arn:aws:iam::{A}:group/gone"
        o = Organization(users=(IamUser(ANA, groups=(group,), boundary=BOUNDARY),))
        with pytest.raises(IncompleteOrganization) as caught:
            o.policies_for(User(ANA), "*")
        assert set(caught.value.missing) == {group, BOUNDARY}

    def test_nor_what_is_attached_to_a_group(self) -> None:
        group = IamGroup(f"arn:aws:iam::{A}:group/team", attached=(BOUNDARY,))
        o = Organization(users=(IamUser(ANA, groups=(group.arn,)),), groups=(group,))
        with pytest.raises(IncompleteOrganization):
            o.policies_for(User(ANA), "*")

    @pytest.mark.parametrize(
        ("unread", "resource"),
        [
            (Unread(ANA, PolicyKind.IDENTITY, "own"), "*"),
            (Unread(f"{F}:live", PolicyKind.FUNCTION, "live"), f"{F}:live"),
            (Unread("arn:aws:s3:::photos", PolicyKind.BUCKET, "photos"), "arn:aws:s3:::photos/x"),
            (Unread(CI, PolicyKind.TRUST, "trust"), CI),
            (Unread(OU, PolicyKind.SERVICE_CONTROL, "scp"), "*"),
            (Unread(ROOT, PolicyKind.SERVICE_CONTROL, "scp"), "*"),
            (Unread(ROOT, PolicyKind.RESOURCE_CONTROL, "rcp"), f"{F}:live"),
        ],
    )
    def test_a_policy_with_faults_refuses_what_it_bears_on(self, unread: Unread, resource: str) -> None:
        from dataclasses import replace

        o = replace(organization(), unread=(unread,))
        with pytest.raises(IncompleteOrganization):
            o.policies_for(User(ANA), resource)

    @pytest.mark.parametrize(
        ("unread", "resource"),
        [
            (Unread(f"{F}:live", PolicyKind.FUNCTION, "live"), F),
            (Unread(CI, PolicyKind.IDENTITY, "own"), "*"),
            (Unread(OU, PolicyKind.RESOURCE_CONTROL, "rcp"), f"{F}:live"),
            (Unread("777788889999", PolicyKind.SERVICE_CONTROL, "scp"), "*"),
        ],
    )
    def test_and_nothing_else(self, unread: Unread, resource: str) -> None:
        from dataclasses import replace

        replace(organization(), unread=(unread,)).policies_for(User(ANA), resource)

    def test_the_error_survives_pickling(self) -> None:
        error = IncompleteOrganization(ANA, ("x",))
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
        assert (again.entity, again.missing, str(again)) == (ANA, ("x",), str(error))


class TestValue:
    def test_an_organization_survives_pickling(self) -> None:
        o = organization()
        again = pickle.loads(pickle.dumps(o))  # noqa: S301 - our own bytes
        assert again == o
        assert hash(again) == hash(o)
        assert again.owner_of("arn:aws:s3:::photos/x") == A

    def test_merging_keeps_everything_once(self) -> None:
        o = organization()
        assert Organization.merge(o, o, Organization()) == o

    def test_merging_two_accounts(self) -> None:
        a = Organization(id=ORG, accounts=(Account(A),), users=(IamUser(ANA),))
        b = Organization(management_account=M, accounts=(Account(B),), roles=(IamRole(CI),))
        both = Organization.merge(a, b)
        assert (both.id, both.management_account) == (ORG, M)
        assert both.knows(User(ANA))
        assert both.knows(RoleSession(CI))

    def test_organizations_of_different_ids_do_not_merge(self) -> None:
        with pytest.raises(RequestError, match="do not merge"):
            Organization.merge(Organization(id=ORG), Organization(id="o-other12345"))

    def test_two_things_of_one_name_that_differ_are_refused(self) -> None:
        with pytest.raises(RequestError, match="twice"):
            Organization(users=(IamUser(ANA), IamUser(ANA, unique_id="AIDAX")))

    def test_a_unit_above_itself_is_refused(self) -> None:
        with pytest.raises(RequestError, match="above itself"):
            Organization(units=(Unit("ou-a", parent="ou-b"), Unit("ou-b", parent="ou-a")))

    def test_an_account_needs_twelve_digits(self) -> None:
        with pytest.raises(InvalidName):
            Account("1234")

    def test_a_function_is_known_by_its_unqualified_arn(self) -> None:
        with pytest.raises(InvalidName):
            Function(FunctionArn.parse(f"{F}:live"))
