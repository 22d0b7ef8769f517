"""Write examples/photo-trail/: three weeks of a small trail for the photo service, the same on every run.

Run `python tools/example_trail.py` after a change here, then `python tools/example_pages.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "examples" / "photo-trail"
PHOTOS: Final = "111122223333"
THUMBNAILS: Final = "444455556666"
FUNCTION: Final = f"arn:aws:lambda:eu-west-1:{THUMBNAILS}:function:thumbnails"
EXECUTION: Final = f"arn:aws:iam::{THUMBNAILS}:role/service-role/thumbnails-execution"
CI: Final = f"arn:aws:iam::{THUMBNAILS}:role/deploy/ci"
GALLERY: Final = f"arn:aws:iam::{PHOTOS}:role/gallery"
ANA: Final = {
    "type": "IAMUser",
    "principalId": "AIDAQK4PHOTOUSERANA01",
    "arn": f"arn:aws:iam::{PHOTOS}:user/ana",
    "accountId": PHOTOS,
    "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
    "userName": "ana",
}
S3: Final = {"type": "AWSService", "invokedBy": "s3.amazonaws.com"}
Record = dict[str, Any]


def session(role: str, role_id: str, name: str) -> Record:
    """The `userIdentity` of a session."""
    account, role_name = role.split(":")[4], role.rsplit("/", 1)[1]
    issuer = {"type": "Role", "principalId": role_id, "arn": role, "accountId": account, "userName": role_name}
    return {
        "type": "AssumedRole",
        "principalId": f"{role_id}:{name}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{role_name}/{name}",
        "accountId": account,
        "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {
            "sessionIssuer": issuer,
            "attributes": {"creationDate": "2026-11-02T05:00:00Z", "mfaAuthenticated": "false"},
        },
    }


WORKER: Final = session(EXECUTION, "AROAYX7THUMBNAILSEX01", "thumbnails")
PIPELINE: Final = session(CI, "AROAYX7THUMBNAILSCI01", "build")
WEB: Final = session(GALLERY, "AROAQK4PHOTOGALLERY01", "web")


def call(day: int, hour: int, who: Record, name: str, parameters: Record, **more: Any) -> Record:  # noqa: ANN401
    """One record; its event source is the first word of the name."""
    source, name = name.split(":")
    service = who["type"] == "AWSService"
    found: Record = {
        "eventVersion": "1.11",
        "userIdentity": who,
        "eventTime": f"2026-11-{day:02}T{hour:02}:00:00Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": who["invokedBy"] if service else "203.0.113.7",
        "userAgent": who["invokedBy"] if service else "aws-sdk/1.0",
        "requestParameters": parameters,
        "responseElements": None,
        "readOnly": name.startswith("Get"),
        "eventType": "AwsApiCall",
        "managementEvent": source == "lambda" and name != "Invoke",
        "eventCategory": "Management" if source == "iam" or (source == "lambda" and name != "Invoke") else "Data",
        "tlsDetails": {"tlsVersion": "TLSv1.3"},
    }
    return found | more


def refused(who: Record, action: str, resource: str) -> Record:
    """What a refusal adds to a record."""
    message = f"User: {who['arn']} is not authorized to perform: {action} on resource: {resource}"
    because = f"because no identity-based policy allows the {action} action"
    return {"errorCode": "AccessDenied", "errorMessage": f"{message} {because}"}


def on_object(day: int, hour: int, who: Record, name: str, key: str, **more: Any) -> Record:  # noqa: ANN401
    """A call on a photo."""
    resources = [
        {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::photos/{key}"},
        {"accountId": PHOTOS, "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::photos"},
    ]
    return call(day, hour, who, f"s3:{name}", {"bucketName": "photos", "key": key}, resources=resources, **more)


def thumbnails() -> Iterator[Record]:
    """What happens in the account of the function."""
    target = {"functionName": FUNCTION}
    for day in range(2, 21):
        yield call(day, 6, S3, "lambda:Invoke", {"functionName": f"{FUNCTION}:live", "invocationType": "Event"})
    for day in (2, 9, 16):
        yield call(day, 8, PIPELINE, "lambda:UpdateFunctionCode20150331v2", target)
        yield call(day, 9, PIPELINE, "lambda:PublishVersion20150331", target)
    # the organization did not keep to Europe until the 5th
    try_out = {"functionName": "try-out"}
    yield call(3, 8, PIPELINE, "lambda:UpdateFunctionCode20150331v2", try_out, awsRegion="us-east-1")
    configure = {"functionName": "thumbnails", "role": EXECUTION}
    yield call(9, 10, PIPELINE, "lambda:UpdateFunctionConfiguration20150331v2", configure)
    yield call(10, 8, PIPELINE, "lambda:UpdateFunctionCode20150331v2", target, errorCode="TooManyRequestsException")
    open_ = refused(PIPELINE, "lambda:AddPermission", f"{FUNCTION}:live")
    share = {"functionName": f"{FUNCTION}:live", "principal": "*"}
    yield call(11, 8, PIPELINE, "lambda:AddPermission20150331v2", share, **open_)
    yield call(12, 8, PIPELINE, "iam:GetRole", {"roleName": "thumbnails-execution"})


def photos() -> Iterator[Record]:
    """What happens in the account of the bucket."""
    for day in range(2, 21):
        yield on_object(day, 7, WORKER, "GetObject", f"originals/ana/{day}.jpg", sharedEventID=f"get-{day}")
        # the bucket's policy lets the function write since the 4th
        key, action = f"thumbs/ana/{day}.jpg", "s3:PutObject"
        failed = refused(WORKER, action, f"arn:aws:s3:::photos/{key}") if day < 4 else {}
        yield on_object(day, 8, WORKER, "PutObject", key, sharedEventID=f"put-{day}", **failed)
    for day in (4, 12):
        yield on_object(day, 20, WEB, "GetObject", f"thumbs/ana/{day}.jpg")
        yield on_object(day, 21, ANA, "PutObject", f"originals/ana/{day}.jpg")
    bens = "originals/ben/dog.jpg"
    yield on_object(13, 21, ANA, "GetObject", bens, **refused(ANA, "s3:GetObject", f"arn:aws:s3:::photos/{bens}"))


def trails() -> dict[Path, str]:
    """Give every file of the trail with its text: one record a line, for the eye."""
    shared = [record for record in photos() if "sharedEventID" in record]
    accounts = {PHOTOS: list(photos()), THUMBNAILS: [*thumbnails(), *shared]}
    logs = FOLDER / "AWSLogs"
    return {logs / account / "trail.json": _document(account, found) for account, found in accounts.items()}


def _document(account: str, found: list[Record]) -> str:
    told = [record | {"eventID": f"{account}-{n:03}", "recipientAccountId": account} for n, record in enumerate(found)]
    return '{"Records": [\n' + ",\n".join(json.dumps(record) for record in told) + "\n]}\n"


def main() -> None:
    """Write the trail."""
    for path, text in trails().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
