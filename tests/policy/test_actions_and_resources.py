"""Actions and resources (semantics G7, G8, G20, G21, M3, M7, M8)."""

from __future__ import annotations

import pytest

from lampolicy.diagnostic import Code
from lampolicy.policy import AllExcept, Only, Policy
from tests.policy.faulty import FUNCTION, aws_text, document, found, refused, statement, warned


def test_action_and_not_action_exclude_each_other_even_if_one_is_empty_g7() -> None:
    assert Code.ACTION_AND_NOT_ACTION in refused(document(statement(NotAction=[])))
    assert Code.ACTION_AND_NOT_ACTION in refused(document(statement(NotAction="s3:*")))


@pytest.mark.parametrize("change", [{"Action": []}, {"Action": None}, {"Action": None, "NotAction": []}])
def test_a_statement_has_actions_g7(change: dict[str, object]) -> None:
    source = document(statement(**change))
    assert refused(source) == {Code.NO_ACTION}
    assert aws_text(source) == "Policy statement must contain actions."


@pytest.mark.parametrize("written", [1, None, {}, [1], [None], [["a:b"]]])
def test_actions_are_texts_g7(written: object) -> None:
    assert refused(document({**statement(), "Action": written})) == {Code.WRONG_TYPE}


@pytest.mark.parametrize(
    ("action", "code", "text"),
    [
        ("x", Code.ACTION_WITHOUT_VENDOR, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
        ("a:b:c", Code.ACTION_WITH_TWO_COLONS, "Actions/Condition can contain only one colon."),
        ("s*:Get*", Code.ACTION_VENDOR, "Vendor s* is not valid"),
        ("s 3:Get", Code.ACTION_VENDOR, "Vendor s 3 is not valid"),
    ],
)
def test_an_action_is_vendor_and_name_g21(action: str, code: Code, text: str) -> None:
    assert refused(document(statement(Action=action))) == {code}
    assert aws_text(document(statement(Action=action))) == text


@pytest.mark.parametrize(
    "action", ["*", "*:*", "s3:*", "S3:getobject", "aws-portal:View", "unheard-of:DoIt", "s3:Get?b*"]
)
def test_wildcards_and_unknown_actions_are_no_fault_g21(action: str) -> None:
    assert found(document(statement(Action=action))) == set()


@pytest.mark.parametrize("action", ["lambda: InvokeFunction", "lambda:InvokeFunction ", "s3:Get,s3", "s3:"])
def test_an_action_that_matches_nothing_is_stored_with_a_warning_g21_m3(action: str) -> None:
    assert warned(document(statement(Action=action))) == {Code.ACTION_MATCHES_NOTHING}


def test_not_action_reads_as_all_except() -> None:
    policy = Policy.parse(document(statement(Action=None, NotAction=["iam:*", "s3:*"])), kind="identity")
    assert policy.statements[0].actions == AllExcept(("iam:*", "s3:*"))


@pytest.mark.parametrize("kind", ["identity", "boundary", "session"])
def test_an_identity_statement_has_resources_g8(kind: str) -> None:
    for source in (document(statement(Resource=None)), document(statement(Resource=[]))):
        assert refused(source, kind) == {Code.NO_RESOURCE}
        assert aws_text(source, kind) == "Policy statement must contain resources."


def test_a_resource_policy_may_leave_its_resource_out_g8() -> None:
    policy = Policy.parse(document(statement("resource")), kind="resource")
    assert getattr(policy.statements[0], "resources", "?") is None


def test_resource_and_not_resource_exclude_each_other_g8() -> None:
    assert refused(document(statement(NotResource="*"))) == {Code.RESOURCE_AND_NOT_RESOURCE}


def test_null_in_a_list_of_resources_matches_nothing_g8() -> None:
    source = document(statement(Resource=[None, "*"]))
    assert warned(source) == {Code.NULL_ITEM}
    assert getattr(Policy.parse(source, kind="identity").statements[0], "resources", None) == Only(("*",))
    assert warned(document(statement(Resource=[None]))) == {Code.NULL_ITEM}


def test_a_trust_policy_has_no_resource_g24() -> None:
    for element in ("Resource", "NotResource"):
        source = document(statement("trust", **{element: "*"}))
        assert refused(source, "trust") == {Code.RESOURCE_FORBIDDEN}
        assert aws_text(source, "trust") == f"Has prohibited field {element}."


@pytest.mark.parametrize(
    ("resource", "code", "text"),
    [
        ("foo", Code.RESOURCE_NOT_ARN, 'Resource foo must be in ARN format or "*".'),
        ("", Code.RESOURCE_NOT_ARN, 'Resource  must be in ARN format or "*".'),
        ("arn:foo:s3:::b", Code.RESOURCE_PARTITION, 'Partition "foo" is not valid for resource "arn:foo:s3:::b".'),
        ("arn:foo:s3", Code.RESOURCE_PARTITION, 'Partition "foo" is not valid for resource "arn:foo:s3:*:*:*".'),
        ("arn:aws", Code.RESOURCE_SERVICE, "Resource vendor must be fully qualified and cannot contain regexes."),
        (
            "arn:aws:*:x:y:z",
            Code.RESOURCE_SERVICE,
            "Resource vendor must be fully qualified and cannot contain regexes.",
        ),
        (
            "arn:aws:lam?da:x:y:z",
            Code.RESOURCE_SERVICE,
            "Resource vendor must be fully qualified and cannot contain regexes.",
        ),
        ("arn:aws::x:y:z", Code.RESOURCE_PARTS, "The policy failed legacy parsing"),
        ("arn:aws:s3::b", Code.RESOURCE_PARTS, "The policy failed legacy parsing"),
        (
            "arn:aws:s3:eu-west-1::b",
            Code.RESOURCE_REGION,
            "Resource arn:aws:s3:eu-west-1::b can not contain region information.",
        ),
        (
            "arn:aws:iam:eu-west-1::user/u",
            Code.RESOURCE_REGION,
            "IAM resource arn:aws:iam:eu-west-1::user/u cannot contain region information.",
        ),
    ],
)
def test_iam_checks_the_form_of_an_arn_g20(resource: str, code: Code, text: str) -> None:
    assert refused(document(statement(Resource=resource))) == {code}
    assert aws_text(document(statement(Resource=resource))) == text


@pytest.mark.parametrize("path", ["usr/u", "user", "*/u", ""])
def test_the_path_of_an_iam_arn_begins_as_iam_knows_it_g20(path: str) -> None:
    assert refused(document(statement(Resource=f"arn:aws:iam::111122223333:{path}"))) == {Code.RESOURCE_IAM_PATH}


@pytest.mark.parametrize("path", ["root", "role-template/service.amazonaws.com/T:1"])
def test_paths_that_policies_of_aws_itself_name_are_known(path: str) -> None:
    Policy.parse(document(statement(Resource=f"arn:aws:iam::111122223333:{path}")), kind="identity")


@pytest.mark.parametrize(
    "resource",
    [
        "*",
        FUNCTION,
        "arn:aws:iam::*:*",
        "arn:aws:iam::111122223333:role/*",
        "arn:*:ec2:*:*:instance/*",
        "arn:*:*:*:*:*",
        "arn:aws:lambda:*:*:function:*",
        "arn:aws:unheard-of:::x",
        "arn:aws:s3:::b",
        "arn:aws:s3:us-east-1:111122223333:accesspoint/a",
        "arn:aws:s3:*:*:job/*",
        "arn:aws-us-gov:s3:::b",
        "arn:aws:iam::*:user/${aws:username}",
    ],
)
def test_arns_in_use_are_no_fault_g20(resource: str) -> None:
    assert found(document(statement(Resource=resource))) == set()


@pytest.mark.parametrize(
    "resource", ["arn:aws:lambda", "arn:aws:fdsasf", "arn:aws:lambda:*", "arn:aws:dynamodb:*:table/a"]
)
def test_a_short_arn_is_stored_with_a_warning_g20_m8(resource: str) -> None:
    assert warned(document(statement(Resource=resource))) == {Code.SHORT_ARN}


def test_a_star_that_may_run_over_colons_is_a_warning_m7() -> None:
    assert warned(document(statement(Resource="arn:aws:lambda:*:function:f"))) == {Code.WILDCARD_ACROSS_PARTS}


@pytest.mark.parametrize("kind", ["topic", "queue", "key", "endpoint"])
def test_elsewhere_a_text_that_is_no_arn_is_a_warning_m8(kind: str) -> None:
    assert warned(document(statement(kind, Resource="foo")), kind) == {Code.RESOURCE_NOT_ARN}


@pytest.mark.parametrize("kind", ["bucket", "rcp", "scp"])
def test_some_services_need_a_resource_g8(kind: str) -> None:
    assert refused(document(statement(kind, Resource=None)), kind) == {Code.NO_RESOURCE}
