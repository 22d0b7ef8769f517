"""Applications nobody wrote for lampolicy: AWS Solutions Constructs, deployed and exported, answered without a mistake.

What is expected is reasoned from the templates by the rules whose numbers stand beside it. Runs where the extra `real`
and the constructs of `tests/real/applications.txt` are installed (docs/development.md), and skips elsewhere.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from lampolicy import Authorizer, FunctionArn, Organization, Policy, Service
from lampolicy.check import check
from lampolicy.function import Hop, Needs, Result, Trace, trace
from lampolicy.organization import Function, IamRole
from lampolicy.readers import load

from .aws import ACCOUNT, REGION, Application, Deployed, account, deploy

QUEUE = Application("aws_lambda_sqs_lambda", "lamsqslam-defaultDeployment")
TABLE = Application("aws_dynamodbstreams_lambda", "dbslam-no-arguments")
TOPIC = Application("aws_sns_lambda", "snslam-no-arguments")
BUCKET = Application("aws_s3_lambda", "s3lam-no-arguments")
FAN_OUT = Application("aws_sns_sqs", "snssqs-no-arguments")
ALL = (QUEUE, TABLE, TOPIC, BUCKET, FAN_OUT)

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
TRACES = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]

Deploying = Callable[[Application], Deployed]

pytestmark = [
    pytest.mark.skipif(
        any(find_spec(name) is None for name in ("awscli", "boto3", "moto")), reason="the extra `real` is not installed"
    ),
    pytest.mark.filterwarnings("ignore"),  # those of moto and the AWS CLI are not ours
]


@pytest.fixture(scope="module")
def deploying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deploying]:
    """Deploys each application once."""
    done: dict[Application, Deployed] = {}

    def deployed(application: Application) -> Deployed:
        if application not in done:
            template = application.template()
            if template is None:
                pytest.skip(f"the construct `{application.package}` is not installed")
            with account(template):
                done[application] = deploy(application, template, tmp_path_factory.mktemp("aws"))
        return done[application]

    with pytest.MonkeyPatch.context() as environment:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "not-a-secret")
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            environment.setenv(name, "/nonexistent")
        environment.setenv("AWS_PAGER", "")
        environment.delenv("AWS_PROFILE", raising=False)
        yield deployed


def read(found: Deployed) -> Authorizer:
    return Authorizer(load(found.folder).organization)


def needed(answer: Needs) -> list[str]:
    return [need.part.request.action for need in answer.required]


def callers(hop: Hop) -> list[tuple[str, str]]:
    return [(part.request.principal.caller_arn, part.request.action) for part in hop.answer.parts]


def running(found: Deployed, function: str) -> str:
    """The session as which a function runs."""
    role = read(found).function(function).function.role
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{str(role).rpartition('/')[2]}/{function}"


@pytest.mark.parametrize("application", ALL, ids=lambda one: one.name)
class TestEveryApplication:
    def test_check_finds_nothing_to_say(self, deploying: Deploying, application: Application) -> None:
        """They are published as well built; every statement of theirs does something, and none is a trap."""
        report = check([deploying(application).folder])

        assert [(f.diagnostic.code, f.diagnostic.message) for f in report.findings] == []

    def test_every_file_is_understood(self, deploying: Deploying, application: Application) -> None:
        loaded = load(deploying(application).folder)

        assert [(said.file, said.diagnostic.message) for said in loaded.diagnostics] == []
        assert loaded.organization.resources

    def test_nobody_but_the_root_user_and_the_source_may_invoke(
        self, deploying: Deploying, application: Application
    ) -> None:
        """E10, L5: no identity policy of theirs holds lambda:InvokeFunction."""
        there = read(deploying(application))
        for function in there.organization.functions:
            who = there.function(str(function.arn)).who_may_invoke()

            assert [known.principal.caller_arn for known in who.may] == [ROOT]
            assert (who.hangs, who.cannot_tell) == ((), ())
            assert {admitted.who for admitted in who.outside} <= {"s3.amazonaws.com", "sns.amazonaws.com"}


class TestQueue:
    """A function that sends to a queue, and one that Lambda polls it for: the pull model."""

    @pytest.fixture
    def found(self, deploying: Deploying) -> Deployed:
        return deploying(QUEUE)

    @pytest.fixture
    def queue(self, found: Deployed) -> str:
        return found.arn("AWS::SQS::Queue", "queueF2")

    @pytest.fixture
    def path(self, found: Deployed, queue: str) -> str:
        producer, consumer = found.function("lambdatosqs"), found.function("sqstolambda")
        return f"{ROOT} -> {producer} -> sqs:SendMessage {queue} -> {consumer}"

    def test_the_message_gets_through(self, found: Deployed, path: str) -> None:
        """L16: by the event source mapping and the consumer's role; nobody invokes the consumer."""
        trace_ = trace(read(found), path)
        producer, consumer = found.function("lambdatosqs"), found.function("sqstolambda")

        assert trace_
        assert callers(trace_.hops[2]) == [(running(found, producer), "sqs:SendMessage")]
        assert callers(trace_.hops[3]) == [
            (running(found, consumer), f"sqs:{name}")
            for name in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
        ]

    def test_the_queue_takes_nothing_without_tls(self, found: Deployed, queue: str) -> None:
        """E1: the queue's policy denies `SQS:*` to everybody whose transport is not encrypted."""
        producer = found.function("lambdatosqs")
        answer = read(found).function(producer).may_run("sqs:SendMessage", queue, {"aws:SecureTransport": "false"})

        assert not answer
        assert "HttpsOnly" in str(answer.parts[0].explanation)

    def test_neither_function_may_do_the_others_part(self, found: Deployed, queue: str) -> None:
        """L6: that the queue's policy names the account grants the roles in it nothing."""
        there = read(found)
        producer, consumer = found.function("lambdatosqs"), found.function("sqstolambda")

        assert not there.function(producer).may_poll(queue)
        assert not there.function(consumer).may_run("sqs:SendMessage", queue)

    def test_without_the_exported_mapping_it_is_not_guessed(self, found: Deployed, path: str, tmp_path: Path) -> None:
        shutil.copytree(found.folder, tmp_path / "aws")
        (mappings,) = (tmp_path / "aws").rglob("mappings.json")
        mappings.unlink()

        assert trace(Authorizer(load(tmp_path / "aws").organization), path).result is Result.OPEN

    def test_needs(self, found: Deployed) -> None:
        """L16, L17: the template traces, so X-Ray is needed; only the consumer needs the queue."""
        there = read(found)
        producer = there.function(found.function("lambdatosqs")).needs()
        consumer = there.function(found.function("sqstolambda")).needs()
        polling = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]

        assert (bool(producer), needed(producer)) == (True, [*LOGS, *TRACES])
        assert (bool(consumer), needed(consumer)) == (True, [*LOGS, *TRACES, *polling])
        assert {excess.action for excess in producer.excess} == {
            "sqs:SendMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
        }

    def test_a_role_that_lost_its_policy_is_found_out(self, found: Deployed, path: str, tmp_path: Path) -> None:
        """The consumer's default policy is the one that lets Lambda poll."""
        shutil.copytree(found.folder, tmp_path / "aws")
        (details,) = (tmp_path / "aws").rglob("authorization-details.json")
        told = json.loads(details.read_text(encoding="utf-8"))
        for role in told["RoleDetailList"]:
            kept = [p for p in role["RolePolicyList"] if "sqstolambdaLambdaFunctionServiceRoleD" not in p["PolicyName"]]
            role["RolePolicyList"] = kept
        details.write_text(json.dumps(told), encoding="utf-8")
        there = Authorizer(load(tmp_path / "aws").organization)
        broken = trace(there, path)

        assert broken.broken is broken.hops[3]
        assert len(broken.broken.answer.refused) == 3
        lacking = there.function(found.function("sqstolambda")).needs().lacking
        assert [need.part.request.action for need in lacking] == [
            part.request.action for part in broken.broken.answer.refused
        ]


class TestTable:
    """A table whose stream Lambda polls, with a queue for batches that failed."""

    def test_a_change_comes_to_the_function_and_a_failure_to_the_queue(self, deploying: Deploying) -> None:
        """L16, L17."""
        found = deploying(TABLE)
        table, queue = found.arn("AWS::DynamoDB::Table"), found.arn("AWS::SQS::Queue")
        path = f"table {table} -> {found.function()} -> queue {queue}"
        way = trace(read(found), path)
        session = running(found, found.function())

        assert way
        assert [hop.does for hop in way.hops] == ["is polled for", "runs as", "sends events that failed to"]
        assert callers(way.hops[0]) == [
            (session, f"dynamodb:{name}") for name in ("DescribeStream", "GetRecords", "GetShardIterator")
        ]
        assert callers(way.hops[2]) == [(session, "sqs:SendMessage")]

    def test_needs(self, deploying: Deploying) -> None:
        """L16: that its role also has dynamodb:ListStreams is said, not needed."""
        found = deploying(TABLE)
        answer = read(found).function(found.function()).needs()

        assert answer
        assert needed(answer)[5:] == [
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "sqs:SendMessage",
        ]
        assert "dynamodb:ListStreams" in {excess.action for excess in answer.excess}

    def test_the_function_may_not_write_to_its_table(self, deploying: Deploying) -> None:
        found = deploying(TABLE)
        table = found.arn("AWS::DynamoDB::Table")

        assert not read(found).function(found.function()).may_run("dynamodb:PutItem", table)


class TestTopic:
    """A topic that invokes a function: the push model."""

    def path(self, topic: str, function: str) -> str:
        return f"topic {topic} -> {function}"

    def test_the_topic_invokes(self, deploying: Deploying) -> None:
        """L5, E12."""
        found = deploying(TOPIC)
        way = trace(read(found), self.path(found.arn("AWS::SNS::Topic"), found.function()))

        assert way
        assert callers(way.hops[0]) == [("sns.amazonaws.com", "lambda:InvokeFunction")]

    def test_another_topic_does_not(self, deploying: Deploying) -> None:
        """K4: the permission names the topic."""
        found = deploying(TOPIC)
        other = f"arn:aws:sns:{REGION}:{ACCOUNT}:other"
        way: Trace = trace(read(found), self.path(other, found.function()))

        assert way.broken is way.hops[0]

    def test_it_needs_nothing_for_it(self, deploying: Deploying) -> None:
        """The source pushes: the role needs what every function of this configuration needs."""
        found = deploying(TOPIC)
        answer = read(found).function(found.function()).needs()

        assert (bool(answer), needed(answer), answer.excess) == (True, [*LOGS, *TRACES], ())


class TestBucket:
    """A bucket that invokes a function, and two helpers of CloudFormation beside it."""

    def test_the_bucket_invokes(self, deploying: Deploying) -> None:
        """L7: bucket and account are both asked for."""
        found = deploying(BUCKET)
        function, bucket = found.function("LambdaFunctionB5"), found.arn("AWS::S3::Bucket", "S3BucketB")
        there = read(found)

        assert trace(there, f"{bucket} in {ACCOUNT} -> {function}")
        stranger = Service("s3.amazonaws.com", bucket, "999999999999")
        assert not there.function(function).may_invoke(stranger)
        log = found.arn("AWS::S3::Bucket", "Logging")
        assert not trace(there, f"{log} in {ACCOUNT} -> {function}")

    def test_a_managed_policy_of_aws_that_the_export_leaves_out_is_known(self, deploying: Deploying) -> None:
        """L23: the helpers' roles have AWSLambdaBasicExecutionRole, which the export names without its text."""
        found = deploying(BUCKET)
        answer = read(found).function(found.function("BucketNotifications")).needs()

        assert (bool(answer), needed(answer)) == (True, LOGS)

    def test_the_helper_may_set_notifications_of_its_bucket_only(self, deploying: Deploying) -> None:
        found = deploying(BUCKET)
        helper = read(found).function(found.function("BucketNotifications"))
        bucket, log = (found.arn("AWS::S3::Bucket", like) for like in ("S3BucketB", "Logging"))

        assert helper.may_run("s3:PutBucketNotification", bucket)
        assert not helper.may_run("s3:PutBucketNotification", log)

    def test_the_cleaner_empties_the_log_by_the_buckets_policy_alone(self, deploying: Deploying) -> None:
        """E3, E7: the bucket names the role, in whose account it is; the role's own policies are silent."""
        found = deploying(BUCKET)
        cleaner = read(found).function(found.function("AutoDelete"))
        log, bucket = (found.arn("AWS::S3::Bucket", like) for like in ("Logging", "S3BucketB"))

        assert cleaner.may_run("s3:DeleteObject", f"{log}/2026/x")
        assert not cleaner.may_run("s3:DeleteObject", f"{bucket}/2026/x")


class TestFanOut:
    """A topic that delivers to a queue, each encrypted with a key of its own; a function that polls is added."""

    def way(self, found: Deployed, topic: str) -> Trace:
        function = Function(FunctionArn.parse(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:reader"))
        there = Organization.merge(load(found.folder).organization, Organization(functions=(function,)))
        return trace(Authorizer(there), f"topic {topic} -> queue {found.arn('AWS::SQS::Queue', 'queue9')} -> reader")

    def test_the_topic_delivers_and_may_use_the_queues_key(self, deploying: Deploying) -> None:
        """E12: both the queue's policy and its key's name SNS for this topic."""
        found = deploying(FAN_OUT)
        way = self.way(found, found.arn("AWS::SNS::Topic"))
        key = found.arn("AWS::KMS::Key", "queueKey")

        assert way.hops[0]
        assert [(part.request.action, part.request.resource) for part in way.hops[0].answer.parts] == [
            ("sqs:SendMessage", found.arn("AWS::SQS::Queue", "queue9")),
            ("kms:GenerateDataKey", key),
            ("kms:Decrypt", key),
        ]

    def test_another_topic_may_neither_send_nor_use_the_key(self, deploying: Deploying) -> None:
        """K4."""
        found = deploying(FAN_OUT)
        way = self.way(found, f"arn:aws:sns:{REGION}:{ACCOUNT}:other")

        assert [part.request.action for part in way.hops[0].answer.refused] == [
            "sqs:SendMessage",
            "kms:GenerateDataKey",
            "kms:Decrypt",
        ]

    def test_who_reads_the_queue_needs_its_key(self, deploying: Deploying) -> None:
        """L16: the key's policy leaves it to IAM, and so a role that may only read the queue is refused."""
        found = deploying(FAN_OUT)
        queue, key = found.arn("AWS::SQS::Queue", "queue9"), found.arn("AWS::KMS::Key", "queueKey")
        reading = {"Effect": "Allow", "Action": "sqs:*", "Resource": queue}
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        arn = f"arn:aws:iam::{ACCOUNT}:role/reader"
        role = IamRole(
            arn,
            trust=Policy.parse({"Version": "2012-10-17", "Statement": trust}, kind="trust"),
            inline=(Policy.parse({"Version": "2012-10-17", "Statement": reading}, kind="identity"),),
        )
        function = Function(FunctionArn.parse(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:reader"), role=arn)
        added = Organization(functions=(function,), roles=(role,))
        there = Authorizer(Organization.merge(load(found.folder).organization, added))
        answer = there.function("reader").may_poll(queue)

        assert [(part.request.action, part.request.resource) for part in answer.refused] == [("kms:Decrypt", key)]
