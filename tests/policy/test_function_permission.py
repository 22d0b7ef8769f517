"""AddPermission and RemovePermission (semantics L9 to L11; the recorded calls)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lampolicy.diagnostic import Code, PolicyError
from lampolicy.policy import Policy, Stored, add_permission, remove_permission, statement_text
from tests.policy.faulty import FUNCTION

CALL = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "validation.jsonl"


def answer(call: dict[str, object], stored: Stored | None = None) -> tuple[str, str | None]:
    with pytest.raises(PolicyError) as caught:
        add_permission(call, function=FUNCTION, stored=stored)
    assert caught.value.aws is not None
    return caught.value.aws.code, caught.value.aws.text


def written(**changes: object) -> str:
    return statement_text(add_permission({**CALL, **changes}, function=FUNCTION).statement)


@pytest.mark.parametrize(
    ("principal", "stored"),
    [
        ("s3.amazonaws.com", '{"Service":"s3.amazonaws.com"}'),
        ("111122223333", '{"AWS":"arn:aws:iam::111122223333:root"}'),
        ("arn:aws:iam::111122223333:role/r", '{"AWS":"arn:aws:iam::111122223333:role/r"}'),
        ("*", '"*"'),
    ],
)
def test_the_statement_is_written_as_lambda_writes_it_l10(principal: str, stored: str) -> None:
    assert written(Principal=principal) == (
        f'{{"Sid":"s","Effect":"Allow","Principal":{stored},"Action":"lambda:InvokeFunction","Resource":"{FUNCTION}"}}'
    )


@pytest.mark.parametrize(
    ("given", "condition"),
    [
        ({"SourceArn": "arn:aws:s3:::b"}, '{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}'),
        ({"SourceAccount": "111122223333"}, '{"StringEquals":{"AWS:SourceAccount":"111122223333"}}'),
        (
            {"SourceArn": "arn:aws:s3:::b", "SourceAccount": "111122223333"},
            '{"StringEquals":{"AWS:SourceAccount":"111122223333"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}',
        ),
        ({"EventSourceToken": "t"}, '{"StringEquals":{"lambda:EventSourceToken":"t"}}'),
        ({"PrincipalOrgID": "o-0123456789"}, '{"StringEquals":{"aws:PrincipalOrgID":"o-0123456789"}}'),
        ({"InvokedViaFunctionUrl": True}, '{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}'),
        (
            {"FunctionUrlAuthType": "NONE", "Action": "lambda:InvokeFunctionUrl"},
            '{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}',
        ),
    ],
)
def test_parameters_become_conditions_l10(given: dict[str, object], condition: str) -> None:
    assert written(**given).endswith(f'"Condition":{condition}}}')


def test_the_policy_of_a_qualifier_names_it_l4() -> None:
    assert f'"Resource":"{FUNCTION}:live"' in written(Qualifier="live")


def test_the_document_grows_in_order_and_reads_as_a_functions_policy_l10() -> None:
    first = add_permission(CALL, function=FUNCTION)
    second = add_permission({**CALL, "StatementId": "t"}, function=FUNCTION, stored=Stored(first.document, "r"))
    assert statement_text(second.document).startswith('{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s"')
    policy = Policy.parse(second.document, kind="function")
    assert [statement.sid for statement in policy.statements] == ["s", "t"]
    assert policy.warnings == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("StatementId", "my.sid"),
        ("StatementId", ""),
        ("StatementId", "x" * 101),
        ("Action", "s3:GetObject"),
        ("Action", ["lambda:InvokeFunction"]),
        ("SourceAccount", "1"),
        ("SourceArn", "b"),
        ("PrincipalOrgID", "o-1"),
        ("FunctionUrlAuthType", "IAM"),
        ("InvokedViaFunctionUrl", "true"),
        ("EventSourceToken", "a b"),
        ("Unheard", "x"),
    ],
)
def test_parameters_have_their_forms_l9(name: str, value: object) -> None:
    assert answer({**CALL, name: value})[0] == "ValidationException"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("StatementId", "my.sid", "satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"),
        ("StatementId", "x" * 101, "have length less than or equal to 100"),
        ("Action", "s3:Get", r"satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])"),
        ("SourceAccount", "1", r"satisfy regular expression pattern: \d{12}"),
    ],
)
def test_a_wrong_form_is_told_as_aws_does_l11(name: str, value: str, told: str) -> None:
    at = name[0].lower() + name[1:]
    text = f"1 validation error detected: Value '{value}' at '{at}' failed to satisfy constraint: Member must {told}"
    assert answer({**CALL, name: value}) == ("ValidationException", text)


@pytest.mark.parametrize("name", CALL)
@pytest.mark.parametrize("without", [{}, {"all": None}], ids=["left out", "None"])
def test_three_parameters_are_required_l9(name: str, without: dict[str, None]) -> None:
    call: dict[str, object] = {key: value for key, value in CALL.items() if key != name}
    if without:
        call[name] = None
    told = f"Value null at '{name[0].lower() + name[1:]}' failed to satisfy constraint: Member must not be null"
    assert answer(call) == ("ValidationException", f"1 validation error detected: {told}")


@pytest.mark.parametrize(
    "change", [{"FunctionUrlAuthType": "NONE"}, {"InvokedViaFunctionUrl": True, "Action": "lambda:InvokeFunctionUrl"}]
)
def test_url_parameters_belong_to_their_actions_l9(change: dict[str, object]) -> None:
    assert answer({**CALL, **change})[0] == "InvalidParameterValueException"


@pytest.mark.parametrize(
    "principal",
    [
        "me",
        "arn:aws:iam::111122223333:group/g",
        "arn:aws:iam::111122223333:role/Dev*",
        "s3.*.com",
        "invalid.nonaws.com",
    ],
)
def test_a_principal_must_be_one_l10(principal: str) -> None:
    text = "The provided principal was invalid. Please check the principal and try again."
    assert answer({**CALL, "Principal": principal}) == ("InvalidParameterValueException", text)


def test_latest_has_no_policy_of_its_own_through_this_call_l4() -> None:
    text = "We currently do not support adding policies for $LATEST."
    assert answer({**CALL, "Qualifier": "$LATEST"}) == ("InvalidParameterValueException", text)


STALE_TEXT = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetPolicy API to retrieve the latest Revision Id"
)
STALE = ("PreconditionFailedException", STALE_TEXT)


def test_a_taken_statement_id_is_told_before_a_stale_revision_l11() -> None:
    stored = Stored(add_permission(CALL, function=FUNCTION).document, "now")
    text = (
        "The statement id (s) provided already exists. "
        "Please provide a new statement id, or remove the existing statement."
    )
    assert answer({**CALL, "RevisionId": "then"}, stored) == ("ResourceConflictException", text)
    assert answer({**CALL, "StatementId": "t", "RevisionId": "then"}, stored) == STALE
    added = add_permission({**CALL, "StatementId": "t", "RevisionId": "now"}, function=FUNCTION, stored=stored)
    assert added.statement["Sid"] == "t"


def test_any_revision_of_no_policy_is_stale_l11() -> None:
    text = STALE_TEXT.replace("GetPolicy", "GetFunction/GetAlias")
    assert answer({**CALL, "RevisionId": "then"}) == ("PreconditionFailedException", text)


def test_a_policy_may_not_grow_beyond_its_limit() -> None:
    stored = Stored({"Version": "2012-10-17", "Id": "x" * 20_300, "Statement": []}, "r")
    assert answer(dict(CALL), stored)[0] == "PolicyLengthExceededException"


def removed(call: dict[str, object], stored: Stored | None) -> tuple[str, str | None]:
    with pytest.raises(PolicyError) as caught:
        remove_permission(call, stored=stored)
    assert caught.value.aws is not None
    return caught.value.aws.code, caught.value.aws.text


def test_the_last_statement_takes_the_policy_with_it_l11() -> None:
    one = Stored(add_permission(CALL, function=FUNCTION).document, "r")
    assert remove_permission({"StatementId": "s", "RevisionId": "r"}, stored=one) is None
    two = Stored(add_permission({**CALL, "StatementId": "t"}, function=FUNCTION, stored=one).document, "r")
    left = remove_permission({"StatementId": "s"}, stored=two)
    assert left is not None
    assert [s.sid for s in Policy.parse(left, kind="function").statements] == ["t"]


def test_what_is_not_there_cannot_be_removed_l11() -> None:
    stored = Stored(add_permission(CALL, function=FUNCTION).document, "r")
    no_policy = "No policy is associated with the given resource."
    assert removed({"StatementId": "s"}, None) == ("ResourceNotFoundException", no_policy)
    unknown = "Statement x is not found in resource policy."
    assert removed({"StatementId": "x", "RevisionId": "then"}, stored) == ("ResourceNotFoundException", unknown)
    assert removed({"StatementId": "s", "RevisionId": "then"}, stored) == STALE
    assert removed({"StatementId": "a b"}, stored)[0] == "ValidationException"
    assert removed({"StatementId": "a", "Statement": "s"}, stored)[0] == "ValidationException"
    assert removed({"StatementId": "my.sid"}, stored)[1] == "Statement my.sid is not found in resource policy."


def test_a_refusal_has_a_code_of_ours_too() -> None:
    stored = Stored(add_permission(CALL, function=FUNCTION).document, "now")
    for call, code in (
        ({"StatementId": "x"}, Code.NO_SUCH_STATEMENT),
        ({"StatementId": "s", "RevisionId": "then"}, Code.STALE_REVISION),
        ({"StatementId": "a b"}, Code.BAD_PARAMETER),
    ):
        with pytest.raises(PolicyError) as caught:
            remove_permission(call, stored=stored)
        assert [d.code for d in caught.value.diagnostics] == [code]


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED.exists(), reason=f"the recordings are not beside this checkout ({RECORDED})")
def test_it_writes_what_lambda_was_recorded_to_write() -> None:
    compared = 0
    for row in map(json.loads, RECORDED.read_text("utf-8").splitlines()):
        if row["kind"] == "add-permission" and "written" in row.get("notes", ""):
            recorded = json.loads(row["notes"])["written"]
            ours = add_permission(row["document"], function=recorded["Resource"]).statement
            assert statement_text(ours) == statement_text(recorded)
            compared += 1
    assert compared
