"""Cases 35 to 38 and 74, and the flips of L13, L15, L18, L19 and L22."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest

from lampolicy.decision import Allowed, ExplicitlyDenied, ImplicitlyDenied, Undetermined
from lampolicy.diagnostic import InvalidName, RequestError
from lampolicy.function import Answer, Authorizer, Operation, S3Code, Vpc
from lampolicy.function._deploy_keys import lambda_principal, written
from lampolicy.function._deploy_steps import OPERATIONS
from lampolicy.names import FunctionArn
from lampolicy.organization import (
    Account,
    Function,
    FunctionUrl,
    IamRole,
    IamUser,
    Organization,
    Resource,
    Unit,
)
from lampolicy.policy import Policy, PolicyKind
from lampolicy.request import UNKNOWN, Root, User

A, B = "111111111111", "222222222222"
U = f"arn:aws:iam::{A}:user/u"
R = f"arn:aws:iam::{A}:role/app/r"
F = f"arn:aws:lambda:eu-west-1:{A}:function:f"
LAYER_OF_B = f"arn:aws:lambda:eu-west-1:{B}:layer:tools:1"
LAYER_OF_A = f"arn:aws:lambda:eu-west-1:{A}:layer:own:1"
SIGNING = f"arn:aws:lambda:eu-west-1:{A}:code-signing-config:csc-0123456789abcdef0"
UUID = "6b1d4c6e-0000-4000-8000-000000000000"

Statement = Mapping[str, object]
RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "decisions.jsonl"


def allow(action: str | Sequence[str], resource: str = "*", condition: Statement | None = None) -> Statement:
    told = {} if condition is None else {"Condition": condition}
    return {"Effect": "Allow", "Action": action, "Resource": resource, **told}


def policy(kind: str, *statements: Statement) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind)


def trust(principal: object, condition: Statement | None = None) -> Policy:
    told = {} if condition is None else {"Condition": condition}
    return policy("trust", {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **told})


LAMBDA = {"Service": "lambda.amazonaws.com"}
CREATE = allow("lambda:CreateFunction")
PASS = allow("iam:PassRole", R, {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})
EVERYTHING = allow("*")
SEE_NETWORK = allow(["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"])
ENTER = allow(
    [
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
    ]
)


def world(
    *statements: Statement,
    trusts: Policy | None = None,
    functions: tuple[Function, ...] = (),
    resources: tuple[Resource, ...] = (),
    roles: tuple[IamRole, ...] = (),
    organization: str | None = None,
    does: tuple[Statement, ...] = (),
) -> Authorizer:
    """An organization in which user `u` has these statements, and role `r` this trust and may do this."""
    mine = (policy("identity", *statements),) if statements else ()
    role = IamRole(R, trust=trusts or trust(LAMBDA), inline=(policy("identity", *does),) if does else ())
    users = (IamUser(U, inline=mine),)
    accounts = (Account(A, parent="r-abcd"),) if organization else ()
    units = (Unit("r-abcd"),) if organization else ()
    return Authorizer(
        Organization(
            id=organization,
            units=units,
            accounts=accounts,
            users=users,
            roles=(role, *roles),
            functions=functions,
            resources=resources,
        )
    )


def function(*policies: tuple[str, Policy], urls: tuple[FunctionUrl, ...] = ()) -> Function:
    arn = FunctionArn.parse(F)
    return Function(arn, role=R, policies=tuple((arn.qualified(q), p) for q, p in policies), urls=urls)


def actions(answer: Answer) -> list[str]:
    return [part.request.action for part in answer.parts]


def complaint(answer: Answer) -> str:
    return str(answer.first_complaint)


# ------------------------------------------------------------------------------------------------- L18: handing over


def test_case_35_creating_a_function_takes_the_right_to_pass_its_role() -> None:
    answer = world(CREATE).may_deploy(U, "CreateFunction", function=F, role=R)
    assert not answer
    assert [part.request.action for part in answer.refused] == ["iam:PassRole"]
    assert complaint(answer) == (
        f"AccessDeniedException: User: {U} is not authorized to perform: iam:PassRole on resource: {R} "
        "because no identity-based policy allows the iam:PassRole action"
    )


def test_case_35_turned_round_passing_alone_creates_nothing() -> None:
    answer = world(PASS).may_deploy(U, "CreateFunction", function=F, role=R)
    assert [part.request.action for part in answer.refused] == ["lambda:CreateFunction"]


@pytest.mark.parametrize(("service", "allowed"), [("lambda.amazonaws.com", True), ("ec2.amazonaws.com", False)])
def test_case_36_the_role_is_passed_to_lambda(service: str, *, allowed: bool) -> None:
    passing = allow("iam:PassRole", R, {"StringEquals": {"iam:PassedToService": service}})
    answer = world(CREATE, passing).may_deploy(U, "CreateFunction", function=F, role=R)
    assert bool(answer) is allowed
    assert isinstance(answer.parts[1].decision, Allowed if allowed else ImplicitlyDenied)


@pytest.mark.parametrize(("name", "allowed"), [("f", True), ("g", False)])
def test_the_role_is_passed_to_one_function(name: str, *, allowed: bool) -> None:
    passing = allow("iam:PassRole", R, {"ArnEquals": {"iam:AssociatedResourceArn": F}})
    function = f"arn:aws:lambda:eu-west-1:{A}:function:{name}"
    assert bool(world(CREATE, passing).may_deploy(U, "CreateFunction", function=function, role=R)) is allowed


@pytest.mark.parametrize("caller", [User(U), Root(A)])
def test_case_37_a_role_of_another_account_cannot_be_passed_even_by_root(caller: User | Root) -> None:
    role = f"arn:aws:iam::{B}:role/r"
    other = IamRole(role, trust=trust(LAMBDA))
    answer = world(EVERYTHING, roles=(other,)).may_deploy(caller, "CreateFunction", function=F, role=role)
    assert not answer
    assert not answer.refused
    assert complaint(answer) == "AccessDeniedException: Cross-account pass role is not allowed."
    assert [obstacle.rule for obstacle in answer.obstacles] == ["L18"]


def test_passing_is_asked_for_with_the_path_of_the_role() -> None:
    without_path = allow("iam:PassRole", f"arn:aws:iam::{A}:role/r")
    assert not world(CREATE, without_path).may_deploy(U, "CreateFunction", function=F, role=R)


def test_the_trust_policy_grants_no_passing() -> None:
    trusting = policy(
        "trust",
        {"Effect": "Allow", "Principal": LAMBDA, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"AWS": U}, "Action": "sts:AssumeRole"},
    )
    answer = world(CREATE, trusts=trusting).may_deploy(U, "CreateFunction", function=F, role=R)
    assert [part.request.action for part in answer.refused] == ["iam:PassRole"]


def test_a_session_policy_limits_what_the_caller_hands_over() -> None:
    session = (policy("session", CREATE),)
    answer = world(EVERYTHING).may_deploy(U, "CreateFunction", function=F, role=R, session=session)
    assert [part.request.action for part in answer.refused] == ["iam:PassRole"]


@pytest.mark.parametrize(("role", "asked"), [(None, False), (R, True)])
def test_a_change_of_configuration_passes_a_role_only_where_it_gives_one(role: str | None, *, asked: bool) -> None:
    answer = world(allow("lambda:*")).may_deploy(U, "UpdateFunctionConfiguration", function=F, role=role)
    assert ("iam:PassRole" in actions(answer)) is asked
    assert bool(answer) is not asked


def test_a_change_of_code_passes_no_role() -> None:
    answer = world(allow("lambda:UpdateFunctionCode"), functions=(function(),)).may_deploy(
        U, "UpdateFunctionCode", function="f"
    )
    assert answer
    assert actions(answer) == ["lambda:UpdateFunctionCode"]


def test_every_complaint_is_told_in_the_order_aws_looks() -> None:
    told = world(trusts=trust({"AWS": U})).may_deploy(
        U, "CreateFunction", function=F, role=R, layers=[LAYER_OF_B], code=S3Code("code", "f.zip")
    )
    assert [getattr(found.cause, "request").action for found in told.complaints] == [  # noqa: B009
        "lambda:CreateFunction",
        "iam:PassRole",
        "lambda:GetLayerVersion",
        "s3:GetObject",
        "sts:AssumeRole",
    ]
    assert complaint(told).startswith(f"AccessDeniedException: User: {U} is not authorized to perform: lambda:Create")


def test_an_obstacle_stands_where_aws_meets_it() -> None:
    role = f"arn:aws:iam::{B}:role/r"
    answer = world().may_deploy(U, "CreateFunction", function=F, role=role, layers=[LAYER_OF_B])
    assert [found.rule for found in answer.complaints] == ["L22", "L18", "L15"]


# ------------------------------------------------------------------------------------------------------ L19: the trust


@pytest.mark.parametrize(
    "principal",
    [{"Service": "ec2.amazonaws.com"}, {"AWS": f"arn:aws:iam::{A}:root"}, {"AWS": U}],
    ids=["service", "account", "user"],
)
def test_case_38_the_role_must_trust_lambda(principal: object) -> None:
    answer = world(EVERYTHING, trusts=trust(principal)).may_deploy(U, "CreateFunction", function=F, role=R)
    assert not answer
    assert complaint(answer) == (
        "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda."
    )
    assert [(part.rule, part.request.action) for part in answer.refused] == [("L19", "sts:AssumeRole")]


@pytest.mark.inferred
@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"aws:SourceAccount": A}}, True),
        ({"StringEquals": {"aws:SourceAccount": B}}, False),
        ({"ArnEquals": {"aws:SourceArn": F}}, True),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:lambda:*:{A}:function:g"}}, False),
    ],
)
def test_the_trust_may_ask_for_which_function_lambda_assumes_it(condition: Statement, *, allowed: bool) -> None:
    answer = world(EVERYTHING, trusts=trust(LAMBDA, condition)).may_deploy(U, "CreateFunction", function=F, role=R)
    assert bool(answer) is allowed
    assert [rule.rule for rule in answer.parts[-1].rests_on] == ["L19"]
    assert any("L19" in note for note in answer.notes)


def test_a_trust_without_conditions_rests_on_nothing_uncertain() -> None:
    answer = world(EVERYTHING).may_deploy(U, "CreateFunction", function=F, role=R)
    assert answer
    assert answer.parts[-1].rests_on == ()
    assert answer.notes == ()


def test_a_role_nobody_knows_counts_as_trusting_nobody() -> None:
    role = f"arn:aws:iam::{A}:role/strange"
    answer = world(EVERYTHING).may_deploy(U, "CreateFunction", function=F, role=role)
    assert complaint(answer).startswith("InvalidParameterValueException")
    assert any("not known" in note for note in answer.notes)


def test_an_organization_may_keep_lambda_from_assuming_roles() -> None:
    denying = policy(
        "rcp",
        {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"},
    )
    organization = Organization(
        id="o-1234567890",
        units=(Unit("r-abcd", resource_control=(denying,)),),
        accounts=(Account(A, parent="r-abcd"),),
        users=(IamUser(U, inline=(policy("identity", EVERYTHING),)),),
        roles=(IamRole(R, trust=trust(LAMBDA)),),
    )
    answer = Authorizer(organization).may_deploy(U, "CreateFunction", function=F, role=R)
    assert isinstance(answer.parts[-1].decision, ExplicitlyDenied)


def test_lambda_tells_the_organization_of_its_function() -> None:
    mine = trust(LAMBDA, {"StringEquals": {"aws:SourceOrgID": "o-1234567890"}})
    asked = world(EVERYTHING, trusts=mine, organization="o-1234567890")
    answer = asked.may_deploy(U, "CreateFunction", function=F, role=R)
    assert answer
    assert answer.parts[-1].rests_on


# ------------------------------------------------------------------------------------------ L15: layers


def layer(arn: str, principal: object = "*") -> Resource:
    statement = {"Sid": "s", "Effect": "Allow", "Principal": principal, "Action": "lambda:GetLayerVersion"}
    return Resource(arn, arn.split(":")[4], PolicyKind.LAYER, policy("layer", {**statement, "Resource": arn}))


def test_case_74_a_layer_of_another_account_takes_the_right_to_read_it() -> None:
    asked = world(CREATE, PASS, resources=(layer(LAYER_OF_B),))
    answer = asked.may_deploy(U, "CreateFunction", function=F, role=R, layers=[LAYER_OF_B])
    assert [part.request.action for part in answer.refused] == ["lambda:GetLayerVersion"]
    assert complaint(answer) == (
        f"AccessDeniedException: User: {U} is not authorized to perform: lambda:GetLayerVersion "
        f"on resource: {LAYER_OF_B}"
    )


@pytest.mark.parametrize(("principal", "allowed"), [("*", True), ({"AWS": A}, True), ({"AWS": "333333333333"}, False)])
def test_the_layer_must_admit_the_caller_as_well(principal: object, *, allowed: bool) -> None:
    asked = world(CREATE, PASS, allow("lambda:GetLayerVersion"), resources=(layer(LAYER_OF_B, principal),))
    answer = asked.may_deploy(U, "CreateFunction", function=F, role=R, layers=[LAYER_OF_B])
    assert bool(answer) is allowed


def test_a_layer_nobody_knows_has_no_policy_and_the_answer_says_so() -> None:
    answer = world(EVERYTHING).may_deploy(U, "CreateFunction", function=F, role=R, layers=[LAYER_OF_B])
    assert not answer
    assert any(LAYER_OF_B in note for note in answer.notes)


def test_each_named_layer_is_decided_on_its_own() -> None:
    asked = world(CREATE, PASS, allow("lambda:GetLayerVersion", LAYER_OF_A))
    layers = [LAYER_OF_A, LAYER_OF_A.replace("own", "other")]
    answer = asked.may_deploy(U, "CreateFunction", function=F, role=R, layers=layers)
    assert [part.request.resource for part in answer.refused] == [layers[1]]


@pytest.mark.parametrize(
    ("operator", "allowed"),
    [("StringEquals", False), ("ForAllValues:StringEquals", True), ("ForAnyValue:StringEquals", True)],
)
def test_the_set_of_layers_needs_a_set_operator(operator: str, *, allowed: bool) -> None:
    creating = allow("lambda:CreateFunction", condition={operator: {"lambda:Layer": LAYER_OF_A}})
    asked = world(creating, PASS, allow("lambda:GetLayerVersion"))
    assert bool(asked.may_deploy(U, "CreateFunction", function=F, role=R, layers=[LAYER_OF_A])) is allowed


@pytest.mark.parametrize(
    ("operator", "layers", "allowed"),
    [
        ("ForAllValues:StringLike", [LAYER_OF_A.replace("own", "other")], False),
        ("ForAllValues:StringLike", [], True),
        ("ForAnyValue:ArnEquals", [], False),
        ("ForAllValues:StringLikeIfExists", [LAYER_OF_A.replace("own", "other")], False),
        ("ForAllValues:StringLikeIfExists", [], True),
    ],
)
def test_layers_that_the_call_does_not_name_are_no_layers_as_recorded(
    operator: str, layers: list[str], *, allowed: bool
) -> None:
    changing = allow("lambda:UpdateFunctionConfiguration", condition={operator: {"lambda:Layer": LAYER_OF_A}})
    answer = world(changing, allow("lambda:GetLayerVersion")).may_deploy(
        U, "UpdateFunctionConfiguration", function=F, layers=layers
    )
    assert bool(answer) is allowed


# -------------------------------------------------------------------------------------------- L13: lambda:Principal


@pytest.mark.parametrize(("principal", "allowed"), [("sns.amazonaws.com", True), ("s3.amazonaws.com", False)])
def test_adding_a_permission_may_be_limited_to_a_principal(principal: str, *, allowed: bool) -> None:
    adding = allow("lambda:AddPermission", condition={"StringEquals": {"lambda:Principal": "sns.amazonaws.com"}})
    assert bool(world(adding).may_deploy(U, "AddPermission", function=F, principal=principal)) is allowed


@pytest.mark.parametrize("operation", ["PutResourcePolicy", "DeleteResourcePolicy"])
@pytest.mark.parametrize(("principal", "allowed"), [({"Service": "sns.amazonaws.com"}, True), ({"AWS": A}, False)])
def test_so_may_putting_a_whole_document(operation: Operation, principal: Any, *, allowed: bool) -> None:
    putting = allow(f"lambda:{operation}", condition={"StringEquals": {"lambda:Principal": "sns.amazonaws.com"}})
    assert bool(world(putting).may_deploy(U, operation, function=F, principal=principal)) is allowed


@pytest.mark.parametrize("operation", ["AddLayerVersionPermission", "RemoveLayerVersionPermission"])
def test_a_layer_version_has_a_policy_of_its_own_l15(operation: Operation) -> None:
    own = world(allow(f"lambda:{operation}", LAYER_OF_A))
    assert own.may_deploy(U, operation, layer="own:1", region="eu-west-1")
    assert not own.may_deploy(U, operation, layer="own:2", region="eu-west-1")
    with pytest.raises(InvalidName, match="not a layer version"):
        own.may_deploy(U, operation, layer="own", region="eu-west-1")


ROOT_OF_A = f"arn:aws:iam::{A}:root"


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (A, ROOT_OF_A),
        ({"AWS": ROOT_OF_A}, ROOT_OF_A),
        ({"AWS": [A, ROOT_OF_A]}, ROOT_OF_A),
        ({"AWS": [ROOT_OF_A, R]}, ""),
        ({"AWS": ROOT_OF_A, "Service": "s3.amazonaws.com"}, ()),
        ({"Service": ["s3.amazonaws.com", "sns.amazonaws.com"]}, UNKNOWN),
        ({"AWS": ROOT_OF_A, "Federated": "x"}, UNKNOWN),
        ("s3.amazonaws.com", "s3.amazonaws.com"),
        ("*", "*"),
    ],
)
def test_lambda_principal_as_recorded(principal: Any, expected: object) -> None:
    assert lambda_principal(written(principal)) == expected


def test_lambda_principal_is_a_root_of_the_functions_own_partition() -> None:
    assert lambda_principal(written(A), "aws-cn") == f"arn:aws-cn:iam::{A}:root"


def stored(principal: object, **more: object) -> tuple[str, Policy]:
    statement = {"Sid": "s", "Effect": "Allow", "Principal": principal, "Action": "lambda:InvokeFunction"}
    return ("", policy("function", {**statement, "Resource": F, **more}))


@pytest.mark.parametrize(
    ("operator", "value", "allowed"),
    [
        ("StringEquals", ROOT_OF_A, False),
        ("ForAnyValue:StringEquals", ROOT_OF_A, False),
        ("ForAllValues:StringEquals", ROOT_OF_A, True),
        ("Null", "true", False),
    ],
)
def test_a_statement_of_account_and_service_gives_a_present_empty_set(
    operator: str, value: str, *, allowed: bool
) -> None:
    removing = allow("lambda:RemovePermission", condition={operator: {"lambda:Principal": value}})
    there = function(stored({"AWS": ROOT_OF_A, "Service": "s3.amazonaws.com"}))
    asked = world(removing, functions=(there,))
    assert bool(asked.may_deploy(U, "RemovePermission", function="f", statement_id="s")) is allowed


def test_a_statement_that_excepts_principals_leaves_the_key_absent() -> None:
    removing = allow("lambda:RemovePermission", condition={"Null": {"lambda:Principal": "true"}})
    denying = {"Sid": "s", "Effect": "Deny", "NotPrincipal": {"AWS": A}, "Action": "lambda:Get*", "Resource": F}
    asked = world(removing, functions=(function(("", policy("function", denying))),))
    assert asked.may_deploy(U, "RemovePermission", function="f", statement_id="s")


def test_removing_a_statement_nobody_knows_hangs_on_its_principal() -> None:
    removing = allow("lambda:RemovePermission", condition={"StringEquals": {"lambda:Principal": "*"}})
    answer = world(removing, functions=(function(),)).may_deploy(U, "RemovePermission", function="f", statement_id="s")
    assert isinstance(answer.parts[0].decision, Undetermined)


@pytest.mark.parametrize(("value", "allowed"), [("AWS_IAM", True), ("NONE", False)])
def test_the_auth_type_of_the_statement_counts_too(value: str, *, allowed: bool) -> None:
    removing = allow("lambda:RemovePermission", condition={"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}})
    condition = {"StringEquals": {"lambda:FunctionUrlAuthType": value}}
    asked = world(removing, functions=(function(stored("*", Action="lambda:InvokeFunctionUrl", Condition=condition)),))
    assert bool(asked.may_deploy(U, "RemovePermission", function="f", statement_id="s")) is allowed


def test_a_permission_of_an_alias_is_authorized_on_the_alias() -> None:
    answer = world(EVERYTHING).may_deploy(U, "AddPermission", function=F, qualifier="live", principal="*")
    assert answer.parts[0].request.resource == f"{F}:live"


def test_no_permission_is_added_to_latest() -> None:
    answer = world(EVERYTHING).may_deploy(U, "AddPermission", function=F, qualifier="$LATEST", principal="*")
    assert complaint(answer) == (
        "InvalidParameterValueException: We currently do not support adding policies for $LATEST."
    )


# ------------------------------------------------------------------------ L21, L22, M10: keys, resources


def test_a_mapping_is_no_function() -> None:
    reading = allow("lambda:GetEventSourceMapping", F)
    answer = world(reading).may_deploy(U, "GetEventSourceMapping", mapping=UUID, region="eu-west-1")
    assert not answer
    assert answer.parts[0].request.resource == f"arn:aws:lambda:eu-west-1:{A}:event-source-mapping:{UUID}"


@pytest.mark.parametrize(("resource", "refused"), [(F, [SIGNING]), (SIGNING, [F]), ("*", [])])
def test_signing_takes_function_and_configuration(resource: str, refused: list[str]) -> None:
    answer = world(allow("lambda:PutFunctionCodeSigningConfig", resource)).may_deploy(
        U, "PutFunctionCodeSigningConfig", function=F, code_signing=SIGNING
    )
    assert [part.request.resource for part in answer.refused] == refused


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"lambda:SubnetIds": "subnet-1"}}, False),
        ({"ForAllValues:StringEquals": {"lambda:SubnetIds": ["subnet-1", "subnet-2"]}}, True),
        ({"ForAnyValue:StringEquals": {"lambda:SecurityGroupIds": "sg-2"}}, False),
        ({"StringEquals": {"lambda:VpcIds": "vpc-1"}}, True),
        ({"Null": {"lambda:VpcIds": "true"}}, False),
        ({"ArnEquals": {"lambda:CodeSigningConfigArn": SIGNING}}, True),
        ({"StringEquals": {"aws:RequestTag/team": "photos"}}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["owner"]}}, False),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, True),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, True),
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, False),
    ],
)
def test_the_keys_of_creation(condition: Statement, *, allowed: bool) -> None:
    answer = world(allow("lambda:CreateFunction", condition=condition), PASS, SEE_NETWORK, does=(ENTER,)).may_deploy(
        U,
        "CreateFunction",
        function=F,
        role=R,
        vpc=Vpc("vpc-1", ("subnet-1",), ("sg-1",)),
        code_signing=SIGNING,
        tags={"team": "photos"},
        context={"aws:SourceIp": "192.0.2.7"},
    )
    assert bool(answer) is allowed


def test_the_vpc_of_subnets_is_not_known_by_itself() -> None:
    creating = allow("lambda:CreateFunction", condition={"StringEquals": {"lambda:VpcIds": "vpc-1"}})
    answer = world(creating, PASS).may_deploy(
        U, "CreateFunction", function=F, role=R, vpc=Vpc(subnets=("subnet-1",), security_groups=("sg-1",))
    )
    assert answer.undetermined


NETWORK = Vpc(subnets=("subnet-1",), security_groups=("sg-1",))


def test_in_a_vpc_the_caller_must_see_it_and_the_role_may_enter_it_l17() -> None:
    answer = world(CREATE, PASS).may_deploy(U, "CreateFunction", function=F, role=R, vpc=NETWORK)

    assert [part.request.action for part in answer.refused if part.request.principal == User(U)] == [
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    ]
    assert complaint(answer) == "AccessDeniedException"
    seeing = world(CREATE, PASS, SEE_NETWORK).may_deploy(U, "CreateFunction", function=F, role=R, vpc=NETWORK)
    assert complaint(seeing) == (
        "InvalidParameterValueException: The provided execution role does not have permissions to call "
        "CreateNetworkInterface on EC2"
    )
    assert {part.request.principal.caller_arn for part in seeing.refused} == {
        f"arn:aws:sts::{A}:assumed-role/r/f",
    }


def test_a_known_function_enters_a_vpc_with_the_role_it_has_l17() -> None:
    changing = allow("lambda:UpdateFunctionConfiguration")
    there: dict[str, Any] = {"functions": (function(),)}
    ask: dict[str, Any] = {"function": F, "vpc": NETWORK}

    assert not world(changing, SEE_NETWORK, **there).may_deploy(U, "UpdateFunctionConfiguration", **ask)
    assert world(changing, SEE_NETWORK, does=(ENTER,), **there).may_deploy(U, "UpdateFunctionConfiguration", **ask)


def test_a_role_that_is_not_known_is_told_to_need_the_network_l17() -> None:
    answer = world(allow("*")).may_deploy(U, "CreateFunction", function=F, role=f"{R}2", vpc=NETWORK)
    assert any("which is not known here, needs the rights" in note for note in answer.notes)


@pytest.mark.parametrize("operation", ["CreateFunctionUrlConfig", "UpdateFunctionUrlConfig", "DeleteFunctionUrlConfig"])
@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}, True),
        ({"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}, False),
        ({"ArnEquals": {"lambda:FunctionArn": f"{F}:live"}}, True),
        ({"ArnEquals": {"lambda:FunctionArn": F}}, False),
    ],
)
def test_the_keys_of_a_url(operation: Operation, condition: Statement, *, allowed: bool) -> None:
    answer = world(allow(f"lambda:{operation}", condition=condition)).may_deploy(
        U, operation, function=F, qualifier="live", auth_type="AWS_IAM"
    )
    assert bool(answer) is allowed


@pytest.mark.parametrize(("there", "sort"), [("AWS_IAM", Allowed), ("NONE", ImplicitlyDenied), (None, Undetermined)])
def test_a_url_that_is_there_tells_its_auth_type(there: Any, sort: type) -> None:
    deleting = allow(
        "lambda:DeleteFunctionUrlConfig", condition={"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
    )
    urls = () if there is None else (FunctionUrl(FunctionArn.parse(F), there),)
    answer = world(deleting, functions=(function(urls=urls),)).may_deploy(U, "DeleteFunctionUrlConfig", function="f")
    assert isinstance(answer.parts[0].decision, sort)


def test_a_version_has_no_url() -> None:
    answer = world(EVERYTHING).may_deploy(U, "CreateFunctionUrlConfig", function=F, qualifier="1", auth_type="NONE")
    assert [obstacle.rule for obstacle in answer.obstacles] == ["L8"]


@pytest.mark.parametrize("operation", ["CreateAlias", "UpdateAlias", "DeleteAlias", "PublishVersion"])
def test_aliases_and_versions_are_made_on_the_function_itself(operation: Operation) -> None:
    aliased: dict[str, Any] = {} if operation == "PublishVersion" else {"qualifier": "live"}
    on_function = world(allow(f"lambda:{operation}", F))
    on_alias = world(allow(f"lambda:{operation}", f"{F}:*"))
    assert on_function.may_deploy(U, operation, function=F, **aliased)
    assert not on_alias.may_deploy(U, operation, function=F, **aliased)


@pytest.mark.parametrize(("name", "allowed"), [("f", True), ("g", False)])
def test_a_mapping_is_made_of_anything_and_held_to_its_function(name: str, *, allowed: bool) -> None:
    mapping = allow("lambda:CreateEventSourceMapping", condition={"ArnEquals": {"lambda:FunctionArn": F}})
    answer = world(mapping).may_deploy(
        U,
        "CreateEventSourceMapping",
        function=f"arn:aws:lambda:eu-west-1:{A}:function:{name}",
        source_arn=f"arn:aws:sqs:eu-west-1:{A}:q",
    )
    assert answer.parts[0].request.resource == "*"
    assert isinstance(answer.parts[0].decision, Allowed if allowed else ImplicitlyDenied)


QUEUE = f"arn:aws:sqs:eu-west-1:{A}:q"
READING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
READS = allow(list(READING), QUEUE)


@pytest.mark.parametrize(("statements", "allowed"), [((READS,), True), ((), False)])
def test_a_mapping_is_made_only_if_the_role_may_read_the_source(
    statements: tuple[Statement, ...], *, allowed: bool
) -> None:
    role = f"arn:aws:iam::{A}:role/reader"
    reader = IamRole(role, trust=trust(LAMBDA), inline=(policy("identity", *statements),) if statements else ())
    there = Function(FunctionArn.parse(F), role=role)
    asked = world(allow("lambda:CreateEventSourceMapping"), roles=(reader,), functions=(there,))
    answer = asked.may_deploy(U, "CreateEventSourceMapping", function="f", source_arn=QUEUE)
    assert bool(answer) is allowed
    assert answer.parts[0].decision
    assert {part.request.action for part in answer.parts[1:]} == set(READING)


def test_a_queue_that_is_none_stands_in_the_way() -> None:
    asked = world(functions=(function(),))
    answer = asked.may_deploy(U, "CreateEventSourceMapping", function="f", source_arn="arn:aws:s3:::photos")
    assert [complaint.rule for complaint in answer.complaints] == ["L22", "L16"]


def test_a_layer_is_published_on_the_layer() -> None:
    answer = world(EVERYTHING).may_deploy(U, "PublishLayerVersion", layer="own", region="eu-west-1")
    assert [part.request.resource for part in answer.parts] == [f"arn:aws:lambda:eu-west-1:{A}:layer:own"]


def test_every_operation_has_its_steps() -> None:
    assert set(OPERATIONS) == set(get_args(Operation))


# ------------------------------------------------------------------------------------------------ code that lies in S3


@pytest.mark.parametrize(("version", "action"), [(None, "s3:GetObject"), ("3", "s3:GetObjectVersion")])
def test_the_caller_reads_the_code(version: str | None, action: str) -> None:
    code = S3Code("code", "f.zip", version)
    answer = world(allow("lambda:UpdateFunctionCode")).may_deploy(U, "UpdateFunctionCode", function=F, code=code)
    assert [(p.request.action, p.request.resource) for p in answer.refused] == [(action, "arn:aws:s3:::code/f.zip")]
    assert complaint(answer).startswith("AccessDeniedException: Your access has been denied by S3")
    reading = world(allow("lambda:UpdateFunctionCode"), allow(action, "arn:aws:s3:::code/*"))
    assert reading.may_deploy(U, "UpdateFunctionCode", function=F, code=code)


def bucket(*statements: Statement) -> Resource:
    return Resource("arn:aws:s3:::code", A, PolicyKind.BUCKET, policy("bucket", *statements) if statements else None)


@pytest.mark.parametrize(("source", "allowed"), [(F, True), (f"{F}2", False), (None, False)])
def test_code_kept_by_reference_is_read_by_lambda_itself(source: str | None, *, allowed: bool) -> None:
    statement = {
        **allow("s3:GetObject", "arn:aws:s3:::code/*"),
        "Principal": LAMBDA,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}, "StringEquals": {"aws:SourceAccount": A}},
    }
    there = bucket(*([statement] if source else []))
    code = S3Code("code", "f.zip", mode="REFERENCE")
    answer = world(EVERYTHING, resources=(there,)).may_deploy(U, "UpdateFunctionCode", function=F, code=code)
    assert bool(answer) is allowed
    assert len(answer.parts) == 3


def test_a_bucket_nobody_knows_is_told() -> None:
    answer = world(EVERYTHING).may_deploy(U, "UpdateFunctionCode", function=F, code=S3Code("code", "f.zip"))
    assert any("arn:aws:s3:::code " in note for note in answer.notes)


# -------------------------------------------------------------------------------------------------- names and refusals


def test_a_known_function_needs_no_region() -> None:
    answer = world(EVERYTHING, functions=(function(),)).may_deploy(U, "PublishVersion", function="f")
    assert answer.parts[0].request.resource == F


def test_a_new_name_needs_a_region() -> None:
    asked = world(EVERYTHING)
    with pytest.raises(InvalidName, match="region"):
        asked.may_deploy(U, "CreateFunction", function="new", role=R)
    answer = asked.may_deploy(U, "CreateFunction", function="new", role=R, region="eu-west-1")
    assert answer.parts[0].request.resource == f"arn:aws:lambda:eu-west-1:{A}:function:new"


@pytest.mark.parametrize(
    ("operation", "parameters", "told"),
    [
        ("CreateFunction", {"function": F}, "needs `role`"),
        ("PublishVersion", {"function": F, "role": R}, "takes no `role`"),
        ("PublishVersion", {}, "needs `function`"),
        ("Invoke", {"function": F}, "not a call that deploys"),
    ],
)
def test_what_an_operation_does_not_take_is_refused(operation: Any, parameters: Any, told: str) -> None:
    with pytest.raises(RequestError, match=told):
        world().may_deploy(U, operation, **parameters)


@pytest.mark.parametrize(
    ("role", "layers", "told"),
    [(U, (), "role/"), ("r", (), "ARN"), (R, (LAYER_OF_A.rpartition(":")[0],), "layer version")],
)
def test_a_role_is_a_role_and_a_layer_has_a_version(role: str, layers: tuple[str, ...], told: str) -> None:
    with pytest.raises(InvalidName, match=told):
        world().may_deploy(U, "CreateFunction", function=F, role=role, layers=layers)


def test_nobody_deploys_unsigned() -> None:
    answer = world().may_deploy("anonymous", "PublishVersion", function=F)
    assert not answer
    assert [obstacle.rule for obstacle in answer.obstacles] == ["E15"]


def test_the_function_policy_may_let_another_account_deploy() -> None:
    other = f"arn:aws:iam::{B}:user/o"
    statement = {"Effect": "Allow", "Principal": {"AWS": B}, "Action": "lambda:UpdateFunctionCode", "Resource": F}
    organization = Organization(
        users=(IamUser(other, inline=(policy("identity", EVERYTHING),)),),
        functions=(function(("", policy("function", statement))),),
    )
    asked = Authorizer(organization)
    assert asked.may_deploy(other, "UpdateFunctionCode", function=F)
    assert not asked.may_deploy(other, "PublishVersion", function=F)


# ------------------------------------------------------------------------------------------------------ recorded rows


def rows(prefix: str) -> list[dict[str, Any]]:
    if not RECORDED.exists():
        return []
    found = [json.loads(line) for line in RECORDED.read_text("utf-8").splitlines()]
    return [row for row in found if row["id"].startswith(prefix)]


def recorded_caller(row: dict[str, Any]) -> Authorizer:
    identity = tuple(Policy.parse(document, kind="identity") for document in row["policies"]["identity"])
    role = IamRole(row["request"]["principal_role"], inline=identity)
    return Authorizer(Organization(roles=(role,)))


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED.exists(), reason=f"the recordings are not beside this checkout ({RECORDED})")
def test_removing_permissions_as_recorded() -> None:
    found = rows("sd/lambda-principal/")
    for row in found:
        statement = json.loads(row["notes"].partition("statement being removed: ")[2].partition("; the lambda:")[0])
        there = Function(
            FunctionArn.parse(row["request"]["resource"]),
            policies=((FunctionArn.parse(row["request"]["resource"]), removed(statement, row["request"]["resource"])),),
        )
        asked = recorded_caller(row)
        asked = Authorizer(Organization.merge(asked.organization, Organization(functions=(there,))))
        answer = asked.may_deploy(
            row["request"]["principal"], "RemovePermission", function=row["request"]["resource"], statement_id="s"
        )
        assert bool(answer) is (row["expected"] == "allow"), row["id"]
    assert found


def removed(statement: dict[str, Any], resource: str) -> Policy:
    whole = {"Sid": "s", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": resource, **statement}
    return policy("function", whole)


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED.exists(), reason=f"the recordings are not beside this checkout ({RECORDED})")
def test_naming_layers_as_recorded() -> None:
    found = [row for row in rows("sd/layer/") if row["request"]["action"] == "lambda:UpdateFunctionConfiguration"]
    for row in found:
        answer = recorded_caller(row).may_deploy(
            row["request"]["principal"],
            "UpdateFunctionConfiguration",
            function=row["request"]["resource"],
            layers=row["request"]["context"].get("lambda:Layer", ()),
        )
        assert bool(answer) is (row["expected"] == "allow"), row["id"]
    assert found
