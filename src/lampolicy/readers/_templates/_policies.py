"""Buckets, queues, topics, keys and other resources of a template, and the policies that hang on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lampolicy.diagnostic import InvalidName, Pointer
from lampolicy.names import Arn
from lampolicy.organization import kind_of
from lampolicy.policy import PolicyKind
from lampolicy.readers._draft import ResourceDraft
from lampolicy.readers._node import Node
from lampolicy.readers._resources import customer_key, put_policy, resource_of
from lampolicy.readers._templates._stack import Item
from lampolicy.readers._templates._value import text_of

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::Kinesis::Stream": ("StreamEncryption", "KeyId"),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
    "AWS::DynamoDB::Table": ("SSESpecification", "KMSMasterKeyId"),
}
"""Where a type names the key that encrypts it."""

INSIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::KMS::Key": ("KeyPolicy",),
    "AWS::KMS::ReplicaKey": ("KeyPolicy",),
    "AWS::DynamoDB::Table": ("ResourcePolicy", "PolicyDocument"),
    "AWS::Events::EventBus": ("Policy",),
    "AWS::ECR::Repository": ("RepositoryPolicyText",),
    "AWS::EFS::FileSystem": ("FileSystemPolicy",),
}
"""Where a type holds its own policy."""


@dataclass(frozen=True, slots=True)
class Hung:
    """A type that hangs a policy on other resources.

    Attributes:
        on: The property that names them: by name, URL or ARN.
        document: The property that holds the policy.
        service: The service of the ARN of what is named otherwise.
        holder: The type of what it hangs on.
    """

    on: str
    document: str
    service: str
    holder: str


HUNG: Final[Mapping[str, Hung]] = {
    "AWS::S3::BucketPolicy": Hung("Bucket", "PolicyDocument", "s3", "AWS::S3::Bucket"),
    "AWS::SQS::QueuePolicy": Hung("Queues", "PolicyDocument", "sqs", "AWS::SQS::Queue"),
    "AWS::SQS::QueueInlinePolicy": Hung("Queue", "PolicyDocument", "sqs", "AWS::SQS::Queue"),
    "AWS::SNS::TopicPolicy": Hung("Topics", "PolicyDocument", "sns", "AWS::SNS::Topic"),
    "AWS::SNS::TopicInlinePolicy": Hung("TopicArn", "PolicyDocument", "sns", "AWS::SNS::Topic"),
    "AWS::SecretsManager::ResourcePolicy": Hung(
        "SecretId", "ResourcePolicy", "secretsmanager", "AWS::SecretsManager::Secret"
    ),
    "AWS::Kinesis::ResourcePolicy": Hung("ResourceArn", "ResourcePolicy", "kinesis", "AWS::Kinesis::Stream"),
}
"""Types that are nothing but a policy on something else."""


def read_resource(it: Item) -> None:
    """Read a resource, with the policy it holds itself and the key that encrypts it."""
    arn = it.stack.arn(it.declared)
    resource = None if arn is None else _resource(it, arn)
    if arn is None or resource is None:
        return
    for path in (KEYS.get(it.declared.type), INSIDE.get(it.declared.type)):
        if path is not None and it.hidden(path[0]):
            it.stack.unread(arn, resource.kind, it.declared.id)
    if it.declared.type == "AWS::KMS::Key" and it.child("KeyPolicy") is None:
        it.stack.unread(arn, PolicyKind.KEY, "the policy AWS gives a key that has none")
        help_ = "write `KeyPolicy`: what AWS writes itself is not guessed"
        it.stack.warn(f"`{it.declared.id}` has no `KeyPolicy`, so that nothing about it is decided", it.at, help_)
    key = _inside(it, KEYS.get(it.declared.type, ()))
    resource.key = customer_key(arn, None if key is None else text_of(key.value))
    document = _inside(it, INSIDE.get(it.declared.type, ()))
    node = None if document is None else document.node()
    if node is not None:
        _put(it, node, arn)


def _inside(it: Item, keys: Sequence[str]) -> Item | None:
    found: Item | None = it if keys else None
    for key in keys:
        found = None if found is None else found.child(key)
    return found


def _resource(it: Item, arn: str) -> ResourceDraft | None:
    """The draft of a resource, which is of the stack's account whatever its ARN tells."""
    resource = resource_of(it.stack.source, it.stack.draft, arn)
    if resource is not None:
        resource.account = resource.account or it.stack.deployment.account
        it.stack.draft.meet(it.stack.source, resource.account)
    return resource


def _put(it: Item, node: Node, arn: str) -> None:
    put_policy(it.stack.source, node, it.stack.draft, arn)


def read_hung_policy(it: Item) -> None:
    """Read a policy that hangs on other resources."""
    form = HUNG[it.declared.type]
    kind = kind_of(f"arn:aws:{form.service}:::x")
    if it.child(form.document) is None:
        it.stack.refuse(f"`{it.declared.id}` needs `{form.document}`", it.at)
    if it.hidden(form.on) or not it.texts(form.on):
        it.stack.unread_anywhere(kind, it.declared.id, form.holder)
        if it.child(form.on) is None:
            it.needed(form.on)
        return
    for text in it.texts(form.on):
        arn = _arn(it, form.service, text, (*it.at, form.on))
        if arn is not None:
            _hang(it, form, arn, kind)


def _hang(it: Item, form: Hung, arn: str, kind: PolicyKind) -> None:
    if _resource(it, arn) is None:
        it.stack.unread_anywhere(kind, it.declared.id, form.holder)
        return
    node = it.document(form.document, arn, kind, it.declared.id)
    if node is not None:
        _put(it, node, arn)


def _arn(it: Item, service: str, text: str, at: Pointer) -> str | None:
    """The ARN of what is named by ARN, by URL, as queues are, or by name, as buckets are."""
    if text.startswith("arn:"):
        try:
            return str(Arn.parse(text))
        except InvalidName as error:
            it.stack.refuse(str(error), at)
            return None
    here = it.stack.deployment
    if service == "s3":
        return f"arn:{here.partition}:s3:::{text}"
    if service == "sqs" and text.startswith("https://") and text.count("/") == 4:
        account, name = text.split("/")[3:]
        region = text.removeprefix("https://").split(".")[1]
        return f"arn:{here.partition}:sqs:{region}:{account}:{name}"
    if service == "secretsmanager":
        return _secret(it, text, at)
    it.stack.refuse(f"`{text}` is neither an ARN nor the URL of a queue", at)
    return None


def _secret(it: Item, text: str, at: Pointer) -> str | None:
    known = [arn for arn in it.stack.draft.resources if f":secret:{text}-" in arn]
    if len(known) == 1:
        return known[0]
    it.stack.refuse(f"which secret `{text}` is cannot be told", at, "name it by `Ref` or by its ARN")
    return None
