"""A trail against an organization: what differs, what cannot be told, what is left out, and which rights were used."""

from __future__ import annotations

from typing import Any

import pytest

from lampolicy.names import FunctionArn
from lampolicy.organization import Account, Function, IamRole, IamUser, Organization, Resource
from lampolicy.policy import Policy, PolicyKind
from lampolicy.replay import Change, Report, TrailLimits, Use, replay_records
from tests.replay.trail import A, B, record, session_identity, user_identity

ANA, BEN = f"arn:aws:iam::{A}:user/ana", f"arn:aws:iam::{B}:user/ben"
ROLE = f"arn:aws:iam::{A}:role/team/worker"
F = f"arn:aws:lambda:us-east-1:{A}:function:f"
KEY = f"arn:aws:kms:us-east-1:{A}:key/k"
DENIED = "AccessDeniedException"


def policy(*statements: dict[str, Any], kind: str = "identity", name: str = "p") -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind, name=name)


def allow(*actions: str, on: str = "*", sid: str | None = None, **more: Any) -> dict[str, Any]:
    told = {"Sid": sid} if sid else {}
    return {**told, "Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def organization(*statements: dict[str, Any], **more: Any) -> Organization:
    given: dict[str, Any] = {
        "accounts": (Account(A), Account(B)),
        "users": (IamUser(ANA, "AIDAANA", inline=(policy(*statements),) if statements else ()),),
        "functions": (Function(FunctionArn.parse(F)),),
    }
    return Organization(**(given | more))


def invoke(**more: Any) -> dict[str, Any]:
    return record("lambda", "Invoke", {"functionName": "f"}, **more)


def refused(message: str | None = None, **more: Any) -> dict[str, Any]:
    return invoke(errorCode=DENIED, errorMessage=message, **more)


def run(*records: object, against: Organization, **more: Any) -> Report:
    return replay_records(records, against=against, **more)


INVOKE = allow("lambda:InvokeFunction", on=F, sid="Invoke")


class TestDifferences:
    def test_allowed_then_and_now_is_the_same(self) -> None:
        report = run(invoke(), against=organization(INVOKE))

        assert (report.counts.same, report.counts.calls, report.differences) == (1, 1, ())
        assert report

    def test_allowed_then_refused_now(self) -> None:
        times = ("2026-11-03T08:00:00Z", "2026-11-02T08:00:00Z", "2026-11-04T08:00:00Z")
        calls = [invoke(eventID=time, eventTime=time) for time in times]

        report = run(*calls, against=organization(allow("s3:GetObject")))

        (found,) = report.differences
        assert (found.change, found.caller, found.action, found.resource) == (
            Change.REFUSED_NOW,
            ANA,
            "lambda:InvokeFunction",
            F,
        )
        assert (found.span.count, found.span.first, found.span.last) == (3, times[1], times[2])
        assert found.example.event == times[0]
        assert found.why == ("no identity-based policy allows it",)
        assert not report

    def test_refused_then_allowed_now(self) -> None:
        report = run(refused(), against=organization(INVOKE))

        (found,) = report.differences
        assert found.change is Change.ALLOWED_NOW
        assert found.why == ("p, statement 0 (Invoke)",)
        assert found.example.error == DENIED

    def test_a_deny_names_its_statement(self) -> None:
        deny = {"Sid": "No", "Effect": "Deny", "Action": "lambda:*", "Resource": "*"}

        report = run(invoke(), against=organization(INVOKE, deny))

        assert report.differences[0].why == ("denied by p, statement 1 (No)",)

    def test_objects_of_a_bucket_are_one_group(self) -> None:
        bucket = Resource("arn:aws:s3:::photos", A, PolicyKind.BUCKET)
        calls = [record("s3", "GetObject", {"bucketName": "photos", "key": k}, eventID=k) for k in "abc"]

        report = run(*calls, against=organization(INVOKE, resources=(bucket,)))

        assert [(d.resource, d.span.count) for d in report.differences] == [("arn:aws:s3:::photos/*", 3)]
        assert report.differences[0].example.resource == "arn:aws:s3:::photos/a"

    def test_all_that_was_authorized_must_pass(self) -> None:
        create = record("lambda", "CreateFunction20150331", {"functionName": "f", "role": ROLE})
        there = organization(allow("lambda:CreateFunction"), roles=(IamRole(ROLE),))

        report = run(create, against=there)

        assert [(d.action, d.resource) for d in report.differences] == [("iam:PassRole", ROLE)]


class TestThen:
    @pytest.mark.parametrize(
        "code",
        ["ResourceNotFoundException", "NoSuchKey", "ResourceConflictException", "DryRunOperation", "NoSuchEntity"],
    )
    def test_an_error_behind_authorization_was_allowed(self, code: str) -> None:
        assert run(invoke(errorCode=code), against=organization(INVOKE)).counts.same == 1

    @pytest.mark.parametrize(
        "code", ["AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation", "AuthorizationError"]
    )
    def test_a_refusal_was_refused(self, code: str) -> None:
        assert run(invoke(errorCode=code), against=organization(INVOKE)).counts.different == 1

    @pytest.mark.parametrize(
        "code",
        [
            "ThrottlingException",
            "Client.RequestLimitExceeded",
            "TooManyRequestsException",
            "ValidationException",
            "ExpiredTokenException",
            "InternalFailure",
            "InvalidClientTokenId",
        ],
    )
    def test_an_error_before_authorization_is_not_comparable(self, code: str) -> None:
        report = run(invoke(errorCode=code), against=organization())

        assert (report.counts.not_comparable, report.counts.different) == (1, 0)
        assert code in report.not_comparable[0].reason

    @pytest.mark.parametrize(
        "message",
        [
            "because no session policy allows the lambda:InvokeFunction action",
            "with an explicit deny in a session policy",
            "because no VPC endpoint policy allows the lambda:InvokeFunction action",
        ],
    )
    def test_a_refusal_by_what_is_not_known_is_not_comparable(self, message: str) -> None:
        text = f"User: {ANA} is not authorized to perform: lambda:InvokeFunction on resource: {F} {message}"

        report = run(refused(text), against=organization(INVOKE))

        assert (report.counts.not_comparable, report.counts.different) == (1, 0)

    def test_a_refusal_of_something_else_than_the_event_tells_is_decided_as_aws_names_it(self) -> None:
        """S3 called KMS for the caller, and it was there that the call failed."""
        text = (
            f"User: {ANA} is not authorized to perform: kms:Decrypt on resource: {KEY} because no identity-based policy"
        )
        bucket = Resource("arn:aws:s3:::photos", A, PolicyKind.BUCKET)
        key = Resource(KEY, A, PolicyKind.KEY, policy(allow("kms:*", Principal={"AWS": A}), kind="key"))
        call = record(
            "s3", "GetObject", {"bucketName": "photos", "key": "k"}, errorCode="AccessDenied", errorMessage=text
        )

        still = run(call, against=organization(allow("s3:*"), resources=(bucket, key)))
        mended = run(call, against=organization(allow("s3:*", "kms:Decrypt"), resources=(bucket, key)))

        assert (still.counts.same, still.counts.different) == (1, 0)
        assert [d.action for d in mended.differences] == ["kms:Decrypt"]

    def test_a_refusal_names_action_and_resource_of_a_service_without_a_table(self) -> None:
        role = f"arn:aws:ecs:us-east-1:{A}:cluster/c"
        text = f"User: {ANA} is not authorized to perform: ecs:RunTask on resource: {role} with an explicit deny in a"
        call = record("ecs", "RunTask", {}, errorCode=DENIED, errorMessage=text)

        assert run(call, against=organization(allow("ecs:*"))).differences[0].action == "ecs:RunTask"

    def test_a_missing_object_is_refused_too(self) -> None:
        """S3 says AccessDenied for it to who may not list the bucket; a message that names the action is about that."""
        bucket = Resource("arn:aws:s3:::photos", A, PolicyKind.BUCKET)
        call = record("s3", "HeadObject", {"bucketName": "photos", "key": "k"}, errorCode="AccessDenied")
        text = f"User: {ANA} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::photos/k because no"
        there = organization(allow("s3:GetObject"), resources=(bucket,))

        assert "whether the object was there" in run(call, against=there).open[0].needs[0]
        assert run(call | {"errorMessage": text}, against=there).counts.different == 1

    def test_a_refusal_by_an_scp_that_was_not_exported(self) -> None:
        text = f"User: {ANA} is not authorized to perform: lambda:InvokeFunction on resource: {F}"
        call = refused(f"{text} with an explicit deny in a service control policy")
        scp = policy(allow("*"), kind="scp")

        without = run(call, against=organization(INVOKE))
        with_it = run(call, against=organization(INVOKE, accounts=(Account(A, service_control=(scp,)),)))

        assert without.open[0].needs == ("the service control policies, of which the organization has none",)
        assert with_it.counts.different == 1

    def test_a_refusal_of_an_action_on_what_is_not_told_is_not_mapped(self) -> None:
        report = run(refused("is not authorized to perform: kms:Decrypt"), against=organization(INVOKE))

        assert "kms:Decrypt" in report.unmapped[0].reason


class TestOpen:
    def test_a_key_the_trail_does_not_tell(self) -> None:
        there = organization(allow("lambda:*", Condition={"StringEquals": {"aws:Referer": "x"}}))

        report = run(invoke(), against=there)

        assert [(o.action, o.needs) for o in report.open] == [("lambda:InvokeFunction", ("aws:referer",))]
        assert report.counts.different == 0

    def test_a_key_the_trail_tells_decides(self) -> None:
        there = organization(allow("lambda:*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))

        assert run(invoke(), invoke(eventID="2", sourceIPAddress="198.51.100.1"), against=there).counts.different == 1

    def test_tags_of_a_session_may_overrule_those_of_its_role(self) -> None:
        there = organization(
            roles=(
                IamRole(
                    ROLE,
                    "AROAROLE",
                    inline=(policy(allow("lambda:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}})),),
                    tags=(("team", "red"),),
                ),
            )
        )

        report = run(invoke(userIdentity=session_identity(ROLE, "s")), against=there)

        assert report.open[0].needs == ("aws:principaltag/team",)

    def test_a_caller_that_is_not_in_the_organization(self) -> None:
        report = run(invoke(userIdentity=user_identity(BEN)), against=organization())

        assert report.open[0].needs == (f"the policies of {BEN}, which is not in the organization",)

    @pytest.mark.parametrize("error", [None, DENIED])
    def test_the_policy_of_a_resource_that_is_not_in_the_organization(self, error: str | None) -> None:
        statements = (INVOKE,) if error else (allow("s3:GetObject"),)

        report = run(invoke(errorCode=error), against=organization(*statements, functions=()))

        assert report.open[0].needs == (f"the policy of {F}, which is not in the organization",)

    def test_a_deny_needs_no_policy_of_the_resource(self) -> None:
        deny = {"Effect": "Deny", "Action": "lambda:*", "Resource": "*"}

        assert run(invoke(), against=organization(deny, functions=())).counts.different == 1

    def test_across_accounts_a_silent_caller_needs_no_policy_of_the_resource(self) -> None:
        other = {"functionName": F.replace(A, B)}

        report = run(record("lambda", "Invoke", other), against=organization(allow("s3:GetObject")))

        assert report.counts.different == 1

    def test_the_owner_of_a_bucket_that_is_not_in_the_organization(self) -> None:
        call = record("s3", "GetObject", {"bucketName": "photos", "key": "k"})

        report = run(call, against=organization(allow("s3:GetObject")))

        assert report.open[0].needs == ("the owner of arn:aws:s3:::photos, which is not in the organization",)

    def test_policies_that_are_missing(self) -> None:
        there = organization(users=(IamUser(ANA, attached=(f"arn:aws:iam::{A}:policy/gone",)),))

        assert "missing" in run(invoke(), against=there).open[0].needs[0]

    def test_the_session_policy_of_a_federated_user(self) -> None:
        """Without one it may nothing, with one as much as its user: the trail does not tell."""
        identity = {
            "type": "FederatedUser",
            "arn": f"arn:aws:sts::{A}:federated-user/bob",
            "sessionContext": {"sessionIssuer": {"arn": ANA}},
        }

        may = run(invoke(userIdentity=identity), against=organization(INVOKE))
        never = run(invoke(userIdentity=identity), against=organization(allow("s3:GetObject")))

        assert may.open[0].needs == ("the session policy, which the trail does not tell",)
        assert never.counts.different == 1

    def test_two_forms_of_an_arn_must_agree(self) -> None:
        group = f"arn:aws:logs:us-east-1:{A}:log-group:g"
        call = record("logs", "DescribeLogStreams", {"logGroupName": "g"})

        one = run(call, against=organization(allow("logs:*", on=group)))
        both = run(call, against=organization({**allow("logs:*"), "Resource": [group, f"{group}:*"]}))

        assert one.open[0].needs == ("which form of the resource's ARN AWS authorizes",)
        assert both.counts.same == 1

    def test_a_grant_of_kms_may_have_allowed_it(self) -> None:
        key = Resource(KEY, A, PolicyKind.KEY, policy(allow("kms:*", Principal={"AWS": A}), kind="key"))
        call = record("kms", "Decrypt", {"keyId": KEY})

        report = run(call, against=organization(allow("s3:GetObject"), resources=(key,)))

        assert report.open[0].needs == (f"the grants on {KEY}, which are not known",)

    def test_a_refusal_on_one_table_of_a_batch_leaves_the_others_to_be_asked(self) -> None:
        table = f"arn:aws:dynamodb:us-east-1:{A}:table"
        text = f"User: {ANA} is not authorized to perform: dynamodb:BatchGetItem on resource: {table}/a because no"
        parameters: dict[str, Any] = {"requestItems": {"a": {}, "b": {}}}
        call = record("dynamodb", "BatchGetItem", parameters, errorCode=DENIED, errorMessage=text)

        one = run(call, against=organization(allow("dynamodb:*", on=f"{table}/a")))
        both = run(call, against=organization(allow("dynamodb:*")))

        assert (one.counts.same, both.counts.different) == (1, 1)


class TestCounting:
    def test_a_call_in_both_accounts_is_counted_once(self) -> None:
        """The caller's account tells who called, the other may not; the order of the files does not matter."""
        mine = invoke(eventID="1", sharedEventID="s")
        theirs = invoke(
            eventID="2", sharedEventID="s", userIdentity={"type": "AWSAccount", "accountId": B, "principalId": "AIDAX"}
        )

        for records in ((mine, theirs), (theirs, mine)):
            report = run(*records, against=organization(INVOKE))
            assert (report.counts.calls, report.counts.same, report.counts.duplicates) == (1, 1, 1)
            assert report.unmapped == ()

    def test_a_record_delivered_twice_is_counted_once(self) -> None:
        report = run(invoke(), invoke(), against=organization(INVOKE))

        assert (report.counts.calls, report.counts.duplicates) == (1, 1)

    def test_records_without_an_id_are_all_counted(self) -> None:
        bare = {name: value for name, value in invoke().items() if name != "eventID"}

        assert run(bare, bare, against=organization(INVOKE)).counts.calls == 2

    def test_what_cannot_be_mapped_is_listed_by_source_name_and_reason(self) -> None:
        calls = [record("ec2", "RunInstances", {}, eventID=str(number)) for number in range(3)]

        report = run(*calls, against=organization())

        (found,) = report.unmapped
        assert (found.source, found.name, found.span.count) == ("ec2.amazonaws.com", "RunInstances", 3)
        assert found.reason == "there is no table for this service yet"

    def test_events_that_are_no_calls_are_not_mapped(self) -> None:
        report = run(record("signin", "ConsoleLogin", {}, eventType="AwsConsoleSignIn"), against=organization())

        assert "AwsConsoleSignIn" in report.unmapped[0].reason

    def test_broken_records_are_faults_and_stop_nothing(self) -> None:
        report = run([], {"eventSource": 1}, invoke(), None, against=organization(INVOKE))

        assert (report.counts.faults, report.counts.same, len(report.faults)) == (3, 1, 3)

    def test_the_period(self) -> None:
        calls = [invoke(eventID=str(day), eventTime=f"2026-11-0{day}T00:00:00Z") for day in (1, 2, 3)]

        report = run(*calls, against=organization(INVOKE), since="2026-11-02T00:00:00Z", until="2026-11-03T00:00:00Z")

        assert (report.counts.calls, report.counts.outside) == (1, 2)
        assert (report.first, report.last) == ("2026-11-02T00:00:00Z", "2026-11-02T00:00:00Z")

    def test_groups_are_bounded_and_the_rest_is_counted(self) -> None:
        calls = [record("ec2", f"Do{number}", {}, eventID=str(number)) for number in range(5)]

        report = run(*calls, against=organization(), limits=TrailLimits(groups=2))

        assert (len(report.unmapped), report.counts.more, report.counts.unmapped) == (2, 3, 5)

    @pytest.mark.parametrize("limit", [0, 1, 2])
    def test_what_is_remembered_saves_work_and_changes_nothing(self, limit: int) -> None:
        calls = [invoke(eventID=str(n), sourceIPAddress=f"203.0.113.{n % 2}") for n in range(6)]
        there = organization(allow("lambda:*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.1"}}))

        report = run(*calls, against=there, limits=TrailLimits(remembered_decisions=limit))

        assert (report.counts.same, report.counts.different) == (3, 3)


def uses(report: Report, entity: str = ANA) -> dict[str, Use]:
    (found,) = [each for each in report.rights if each.entity == entity]
    return {action.pattern: action.use for statement in found.statements for action in statement.actions}


class TestRights:
    def test_used_and_never_used(self) -> None:
        there = organization(allow("lambda:GetFunction", "lambda:DeleteFunction", "lambda:UpdateFunctionCode"))
        calls = [
            record("lambda", "GetFunction20150331v2", {"functionName": "f"}, eventID="1", readOnly=True),
            record("lambda", "UpdateFunctionCode20150331v2", {"functionName": "f"}, eventID="2", errorCode=DENIED),
        ]

        report = run(*calls, against=there)

        assert uses(report) == {
            "lambda:GetFunction": Use.USED,
            "lambda:DeleteFunction": Use.NEVER_USED,
            "lambda:UpdateFunctionCode": Use.NEVER_USED,  # what was refused used no right
        }
        (found,) = report.rights[0].statements
        assert found.use is Use.USED
        assert found.actions[0].used[0][0] == "lambda:GetFunction"

    def test_a_pattern_says_which_of_its_actions_were_used(self) -> None:
        call = record("lambda", "GetFunction20150331v2", {"functionName": "f"}, readOnly=True)

        report = run(call, against=organization(allow("lambda:Get*")))

        (action,) = report.rights[0].statements[0].actions
        assert [name for name, _ in action.used] == ["lambda:GetFunction"]
        assert action.available is not None
        assert action.available > 10

    def test_data_events_that_are_not_in_the_trail_prove_nothing(self) -> None:
        there = organization(allow("s3:GetObject"), INVOKE)

        report = run(record("lambda", "ListFunctions20150331", {}, readOnly=True), against=there)

        assert uses(report) == {"s3:GetObject": Use.CANNOT_TELL, "lambda:InvokeFunction": Use.CANNOT_TELL}
        reason = report.rights[0].statements[0].actions[0].reason
        assert reason == "data events of `s3` are not in this trail: GetObject"

    def test_data_events_that_are_in_the_trail_do(self) -> None:
        other = Resource("arn:aws:s3:::photos", A, PolicyKind.BUCKET)
        call = record("s3", "PutObject", {"bucketName": "photos", "key": "k"}, eventCategory="Data")

        report = run(call, against=organization(allow("s3:PutObject", "s3:DeleteObject"), resources=(other,)))

        assert uses(report) == {"s3:PutObject": Use.USED, "s3:DeleteObject": Use.NEVER_USED}
        reason = report.rights[0].statements[0].actions[1].reason
        assert reason == "provided the trail logs the data events of `s3` for every resource"

    @pytest.mark.parametrize(
        ("action", "says"),
        [
            ("ec2:RunInstances", "calls of `ec2` are not mapped"),
            ("*", "calls of most services are not mapped"),
            ("logs:PutLogEvents", "no event of a trail shows PutLogEvents"),
            ("lambda:InvokeFunctionUrl", "no event of a trail shows InvokeFunctionUrl"),
            ("lambda:GetCapacityProvider", "no event that can be mapped shows it"),
            ("kms:Decrypt", "no event of `kms` at all"),
            ("lambda:ListFunctions", "no call that only reads"),
        ],
    )
    def test_what_cannot_be_concluded_says_why(self, action: str, says: str) -> None:
        (found,) = run(against=organization(allow(action))).rights[0].statements[0].actions

        assert found.use is Use.CANNOT_TELL
        assert says in str(found.reason)

    def test_calls_that_could_not_be_mapped_may_have_used_it(self) -> None:
        there = organization(allow("s3:DeleteBucket", "iam:PassRole"))
        puzzling = record("s3", "NoSuchCall", {}, eventCategory="Management")

        assert set(uses(run(puzzling, against=there)).values()) == {Use.CANNOT_TELL}
        assert set(uses(run(against=there)).values()) == {Use.NEVER_USED}

    def test_use_that_hangs_on_an_unknown_key_is_not_certain(self) -> None:
        there = organization(allow("lambda:UpdateFunctionCode", Condition={"StringEquals": {"aws:Referer": "x"}}))

        report = run(record("lambda", "UpdateFunctionCode20150331v2", {"functionName": "f"}), against=there)

        assert uses(report) == {"lambda:UpdateFunctionCode": Use.CANNOT_TELL}

    def test_everything_but_something(self) -> None:
        rest = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}

        unused = run(against=organization(rest))
        used = run(invoke(), against=organization(rest))

        assert uses(unused) == {"NotAction": Use.CANNOT_TELL}
        assert uses(used) == {"NotAction": Use.USED}
