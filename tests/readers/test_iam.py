"""What `aws iam` writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias
from urllib.parse import quote

import pytest

from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import PolicyKind
from lampolicy.readers import Loaded

A = "111122223333"
ROLE = f"arn:aws:iam::{A}:role/app/thumbnails"
USER = f"arn:aws:iam::{A}:user/ana"
GROUP = f"arn:aws:iam::{A}:group/team"
POLICY = f"arn:aws:iam::{A}:policy/app/Shared"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
WRITE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}

Read: TypeAlias = Callable[[Mapping[str, object]], Loaded]


def role(**more: object) -> dict[str, object]:
    return {"Path": "/app/", "RoleName": "thumbnails", "RoleId": "AROA1", "Arn": ROLE, **more}


def details(**more: object) -> dict[str, object]:
    return {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [], **more}


def said(loaded: Loaded) -> list[tuple[Code, Severity]]:
    return [(d.diagnostic.code, d.diagnostic.severity) for d in loaded.everything()]


@pytest.mark.parametrize(
    "form", [TRUST, json.dumps(TRUST), quote(json.dumps(TRUST), safe="")], ids=["object", "text", "url-encoded"]
)
def test_documents_are_objects_texts_or_url_encoded_texts(read: Read, form: object) -> None:
    loaded = read({"role.json": {"Role": role(AssumeRolePolicyDocument=form)}})
    (found,) = loaded.organization.roles
    assert found.trust is not None
    assert found.trust.to_dict() == TRUST
    (document,) = loaded.documents
    assert document.pointer == ("Role", "AssumeRolePolicyDocument")
    assert document.kind is PolicyKind.TRUST
    assert document.name == "role/thumbnails:trust"
    assert said(loaded) == []


def test_a_role_brings_id_tags_and_boundary(read: Read) -> None:
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": POLICY}
    value = {"Role": role(PermissionsBoundary=boundary, Tags=[{"Key": "team", "Value": "web"}])}
    (found,) = read({"role.json": value}).organization.roles
    assert (found.arn, found.role_id, found.boundary, found.tags) == (ROLE, "AROA1", POLICY, (("team", "web"),))


def test_account_authorization_details(read: Read) -> None:
    versions = [
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": quote(json.dumps(READ), safe="")},
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": quote(json.dumps(WRITE), safe="")},
    ]
    policy = {"PolicyName": "Shared", "Arn": POLICY, "Path": "/app/", "DefaultVersionId": "v2"}
    user = {
        "Path": "/",
        "UserName": "ana",
        "UserId": "AIDA1",
        "Arn": USER,
        "GroupList": ["team"],
        "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": READ}],
        "AttachedManagedPolicies": [],
        "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": POLICY},
    }
    group = {
        "Path": "/",
        "GroupName": "team",
        "Arn": GROUP,
        "GroupPolicyList": [{"PolicyName": "write", "PolicyDocument": WRITE}],
        "AttachedManagedPolicies": [{"PolicyName": "Shared", "PolicyArn": POLICY}],
    }
    loaded = read(
        {
            "page-1.json": details(UserDetailList=[user], IsTruncated=True, Marker="x"),
            "page-2.json": details(
                GroupDetailList=[group], Policies=[{**policy, "PolicyVersionList": versions}], IsTruncated=False
            ),
        }
    )
    organization = loaded.organization
    found = organization.policies_for(organization.principal(USER), "*")
    assert [p.name for p in found.identity] == ["user/ana/inline:own", "group/team/inline:write", "policy/Shared"]
    assert found.identity[2].to_dict() == READ
    assert found.boundary is not None
    assert [d.name for d in loaded.documents] == [
        "user/ana/inline:own",
        "group/team/inline:write",
        "policy/Shared",
        "policy/Shared (v1, not in force)",
    ]
    assert said(loaded) == []


def test_pages_that_all_go_on_are_an_error(read: Read) -> None:
    loaded = read({"page-1.json": details(IsTruncated=True, Marker="x")})
    assert said(loaded) == [(Code.TRUNCATED, Severity.ERROR)]


def test_single_commands_put_a_role_together(read: Read) -> None:
    loaded = read(
        {
            "get-role-thumbnails.json": {"Role": role(AssumeRolePolicyDocument=TRUST)},
            "get-role-policy.json": {"RoleName": "thumbnails", "PolicyName": "read", "PolicyDocument": READ},
            "list-attached-role-policies-thumbnails.json": {
                "AttachedPolicies": [{"PolicyName": "Shared", "PolicyArn": POLICY}]
            },
            "get-policy-version-Shared.json": {
                "PolicyVersion": {"Document": WRITE, "VersionId": "v3", "IsDefaultVersion": True}
            },
        }
    )
    organization = loaded.organization
    found = organization.policies_for(organization.principal(ROLE), "*")
    assert [p.name for p in found.identity] == ["role/thumbnails/inline:read", "policy/Shared"]
    assert [m.arn for m in organization.managed] == [POLICY]
    assert said(loaded) == []


def test_policies_of_aws_itself_may_be_longer_than_a_customers(read: Read) -> None:
    long = {"Effect": "Allow", "Action": [f"s3:GetSomething{n:04}" for n in range(1000)], "Resource": "*"}
    versions = [{"VersionId": "v1", "IsDefaultVersion": True, "Document": {"Version": "2012-10-17", "Statement": long}}]
    theirs = {"PolicyName": "ReadOnlyAccess", "Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "Path": "/"}
    policies = [{**policy, "PolicyVersionList": versions} for policy in (theirs, {**theirs, "Arn": POLICY})]

    loaded = read({"gaad.json": details(Policies=policies)})

    assert [m.arn for m in loaded.organization.managed] == [theirs["Arn"]]
    assert [d.policy is None for d in loaded.documents] == [False, True]


def test_a_version_that_is_not_the_default_is_read_but_not_in_force(read: Read) -> None:
    loaded = read(
        {
            "account-111122223333/policies/Shared.json": {
                "PolicyVersion": {"Document": WRITE, "VersionId": "v1", "IsDefaultVersion": False}
            }
        }
    )
    assert loaded.organization.managed == ()
    assert [d.name for d in loaded.documents] == ["policy/Shared (v1, not in force)"]


def test_the_default_version_wins_whatever_the_order_of_files(read: Read) -> None:
    old = {"PolicyVersion": {"Document": WRITE, "VersionId": "v1", "IsDefaultVersion": False}}
    new = {"PolicyVersion": {"Document": READ, "VersionId": "v2", "IsDefaultVersion": True}}
    loaded = read(
        {
            "account-111122223333/Shared-v1.json": old,
            "account-111122223333/Shared-v2.json": new,
            "account-111122223333/get-policy-Shared.json": {
                "Policy": {"PolicyName": "Shared", "Arn": POLICY, "DefaultVersionId": "v2"}
            },
        }
    )
    (managed,) = loaded.organization.managed
    assert (managed.arn, managed.policy.to_dict()) == (POLICY, READ)


def test_two_accounts_with_a_role_of_one_name_are_kept_apart(read: Read) -> None:
    other = "444455556666"
    inline = {"RoleName": "thumbnails", "PolicyName": "p"}
    loaded = read(
        {
            f"{A}/get-role.json": {"Role": role()},
            f"{A}/get-role-policy.json": {**inline, "PolicyDocument": READ},
            f"prod-{other}/get-role.json": {"Role": role(Arn=f"arn:aws:iam::{other}:role/app/thumbnails")},
            f"prod-{other}/get-role-policy.json": {**inline, "PolicyDocument": WRITE},
        }
    )
    inlines = {r.account: r.inline[0].to_dict() for r in loaded.organization.roles}
    assert inlines == {A: READ, other: WRITE}


def test_the_account_may_come_from_what_lies_in_the_same_folder(read: Read) -> None:
    caller = {"UserId": "AIDA1", "Account": A, "Arn": USER}
    inline = {"RoleName": "other", "PolicyName": "p", "PolicyDocument": READ}
    loaded = read({"prod/whoami.json": caller, "prod/get-role-policy.json": inline})
    assert [r.arn for r in loaded.organization.roles] == [f"arn:aws:iam::{A}:role/other"]


def test_a_policy_of_nobody_knows_whom_is_still_checked_and_said(read: Read) -> None:
    loaded = read({"get-role-policy.json": {"RoleName": "x", "PolicyName": "p", "PolicyDocument": READ}})
    assert said(loaded) == [(Code.NO_OWNER, Severity.WARNING)]
    assert [d.name for d in loaded.documents] == ["role/x/inline:p"]


def test_an_attached_list_of_nobody_knows_whom_is_an_error(read: Read) -> None:
    loaded = read({"attached.json": {"AttachedPolicies": [{"PolicyName": "Shared", "PolicyArn": POLICY}]}})
    assert said(loaded) == [(Code.NO_OWNER, Severity.ERROR)]


def test_an_attached_policy_that_was_not_exported_is_said(read: Read) -> None:
    attached = [{"PolicyName": "Shared", "PolicyArn": POLICY}]
    loaded = read({"page.json": details(RoleDetailList=[role(AttachedManagedPolicies=attached)])})
    assert said(loaded) == [(Code.UNKNOWN_POLICY, Severity.WARNING)]
    assert loaded.organization.unresolved == ((ROLE, POLICY),)


def test_files_that_contradict_each_other_are_an_error(read: Read) -> None:
    loaded = read(
        {
            "a.json": {"Role": role(AssumeRolePolicyDocument=TRUST)},
            "b.json": {"Role": role(RoleId="AROA2", Tags=[{"Key": "a", "Value": "b"}])},
            "c.json": {"Role": role(Tags=[{"Key": "a", "Value": "c"}])},
        }
    )
    assert said(loaded) == [(Code.CONTRADICTION, Severity.ERROR)] * 2


def test_the_same_thing_told_twice_is_no_contradiction(read: Read) -> None:
    loaded = read(
        {
            "get-role.json": {"Role": role(AssumeRolePolicyDocument=TRUST)},
            "page.json": details(RoleDetailList=[role(AssumeRolePolicyDocument=quote(json.dumps(TRUST), safe=""))]),
        }
    )
    assert len(loaded.organization.roles) == 1
    assert said(loaded) == []


def test_groups_of_a_user(read: Read) -> None:
    loaded = read(
        {
            "get-user-ana.json": {"User": {"UserName": "ana", "Arn": USER, "UserId": "AIDA1"}},
            "list-groups-for-user-ana.json": {"Groups": [{"GroupName": "team", "GroupId": "AGPA1", "Arn": GROUP}]},
            "get-group-policy.json": {"GroupName": "team", "PolicyName": "w", "PolicyDocument": WRITE},
        }
    )
    organization = loaded.organization
    found = organization.policies_for(organization.principal(USER), "*")
    assert [p.name for p in found.identity] == ["group/team/inline:w"]


def test_users_of_a_group(read: Read) -> None:
    group = {"GroupName": "team", "GroupId": "AGPA1", "Arn": GROUP}
    user = {"UserName": "ana", "Arn": USER, "UserId": "AIDA1"}
    loaded = read({"get-group.json": {"Group": group, "Users": [user]}})
    assert [u.groups for u in loaded.organization.users] == [(GROUP,)]


class TestFaults:
    def test_all_faults_of_all_files_are_told_at_once(self, read: Read) -> None:
        bad = {"Version": "2012-10-17", "Statement": [{"Effect": "allow", "Resource": "*"}]}
        loaded = read(
            {
                "a.json": {"Role": role(RolePolicyList=[{"PolicyName": "p", "PolicyDocument": bad}])},
                "b.json": '{"Role": ',
                "c.json": {"Roles": [{"RoleName": "x"}], "RoleX": 1},
                "d.json": {"Users": [{"Arn": USER}, {"Arn": "nonsense"}]},
            }
        )
        codes = sorted(code for code, severity in said(loaded) if severity is Severity.ERROR)
        assert codes == sorted([Code.BAD_EFFECT, Code.NO_ACTION, Code.NOT_JSON, Code.BAD_SHAPE])
        error = loaded.error()
        assert error is not None
        assert len(error.diagnostics) == 4

    def test_places_point_into_the_file_or_into_the_inner_text(self, read: Read) -> None:
        bad = {"Version": "2012-10-17", "Statement": [{"Effect": "allow", "Action": "s3:*", "Resource": "*"}]}
        loaded = read(
            {
                "a.json": details(RoleDetailList=[role(RolePolicyList=[{"PolicyName": "p", "PolicyDocument": bad}])]),
                "b.json": details(
                    RoleDetailList=[role(RolePolicyList=[{"PolicyName": "q", "PolicyDocument": json.dumps(bad)}])]
                ),
            }
        )
        outer = ("RoleDetailList", 0, "RolePolicyList", 0, "PolicyDocument")
        plain, encoded = loaded.documents
        assert [d.at for d in plain.diagnostics] == [(*outer, "Statement", 0, "Effect")]
        assert [d.at for d in encoded.diagnostics] == [("Statement", 0, "Effect")]
        assert (plain.encoded, encoded.encoded) == (False, True)
        assert encoded.pointer == outer
        assert encoded.text == json.dumps(bad)
        assert plain.place(("Statement", 0)) == (*outer, "Statement", 0)
        assert encoded.place(("Statement", 0)) == ("Statement", 0)

    def test_who_has_a_policy_with_faults_is_not_decided(self, read: Read) -> None:
        bad = {"Version": "2012-10-17", "Statement": [{"Effect": "deny", "Action": "s3:*", "Resource": "*"}]}
        inline = [{"PolicyName": "p", "PolicyDocument": bad}]
        loaded = read({"a.json": details(RoleDetailList=[role(RolePolicyList=inline)])})
        assert [(u.on, u.kind) for u in loaded.organization.unread] == [(ROLE, PolicyKind.IDENTITY)]
