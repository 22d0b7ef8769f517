"""Real words of AWS, the stuff that generated policies and requests are made of.

The first word of every list is the plainest, because shrinking goes there. Lists named `ODD_...` hold what AWS refuses
in stored policies, or what only a request can carry.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Final, NamedTuple

from lampolicy.policy import PolicyKind

ACCOUNTS: Final = ("111111111111", "222222222222", "333333333333")
MANAGEMENT_ACCOUNT: Final = "333333333333"
PARTITIONS: Final = ("aws",) * 18 + ("aws-cn", "aws-us-gov")
PATHS: Final = ("", "", "team/", "team/red/")
NAMES: Final = ("alice", "bob", "Alice", "deploy", "resize-photos")
SESSIONS: Final = ("s1", "alice@example.com", "resize-photos", "S1")
SERVICES: Final = (
    "s3.amazonaws.com",
    "sns.amazonaws.com",
    "lambda.amazonaws.com",
    "apigateway.amazonaws.com",
    "events.amazonaws.com",
    "logs.us-east-1.amazonaws.com",
)
PROVIDERS: Final = ("oidc-provider/token.actions.githubusercontent.com", "oidc-provider/gitlab.com")
DOMAINS: Final = ("accounts.google.com", "cognito-identity.amazonaws.com")
TAG_KEYS: Final = ("team", "Team", "stage", "app")


class Target(NamedTuple):
    """An action, the resources it can be asked about (`A` stands for the account) and the policy kind they carry."""

    action: str
    resources: tuple[str, ...]
    kind: PolicyKind


FUNCTIONS: Final = (
    "arn:aws:lambda:us-east-1:A:function:resize",
    "arn:aws:lambda:us-east-1:A:function:resize:live",
    "arn:aws:lambda:us-east-1:A:function:resize:$LATEST",
    "arn:aws:lambda:eu-west-1:A:function:Resize-2",
)
LAYER: Final = "arn:aws:lambda:us-east-1:A:layer:pillow:3"
_OBJECTS: Final = ("arn:aws:s3:::photos/alice/a.jpg", "arn:aws:s3:::photos/team/red/b:c", "arn:aws:s3:::photos/${x}*")
_ROLES: Final = (
    "arn:aws:iam::A:role/deploy",
    "arn:aws:iam::A:role/team/alice",
    "arn:aws:iam::A:role/aws-service-role/lambda.amazonaws.com/deploy",
)
_KEYS: Final = ("arn:aws:kms:us-east-1:A:key/0a1b", "arn:aws:kms:us-east-1:A:key/ffff")

TARGETS: Final[tuple[Target, ...]] = (
    Target("lambda:InvokeFunction", FUNCTIONS, PolicyKind.FUNCTION),
    Target("lambda:InvokeFunctionUrl", FUNCTIONS, PolicyKind.FUNCTION),
    Target("s3:GetObject", _OBJECTS, PolicyKind.BUCKET),
    Target("s3:ListBucket", ("arn:aws:s3:::photos",), PolicyKind.BUCKET),
    Target("sqs:SendMessage", ("arn:aws:sqs:us-east-1:A:orders", "arn:aws:sqs:us-east-1:A:Orders"), PolicyKind.QUEUE),
    Target("sqs:ListQueues", ("*",), PolicyKind.RESOURCE),
    Target("sns:Publish", ("arn:aws:sns:us-east-1:A:alerts",), PolicyKind.TOPIC),
    Target(
        "secretsmanager:GetSecretValue", ("arn:aws:secretsmanager:us-east-1:A:secret:db-AbCdEf",), PolicyKind.SECRET
    ),
    Target("kms:Decrypt", _KEYS, PolicyKind.KEY),
    Target("kms:RetireGrant", _KEYS, PolicyKind.KEY),
    Target("sts:AssumeRole", _ROLES, PolicyKind.TRUST),
    Target("sts:TagSession", _ROLES, PolicyKind.TRUST),
    Target("sts:AssumeRoleWithWebIdentity", _ROLES, PolicyKind.TRUST),
    Target("sts:AssumeRoleWithSAML", _ROLES, PolicyKind.TRUST),
    Target("lambda:GetLayerVersion", (LAYER,), PolicyKind.LAYER),
    Target("dynamodb:GetItem", ("arn:aws:dynamodb:us-east-1:A:table/orders",), PolicyKind.RESOURCE),
    Target("iam:GetUser", ("arn:aws:iam::A:user/team/alice", "arn:aws:iam::A:user/alice"), PolicyKind.RESOURCE),
    Target("lambda:ListFunctions", ("*",), PolicyKind.RESOURCE),
    Target("sts:GetCallerIdentity", ("*",), PolicyKind.RESOURCE),
    Target("sts:GetSessionToken", ("*",), PolicyKind.RESOURCE),
)
ACTIONS: Final = tuple(target.action for target in TARGETS)


class ValueType(Enum):
    """What a condition key holds."""

    TEXT = auto()
    NUMBER = auto()
    DATE = auto()
    BOOL = auto()
    BINARY = auto()
    IP = auto()
    ARN = auto()


KEYS: Final = {
    "aws:RequestTag/team": ValueType.TEXT,
    "aws:ResourceTag/Team": ValueType.TEXT,
    "aws:SourceIp": ValueType.IP,
    "aws:CurrentTime": ValueType.DATE,
    "aws:EpochTime": ValueType.DATE,
    "aws:SecureTransport": ValueType.BOOL,
    "aws:MultiFactorAuthPresent": ValueType.BOOL,
    "aws:MultiFactorAuthAge": ValueType.NUMBER,
    "s3:max-keys": ValueType.NUMBER,
    "s3:prefix": ValueType.TEXT,
    "aws:SourceVpc": ValueType.TEXT,
    "aws:PrincipalOrgID": ValueType.TEXT,
    "aws:PrincipalOrgPaths": ValueType.TEXT,
    "aws:RequestedRegion": ValueType.TEXT,
    "aws:TagKeys": ValueType.TEXT,
    "lambda:FunctionUrlAuthType": ValueType.TEXT,
    "lambda:Layer": ValueType.ARN,
    "lambda:SourceFunctionArn": ValueType.ARN,
    "app:Signature": ValueType.BINARY,
    "example:NoSuchKey": ValueType.TEXT,
}
"""Keys a request carries, by what they hold."""

DERIVED_KEYS: Final = {
    "aws:PrincipalArn": ValueType.ARN,
    "aws:PrincipalAccount": ValueType.TEXT,
    "aws:PrincipalType": ValueType.TEXT,
    "aws:userid": ValueType.TEXT,
    "aws:username": ValueType.TEXT,
    "aws:PrincipalTag/team": ValueType.TEXT,
    "aws:PrincipalTag/Stage": ValueType.TEXT,
    "aws:PrincipalIsAWSService": ValueType.BOOL,
    "aws:PrincipalServiceName": ValueType.TEXT,
    "aws:PrincipalServiceNamesList": ValueType.TEXT,
    "aws:ViaAWSService": ValueType.BOOL,
    "aws:CalledVia": ValueType.TEXT,
    "aws:CalledViaFirst": ValueType.TEXT,
    "aws:CalledViaLast": ValueType.TEXT,
    "aws:ResourceAccount": ValueType.TEXT,
    "aws:SourceArn": ValueType.ARN,
    "aws:SourceAccount": ValueType.TEXT,
    "aws:SourceOrgID": ValueType.TEXT,
}
"""Keys AWS derives from the caller and the call (semantics K1, K2)."""

VALUES: Final[dict[ValueType, tuple[str, ...]]] = {
    ValueType.TEXT: (
        "red",
        "blue",
        "Red",
        "red team",
        "",
        "team",
        "stage",
        "us-east-1",
        "o-1/r-1/ou-1/",
        "AWS_IAM",
        "a:b",
        "\u00df",
    ),
    ValueType.NUMBER: ("1", "01", "+1", "1.0", "1e0", "0", "-0", "10", "1.5", "-1", "300"),
    ValueType.DATE: (
        "2030-01-01T00:00:00Z",
        "2030-01-01",
        "1893456000",
        "2030-01-01t00:00:00Z",
        "2030-01-01T01:00:00+01:00",
        "2030-01-01T00:00:00.000000001Z",
        "2029-12-31T23:59:59.999Z",
        "2030-01-02T00:00:00Z",
        "2031-05-05",
    ),
    ValueType.BOOL: ("true", "false", "True", "FALSE"),
    ValueType.BINARY: ("YQ==", "QmluYXJ5", "YWI="),
    ValueType.IP: (
        "192.0.2.1",
        "192.0.2.0/24",
        "192.0.2.5/24",
        "0.0.0.0/0",
        "192.0.2.001",
        "10.0.0.0/8",
        "2001:db8::1",
        "2001:db8::/32",
        "::/0",
    ),
    ValueType.ARN: (
        "arn:aws:s3:::photos",
        "arn:aws:lambda:us-east-1:111111111111:function:resize",
        "arn:aws:lambda:us-east-1:111111111111:layer:pillow:3",
        "arn:aws:iam::111111111111:role/deploy",
        "arn:aws:iam::111111111111:user/alice",
        "arn:aws:sns:us-east-1:222222222222:alerts",
        "arn:aws:sns:us-east-1:222222222222:alerts:a/b",
    ),
}
"""Values AWS takes in a stored policy."""

ODD_VALUES: Final[dict[ValueType, tuple[str, ...]]] = {
    ValueType.TEXT: (
        "*",
        "r?d",
        "\u039f\u03a3",
        "\u03bf\u03c2",
        "\u03bf\u03c3",
        "\u0130",
        "i\u0307",
        "\u212a",
        "k",
        "\u1e9e",
        "SS",
        "\u017f",
        "\U00010400",
        "\U00010428",
        "\u03a3\U00010400",
        "red\n",
        "e\u0301",
        "\u00e9",
        "${*}",
        "$",
    ),
    ValueType.NUMBER: (
        "NaN",
        "",
        " 1",
        "1.",
        ".5",
        "1e400",
        "1E+2",
        "0x10",
        "\u0663",
        "1e2147483648",
        "Infinity",
        "--1",
        "1_0",
    ),
    ValueType.DATE: (
        "",
        "soon",
        "2030",
        "2030-01",
        "-0001-01-01",
        "2030-13-01",
        "2030-02-30",
        "2030-01-01T24:00:00Z",
        "2030-01-01T00",
        "2030-01-01T00:00",
        "2030-01-01T00:00:00",
        "2030-01-01T00:00:00.5+00",
        "2030-01-01T00:00:00.0000000001Z",
        "+1893456000",
        "-1",
        "1893456000.0",
        "9223372036854775807",
        "9223372036854775808",
        "2030-01-01T00:00:60Z",
        "0000-01-01",
        " 2030-01-01",
        "2030-01-01Z",
    ),
    ValueType.BOOL: ("banana", "", " true", "1", "T"),
    ValueType.BINARY: ("YR==", "YQ", "", "!!!!", "YQ==\n", "Q m l u"),
    ValueType.IP: (
        "",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.0/33",
        "192.0.2.0/024",
        "192.0.2.0/+24",
        "192.0.2.1/",
        "\u0661.0.2.1",
        "::ffff:192.0.2.1",
        "::ffff:c000:201",
        "::192.0.2.1",
        "2001:db8::5/64",
        "2001:DB8:0:0:0:0:0:1",
        "2001:db8:::1",
        ":2001:db8::1",
        "2001:db8::1:",
        "2001:db8::::1",
        "2001::db8:::1",
        "2001:db8::",
        "::",
        ":",
        "1::2::3",
        "2001:db8::/129",
        "12345::1",
    ),
    ValueType.ARN: (
        "nonsense",
        "",
        "arn:aws:s3",
        "arn:aws:s3:::",
        "ARN:aws:s3:::photos",
        "*",
        "arn:*",
        "a:b:c:d:e:f",
        "::::::",
    ),
}
"""Values only a request or a session policy can hold, and beside them such as AWS refuses everywhere."""
