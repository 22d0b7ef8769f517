"""The policies of a function as Lambda keeps them (semantics L4, L9 to L12), and those of a layer (L15)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lampolicy import Authorizer, FunctionArn, InvalidName, Organization, Policy, PolicyError, Service
from lampolicy.diagnostic import Code
from lampolicy.function import FunctionPolicies, LayerPolicies, QualifierMismatch, StoredPolicy
from lampolicy.organization import Function

A, B = "111111111111", "222222222222"
F = f"arn:aws:lambda:us-east-1:{A}:function:f"
LAYER = f"arn:aws:lambda:us-east-1:{A}:layer:common"
RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "validation.jsonl"
S3: dict[str, object] = {
    "StatementId": "s3",
    "Action": "lambda:InvokeFunction",
    "Principal": "s3.amazonaws.com",
    "SourceArn": "arn:aws:s3:::photos",
    "SourceAccount": A,
}
STATEMENT = (
    '{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",'
    f'"Resource":"{F}","Condition":{{"StringEquals":{{"AWS:SourceAccount":"{A}"}},'
    '"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::photos"}}}'
)
SHELL = '{"Version":"2012-10-17","Id":"default","Statement":['
STALE = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetPolicy API to retrieve the latest Revision Id"
)
NO_POLICY_STALE = STALE.replace("GetPolicy", "GetFunction/GetAlias")
NO_POLICY = "No policy is associated with the given resource."


def aws(refused: pytest.ExceptionInfo[PolicyError]) -> tuple[str, str | None]:
    assert refused.value.aws is not None
    return refused.value.aws.code, refused.value.aws.text


@pytest.fixture
def empty() -> FunctionPolicies:
    return FunctionPolicies.of(F)


@pytest.fixture
def one(empty: FunctionPolicies) -> FunctionPolicies:
    return empty.add_permission(**S3)


def statement(**changes: object) -> dict[str, object]:
    return {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", "Resource": F, **changes}


def document(*statements: object, **more: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": list(statements), **more}


def test_get_policy_answers_with_text_and_revision_l10(one: FunctionPolicies) -> None:
    answer = one.get_policy()
    assert list(answer) == ["Policy", "RevisionId"]
    assert answer["Policy"] == f"{SHELL}{STATEMENT}]}}"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer["RevisionId"])
    assert one.statement("s3") == STATEMENT
    assert one.statement("other") is None


def test_statements_stand_in_the_order_they_were_added_l10(one: FunctionPolicies) -> None:
    two = one.add_permission(**{**S3, "StatementId": "again"})
    assert (
        two.get_policy()["Policy"]
        == f"{SHELL}{STATEMENT},{STATEMENT.replace(chr(34) + 's3' + chr(34), chr(34) + 'again' + chr(34))}]}}"
    )


def test_a_change_gives_a_new_value(empty: FunctionPolicies, one: FunctionPolicies) -> None:
    assert empty.policies == ()
    assert one.remove_permission(StatementId="s3") == empty
    assert hash(one) == hash(empty.add_permission(**S3))


def test_an_account_of_another_partition_is_a_root_of_that_partition_l10() -> None:
    china = FunctionPolicies.of(f"arn:aws-cn:lambda:cn-north-1:{A}:function:f")
    added = china.add_permission(StatementId="b", Action="lambda:InvokeFunction", Principal=B)
    assert f'"Principal":{{"AWS":"arn:aws-cn:iam::{B}:root"}}' in (added.statement("b") or "")


def test_every_qualifier_has_a_policy_of_its_own_l4(one: FunctionPolicies) -> None:
    both = one.add_permission(**{**S3, "Qualifier": "live"})
    assert both.get_policy("live")["Policy"] == one.get_policy()["Policy"].replace(F, f"{F}:live")
    assert both.get_policy() == one.get_policy()
    left = both.remove_permission(StatementId="s3", Qualifier="live")
    assert left == one


@pytest.mark.parametrize(
    "name",
    [
        "f:live",
        "function:f:live",
        f"{A}:f:live",
        f"{A}:function:f:live",
        f"us-east-1:{A}:function:f:live",
        f"{F}:live",
    ],
)
def test_the_function_name_may_tell_the_qualifier_l2(empty: FunctionPolicies, name: str) -> None:
    assert empty.add_permission(**S3, FunctionName=name) == empty.add_permission(**S3, Qualifier="live")


def test_two_qualifiers_must_be_the_same_l2(empty: FunctionPolicies) -> None:
    with pytest.raises(QualifierMismatch, match="must be the same"):
        empty.add_permission(**S3, FunctionName="f:live", Qualifier="prod")


def test_another_function_is_not_found_l11(empty: FunctionPolicies) -> None:
    with pytest.raises(PolicyError) as refused:
        empty.add_permission(**S3, FunctionName="g")
    assert aws(refused) == ("ResourceNotFoundException", f"Function not found: {F[:-1]}g")
    with pytest.raises(PolicyError) as refused:
        empty.remove_permission(StatementId="s3", FunctionName="g")
    assert aws(refused) == ("ResourceNotFoundException", f"No policy found for: {F[:-1]}g")


def test_a_parameter_that_is_none_is_not_given_l9(empty: FunctionPolicies) -> None:
    nothing = dict.fromkeys(("SourceArn", "SourceAccount", "EventSourceToken", "PrincipalOrgID", "Qualifier"))
    bare = {name: value for name, value in S3.items() if name not in nothing}
    assert empty.add_permission(**bare, **nothing, RevisionId=None) == empty.add_permission(**bare)


def test_a_version_or_alias_must_be_there_l11() -> None:
    arn = FunctionArn.parse(F)
    policies = FunctionPolicies.of(Function(arn, versions=("1",), aliases=(("live", "1"),)))
    assert policies.add_permission(**S3, Qualifier="1").add_permission(**S3, Qualifier="live").policies
    for qualifier, text in (("2", f"Function not found: {F}:2"), ("prod", f"Cannot find alias arn: {F}:prod")):
        for ask in (
            lambda q=qualifier: policies.add_permission(**S3, Qualifier=q),
            lambda q=qualifier: policies.remove_permission(StatementId="s3", Qualifier=q),
            lambda q=qualifier: policies.get_policy(q),
            lambda q=qualifier: policies.put_policy(document(statement(Resource=f"{F}:{q}")), q),
            lambda q=qualifier: policies.delete_policy(q),
        ):
            with pytest.raises(PolicyError) as refused:
                ask()
            assert aws(refused) == ("ResourceNotFoundException", text)
            assert refused.value.diagnostics[0].code is Code.NO_SUCH_RESOURCE


def test_latest_takes_no_permission_l4(one: FunctionPolicies) -> None:
    with pytest.raises(PolicyError) as refused:
        one.add_permission(**S3, Qualifier="$LATEST")
    text = "We currently do not support adding policies for $LATEST."
    assert aws(refused) == ("InvalidParameterValueException", text)
    with pytest.raises(PolicyError) as refused:
        one.remove_permission(StatementId="s3", Qualifier="$LATEST")
    assert aws(refused) == ("ResourceNotFoundException", NO_POLICY)
    with pytest.raises(PolicyError) as refused:
        one.get_policy("$LATEST")
    assert aws(refused) == ("ResourceNotFoundException", "The resource you requested does not exist.")


def test_without_a_policy_there_is_nothing_to_get_or_remove_l11(empty: FunctionPolicies) -> None:
    with pytest.raises(PolicyError) as refused:
        empty.get_policy()
    assert aws(refused) == ("ResourceNotFoundException", "The resource you requested does not exist.")
    with pytest.raises(PolicyError) as refused:
        empty.remove_permission(StatementId="s3", RevisionId="any")
    assert aws(refused) == ("ResourceNotFoundException", NO_POLICY)


def test_the_order_of_checks_l11(one: FunctionPolicies, empty: FunctionPolicies) -> None:
    with pytest.raises(PolicyError) as refused:
        one.add_permission(**S3, RevisionId="stale")
    assert aws(refused)[0] == "ResourceConflictException"
    with pytest.raises(PolicyError) as refused:
        one.add_permission(**{**S3, "StatementId": "t"}, RevisionId="stale")
    assert aws(refused) == ("PreconditionFailedException", STALE)
    with pytest.raises(PolicyError) as refused:
        one.remove_permission(StatementId="t", RevisionId="stale")
    assert aws(refused) == ("ResourceNotFoundException", "Statement t is not found in resource policy.")
    with pytest.raises(PolicyError) as refused:
        one.remove_permission(StatementId="s3", RevisionId="stale")
    assert aws(refused) == ("PreconditionFailedException", STALE)
    with pytest.raises(PolicyError) as refused:
        empty.add_permission(**S3, RevisionId="any")
    assert aws(refused) == ("PreconditionFailedException", NO_POLICY_STALE)


def test_the_revision_changes_with_the_policy_and_is_compared_l11(one: FunctionPolicies) -> None:
    first = one.get_policy()["RevisionId"]
    two = one.add_permission(**{**S3, "StatementId": "t"}, RevisionId=first)
    second = two.get_policy()["RevisionId"]
    assert second != first
    assert two.remove_permission(StatementId="t", RevisionId=second).get_policy()["RevisionId"] not in {first, second}


def test_revisions_may_come_from_outside() -> None:
    made: list[tuple[str | None, int]] = []

    def revisions(before: str | None, text: str) -> str:
        made.append((before, len(text)))
        return f"r{len(made)}"

    policies = FunctionPolicies.of(F, revisions=revisions).add_permission(**S3)
    assert policies.get_policy()["RevisionId"] == "r1"
    assert policies.add_permission(**{**S3, "StatementId": "t"}).get_policy()["RevisionId"] == "r2"
    assert [before for before, _ in made] == [None, "r1"]


def test_a_principal_that_is_not_there_is_refused_l10(empty: FunctionPolicies) -> None:
    there = f"arn:aws:iam::{B}:role/there"
    knowing = FunctionPolicies(empty.arn, is_principal=lambda arn: arn == there)
    for principal in (there, f"arn:aws:iam::{B}:root", B, "*", "s3.amazonaws.com"):
        assert knowing.add_permission(**{**S3, "Principal": principal}).policies
    with pytest.raises(PolicyError) as refused:
        knowing.add_permission(**{**S3, "Principal": f"arn:aws:iam::{B}:role/gone"})
    text = "The provided principal was invalid. Please check the principal and try again."
    assert aws(refused) == ("InvalidParameterValueException", text)


def test_the_room_that_is_left_is_told_beforehand(empty: FunctionPolicies) -> None:
    assert empty.room_left() == 20_480 - len(f"{SHELL}]}}")
    policies = empty
    for n in range(1000):
        call = {**S3, "StatementId": f"s{n}"}
        room, growth = policies.room_left(), policies.growth(**call)
        if growth > room:
            break
        policies = policies.add_permission(**call)
        assert policies.room_left() == room - growth
    else:
        pytest.fail("the policy never became full")
    with pytest.raises(PolicyError) as refused:
        policies.add_permission(**call)
    size = 20_480 - policies.room_left() + policies.growth(**call)
    text = f"The final policy size ({size}) is bigger than the limit (20480)."
    assert aws(refused) == ("PolicyLengthExceededException", text)


@pytest.mark.parametrize(("more", "fits"), [(-1, True), (0, True), (1, False)])
def test_the_limit_is_20_480_bytes(empty: FunctionPolicies, more: int, fits: bool) -> None:  # noqa: FBT001
    call = {**S3, "SourceArn": "arn:aws:s3:::"}
    letters = empty.room_left() - empty.growth(**call) + more
    full = {**call, "SourceArn": f"arn:aws:s3:::{'x' * letters}"}
    assert (empty.growth(**full) <= empty.room_left()) is fits
    if fits:
        assert len(empty.add_permission(**full).get_policy()["Policy"]) == 20_480 + more
    else:
        with pytest.raises(PolicyError):
            empty.add_permission(**full)


def test_the_growth_of_what_lambda_refuses_is_refused(empty: FunctionPolicies) -> None:
    with pytest.raises(PolicyError):
        empty.growth(**{**S3, "StatementId": "a b"})


def test_an_organization_may_be_asked_with_the_changed_policies_l5(one: FunctionPolicies) -> None:
    function = one.applied_to(Function(FunctionArn.parse(F)))
    bucket = Service("s3.amazonaws.com", "arn:aws:s3:::photos", A)
    assert Authorizer(Organization(functions=(function,))).decide(bucket, "lambda:InvokeFunction", F)
    assert FunctionPolicies.of(function).get_policy()["Policy"] == one.get_policy()["Policy"]


# whole documents


@pytest.mark.parametrize(
    "written",
    [
        statement(Effect="Deny"),
        statement(Action=["lambda:InvokeFunction", "lambda:GetFunction"]),
        statement(Action="lambda:*"),
        statement(Action="*"),
        statement(Action="lambda:Unheard"),
        {k: v for k, v in statement(NotAction="lambda:GetFunction").items() if k != "Action"},
        {k: v for k, v in statement(Effect="Deny", NotPrincipal={"AWS": B}).items() if k != "Principal"},
        statement(Principal={"AWS": "*"}),
        statement(Principal={"AWS": B, "Service": "s3.amazonaws.com", "Federated": "accounts.google.com"}),
        statement(Principal={"Federated": "*"}),
        statement(Principal={"Federated": ""}),
        statement(Sid="s"),
        statement(Condition={"StringEquals": {"aws:Unheard": "x", "lambda:Unheard": "x"}}),
        statement(Resource=[F]),
        {k: v for k, v in statement(NotResource=F).items() if k != "Resource"},
    ],
    ids=lambda s: ",".join(s) if len(s) != 4 else str(s)[:60],
)
def test_a_whole_document_may_say_more_than_a_permission_l12(
    empty: FunctionPolicies, written: dict[str, object]
) -> None:
    assert empty.put_policy(document(written)).get_resource_policy()["RevisionId"]


@pytest.mark.parametrize(
    "written",
    [
        {k: v for k, v in statement(NotPrincipal={"AWS": B}).items() if k != "Principal"},
        statement(Action="s3:GetObject"),
        {k: v for k, v in statement(NotAction="s3:GetObject").items() if k != "Action"},
        statement(Resource="*"),
        statement(Resource=f"{F}2"),
        statement(Resource=f"{F}:1"),
        statement(Resource=[F, f"{F}:1"]),
        {k: v for k, v in statement(NotResource="*").items() if k != "Resource"},
        {k: v for k, v in statement(NotResource=f"{F}2").items() if k != "Resource"},
        statement(Condition={"StringEquals": {"s3:prefix": "x"}}),
    ],
    ids=lambda s: str(s)[:80],
)
def test_a_whole_document_is_refused_l12(empty: FunctionPolicies, written: dict[str, object]) -> None:
    with pytest.raises(PolicyError) as refused:
        empty.put_policy(document(written))
    assert aws(refused) == ("InvalidParameterValueException", "Policy has syntax errors.")


@pytest.mark.parametrize(
    ("principal", "text"),
    [
        ({}, "The provided principal was invalid. Please check the principal and try again."),
        ({"Federated": []}, "The provided principal was invalid. Please check the principal and try again."),
        ({"Federated": {"issuer": "x"}}, "Syntax error at position (-1,-1)"),
        ({"Federated": None}, "Policy has syntax errors."),
    ],
)
def test_principals_of_the_wrong_shape_have_answers_of_their_own_l12(
    empty: FunctionPolicies, principal: object, text: str
) -> None:
    with pytest.raises(PolicyError) as refused:
        empty.put_policy(document(statement(Principal=principal)))
    assert aws(refused) == ("InvalidParameterValueException", text)


@pytest.mark.parametrize("source", ["{", "[]", '{"Version":"2012-10-17","Statement":[]}', "{}"])
def test_a_text_that_is_no_policy_is_refused_l12(empty: FunctionPolicies, source: str) -> None:
    with pytest.raises(PolicyError) as refused:
        empty.put_policy(source)
    assert aws(refused) == ("InvalidParameterValueException", "Policy has syntax errors.")


@pytest.mark.parametrize("source", [None, 5, [], True])
def test_what_is_no_document_is_refused_l12(empty: FunctionPolicies, source: Any) -> None:
    with pytest.raises(PolicyError) as refused:
        empty.put_policy(source)
    assert aws(refused) == ("InvalidParameterValueException", "Policy has syntax errors.")


@pytest.mark.parametrize("function", [None, 5, "f"])
def test_policies_are_of_a_function(function: Any) -> None:
    with pytest.raises(InvalidName):
        FunctionPolicies.of(function)


def test_what_is_kept_of_a_whole_document_l12(empty: FunctionPolicies) -> None:
    source = json.dumps({"Statement": statement(Principal={"AWS": [B, f"arn:aws:iam::{B}:root", A]})})
    assert empty.put_policy(source).get_policy()["Policy"] == (
        '{"Version":"2008-10-17","Statement":[{"Effect":"Allow",'
        f'"Principal":{{"AWS":["arn:aws:iam::{B}:root","arn:aws:iam::{A}:root"]}},'
        f'"Action":"lambda:InvokeFunction","Resource":"{F}"}}]}}'
    )


@pytest.mark.inferred
def test_an_account_named_twice_stands_alone_l12(empty: FunctionPolicies) -> None:
    source = document({"Resource": F, **statement(Principal={"AWS": [B, B]})})
    assert f'"Principal":{{"AWS":"arn:aws:iam::{B}:root"}},"Action"' in empty.put_policy(source).get_policy()["Policy"]


@pytest.mark.parametrize("qualifier", ["$LATEST", "1", "live"])
def test_latest_and_versions_may_have_a_whole_document_l4(empty: FunctionPolicies, qualifier: str) -> None:
    put = empty.put_policy(document(statement(Resource=f"{F}:{qualifier}")), qualifier)
    assert put.get_policy(qualifier)["Policy"]
    with pytest.raises(PolicyError):
        put.get_policy()
    with pytest.raises(PolicyError) as refused:
        empty.put_policy(document(statement()), qualifier)
    assert aws(refused) == ("InvalidParameterValueException", "Policy has syntax errors.")


def test_permissions_leave_the_rest_of_a_whole_document_alone_l12(empty: FunctionPolicies) -> None:
    put = empty.put_policy(document(statement(Sid="d", Effect="Deny", Principal={"AWS": [A, B]}), Id="mine"))
    added = put.add_permission(**S3)
    assert added.statement("d") == put.statement("d")
    assert added.get_policy()["Policy"] == put.get_policy()["Policy"].removesuffix("]}") + f",{STATEMENT}]}}"
    assert added.remove_permission(StatementId="s3").get_policy()["Policy"] == put.get_policy()["Policy"]


def test_the_revision_of_a_whole_document_is_compared_l12(one: FunctionPolicies) -> None:
    now = one.get_policy()["RevisionId"]
    assert one.put_policy(document(statement()), revision=now) != one
    with pytest.raises(PolicyError) as refused:
        one.put_policy(document(statement()), revision="stale")
    assert aws(refused)[0] == "PreconditionFailedException"
    with pytest.raises(PolicyError) as refused:
        one.delete_policy(revision="stale")
    assert aws(refused)[0] == "PreconditionFailedException"


def test_deleting_twice_is_no_error_l12(one: FunctionPolicies, empty: FunctionPolicies) -> None:
    assert one.delete_policy(revision=one.get_policy()["RevisionId"]) == empty
    assert empty.delete_policy() == empty


def test_a_policy_about_everything_else_says_nothing_l12(empty: FunctionPolicies) -> None:
    negated = {k: v for k, v in statement(NotResource=F).items() if k != "Resource"}
    put = empty.put_policy(document(negated))
    policy = put.policy()
    assert policy is not None
    assert policy.statements == ()
    both = empty.put_policy(document(negated, statement(Sid="s"))).policy()
    assert both is not None
    assert [s.sid for s in both.statements] == ["s"]


def test_a_whole_document_has_the_same_limit(empty: FunctionPolicies) -> None:
    with pytest.raises(PolicyError) as refused:
        empty.put_policy(document(statement(Condition={"StringEquals": {"aws:x": "y" * 20_480}})))
    assert aws(refused)[0] == "PolicyLengthExceededException"


# properties and recordings

sids = st.from_regex(r"[a-zA-Z0-9_-]{1,20}", fullmatch=True)
principals = st.sampled_from(["*", A, B, f"arn:aws:iam::{B}:role/r", "s3.amazonaws.com", "sns.amazonaws.com"])
extras = st.fixed_dictionaries(
    {},
    optional={
        "SourceArn": st.sampled_from(["arn:aws:s3:::b", "arn:aws:s3:::b*", "arn:aws:sns:us-east-1:111111111111:ü"]),
        "SourceAccount": st.sampled_from([A, B]),
        "EventSourceToken": st.sampled_from(["amzn1.ask.skill.x", ""]),
        "PrincipalOrgID": st.just("o-0123456789"),
        "InvokedViaFunctionUrl": st.booleans(),
        "Qualifier": st.sampled_from(["1", "live"]),
    },
)
calls = st.builds(
    lambda sid, principal, extra: {
        "StatementId": sid,
        "Action": "lambda:InvokeFunction",
        "Principal": principal,
        **extra,
    },
    sids,
    principals,
    extras,
)
LAW = settings(max_examples=60, derandomize=True, database=None, deadline=None)


@LAW
@given(st.lists(calls, max_size=5, unique_by=lambda call: call["StatementId"]), calls)
def test_adding_and_removing_gives_the_document_back(before: list[dict[str, Any]], call: dict[str, Any]) -> None:
    policies = FunctionPolicies.of(F)
    for other in before:
        if other["StatementId"] != call["StatementId"]:
            policies = policies.add_permission(**other)
    qualifier = call.get("Qualifier")
    where = {"Qualifier": qualifier} if qualifier else {}
    grown = policies.add_permission(**call)
    assert policies.room_left(qualifier) - grown.room_left(qualifier) == policies.growth(**call)
    back = grown.remove_permission(StatementId=call["StatementId"], **where)
    assert [(p.qualifier, p.text) for p in back.policies] == [(p.qualifier, p.text) for p in policies.policies]


@LAW
@given(st.lists(calls, min_size=1, max_size=5, unique_by=lambda call: call["StatementId"]))
def test_what_permissions_write_is_a_policy_written_back_alike(before: list[dict[str, Any]]) -> None:
    policies = FunctionPolicies.of(F)
    for call in before:
        policies = policies.add_permission(**call)
    function = policies.applied_to(Function(policies.arn))
    again = FunctionPolicies.of(function)
    assert [(p.qualifier, p.text) for p in again.policies] == [(p.qualifier, p.text) for p in policies.policies]
    for stored in policies.policies:
        resource = f"{F}:{stored.qualifier}" if stored.qualifier else F
        put = FunctionPolicies.of(F).put_policy(stored.text, stored.qualifier)
        assert put.get_policy(stored.qualifier)["Policy"] == stored.text
        assert json.loads(stored.text)["Statement"][0]["Resource"] == resource


def rows(kind: str) -> list[dict[str, Any]]:
    found = map(json.loads, RECORDED.read_text("utf-8").splitlines())
    return [row for row in found if row["id"].startswith(kind)]


recorded = pytest.mark.skipif(not RECORDED.exists(), reason=f"the recordings are not beside this checkout ({RECORDED})")


@pytest.mark.shared
@recorded
def test_permissions_are_written_as_recorded() -> None:
    compared = 0
    for row in rows("sd/lambda-add/"):
        written = json.loads(row["notes"])["written"]
        policies = FunctionPolicies.of(written["Resource"]).add_permission(**row["document"])
        assert policies.statement(written["Sid"]) == json.dumps(written, separators=(",", ":"))
        compared += 1
    assert compared


@pytest.mark.shared
@recorded
def test_permissions_are_refused_as_recorded() -> None:
    events = next(row for row in rows("sd/addpermission/") if row["id"].endswith("/duplicate_sid"))["document"]
    stored = FunctionPolicies.of(F).add_permission(**events).add_permission(**{**events, "StatementId": "Second"})
    compared = 0
    for row in [*rows("sd/addpermission/"), *rows("sd/removepermission/")]:
        call = stored.add_permission if row["kind"] == "add-permission" else stored.remove_permission
        if row["accepted"]:
            assert call(**row["document"]) != stored
            continue
        with pytest.raises(PolicyError) as refused:
            call(**row["document"])
        assert aws(refused) == (row["error_code"], row["error_message"])
        compared += 1
    assert compared


@pytest.mark.shared
@recorded
def test_whole_documents_are_taken_as_recorded() -> None:
    compared = 0
    for row in rows("sd/lambda-put/"):
        statement = row["document"]["Statement"][0]
        own = FunctionPolicies.of(statement.get("Resource", F))
        if row["accepted"]:
            kept = json.loads(own.put_policy(row["document"]).get_policy()["Policy"])
            assert kept["Statement"] == row["document"]["Statement"]
        else:
            with pytest.raises(PolicyError) as refused:
                own.put_policy(row["document"])
            assert aws(refused) == (row["error_code"], row["error_message"])
        compared += 1
    assert compared


# layers


SHARE: dict[str, object] = {"StatementId": "all", "Action": "lambda:GetLayerVersion", "Principal": "*"}


@pytest.fixture
def layer() -> LayerPolicies:
    return LayerPolicies(LAYER)


def test_a_layer_version_is_shared_with_an_organization_l15(layer: LayerPolicies) -> None:
    shared = layer.add_permission(3, **SHARE, OrganizationId="o-0123456789")
    assert shared.get_policy(3)["Policy"] == (
        f'{SHELL}{{"Sid":"all","Effect":"Allow","Principal":"*","Action":"lambda:GetLayerVersion",'
        f'"Resource":"{LAYER}:3","Condition":{{"StringEquals":{{"aws:PrincipalOrgID":"o-0123456789"}}}}}}]}}'
    )
    policy = shared.policy(3)
    assert policy is not None
    assert policy.warnings == ()
    assert shared.policy(2) is None
    with pytest.raises(PolicyError) as refused:
        shared.get_policy(2)
    assert aws(refused)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize("principal", [B, f"arn:aws:iam::{B}:root"])
def test_a_layer_version_is_shared_with_an_account_l15(layer: LayerPolicies, principal: str) -> None:
    text = layer.add_permission(1, **{**SHARE, "Principal": principal}).get_policy(1)["Policy"]
    assert f'"Principal":{{"AWS":"arn:aws:iam::{B}:root"}}' in text


@pytest.mark.parametrize(
    "change",
    [
        {"Action": "lambda:*"},
        {"Principal": f"arn:aws:iam::{B}:role/r"},
        {"Principal": "s3.amazonaws.com"},
        {"StatementId": "a.b"},
        {"OrganizationId": "o-1"},
        {"SourceAccount": A},
    ],
)
def test_a_layer_permission_has_its_forms_l15(layer: LayerPolicies, change: dict[str, object]) -> None:
    with pytest.raises(PolicyError) as refused:
        layer.add_permission(1, **{**SHARE, **change})
    assert aws(refused)[0] == "ValidationException"


def test_an_organization_goes_with_everyone_l15(layer: LayerPolicies) -> None:
    with pytest.raises(PolicyError) as refused:
        layer.add_permission(1, **{**SHARE, "Principal": B}, OrganizationId="o-0123456789")
    assert aws(refused)[0] == "InvalidParameterValueException"


def test_every_layer_version_has_a_policy_of_its_own_l15(layer: LayerPolicies) -> None:
    both = layer.add_permission(1, **SHARE).add_permission(2, **SHARE)
    assert both.room_left(1) == both.room_left(2) < both.room_left(3) == 20_480 - len(f"{SHELL}]}}")
    with pytest.raises(PolicyError) as refused:
        both.add_permission(1, **SHARE)
    assert aws(refused)[0] == "ResourceConflictException"
    assert both.remove_permission(2, StatementId="all") == layer.add_permission(1, **SHARE)
    with pytest.raises(PolicyError) as refused:
        both.add_permission(1, **{**SHARE, "StatementId": "b"}, RevisionId="stale")
    assert aws(refused) == ("PreconditionFailedException", STALE.replace("GetPolicy", "GetLayerPolicy"))


def test_a_layer_version_must_be_there_l15() -> None:
    known = LayerPolicies(LAYER, versions=frozenset({1}))
    assert known.add_permission(1, **SHARE).policies
    with pytest.raises(PolicyError) as refused:
        known.add_permission(2, **SHARE)
    assert aws(refused)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize("arn", [f"{LAYER}:3", F, "common"])
def test_a_layer_is_named_without_version(arn: str) -> None:
    with pytest.raises(InvalidName, match="not the ARN of a layer"):
        LayerPolicies(arn)


def test_a_stored_policy_may_be_given_as_it_is() -> None:
    text = f"{SHELL}{STATEMENT}]}}"
    given_policy = FunctionPolicies(FunctionArn.parse(F), (StoredPolicy("", text, "from-aws"),))
    assert given_policy.add_permission(**{**S3, "StatementId": "t"}, RevisionId="from-aws").policies
    assert given_policy.policy() == Policy.parse(text, kind="function")
