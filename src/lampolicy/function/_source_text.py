"""Which source a text names: an ARN, `s3://BUCKET`, `alexa:SKILL` ..."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lampolicy.diagnostic import InvalidName
from lampolicy.function import _sources as sources
from lampolicy.function._gateways import http_api, is_method, request_authorizer, rest_api, websocket_api
from lampolicy.function._push import PushSource
from lampolicy.names import Arn, is_account_id

_BY_SERVICE: Final[Mapping[str, Callable[[str], PushSource]]] = {
    "sns": sources.topic,
    "events": sources.event_rule,
    "logs": sources.log_group,
    "cloudwatch": sources.alarm,
    "iot": sources.iot_rule,
    "iotevents": sources.iot_events,
    "codecommit": sources.repository,
    "elasticloadbalancing": sources.target_group,
    "cognito-idp": sources.user_pool,
    "cognito-identity": sources.identity_pool,
    "connect": sources.connect,
    "bedrock": sources.bedrock_agent,
    "cloudfront": sources.distribution,
}
_WITH_ACCOUNT: Final[Mapping[str, Callable[[str, str | None], PushSource]]] = {
    "ses": sources.receipt_rule,
    "config": sources.config_rule,
    "secretsmanager": sources.secret,
}
_INSTEAD: Final = {
    "sqs": "Lambda polls a queue as the function's execution role: no permission on the function is needed",
    "kinesis": "Lambda polls a stream as the function's execution role: no permission on the function is needed",
    "dynamodb": "Lambda polls a stream as the function's execution role: no permission on the function is needed",
    "kafka": "Lambda polls a cluster as the function's execution role: no permission on the function is needed",
    "states": "a state machine invokes as its role: grant `lambda:InvokeFunction` to that",
    "scheduler": "a schedule invokes as its role: grant `lambda:InvokeFunction` to that",
    "pipes": "a pipe invokes as its role: grant `lambda:InvokeFunction` to that",
    "firehose": "a stream invokes as its role: grant `lambda:InvokeFunction` to that",
    "appsync": "an API of AppSync invokes as its data source's role: grant `lambda:InvokeFunction` to that",
    "codepipeline": "a pipeline invokes as its role: grant `lambda:InvokeFunction` to that",
}


def source_of(text: str, account: str | None = None) -> PushSource:
    """Read a source.

    Args:
        text: `s3://BUCKET`; an ARN of what notifies or calls (bucket, topic, rule, log group, alarm, target group, user
            pool, distribution ...); for an API `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`, with a route
            instead of method and path for a WebSocket API, or `API/authorizers/ID`;
            `alexa:SKILL`, `alexa-smart-home:SKILL`; `ses`, `config` or `secretsmanager` for all of an account.
        account: The account, where the text does not tell it.

    Raises:
        InvalidName: The text names no source that the policy of a function admits; the message says what to do instead.
    """
    scheme, _, rest = text.partition(":")
    if scheme == "s3" or (text.startswith("arn:") and Arn.parse(text).service == "s3"):
        return sources.bucket(rest.strip("/") if scheme == "s3" else text, _told(text, account))
    if scheme == "alexa":
        return sources.alexa_skill(rest)
    if scheme == "alexa-smart-home":
        return sources.alexa_smart_home(rest)
    if text in _WITH_ACCOUNT:
        return _WITH_ACCOUNT[text](_told(text, account), None)
    return _of_arn(text, Arn.parse(text))


def _of_arn(text: str, arn: Arn) -> PushSource:
    if arn.service in _WITH_ACCOUNT:
        return _WITH_ACCOUNT[arn.service](arn.account, text)
    if arn.service == "lex":
        return sources.lex_v1(text) if arn.resource.startswith("intent:") else sources.lex_v2(text)
    if arn.service == "execute-api":
        return _of_api(text, arn)
    if arn.service not in _BY_SERVICE:
        instead = _INSTEAD.get(arn.service, "give what calls the function: a bucket, topic, rule, log group, API ...")
        raise InvalidName(f"`{text}` is no source that a function's policy admits: {instead}")
    return _BY_SERVICE[arn.service](text)


def _of_api(text: str, arn: Arn) -> PushSource:
    """Read an API's ARN: what stands behind the stage tells a REST API's method, or a route of another."""
    api, _, rest = arn.resource.partition("/")
    if not api or not is_account_id(arn.account):
        raise InvalidName(f"`{text}` names no API: arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH")
    place = {"region": arn.region, "account": arn.account, "partition": arn.partition}
    stage, _, called = rest.partition("/")
    method, slash, path = called.partition("/")
    if stage == "authorizers" and called:
        return request_authorizer(api, called, **place)
    if called == "$default":
        return http_api(api, stage=stage, route=called, **place)
    if called and not slash and not is_method(called):
        return websocket_api(api, stage=stage, route=called, **place)
    return rest_api(api, stage=stage or "*", method=method or "*", path=f"/{path or '*'}", **place)


def _told(text: str, account: str | None) -> str:
    if account is None:
        raise InvalidName(f"`{text}` does not tell its account: give it beside")
    return account
