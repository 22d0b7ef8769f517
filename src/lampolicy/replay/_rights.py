"""Rights that were granted, and whether a trail shows their use.

What a trail does not show it cannot prove: data events are logged only where a trail is told to, some calls not at all,
and calls that could not be mapped may have used anything.

Sources: CloudTrail User Guide, "Logging data events", and of each service "Logging API calls with CloudTrail".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from lampolicy.catalog import catalog
from lampolicy.names import action_pattern, fold
from lampolicy.organization import IamRole, IamUser
from lampolicy.policy import AllExcept, Effect, Policy, PolicyKind, StatementId
from lampolicy.replay._asked import Unmapped
from lampolicy.replay._authorized import MAPPED_SERVICES
from lampolicy.replay._callers import caller_of
from lampolicy.replay._decide import Now
from lampolicy.replay._event import Event
from lampolicy.replay._groups import Period
from lampolicy.replay._report import ActionUse, EntityUse, StatementUse, Use
from lampolicy.replay._services import S3_ACTIONS, TABLES
from lampolicy.replay._world import World

_DATA: Final[Mapping[str, str]] = {
    "lambda": "InvokeFunction InvokeFunctionUrl InvokeAsync",
    "s3": "GetObject GetObjectVersion PutObject DeleteObject DeleteObjectVersion GetObjectAcl PutObjectAcl "
    "GetObjectVersionAcl PutObjectVersionAcl GetObjectTagging PutObjectTagging DeleteObjectTagging "
    "GetObjectVersionTagging PutObjectVersionTagging DeleteObjectVersionTagging GetObjectAttributes "
    "GetObjectVersionAttributes GetObjectRetention PutObjectRetention GetObjectLegalHold PutObjectLegalHold "
    "GetObjectTorrent RestoreObject AbortMultipartUpload ListMultipartUploadParts ListBucket ListBucketVersions "
    "ListBucketMultipartUploads",
    "sqs": "SendMessage ReceiveMessage DeleteMessage ChangeMessageVisibility GetQueueAttributes GetQueueUrl "
    "ListDeadLetterSourceQueues ListQueues ListQueueTags",
    "sns": "Publish",
    "dynamodb": "GetItem PutItem UpdateItem DeleteItem BatchGetItem BatchWriteItem Query Scan ConditionCheckItem "
    "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete GetRecords GetShardIterator",
    "kinesis": "PutRecord PutRecords GetRecords GetShardIterator SubscribeToShard ListShards",
    "logs": "GetLogEvents FilterLogEvents StartQuery",
    "events": "PutEvents",
    "states": "StartSyncExecution SendTaskSuccess SendTaskFailure SendTaskHeartbeat",
}
"""Actions whose calls are data events, by service; where it is not sure they are, they are on the list."""

_HIDDEN: Final[Mapping[str, str]] = {
    "lambda": "InvokeFunctionUrl EnableReplication DisableReplication",
    "s3": "BypassGovernanceRetention ObjectOwnerOverrideToBucketOwner ReplicateObject ReplicateDelete ReplicateTags "
    "GetObjectVersionForReplication",
    "logs": "PutLogEvents Unmask CallWithBearerToken",
    "states": "InvokeHTTPEndpoint RevealSecrets",
    "events": "InvokeApiDestination RetrieveConnectionCredentials",
}
"""Actions that no event of a trail shows: calls CloudTrail does not record, and rights that are no calls."""

_BY_ANOTHER_NAME: Final[Mapping[str, str]] = {
    "lambda": "InvokeFunction",
    "dynamodb": "ConditionCheckItem",
    "kms": "ReEncryptFrom ReEncryptTo",
    "sts": "TagSession SetSourceIdentity SetContext",
}
"""Actions whose event has another name than they have; those of S3 stand in its own table."""

_READS: Final = ("get", "list", "describe", "head")
_PASS_ROLE: Final = "iam:passrole"


class Exercise:
    """What was used, counted while a trail is read."""

    def __init__(self, world: World) -> None:
        self._world = world
        users, roles = world.organization.users, world.organization.roles
        self._entities = frozenset((*(user.arn for user in users), *(role.arn for role in roles)))
        self.calls: dict[str, Period] = {}
        self.granted: defaultdict[tuple[str, StatementId], dict[str, Period]] = defaultdict(dict)
        self.perhaps: set[tuple[str, StatementId, str]] = set()
        self.not_mapped: defaultdict[str, set[str]] = defaultdict(set)
        self.data_of: set[str] = set()
        self.services: set[str] = set()
        self.reads = False

    def logged(self, event: Event) -> None:
        """Note what a trail shows at all."""
        if event.service in MAPPED_SERVICES:
            self.services.add(event.service)
        if event.read_only:
            self.reads = True
        if event.data or (event.data is None and event.api in _DATA_NAMES.get(event.service, ())):
            self.data_of.update({event.service} & _DATA_NAMES.keys())

    def used(self, entity: str, now: tuple[Now, ...], time: str) -> None:
        """Count a call that was granted, for each statement that grants it now, or may."""
        if entity not in self._entities:
            return
        _count(self.calls, entity, time)
        for each in now:
            for statement in each.uses:
                if each.allowed is None:
                    self.perhaps.add((entity, statement, each.asked.action))
                else:
                    _count(self.granted[entity, statement], each.asked.action, time)

    def unmapped(self, event: Event) -> None:
        """Note that somebody called a service in a way that could not be mapped."""
        try:
            entity = caller_of(event, self._world).entity
        except Unmapped:
            return
        if entity in self._entities:
            self.not_mapped[entity].add(event.service)


_DATA_NAMES: Final = {service: frozenset(names.split()) | {"Invoke"} for service, names in _DATA.items()}


def _shown() -> Iterator[str]:
    """Every action that some rule of the tables may ask for."""
    for source, table in TABLES.items():
        service = source.partition(".")[0]
        for name in (*table, *_BY_ANOTHER_NAME.get(service, "").split(), *_DATA.get(service, "").split()):
            yield f"{service}:{name}".lower()
    yield from (f"s3:{action}".lower() for action in S3_ACTIONS)


_SHOWN: Final = frozenset(_shown())


def _count(periods: dict[str, Period], key: str, time: str) -> None:
    found = periods.get(key)
    if found is None:
        periods[key] = Period(1, time, time)
    else:
        found.add(time)


def rights_of(world: World, exercise: Exercise) -> tuple[EntityUse, ...]:
    """Give every user and role of the organization with its Allow statements, and what the trail says of each."""
    organization = world.organization
    entities: list[IamUser | IamRole] = [*organization.users, *organization.roles]
    return tuple(_of_entity(world, entity, exercise) for entity in sorted(entities, key=lambda entity: entity.arn))


def _of_entity(world: World, entity: IamUser | IamRole, exercise: Exercise) -> EntityUse:
    period = exercise.calls.get(entity.arn)
    statements = [
        _of_statement(entity.arn, policy, index, exercise)
        for policy in world.policies_of(entity)
        for index, statement in enumerate(policy.statements)
        if statement.effect is Effect.ALLOW and policy.kind is PolicyKind.IDENTITY
    ]
    return EntityUse(entity.arn, None if period is None else period.span(), tuple(statements))


def _of_statement(entity: str, policy: Policy, index: int, exercise: Exercise) -> StatementUse:
    statement, written = policy.statement_id(index), policy.statements[index].actions
    used = exercise.granted.get((entity, statement), {})
    perhaps = {action for e, s, action in exercise.perhaps if e == entity and s == statement}
    if isinstance(written, AllExcept):
        actions: tuple[ActionUse, ...] = (_of_rest(used, perhaps),)
    else:
        actions = tuple(_of_pattern(entity, pattern, used, perhaps, exercise) for pattern in written.patterns)
    return StatementUse(statement, _together([action.use for action in actions]), actions)


def _together(uses: list[Use]) -> Use:
    if Use.USED in uses:
        return Use.USED
    return Use.CANNOT_TELL if Use.CANNOT_TELL in uses else Use.NEVER_USED


def _of_rest(used: Mapping[str, Period], perhaps: set[str]) -> ActionUse:
    found = tuple((action, period.span()) for action, period in sorted(used.items()))
    if found:
        return ActionUse("NotAction", Use.USED, found)
    reason = "it grants everything else, also what no trail shows"
    return ActionUse("NotAction", Use.CANNOT_TELL, reason=_maybe(perhaps) or reason)


def _of_pattern(
    entity: str, pattern: str, used: Mapping[str, Period], perhaps: set[str], exercise: Exercise
) -> ActionUse:
    match = action_pattern(pattern)
    found = tuple((action, period.span()) for action, period in sorted(used.items()) if match(fold(action)))
    available = _available(pattern)
    if found:
        return ActionUse(pattern, Use.USED, found, available=available)
    reason = _maybe({action for action in perhaps if match(fold(action))}) or next(
        _reasons(entity, pattern, exercise), None
    )
    if reason is not None:
        return ActionUse(pattern, Use.CANNOT_TELL, reason=reason, available=available)
    return ActionUse(pattern, Use.NEVER_USED, reason=_provided(pattern), available=available)


def _provided(pattern: str) -> str | None:
    """What a never rests on, where data events are concerned: a trail may log those of some resources alone."""
    service, match = pattern.partition(":")[0].lower(), action_pattern(pattern)
    if not any(match(fold(f"{service}:{name}")) for name in _DATA.get(service, "").split()):
        return None
    return f"provided the trail logs the data events of `{service}` for every resource"


def _maybe(actions: set[str]) -> str | None:
    names = ", ".join(sorted(actions))
    return f"whether it granted {names} hangs on what the trail does not tell" if names else None


def _available(pattern: str) -> int | None:
    """How many actions of AWS a pattern with wildcards fits, as far as the catalogue knows its service."""
    service, _, name = pattern.partition(":")
    if "*" not in name and "?" not in name:
        return None
    if {"*", "?"} & set(service):
        return None
    actions = catalog().actions(service)
    match = action_pattern(pattern)
    return sum(match(fold(f"{service}:{action}")) for action in actions) or None


def _reasons(entity: str, pattern: str, exercise: Exercise) -> Iterator[str]:
    """Why it cannot be concluded that an action was never used, the weightiest first."""
    service = pattern.partition(":")[0].lower()
    match = action_pattern(pattern)
    if pattern.lower() == _PASS_ROLE:
        if exercise.not_mapped.get(entity):
            yield "its calls of other services, which are not mapped, may have handed over a role"
        return
    if service not in MAPPED_SERVICES:
        what = f"calls of `{service}`" if {"*", "?"}.isdisjoint(service) else "calls of most services"
        yield f"{what} are not mapped"
        return
    hidden = [name for name in _HIDDEN.get(service, "").split() if match(fold(f"{service}:{name}"))]
    if hidden:
        yield f"no event of a trail shows {_some(hidden)}"
    elif not {"*", "?"} & set(pattern) and pattern.lower() not in _SHOWN:
        yield "no event that can be mapped shows it"
    data = [name for name in _DATA.get(service, "").split() if match(fold(f"{service}:{name}"))]
    if data and service not in exercise.data_of:
        yield f"data events of `{service}` are not in this trail: {_some(data)}"
    if service in exercise.not_mapped.get(entity, ()):
        yield f"some of its calls of `{service}` could not be mapped"
    if service not in exercise.services and service == "kms":
        yield "the trail holds no event of `kms` at all, which trails may be told to leave out"
    if not exercise.reads and pattern.partition(":")[2].lower().startswith(_READS):
        yield "the trail holds no call that only reads"


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")
