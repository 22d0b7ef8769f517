"""Every source that invokes a function by the function's policy, each with its least statement (semantics 5.3).

Each function takes what names the source and gives a `PushSource`; a name that is none raises `InvalidName`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from lampolicy.diagnostic import InvalidName
from lampolicy.function._push import INVOKE, INVOKE_URL, PushSource, demand_account
from lampolicy.names import Arn, is_account_id

_BUCKET_REMARK: Final = (
    "PutBucketNotificationConfiguration fails with `Unable to validate the following destination configurations` "
    "while the statement is missing"
)


def bucket(name: str, account: str, *, partition: str = "aws") -> PushSource:
    """The notifications of an S3 bucket (semantics L7).

    Args:
        name: The bucket's name or ARN, which does not tell the account.
        account: The account that owns it; without it a bucket of the same name, made anew by somebody else, would do.
        partition: `aws`, `aws-cn` ..., where only the name is given.
    """
    arn = _arn(name if name.startswith("arn:") else f"arn:{partition}:s3:::{name}", "s3")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{2,254}", arn.resource, re.ASCII):  # old ones of us-east-1 included
        raise InvalidName(f"`{name}` is not a bucket")
    return PushSource(
        f"the bucket {arn.resource}",
        "s3.amazonaws.com",
        str(arn),
        source_account=demand_account(account),
        demands_account=True,
        remarks=(_BUCKET_REMARK,),
    )


def topic(arn: str) -> PushSource:
    """The subscriptions of an SNS topic; permission is looked at when a message is delivered, not at subscribing."""
    return _of_arn("the topic", "sns", _arn(arn, "sns"))


def event_rule(arn: str) -> PushSource:
    """A rule of EventBridge: `arn:aws:events:REGION:ACCOUNT:rule/[BUS/]NAME`."""
    return _of_arn("the rule", "events", _arn(arn, "events", "rule/"))


def log_group(arn: str) -> PushSource:
    """The subscription filters of a log group: `arn:aws:logs:REGION:ACCOUNT:log-group:NAME`, with `:*` or without."""
    group = _arn(arn.removesuffix(":*"), "logs", "log-group:")
    return PushSource(
        f"the log group {group.resource.partition(':')[2]}",
        "logs.amazonaws.com",
        f"{group}:*",
        source_account=group.account,
        demands_account=True,
        aliases=(f"logs.{group.region}.amazonaws.com",),
        remarks=(f"older statements name the regional principal logs.{group.region}.amazonaws.com",),
    )


def alarm(arn: str) -> PushSource:
    """The action of a CloudWatch alarm: `arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME`."""
    return _of_arn("the alarm", "lambda.alarms.cloudwatch", _arn(arn, "cloudwatch", "alarm:"), demands_account=True)


def receipt_rule(account: str, arn: str | None = None) -> PushSource:
    """A receipt rule of SES.

    Args:
        account: The account SES acts for.
        arn: The rule, `arn:aws:ses:REGION:ACCOUNT:receipt-rule-set/SET:receipt-rule/RULE`, to admit it alone.
    """
    rule = None if arn is None else str(_arn(arn, "ses", "receipt-rule-set/"))
    return _ofdemand_account("the receipt rules", "ses", account, rule)


def config_rule(account: str, arn: str | None = None) -> PushSource:
    """A custom rule of AWS Config.

    Args:
        account: The account of the rule.
        arn: The rule, `arn:aws:config:REGION:ACCOUNT:config-rule/ID`, to admit it alone.
    """
    return _ofdemand_account("the rules", "config", account, None if arn is None else str(_arn(arn, "config")))


def iot_rule(arn: str) -> PushSource:
    """A rule of AWS IoT: `arn:aws:iot:REGION:ACCOUNT:rule/NAME`."""
    return _of_arn("the IoT rule", "iot", _arn(arn, "iot", "rule/"), demands_account=True)


def iot_events(arn: str) -> PushSource:
    """A detector model of IoT Events: `arn:aws:iotevents:REGION:ACCOUNT:detectorModel/NAME`."""
    return _of_arn("the detector model", "iotevents", _arn(arn, "iotevents"), demands_account=True)


def repository(arn: str) -> PushSource:
    """The triggers of a CodeCommit repository: `arn:aws:codecommit:REGION:ACCOUNT:NAME`."""
    return _of_arn("the repository", "codecommit", _arn(arn, "codecommit"), demands_account=True)


def target_group(arn: str) -> PushSource:
    """A target group of an Application Load Balancer; the target is registered after the statement is there."""
    return _of_arn("the target group", "elasticloadbalancing", _arn(arn, "elasticloadbalancing", "targetgroup/"))


def user_pool(arn: str) -> PushSource:
    """The triggers of a Cognito user pool: `arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID`."""
    return _of_arn("the user pool", "cognito-idp", _arn(arn, "cognito-idp", "userpool/"), demands_account=True)


def identity_pool(arn: str) -> PushSource:
    """The events of Cognito Sync: `arn:aws:cognito-identity:REGION:ACCOUNT:identitypool/ID`."""
    return _of_arn("the identity pool", "cognito-sync", _arn(arn, "cognito-identity"), demands_account=True)


def lex_v1(arn: str) -> PushSource:
    """An intent of Lex V1: `arn:aws:lex:REGION:ACCOUNT:intent:NAME:VERSION`."""
    return _of_arn("the intent", "lex", _arn(arn, "lex", "intent:"))


def lex_v2(arn: str) -> PushSource:
    """A bot's alias of Lex V2: `arn:aws:lex:REGION:ACCOUNT:bot-alias/BOT/ALIAS`."""
    return _of_arn("the bot", "lexv2", _arn(arn, "lex", "bot-alias/"), demands_account=True)


def connect(arn: str) -> PushSource:
    """An instance of Amazon Connect: `arn:aws:connect:REGION:ACCOUNT:instance/ID`."""
    return _of_arn("the instance", "connect", _arn(arn, "connect", "instance/"), demands_account=True)


def alexa_skill(skill: str) -> PushSource:
    """A skill of the Alexa Skills Kit, told by its id (`amzn1.ask.skill...`)."""
    return PushSource(f"the skill {skill}", "alexa-appkit.amazon.com", token=_skill(skill))


def alexa_smart_home(skill: str) -> PushSource:
    """A smart home skill of Alexa, told by its id (`amzn1.ask.skill...`)."""
    return PushSource(f"the smart home skill {skill}", "alexa-connectedhome.amazon.com", token=_skill(skill))


def secret(account: str, arn: str | None = None) -> PushSource:
    """The rotation of secrets by Secrets Manager.

    Args:
        account: The account of the secrets.
        arn: The secret, to admit it alone.
    """
    found = _ofdemand_account(
        "the secrets", "secretsmanager", account, None if arn is None else str(_arn(arn, "secretsmanager", "secret:"))
    )
    remark = (
        "RotateSecret fails with `Secrets Manager cannot invoke the specified Lambda function. Ensure that the "
        "function policy grants access to the principal secretsmanager.amazonaws.com.` while the statement is missing"
    )
    return _with_remark(found, remark)


def bedrock_agent(arn: str) -> PushSource:
    """The action groups of a Bedrock agent: `arn:aws:bedrock:REGION:ACCOUNT:agent/ID`."""
    return _of_arn("the agent", "bedrock", _arn(arn, "bedrock", "agent/"), demands_account=True)


def distribution(arn: str) -> PushSource:
    """A CloudFront distribution with origin access control in front of the function's URL (semantics L8).

    It needs both actions; the URL must be of AuthType `AWS_IAM`, and its requests are signed by CloudFront.
    """
    found = _arn(arn, "cloudfront", "distribution/")
    return PushSource(
        f"the distribution {found.resource.partition('/')[2]}",
        "cloudfront.amazonaws.com",
        str(found),
        source_account=found.account,
        actions=(INVOKE_URL, INVOKE),
        remarks=(
            "it calls the function's URL, which must be of AuthType `AWS_IAM`",
            "Lambda@Edge is another thing: it is replicated, and runs as a role that trusts edgelambda.amazonaws.com",
        ),
    )


def _of_arn(what: str, service: str, arn: Arn, *, demands_account: bool = False) -> PushSource:
    name = re.split(r"[:/]", arn.resource, maxsplit=1)[-1]
    return PushSource(
        f"{what} {name}",
        f"{service}.amazonaws.com",
        str(arn),
        source_account=arn.account,
        demands_account=demands_account,
    )


def _ofdemand_account(what: str, service: str, account: str, arn: str | None) -> PushSource:
    return PushSource(
        f"{what} of {account}" if arn is None else arn,
        f"{service}.amazonaws.com",
        arn,
        source_account=demand_account(account),
        demands_account=True,
        remarks=() if arn else (f"every one of the account {account} is admitted",),
    )


def _with_remark(source: PushSource, remark: str) -> PushSource:
    return replace(source, remarks=(*source.remarks, remark))


def _arn(text: str, service: str, front: str = "") -> Arn:
    arn = Arn.parse(text)
    in_account = service == "s3" or is_account_id(arn.account)
    if arn.service != service or not arn.resource.startswith(front) or not in_account:
        raise InvalidName(f"`{text}` is not the ARN it should be: arn:aws:{service}:REGION:ACCOUNT:{front}...")
    return arn


def _skill(text: str) -> str:
    if not re.fullmatch(r"[a-zA-Z0-9._-]{1,256}", text, re.ASCII):
        raise InvalidName(f"`{text}` is not the id of a skill")
    return text
