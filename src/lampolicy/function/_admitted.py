"""The answer to `who may invoke`: everybody known, and everybody outside whom the policies admit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lampolicy.decision import Allowed, Grant, Undetermined
from lampolicy.function._answer import Answer, Obstacle
from lampolicy.names import FunctionArn
from lampolicy.organization import UrlAuthType
from lampolicy.policy import StatementId
from lampolicy.request import Context, Principal


class Outsider(StrEnum):
    """What kind of caller a policy admits that the organization does not contain."""

    EVERYONE = "everyone, signed or not"
    EVERY_PRINCIPAL = "every principal of every AWS account"
    EVERY_SERVICE = "every AWS service"
    ORGANIZATION = "organization"
    ACCOUNT = "account"
    SERVICE = "service"
    USER = "user"
    ROLE = "role"
    SESSION = "session"
    FEDERATED_USER = "federated user"
    ID = "unique id"


@dataclass(frozen=True, slots=True)
class Known:
    """A principal of the organization and the answer for it.

    Attributes:
        principal: The user, the role (some session of it) or the root user.
        answer: What `may_invoke` says of it, without notes.
    """

    principal: Principal
    answer: Answer

    @property
    def by(self) -> tuple[Grant, ...]:
        """The statements that grant it, of every decision the call takes."""
        granted = (g for part in self.answer.parts if isinstance(part.decision, Allowed) for g in part.decision.by)
        return tuple(dict.fromkeys(granted))

    @property
    def needs(self) -> tuple[str, ...]:
        """The condition keys the answer hangs on."""
        open_ = (part.decision for part in self.answer.parts if isinstance(part.decision, Undetermined))
        return tuple(sorted({key for decision in open_ for key in decision.needs}))


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Somebody for whom the policies that bear on the call are not all known.

    Attributes:
        who: The caller's ARN.
        why: What is missing.
    """

    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody outside the organization's known principals whom the function's policy admits.

    Attributes:
        kind: What kind of caller.
        who: Its name: an account id, a service, an ARN; empty for everyone.
        by: The statements that admit it, one for each permission the call takes.
        when: The conditions that must hold, in words; those that hold for every such caller are left out.
        unless: The conditions that must not hold.
        both_sides: Whether the caller's own account has to allow it, too.
    """

    kind: Outsider
    who: str
    by: tuple[StatementId, ...]
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    both_sides: bool = False


@dataclass(frozen=True, slots=True)
class WhoMayInvoke:
    """Everybody who may invoke a function as it is addressed; nobody is left out silently.

    Attributes:
        arn: The function as addressed.
        url: The AuthType of the URL that is called; `None` for the Invoke API.
        context: The condition keys every known principal was asked with; most are `UNKNOWN`.
        may: Known principals that may, whatever is unknown.
        hangs: Known principals for whom it hangs on what is unknown.
        may_not: Known principals that may not, whatever is unknown.
        outside: Whom else the function's policy admits.
        cannot_tell: Those for whom not every policy is known.
        obstacles: What stands in everybody's way.
        notes: What else one should know.
    """

    arn: FunctionArn
    url: UrlAuthType | None
    context: Context
    may: tuple[Known, ...] = ()
    hangs: tuple[Known, ...] = ()
    may_not: tuple[Known, ...] = ()
    outside: tuple[Admitted, ...] = ()
    cannot_tell: tuple[CannotTell, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Write it as a JSON value."""
        from lampolicy.function._admitted_text import to_wire

        return to_wire(self)

    def __str__(self) -> str:
        from lampolicy.function._admitted_text import to_text

        return to_text(self)
