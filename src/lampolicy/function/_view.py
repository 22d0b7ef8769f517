"""One function, addressed in one way, and everything that may be asked about it."""

from __future__ import annotations

from dataclasses import dataclass

from lampolicy.authorize import Authorizer
from lampolicy.names import FunctionArn
from lampolicy.organization import Function


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A function of an organization as a call addresses it.

    Attributes:
        authorizer: Decides.
        function: The function.
        arn: The ARN the call is authorized on: with the qualifier if one was given, `$LATEST` included (semantics L2).
    """

    authorizer: Authorizer
    function: Function
    arn: FunctionArn
