"""Resources of templates, each as what it deploys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lampolicy.diagnostic import Code, Severity
from lampolicy.function import Authorizer
from lampolicy.organization import EventSourceKind, FunctionUrl, IamRole, Unread
from lampolicy.policy import PolicyKind
from lampolicy.readers import Loaded
from lampolicy.request import Anonymous, Service
from tests.readers.templates import ACCOUNT, TRUST, Deploy, faults, others, write

IAM = f"arn:aws:iam::{ACCOUNT}"
LAMBDA = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function"
DOCUMENT = "{Version: 2012-10-17, Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}"
WORKER = f"""
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker{TRUST}
  Fn:
    Type: AWS::Lambda::Function
    Properties: {{FunctionName: worker, Role: !GetAtt Role.Arn, Code: {{ZipFile: x}}}}
"""


def template(resources: str, head: str = "") -> str:
    return f"{head}Resources:\n{resources}"


def resource(type_: str, properties: str, logical: str = "P", more: str = "") -> str:
    return f"  {logical}:\n    Type: {type_}\n{more}    Properties: {{{properties}}}\n"


def granting(arn: str) -> str:
    """A policy that lets another account do everything with a resource."""
    who, service = "{AWS: '444455556666'}", arn.split(":")[2]
    statement = f"{{Effect: Allow, Principal: {who}, Action: '{service}:*', Resource: '{arn}'}}"
    return f"{{Version: 2012-10-17, Statement: [{statement}]}}"


def sound(loaded: Loaded) -> Loaded:
    assert faults(loaded) == []
    return loaded


def only_role(loaded: Loaded) -> IamRole:
    (found,) = loaded.organization.roles
    return found


class TestIam:
    def test_a_role_with_everything(self, deploy: Deploy) -> None:
        resources = f"""
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      Path: /service/{TRUST}
      PermissionsBoundary: !Ref Fence
      ManagedPolicyArns: [!Ref Fence, 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
      Policies: [{{PolicyName: use, PolicyDocument: {DOCUMENT}}}]
      Tags: [{{Key: team, Value: photos}}]
  Fence:
    Type: AWS::IAM::ManagedPolicy
    Properties: {{ManagedPolicyName: fence, PolicyDocument: {DOCUMENT}}}
"""
        role = only_role(sound(deploy(template(resources))))

        assert role.arn == f"{IAM}:role/service/worker"
        assert role.boundary == f"{IAM}:policy/fence"
        assert role.attached == (
            f"{IAM}:policy/fence",
            "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        )
        assert role.tags == (("team", "photos"),)
        assert [policy.name for policy in role.inline] == ["role/worker/inline:use"]
        assert role.trust is not None

    def test_users_and_groups(self, deploy: Deploy) -> None:
        resources = f"""
  Ana: {{Type: 'AWS::IAM::User', Properties: {{UserName: ana, Groups: [!Ref Team]}}}}
  Ben: {{Type: 'AWS::IAM::User', Properties: {{UserName: ben}}}}
  Team:
    Type: AWS::IAM::Group
    Properties: {{GroupName: team, Policies: [{{PolicyName: p, PolicyDocument: {DOCUMENT}}}]}}
  Members: {{Type: 'AWS::IAM::UserToGroupAddition', Properties: {{GroupName: !Ref Team, Users: [!Ref Ben]}}}}
"""
        organization = sound(deploy(template(resources))).organization

        assert [(user.arn, user.groups) for user in organization.users] == [
            (f"{IAM}:user/ana", (f"{IAM}:group/team",)),
            (f"{IAM}:user/ben", (f"{IAM}:group/team",)),
        ]
        assert [[p.name for p in group.inline] for group in organization.groups] == [["group/team/inline:p"]]

    @pytest.mark.parametrize(
        "policy",
        [
            "{Type: 'AWS::IAM::Policy', Properties: {PolicyName: use, Roles: [!Ref Role], PolicyDocument: %s}}",
            "{Type: 'AWS::IAM::RolePolicy', Properties: {PolicyName: use, RoleName: !Ref Role, PolicyDocument: %s}}",
        ],
    )
    def test_a_policy_of_its_own_is_inline_in_the_role(self, deploy: Deploy, policy: str) -> None:
        """Also where it stands before the role."""
        loaded = sound(deploy(template(f"  Use: {policy % DOCUMENT}{WORKER}")))

        assert [p.name for p in only_role(loaded).inline] == ["role/worker/inline:use"]

    def test_a_managed_policy_names_whom_it_is_attached_to(self, deploy: Deploy) -> None:
        policy = resource("AWS::IAM::ManagedPolicy", f"Roles: [!Ref Role], PolicyDocument: {DOCUMENT}")
        loaded = sound(deploy(template(policy + WORKER)))

        assert only_role(loaded).attached == tuple(managed.arn for managed in loaded.organization.managed)

    def test_of_a_role_outside_of_the_template_nothing_is_decided(self, deploy: Deploy) -> None:
        policy = resource("AWS::IAM::Policy", f"PolicyName: p, Roles: [ci], PolicyDocument: {DOCUMENT}")
        loaded = sound(deploy(template(policy)))

        assert [unread.on for unread in loaded.organization.unread] == [f"{IAM}:role/ci"]
        ((code, message, *_),) = others(loaded)
        assert code is Code.RESOURCE_NOT_READ
        assert message.startswith("the role `ci` is not in the template")

    @pytest.mark.parametrize(
        "properties",
        [
            "ManagedPolicyArns: [!Ref Told]",
            "ManagedPolicyArns: !Ref Told",
            "PermissionsBoundary: !Ref Told",
            "Policies: [{PolicyName: p, PolicyDocument: !Ref Told}]",
            f"Policies: [{{PolicyName: !Ref Told, PolicyDocument: {DOCUMENT}}}]",
            "Tags: [{Key: team, Value: !Ref Told}]",
        ],
    )
    def test_a_role_of_which_something_is_not_told_is_not_decided(self, deploy: Deploy, properties: str) -> None:
        resources = (
            f"  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: worker{TRUST}\n      {properties}\n"
        )
        loaded = deploy(template(resources, "Parameters: {Told: {Type: String}}\n"))

        assert [said for _, said, *_ in faults(loaded)] == ["the parameter `Told` has no value"]
        assert {unread.on for unread in loaded.organization.unread} == {f"{IAM}:role/worker"}

    def test_a_policy_that_may_hang_on_anybody_hides_everybody(self, deploy: Deploy) -> None:
        """It may deny: whoever it may hang on is not decided."""
        policy = resource("AWS::IAM::Policy", f"PolicyName: p, Roles: [!Ref Told], PolicyDocument: {DOCUMENT}")
        loaded = deploy(template(policy + WORKER, "Parameters: {Told: {Type: String}}\n"))

        assert loaded.organization.unread == (Unread(f"{IAM}:role/worker", PolicyKind.IDENTITY, "P"),)

    def test_what_may_not_exist_is_not_decided(self, deploy: Deploy) -> None:
        head = "Parameters: {Told: {Type: String}}\nConditions: {C: !Equals [!Ref Told, x]}\n"
        properties = f"PolicyName: p, Roles: [!Ref Role], PolicyDocument: {DOCUMENT}"
        policy = resource("AWS::IAM::Policy", properties, more="    Condition: C\n")
        loaded = deploy(template(policy + WORKER, head))

        assert faults(loaded) == [(Code.VALUE_NOT_TOLD, "the parameter `Told` has no value", 2, 26)]
        assert {unread.on for unread in loaded.organization.unread} == {f"{IAM}:role/worker"}
        assert only_role(loaded).inline == ()

    def test_what_does_not_exist_is_not_there(self, deploy: Deploy) -> None:
        head = "Conditions: {C: !Equals [a, b]}\n"
        properties = f"PolicyName: p, Roles: [!Ref Role], PolicyDocument: {DOCUMENT}"
        policy = resource("AWS::IAM::Policy", properties, more="    Condition: C\n")
        loaded = sound(deploy(template(policy + WORKER, head)))

        assert only_role(loaded).inline == ()

    def test_faults_of_a_policy_stand_at_their_place(self, deploy: Deploy) -> None:
        """Also below a branch of `Fn::If`, which is not where the policy's own pointers lead."""
        head = "Conditions: {C: !Equals [a, b]}\n"
        resources = """\
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - !If [C, {Effect: Allow, Action: "*", Resource: "*"}, !Ref "AWS::NoValue"]
          - !If [C, !Ref "AWS::NoValue", {Effect: allow, Action: "*", Resource: "*"}]
"""
        assert [(code, line, column) for code, _, line, column in faults(deploy(template(resources, head)))] == [
            (Code.BAD_EFFECT, 10, 51)
        ]


class TestFunctions:
    def test_a_function_with_its_configuration(self, deploy: Deploy) -> None:
        resources = f"""
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: worker
      Role: {IAM}:role/worker
      Layers: [!Ref Layer]
      DeadLetterConfig: {{TargetArn: !GetAtt Queue.Arn}}
      TracingConfig: {{Mode: Active}}
      VpcConfig: {{SubnetIds: !Ref Subnets, SecurityGroupIds: [sg-1]}}
      Tags: [{{Key: team, Value: photos}}]
  Layer: {{Type: 'AWS::Lambda::LayerVersion', Properties: {{LayerName: tools, Content: x}}}}
  Queue: {{Type: 'AWS::SQS::Queue', Properties: {{QueueName: dead}}}}
"""
        loaded = sound(deploy(template(resources, "Parameters: {Subnets: {Type: 'List<String>'}}\n")))
        (function,) = loaded.organization.functions
        configuration = function.configuration

        assert (function.role, function.tags) == (f"{IAM}:role/worker", (("team", "photos"),))
        assert function.layers == (f"arn:aws:lambda:eu-west-1:{ACCOUNT}:layer:tools:1",)
        assert configuration is not None
        assert configuration.dead_letter == f"arn:aws:sqs:eu-west-1:{ACCOUNT}:dead"
        assert (configuration.tracing, configuration.subnets) == ("Active", ("${Subnets}",))
        assert [said for _, said, *_ in others(loaded)] == ["the parameter `Subnets` has no value"]

    def test_versions_aliases_and_urls(self, deploy: Deploy) -> None:
        resources = f"""{WORKER}
  V: {{Type: 'AWS::Lambda::Version', Properties: {{FunctionName: !Ref Fn}}}}
  Live:
    Type: AWS::Lambda::Alias
    Properties: {{Name: live, FunctionName: !GetAtt Fn.Arn, FunctionVersion: !GetAtt V.Version}}
  Url: {{Type: 'AWS::Lambda::Url', Properties: {{AuthType: NONE, TargetFunctionArn: !Ref Fn, Qualifier: live}}}}
"""
        (function,) = sound(deploy(template(resources))).organization.functions

        assert (function.versions, function.aliases) == (("1",), (("live", "1"),))
        assert function.urls == (FunctionUrl(function.arn.qualified("live"), "NONE"),)

    def test_permissions_are_what_add_permission_writes(self, deploy: Deploy) -> None:
        """L9, L10, L4: on the ARN that is addressed, with the condition that the parameters stand for."""
        resources = f"""{WORKER}
  Live: {{Type: 'AWS::Lambda::Alias', Properties: {{Name: live, FunctionName: !Ref Fn, FunctionVersion: '1'}}}}
  Bucket: {{Type: 'AWS::S3::Bucket', Properties: {{BucketName: photos}}}}
  Allow:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Live
      Action: lambda:InvokeFunction
      Principal: s3.amazonaws.com
      SourceArn: !GetAtt Bucket.Arn
      SourceAccount: !Ref AWS::AccountId
  Public:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !GetAtt Fn.Arn
      Action: lambda:InvokeFunctionUrl
      Principal: '*'
      FunctionUrlAuthType: NONE
  PublicToo:
    Type: AWS::Lambda::Permission
    Properties: {{FunctionName: worker, Action: 'lambda:InvokeFunction', Principal: '*', InvokedViaFunctionUrl: true}}
"""
        organization = sound(deploy(template(resources))).organization
        (function,) = organization.functions

        assert {str(arn): len(policy.statements) for arn, policy in function.policies} == {
            f"{LAMBDA}:worker:live": 1,
            f"{LAMBDA}:worker": 2,
        }
        live = Authorizer(organization).function("worker", "live")
        assert live.may_invoke(Service("s3.amazonaws.com", "arn:aws:s3:::photos", ACCOUNT))
        assert not live.may_invoke(Service("s3.amazonaws.com", "arn:aws:s3:::photos", "999999999999"))
        assert not live.may_invoke(Service("s3.amazonaws.com", "arn:aws:s3:::other", ACCOUNT))
        whole = Authorizer(organization).function("worker")
        assert not whole.may_invoke(Service("s3.amazonaws.com", "arn:aws:s3:::photos", ACCOUNT))
        assert whole.may_invoke_url(Anonymous(), auth_type="NONE")

    @pytest.mark.parametrize(
        ("properties", "message"),
        [
            ("Action: 'lambda:InvokeFunction', Principal: a b", "Principal"),
            ("Action: 's3:GetObject', Principal: s3.amazonaws.com", "Action"),
            ("Principal: s3.amazonaws.com", "Action"),
        ],
    )
    def test_a_permission_that_lambda_refuses_is_a_fault(self, deploy: Deploy, properties: str, message: str) -> None:
        resources = (
            f"{WORKER}  P: {{Type: 'AWS::Lambda::Permission', Properties: {{FunctionName: !Ref Fn, {properties}}}}}\n"
        )
        loaded = deploy(template(resources))

        ((code, said, line, _),) = faults(loaded)
        assert (code, line) == (Code.BAD_TEMPLATE, 13)
        assert message in said
        assert [unread.on for unread in loaded.organization.unread] == [f"{LAMBDA}:worker"]

    def test_a_permission_that_is_not_wholly_told_hides_the_policy(self, deploy: Deploy) -> None:
        permission = "{FunctionName: !Ref Fn, Action: 'lambda:InvokeFunction', Principal: '*', SourceArn: !Ref Told}"
        resources = f"{WORKER}  P: {{Type: 'AWS::Lambda::Permission', Properties: {permission}}}\n"
        loaded = deploy(template(resources, "Parameters: {Told: {Type: String}}\n"))

        assert [said for _, said, *_ in faults(loaded)] == ["the parameter `Told` has no value"]
        assert [unread.on for unread in loaded.organization.unread] == [f"{LAMBDA}:worker"]

    def test_of_a_function_outside_of_the_template_nothing_is_decided(self, deploy: Deploy) -> None:
        permission = "{FunctionName: other, Action: 'lambda:InvokeFunction', Principal: s3.amazonaws.com}"
        loaded = sound(deploy(template(f"  P: {{Type: 'AWS::Lambda::Permission', Properties: {permission}}}\n")))

        assert [unread.on for unread in loaded.organization.unread] == [f"{LAMBDA}:other"]
        assert [code for code, *_ in others(loaded)] == [Code.RESOURCE_NOT_READ]

    def test_mappings_and_destinations(self, deploy: Deploy) -> None:
        resources = f"""{WORKER}
  Queue: {{Type: 'AWS::SQS::Queue', Properties: {{QueueName: jobs}}}}
  Table: {{Type: 'AWS::DynamoDB::Table', Properties: {{TableName: jobs}}}}
  Poll:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{FunctionName: !Ref Fn, EventSourceArn: !GetAtt Queue.Arn}}
  Stream:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Fn
      Enabled: false
      EventSourceArn: !GetAtt Table.StreamArn
      DestinationConfig: {{OnFailure: {{Destination: !GetAtt Queue.Arn}}}}
  Results:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref Fn
      Qualifier: $LATEST
      DestinationConfig: {{OnSuccess: {{Destination: !GetAtt Queue.Arn}}}}
"""
        organization = sound(deploy(template(resources))).organization
        queue = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"

        assert [(m.kind, m.source, m.enabled, m.on_failure) for m in organization.event_sources] == [
            (EventSourceKind.SQS, queue, True, None),
            (
                EventSourceKind.DYNAMODB,
                f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/jobs/stream/1970-01-01T00:00:00.000",
                False,
                queue,
            ),
        ]
        assert [d.on_success for d in organization.functions[0].destinations] == [queue]

    def test_a_layers_policy_adds_up(self, deploy: Deploy) -> None:
        """L15."""
        call = "LayerVersionArn: !Ref Layer, Action: 'lambda:GetLayerVersion', Principal:"
        permission = "AWS::Lambda::LayerVersionPermission"
        parts = (
            resource("AWS::Lambda::LayerVersion", "LayerName: tools, Content: x", "Layer"),
            resource(permission, f"{call} '444455556666'", "One"),
            resource(permission, f"{call} '777788889999'", "Two"),
        )
        (layer,) = sound(deploy(template("".join(parts)))).organization.resources

        assert layer.kind is PolicyKind.LAYER
        assert layer.policy is not None
        assert len(layer.policy.statements) == 2


class TestOthers:
    @pytest.mark.parametrize(
        ("holder", "policy", "arn", "kind"),
        [
            ("AWS::S3::Bucket BucketName", "AWS::S3::BucketPolicy Bucket", "s3:::x", PolicyKind.BUCKET),
            ("AWS::SQS::Queue QueueName", "AWS::SQS::QueuePolicy Queues", "sqs:{}:x", PolicyKind.QUEUE),
            ("AWS::SQS::Queue QueueName", "AWS::SQS::QueueInlinePolicy Queue", "sqs:{}:x", PolicyKind.QUEUE),
            ("AWS::SNS::Topic TopicName", "AWS::SNS::TopicPolicy Topics", "sns:{}:x", PolicyKind.TOPIC),
            ("AWS::SNS::Topic TopicName", "AWS::SNS::TopicInlinePolicy TopicArn", "sns:{}:x", PolicyKind.TOPIC),
            (
                "AWS::SecretsManager::Secret Name",
                "AWS::SecretsManager::ResourcePolicy SecretId",
                "secretsmanager:{}:secret:x-MADEUP",
                PolicyKind.SECRET,
            ),
        ],
    )
    def test_a_policy_hangs_on_its_resource(
        self, deploy: Deploy, holder: str, policy: str, arn: str, kind: PolicyKind
    ) -> None:
        arn = f"arn:aws:{arn.format(f'eu-west-1:{ACCOUNT}')}"
        type_, name = holder.split()
        hung, on = policy.split()
        document = "ResourcePolicy" if kind is PolicyKind.SECRET else "PolicyDocument"
        reference = "[!Ref H]" if on in {"Queues", "Topics"} else "!Ref H"
        parts = (
            resource(type_, f"{name}: x", "H"),
            resource(hung, f"{on}: {reference}, {document}: {granting(arn)}"),
        )
        (found,) = sound(deploy(template("".join(parts)))).organization.resources

        assert (found.arn, found.account, found.kind) == (arn, ACCOUNT, kind)
        assert found.policy is not None
        assert [s.effect for s in found.policy.statements] == ["Allow"]

    @pytest.mark.parametrize(
        ("text", "arn"),
        [
            (
                resource("AWS::DynamoDB::Table", "TableName: x, ResourcePolicy: {PolicyDocument: %s}"),
                f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/x",
            ),
            (
                resource("AWS::Events::EventBus", "Name: x, Policy: %s"),
                f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/x",
            ),
            (
                resource("AWS::Kinesis::Stream", "Name: x", "S")
                + resource("AWS::Kinesis::ResourcePolicy", "ResourceArn: !GetAtt S.Arn, ResourcePolicy: %s"),
                f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/x",
            ),
        ],
    )
    def test_other_resources_have_policies_too(self, deploy: Deploy, text: str, arn: str) -> None:
        (found,) = sound(deploy(template(text.replace("%s", granting(arn))))).organization.resources

        assert (found.arn, found.kind) == (arn, PolicyKind.RESOURCE)
        assert found.policy is not None

    def test_a_key_with_its_policy_and_what_it_encrypts(self, deploy: Deploy, tmp_path: Path) -> None:
        policy = "{Effect: Allow, Principal: {AWS: !Ref 'AWS::AccountId'}, Action: 'kms:*', Resource: '*'}"
        key_policy = f"KeyPolicy: {{Version: 2012-10-17, Statement: [{policy}]}}"
        resources = resource("AWS::KMS::Key", key_policy, "Key") + resource(
            "AWS::SQS::Queue", "QueueName: jobs, KmsMasterKeyId: !Ref Key", "Queue"
        )
        export = {"StackResources": [_physical("Key", "1234abcd-12ab-34cd-56ef-1234567890ab")]}
        path = write(tmp_path, "resources.json", json.dumps(export))
        key, queue = sound(deploy(template(resources), stack_exports=[path])).organization.resources

        assert key.arn == f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        assert key.policy is not None
        assert queue.key == key.arn


def test_of_a_key_without_a_policy_nothing_is_decided(deploy: Deploy) -> None:
    """AWS writes one itself, which grants to the account; it is not in the template."""
    loaded = sound(deploy(template(resource("AWS::KMS::Key", "Enabled: true"))))

    assert [unread.kind for unread in loaded.organization.unread] == [PolicyKind.KEY]
    assert [code for code, *_ in others(loaded)] == [Code.RESOURCE_NOT_READ]


def _physical(logical: str, physical: str, **more: str) -> dict[str, str]:
    return {"LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceStatus": "CREATE_COMPLETE", **more}


class TestNames:
    def test_a_name_that_nothing_tells_is_made_up_and_said(self, deploy: Deploy) -> None:
        loaded = sound(deploy(template(WORKER.replace("RoleName: worker", "MaxSessionDuration: 3600"))))
        role = only_role(loaded)

        assert role.name.startswith("orders-Role-MADEUP")
        assert loaded.organization.functions[0].role == role.arn
        ((code, message, *_),) = others(loaded, Severity.NOTE)
        assert code is Code.NAME_MADE_UP
        assert f"`Role` is `{role.name}`" in message

    def test_made_up_names_stay_the_same_and_differ_by_stack(self, deploy: Deploy) -> None:
        text = template("  B: {Type: 'AWS::S3::Bucket'}\n")
        names = [deploy(text, stack=stack).organization.resources[0].arn for stack in ("a", "a", "b")]

        assert names[0] == names[1] != names[2]
        assert names[0] == names[0].lower()

    @pytest.mark.parametrize("name", ["describe-stack-resources", "list-stack-resources"])
    def test_the_stack_tells_its_names(self, deploy: Deploy, tmp_path: Path, name: str) -> None:
        stack = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/shop/0123"
        told = [
            _physical("Role", "shop-Role-1A2B", StackId=stack),
            _physical("Gone", "x") | {"ResourceStatus": "DELETE_COMPLETE"},
        ]
        key = {"describe-stack-resources": "StackResources"}.get(name, "StackResourceSummaries")
        path = write(tmp_path, f"{name}.json", json.dumps({key: told}))
        text = template(WORKER.replace("RoleName: worker", "MaxSessionDuration: 3600"))
        loaded = sound(deploy(text, account=None, region=None, stack_exports=[path]))

        assert only_role(loaded).arn == f"{IAM}:role/shop-Role-1A2B"

    def test_what_is_written_wins_over_what_the_stack_has(self, deploy: Deploy, tmp_path: Path) -> None:
        path = write(tmp_path, "r.json", json.dumps({"StackResources": [_physical("Role", "old")]}))

        assert only_role(deploy(template(WORKER), stack_exports=[path])).name == "worker"

    def test_parameters_of_the_stack_count_behind_given_ones(self, deploy: Deploy, tmp_path: Path) -> None:
        parameters: list[dict[str, Any]] = [
            {"ParameterKey": "A", "ParameterValue": "one"},
            {"ParameterKey": "B", "ParameterValue": "two"},
            {"ParameterKey": "C", "ParameterValue": "/ssm", "ResolvedValue": "three"},
            {"ParameterKey": "Old", "ParameterValue": "x"},
            {"ParameterKey": "Hidden", "ParameterValue": "****"},
        ]
        stack = {"StackName": "shop", "StackStatus": "CREATE_COMPLETE", "Parameters": parameters}
        path = write(tmp_path, "stacks.json", json.dumps({"Stacks": [stack]}))
        head = "Parameters: {A: {Type: String}, B: {Type: String}, C: {Type: String}, Hidden: {Default: d}}\n"
        topic = resource("AWS::SNS::Topic", "TopicName: !Sub '${A}-${B}-${C}-${Hidden}-${AWS::StackName}'")
        loaded = sound(deploy(template(topic, head), parameters={"B": "given"}, stack_exports=[path]))

        assert loaded.organization.resources[0].arn.endswith(":one-given-three-d-shop")

    def test_versions_and_layers_of_the_stack(self, deploy: Deploy, tmp_path: Path) -> None:
        resources = f"""{WORKER}
  V: {{Type: 'AWS::Lambda::Version', Properties: {{FunctionName: !Ref Fn}}}}
  L: {{Type: 'AWS::Lambda::LayerVersion', Properties: {{LayerName: tools, Content: x}}}}
"""
        layer = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:layer:tools:7"
        told = [_physical("V", f"{LAMBDA}:worker:12"), _physical("L", layer)]
        path = write(tmp_path, "r.json", json.dumps({"StackResources": told}))
        organization = sound(deploy(template(resources), stack_exports=[path])).organization

        assert organization.functions[0].versions == ("12",)
        assert [r.arn for r in organization.resources] == [layer]

    def test_a_file_that_tells_nothing_of_a_stack_is_a_fault(self, deploy: Deploy, tmp_path: Path) -> None:
        loaded = deploy(template(WORKER), stack_exports=[write(tmp_path, "x.json", "{}"), tmp_path / "absent.json"])

        assert [code for code, *_ in faults(loaded)] == [Code.NOT_RECOGNISED, Code.UNREADABLE]

    @pytest.mark.parametrize(
        ("type_", "properties", "message"),
        [
            ("AWS::S3::Bucket", "BucketName: '*'", "`*` is no name that AWS takes for `AWS::S3::Bucket`"),
            ("AWS::S3::Bucket", "BucketName: 'a b'", "`a b` is no name that AWS takes for `AWS::S3::Bucket`"),
            (
                "AWS::SecretsManager::Secret",
                "Name: 'a*'",
                "`a*` is no name that AWS takes for `AWS::SecretsManager::Secret`",
            ),
            (
                "AWS::Lambda::LayerVersion",
                "LayerName: '?'",
                "`?` is no name that AWS takes for `AWS::Lambda::LayerVersion`",
            ),
            ("AWS::SNS::Topic", "TopicName: ''", "`TopicName` must be a text that is not empty"),
            ("AWS::SQS::Queue", "QueueName: [a]", "`QueueName` must be a text that is not empty"),
            ("AWS::IAM::Group", "GroupName: a/b", "`a/b` is no name that AWS takes for `AWS::IAM::Group`"),
            ("AWS::IAM::Group", "GroupName: a, Path: b", "`b` is no path: it begins and ends with `/`"),
        ],
    )
    def test_a_name_that_aws_does_not_take_is_a_fault(
        self, deploy: Deploy, type_: str, properties: str, message: str
    ) -> None:
        """A star in it would make patterns of the ARNs it stands in."""
        loaded = deploy(template(resource(type_, properties)))

        assert [(code, said) for code, said, *_ in faults(loaded)] == [(Code.BAD_TEMPLATE, message)]
        assert (loaded.organization.resources, loaded.organization.groups) == ((), ())

    def test_a_name_that_is_not_told_is_a_fault(self, deploy: Deploy) -> None:
        head = "Parameters: {Told: {Type: String}}\n"
        loaded = deploy(template(WORKER.replace("RoleName: worker", "RoleName: !Ref Told"), head))

        assert faults(loaded) == [(Code.VALUE_NOT_TOLD, "the parameter `Told` has no value", 7, 17)]
        assert loaded.organization.roles == ()


class TestWhatIsLeftOut:
    @pytest.mark.parametrize(
        ("resources", "head", "message"),
        [
            ("  N: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: x}}", "", "`N`, of type"),
            ("  N: {Type: 'Custom::Thing', Properties: {ServiceToken: x}}", "", "`N`, of type `Custom::Thing`"),
            (
                "  N: {Type: 'AWS::X::Y', Properties: {P: [{Statement: []}]}}",
                "",
                "`N`, of type `AWS::X::Y`, is",
            ),
            ("  N: {Type: 'AWS::X::Y'}", "Transform: [Mine]\n", "what the macro `Mine` makes"),
            (
                "  N: {Type: 'AWS::X::Y'}\n  'Fn::ForEach::A': [a, [b], {}]",
                "",
                "what `Fn::ForEach::A` makes is not known",
            ),
        ],
    )
    def test_it_is_said(self, deploy: Deploy, resources: str, head: str, message: str) -> None:
        ((code, said, line, _),) = others(sound(deploy(template(resources, head))))

        assert code is Code.RESOURCE_NOT_READ
        assert message in said
        assert line is not None

    def test_what_bears_on_nothing_is_passed_over(self, deploy: Deploy) -> None:
        loaded = deploy(template("  N: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: x}}"))

        assert list(loaded.everything()) == []
