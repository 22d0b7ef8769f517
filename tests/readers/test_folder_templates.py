"""Templates in folders: recognised by their content, deployed where a manifest, a folder or a stack tells."""

from __future__ import annotations

import json
from pathlib import Path

from lampolicy.diagnostic import Code, Severity
from lampolicy.readers import Loaded
from tests.readers.conftest import Read
from tests.readers.templates import ACCOUNT, others, role

TEMPLATE = role("arn:aws:s3:::photos/*")
REGION_OF_ALL = '[templates."*"]\nregion = "eu-west-1"\n'
STACK = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/orders/0123"
ARN = f"arn:aws:iam::{ACCOUNT}:role/worker"


def roles(loaded: Loaded) -> list[str]:
    return [r.arn for r in loaded.organization.roles]


def test_the_manifest_tells_where_it_is_deployed(read: Read) -> None:
    manifest = f'[templates."*/orders.yaml"]\naccount = "{ACCOUNT}"\nregion = "eu-west-1"\nstack = "shop"\n'
    topic = "  T: {Type: 'AWS::SNS::Topic', Properties: {TopicName: !Ref 'AWS::StackName'}}\n"
    loaded = read({"organization.toml": manifest, "a/orders.yaml": TEMPLATE + topic})

    assert roles(loaded) == [ARN]
    assert loaded.organization.resources[0].arn == f"arn:aws:sns:eu-west-1:{ACCOUNT}:shop"


def test_the_folder_tells_the_account(read: Read) -> None:
    loaded = read({"organization.toml": REGION_OF_ALL, f"account-{ACCOUNT}/orders.template": TEMPLATE})

    assert roles(loaded) == [ARN]


def test_parameters_imports_and_attributes_come_from_the_manifest(read: Read) -> None:
    manifest = f"""
[templates."orders.yaml"]
account = "{ACCOUNT}"
region = "eu-west-1"
parameters = {{A = "a"}}
imports = {{b = "arn:aws:s3:::b"}}
attributes = {{"N.Outputs.C" = "arn:aws:s3:::c"}}
"""
    written = "[!Sub 'arn:aws:s3:::${A}', !ImportValue b, !GetAtt N.Outputs.C]"
    nested = "\n  N: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: x}}\n"
    template = role(written, head="Parameters: {A: {Type: String}}\n", more=nested)
    loaded = read({"organization.toml": manifest, "orders.yaml": template})

    assert loaded.faults == ()
    (found,) = loaded.organization.roles
    assert found.inline[0].to_dict()["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::c"],
        }
    ]


def test_an_export_of_the_stack_beside_it_tells_everything(read: Read) -> None:
    resource = {"StackId": STACK, "LogicalResourceId": "Topic", "PhysicalResourceId": "arn:aws:sns:eu-west-1:1:real"}
    topic = "  Topic: {Type: 'AWS::SNS::Topic'}\n"
    files = {"x/template.yaml": TEMPLATE + topic, "x/stack.json": {"StackResources": [resource]}}
    loaded = read(files)

    assert roles(loaded) == [ARN]
    assert loaded.organization.resources[0].arn.endswith(":real")


def test_exports_of_several_stacks_are_told_apart_by_name(read: Read) -> None:
    def stack(name: str) -> dict[str, object]:
        id_ = STACK.replace("orders", name)
        topic = f"arn:aws:sns:eu-west-1:{ACCOUNT}:{name}-topic"
        return {
            "StackResources": [{"StackId": id_, "LogicalResourceId": "Topic", "PhysicalResourceId": topic}],
        }

    topic = "Resources:\n  Topic: {Type: 'AWS::SNS::Topic'}\n"
    manifest = '[templates."a.yaml"]\nstack = "one"\n[templates."b.yaml"]\nstack = "two"\n'
    files = {
        "organization.toml": manifest,
        "a.yaml": topic,
        "b.yaml": topic,
        "1.json": stack("one"),
        "2.json": stack("two"),
    }

    assert sorted(r.arn.rsplit(":", 1)[1] for r in read(files).organization.resources) == ["one-topic", "two-topic"]


def test_without_a_place_it_takes_part_in_nothing_and_says_how_to_tell(read: Read) -> None:
    loaded = read({"template.yaml": TEMPLATE})

    assert roles(loaded) == []
    ((code, message, *_),) = others(loaded)
    assert code is Code.NO_DEPLOYMENT
    assert message.endswith("so it takes part in no decision")
    assert "organization.toml" in str(loaded.diagnostics[0].diagnostic.help)


def test_other_yaml_is_not_read_as_a_template(read: Read) -> None:
    files = {"ci.yml": "on: push\njobs: {a: *b}\n", "k.yaml": "kind: Pod\nResources: {}\n", "x.yaml": "\tbroken: ["}

    assert [(code, said.startswith("not recognised")) for code, said, *_ in others(read(files), Severity.NOTE)] == [
        (Code.NOT_RECOGNISED, True)
    ] * 3


def test_broken_yaml_that_is_a_template_is_a_fault(read: Read) -> None:
    loaded = read({"t.yaml": "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties: {a: [\n"})

    assert [fault.diagnostic.code for fault in loaded.faults] == [Code.BAD_TEMPLATE]


def test_a_template_adds_to_what_was_exported(read: Read) -> None:
    """A policy on a role that is exported beside it is one more of the role's policies."""
    policy = """\
Resources:
  P:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: more
      Roles: [ci]
      PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}
"""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    exported = {
        "Role": {
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/ci",
            "RoleName": "ci",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        }
    }
    loaded = read({"organization.toml": REGION_OF_ALL, "x.yaml": policy, "get-role-ci.json": exported})
    (found,) = loaded.organization.roles

    assert loaded.organization.unread == ()
    assert [p.name for p in found.inline] == ["role/ci/inline:more"]
    assert found.trust is not None


def test_a_template_that_contradicts_what_was_exported_says_so(read: Read) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    exported = {"Role": {"Arn": ARN, "RoleName": "worker", "AssumeRolePolicyDocument": document}}
    loaded = read({"organization.toml": REGION_OF_ALL, "x.yaml": TEMPLATE, "r.json": exported})

    assert [fault.diagnostic.code for fault in loaded.faults] == [Code.CONTRADICTION]


def test_a_json_template_is_placed_as_well(read: Read) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "Nothing"}}}
    text = json.dumps({"Resources": {"B": bucket}}, indent=1)
    loaded = read({"organization.toml": REGION_OF_ALL, f"account-{ACCOUNT}/cdk.template.json": text})

    (fault,) = loaded.faults
    assert fault.diagnostic.message == "the template has no parameter or resource `Nothing`"
    assert fault.diagnostic.span is not None
    assert '"Nothing"' in text.splitlines()[fault.diagnostic.span.line - 1]


class TestSeveralTemplates:
    """As CDK writes them for several stacks: one exports what another imports."""

    EXPORTING = """\
Parameters: {Told: {Type: String, Default: photos}}
Conditions: {No: !Equals [a, b]}
Resources:
  Bucket: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Ref Told}}
Outputs:
  Arn: {Value: !GetAtt Bucket.Arn, Export: {Name: !Sub '${AWS::StackName}:BucketArn'}}
  Not: {Condition: No, Value: x, Export: {Name: not-there}}
"""

    def test_what_one_exports_the_other_imports(self, read: Read) -> None:
        """Whichever is read first."""
        for exporting in ("a.yaml", "z.yaml"):
            stack = exporting[0]
            files = {
                "organization.toml": f'[templates."*"]\naccount = "{ACCOUNT}"\nregion = "eu-west-1"\n',
                exporting: self.EXPORTING,
                "m.yaml": role(f"!ImportValue '{stack}:BucketArn'"),
            }
            loaded = read(files)
            (found,) = loaded.organization.roles

            assert loaded.faults == ()
            assert found.inline[0].to_dict()["Statement"] == [
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos"}
            ]
            (Path(loaded.files[0]).parent / exporting).unlink()

    def test_what_is_exported_under_no_condition_that_holds_is_not_there(self, read: Read) -> None:
        manifest = f'[templates."*"]\naccount = "{ACCOUNT}"\nregion = "eu-west-1"\n'
        loaded = read(
            {"organization.toml": manifest, "a.yaml": self.EXPORTING, "b.yaml": role("!ImportValue not-there")}
        )

        assert [fault.diagnostic.message for fault in loaded.faults] == [
            "the export `not-there` of another stack is not known"
        ]

    def test_what_the_other_does_not_know_is_said_here(self, read: Read) -> None:
        manifest = f'[templates."*"]\naccount = "{ACCOUNT}"\nregion = "eu-west-1"\n'
        exporting = self.EXPORTING.replace(", Default: photos", "")
        loaded = read(
            {"organization.toml": manifest, "a.yaml": exporting, "b.yaml": role("!ImportValue 'a:BucketArn'")}
        )

        assert [fault.diagnostic.message for fault in loaded.faults if fault.file.endswith("b.yaml")] == [
            "the export `a:BucketArn` of another template is not known: the parameter `Told` has no value"
        ]

    def test_exports_that_rest_on_one_another_are_a_fault(self, read: Read) -> None:
        def circle(own: str, other: str) -> str:
            topic = f"Resources:\n  T: {{Type: 'AWS::SNS::Topic', Properties: {{TopicName: !ImportValue {other}}}}}\n"
            return f"{topic}Outputs:\n  O: {{Value: !GetAtt T.TopicName, Export: {{Name: {own}}}}}\n"

        manifest = f'[templates."*"]\naccount = "{ACCOUNT}"\nregion = "eu-west-1"\n'
        loaded = read({"organization.toml": manifest, "a.yaml": circle("one", "two"), "b.yaml": circle("two", "one")})

        assert loaded.organization.resources == ()
        assert len(loaded.faults) == 2
