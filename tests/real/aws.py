"""Deploys a real application against moto, and exports what AWS would then hold with the AWS CLI's own commands.

The applications are templates that AWS Solutions Constructs ship as deployed by their own tests; they are read from the
installed packages, and nothing of them is kept here. moto's CloudFormation makes neither the policies of queues, topics
and buckets nor the function policy as AWS stores it: the former are resolved here and put through the services' own
calls, the latter is what `FunctionPolicies` makes of the template's AddPermission.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from lampolicy.function import FunctionPolicies

ACCOUNT: Final = "123456789012"
"""The account moto acts in."""
REGION: Final = "eu-west-1"

_ASSETS: Final = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
_BOOTSTRAP: Final = "/cdk-bootstrap/hnb659fds/version"
_NOT_BY_MOTO: Final = (
    "AWS::SQS::QueuePolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
)
"""What moto's CloudFormation leaves out."""
_PUT: Final = (*_NOT_BY_MOTO, "AWS::IAM::Role", "AWS::KMS::Key")
"""Whose policies are put by a call: those, and a role's and a key's, which moto keeps otherwise than its API does."""

Template = dict[str, Any]


@dataclass(frozen=True)
class Application:
    """A template of an AWS Solutions Construct.

    Attributes:
        package: Which construct, such as `aws_s3_lambda`.
        name: The stack of its integration test.
    """

    package: str
    name: str

    def template(self) -> Template | None:
        """The template; `None` if the package is not installed."""
        spec = find_spec("aws_solutions_constructs")
        places = list(spec.submodule_search_locations or ()) if spec else []
        archives = [path for place in places for path in (Path(place) / self.package / "_jsii").glob("*.tgz")]
        for archive in archives:
            with tarfile.open(archive) as opened:
                for member in opened:
                    if member.name.endswith(f"/{self.name}.template.json"):
                        file = opened.extractfile(member)
                        return None if file is None else dict(json.load(file))
        return None


@dataclass(frozen=True)
class Deployed:
    """An application as it stands in the account.

    Attributes:
        folder: What was exported.
        physical: Physical names by logical ones.
        arns: ARNs by logical name, for what has one.
        types: CloudFormation's types by logical name.
    """

    folder: Path
    physical: Mapping[str, str]
    arns: Mapping[str, str]
    types: Mapping[str, str]

    def arn(self, type_: str, like: str = "") -> str:
        """The ARN of the only resource of a type whose logical name holds a text."""
        (found,) = [self.arns[n] for n, t in self.types.items() if t == type_ and re.search(like, n)]
        return found

    def function(self, like: str = "") -> str:
        """The name of the only function whose logical name holds a text."""
        return self.arn("AWS::Lambda::Function", like).rpartition(":")[2]


@contextmanager
def account(template: Template) -> Iterator[None]:
    """An empty account of moto in which functions are never run; with AWS's managed policies, if they are attached."""
    from moto import mock_aws

    managed = "ManagedPolicyArns" in json.dumps(template)
    with mock_aws(config={"lambda": {"use_docker": False}, "iam": {"load_aws_managed_policies": managed}}):
        yield


def deploy(application: Application, template: Template, folder: Path) -> Deployed:
    """Deploy a template in an empty account, and export the account to a folder as lampolicy reads it."""
    import boto3

    _prepare(template)
    stack = {k: v for k, v in template["Resources"].items() if not v["Type"].startswith("Custom::")}
    made = {k: _named(application.name, k, v) for k, v in stack.items() if v["Type"] not in _NOT_BY_MOTO}
    body = json.dumps({**template, "Resources": made})
    cloudformation = boto3.client("cloudformation", region_name=REGION)
    cloudformation.create_stack(StackName=application.name, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
    told = cloudformation.describe_stack_resources(StackName=application.name)["StackResources"]
    physical = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in told if "PhysicalResourceId" in one}
    types = {one["LogicalResourceId"]: one["ResourceType"] for one in told if one["LogicalResourceId"] in physical}
    arns = {name: arn for name in physical if (arn := _arn(types[name], physical[name])) is not None}
    found = Deployed(folder, physical, arns, types)
    for name, resource in stack.items():
        _put_policies(found, name, resource)
    _export(found, stack)
    return found


def _named(stack: str, logical: str, resource: Template) -> Template:
    """Name functions and roles within 64 characters, as CloudFormation does and moto does not."""
    key = {"AWS::Lambda::Function": "FunctionName", "AWS::IAM::Role": "RoleName"}.get(resource["Type"])
    if key is None:
        return resource
    name = f"{stack[:24]}-{logical[:24]}-{crc32(logical.encode()):012X}"
    return {**resource, "Properties": {**resource["Properties"], key: name}}


def _prepare(template: Template) -> None:
    """What `cdk bootstrap` leaves in an account: the version, and a bucket with the code of functions."""
    import boto3

    boto3.client("ssm", region_name=REGION).put_parameter(Name=_BOOTSTRAP, Value="30", Type="String")
    keys = [r["Properties"]["Code"]["S3Key"] for r in template["Resources"].values() if "S3Key" in _code(r)]
    if not keys:
        return
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket=_ASSETS, CreateBucketConfiguration={"LocationConstraint": REGION})
    for key in keys:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("index.js", "")
        s3.put_object(Bucket=_ASSETS, Key=key, Body=packed.getvalue())


def _code(resource: Template) -> Template:
    return dict(resource.get("Properties", {}).get("Code", {}))


def _arn(type_: str, name: str) -> str | None:
    match type_:
        case "AWS::Lambda::Function":
            return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
        case "AWS::SQS::Queue":
            return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name.rpartition('/')[2]}"
        case "AWS::SNS::Topic":
            return name
        case "AWS::S3::Bucket":
            return f"arn:aws:s3:::{name}"
        case "AWS::IAM::Role":
            return f"arn:aws:iam::{ACCOUNT}:role/{name}"
        case "AWS::KMS::Key":
            return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}"
        case "AWS::DynamoDB::Table":
            return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
        case _:
            return None


def _resolved(value: Any, found: Deployed) -> Any:
    """A value of a template with what is deployed in the place of references."""
    if isinstance(value, list):
        return [_resolved(one, found) for one in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Ref": name}:
            pseudo = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws"}
            return pseudo.get(name) or found.physical[name]
        case {"Fn::GetAtt": [name, "Arn"]}:
            return found.arns[name]
        case {"Fn::Join": [between, parts]}:
            return between.join(_resolved(parts, found))
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([^}]+)\}", lambda name: str(_resolved({"Ref": name[1]}, found)), text)
        case _:
            return {key: _resolved(one, found) for key, one in value.items()}


def _put_policies(found: Deployed, name: str, resource: Template) -> None:
    """Put policies through the services' own calls."""
    import boto3

    properties = _resolved(resource.get("Properties", {}), found) if resource["Type"] in _PUT else {}
    match resource["Type"]:
        case "AWS::SQS::QueuePolicy":
            sqs, attributes = boto3.client("sqs", region_name=REGION), {"Policy": _document(properties)}
            for url in properties["Queues"]:
                sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        case "AWS::SNS::TopicPolicy":
            sns, text = boto3.client("sns", region_name=REGION), _document(properties)
            for arn in properties["Topics"]:
                sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=text)
        case "AWS::S3::BucketPolicy":
            s3 = boto3.client("s3", region_name=REGION)
            s3.put_bucket_policy(Bucket=properties["Bucket"], Policy=_document(properties))
        case "AWS::KMS::Key":
            kms, text = boto3.client("kms", region_name=REGION), json.dumps(properties["KeyPolicy"])
            kms.put_key_policy(KeyId=found.physical[name], PolicyName="default", Policy=text)
        case "AWS::IAM::Role":
            iam, role = boto3.client("iam", region_name=REGION), found.physical[name]
            for policy in properties.get("Policies", ()):
                document = _document(policy)
                iam.put_role_policy(RoleName=role, PolicyName=policy["PolicyName"], PolicyDocument=document)
            for arn in properties.get("ManagedPolicyArns", ()):
                iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        case _:
            pass


def _document(properties: Template) -> str:
    return json.dumps(properties["PolicyDocument"])


# --- export -----------------------------------------------------------------------------------------------------------


def _export(found: Deployed, stack: Template) -> None:
    """Write what the AWS CLI prints, each command's output in a file of its own."""
    home = found.folder / f"account-{ACCOUNT}"
    home.mkdir(parents=True)
    _aws(
        home / "authorization-details.json",
        "iam get-account-authorization-details --filter User Group Role LocalManagedPolicy",
    )
    _aws(home / "buckets.json", "s3api list-buckets")
    _aws(home / "mappings.json", "lambda list-event-source-mappings")
    for name, type_ in found.types.items():
        physical, file = found.physical[name], home / f"{name}.json"
        match type_:
            case "AWS::Lambda::Function":
                _aws(file, f"lambda get-function --function-name {physical}")
                _as_configured(file, stack[name])
            case "AWS::SQS::Queue":
                _aws(file, f"sqs get-queue-attributes --attribute-names All --queue-url {physical}")
            case "AWS::SNS::Topic":
                _aws(file, f"sns get-topic-attributes --topic-arn {physical}")
            case "AWS::KMS::Key":
                _aws(file, f"kms describe-key --key-id {physical}")
                _aws(home / f"{physical}.json", f"kms get-key-policy --policy-name default --key-id {physical}")
            case "AWS::S3::Bucket":
                _aws(home / f"{physical}.json", f"s3api get-bucket-policy --bucket {physical}")
            case _:
                pass
    _export_function_policies(found, stack, home)


def _aws(file: Path, command: str) -> None:
    from awscli.clidriver import create_clidriver

    printed = io.StringIO()
    with redirect_stdout(printed):
        code = create_clidriver().main([*command.split(), "--region", REGION, "--output", "json"])
    if code != 0:
        sys.stderr.write(printed.getvalue())
        raise AssertionError(f"aws {command}: {code}")
    file.write_text(printed.getvalue(), encoding="utf-8")


def _as_configured(file: Path, resource: Template) -> None:
    """moto forgets the tracing mode that the template gives."""
    told = json.loads(file.read_text(encoding="utf-8"))
    told["Configuration"]["TracingConfig"] = resource["Properties"].get("TracingConfig", {"Mode": "PassThrough"})
    file.write_text(json.dumps(told), encoding="utf-8")


def _export_function_policies(found: Deployed, stack: Template, home: Path) -> None:
    """Write what `aws lambda get-policy` would print: moto keeps members that AWS does not."""
    held: dict[str, FunctionPolicies] = {}
    for name, resource in stack.items():
        if resource["Type"] != "AWS::Lambda::Permission":
            continue
        call = _resolved(resource["Properties"], found)
        arn = call.pop("FunctionName")
        policies = held.get(arn) or FunctionPolicies.of(arn)
        held[arn] = policies.add_permission(StatementId=name[-100:], **call)
    for number, policies in enumerate(held.values()):
        (home / f"get-policy-{number}.json").write_text(json.dumps(policies.get_policy()), encoding="utf-8")
