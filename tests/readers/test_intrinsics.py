"""Values of templates: what each intrinsic function comes to, and what is said where it cannot be told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lampolicy.diagnostic import Code
from tests.readers.templates import ACCOUNT, Deploy, faults, granted, role

BUCKET = "\n  Bucket: {Type: 'AWS::S3::Bucket', Properties: {BucketName: photos}}\n"
HEAD = """\
Parameters:
  Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Names: {Type: CommaDelimitedList, Default: 'a, b'}
  Told: {Type: String}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /orders/bucket}
Mappings:
  Buckets:
    dev: {name: dev-photos}
    prod: {name: prod-photos}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  NotProd: !Not [!Condition IsProd]
  Both: !And [!Condition IsProd, !Condition NotProd]
  Either: !Or [!Condition IsProd, !Condition NotProd]
  Untold: !Equals [!Ref Told, x]
  UntoldOrTrue: !Or [!Condition Untold, !Condition Either]
  UntoldAndFalse: !And [!Condition Untold, !Condition Both]
"""


class TestWhatIsTold:
    @pytest.mark.parametrize(
        ("written", "comes_to"),
        [
            ("arn:aws:s3:::photos/*", "arn:aws:s3:::photos/*"),
            ("!GetAtt Bucket.Arn", "arn:aws:s3:::photos"),
            ("{'Fn::GetAtt': [Bucket, Arn]}", "arn:aws:s3:::photos"),
            ("!Sub arn:${AWS::Partition}:s3:::${Bucket}/*", "arn:aws:s3:::photos/*"),
            ("!Sub '${Bucket.Arn}/${!aws:username}'", "arn:aws:s3:::photos/${aws:username}"),
            ("!Sub ['arn:aws:s3:::${b}/${Env}', {b: !Ref Bucket}]", "arn:aws:s3:::photos/dev"),
            ("!Join ['', ['arn:aws:s3:::', !Ref Bucket, /, !Ref Env]]", "arn:aws:s3:::photos/dev"),
            ("!Select [1, ['arn:aws:s3:::x', 'arn:aws:s3:::y']]", "arn:aws:s3:::y"),
            ("!Select ['0', !Split [',', 'arn:aws:s3:::x,arn:aws:s3:::y']]", "arn:aws:s3:::x"),
            ("!Sub ['arn:aws:s3:::${n}', {n: !Select [1, !Ref Names]}]", "arn:aws:s3:::b"),
            ("!Sub ['arn:aws:s3:::${n}', {n: !FindInMap [Buckets, !Ref Env, name]}]", "arn:aws:s3:::dev-photos"),
            ("!If [IsProd, 'arn:aws:s3:::x', 'arn:aws:s3:::y']", "arn:aws:s3:::y"),
            ("!If [NotProd, !If [IsProd, a, 'arn:aws:s3:::z'], b]", "arn:aws:s3:::z"),
            ("!If [Both, 'arn:aws:s3:::x', 'arn:aws:s3:::y']", "arn:aws:s3:::y"),
            ("!If [Either, 'arn:aws:s3:::x', 'arn:aws:s3:::y']", "arn:aws:s3:::x"),
            ("!If [UntoldOrTrue, 'arn:aws:s3:::x', 'arn:aws:s3:::y']", "arn:aws:s3:::x"),
            ("!If [UntoldAndFalse, 'arn:aws:s3:::x', 'arn:aws:s3:::y']", "arn:aws:s3:::y"),
            ("!Sub arn:aws:sns:${AWS::Region}:${AWS::AccountId}:x", f"arn:aws:sns:eu-west-1:{ACCOUNT}:x"),
            ("!Sub arn:aws:s3:::${AWS::StackName}.${AWS::URLSuffix}", "arn:aws:s3:::orders.amazonaws.com"),
            ("!Sub ['arn:aws:s3:::${n}', {n: {'Fn::Base64': ab}}]", "arn:aws:s3:::YWI="),
            ("!Sub ['arn:aws:s3:::x${n}', {n: {'Fn::Length': !Ref Names}}]", "arn:aws:s3:::x2"),
        ],
    )
    def test_it_comes_to(self, deploy: Deploy, written: str, comes_to: str) -> None:
        loaded = deploy(role(written, head=HEAD, more=BUCKET))

        assert faults(loaded) == []
        assert granted(loaded) == [(comes_to,)]

    def test_no_value_leaves_an_item_out(self, deploy: Deploy) -> None:
        written = "[!If [IsProd, 'arn:aws:s3:::x', !Ref 'AWS::NoValue'], 'arn:aws:s3:::y']"

        assert granted(deploy(role(written, head=HEAD))) == [("arn:aws:s3:::y",)]

    def test_a_list_stands_for_a_list(self, deploy: Deploy) -> None:
        written = "!If [IsProd, [], ['arn:aws:s3:::x', 'arn:aws:s3:::y']]"

        assert granted(deploy(role(written, head=HEAD))) == [("arn:aws:s3:::x", "arn:aws:s3:::y")]

    def test_given_values_win_over_defaults(self, deploy: Deploy) -> None:
        written = "!If [IsProd, 'arn:aws:s3:::x', 'arn:aws:s3:::y']"

        assert granted(deploy(role(written, head=HEAD), parameters={"Env": "prod"})) == [("arn:aws:s3:::x",)]

    def test_imports_and_attributes_are_what_is_given(self, deploy: Deploy) -> None:
        written = "[!ImportValue shared-bucket, !GetAtt Nested.Outputs.Arn]"
        more = "\n  Nested: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: x}}\n"
        told = {"imports": {"shared-bucket": "arn:aws:s3:::x"}, "attributes": {"Nested.Outputs.Arn": "arn:aws:s3:::y"}}

        assert granted(deploy(role(written, more=more), **told)) == [("arn:aws:s3:::x", "arn:aws:s3:::y")]

    def test_a_given_value_stands_for_what_ssm_holds(self, deploy: Deploy) -> None:
        written = "!Sub arn:aws:s3:::${Stored}"

        assert granted(deploy(role(written, head=HEAD), parameters={"Stored": "x"})) == [("arn:aws:s3:::x",)]

    def test_json_says_the_same_as_yaml(self, deploy: Deploy) -> None:
        """CDK writes JSON; functions stand there in their long form."""
        resource: Any = {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/*"]]}
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
        properties = {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [{"PolicyName": "use", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}],
        }
        resources = {
            "Role": {"Type": "AWS::IAM::Role", "Properties": properties},
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "photos"}},
        }

        assert granted(deploy({"Resources": resources}, "Orders.template.json")) == [("arn:aws:s3:::photos/*",)]

    def test_a_plain_value_of_yaml_stays_what_was_written(self, deploy: Deploy) -> None:
        """An account id keeps its zero, a version of the language is no date."""
        template = role(
            "!Sub arn:aws:s3:::${Told}", head="Parameters:\n  Told: {Type: String, Default: 012345678901}\n"
        )

        assert granted(deploy(template)) == [("arn:aws:s3:::012345678901",)]

    def test_partitions_follow_the_region(self, deploy: Deploy) -> None:
        loaded = deploy(role("!Sub arn:${AWS::Partition}:s3:::x"), region="cn-north-1")

        assert granted(loaded) == [("arn:aws-cn:s3:::x",)]
        assert [r.arn for r in loaded.organization.roles] == [f"arn:aws-cn:iam::{ACCOUNT}:role/worker"]


class TestWhatIsNotTold:
    @pytest.mark.parametrize(
        ("written", "message", "help_"),
        [
            ("!Ref Told", "the parameter `Told` has no value", "--parameter Told=VALUE"),
            ("!Sub arn:aws:s3:::${Told}", "the parameter `Told` has no value", "--parameter Told=VALUE"),
            ("!Ref Stored", "what the parameter `Stored` names is stored in SSM, and not known", "--parameter Stored="),
            ("!ImportValue x", "the export `x` of another stack is not known", "--import x=VALUE"),
            ("'{{resolve:ssm:/a}}'", "what `{{resolve:ssm:/a}}` stands for is not known", "parameter"),
            (
                "!Sub '${Bucket.Arn}{{resolve:ssm:/a}}'",
                "what `{{resolve:ssm:/a}}` stands for is not known",
                "parameter",
            ),
            (
                "!GetAtt Bucket.Colour",
                "the attribute `Colour` of `Bucket`, of type `AWS::S3::Bucket`, is not known",
                "--attribute Bucket.Colour=VALUE",
            ),
            ("!If [Untold, 'arn:aws:s3:::x', '*']", "the parameter `Told` has no value", "--parameter Told=VALUE"),
            (
                "!Ref 'AWS::NotificationARNs'",
                "where the stack sends notifications (`AWS::NotificationARNs`) is not told",
                "parameter",
            ),
            ("!Cidr [a, b, c]", "what `Fn::Cidr` gives is not known", "parameter"),
        ],
    )
    def test_what_reaches_a_policy_is_a_fault_and_the_policy_is_not_decided(
        self, deploy: Deploy, written: str, message: str, help_: str
    ) -> None:
        loaded = deploy(role(written, head=HEAD, more=BUCKET))

        (fault,) = loaded.faults
        assert (fault.diagnostic.code, fault.diagnostic.message) == (Code.VALUE_NOT_TOLD, message)
        assert help_ in str(fault.diagnostic.help)
        assert fault.diagnostic.span is not None
        assert granted(loaded) == []
        assert [unread.on for unread in loaded.organization.unread] == [f"arn:aws:iam::{ACCOUNT}:role/worker"]

    def test_the_place_is_where_it_is_asked_for(self, deploy: Deploy) -> None:
        head = "Parameters: {A: {Type: String}, B: {Type: String}}\nConditions: {C: !Equals [!Ref B, x]}\n"

        assert faults(deploy(role("[!Ref A, !If [C, x, y]]", head=head))) == [
            (Code.VALUE_NOT_TOLD, "the parameter `A` has no value", 18, 28),
            (Code.VALUE_NOT_TOLD, "the parameter `B` has no value", 2, 26),
        ]

    def test_the_place_in_json_is_told_as_well(self, deploy: Deploy) -> None:
        name = {"Fn::Sub": "x-${Told}"}
        template = {
            "Parameters": {"Told": {"Type": "String"}},
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}},
        }

        ((code, message, line, column),) = faults(deploy(template))
        assert (code, message) == (Code.VALUE_NOT_TOLD, "the parameter `Told` has no value")
        assert json.dumps(template, indent=2).split("\n")[(line or 0) - 1][(column or 0) - 1 :] == '"x-${Told}"'

    def test_what_nothing_hangs_on_is_no_fault(self, deploy: Deploy) -> None:
        more = "\n  Net: {Type: 'AWS::EC2::Subnet', Properties: {CidrBlock: !Ref Told, VpcId: '{{resolve:ssm:/v}}'}}\n"

        assert faults(deploy(role("'*'", head=HEAD, more=more))) == []


class TestMistakes:
    @pytest.mark.parametrize(
        ("written", "message"),
        [
            ("!Ref Bukket", "the template has no parameter or resource `Bukket`"),
            ("!Sub '${Bukket.Arn}'", "the template has no parameter or resource `Bukket`"),
            ("!GetAtt Bucket", "`Fn::GetAtt` takes a resource and an attribute"),
            ("!Ref [a]", "`Ref` takes the name of a parameter or resource"),
            ("!Sub [a]", "`Fn::Sub` takes a text, or a list of a text and its variables"),
            ("!Join [a]", "this function takes a list of two: a delimiter and a list"),
            ("!Join [a, b]", "the second part of `Fn::Join` must be a list"),
            ("!Join [a, [[b]]]", "`Fn::Join` joins texts, with a text between them"),
            ("!Select [2, [a, b]]", "`Fn::Select` selects item 2 of a list of 2"),
            ("!Select [-1, [a, b]]", "`Fn::Select` selects by a number, not by `-1`"),
            ("!Split ['', a]", "`Fn::Split` splits a text at a text"),
            ("!If [Nothing, a, b]", "the template has no condition `Nothing`"),
            ("!If [IsProd, a]", "`Fn::If` takes a condition and two values"),
            ("!FindInMap [Buckets, dev, colour]", "the mappings hold nothing at `Buckets`, `dev`, `colour`"),
            ("!FindInMap [Buckets]", "`Fn::FindInMap` takes a mapping and two keys"),
            ("!Base64 [a]", "`Fn::Base64` takes a text"),
            ("!ImportValue [a]", "`Fn::ImportValue` takes the name of an export"),
            ("{'Ref': Bucket, more: 1}", "`Ref` stands beside other keys"),
            ("!Sub ['${a}', {a: [b]}]", "`Fn::Sub` puts texts into a text, and one of these is none"),
        ],
    )
    def test_a_function_used_wrongly_is_a_fault(self, deploy: Deploy, written: str, message: str) -> None:
        loaded = deploy(role(written, head=HEAD, more=BUCKET))

        assert [(code, said) for code, said, *_ in faults(loaded)] == [(Code.BAD_TEMPLATE, message)]
        assert granted(loaded) == []

    def test_a_near_name_is_proposed(self, deploy: Deploy) -> None:
        (fault,) = deploy(role("!GetAtt Bukket.Arn", more=BUCKET)).faults

        assert fault.diagnostic.help == "did you mean `Bucket`?"

    def test_conditions_that_rest_on_one_another_are_a_fault(self, deploy: Deploy) -> None:
        head = "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}\n"

        assert [said for _, said, *_ in faults(deploy(role("!If [A, x, y]", head=head)))] == [
            "the condition `A` rests on itself"
        ]

    def test_names_that_rest_on_one_another_are_a_fault(self, deploy: Deploy) -> None:
        template = """\
Resources:
  A: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "${B.TopicName}x"}}
  B: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "${A.TopicName}x"}}
"""

        (said,) = [said for _, said, *_ in faults(deploy(template))]
        assert said in {"the name of `A` rests on itself", "the name of `B` rests on itself"}

    def test_a_parameter_that_is_not_there_and_a_value_that_is_not_allowed(self, deploy: Deploy) -> None:
        given = {"Evn": "prod", "Env": "qa"}

        assert [said for _, said, *_ in faults(deploy(role("'*'", head=HEAD), parameters=given))] == [
            "the template has no parameter `Evn`",
            "`qa` is no value of the parameter `Env`",
        ]

    @pytest.mark.parametrize(
        ("template", "message"),
        [
            ("Resources: {A: {Properties: {}}, B: {Type: 'AWS::S3::Bucket'}}", "the resource `A` needs a `Type`"),
            ("Resources: {A: {Type: 'AWS::S3::Bucket', Properties: []}}", "`Properties` of `A` must be an object"),
            ("Parameters: []\nResources: {B: {Type: 'AWS::S3::Bucket'}}", "`Parameters` must be an object"),
            ("Resources: {A: 1, B: {Type: 'AWS::S3::Bucket'}}", "the resource `A` needs a `Type`"),
            (
                "Resources: {'*': {Type: 'AWS::S3::Bucket'}, B: {Type: 'AWS::S3::Bucket'}}",
                "`*` is no logical id: it has letters and digits only",
            ),
        ],
    )
    def test_a_broken_form_is_a_fault(self, deploy: Deploy, template: str, message: str) -> None:
        assert [(code, said) for code, said, *_ in faults(deploy(template))] == [(Code.BAD_TEMPLATE, message)]

    @pytest.mark.parametrize(
        "text", ["", "[]", "a: b", "Resources: {}", "Resources: {A: {Type: x}}", '{"Resources": 1}', "A: &a [*a]"]
    )
    def test_what_is_no_template_is_said_to_be_none(self, deploy: Deploy, text: str) -> None:
        assert [code for code, *_ in faults(deploy(text))] == [Code.BAD_TEMPLATE]

    def test_account_and_region_must_be_told(self, deploy: Deploy) -> None:
        loaded = deploy(role("'*'"), account=None)

        assert faults(loaded) == [
            (Code.NO_DEPLOYMENT, "nothing tells the account of this template's stack", None, None)
        ]
        assert loaded.organization.roles == ()

    def test_an_account_that_is_none_is_refused(self, deploy: Deploy) -> None:
        assert [code for code, *_ in faults(deploy(role("'*'"), account="1"))] == [Code.NO_DEPLOYMENT]
