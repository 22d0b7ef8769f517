"""Who comes to act as which role through Lambda (semantics L18, L19), with the decisions that prove it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from lampolicy.decision import Allowed
from lampolicy.diagnostic import Severity
from lampolicy.function import Authorizer, PassPath, PathKind
from lampolicy.names import FunctionArn
from lampolicy.organization import Account, Function, IamRole, IamUser, Organization, Resource, Unit
from lampolicy.policy import Policy, PolicyKind

A, B = "111111111111", "222222222222"
U = f"arn:aws:iam::{A}:user/u"
STRONG = f"arn:aws:iam::{A}:role/strong"
WEAK = f"arn:aws:iam::{A}:role/weak"
F = f"arn:aws:lambda:eu-west-1:{A}:function:f"
G = f"arn:aws:lambda:eu-west-1:{A}:function:g"
LAMBDA = {"Service": "lambda.amazonaws.com"}

Statement = Mapping[str, object]


def allow(action: str | Sequence[str], resource: str = "*", condition: Statement | None = None) -> Statement:
    told = {} if condition is None else {"Condition": condition}
    return {"Effect": "Allow", "Action": action, "Resource": resource, **told}


def policy(kind: str, *statements: Statement) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind)


def trust(*principals: object, condition: Statement | None = None) -> Policy:
    told = {} if condition is None else {"Condition": condition}
    return policy(
        "trust", *({"Effect": "Allow", "Principal": p, "Action": "sts:AssumeRole", **told} for p in principals)
    )


def role(arn: str, *statements: Statement, trusts: Policy | None = None) -> IamRole:
    inline = (policy("identity", *statements),) if statements else ()
    return IamRole(arn, trust=trusts or trust(LAMBDA), inline=inline)


def user(*statements: Statement, arn: str = U) -> IamUser:
    return IamUser(arn, inline=(policy("identity", *statements),))


def function(arn: str, role: str, policies: tuple[Policy, ...] = ()) -> Function:
    parsed = FunctionArn.parse(arn)
    return Function(parsed, role=role, policies=tuple((parsed, p) for p in policies))


def paths(
    *users: IamUser, roles: tuple[IamRole, ...] = (), functions: tuple[Function, ...] = ()
) -> tuple[PassPath, ...]:
    return Authorizer(Organization(users=users, roles=roles, functions=functions)).pass_paths()


def kinds(found: tuple[PassPath, ...]) -> list[tuple[PathKind, str | None]]:
    return [(path.kind, path.role) for path in found]


PHOTOS = allow("s3:GetObject", "arn:aws:s3:::photos/*")
PASS_STRONG = allow("iam:PassRole", STRONG)
MAKE = allow(["lambda:CreateFunction", "lambda:InvokeFunction"])
THE_STRONG = role(STRONG, PHOTOS)


# ------------------------------------------------------------------------------------------------------- creating one


def test_whoever_makes_runs_and_hands_over_acts_as_the_role() -> None:
    (path,) = paths(user(MAKE, PASS_STRONG), roles=(THE_STRONG,))
    assert (path.kind, path.severity, path.role) == (PathKind.CREATE, Severity.ERROR, STRONG)
    assert [part.request.action for part in path.parts] == [
        "lambda:CreateFunction",
        "iam:PassRole",
        "lambda:InvokeFunction",
        "sts:AssumeRole",
    ]
    assert all(isinstance(part.decision, Allowed) for part in path.parts)
    assert path.gain is not None
    assert str(path.gain) == "s3:GetObject on arn:aws:s3:::photos/anything"
    assert path.gain.role.decision
    assert not path.gain.caller.decision
    assert f"`{U}` may pass `{STRONG}`" in path.message


@pytest.mark.parametrize(
    ("partition", "region"), [("aws", "us-east-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
)
def test_every_partition_is_looked_at(partition: str, region: str) -> None:
    own = U.replace("arn:aws:", f"arn:{partition}:")
    strong = role(STRONG.replace("arn:aws:", f"arn:{partition}:"), allow("s3:GetObject"))
    (path,) = paths(user(MAKE, allow("iam:PassRole"), arn=own), roles=(strong,))

    assert path.functions == (f"arn:{partition}:lambda:{region}:{A}:function:anything",)
    assert str(path.gain) == f"s3:GetObject on arn:{partition}:s3:::anything/anything"


@pytest.mark.parametrize(
    ("statements", "trusts"),
    [
        ((MAKE,), trust(LAMBDA)),
        ((PASS_STRONG, allow("lambda:InvokeFunction")), trust(LAMBDA)),
        ((PASS_STRONG, allow("lambda:CreateFunction")), trust(LAMBDA)),
        ((MAKE, PASS_STRONG), trust({"Service": "ec2.amazonaws.com"})),
        ((MAKE, allow("iam:PassRole", STRONG, {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})), None),
        ((MAKE, PASS_STRONG, {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"}), None),
    ],
    ids=["no passing", "no making", "no running", "no trust", "to another service", "denied"],
)
def test_each_link_is_needed(statements: tuple[Statement, ...], trusts: Policy | None) -> None:
    assert paths(user(*statements), roles=(role(STRONG, PHOTOS, trusts=trusts),)) == ()


@pytest.mark.parametrize("event", ["lambda:AddPermission", "lambda:CreateEventSourceMapping"])
def test_an_event_runs_a_function_as_well(event: str) -> None:
    (path,) = paths(user(allow(["lambda:CreateFunction", event]), PASS_STRONG), roles=(THE_STRONG,))
    assert event in [part.request.action for part in path.parts]


def test_nothing_is_gained_by_a_role_that_may_no_more() -> None:
    assert paths(user(MAKE, PASS_STRONG, allow("s3:*")), roles=(THE_STRONG,)) == ()
    assert paths(user(allow("*")), roles=(THE_STRONG,)) == ()
    assert paths(user(MAKE, PASS_STRONG), roles=(role(STRONG),)) == ()


def test_writing_logs_is_no_gain() -> None:
    logs = allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"])
    assert paths(user(MAKE, PASS_STRONG), roles=(role(STRONG, logs),)) == ()


def test_a_gain_that_hangs_on_conditions_is_a_warning() -> None:
    tagged = allow("s3:GetObject", "arn:aws:s3:::photos/*", {"StringEquals": {"aws:SourceVpc": "vpc-1"}})
    (path,) = paths(user(MAKE, PASS_STRONG), roles=(role(STRONG, tagged),))
    assert path.severity is Severity.WARNING
    assert path.gain is None
    assert path.message.endswith(
        "what it gains, s3:GetObject on arn:aws:s3:::photos/anything, hangs on `aws:sourcevpc`"
    )


def test_what_the_caller_may_bring_along_is_left_open() -> None:
    careful = allow("iam:PassRole", STRONG, {"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    (path,) = paths(user(MAKE, careful), roles=(THE_STRONG,))
    assert path.severity is Severity.WARNING
    assert path.message.endswith("it hangs on `aws:multifactorauthpresent`")


def test_what_the_caller_may_do_with_a_second_factor_is_no_gain() -> None:
    careful = allow("s3:*", "*", {"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    assert paths(user(MAKE, PASS_STRONG, careful), roles=(THE_STRONG,)) == ()


@pytest.mark.parametrize(
    ("condition", "region"),
    [
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, "us-east-1"),
        ({"StringEquals": {"aws:RequestedRegion": "ap-south-2"}}, "ap-south-2"),
        ({"StringLike": {"aws:RequestedRegion": "sa-*"}}, "sa-east-1"),
        ({"StringNotLike": {"aws:RequestedRegion": ["us-*", "eu-*"]}}, "ap-northeast-1"),
        ({"StringEquals": {"aws:RequestedRegion": "xx-new-9"}}, "xx-new-9"),
    ],
)
def test_the_caller_chooses_the_region(condition: Statement, region: str) -> None:
    there = allow("lambda:CreateFunction", "*", condition)
    (path,) = paths(user(there, allow("lambda:InvokeFunction"), PASS_STRONG), roles=(THE_STRONG,))
    assert path.functions == (f"arn:aws:lambda:{region}:{A}:function:anything",)
    assert path.severity is Severity.ERROR


@pytest.mark.parametrize("nowhere", ["", "Frankfurt", "eu west", "..", "${aws:RequestedRegion}", "*?*"])
def test_what_is_no_region_of_the_partition_leads_nowhere(nowhere: str) -> None:
    there = allow("lambda:CreateFunction", "*", {"StringEquals": {"aws:RequestedRegion": nowhere}})
    here = allow("lambda:*", f"arn:aws:lambda:{nowhere}:{A}:function:*")
    found = paths(user(there, here, PASS_STRONG), roles=(THE_STRONG,))
    assert not any(f":{nowhere}:" in arn for path in found for arn in path.functions if nowhere)


def test_two_conditions_that_no_region_fits_leave_no_way() -> None:
    here = allow("lambda:CreateFunction", "*", {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})
    there = allow("lambda:InvokeFunction", "*", {"StringEquals": {"aws:RequestedRegion": "us-east-1"}})
    assert paths(user(here, there, PASS_STRONG), roles=(THE_STRONG,)) == ()


def test_a_role_that_may_be_passed_to_one_function_leads_to_its_region() -> None:
    g = f"arn:aws:lambda:eu-north-1:{A}:function:g"
    passing = allow("iam:PassRole", STRONG, {"ArnEquals": {"iam:AssociatedResourceArn": g}})
    (path,) = paths(user(MAKE, passing), roles=(THE_STRONG,))
    assert path.functions == (g,)


ONLY_EUROPE = policy(
    "scp",
    allow("*"),
    {
        "Effect": "Deny",
        "NotAction": ["iam:*", "sts:*"],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}},
    },
)


def governed(*users: IamUser, roles: tuple[IamRole, ...], **more: Any) -> tuple[PassPath, ...]:
    """The paths where an SCP holds everybody in Europe."""
    root = Unit("r-abcd", "root", service_control=(more.pop("scp", ONLY_EUROPE),))
    account = Account(A, parent="r-abcd")
    organization = Organization(
        id="o-abcdefghij", management_account=B, units=(root,), accounts=(account,), users=users, roles=roles, **more
    )
    return Authorizer(organization).pass_paths()


def test_an_scp_on_regions_hides_nothing() -> None:
    """As in the photo service, where the role that deploys the function may act as its role."""
    changing = allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"], F)
    (path,) = governed(user(changing), roles=(THE_STRONG,), functions=(function(F, STRONG),))
    assert (path.kind, path.severity) == (PathKind.CODE, Severity.ERROR)
    assert path.gain is not None
    (made,) = governed(user(MAKE, PASS_STRONG), roles=(THE_STRONG,))
    assert made.functions == (f"arn:aws:lambda:eu-west-1:{A}:function:anything",)
    assert made.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("condition", "key"),
    [
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "aws:sourceip"),
        ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, "aws:sourcevpce"),
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, "aws:sourcevpc"),
        ({"StringNotLike": {"aws:UserAgent": "corporate*"}}, "aws:useragent"),
        ({"StringNotEquals": {"aws:SourceVpc": "${aws:VpceOrgID}"}}, "aws:sourcevpc"),
    ],
    ids=["address", "endpoint", "network", "agent", "variable"],
)
def test_what_a_policy_demands_of_every_call_is_told_with_the_way(condition: Statement, key: str) -> None:
    careful = policy("scp", allow("*"), {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition})
    (path,) = governed(user(MAKE, PASS_STRONG), roles=(THE_STRONG,), scp=careful)
    assert path.severity is Severity.WARNING
    assert f"`{key}`" in path.message


BUCKET = "arn:aws:s3:::photos"


@pytest.mark.parametrize(
    ("condition", "key"),
    [
        ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, "aws:sourcevpce"),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "aws:sourceip"),
    ],
)
def test_what_a_bucket_demands_is_told_with_the_way(condition: Statement, key: str) -> None:
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"{BUCKET}/*",
        "Condition": condition,
    }
    bucket = Resource(BUCKET, A, PolicyKind.BUCKET, policy("bucket", denied))
    organization = Organization(users=(user(MAKE, PASS_STRONG),), roles=(THE_STRONG,), resources=(bucket,))
    (path,) = Authorizer(organization).pass_paths()
    assert path.severity is Severity.WARNING
    assert f"hangs on `{key}`" in path.message


@pytest.mark.parametrize(("key", "hangs"), [("aws:ResourceTag/team", True), ("aws:PrincipalTag/team", False)])
def test_tags_of_a_resource_nobody_knows_are_open_and_a_roles_are_not(key: str, hangs: bool) -> None:  # noqa: FBT001
    tagged = allow("dynamodb:GetItem", "*", {"StringEquals": {key: "photos"}})
    (path,) = paths(user(MAKE, PASS_STRONG), roles=(role(STRONG, tagged),))
    assert path.severity is Severity.WARNING
    assert (f"`{key.lower()}`" in path.message) is hangs


def test_a_right_that_only_one_function_has_is_gained_through_it() -> None:
    own = allow("s3:GetObject", f"{BUCKET}/*", {"ArnEquals": {"lambda:SourceFunctionArn": F}})
    changing = allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"])
    found = paths(user(changing), roles=(role(STRONG, own),), functions=(function(F, STRONG),))
    assert [(path.kind, path.severity) for path in found] == [(PathKind.CODE, Severity.ERROR)]
    assert found[0].gain is not None


def test_a_session_may_bring_tags() -> None:
    tagged = allow("iam:PassRole", STRONG, {"StringEquals": {"aws:PrincipalTag/team": "photos"}})
    builder = IamRole(WEAK, trust=trust({"AWS": A}), inline=(policy("identity", MAKE, tagged),))
    (path,) = paths(roles=(THE_STRONG, builder))
    assert path.severity is Severity.WARNING
    assert path.message.endswith("it hangs on `aws:principaltag/team`")


def test_a_source_of_services_is_absent_for_people() -> None:
    for_services = allow("iam:PassRole", STRONG, {"StringEquals": {"aws:SourceAccount": A}})
    assert paths(user(MAKE, for_services), roles=(THE_STRONG,)) == ()


def test_functions_of_some_names_are_enough() -> None:
    team = allow(["lambda:CreateFunction", "lambda:InvokeFunction"], f"arn:aws:lambda:*:{A}:function:team-*")
    passing = allow(
        "iam:PassRole", "*", {"ArnLike": {"iam:AssociatedResourceArn": f"arn:aws:lambda:*:{A}:function:team-*"}}
    )
    (path,) = paths(user(team, passing), roles=(THE_STRONG,))
    assert path.functions == (f"arn:aws:lambda:us-east-1:{A}:function:team-anything",)


def test_roles_of_other_accounts_are_out_of_reach() -> None:
    other = role(f"arn:aws:iam::{B}:role/strong", PHOTOS)
    assert paths(user(MAKE, allow("iam:PassRole")), roles=(other,)) == ()


def test_a_wide_role_gains_what_people_mind() -> None:
    found = paths(user(MAKE, PASS_STRONG), roles=(role(STRONG, allow("*")),))
    assert kinds(found) == [(PathKind.CREATE, STRONG), (PathKind.SELF_PASS, STRONG)]
    path = found[0]
    assert path.gain is not None
    assert path.gain.role.request.action == "iam:PutRolePolicy"


# ------------------------------------------------------------------------------------ changing code, giving roles


def test_whoever_changes_the_code_acts_as_its_role() -> None:
    changing = allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"], F)
    (path,) = paths(user(changing), roles=(THE_STRONG,), functions=(function(F, STRONG),))
    assert (path.kind, path.severity, path.functions) == (PathKind.CODE, Severity.ERROR, (F,))


def test_without_a_way_to_run_it_the_changed_code_waits() -> None:
    (path,) = paths(user(allow("lambda:UpdateFunctionCode", F)), roles=(THE_STRONG,), functions=(function(F, STRONG),))
    assert path.severity is Severity.WARNING
    assert "waits for the next event" in path.message


def test_the_functions_own_policy_may_open_it_to_another_account() -> None:
    stranger = f"arn:aws:iam::{B}:user/s"
    opened = policy(
        "function",
        {"Effect": "Allow", "Principal": {"AWS": B}, "Action": "lambda:UpdateFunctionCode", "Resource": F},
    )
    (path,) = paths(
        user(allow("lambda:*"), arn=stranger), roles=(THE_STRONG,), functions=(function(F, STRONG, (opened,)),)
    )
    assert path.kind is PathKind.CODE
    assert path.caller is not None
    assert path.caller.caller_arn == stranger


def test_a_function_may_be_given_a_stronger_role() -> None:
    giving = allow(["lambda:UpdateFunctionConfiguration", "lambda:InvokeFunction"], F)
    found = paths(user(giving, PASS_STRONG), roles=(THE_STRONG, role(WEAK)), functions=(function(F, WEAK),))
    (path,) = found
    assert (path.kind, path.role, path.functions) == (PathKind.CONFIGURATION, STRONG, (F,))
    assert [part.request.action for part in path.parts][:2] == ["lambda:UpdateFunctionConfiguration", "iam:PassRole"]


def test_a_role_that_is_reached_by_creating_is_not_told_again() -> None:
    found = paths(
        user(MAKE, PASS_STRONG, allow("lambda:UpdateFunctionConfiguration")),
        roles=(THE_STRONG, role(WEAK)),
        functions=(function(F, WEAK),),
    )
    assert kinds(found) == [(PathKind.CREATE, STRONG)]


def test_a_role_may_pass_itself() -> None:
    itself = role(STRONG, MAKE, allow("iam:PassRole", STRONG))
    (path,) = paths(roles=(itself,))
    assert (path.kind, path.severity, path.role) == (PathKind.SELF_PASS, Severity.WARNING, STRONG)


def test_a_function_that_changes_its_own_code_gains_nothing() -> None:
    own = role(STRONG, allow("lambda:UpdateFunctionCode", F))
    assert paths(roles=(own,), functions=(function(F, STRONG),)) == ()


# -------------------------------------------------------------------------------------------- what is to say of roles


@pytest.mark.parametrize(
    ("other", "severity"),
    [
        ({"Service": "ec2.amazonaws.com"}, Severity.WARNING),
        ({"AWS": B}, Severity.WARNING),
        ({"AWS": U}, Severity.WARNING),
        ({"AWS": "*"}, Severity.ERROR),
    ],
)
def test_a_role_for_functions_trusts_lambda_alone(other: object, severity: Severity) -> None:
    trusts = trust(LAMBDA, other)
    (path,) = paths(roles=(role(STRONG, PHOTOS, trusts=trusts),), functions=(function(F, STRONG),))
    assert (path.kind, path.severity, path.role) == (PathKind.ALSO_TRUSTED, severity, STRONG)
    assert path.functions == (F,)


def test_trust_with_an_external_id_is_trust() -> None:
    mixed = policy(
        "trust",
        {"Effect": "Allow", "Principal": LAMBDA, "Action": "sts:AssumeRole"},
        {
            "Effect": "Allow",
            "Principal": {"AWS": B},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "x"}},
        },
    )
    (path,) = paths(roles=(role(STRONG, trusts=mixed),))
    assert path.kind is PathKind.ALSO_TRUSTED


@pytest.mark.parametrize(
    ("condition", "severity", "hangs"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}, Severity.WARNING, "aws:principalorgid"),
        ({"StringEquals": {"sts:ExternalId": "x"}}, Severity.WARNING, "sts:externalid"),
        ({"StringNotEquals": {"aws:PrincipalAccount": A}}, Severity.WARNING, "aws:principalaccount"),
    ],
)
def test_trust_in_everybody_of_some_kind_is_not_trust_in_everybody(
    condition: Statement, severity: Severity, hangs: str
) -> None:
    """The star alone proves nothing: who may assume the role hangs on what the condition asks for."""
    trusts = policy(
        "trust",
        {"Effect": "Allow", "Principal": LAMBDA, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": condition},
    )
    (path,) = paths(roles=(role(STRONG, trusts=trusts),))
    assert (path.kind, path.severity) == (PathKind.ALSO_TRUSTED, severity)
    assert path.message.endswith(f"it hangs on `{hangs}`")
    assert all(hangs in str(part.explanation).lower() for part in path.parts)


def test_trust_in_everybody_is_proved_by_a_stranger_whatever_hangs_for_others() -> None:
    careful = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    guarded = policy(
        "trust",
        {"Effect": "Allow", "Principal": LAMBDA, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": careful},
        {"Effect": "Allow", "Principal": {"AWS": U}, "Action": "sts:AssumeRole"},
    )
    (path,) = paths(roles=(role(STRONG, trusts=guarded),))
    assert path.severity is Severity.WARNING

    wide = trust(LAMBDA, {"AWS": "*"}, {"AWS": U})
    (path,) = paths(roles=(role(STRONG, trusts=wide),))
    assert path.severity is Severity.ERROR
    assert [part.why for part in path.parts] == ["the role trusts everybody"]
    assert all(isinstance(part.decision, Allowed) for part in path.parts)


@pytest.mark.parametrize("trusts", [trust(LAMBDA), trust(LAMBDA, {"Service": "edgelambda.amazonaws.com"})])
def test_lambda_alone_is_fine(trusts: Policy) -> None:
    assert paths(roles=(role(STRONG, PHOTOS, trusts=trusts),), functions=(function(F, STRONG),)) == ()


def test_a_role_that_has_nothing_to_do_with_functions_is_left_alone() -> None:
    assert paths(roles=(role(STRONG, PHOTOS, trusts=trust({"AWS": B})),)) == ()


def test_functions_that_share_a_role_are_told() -> None:
    (path,) = paths(roles=(THE_STRONG,), functions=(function(F, STRONG), function(G, STRONG)))
    assert (path.kind, path.severity, path.functions) == (PathKind.SHARED, Severity.NOTE, (F, G))


# ----------------------------------------------------------------------------------------------------- bounds and gaps


def test_the_gravest_come_first() -> None:
    found = paths(
        user(MAKE, PASS_STRONG),
        roles=(THE_STRONG, role(WEAK, trusts=trust(LAMBDA, {"AWS": B}))),
        functions=(function(F, STRONG), function(G, STRONG)),
    )
    assert [path.severity for path in found] == [Severity.ERROR, Severity.WARNING, Severity.NOTE]


def test_work_is_bounded_and_what_was_left_is_told() -> None:
    users = tuple(user(MAKE, PASS_STRONG, arn=f"{U}{number}") for number in range(50))
    found = Authorizer(Organization(users=users, roles=(THE_STRONG,))).pass_paths(limit=30)
    assert found[-1].kind is PathKind.UNFINISHED
    assert "after 30 decisions" in found[-1].message
    assert 0 < len(found) - 1 < 50


def test_what_is_not_known_is_told() -> None:
    attached = IamUser(U, attached=(f"arn:aws:iam::{A}:policy/unknown",))
    (path,) = paths(attached, roles=(THE_STRONG,))
    assert path.kind is PathKind.UNFINISHED
    assert "policy/unknown" in path.message


def test_a_role_of_which_not_everything_is_known_may_be_worth_it() -> None:
    hidden = IamRole(STRONG, trust=trust(LAMBDA), attached=(f"arn:aws:iam::{A}:policy/unknown",))
    found = paths(user(MAKE, PASS_STRONG), roles=(hidden,))
    assert (PathKind.CREATE, STRONG) in kinds(found)
    assert PathKind.UNFINISHED in {path.kind for path in found}


def test_a_large_organization_takes_seconds() -> None:
    users = tuple(user(allow("s3:*"), arn=f"{U}{number}") for number in range(1_000))
    roles = tuple(role(f"{STRONG}{number}", PHOTOS) for number in range(300))
    builders = tuple(user(MAKE, allow("iam:PassRole"), arn=f"{U}-builder-{number}") for number in range(5))
    started = time.perf_counter()
    found = paths(*users, *builders, roles=roles)
    assert len(found) == 5 * 300
    assert time.perf_counter() - started < 20
