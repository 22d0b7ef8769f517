"""A statement as the AWS CLI command that adds it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from lampolicy.decision import Side
from lampolicy.diagnostic import PolicyError
from lampolicy.explain import Addition
from lampolicy.function._json_values import conditions_of, first_of, listed
from lampolicy.function._place import Place, region_of
from lampolicy.function._shell import command
from lampolicy.names import Arn, FunctionArn, Latest, Unqualified
from lampolicy.policy import Policy, PolicyKind, Stored, Version, add_permission

Options: TypeAlias = list[tuple[str, "str | None"]]
Values: TypeAlias = dict[str, object]
Statements: TypeAlias = Sequence[Mapping[str, object]]

_PARAMETERS: Final[Mapping[tuple[str, str], str]] = {
    ("ArnLike", "aws:sourcearn"): "SourceArn",
    ("StringEquals", "aws:sourceaccount"): "SourceAccount",
    ("StringEquals", "aws:principalorgid"): "PrincipalOrgID",
    ("StringEquals", "lambda:eventsourcetoken"): "EventSourceToken",
    ("StringEquals", "lambda:functionurlauthtype"): "FunctionUrlAuthType",
    ("Bool", "lambda:invokedviafunctionurl"): "InvokedViaFunctionUrl",
}
OPTIONS: Final[Mapping[str, str]] = {
    "FunctionName": "--function-name",
    "Qualifier": "--qualifier",
    "StatementId": "--statement-id",
    "Action": "--action",
    "Principal": "--principal",
    "SourceArn": "--source-arn",
    "SourceAccount": "--source-account",
    "PrincipalOrgID": "--principal-org-id",
    "EventSourceToken": "--event-source-token",
    "FunctionUrlAuthType": "--function-url-auth-type",
    "InvokedViaFunctionUrl": "--invoked-via-function-url",
}
"""How the command line calls the parameters of AddPermission."""


def permission_of(place: Place, statement: Mapping[str, object], before: Policy | None) -> Values | None:
    """The parameters with which AddPermission writes a statement; `None` if it cannot (semantics L9, L10)."""
    arn = FunctionArn.parse(place.holder)
    principal = _principal(statement.get("Principal"))
    conditions = _conditions(statement)
    if principal is None or conditions is None or isinstance(arn.qualifier, Latest):
        return None
    sids = {s.sid for s in before.statements} if before is not None else set[str | None]()
    name = _free(f"{principal}-{str(statement['Action']).partition(':')[2]}", sids)
    values: Values = {"FunctionName": str(arn.unqualified)}
    if not isinstance(arn.qualifier, Unqualified):
        values["Qualifier"] = str(arn.qualifier)
    return {**values, "StatementId": name, "Action": statement["Action"], "Principal": principal, **conditions}


def as_stored(place: Place, addition: Addition, before: Policy | None) -> Addition:
    """The addition as Lambda would store it from AddPermission; as it is where that cannot write it."""
    parameters = permission_of(place, addition.statement, before)
    if parameters is None:
        return addition
    given = {key: value for key, value in parameters.items() if key != "FunctionName"}
    try:
        added = add_permission(given, function=str(parameters["FunctionName"]), stored=Stored())
    except PolicyError:
        return addition
    return replace(addition, statement=dict(added.statement))


def _principal(element: object) -> str | None:
    match element:
        case "*":
            return "*"
        case {"AWS": str(name)} | {"Service": str(name)}:
            return name
        case _:
            return None


def _conditions(statement: Mapping[str, object]) -> Values | None:
    found: Values = {}
    for operator, key, value in conditions_of(statement):
        name = _PARAMETERS.get((operator, key.lower()))
        if name is None:
            return None
        found[name] = True if name == "InvokedViaFunctionUrl" else value
    return {name: found[name] for name in OPTIONS if name in found}


def _free(wanted: str, taken: set[str | None]) -> str:
    """A statement id or policy name that is not in use, of letters, digits and hyphens."""
    words = re.split(r"[^A-Za-z0-9]+", wanted.rsplit("/", 1)[-1].replace(".amazonaws.com", ""), flags=re.ASCII)
    base = ("-".join(word for word in words if word) or "everyone")[:80]
    return next(name for n in range(1, 10_000) if (name := base if n == 1 else f"{base}-{n}") not in taken)


# --- commands ---------------------------------------------------------------------------------------------------------


def command_of(place: Place, statements: Statements, before: Sequence[Policy], target: str | None) -> str | None:
    """The command that adds a statement; `None` where no single call does.

    Args:
        place: Where it belongs.
        statements: The statement, behind those that commands before this one have added to the same place.
        before: The policies that hang there now.
        target: The ARN of the boundary's policy, or the id of the node an SCP hangs on, where it is known.
    """
    match place.side:
        case Side.IDENTITY:
            return _inline(place, statements, before)
        case Side.TRUST:
            options: Options = [("--role-name", place.name), ("--policy-document", _whole(statements, before))]
            return command(("aws", "iam", "update-assume-role-policy"), options)
        case Side.BOUNDARY if target is not None:
            whole = _whole(statements, before)
            options = [("--policy-arn", target), ("--policy-document", whole), ("--set-as-default", None)]
            return command(("aws", "iam", "create-policy-version"), options)
        case Side.RESOURCE:
            return _on_resource(place, statements, before)
        case _:
            return None


def removal_command(place: Place, sid: str | None) -> str | None:
    """The command that removes a statement, where a single one does: RemovePermission of a function's policy."""
    if place.kind is not PolicyKind.FUNCTION or place.side is not Side.RESOURCE or sid is None:
        return None
    arn = FunctionArn.parse(place.holder)
    options: Options = [("--function-name", str(arn.unqualified)), ("--statement-id", sid)]
    if not isinstance(arn.qualifier, Unqualified):
        options.insert(1, ("--qualifier", str(arn.qualifier)))
    return command(("aws", "lambda", "remove-permission"), [*options, *_region(place)])


def _inline(place: Place, statements: Statements, before: Sequence[Policy]) -> str | None:
    """A new inline policy under a free name, since `put` replaces one of the same name."""
    kind = "role" if ":role/" in place.holder else "user"
    taken: set[str | None] = {policy.name.rpartition("inline:")[2] for policy in before}
    name = ""
    for statement in statements:
        first = first_of(statement["Action"]).replace(":", "-").replace("*", "all")
        name = _free(f"allow-{first}", taken)
        taken.add(name)
    options: Options = [(f"--{kind}-name", place.name), ("--policy-name", name)]
    return command(("aws", "iam", f"put-{kind}-policy"), [*options, ("--policy-document", _document(statements[-1]))])


def _on_resource(place: Place, statements: Statements, before: Sequence[Policy]) -> str | None:
    if place.kind is PolicyKind.FUNCTION:
        return _on_function(place, statements, before)
    if place.kind is PolicyKind.LAYER:
        return _on_layer(place, statements[-1], before)
    service = Arn.parse(place.holder).service
    writer = _WRITERS.get(service)
    if writer is None:
        return None
    words, options = writer(place, _whole(statements, before))
    return command(words, [*options, *_region(place)])


def _on_function(place: Place, statements: Statements, before: Sequence[Policy]) -> str:
    statement = statements[-1]
    sid = statement.get("Sid")
    parameters = permission_of(place, statement, None)
    if sid is None or parameters is None:
        options: Options = [("--resource-arn", place.holder), ("--policy", _whole(statements, before))]
        return command(("aws", "lambda", "put-resource-policy"), [*options, *_region(place)])
    values = {**parameters, "StatementId": sid}
    options = [(OPTIONS[name], None if value is True else str(value)) for name, value in values.items()]
    return command(("aws", "lambda", "add-permission"), [*options, *_region(place)])


def _on_layer(place: Place, statement: Mapping[str, object], before: Sequence[Policy]) -> str | None:
    layer, _, version = place.holder.rpartition(":")
    principal = _principal(statement.get("Principal"))
    if principal is None:
        return None
    account = principal if principal == "*" else Arn.parse(principal).account
    sids = {s.sid for policy in before for s in policy.statements}
    options: Options = [
        ("--layer-name", layer),
        ("--version-number", version),
        ("--statement-id", _free(f"account-{account}", sids)),
        ("--action", "lambda:GetLayerVersion"),
        ("--principal", account),
    ]
    return command(("aws", "lambda", "add-layer-version-permission"), [*options, *_region(place)])


def _region(place: Place) -> Options:
    region = region_of(place.holder)
    return [("--region", region)] if region else []


def _bucket(place: Place, whole: str) -> tuple[tuple[str, ...], Options]:
    return ("aws", "s3api", "put-bucket-policy"), [("--bucket", place.name), ("--policy", whole)]


def _queue(place: Place, whole: str) -> tuple[tuple[str, ...], Options]:
    arn = Arn.parse(place.holder)
    ending = "amazonaws.com.cn" if arn.partition == "aws-cn" else "amazonaws.com"
    url = f"https://sqs.{arn.region}.{ending}/{arn.account}/{arn.resource}"
    attributes = json.dumps({"Policy": whole})
    return ("aws", "sqs", "set-queue-attributes"), [("--queue-url", url), ("--attributes", attributes)]


def _topic(place: Place, whole: str) -> tuple[tuple[str, ...], Options]:
    options: Options = [("--topic-arn", place.holder), ("--attribute-name", "Policy"), ("--attribute-value", whole)]
    return ("aws", "sns", "set-topic-attributes"), options


def _key(place: Place, whole: str) -> tuple[tuple[str, ...], Options]:
    options: Options = [("--key-id", place.holder), ("--policy-name", "default"), ("--policy", whole)]
    return ("aws", "kms", "put-key-policy"), options


def _secret(place: Place, whole: str) -> tuple[tuple[str, ...], Options]:
    options: Options = [("--secret-id", place.holder), ("--resource-policy", whole)]
    return ("aws", "secretsmanager", "put-resource-policy"), options


def _by_arn(place: Place, whole: str) -> tuple[tuple[str, ...], Options]:
    service = Arn.parse(place.holder).service
    return ("aws", service, "put-resource-policy"), [("--resource-arn", place.holder), ("--policy", whole)]


_WRITERS: Final[Mapping[str, Callable[[Place, str], tuple[tuple[str, ...], Options]]]] = {
    "s3": _bucket,
    "sqs": _queue,
    "sns": _topic,
    "kms": _key,
    "secretsmanager": _secret,
    "kinesis": _by_arn,
    "dynamodb": _by_arn,
}


def _document(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": str(Version.V2012), "Statement": [dict(statement)]})


def _whole(statements: Statements, before: Sequence[Policy]) -> str:
    """The policy as it is, with the statements behind its own: these calls replace all of it."""
    document: Values = before[0].to_dict() if before else {"Version": str(Version.V2012), "Statement": []}
    return json.dumps({**document, "Statement": [*listed(document["Statement"]), *map(dict, statements)]})
