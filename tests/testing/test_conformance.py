"""Conformance rows: read, run, and reported where they are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lampolicy.diagnostic import LampolicyError, PolicyError, RequestError
from lampolicy.organization import Policies
from lampolicy.policy import Policy, PolicyKind
from lampolicy.request import (
    UNKNOWN,
    Anonymous,
    FederatedUser,
    Principal,
    Request,
    RoleSession,
    Root,
    Saml,
    Service,
    User,
    WebIdentity,
)
from lampolicy.testing import World, conformance, world_row
from lampolicy.testing import strategies as aws
from lampolicy.testing._requests import draw_asked
from lampolicy.testing._worlds import draw_bearing

ORDERLY = settings(max_examples=200, derandomize=True, database=None, deadline=None)
A = "111111111111"
ALLOW = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}


def row(**changes: Any) -> dict[str, Any]:
    request = {"principal": f"arn:aws:iam::{A}:user/u", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}
    policies: dict[str, Any] = {"identity": [ALLOW]}
    request |= changes.pop("request", {})
    policies |= changes.pop("policies", {})
    return {"id": "case", "request": request, "policies": policies, "expected": "allow"} | changes


def run(value: object) -> conformance.Result:
    return conformance.run_line(json.dumps(value), "file:1")


class TestReadingARequest:
    @pytest.mark.parametrize(
        ("fields", "principal"),
        [
            ({"principal": f"arn:aws:iam::{A}:user/team/u"}, User(f"arn:aws:iam::{A}:user/team/u")),
            ({"principal": f"arn:aws:iam::{A}:role/r"}, RoleSession(f"arn:aws:iam::{A}:role/r")),
            (
                {"principal": f"arn:aws:sts::{A}:assumed-role/r/s"},
                RoleSession(f"arn:aws:iam::{A}:role/r", "s"),
            ),
            (
                {
                    "principal": f"arn:aws:sts::{A}:assumed-role/r/s",
                    "principal_role": f"arn:aws:iam::{A}:role/path/r",
                    "principal_id": "AROA1",
                    "principal_tags": {"team": "red"},
                },
                RoleSession(f"arn:aws:iam::{A}:role/path/r", "s", "AROA1", (("team", "red"),)),
            ),
            (
                {"principal": f"arn:aws:sts::{A}:federated-user/n", "principal_issuer": f"arn:aws:iam::{A}:user/u"},
                FederatedUser(f"arn:aws:sts::{A}:federated-user/n", f"arn:aws:iam::{A}:user/u"),
            ),
            ({"principal": f"arn:aws:iam::{A}:root"}, Root(A)),
            ({"principal": f"arn:aws:iam::{A}:saml-provider/p"}, Saml(f"arn:aws:iam::{A}:saml-provider/p")),
            (
                {"principal": f"arn:aws:iam::{A}:oidc-provider/example.com"},
                WebIdentity(f"arn:aws:iam::{A}:oidc-provider/example.com"),
            ),
            ({"principal": {"federated": "accounts.google.com"}}, WebIdentity("accounts.google.com")),
            ({"principal": {"service": "s3.amazonaws.com"}}, Service("s3.amazonaws.com")),
            ({"principal": "*"}, Anonymous()),
        ],
    )
    def test_every_form_of_a_principal(self, fields: dict[str, Any], principal: Principal) -> None:
        assert conformance.read_case(row(request=fields)).request.principal == principal

    def test_a_federated_user_whose_issuer_was_not_recorded_is_some_user_of_its_account(self) -> None:
        caller = conformance.read_case(
            row(request={"principal": f"arn:aws:sts::{A}:federated-user/n"})
        ).request.principal
        assert isinstance(caller, FederatedUser)
        assert caller.issuer.startswith(f"arn:aws:iam::{A}:user/")

    def test_lists_unknowns_and_forwarding_services(self) -> None:
        case = conformance.read_case(
            row(request={"context": {"aws:TagKeys": ["a"]}, "unknown": ["aws:SourceVpc"], "via": ["sqs.amazonaws.com"]})
        )
        assert dict(case.request.context) == {"aws:TagKeys": ["a"], "aws:SourceVpc": UNKNOWN}
        assert case.request.via == ("sqs.amazonaws.com",)


class TestReadingPolicies:
    def test_empty_lists_mean_that_nothing_was_passed(self) -> None:
        policies = conformance.read_case(row(policies={"boundary": [], "session": [], "endpoint": []})).policies
        assert policies.boundary is policies.session is policies.endpoint is None

    def test_a_missing_resource_kind_is_a_plain_resource(self) -> None:
        document = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}
        policies = conformance.read_case(row(policies={"resource": document})).policies
        assert policies.resource is not None
        assert policies.resource.kind is PolicyKind.RESOURCE

    def test_the_callers_account_may_be_the_management_account(self) -> None:
        case = conformance.read_case(row(request={"principal_in_management_account": True}))
        assert case.policies.management_account == A

    def test_faults_of_all_policies_are_told_at_once(self) -> None:
        wrong = {"Version": "2012-10-17", "Statement": {"Effect": "allow", "Action": "s3:*", "Resource": "*"}}
        with pytest.raises(PolicyError) as caught:
            conformance.read_case(row(policies={"identity": [wrong], "scps": [[wrong]]}))
        assert len(caught.value.diagnostics) >= 2


class TestRoundTrip:
    @ORDERLY
    @given(aws.requests())
    def test_a_request_written_as_a_row_is_read_back(self, request: Request) -> None:
        written = world_row(World(request, Policies()), id="w", expected="allow")
        assert conformance.read_case(json.loads(json.dumps(written))).request == request

    @ORDERLY
    @given(st.data())
    def test_policies_written_as_a_row_are_read_back(self, data: st.DataObject) -> None:
        policies = data.draw(aws.drawn(lambda dice: draw_bearing(dice, draw_asked(dice), odd=False)))
        request = Request(User(f"arn:aws:iam::{A}:user/u"), "s3:GetObject", "arn:aws:s3:::b/k")
        written = world_row(World(request, policies), id="w", expected="allow")
        assert conformance.read_case(json.loads(json.dumps(written))).policies == policies


class TestRunningADecision:
    def test_agreement_passes(self) -> None:
        result = run(row())
        assert result.passed
        assert result.id == "case"
        assert result.engine == result.reference

    @pytest.mark.parametrize("expected", ["explicit_deny", "implicit_deny", "deny", "undetermined"])
    def test_disagreement_fails_for_engine_and_reference(self, expected: str) -> None:
        result = run(row(expected=expected))
        assert result.faults == (
            f"the engine says allow where {expected} is expected",
            f"the reference says allow where {expected} is expected",
        )
        assert result.case is not None

    @pytest.mark.parametrize("expected", ["implicit_deny", "deny"])
    def test_deny_means_either_kind(self, expected: str) -> None:
        assert run(row(policies={"identity": []}, expected=expected)).passed

    def test_an_undetermined_answer_says_what_it_hangs_on(self) -> None:
        hung = {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
            },
        }
        asked = {"request": {"unknown": ["aws:SourceVpc"]}, "policies": {"identity": [hung]}}
        assert "these keys are not known: aws:sourcevpc" in run(row(**asked)).faults[0]
        assert run(row(**asked, expected="undetermined")).passed

    def test_what_the_recording_says_of_the_caller_wins(self) -> None:
        assert run(row(request={"context": {"aws:PrincipalArn": "arn:aws:iam::999999999999:user/other"}})).passed


class TestRunningAWrittenPolicy:
    @staticmethod
    def written(document: object, **changes: object) -> dict[str, object]:
        return {"id": "w", "api": "x", "kind": "identity", "document": document, "accepted": True} | changes

    def test_what_both_accept_passes(self) -> None:
        assert run(self.written(ALLOW)).passed
        assert run(self.written(json.dumps(ALLOW))).passed

    def test_what_only_aws_accepts_fails_with_the_diagnostics(self) -> None:
        result = run(self.written({"Version": "1999-01-01"}))
        assert result.faults[0].startswith("refused, but AWS accepts it")
        assert isinstance(result.error, PolicyError)

    def test_what_only_we_accept_fails(self) -> None:
        result = run(self.written(ALLOW, accepted=False, error_code="MalformedPolicyDocument"))
        assert result.faults == ("accepted, but AWS refuses it with MalformedPolicyDocument",)

    def test_code_and_message_of_the_refusal_are_compared(self) -> None:
        wrong = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*"}}
        refused = self.written(wrong, accepted=False)
        assert run(refused).passed
        assert not run(refused | {"error_code": "Other"}).passed
        assert not run(refused | {"error_message": "another text"}).passed

    def test_calls_on_a_functions_policy(self) -> None:
        call = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
        assert run(self.written(call, kind="add-permission")).passed
        taken = self.written(call, kind="add-permission", accepted=False, error_code="ResourceConflictException")
        assert run(taken).passed

    def test_an_unknown_kind_fails(self) -> None:
        assert "is not a kind of policy" in run(self.written(ALLOW, kind="nothing")).faults[0]


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        "line",
        [
            "{",
            "[]",
            "null",
            "{}",
            json.dumps(row(expected="perhaps")),
            json.dumps(row(request={"principal": 1})),
            json.dumps(row(request={"principal": "arn:aws:iam::1:user/u"})),
            json.dumps(row(request={"action": "nothing"})),
            json.dumps(row(request={"context": {"k": {"a": 1}}})),
            json.dumps(row(request={"context": []})),
            json.dumps(row(policies={"identity": ALLOW})),
            json.dumps(row(policies={"scps": [ALLOW]})),
            json.dumps(row(policies={"identity": [3]})),
            json.dumps(row(policies={"resource_kind": "shop"})),
            json.dumps({"accepted": "yes"}),
            json.dumps({"accepted": True, "id": "x", "kind": "identity"}),
        ],
    )
    def test_a_malformed_row_is_a_failed_result(self, line: str) -> None:
        result = conformance.run_line(line, "file:7")
        assert not result.passed
        assert result.id in {"file:7", "case", "x"}

    def test_a_malformed_row_raises_only_our_own_errors_when_read_alone(self) -> None:
        with pytest.raises(RequestError):
            conformance.read_case({})
        with pytest.raises(RequestError):
            conformance.read_validation({})

    def test_an_unreadable_file_is_a_failed_result_and_the_next_file_is_read(self, tmp_path: Path) -> None:
        good = tmp_path / "good.jsonl"
        good.write_text(json.dumps(row()) + "\n\n" + json.dumps(row(id="second")) + "\n", "utf-8")
        results = list(conformance.run([tmp_path / "absent.jsonl", str(good)]))
        assert [result.passed for result in results] == [False, True, True]
        assert "cannot be read" in results[0].faults[0]

    @ORDERLY
    @given(
        st.sampled_from(["id", "request", "policies", "expected", "accepted", "kind", "document"]),
        st.recursive(
            st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        ),
    )
    def test_nothing_in_a_row_raises(self, field: str, value: object) -> None:
        conformance.run_line(json.dumps(row() | {field: value}), "file:1")
        for part in ("request", "policies"):
            for name in ("principal", "context", "identity", "resource", "scps", "facts", "via", "unknown"):
                conformance.run_line(json.dumps(row(**{part: {name: value}})), "file:1")


def test_a_policy_error_is_one_of_ours() -> None:
    assert issubclass(PolicyError, LampolicyError)
    assert Policy.parse(ALLOW, kind="identity").statements
