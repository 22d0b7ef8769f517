"""Handing over a role: the second authorization of calls that give a service a role (semantics L18).

Sources: IAM User Guide, "Granting a user permissions to pass a role to an AWS service"; EventBridge and Scheduler as
recorded (lambda facts D3: `iam:AssociatedResourceArn` is the rule's ARN); Step Functions Developer Guide, "Creating an
IAM role"; Service Authorization Reference of the services named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.replay._asked import Asked, Rule, Table, Unmapped, arn, needed, one, parameter_arn, same, tag_keys
from lampolicy.replay._event import Event
from lampolicy.replay._json_values import objects_at, text_at
from lampolicy.request import UNKNOWN


def passes(role: str, service: str, associated: str | None = None) -> Asked:
    """`iam:PassRole` on a role that is handed to a service."""
    if not role.startswith("arn:"):
        raise Unmapped(f"the role `{role[:80]}` is named without its path, so its ARN is not known")
    told = {"iam:PassedToService": service, "iam:AssociatedResourceArn": associated or UNKNOWN}
    return Asked("iam:PassRole", role, told)


def _rule_arn(event: Event) -> str:
    name, bus = needed(event, "rule", "name"), event.text("eventBusName")
    if name.startswith("arn:"):
        return name
    if bus is None or bus == "default":
        return arn(event, "events", f"rule/{name}")
    owner = bus.split(":")[4] if bus.startswith("arn:") and bus.count(":") >= 5 else None
    return arn(event, "events", f"rule/{bus.rsplit('/', 1)[-1]}/{name}", account=owner)


def _put_targets(event: Event) -> Iterator[Asked]:
    rule = _rule_arn(event)
    targets = list(objects_at(event.parameters, "targets"))
    if not targets:
        raise Unmapped("`requestParameters` holds no `targets`, so the roles handed over are not known")
    told = {"events:TargetArn": tuple(filter(None, (text_at(target, "arn") for target in targets))) or UNKNOWN}
    yield Asked("events:PutTargets", rule, told)
    for role in dict.fromkeys(filter(None, (text_at(target, "roleArn") for target in targets))):
        yield passes(role, "events.amazonaws.com", rule)


def _put_rule(event: Event) -> Iterator[Asked]:
    rule, role = _rule_arn(event), event.text("roleArn")
    yield Asked("events:PutRule", rule, tag_keys(event))
    if role is not None:
        yield passes(role, "events.amazonaws.com", rule)


def _machine(event: Event) -> str:
    return arn(event, "states", f"stateMachine:{needed(event, 'name')}")


def _create_machine(event: Event) -> Iterator[Asked]:
    machine = _machine(event)
    yield Asked("states:CreateStateMachine", machine, tag_keys(event))
    yield passes(needed(event, "roleArn"), "states.amazonaws.com", machine)


def _update_machine(event: Event) -> Iterator[Asked]:
    machine, role = parameter_arn("stateMachineArn")(event), event.text("roleArn")
    yield Asked("states:UpdateStateMachine", machine)
    if role is not None:
        yield passes(role, "states.amazonaws.com", machine)


def _schedule(action: str) -> Rule:
    def rule(event: Event) -> Iterator[Asked]:
        group = event.text("groupName") or "default"
        schedule = arn(event, "scheduler", f"schedule/{group}/{needed(event, 'name')}")
        yield Asked(f"scheduler:{action}", schedule)
        role = event.text("target", "roleArn")
        if role is None:
            raise Unmapped("`requestParameters` holds no `target.roleArn`, so the role handed over is not known")
        yield passes(role, "scheduler.amazonaws.com")

    return rule


EVENTS: Final[Table] = {
    "PutTargets": _put_targets,
    "PutRule": _put_rule,
    **same("events", _rule_arn, "RemoveTargets DeleteRule DescribeRule EnableRule DisableRule ListTargetsByRule"),
    "ListRules": one("events:ListRules", lambda _: "*"),
}
STATES: Final[Table] = {
    "CreateStateMachine": _create_machine,
    "UpdateStateMachine": _update_machine,
    **same("states", parameter_arn("stateMachineArn"), "DeleteStateMachine DescribeStateMachine StartSyncExecution"),
    "StartExecution": one("states:StartExecution", parameter_arn("stateMachineArn")),
    "ListStateMachines": one("states:ListStateMachines", lambda _: "*"),
}
SCHEDULER: Final[Table] = {"CreateSchedule": _schedule("CreateSchedule"), "UpdateSchedule": _schedule("UpdateSchedule")}
