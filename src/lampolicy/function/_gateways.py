"""The APIs of API Gateway, which invoke a function by its policy if they have no credentials of their own (5.3)."""

from __future__ import annotations

import re
from typing import Final

from lampolicy.diagnostic import InvalidName
from lampolicy.function._push import PushSource, demand_account

_VARIABLE: Final = re.compile(r"\{[^{}/]*\}")
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY", "*"})
_CREDENTIALS: Final = "an integration with credentials assumes a role instead, and this statement plays no part"


def rest_api(
    api: str, *, region: str, account: str, stage: str = "*", method: str = "*", path: str = "/", partition: str = "aws"
) -> PushSource:
    """A method of a REST API, without credentials of its own (semantics 5.3).

    Args:
        api: The API's id.
        region: Its region.
        account: Its account.
        stage: The stage; `*` for every one, the console's test button, which uses `test-invoke-stage`, included.
        method: `GET` ...; `ANY` or `*` for every one.
        path: The resource's path, `/photos/{id}`; a variable admits any value, `{proxy+}` any path.
        partition: `aws`, `aws-cn` ...
    """
    return _api(
        "the REST API", f"arn:{partition}:execute-api:{region}:{demand_account(account)}:{api}", stage, method, path
    )


def http_api(
    api: str, *, region: str, account: str, stage: str = "*", route: str = "$default", partition: str = "aws"
) -> PushSource:
    """A route of an HTTP API, without credentials of its own.

    Args:
        api: The API's id.
        region: Its region.
        account: Its account.
        stage: The stage; `*` for every one.
        route: The route's key, `GET /photos/{id}`, `ANY /photos`, or `$default`, which takes what no other does.
        partition: `aws`, `aws-cn` ...
    """
    front = f"arn:{partition}:execute-api:{region}:{demand_account(account)}:{api}"
    if route == "$default":
        return PushSource(
            f"the route $default of the HTTP API {api}",
            "apigateway.amazonaws.com",
            f"{front}/{_example(stage, '$default')}/$default",
            f"{front}/{stage}/$default",
            account,
            remarks=(_CREDENTIALS,),
        )
    method, _, path = route.partition(" ")
    return _api("the HTTP API", front, stage, method, path, "$default")


def websocket_api(
    api: str, *, region: str, account: str, stage: str = "*", route: str = "$default", partition: str = "aws"
) -> PushSource:
    """A route of a WebSocket API: `$connect`, `$disconnect`, `$default` or one's own."""
    front = f"arn:{partition}:execute-api:{region}:{demand_account(account)}:{api}"
    return PushSource(
        f"the route {route} of the WebSocket API {api}",
        "apigateway.amazonaws.com",
        f"{front}/{_example(stage, 'production')}/{route}",
        f"{front}/{stage}/{route}",
        account,
        remarks=(_CREDENTIALS,),
    )


def request_authorizer(api: str, authorizer: str, *, region: str, account: str, partition: str = "aws") -> PushSource:
    """A Lambda authorizer of a REST, HTTP or WebSocket API, without credentials of its own.

    Args:
        api: The API's id.
        authorizer: The authorizer's id.
        region: The API's region.
        account: Its account.
        partition: `aws`, `aws-cn` ...
    """
    return PushSource(
        f"the authorizer {authorizer} of the API {api}",
        "apigateway.amazonaws.com",
        f"arn:{partition}:execute-api:{region}:{demand_account(account)}:{api}/authorizers/{authorizer}",
        source_account=account,
        remarks=("an authorizer with credentials assumes a role instead, and this statement plays no part",),
    )


def is_method(text: str) -> bool:
    """Tell whether a text is a method of HTTP, or stands for all."""
    return text.upper() in _METHODS


def _api(what: str, front: str, stage: str, method: str, path: str, default_stage: str = "prod") -> PushSource:
    if not is_method(method) or not path.startswith("/"):
        raise InvalidName(f"`{method} {path}` is not a method and a path: `GET /photos/{{id}}`")
    verb = "*" if method.upper() in {"ANY", "*"} else method.upper()
    pattern = f"{front}/{stage}/{verb}{_VARIABLE.sub('*', path)}"
    concrete = f"{front}/{_example(stage, default_stage)}/{_example(verb, 'GET')}{_VARIABLE.sub('x', path)}"
    api, account = front.rpartition(":")[2], front.split(":")[4]
    return PushSource(
        f"{method.upper()} {path} of {what} {api}",
        "apigateway.amazonaws.com",
        concrete.replace("*", "x"),
        pattern,
        account,
        remarks=(_CREDENTIALS,),
    )


def _example(written: str, instead: str) -> str:
    return instead if written == "*" else written
