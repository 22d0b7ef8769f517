"""Policies that hang on resources: functions, layers, buckets, queues, topics, keys, secrets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from lampolicy.diagnostic import Code, DocumentError, InvalidName
from lampolicy.jsontext import JsonValue, read_json
from lampolicy.names import Arn, FunctionArn, is_account_id
from lampolicy.organization import holder_of, kind_of
from lampolicy.policy import Policy, PolicyKind
from lampolicy.readers._decode import decoded
from lampolicy.readers._draft import Draft, FunctionDraft, Input, ResourceDraft
from lampolicy.readers._iam import no_owner
from lampolicy.readers._lambda import function_arn
from lampolicy.readers._node import Node
from lampolicy.readers._owners import account_of, named, told_on

_SHORT: Final = {
    PolicyKind.BUCKET: "bucket",
    PolicyKind.QUEUE: "queue",
    PolicyKind.TOPIC: "topic",
    PolicyKind.KEY: "key",
    PolicyKind.SECRET: "secret",
    PolicyKind.LAYER: "layer",
    PolicyKind.FUNCTION: "function",
}


def read_policy_text(source: Input, draft: Draft) -> None:
    """Read `{"Policy": "<text>"}`: `lambda get-policy`, `s3api get-bucket-policy`, `kms get-key-policy` and others."""
    draft.wait(40, partial(_text_later, source, draft))


def _text_later(source: Input, draft: Draft) -> None:
    node = source.root.child("Policy")
    if node is not None:
        read_text_policy(source, node, draft)


def read_text_policy(source: Input, node: Node, draft: Draft, *, shown: str | None = None, added: bool = False) -> None:
    """Read a resource policy that tells by its `Resource` what it hangs on; if not, the file's path does."""
    inner = shown if shown is not None else decoded(node.value)
    value = node.value if inner is None else _value(inner)
    on = _told(draft, source) or _own_arn(value) or _key_named(source, draft, value)
    if on is None:
        draft.policy(source, node, _kind_told(draft, source), source.file.stem, shown=shown)
        help_ = "name the file after the resource"
        no_owner(source, draft, "what this policy hangs on", help_)
        return
    put_policy(source, node, draft, on, shown=shown, added=added)


def _kind_told(draft: Draft, source: Input) -> PolicyKind:
    entry = draft.manifest(source).entry(source.file)
    return (entry.kind if entry else None) or PolicyKind.RESOURCE


def _told(draft: Draft, source: Input) -> str | None:
    return next((name for name in told_on(draft, source) if name.startswith("arn:")), None)


def _value(text: str) -> JsonValue:
    try:
        return read_json(text)
    except DocumentError:
        return None


def _own_arn(document: JsonValue) -> str | None:
    """The ARN that the statements of a policy name: of the first resource that is not just `*`."""
    for resource in resources_in(document):
        if resource.startswith("arn:") and resource.count(":") >= 5:
            holder = holder_of(resource)
            if "*" not in holder and "?" not in holder:
                return holder
    return None


def statements_in(document: JsonValue) -> Iterator[dict[str, JsonValue]]:
    """The statements of a document that may be anything."""
    statements = document.get("Statement") if isinstance(document, dict) else None
    for statement in statements if isinstance(statements, list) else [statements]:
        if isinstance(statement, dict):
            yield statement


def resources_in(document: JsonValue) -> Iterator[str]:
    """The resources of a document that may be anything."""
    for statement in statements_in(document):
        for key in ("Resource", "NotResource"):
            found = statement.get(key)
            yield from (text for text in (found if isinstance(found, list) else [found]) if isinstance(text, str))


def _key_named(source: Input, draft: Draft, document: JsonValue) -> str | None:
    """A key policy says `*` for its resource; `describe-key`, `get-queue-attributes` and others name what is there."""
    if not any(True for _ in statements_in(document)):
        return None
    account = account_of(draft, source)
    known = {
        r.arn: r.arn.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        for r in draft.resources.values()
        if account in {None, r.account}
    }
    name = named(source, known.values())
    found = [arn for arn, short in known.items() if short == name]
    if not found and source.root.text("PolicyName") == "default":
        found = [arn for arn in known if kind_of(arn) is PolicyKind.KEY]
    return found[0] if len(found) == 1 else None


def put_policy(
    source: Input, node: Node, draft: Draft, on: str, *, shown: str | None = None, added: bool = False
) -> None:
    """Read a policy and hang it on the resource of an ARN."""
    arn = function_arn(on)
    if arn is not None:
        _put_on_function(source, node, draft, arn, shown=shown, added=added)
        return
    resource = resource_of(source, draft, on)
    if resource is None:
        return
    name = f"{_SHORT.get(resource.kind, 'resource')} {short_name(on)}"
    policy = draft.policy(source, node, resource.kind, name, on, shown=shown)
    if resource.policy is not None and policy is not None and resource.policy != policy:
        draft.contradiction(source, f"the policy of `{on}`", node.at)
    resource.policy = resource.policy or policy
    if resource.account is None:
        no_owner(source, draft, f"which account owns `{on}`", "put the file into a folder `account-ID`")


def resource_of(source: Input, draft: Draft, arn: str) -> ResourceDraft | None:
    """The draft of the resource of an ARN, with its owner as far as the ARN, the manifest or the path tells."""
    try:
        written, kind = Arn.parse(arn).account, kind_of(arn)
    except InvalidName:
        draft.say(source, Code.BAD_SHAPE, f"`{arn}` is not an ARN", help_="check the manifest or export it again")
        return None
    found = draft.resources.setdefault(arn, ResourceDraft(arn, kind))
    if is_account_id(written):
        found.account = written
        draft.meet(source, written)
    else:
        found.account = found.account or account_of(draft, source)
    return found


def short_name(arn: str) -> str:
    """What people call the resource of an ARN."""
    text = arn.split(":", 5)[5]
    for prefix in ("key/", "secret:", "layer:", "function:"):
        text = text.removeprefix(prefix)
    return text


def _put_on_function(
    source: Input, node: Node, draft: Draft, arn: FunctionArn, *, shown: str | None, added: bool
) -> None:
    function = draft.function(source, arn)
    policy = draft.policy(source, node, PolicyKind.FUNCTION, f"function {short_name(str(arn))}", str(arn), shown=shown)
    if policy is None:
        return
    known = function.policies.get(arn)
    if known is None:
        function.policies[arn] = policy
    elif added:
        _add(function, arn, known, policy)
    elif known != policy:
        draft.contradiction(source, f"the policy of `{arn}`", node.at)


def _add(function: FunctionDraft, arn: FunctionArn, known: Policy, policy: Policy) -> None:
    """Put an added statement behind the others, unless `get-policy` has shown it already."""
    new = tuple(s for s in policy.statements if s not in known.statements)
    if new:
        function.policies[arn] = replace(known, statements=(*known.statements, *new))


def read_attributes(source: Input, draft: Draft) -> None:
    """Read `sqs get-queue-attributes` and `sns get-topic-attributes`."""
    attributes = source.root.object("Attributes")
    arn = None if attributes is None else attributes.text("QueueArn") or attributes.text("TopicArn")
    if attributes is None or arn is None:
        help_ = "ask for all attributes: `--attribute-names All`"
        draft.say(source, Code.BAD_SHAPE, "`Attributes` without `QueueArn` or `TopicArn`", help_=help_)
        return
    resource = resource_of(source, draft, arn)
    if resource is not None:
        resource.key = customer_key(arn, attributes.text("KmsMasterKeyId"))
    policy = attributes.child("Policy")
    if resource is not None and policy is not None and policy.value != "":
        put_policy(source, policy, draft, arn)


def read_stream(key: str, source: Input, draft: Draft) -> None:
    """Read `kinesis describe-stream` and `describe-stream-summary`, which tell the key of a stream."""
    node = source.root.object(key)
    arn = None if node is None else node.text("StreamARN")
    resource = None if arn is None else resource_of(source, draft, arn)
    if node is not None and resource is not None:
        resource.key = customer_key(resource.arn, node.text("KeyId"))


def customer_key(arn: str, key: str | None) -> str | None:
    """The ARN of a key or alias told by ARN, id or alias; `None` for AWS's own key of a service, open to its users."""
    if key is None or "alias/aws/" in key:
        return None
    if key.startswith("arn:"):
        return key
    holder = Arn.parse(arn)
    name = key if key.startswith("alias/") else f"key/{key}"
    return str(Arn(holder.partition, "kms", holder.region, holder.account, name))


def read_secret(source: Input, draft: Draft) -> None:
    """Read `secretsmanager get-resource-policy`."""
    arn = source.root.text("ARN")
    policy = source.root.child("ResourcePolicy")
    if arn is not None and resource_of(source, draft, arn) is not None and policy is not None:
        put_policy(source, policy, draft, arn)


def read_key(source: Input, draft: Draft) -> None:
    """Read `kms describe-key`, which tells a key's ARN; `get-key-policy` does not."""
    metadata = source.root.object("KeyMetadata")
    arn = metadata.text("Arn") if metadata is not None else None
    if arn is not None:
        resource_of(source, draft, arn)


def read_buckets(source: Input, draft: Draft) -> None:
    """Read `s3api list-buckets`, whose buckets belong to the account the file is in."""
    draft.wait(20, partial(_buckets_later, source, draft))


def _buckets_later(source: Input, draft: Draft) -> None:
    for node in source.root.items("Buckets"):
        name = node.text("Name")
        if name is not None:
            resource_of(source, draft, f"arn:aws:s3:::{name}")
