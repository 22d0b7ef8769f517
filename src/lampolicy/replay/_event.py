"""A CloudTrail record, as far as it matters to a decision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lampolicy.diagnostic import LampolicyError
from lampolicy.names import is_account_id
from lampolicy.replay._fields import named_as_cloudtrail
from lampolicy.replay._json_values import JsonObject, is_object, object_at, objects_at, text_at, value_at

_API_VERSION: Final = re.compile(r"(?<=[A-Za-z])[0-9]{8}(?:v[0-9]+)?\Z", re.ASCII)
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z", re.ASCII)
_NEEDED: Final = ("eventSource", "eventName", "eventTime")
_LONGEST_NAME: Final = 256
"""No service, API, error or id of AWS has a longer name; what a group is known by must not fill the memory."""


class BadRecord(LampolicyError):  # noqa: N818 - it is what is wrong, not an accident
    """A record that is none, or lacks what every record of CloudTrail has."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A resource a record names.

    Attributes:
        arn: Its ARN.
        account: The account that owns it, where the record tells.
        type: Its type, such as `AWS::S3::Object`, where the record tells.
    """

    arn: str
    account: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One call, as CloudTrail recorded it.

    Attributes:
        id: `sharedEventID` where the record has one, else `eventID`: one call has one, in whatever account's trail;
            `None` if the record has neither.
        shared: Whether the call is in the trail of another account as well.
        time: When, as ISO 8601 in UTC with `Z`.
        source: `eventSource`, such as `lambda.amazonaws.com`.
        name: `eventName` as recorded, such as `UpdateFunctionCode20150331v2`.
        region: `awsRegion`.
        account: `recipientAccountId`, the account whose trail this is.
        identity: `userIdentity`.
        parameters: `requestParameters`.
        response: `responseElements`.
        error: `errorCode`; `None` for a call that succeeded.
        error_message: `errorMessage`.
        address: `sourceIPAddress`, an address or the name of a service.
        user_agent: `userAgent`.
        endpoint: `vpcEndpointId`.
        endpoint_account: `vpcEndpointAccountId`.
        encrypted: Whether the record has `tlsDetails`.
        resources: The resources it names.
        type: `eventType`, such as `AwsApiCall`.
        data: Whether it is a data event, which CloudTrail logs only where it is told to; `None` if it does not say.
        read_only: `readOnly`; `None` if the record does not say.
    """

    id: str | None
    shared: bool
    time: str
    source: str
    name: str
    region: str
    account: str | None
    identity: JsonObject
    parameters: JsonObject
    response: JsonObject
    error: str | None
    error_message: str | None
    address: str | None
    user_agent: str | None
    endpoint: str | None
    endpoint_account: str | None
    encrypted: bool
    resources: tuple[Touched, ...]
    type: str
    data: bool | None
    read_only: bool | None

    @property
    def api(self) -> str:
        """The API's name without the version some services write behind it."""
        versioned = _API_VERSION.search(self.name)
        return self.name if versioned is None else self.name[: versioned.start()]

    @property
    def service(self) -> str:
        """The first word of `source`: `lambda`."""
        return self.source.partition(".")[0]

    @property
    def partition(self) -> str:
        """The partition of the region."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    def text(self, *path: str) -> str | None:
        """A text of the request's parameters; `None` if there is none."""
        return text_at(self.parameters, *path)

    def named(self, type_: str) -> Touched | None:
        """The first resource of a type that the record names."""
        return next((r for r in self.resources if r.type == type_), None)


def read_event(record: object) -> Event:
    """Read a record as CloudTrail writes it, or as Athena and CloudTrail Lake give it with names in lower case.

    Raises:
        BadRecord: It is no object, or lacks a field without which nothing can be said.
    """
    if not is_object(record):
        raise BadRecord("the record is no JSON object")
    told = named_as_cloudtrail(record)
    missing = [name for name in _NEEDED if text_at(told, name) is None]
    if missing:
        raise BadRecord(f"the record lacks {', '.join(f'`{name}`' for name in missing)}")
    _refuse_long(told)
    account = text_at(told, "recipientAccountId")
    return Event(
        id=text_at(told, "sharedEventID") or text_at(told, "eventID"),
        shared=text_at(told, "sharedEventID") is not None,
        time=_time(text_at(told, "eventTime") or ""),
        source=(text_at(told, "eventSource") or "").lower(),
        name=text_at(told, "eventName") or "",
        region=text_at(told, "awsRegion") or "",
        account=account if is_account_id(account) else None,
        identity=object_at(told, "userIdentity"),
        parameters=object_at(told, "requestParameters"),
        response=object_at(told, "responseElements"),
        error=text_at(told, "errorCode"),
        error_message=text_at(told, "errorMessage"),
        address=text_at(told, "sourceIPAddress"),
        user_agent=text_at(told, "userAgent"),
        endpoint=text_at(told, "vpcEndpointId"),
        endpoint_account=text_at(told, "vpcEndpointAccountId"),
        encrypted=text_at(told, "tlsDetails", "tlsVersion") is not None,
        resources=tuple(_touched(told)),
        type=text_at(told, "eventType") or "AwsApiCall",
        data=_is_data(told),
        read_only=_truth(value_at(told, "readOnly")),
    )


def _refuse_long(told: JsonObject) -> None:
    for name in ("eventSource", "eventName", "eventID", "sharedEventID", "errorCode", "awsRegion"):
        if len(text_at(told, name) or "") > _LONGEST_NAME:
            raise BadRecord(f"`{name}` is longer than any name of AWS")


def _touched(told: JsonObject) -> list[Touched]:
    found = ((text_at(r, "ARN"), text_at(r, "accountId"), text_at(r, "type")) for r in objects_at(told, "resources"))
    return [Touched(arn, account if is_account_id(account) else None, type_) for arn, account, type_ in found if arn]


def _is_data(told: JsonObject) -> bool | None:
    category = text_at(told, "eventCategory")
    if category is not None:
        return category == "Data"
    management = _truth(value_at(told, "managementEvent"))
    return None if management is None else not management


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def _time(text: str) -> str:
    """Bring a time into the one form in which texts sort as times do."""
    if _TIME.fullmatch(text):
        return f"{text[:19]}Z"
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadRecord(f"`eventTime` is `{text[:40]}`, which is no time") from None
    utc = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ")
