"""Find execution roles that lack what their function's configuration needs.

## What it finds
A function whose execution role is refused something that its configuration asks for: reading the queue or stream of
an event source mapping, sending to its dead letter queue or destination, network interfaces in its VPC, traces,
decrypting its environment variables, mounting its file system. A role that cannot write logs is a note, since that may
be meant so. What some set-ups do without, such as making a log group that is there already, is not asked for; nothing
is said where the role, one of its policies or the configuration is not known.

## Why it matters
Lambda refuses a mapping, a dead letter queue or a VPC for a role that lacks the right; a right that goes later fails
silently: nothing is read, and events that failed are lost.

## Instead
Add the statement that the help shows. `lampolicy needs` lists everything the configuration needs, and the least policy.

## Source
Lambda Developer Guide, "Defining Lambda function permissions with an execution role", and the pages of the event
sources; semantics L16, L17.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, InvalidName, Severity
from lampolicy.function import Authorizer, FunctionView, Lack, Setting, lacks
from lampolicy.organization import IamRole, Organization
from lampolicy.policy import Policy


def find(organization: Organization) -> Iterator[tuple[Policy, Remark]]:
    """Find functions whose role lacks something; told at the role's own policy, or at its trust if it has none."""
    authorizer = Authorizer(organization)
    for function in organization.functions:
        role = organization.index.roles.get(function.role or "")
        home = None if role is None else _home(role)
        if home is None:
            continue
        for lack in _lacking(FunctionView(authorizer, function, function.arn)):
            if lack.setting is not Setting.LOGS or function.configuration is not None:
                yield home, _remark(str(function.arn), lack)


def _home(role: IamRole) -> Policy | None:
    return next(iter(role.inline), role.trust)


def _lacking(view: FunctionView) -> tuple[Lack, ...]:
    try:
        return lacks(view)
    except InvalidName:  # an ARN on the way is none: that is told where it stands
        return ()


def _remark(arn: str, lack: Lack) -> Remark:
    actions = dict.fromkeys(f"`{need.part.request.action}`" for need in lack.needs)
    resources = dict.fromkeys(need.part.request.resource for need in lack.needs)
    where = next(iter(resources)) if len(resources) == 1 else f"{len(resources)} resources"
    message = (
        f"`{arn}` runs as this role, which is refused {', '.join(actions)} on `{where}` ({lack.setting}): "
        f"{lack.needs[0].without}"
    )
    return Remark(message, ("Statement",), _help(arn, lack), doubtful=lack.setting is Setting.LOGS)


def _help(arn: str, lack: Lack) -> str:
    if not lack.suffices:
        return (
            f"no statement of the role suffices, for another policy forbids it; `lampolicy needs PATH {arn}` tells more"
        )
    added = ", ".join(json.dumps(statement) for statement in lack.statements)
    return f"add to a policy of the role: {added}"


RULE = Rule(Code.ROLE_LACKS_FOR_FUNCTION, "role-lacks-for-function", Severity.WARNING, in_organization=find)
