"""What single kinds demand: functions, layers, organizations, trust (semantics 1.2, G12, G24 to G29, L12, L15)."""

from __future__ import annotations

import pytest

from lampolicy.diagnostic import Code
from lampolicy.policy import Policy
from tests.policy.faulty import FUNCTION, aws_text, document, found, refused, statement, warned

PROVIDER = "arn:aws:iam::111122223333:oidc-provider/"
WEB = "sts:AssumeRoleWithWebIdentity"
GITHUB = "token.actions.githubusercontent.com"


# --- functions and layers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Deny"},
        {"Action": ["lambda:InvokeFunction", "lambda:GetFunction"]},
        {"Action": "*"},
        {"Action": "lambda:Unheard*"},
        {"Action": None, "NotAction": "lambda:DeleteFunction"},
        {"Effect": "Deny", "Principal": None, "NotPrincipal": {"AWS": "111122223333"}},
        {"Principal": {"AWS": "*", "Service": "s3.amazonaws.com"}},
        {"Resource": f"{FUNCTION}:$LATEST"},
        {"Resource": f"{FUNCTION}:1"},
        {"Condition": {"StringEquals": {"aws:unheard": "x", "AWS:SourceAccount": "111122223333", "lambda:x": "y"}}},
    ],
)
def test_a_functions_policy_takes_the_whole_language_l12(change: dict[str, object]) -> None:
    assert found(document(statement("function", **change)), "function") == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Action": "s3:GetObject"}, Code.ACTION_NOT_ALLOWED),
        ({"Action": None, "NotAction": "s3:GetObject"}, Code.ACTION_NOT_ALLOWED),
        ({"Resource": "*"}, Code.RESOURCE_NOT_OWN),
        ({"Resource": f"{FUNCTION}*"}, Code.RESOURCE_NOT_OWN),
        ({"Resource": [FUNCTION, f"{FUNCTION}:1"]}, Code.RESOURCE_NOT_OWN),
        ({"Resource": None, "NotResource": "*"}, Code.RESOURCE_NOT_OWN),
        ({"Condition": {"StringEquals": {"custom:key": "x"}}}, Code.CONDITION_KEY_PREFIX),
        ({"Principal": None, "NotPrincipal": {"AWS": "111122223333"}}, Code.NOT_PRINCIPAL_FORBIDDEN),
    ],
)
def test_lambda_refuses_what_is_not_its_own_l12(change: dict[str, object], code: Code) -> None:
    source = document(statement("function", **change))
    assert refused(source, "function") == {code}
    assert aws_text(source, "function") == "Policy has syntax errors."


@pytest.mark.parametrize(
    ("federated", "text"),
    [
        ([], "The provided principal was invalid. Please check the principal and try again."),
        ({}, "The provided principal was invalid. Please check the principal and try again."),
        (None, "Policy has syntax errors."),
        (1, "Syntax error at position (-1,-1)"),
        ({"a": "b"}, "Syntax error at position (-1,-1)"),
        (["a", 1], "Syntax error at position (-1,-1)"),
    ],
)
def test_lambda_tells_shapes_of_principals_apart_l12(federated: object, text: str) -> None:
    source = document(statement("function", Principal={"Federated": federated}))
    assert aws_text(source, "function") == text


@pytest.mark.parametrize("federated", ["*", "", "not a principal", ["a", "b"]])
def test_lambda_does_not_look_at_federated_principals_l12(federated: object) -> None:
    assert warned(document(statement("function", Principal={"Federated": federated})), "function") == {
        Code.PRINCIPAL_TYPE
    }


def test_a_layer_is_shared_with_accounts_or_everyone_l15() -> None:
    layer = "arn:aws:lambda:us-east-1:111122223333:layer:l:1"
    for principal in ("*", {"AWS": "111122223333"}, {"AWS": "arn:aws:iam::111122223333:root"}):
        assert found(document(statement("layer", Principal=principal, Resource=layer)), "layer") == set()
    for change, code in (
        ({"Action": "lambda:*"}, Code.ACTION_NOT_ALLOWED),
        ({"Effect": "Deny"}, Code.EFFECT_FORBIDDEN),
        ({"Action": None, "NotAction": "lambda:GetLayerVersion"}, Code.NOT_ACTION_FORBIDDEN),
        ({"Principal": {"AWS": "arn:aws:iam::111122223333:user/u"}}, Code.PRINCIPAL_NOT_ALLOWED),
        ({"Principal": {"Service": "s3.amazonaws.com"}}, Code.PRINCIPAL_TYPE),
        ({"Resource": "*"}, Code.RESOURCE_NOT_OWN),
    ):
        assert code in refused(document(statement("layer", **change)), "layer")


# --- organizations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}},
        {"Action": None, "NotAction": "iam:*"},
        {"Action": "s3:Get*Object"},
        {"Resource": None, "NotResource": "arn:aws:s3:::b"},
    ],
)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_an_scp_takes_the_whole_language_since_2025_g25(effect: str, change: dict[str, object]) -> None:
    assert found(document(statement("scp", Effect=effect, **change)), "scp") == set()


@pytest.mark.parametrize(
    "change",
    [
        {"Principal": {"AWS": "*"}},
        {"Resource": None, "NotResource": "arn:aws:s3:::b"},
        {"Action": "s3:Unheard"},
        {"Action": "SQS:SendMessage"},
        {"Action": ["sts:*", "kms:*"]},
    ],
)
def test_what_a_resource_control_policy_may_hold_g27(change: dict[str, object]) -> None:
    assert found(document(statement("rcp", **change)), "rcp") == set()


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_a_resource_control_policy_may_be_of_2008_g27(version: str | None) -> None:
    assert warned(document(statement("rcp"), Version=version), "rcp") == {Code.OLD_VERSION}


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Allow"},
        {"Action": "*"},
        {"Action": "lambda:*"},
        {"Action": "iam:CreateUser"},
        {"Action": None, "NotAction": "s3:*"},
        {"Principal": None, "NotPrincipal": "*"},
        {"Principal": {"AWS": ["*"]}},
        {"Principal": {"AWS": "111122223333"}},
        {"Principal": {"Service": "s3.amazonaws.com"}},
        {"Resource": None},
    ],
)
def test_what_a_resource_control_policy_may_not_hold_g27(change: dict[str, object]) -> None:
    source = document(statement("rcp", **change))
    assert refused(source, "rcp")
    text = "The provided policy document does not meet the requirements of the specified policy type."
    assert aws_text(source, "rcp") == text


def test_awss_own_full_access_can_be_read_g27() -> None:
    full = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    assert len(Policy.parse(document(full), kind="rcp").statements) == 1
    assert found(document({**full, "Action": ["*"], "Resource": ["*"], "Sid": "All"}), "rcp") == set()
    assert refused(document(full, full), "rcp")
    assert refused(document({**full, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}), "rcp")


ORGANIZATION = "arn:aws:organizations::111122223333:policy/o-1/service_control_policy/p-1"


def delegation(**changes: object) -> dict[str, object]:
    return document(
        statement(
            "resource",
            **{
                "Principal": {"AWS": "444455556666"},
                "Action": "organizations:DescribePolicy",
                "Resource": ORGANIZATION,
                **changes,
            },
        )
    )


@pytest.mark.parametrize(
    "change", [{}, {"Principal": "*"}, {"Action": ["organizations:ListAccounts"]}, {"Resource": "*"}]
)
def test_a_delegation_policy_hands_out_reading_and_policies(change: dict[str, object]) -> None:
    assert found(delegation(**change), "resource") == set()


@pytest.mark.parametrize("action", ["organizations:CreateAccount", "s3:GetObject"])
def test_other_actions_cannot_be_delegated(action: str) -> None:
    assert refused(delegation(Action=action), "resource") == {Code.ACTION_NOT_ALLOWED}
    assert (
        aws_text(delegation(Action=action), "resource")
        == f"{action} is not a supported action for this resource-based policy."
    )


@pytest.mark.inferred
def test_a_wildcard_that_covers_undelegable_actions_cannot_be_delegated() -> None:
    assert found(delegation(Action="organizations:List*"), "resource") == set()
    assert refused(delegation(Action="organizations:*"), "resource") == {Code.ACTION_NOT_ALLOWED}


def test_a_delegation_policy_has_no_negated_elements() -> None:
    source = delegation(Action=None, NotAction="organizations:DescribePolicy")
    assert aws_text(source, "resource") == "This resource-based policy contains invalid JSON."


# --- trust ------------------------------------------------------------------------------------------------------------


def trust(**changes: object) -> dict[str, object]:
    return document(statement("trust", **changes))


@pytest.mark.parametrize(
    "action",
    [
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        WEB,
        "sts:TagSession",
        "sts:SetSourceIdentity",
        "sts:SetContext",
        "sts:Assume*",
        ["sts:AssumeRole", "sts:TagSession"],
    ],
)
def test_the_actions_of_a_trust_policy_g24(action: object) -> None:
    assert found(trust(Action=action), "trust") == set()


@pytest.mark.parametrize(
    "action",
    ["*", "sts:*", "sts:assumerole", "STS:AssumeRole", "sts:GetCallerIdentity", "s3:GetObject", "sts:Get*", "sts:x"],
)
def test_other_actions_have_no_place_in_a_trust_policy_g24(action: str) -> None:
    assert refused(trust(Action=action), "trust") == {Code.ACTION_NOT_ALLOWED}
    assert aws_text(trust(Action=action), "trust") == "AssumeRole policy may only specify STS AssumeRole actions."


def test_a_trust_policy_refuses_the_bare_star_but_not_aws_star_g12() -> None:
    assert refused(trust(Principal="*"), "trust") == {Code.PRINCIPAL_NOT_ALLOWED}
    assert aws_text(trust(Principal="*"), "trust") == 'AssumeRolepolicy contained an invalid principal: "STAR":"*".'
    assert found(trust(Principal={"AWS": "*"}), "trust") == set()


@pytest.mark.parametrize("federated", ["*", "", "arn:aws:iam::111122223333:user/u", "nodots"])
def test_an_identity_provider_is_a_domain_or_an_arn_g12(federated: str) -> None:
    source = trust(Principal={"Federated": federated}, Action="sts:AssumeRoleWithSAML")
    assert refused(source, "trust") == {Code.BAD_PRINCIPAL}
    assert aws_text(source, "trust") == "Federated principals must be valid domain names or SAML metadata ARNs"


def federated(provider: str, condition: object = None, **changes: object) -> dict[str, object]:
    return trust(Principal={"Federated": provider}, **{"Action": WEB, "Condition": condition, **changes})


SHARED = [
    ("cognito-identity.amazonaws.com", "cognito-identity.amazonaws.com:aud"),
    (f"{PROVIDER}gitlab.com", "gitlab.com:sub"),
    (f"{PROVIDER}app.terraform.io", "app.terraform.io:sub"),
    (f"{PROVIDER}oidc.vercel.com", "oidc.vercel.com:aud"),
    (f"{PROVIDER}api.pulumi.com/oidc", "api.pulumi.com/oidc:aud"),
    (f"{PROVIDER}{GITHUB}", f"{GITHUB}:sub"),
    (f"{PROVIDER}{GITHUB}", f"{GITHUB}:job_workflow_ref"),
]


@pytest.mark.parametrize(("provider", "key"), SHARED)
@pytest.mark.parametrize(
    "operator",
    ["StringEquals", "StringLike", "StringEqualsIgnoreCase", "ForAnyValue:StringLike", "ForAllValues:StringEquals"],
)
def test_a_shared_provider_is_trusted_for_one_tenant_g29(operator: str, provider: str, key: str) -> None:
    for written in (key, key.upper()):
        assert found(federated(provider, {operator: {written: "owned"}}), "trust") == set()
        assert found(federated(provider, {operator: {written: ["a", "b*"]}}), "trust") == set()


@pytest.mark.parametrize(("provider", "key"), SHARED)
def test_a_condition_that_does_not_name_the_tenant_does_not_count_g29(provider: str, key: str) -> None:
    for condition in (
        None,
        {"StringNotEquals": {key: "owned"}},
        {"StringEqualsIfExists": {key: "owned"}},
        {"Null": {key: "false"}},
        {"StringEquals": {"aws:SourceIp": "owned"}},
        {"StringLike": {key: "*"}},
        {"StringEquals": {key: ["*", "owned"]}},
    ):
        source = federated(provider, condition)
        assert refused(source, "trust") == {Code.OIDC_NOT_SCOPED}


@pytest.mark.parametrize("value", ["", "**", "*?", "?", []])
def test_most_shared_providers_refuse_the_plain_star_only_g29(value: object) -> None:
    assert refused(federated(f"{PROVIDER}gitlab.com", {"StringLike": {"gitlab.com:sub": value}}), "trust") == set()


@pytest.mark.parametrize("value", ["", " ", "**", "*?", "*?owned", ["owned", ""]])
def test_github_refuses_leading_stars_and_blanks_g29(value: object) -> None:
    source = federated(f"{PROVIDER}{GITHUB}", {"StringLike": {f"{GITHUB}:sub": value}})
    assert refused(source, "trust") == {Code.OIDC_NOT_SCOPED}


@pytest.mark.parametrize("value", ["?", "??*", "?owned", "repo:a/b:*", []])
def test_github_takes_other_patterns_g29(value: object) -> None:
    assert refused(federated(f"{PROVIDER}{GITHUB}", {"StringLike": {f"{GITHUB}:sub": value}}), "trust") == set()


@pytest.mark.inferred
def test_an_enterprises_issuer_at_github_is_held_to_its_own_claims_g29() -> None:
    issuer = f"{GITHUB}/enterprise"
    assert found(federated(f"{PROVIDER}{issuer}", {"StringLike": {f"{issuer}:sub": "repo:a/*"}}), "trust") == set()
    assert refused(federated(f"{PROVIDER}{issuer}", {"StringLike": {f"{GITHUB}:sub": "repo:a/*"}}), "trust")


def test_aws_names_the_provider_and_the_claim_g29() -> None:
    assert aws_text(federated(f"{PROVIDER}gitlab.com"), "trust") == (
        "Trust policy with trusted principal gitlab.com must evaluate, using StringEquals, StringLike or "
        "StringEqualsIgnoreCase, gitlab.com:sub which is not scoped to all."
    )
    assert aws_text(federated(f"{PROVIDER}{GITHUB}"), "trust") == (
        f"Trust policy with trusted principal {PROVIDER}{GITHUB} must evaluate, using StringEquals, StringLike or "
        f"StringEqualsIgnoreCase, {GITHUB}:sub or {GITHUB}:job_workflow_ref which is not scoped to all."
    )


BUILT_IN = [("accounts.google.com", "aud"), ("www.amazon.com", "app_id"), ("graph.facebook.com", "app_id")]


@pytest.mark.parametrize(("provider", "claim"), BUILT_IN)
def test_the_oldest_providers_need_an_application_id_g29(provider: str, claim: str) -> None:
    for operator in ("StringEquals", "StringEqualsIgnoreCase", "ForAnyValue:StringEquals"):
        for value in ("owned", "", [], ["*", "owned"]):
            assert refused(federated(provider, {operator: {f"{provider}:{claim}": value}}), "trust") == set()
    for condition in (
        None,
        {"StringLike": {f"{provider}:{claim}": "owned"}},
        {"StringNotEquals": {f"{provider}:{claim}": "owned"}},
        {"StringEqualsIfExists": {f"{provider}:{claim}": "owned"}},
        {"StringEquals": {f"{provider}:email": "owned"}},
    ):
        assert refused(federated(provider, condition), "trust") == {Code.OIDC_APPLICATION_ID}
    text = f"Policy trusting {provider} requires a StringEquals condition on an application id"
    assert aws_text(federated(provider), "trust") == text


def test_the_demand_holds_for_allowing_web_identities_only_g29() -> None:
    provider = f"{PROVIDER}gitlab.com"
    assert refused(federated(provider, Effect="Deny"), "trust") == set()
    assert refused(federated(provider, Action="sts:TagSession"), "trust") == set()
    assert refused(federated(f"{PROVIDER}own.example.com"), "trust") == set()
    assert refused(federated(provider, Action="sts:Assume*"), "trust") == {Code.OIDC_NOT_SCOPED}


def test_every_statement_is_held_to_the_demand_g29() -> None:
    scoped = federated(f"{PROVIDER}gitlab.com", {"StringEquals": {"gitlab.com:sub": "owned"}})["Statement"]
    open_to_all = federated(f"{PROVIDER}gitlab.com")["Statement"]
    assert isinstance(scoped, list)
    assert isinstance(open_to_all, list)
    assert refused(document(*scoped, *open_to_all), "trust") == {Code.OIDC_NOT_SCOPED}
    assert refused(document(*scoped, {**open_to_all[0], "Effect": "Deny"}), "trust") == set()


def test_one_condition_that_scopes_is_enough_g29() -> None:
    condition = {"StringEquals": {"gitlab.com:sub": "owned"}, "StringLike": {"gitlab.com:sub": "*"}}
    assert refused(federated(f"{PROVIDER}gitlab.com", condition), "trust") == set()
