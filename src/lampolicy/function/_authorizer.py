"""The authorizer with Lambda's own questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lampolicy.authorize import Authorizer as Decider
from lampolicy.diagnostic import InvalidName
from lampolicy.organization import Function, Organization

if TYPE_CHECKING:
    from typing import Unpack

    from lampolicy.function._answer import Answer
    from lampolicy.function._callers import Caller
    from lampolicy.function._deployment import DeploymentParameters, Operation
    from lampolicy.function._path import PassPath
    from lampolicy.function._view import FunctionView

_SHOWN: Final = 5


class Authorizer(Decider):
    """Decides requests against an organization, and answers Lambda's own questions about its functions.

    Safe to use from many threads: the organization does not change, and what is remembered only saves work. To reload,
    make a new `Authorizer` and swap the reference; everything remembered goes with the old one.
    """

    __slots__ = ()

    def function(
        self, name: str, qualifier: str | None = None, *, account: str | None = None, region: str | None = None
    ) -> FunctionView:
        """Take a function as a call addresses it.

        Args:
            name: Its name, `ACCOUNT:function:NAME` or its ARN, each with or without `:QUALIFIER`.
            qualifier: A version, an alias or `$LATEST`, as the separate `Qualifier` parameter gives it.
            account: Its account, where the name is not unique.
            region: Its region, likewise.

        Raises:
            QualifierMismatch: The name and `qualifier` tell different qualifiers (semantics L2).
            InvalidName: The text is no function address, or means no function of the organization, or several.
        """
        from lampolicy.function._address import Address
        from lampolicy.function._view import FunctionView

        address = Address.parse(name, qualifier)
        fitting = [
            f
            for f in self.organization.functions
            if address.fits(f.arn) and account in {None, f.arn.account} and region in {None, f.arn.region}
        ]
        function = _only(name, fitting, self.organization)
        return FunctionView(self, function, function.arn.qualified(address.qualifier))

    def may_deploy(self, caller: Caller, operation: Operation, **parameters: Unpack[DeploymentParameters]) -> Answer:
        """Whether `caller` may create, change, open or wire a function; see `lampolicy.function.may_deploy`."""
        from lampolicy.function._deploy import may_deploy

        return may_deploy(self, caller, operation, **parameters)

    def pass_paths(self, *, limit: int | None = None) -> tuple[PassPath, ...]:
        """Who can come to act as a role through Lambda; see `lampolicy.function.pass_paths`."""
        from lampolicy.function._paths import MOST_DECISIONS, pass_paths

        return pass_paths(self, limit=MOST_DECISIONS if limit is None else limit)


def _only(name: str, fitting: list[Function], organization: Organization) -> Function:
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        msg = f"no function of the organization is `{name}`: {_there(name, organization)}"
    else:
        several = ", ".join(str(f.arn) for f in fitting)
        msg = f"`{name}` is the name of several functions: {several}; give the account or ARN"
    raise InvalidName(msg)


def _there(name: str, organization: Organization) -> str:
    """Which functions there are, or the one that was meant."""
    from lampolicy.catalog import near

    names = sorted({function.arn.name for function in organization.functions})
    close = near(name.split(":", maxsplit=1)[0], names, closeness=0.6)
    if close is not None:
        return f"did you mean `{close}`?"
    told = ", ".join(f"`{known}`" for known in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"it knows {told}{more}" if names else "it knows none; export them with `aws lambda list-functions`"
