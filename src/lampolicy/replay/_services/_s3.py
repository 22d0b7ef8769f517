"""S3: from the name of the API to the action, and bucket or object as the resource.

Sources: S3 User Guide, "Required permissions for Amazon S3 API operations"; Service Authorization Reference, "Actions,
resources, and condition keys for Amazon S3"; S3 User Guide, "Amazon S3 CloudTrail events" for the names of events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import parse_qs, unquote

from lampolicy.replay._asked import Asked, Rule, Table, Told, Unmapped, anything, needed
from lampolicy.replay._event import Event
from lampolicy.request import ContextValue

_OBJECT: Final = "AWS::S3::Object"
_BUCKET: Final = "AWS::S3::Bucket"
_ALSO: Final[Mapping[str, str]] = {
    "x-amz-acl": "s3:PutObjectAcl",
    "x-amz-grant-read": "s3:PutObjectAcl",
    "x-amz-grant-write-acp": "s3:PutObjectAcl",
    "x-amz-grant-read-acp": "s3:PutObjectAcl",
    "x-amz-grant-full-control": "s3:PutObjectAcl",
    "x-amz-tagging": "s3:PutObjectTagging",
    "x-amz-object-lock-mode": "s3:PutObjectRetention",
    "x-amz-object-lock-legal-hold": "s3:PutObjectLegalHold",
}
"""What a header of an upload asks for beside the upload itself."""


def _bucket(event: Event) -> str:
    name = needed(event, "bucketName")
    if ":" in name or name.endswith("-s3alias"):
        raise Unmapped("the call went through an access point, whose own policy takes part")
    if name.endswith("--x-s3"):
        raise Unmapped("a directory bucket is authorized by `s3express:CreateSession`, not call by call")
    return f"arn:{event.partition}:s3:::{name}"


def _owner(event: Event) -> str | None:
    bucket = event.named(_BUCKET)
    return None if bucket is None else bucket.account


def _object(event: Event) -> str:
    return f"{_bucket(event)}/{needed(event, 'key')}"


def _keys(event: Event) -> Told:
    """The keys that a header or a query parameter of the same name holds."""
    told: dict[str, ContextValue | None] = {
        "s3:x-amz-acl": event.text("x-amz-acl"),
        "s3:x-amz-server-side-encryption": event.text("x-amz-server-side-encryption"),
        "s3:x-amz-server-side-encryption-aws-kms-key-id": event.text("x-amz-server-side-encryption-aws-kms-key-id"),
        "s3:x-amz-storage-class": event.text("x-amz-storage-class"),
        "s3:VersionId": event.text("versionId"),
    }
    return {name: value for name, value in told.items() if value is not None}


def _list_keys(event: Event) -> Told:
    """`s3:prefix`, `s3:delimiter` and `s3:max-keys` are there only if the call has the parameter."""
    return {f"s3:{name}": event.text(name) for name in ("prefix", "delimiter", "max-keys")}


def _on_bucket(*actions: str) -> Rule:
    def rule(event: Event) -> Iterator[Asked]:
        bucket = _bucket(event)
        yield from (Asked(f"s3:{action}", bucket, owner=_owner(event)) for action in actions)

    return rule


def _listing(action: str) -> Rule:
    def rule(event: Event) -> Iterator[Asked]:
        yield Asked(f"s3:{action}", _bucket(event), _list_keys(event), _owner(event))

    return rule


def _head_bucket(event: Event) -> Iterator[Asked]:
    """A listing without a listing: no parameter, so none of its keys."""
    yield Asked(
        "s3:ListBucket", _bucket(event), dict.fromkeys(("s3:prefix", "s3:delimiter", "s3:max-keys")), _owner(event)
    )


def _on_object(action: str, of_version: str | None = None) -> Rule:
    """An object; with `versionId` the action of the version, where there is one."""

    def rule(event: Event) -> Iterator[Asked]:
        chosen = of_version if of_version and event.text("versionId") else action
        yield Asked(f"s3:{chosen}", _object(event), _keys(event), _owner(event))

    return rule


def _attributes(event: Event) -> Iterator[Asked]:
    infix = "Version" if event.text("versionId") else ""
    for action in (f"s3:GetObject{infix}", f"s3:GetObject{infix}Attributes"):
        yield Asked(action, _object(event), _keys(event), _owner(event))


def _upload(event: Event) -> Iterator[Asked]:
    target, told, owner = _object(event), _keys(event), _owner(event)
    actions = ["s3:PutObject", *(also for header, also in _ALSO.items() if event.parameters.get(header))]
    yield from (Asked(action, target, told, owner) for action in dict.fromkeys(actions))


def _copy(event: Event) -> Iterator[Asked]:
    """The object that is read comes first in AWS's list, and belongs to whoever owns its bucket."""
    path, _, query = needed(event, "x-amz-copy-source").partition("?")
    source = unquote(path).removeprefix("/")
    if source.startswith("arn:") or "/" not in source:
        raise Unmapped("the copy's source is an access point")
    action = "s3:GetObjectVersion" if "versionId" in parse_qs(query) else "s3:GetObject"
    yield Asked(action, f"arn:{event.partition}:s3:::{source}")
    yield from _upload(event)


def _delete_many(event: Event) -> Iterator[Asked]:
    """The keys stand in the request's body, which CloudTrail does not record; some records list the objects."""
    objects = [resource.arn for resource in event.resources if resource.type == _OBJECT]
    if not objects:
        raise Unmapped("the record does not tell which objects were to be deleted")
    bucket = _bucket(event)
    for arn in objects:
        if not arn.startswith(f"{bucket}/"):
            raise Unmapped("the record names objects outside its bucket")
        yield Asked("s3:DeleteObject", arn, owner=_owner(event))


def _all_buckets(event: Event) -> Iterator[Asked]:
    yield Asked("s3:ListAllMyBuckets", anything(event))


_OBJECTS: Final[Mapping[str, tuple[str, str | None]]] = {
    "GetObject": ("GetObject", "GetObjectVersion"),
    "HeadObject": ("GetObject", "GetObjectVersion"),
    "SelectObjectContent": ("GetObject", None),
    "DeleteObject": ("DeleteObject", "DeleteObjectVersion"),
    "GetObjectAcl": ("GetObjectAcl", "GetObjectVersionAcl"),
    "PutObjectAcl": ("PutObjectAcl", "PutObjectVersionAcl"),
    "GetObjectTagging": ("GetObjectTagging", "GetObjectVersionTagging"),
    "PutObjectTagging": ("PutObjectTagging", "PutObjectVersionTagging"),
    "DeleteObjectTagging": ("DeleteObjectTagging", "DeleteObjectVersionTagging"),
    "GetObjectTorrent": ("GetObjectTorrent", None),
    "GetObjectRetention": ("GetObjectRetention", None),
    "PutObjectRetention": ("PutObjectRetention", None),
    "GetObjectLegalHold": ("GetObjectLegalHold", None),
    "PutObjectLegalHold": ("PutObjectLegalHold", None),
    "RestoreObject": ("RestoreObject", None),
    "UploadPart": ("PutObject", None),
    "CompleteMultipartUpload": ("PutObject", None),
    "AbortMultipartUpload": ("AbortMultipartUpload", None),
    "ListParts": ("ListMultipartUploadParts", None),
}
"""What happens to an object: the action, and the one for a version of it."""

_BUCKETS: Final[Mapping[str, str]] = {
    "CreateBucket": "CreateBucket",
    "DeleteBucket": "DeleteBucket",
    "GetBucketLocation": "GetBucketLocation",
    "GetBucketPolicy": "GetBucketPolicy",
    "PutBucketPolicy": "PutBucketPolicy",
    "DeleteBucketPolicy": "DeleteBucketPolicy",
    "GetBucketPolicyStatus": "GetBucketPolicyStatus",
    "GetBucketAcl": "GetBucketAcl",
    "PutBucketAcl": "PutBucketAcl",
    "GetBucketVersioning": "GetBucketVersioning",
    "PutBucketVersioning": "PutBucketVersioning",
    "GetBucketNotification": "GetBucketNotification",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotification": "PutBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "PutBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "GetBucketTagging": "GetBucketTagging",
    "PutBucketTagging": "PutBucketTagging",
    "DeleteBucketTagging": "PutBucketTagging",
    "GetBucketWebsite": "GetBucketWebsite",
    "PutBucketWebsite": "PutBucketWebsite",
    "DeleteBucketWebsite": "DeleteBucketWebsite",
    "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS",
    "DeleteBucketCors": "PutBucketCORS",
    "GetBucketLogging": "GetBucketLogging",
    "PutBucketLogging": "PutBucketLogging",
    "GetBucketRequestPayment": "GetBucketRequestPayment",
    "PutBucketRequestPayment": "PutBucketRequestPayment",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "GetBucketPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "PutBucketPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteBucketPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketOwnershipControls": "GetBucketOwnershipControls",
    "PutBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "GetAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "PutAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
    "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
    "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
    "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetBucketObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutBucketObjectLockConfiguration": "PutBucketObjectLockConfiguration",
}
"""What happens to a bucket; taking a configuration away is, as a rule, putting one."""

ACTIONS: Final = frozenset(
    {
        *(action for pair in _OBJECTS.values() for action in pair if action),
        *_BUCKETS.values(),
        *(action.partition(":")[2] for action in _ALSO.values()),
        *("ListAllMyBuckets", "ListBucket", "ListBucketVersions", "ListBucketMultipartUploads", "PutObject"),
        *("GetObjectAttributes", "GetObjectVersionAttributes"),
    }
)
"""Every action the table asks for."""

TABLE: Final[Table] = {
    "ListBuckets": _all_buckets,
    "HeadBucket": _head_bucket,
    "ListObjects": _listing("ListBucket"),
    "ListObjectsV2": _listing("ListBucket"),
    "ListObjectVersions": _listing("ListBucketVersions"),
    "ListMultipartUploads": _on_bucket("ListBucketMultipartUploads"),
    "PutObject": _upload,
    "CreateMultipartUpload": _upload,
    "CopyObject": _copy,
    "UploadPartCopy": _copy,
    "DeleteObjects": _delete_many,
    "GetObjectAttributes": _attributes,
    **{name: _on_object(*actions) for name, actions in _OBJECTS.items()},
    **{name: _on_bucket(action) for name, action in _BUCKETS.items()},
}
