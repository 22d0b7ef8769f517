"""The names of a record's fields: Athena and CloudTrail Lake give them in lower case, and some values as JSON text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson

from lampolicy.replay._json_values import JsonObject, is_list, is_object
from lampolicy.replay._ocsf import from_security_lake, is_security_lake

_SESSION: Final[Mapping[str, object]] = {
    "attributes": {"creationDate": {}, "mfaAuthenticated": {}},
    "sessionIssuer": {"type": {}, "principalId": {}, "arn": {}, "accountId": {}, "userName": {}},
    "webIdFederationData": {"federatedProvider": {}, "attributes": {}},
    "sourceIdentity": {},
    "ec2RoleDelivery": {},
    "assumedRoot": {},
}
_IDENTITY: Final[Mapping[str, object]] = {
    "type": {},
    "principalId": {},
    "arn": {},
    "accountId": {},
    "accessKeyId": {},
    "userName": {},
    "invokedBy": {},
    "identityProvider": {},
    "credentialId": {},
    "sessionContext": _SESSION,
    "onBehalfOf": {"userId": {}, "identityStoreArn": {}},
    "inScopeOf": {"sourceArn": {}, "sourceAccount": {}, "issuerType": {}, "credentialsIssuedTo": {}},
}
_RECORD: Final[Mapping[str, object]] = {
    "eventVersion": {},
    "userIdentity": _IDENTITY,
    "eventTime": {},
    "eventSource": {},
    "eventName": {},
    "awsRegion": {},
    "sourceIPAddress": {},
    "userAgent": {},
    "errorCode": {},
    "errorMessage": {},
    "requestParameters": {},
    "responseElements": {},
    "additionalEventData": {},
    "requestID": {},
    "eventID": {},
    "readOnly": {},
    "resources": {"ARN": {}, "accountId": {}, "type": {}},
    "eventType": {},
    "managementEvent": {},
    "recipientAccountId": {},
    "sharedEventID": {},
    "vpcEndpointId": {},
    "vpcEndpointAccountId": {},
    "eventCategory": {},
    "tlsDetails": {"tlsVersion": {}, "cipherSuite": {}, "clientProvidedHostHeader": {}},
}
_AS_TEXT: Final = frozenset({"requestParameters", "responseElements", "userIdentity", "resources", "tlsDetails"})


def named_as_cloudtrail(record: JsonObject) -> JsonObject:
    """Give a record the names CloudTrail gives; one that has them is given back as it is."""
    if "eventSource" in record and not any(isinstance(record.get(name), str) for name in _AS_TEXT):
        return record
    if is_security_lake(record):
        return from_security_lake(record)
    renamed = _renamed(record, _RECORD)
    return {name: _opened(value) if name in _AS_TEXT else value for name, value in _objects(renamed).items()}


def _objects(value: object) -> JsonObject:
    return value if is_object(value) else {}


def _opened(value: object) -> object:
    """Read a value that was written as a JSON text, with the names it should have."""
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except ValueError:
        return None


def _renamed(value: object, names: object) -> object:
    if is_list(value):
        return [_renamed(item, names) for item in value]
    if not is_object(value) or not is_object(names) or not names:
        return value
    known = {name.lower(): (name, below) for name, below in names.items()}
    found: dict[str, object] = {}
    for given, inner in value.items():
        name, below = known.get(given.lower().replace("_", ""), (given, {}))
        found[name] = _renamed(inner, below)
    return found
