"""One function, addressed in one way, and everything that may be asked about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lampolicy.authorize import Authorizer
from lampolicy.names import FunctionArn
from lampolicy.organization import EventSourceKind, EventSourceMapping, Function, UrlAuthType
from lampolicy.record import record
from lampolicy.request import Context

if TYPE_CHECKING:
    from lampolicy.function._admitted import WhoMayInvoke
    from lampolicy.function._answer import Answer
    from lampolicy.function._callers import Caller
    from lampolicy.function._modes import Mode
    from lampolicy.function._needs_types import Needs


@record
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

    def may_invoke(self, caller: Caller, mode: Mode | None = None, context: Context | None = None) -> Answer:
        """Whether `caller` may invoke it, and why; see `lampolicy.function.may_invoke`."""
        from lampolicy.function._invoke import may_invoke

        return may_invoke(self, caller, mode, context)

    def may_invoke_url(
        self,
        caller: Caller,
        auth_type: UrlAuthType | None = None,
        context: Context | None = None,
        *,
        dual_permission: bool = True,
    ) -> Answer:
        """Whether `caller` may call its URL, and why; see `lampolicy.function.may_invoke_url`."""
        from lampolicy.function._url import may_invoke_url

        return may_invoke_url(self, caller, auth_type, context, dual_permission=dual_permission)

    def who_may_invoke(self, context: Context | None = None) -> WhoMayInvoke:
        """Everybody who may invoke it; see `lampolicy.function.who_may_invoke`."""
        from lampolicy.function._who import who_may_invoke

        return who_may_invoke(self, context)

    def who_may_invoke_url(
        self, auth_type: UrlAuthType | None = None, context: Context | None = None, *, dual_permission: bool = True
    ) -> WhoMayInvoke:
        """Everybody who may call its URL; see `lampolicy.function.who_may_invoke_url`."""
        from lampolicy.function._who import who_may_invoke_url

        return who_may_invoke_url(self, auth_type, context, dual_permission=dual_permission)

    def may_run(self, action: str, resource: str, context: Context | None = None) -> Answer:
        """Whether its code may do something; see `lampolicy.function.may_run`."""
        from lampolicy.function._run import may_run

        return may_run(self, action, resource, context)

    def may_poll(
        self,
        source: str | EventSourceMapping | None,
        kind: EventSourceKind | str | None = None,
        *,
        access: Sequence[tuple[str, str]] = (),
        key: str | None = None,
    ) -> Answer:
        """Whether Lambda may poll a source for it; see `lampolicy.function.may_poll`."""
        from lampolicy.function._poll import may_poll

        return may_poll(self, source, kind, access=access, key=key)

    def may_create_mapping(
        self,
        caller: Caller,
        source: str | EventSourceMapping | None,
        kind: EventSourceKind | str | None = None,
        context: Context | None = None,
    ) -> Answer:
        """Whether `caller` may make Lambda poll a source for it; see `lampolicy.function.may_create_mapping`."""
        from lampolicy.function._poll import may_create_mapping

        return may_create_mapping(self, caller, source, kind, context)

    def needs(self) -> Needs:
        """What its configuration needs of its execution role; see `lampolicy.function.needs`."""
        from lampolicy.function._needs import needs

        return needs(self)
