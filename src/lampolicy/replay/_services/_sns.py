"""SNS: topics and their subscriptions.

Sources: SNS Developer Guide, "Amazon SNS API permissions: actions and resources reference"; Service Authorization
Reference, "Amazon SNS".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.replay._asked import (
    Asked,
    Rule,
    Table,
    Unmapped,
    anything,
    arn,
    needed,
    one,
    parameter_arn,
    same,
    tag_keys,
    untag_keys,
)
from lampolicy.replay._event import Event

_TOPIC: Final = parameter_arn("topicArn")
_PARTS_OF_SUBSCRIPTION: Final = 7


def _target(event: Event) -> str:
    """A topic; or an endpoint of a platform, or a phone, which has no ARN."""
    if event.text("topicArn") is None and event.text("targetArn") is None:
        needed(event, "phoneNumber")
        return "*"
    return parameter_arn("topicArn", "targetArn")(event)


def _new_topic(event: Event) -> str:
    return arn(event, "sns", needed(event, "name"))


def _subscribe(event: Event) -> Iterator[Asked]:
    told = {"sns:Protocol": event.text("protocol"), "sns:Endpoint": event.text("endpoint")}
    known = {name: value for name, value in told.items() if value is not None and "HIDDEN" not in value}
    yield Asked("sns:Subscribe", _TOPIC(event), known)


def _of_subscription(action: str) -> Rule:
    """The topic is an optional resource type here, so AWS may ask about `*`: what both allow is certain."""

    def rule(event: Event) -> Iterator[Asked]:
        parts = parameter_arn("subscriptionArn")(event).split(":")
        if len(parts) != _PARTS_OF_SUBSCRIPTION:
            raise Unmapped("`subscriptionArn` is no subscription's ARN")
        yield Asked(action, ":".join(parts[:-1]), or_else=("*",))

    return rule


TABLE: Final[Table] = {
    "Publish": one("sns:Publish", _target),
    "PublishBatch": one("sns:Publish", _target),
    "CreateTopic": one("sns:CreateTopic", _new_topic, tag_keys),
    "Subscribe": _subscribe,
    **same("sns", _TOPIC, "DeleteTopic GetTopicAttributes SetTopicAttributes AddPermission RemovePermission"),
    **same("sns", _TOPIC, "ConfirmSubscription ListSubscriptionsByTopic"),
    **{
        name: _of_subscription(f"sns:{name}")
        for name in ("Unsubscribe", "GetSubscriptionAttributes", "SetSubscriptionAttributes")
    },
    **same("sns", parameter_arn("resourceArn"), "ListTagsForResource GetDataProtectionPolicy PutDataProtectionPolicy"),
    "TagResource": one("sns:TagResource", parameter_arn("resourceArn"), tag_keys),
    "UntagResource": one("sns:UntagResource", parameter_arn("resourceArn"), untag_keys),
    **same("sns", anything, "ListTopics ListSubscriptions ListPlatformApplications GetSMSAttributes"),
}
