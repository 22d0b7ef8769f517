"""What the trail says became of a call: allowed, refused, or never so far as to be authorized.

Sources: CloudTrail User Guide, "CloudTrail record contents" (`errorCode`); the common errors of the services' API
references; semantics E22 for the text of refusals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lampolicy.diagnostic import InvalidName
from lampolicy.names import Arn
from lampolicy.replay._event import Event

_REFUSED: Final = frozenset(
    {
        "accessdenied",
        "accessdeniedexception",
        "access_denied",
        "authorizationerror",
        "authorizationerrorexception",
        "notauthorized",
        "notauthorizedexception",
        "unauthorizedoperation",
        "unauthorizedaccess",
        "unauthorizedexception",
        "forbidden",
        "forbiddenexception",
    }
)
_BEFORE: Final = frozenset(
    {
        # who is asking was not settled
        "authfailure",
        "expiredtoken",
        "expiredtokenexception",
        "idprejectedclaim",
        "idpcommunicationerror",
        "incompletesignature",
        "invalidaccesskeyid",
        "invalidclienttokenid",
        "invalididentitytoken",
        "invalidsignatureexception",
        "invalidtoken",
        "missingauthenticationtoken",
        "missingauthenticationtokenexception",
        "optinrequired",
        "requestexpired",
        "requesttimetooskewed",
        "signaturedoesnotmatch",
        "subscriptionrequiredexception",
        "tokenrefreshrequired",
        "unrecognizedclientexception",
        # too many
        "bandwidthlimitexceeded",
        "requestlimitexceeded",
        "requestthrottled",
        "requestthrottledexception",
        "slowdown",
        "throttledexception",
        "throttling",
        "throttlingexception",
        "toomanyrequestsexception",
        # the request could not be read
        "invalidaction",
        "invalidparametercombination",
        "invalidparametervalue",
        "invalidqueryparameter",
        "invalidrequest",
        "malformedinput",
        "malformedquerystring",
        "malformedxml",
        "missingaction",
        "missingparameter",
        "serializationexception",
        "unknownoperationexception",
        "validationerror",
        "validationexception",
        # the service itself failed
        "internalerror",
        "internalexception",
        "internalfailure",
        "internalservererror",
        "internalservererrorexception",
        "internalservice",
        "kmsinternalexception",
        "serviceexception",
        "serviceunavailable",
        "serviceunavailableexception",
    }
)
_NAMED: Final = re.compile(
    r"is not authorized to perform: (?P<action>[a-z0-9-]+:[A-Za-z0-9]+)"
    r"(?: on resource: \"?(?P<resource>\S+?)\"?(?=[\s,.]*(?:because|with an explicit deny|$)))?",
    re.ASCII,
)
_LAYER: Final = re.compile(
    r"(?:because no|with an explicit deny in (?:a|an)) "
    r"(?P<layer>session|VPC endpoint|service control|resource control) policy",
    re.ASCII,
)
_UNKNOWN_LAYERS: Final = frozenset({"session", "VPC endpoint"})
_LONGEST_MESSAGE: Final = 8192


@dataclass(frozen=True, slots=True)
class NotComparable:
    """Why a call tells nothing about authorization."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that was refused.

    Attributes:
        code: The error's code.
        action: The action AWS says is not allowed, where it says one.
        resource: The resource it names with it.
        layer: `service control` or `resource control`, where it says that such a policy refused.
    """

    code: str
    action: str | None = None
    resource: str | None = None
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """A call that was authorized, whatever became of it then.

    Attributes:
        code: The code of an error that has nothing to do with authorization.
    """

    code: str | None = None


def then_of(event: Event) -> Granted | Refused | NotComparable:
    """Tell what the trail says of an event.

    A refusal by a session policy or the policy of a VPC endpoint is not comparable: neither is known here.
    """
    if event.error is None:
        return Granted()
    code = event.error.removeprefix("Client.").removeprefix("Server.")
    folded = code.rsplit(".", 1)[-1].lower()
    if folded in _REFUSED:
        return _refused(event, event.error)
    if folded in _BEFORE:
        return NotComparable(f"`{event.error[:80]}`: the call was not authorized at all, one way or the other")
    return Granted(event.error)


def _refused(event: Event, code: str) -> Refused | NotComparable:
    message = (event.error_message or "")[:_LONGEST_MESSAGE]
    found = _LAYER.search(message)
    layer = None if found is None else found["layer"]
    if layer in _UNKNOWN_LAYERS:
        return NotComparable(f"`{code}` by a {layer} policy, which is not known here")
    if "Cross-account pass role" in message:
        return NotComparable(f"`{code}`: Lambda takes no role of another account, whatever the policies say (L18)")
    named = _NAMED.search(message)
    if named is None:
        return Refused(code, layer=layer)
    return Refused(code, named["action"], _arn(named["resource"]), layer)


def _arn(text: str | None) -> str | None:
    """The resource, if it is one a request may name."""
    if text is None or text == "*":
        return text
    try:
        Arn.parse(text)
    except InvalidName:
        return None
    return text
