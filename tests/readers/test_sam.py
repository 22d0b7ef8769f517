"""Templates of SAM: what AWS's transform makes of them, decided by the rules, and led back to what was written."""

from __future__ import annotations

import importlib.util
import socket
from typing import NoReturn

import pytest

from lampolicy.diagnostic import Code
from lampolicy.function import Authorizer
from lampolicy.request import Anonymous, Service
from tests.readers.templates import ACCOUNT, Deploy, faults, others

pytest.importorskip("samtranslator", reason="needs `pip install 'lampolicy[sam]'`")

SHOP = """\
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Env: {Type: String, Default: dev}
  Told: {Type: String}
Globals:
  Function: {Runtime: python3.13, Handler: a.b, CodeUri: src/, Tracing: Active}
Resources:
  Thumbs:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub thumbs-${Env}
      AutoPublishAlias: live
      FunctionUrlConfig: {AuthType: NONE}
      Policies:
        - S3ReadPolicy: {BucketName: !Ref Photos}
        - AmazonSQSReadOnlyAccess
        - Version: '2012-10-17'
          Statement:
            - Effect: Allow
              Action: s3:PutObject
              Resource: !Sub ${Thumbnails.Arn}/*
      Events:
        Up: {Type: S3, Properties: {Bucket: !Ref Photos, Events: s3:ObjectCreated:*}}
        Jobs: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 1}}
        Http: {Type: Api, Properties: {Path: /x, Method: get}}
        News: {Type: SNS, Properties: {Topic: !Ref News}}
        Tick: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}
      EventInvokeConfig:
        DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Jobs.Arn}}
  Photos: {Type: AWS::S3::Bucket, Properties: {BucketName: photos}}
  Thumbnails: {Type: AWS::S3::Bucket, Properties: {BucketName: thumbnails}}
  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  News: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}
"""
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"


@pytest.fixture
def shop(deploy: Deploy) -> Authorizer:
    loaded = deploy(SHOP)
    assert faults(loaded) == []
    return Authorizer(loaded.organization)


class TestAnApplication:
    def test_the_bucket_invokes_the_alias_alone(self, shop: Authorizer) -> None:
        """L4: with AutoPublishAlias every permission hangs on the alias; L7: S3 must come from this account."""
        photos = Service("s3.amazonaws.com", "arn:aws:s3:::photos", ACCOUNT)

        assert shop.function("thumbs-dev", "live").may_invoke(photos)
        assert not shop.function("thumbs-dev").may_invoke(photos)
        strange = Service("s3.amazonaws.com", "arn:aws:s3:::photos", "999999999999")
        assert not shop.function("thumbs-dev", "live").may_invoke(strange)

    def test_other_sources_invoke_it_by_their_own_arn(self, shop: Authorizer) -> None:
        """K4."""
        live = shop.function("thumbs-dev", "live")
        topic = f"arn:aws:sns:eu-west-1:{ACCOUNT}:news"

        assert live.may_invoke(Service("sns.amazonaws.com", topic))
        assert not live.may_invoke(Service("sns.amazonaws.com", f"{topic}2"))
        (tick,) = [
            condition.values[0]
            for _, policy in live.function.policies
            for statement in policy.statements
            for condition in statement.conditions
            if "rule/" in condition.values[0]
        ]
        assert live.may_invoke(Service("events.amazonaws.com", tick))
        assert "MADEUP" in tick

    def test_anybody_may_call_the_url(self, shop: Authorizer) -> None:
        """L8: AuthType NONE needs both statements, which SAM writes."""
        assert shop.function("thumbs-dev", "live").may_invoke_url(Anonymous(), auth_type="NONE")
        assert not shop.function("thumbs-dev").may_invoke_url(Anonymous(), auth_type="NONE")

    def test_it_runs_as_its_role_with_the_policies_that_are_named(self, shop: Authorizer) -> None:
        function = shop.function("thumbs-dev")
        role = next(role for role in shop.organization.roles if role.arn == function.function.role)

        assert role.attached == (
            "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
            "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
            "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess",
            "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
        )
        assert [
            action
            for policy in role.inline
            for statement in policy.statements
            for action in statement.actions.patterns
            if action.startswith("s3:") and "Object" in action
        ] == ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]

    def test_a_policy_that_is_not_in_the_template_must_be_given(self, deploy: Deploy) -> None:
        """E23: what AmazonSQSReadOnlyAccess says is not known here, so nothing of the role is decided."""
        warnings = [code for code, *_ in others(deploy(SHOP))]

        assert Code.UNKNOWN_POLICY in warnings

    def test_it_polls_the_queue(self, deploy: Deploy) -> None:
        """L16: SAM attaches the managed policy that the poller needs."""
        authorizer = Authorizer(deploy(SHOP.replace("        - AmazonSQSReadOnlyAccess\n", "")).organization)
        function = authorizer.function("thumbs-dev")

        assert function.may_poll(QUEUE)
        assert [mapping.source for mapping in authorizer.organization.event_sources] == [QUEUE]
        assert str(authorizer.organization.event_sources[0].function).endswith(":thumbs-dev:live")

    def test_may_run_what_its_policies_name(self, deploy: Deploy) -> None:
        authorizer = Authorizer(deploy(SHOP.replace("        - AmazonSQSReadOnlyAccess\n", "")).organization)
        function = authorizer.function("thumbs-dev")

        assert function.may_run("s3:GetObject", "arn:aws:s3:::photos/a")
        assert function.may_run("s3:PutObject", "arn:aws:s3:::thumbnails/a")
        assert not function.may_run("s3:PutObject", "arn:aws:s3:::photos/a")
        assert not function.may_run("s3:DeleteObject", "arn:aws:s3:::thumbnails/a")

    def test_destinations_and_configuration(self, shop: Authorizer) -> None:
        function = shop.function("thumbs-dev").function

        assert [(str(d.arn.qualifier), d.on_failure) for d in function.destinations] == [("live", QUEUE)]
        assert function.configuration is not None
        assert function.configuration.tracing == "Active"
        assert (function.versions, function.aliases) == (("1",), (("live", "1"),))


class TestPlaces:
    def test_what_is_written_in_sam_is_said_where_it_is_written(self, deploy: Deploy) -> None:
        text = SHOP.replace("${Thumbnails.Arn}/*", "${Thumbnails.Arn}/${Told}/*")

        assert faults(deploy(text)) == [(Code.VALUE_NOT_TOLD, "the parameter `Told` has no value", 22, 25)]

    def test_what_is_generated_is_said_at_what_it_was_generated_for(self, deploy: Deploy) -> None:
        text = SHOP.replace("AmazonSQSReadOnlyAccess", "NoPolicyOfAws")

        assert [(said, line) for _, said, line, _ in faults(deploy(text))] == [
            ("`NoPolicyOfAws` is not the ARN of a managed policy", 10)
        ]

    def test_nobody_is_told_to_mend_what_sam_writes(self, deploy: Deploy) -> None:
        """Its policy templates have no `Version`; a policy somebody wrote without one is told of."""
        assert Code.OLD_VERSION not in [code for code, *_ in others(deploy(SHOP))]
        text = SHOP.replace("Version: '2012-10-17'", "Id: x")
        said = [(code, line) for code, _, line, _ in others(deploy(text)) if code is Code.OLD_VERSION]

        assert said == [(Code.OLD_VERSION, 18)]

    def test_what_globals_say_is_said_once(self, deploy: Deploy) -> None:
        """It is written out into every function."""
        text = SHOP.replace("Tracing: Active", "VpcConfig: {SubnetIds: !Ref Told, SecurityGroupIds: [sg-1]}")
        text += "  Other: {Type: AWS::Serverless::Function}\n"
        said = [(said, line) for code, said, line, _ in others(deploy(text)) if code is Code.VALUE_NOT_TOLD]

        assert said == [("the parameter `Told` has no value", 7)]

    def test_what_sam_refuses_is_said_at_the_resource(self, deploy: Deploy) -> None:
        text = SHOP.replace("Bucket: !Ref Photos, ", "")

        ((code, said, line, _),) = faults(deploy(text))
        assert (code, line) == (Code.BAD_TEMPLATE, 24)
        assert said.startswith("SAM refuses `ThumbsUp`: ")

    def test_broken_forms_are_said_before_the_transform(self, deploy: Deploy) -> None:
        text = SHOP + "  Broken: 1\n"

        assert [said for _, said, *_ in faults(deploy(text))] == ["the resource `Broken` needs a `Type`"]


class TestWithoutTheNetwork:
    def test_nothing_is_asked_for(self, deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
        """Neither the region nor managed policies nor applications of the repository."""

        def refuse(*_: object, **__: object) -> NoReturn:
            raise AssertionError("the network was asked")

        application = """\
  Bought:
    Type: AWS::Serverless::Application
    Properties: {Location: {ApplicationId: 'arn:aws:serverlessrepo:us-east-1:1:applications/x', SemanticVersion: 1.0.0}}
"""
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        monkeypatch.setattr(socket.socket, "connect", refuse)
        for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
            monkeypatch.delenv(name, raising=False)
        loaded = deploy(SHOP + application)

        assert faults(loaded) == []
        assert any("`Bought`" in said for _, said, *_ in others(loaded))

    def test_the_name_of_a_stored_parameter_is_not_taken_for_its_value(self, deploy: Deploy) -> None:
        stored = "{Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/env}"
        text = SHOP.replace("{Type: String, Default: dev}", stored)

        assert [said for _, said, *_ in faults(deploy(text))] == [
            "what the parameter `Env` names is stored in SSM, and not known"
        ]

    def test_given_parameters_reach_the_transform(self, deploy: Deploy) -> None:
        (function,) = deploy(SHOP, parameters={"Env": "prod"}).organization.functions

        assert function.arn.name == "thumbs-prod"

    def test_without_the_library_it_says_what_to_install(self, deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
        there = importlib.util.find_spec
        monkeypatch.setattr(
            "lampolicy.readers._templates._sam.find_spec",
            lambda name: None if name == "samtranslator" else there(name),
        )
        ((code, said, *_),) = faults(deploy(SHOP))

        assert (code, said) == (Code.NEEDS_LIBRARY, "a template of SAM needs aws-sam-translator")

    def test_sam_without_its_transform_is_a_fault(self, deploy: Deploy) -> None:
        text = SHOP.replace("Transform: AWS::Serverless-2016-10-31\n", "")

        assert [said for _, said, *_ in faults(deploy(text))] == [
            "`Thumbs` is of SAM, and the template has no `Transform: AWS::Serverless-2016-10-31`"
        ]
