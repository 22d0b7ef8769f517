"""Each rule finds its trap, and is quiet beside it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from lampolicy.catalog import Catalog
from lampolicy.check import RULES, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.names import FunctionArn
from lampolicy.organization import Function, IamRole, Organization
from lampolicy.policy import Policy
from lampolicy.testing.strategies import organizations, policies

F = "arn:aws:lambda:us-east-1:111111111111:function:f"
INVOKE = {"Effect": "Allow", "Action": "lambda:InvokeFunction"}
S3 = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "lambda:InvokeFunction", "Resource": F}
BUCKET = "arn:aws:s3:::photos"
SOURCE_ARN = {"ArnLike": {"aws:SourceArn": BUCKET}}
SOURCE_ACCOUNT = {"StringEquals": {"aws:SourceAccount": "111111111111"}}
URL = {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Resource": F}
VIA_URL = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "lambda:InvokeFunction",
    "Resource": F,
    "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
}
PASS = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}
RCP = {"Effect": "Deny", "Principal": "*", "Action": ["s3:*", "sts:*"], "Resource": F}
CREATE = {"Effect": "Allow", "Action": "lambda:CreateFunction", "Resource": "*"}


def on(statement: dict[str, Any], **condition: dict[str, Any]) -> dict[str, Any]:
    """The statement with a condition; `_` in an operator stands for `:`."""
    return {**statement, "Condition": {key.replace("_", ":"): value for key, value in condition.items()}}


TRAPS: list[tuple[Code, str, list[dict[str, Any]]]] = [
    (Code.UNKNOWN_ACTION, "identity", [{**CREATE, "Action": "lambda:InvokeFuncton"}]),
    (Code.UNKNOWN_ACTION, "identity", [{**CREATE, "Action": "lamda:*"}]),
    (Code.UNKNOWN_ACTION, "identity", [{"Effect": "Deny", "NotAction": "lambda:Nothing*", "Resource": "*"}]),
    (
        Code.RESOURCE_FOR_WILDCARD_ONLY,
        "identity",
        [{**INVOKE, "Action": ["lambda:GetFunction", "lambda:listfunctions"], "Resource": F[:-1] + "*"}],
    ),
    *(
        (
            Code.RESOURCE_FOR_WILDCARD_ONLY,
            kind,
            [{"Effect": "Deny", "Action": "lambda:CreateEventSourceMapping", "Resource": F}],
        )
        for kind in ("identity", "scp")
    ),
    (Code.QUALIFIER_NOT_COVERED, "identity", [{**INVOKE, "Resource": F}]),
    (Code.QUALIFIER_NOT_COVERED, "identity", [{**INVOKE, "Resource": f"{F}:*"}]),
    (Code.DENY_LEAVES_QUALIFIERS, "identity", [{**INVOKE, "Effect": "Deny", "Resource": F}]),
    (Code.DENY_LEAVES_QUALIFIERS, "scp", [{**INVOKE, "Effect": "Deny", "Resource": F}]),
    (Code.SERVICE_WITHOUT_SOURCE, "function", [S3]),
    (Code.FUNCTION_URL_HALF, "function", [URL]),
    (Code.FUNCTION_URL_HALF, "function", [VIA_URL]),
    (Code.FUNCTION_URL_HALF, "function", [URL, {**VIA_URL, "Principal": {"AWS": "222222222222"}}]),
    (Code.BUCKET_SOURCE_WITHOUT_ACCOUNT, "function", [{**S3, "Condition": SOURCE_ARN}]),
    (Code.FUNCTION_NAME_PREFIX, "identity", [{**INVOKE, "Resource": f"{F}*"}]),
    (Code.INVOKE_BY_ANOTHER_NAME, "identity", [{**INVOKE, "Action": "lambda:InvokeAsync", "Resource": "*"}]),
    (
        Code.INVOKE_BY_ANOTHER_NAME,
        "scp",
        [{"Effect": "Deny", "Action": ["lambda:Get*", "lambda:invokeasync"], "Resource": "*"}],
    ),
    (Code.RESOURCE_CONTROL_OF_LAMBDA, "rcp", [RCP]),
    (Code.PASS_ROLE_TO_ANY_SERVICE, "identity", [PASS]),
    (Code.PASS_ROLE_TO_ANY_SERVICE, "identity", [{**PASS, "Action": ["s3:Get*", "iam:*"]}]),
    (Code.PASS_ROLE_TO_ANY_SERVICE, "identity", [{**PASS, "Resource": "arn:aws:iam::111111111111:role/*"}]),
    (
        Code.FOR_ALL_VALUES_WITHOUT_NULL,
        "identity",
        [on(CREATE, ForAllValues_StringEquals={"aws:PrincipalOrgPaths": "o-1/*"})],
    ),
    (Code.DENY_MFA_WITHOUT_IF_EXISTS, "identity", [on(DENY, Bool={"aws:MultiFactorAuthPresent": "false"})]),
    (Code.DENY_MFA_WITHOUT_IF_EXISTS, "identity", [on(DENY, NumericGreaterThan={"aws:MultiFactorAuthAge": "3600"})]),
    (Code.ALLOW_NEGATED, "identity", [on(CREATE, StringNotEquals={"aws:ResourceTag/stage": "prod"})]),
    (Code.ALLOW_NEGATED, "identity", [on(CREATE, NotIpAddress={"aws:SourceIp": "10.0.0.0/8"})]),
    (
        Code.ORGANIZATION_DENIES_SERVICES,
        "bucket",
        [on({**DENY, "Principal": "*"}, StringNotEquals={"aws:PrincipalOrgID": "o-1"})],
    ),
    (
        Code.ORGANIZATION_DENIES_SERVICES,
        "bucket",
        [on({**DENY, "Principal": {"AWS": "*"}}, StringNotEqualsIfExists={"aws:PrincipalOrgID": "o-1"})],
    ),
    (Code.SET_KEY_WITHOUT_QUANTIFIER, "identity", [on(CREATE, StringEquals={"lambda:SubnetIds": "subnet-1"})]),
    (Code.SET_KEY_WITHOUT_QUANTIFIER, "identity", [on(CREATE, StringNotLikeIfExists={"lambda:layer": "x"})]),
    (
        Code.PRINCIPAL_ARN_OF_SESSION,
        "identity",
        [on(CREATE, ArnLike={"aws:PrincipalArn": "arn:aws:sts::111111111111:assumed-role/r/s"})],
    ),
]

QUIET: list[tuple[Code, str, list[dict[str, Any]]]] = [
    (Code.UNKNOWN_ACTION, "identity", [{**CREATE, "Action": ["lambda:invokefunction", "lambda:Get*", "*"]}]),
    (Code.RESOURCE_FOR_WILDCARD_ONLY, "identity", [{**CREATE, "Action": "lambda:ListFunctions"}]),
    (Code.RESOURCE_FOR_WILDCARD_ONLY, "identity", [{**INVOKE, "Action": "lambda:List*", "Resource": F}]),
    (Code.QUALIFIER_NOT_COVERED, "identity", [{**INVOKE, "Resource": [F, f"{F}:*"]}]),
    (Code.QUALIFIER_NOT_COVERED, "identity", [{**INVOKE, "Resource": F}, {**INVOKE, "Resource": f"{F}:*"}]),
    (Code.QUALIFIER_NOT_COVERED, "identity", [{**INVOKE, "Resource": [F, f"{F}*"]}]),
    (Code.QUALIFIER_NOT_COVERED, "identity", [{**INVOKE, "Resource": f"{F}:live"}]),
    (Code.QUALIFIER_NOT_COVERED, "identity", [{**INVOKE, "Action": "lambda:GetFunction", "Resource": F}]),
    (Code.QUALIFIER_NOT_COVERED, "function", [{**S3, "Condition": SOURCE_ACCOUNT}]),
    (Code.DENY_LEAVES_QUALIFIERS, "identity", [{**INVOKE, "Effect": "Deny", "Resource": [F, f"{F}:*"]}]),
    (Code.DENY_LEAVES_QUALIFIERS, "identity", [{**INVOKE, "Effect": "Deny", "Resource": "*"}]),
    (Code.UNKNOWN_ACTION, "topic", [{**S3, "Action": ["SNS:Publish", "SNS:Receive"]}]),  # in every new topic's policy
    (Code.SERVICE_WITHOUT_SOURCE, "function", [{**S3, "Condition": SOURCE_ACCOUNT}]),
    (Code.SERVICE_WITHOUT_SOURCE, "function", [{**S3, "Principal": {"AWS": "222222222222"}}]),
    (Code.FUNCTION_URL_HALF, "function", [URL, VIA_URL]),
    (Code.FUNCTION_URL_HALF, "function", [{**URL, "Principal": {"AWS": "222222222222"}}, VIA_URL]),
    (Code.FUNCTION_URL_HALF, "function", [{**S3, "Condition": SOURCE_ACCOUNT}]),
    (
        Code.FUNCTION_URL_HALF,
        "function",
        [
            {**URL, "Principal": {"AWS": "222222222222"}},
            {**VIA_URL, "Principal": {"AWS": "arn:aws:iam::222222222222:root"}},
        ],
    ),
    (Code.BUCKET_SOURCE_WITHOUT_ACCOUNT, "function", [{**S3, "Condition": {**SOURCE_ARN, **SOURCE_ACCOUNT}}]),
    (Code.FUNCTION_NAME_PREFIX, "identity", [{**INVOKE, "Resource": [f"{F}-*", f"{F}:*", f"{F[:-1]}*"]}]),
    (
        Code.INVOKE_BY_ANOTHER_NAME,
        "identity",
        [{**INVOKE, "Action": ["lambda:InvokeAsync", "lambda:InvokeF*"], "Resource": "*"}],
    ),
    (Code.RESOURCE_CONTROL_OF_LAMBDA, "rcp", [{**RCP, "Resource": ["*", f"{BUCKET}/*"]}]),
    (Code.RESOURCE_CONTROL_OF_LAMBDA, "scp", [{"Effect": "Deny", "Action": "lambda:InvokeFunction", "Resource": F}]),
    (Code.PASS_ROLE_TO_ANY_SERVICE, "identity", [{**PASS, "Resource": "arn:aws:iam::111111111111:role/thumbs"}]),
    (Code.PASS_ROLE_TO_ANY_SERVICE, "identity", [{**PASS, "Action": "*"}]),
    (
        Code.PASS_ROLE_TO_ANY_SERVICE,
        "identity",
        [on(PASS, StringEquals={"iam:PassedToService": "lambda.amazonaws.com"})],
    ),
    (
        Code.FOR_ALL_VALUES_WITHOUT_NULL,
        "identity",
        [on(CREATE, ForAllValues_StringEquals={"aws:CalledVia": "x"}, Null={"aws:CalledVia": "false"})],
    ),
    (Code.FOR_ALL_VALUES_WITHOUT_NULL, "identity", [on(CREATE, ForAllValues_StringEquals={"aws:TagKeys": "team"})]),
    (Code.FOR_ALL_VALUES_WITHOUT_NULL, "identity", [on(DENY, ForAllValues_StringEquals={"aws:CalledVia": "x"})]),
    (Code.DENY_MFA_WITHOUT_IF_EXISTS, "identity", [on(DENY, BoolIfExists={"aws:MultiFactorAuthPresent": "false"})]),
    (
        Code.DENY_MFA_WITHOUT_IF_EXISTS,
        "identity",
        [
            on(DENY, Bool={"aws:MultiFactorAuthPresent": "false"}),
            on(DENY, Null={"aws:MultiFactorAuthPresent": "true"}),
        ],
    ),
    (Code.ALLOW_NEGATED, "identity", [on(CREATE, StringNotEqualsIfExists={"aws:ResourceTag/stage": "prod"})]),
    (Code.ALLOW_NEGATED, "identity", [on(CREATE, StringNotEquals={"aws:RequestedRegion": "us-east-1"})]),
    (Code.ALLOW_NEGATED, "identity", [on(DENY, StringNotEquals={"aws:ResourceTag/stage": "prod"})]),
    (
        Code.ALLOW_NEGATED,
        "identity",
        [on(CREATE, StringNotEquals={"aws:ResourceTag/s": "prod"}, StringLike={"AWS:resourcetag/s": "*"})],
    ),
    (
        Code.ORGANIZATION_DENIES_SERVICES,
        "bucket",
        [
            on(
                {**DENY, "Principal": "*"},
                StringNotEquals={"aws:PrincipalOrgID": "o-1"},
                BoolIfExists={"aws:PrincipalIsAWSService": "false"},
            )
        ],
    ),
    (Code.SET_KEY_WITHOUT_QUANTIFIER, "identity", [on(CREATE, ForAnyValue_StringEquals={"lambda:SubnetIds": "s"})]),
    (Code.SET_KEY_WITHOUT_QUANTIFIER, "identity", [on(CREATE, Null={"lambda:SubnetIds": "false"})]),
    (
        Code.PRINCIPAL_ARN_OF_SESSION,
        "identity",
        [on(CREATE, ArnLike={"aws:PrincipalArn": "arn:aws:iam::111111111111:role/r"})],
    ),
]


def policy(kind: str, statements: list[dict[str, Any]]) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": statements}, kind=kind)


def rule(code: Code) -> Rule:
    return next(r for r in RULES if r.code is code)


@pytest.mark.parametrize(("code", "kind", "statements"), TRAPS, ids=[f"{c}-{i}" for i, (c, *_) in enumerate(TRAPS)])
def test_a_trap_is_found(code: Code, kind: str, statements: list[dict[str, Any]]) -> None:
    found = list(rule(code).check_policy(policy(kind, statements)))

    assert [diagnostic.code for diagnostic in found] == [code] * len(found)
    assert found


@pytest.mark.parametrize(("code", "kind", "statements"), QUIET, ids=[f"{c}-{i}" for i, (c, *_) in enumerate(QUIET)])
def test_a_rule_is_quiet_beside_its_trap(code: Code, kind: str, statements: list[dict[str, Any]]) -> None:
    assert list(rule(code).check_policy(policy(kind, statements))) == []


def test_every_place_is_in_the_document() -> None:
    for code, kind, statements in TRAPS:
        for diagnostic in rule(code).check_policy(policy(kind, statements)):
            assert diagnostic.at[0] == "Statement"
            assert isinstance(diagnostic.at[1], int)
            assert diagnostic.at[2] in statements[diagnostic.at[1]]


def test_a_finding_that_rests_on_old_data_is_only_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    mistyped = policy("identity", [{**CREATE, "Action": "lambda:InvokeFuncton"}])
    monkeypatch.setattr(Catalog, "stale", lambda *_: True)

    (found,) = rule(Code.UNKNOWN_ACTION).check_policy(mistyped)

    assert found.severity is Severity.NOTE
    assert "which is old" in (found.help or "")


def test_an_execution_role_must_trust_lambda() -> None:
    function = FunctionArn.parse(F)
    role_arn = "arn:aws:iam::111111111111:role/thumbs"

    def codes(principal: dict[str, str]) -> list[Code]:
        trust = policy("trust", [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}])
        organization = Organization(roles=(IamRole(role_arn, trust=trust),), functions=(Function(function, role_arn),))
        return [d.code for _, d in rule(Code.TRUST_WITHOUT_LAMBDA).check_organization(organization)]

    assert codes({"Service": "ec2.amazonaws.com"}) == [Code.TRUST_WITHOUT_LAMBDA]
    assert codes({"AWS": "111111111111"}) == [Code.TRUST_WITHOUT_LAMBDA]
    assert codes({"Service": "lambda.amazonaws.com"}) == []


@given(policies(odd=True))
@settings(deadline=None)
def test_no_policy_makes_a_rule_stumble(drawn: Policy) -> None:
    for each in RULES:
        for diagnostic in each.check_policy(drawn):
            assert diagnostic.code is each.code
            assert diagnostic.help
            assert not diagnostic.message.endswith(".")


@given(organizations(odd=True))
@settings(deadline=None, max_examples=20)
def test_no_organization_makes_a_rule_stumble(drawn: Organization) -> None:
    for each in RULES:
        for _, diagnostic in each.check_organization(drawn):
            assert diagnostic.code is each.code


class TestPages:
    """The docstring of a rule's module is its page."""

    @pytest.mark.parametrize("each", RULES, ids=lambda r: r.code)
    def test_a_page_says_what_why_and_what_instead(self, each: Rule) -> None:
        assert each.summary.startswith("Find ")
        for heading in ("## What it finds", "## Why it matters", "## Instead", "## Source"):
            assert heading in each.page

    def test_codes_are_in_order_and_names_are_unique(self) -> None:
        codes = [each.code.value for each in RULES]

        assert codes == sorted(set(codes))
        assert len({each.name for each in RULES}) == len(RULES)

    def test_no_rule_fails_a_build_by_default(self) -> None:
        assert all(each.severity is not Severity.ERROR for each in RULES)

    def test_every_rule_has_a_trap_and_a_quiet_neighbour(self) -> None:
        rules = {each.code for each in RULES if each.in_policy}

        assert {code for code, *_ in TRAPS} == rules
        assert {code for code, *_ in QUIET} == rules
