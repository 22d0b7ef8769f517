"""Who asks: one class for every kind of caller."""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING
from lampolicy.diagnostic import InvalidName
from lampolicy.names import Arn, is_account_id
from lampolicy.record import field, record

if TYPE_CHECKING:
    from typing import Final, TypeAlias

Tags: TypeAlias = tuple[tuple[str, str], ...]
"""Tags of a principal as (key, value) pairs; they become `aws:PrincipalTag/KEY`."""


@record
class _Caller:
    """What all callers have.

    Attributes:
        key: What equal callers share and others do not: looked up in half the time of the caller itself.
    """

    key: tuple[object, ...] = field(init=False, compare=False, repr=False)

    def _tell_apart(self, *values: object) -> None:
        object.__setattr__(self, "key", values)


@record
class User(_Caller):
    """An IAM user with long-term credentials, or with a GetSessionToken session, which decides alike (semantics E8).

    Attributes:
        arn: The user's ARN with its path.
        unique_id: Its `AIDA...` id, if known.
        tags: Its tags.
    """

    arn: str
    unique_id: str | None = None
    tags: Tags = ()

    def __post_init__(self) -> None:
        _require(self.arn, "iam", "user/")
        self._tell_apart(User, self.arn, self.unique_id, self.tags)

    @property
    def account(self) -> str:
        """The account the caller belongs to."""
        return self.arn.split(":", 5)[4]

    @property
    def caller_arn(self) -> str:
        """The ARN AWS prints in a denial."""
        return self.arn


@record
class RoleSession(_Caller):
    """A session of a role: AssumeRole, SAML, OIDC, an EC2 profile or a Lambda function.

    Attributes:
        role: The role's ARN with its path, which the session's own ARN has lost (semantics K1, E18).
        session: The session name; `None` for some session of the role, whichever.
        role_id: The role's `AROA...` id, if known.
        tags: Tags of the role and of the session together; the session's win.
    """

    role: str
    session: str | None = None
    role_id: str | None = None
    tags: Tags = ()

    def __post_init__(self) -> None:
        _require(self.role, "iam", "role/")
        self._tell_apart(RoleSession, self.role, self.session, self.role_id, self.tags)

    @property
    def account(self) -> str:
        """The account the caller belongs to."""
        return self.role.split(":", 5)[4]

    @property
    def session_arn(self) -> str | None:
        """`arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, which drops the role's path; `None` without a name."""
        if self.session is None:
            return None
        arn = Arn.parse(self.role)
        name = arn.resource.rsplit("/", 1)[1]
        return f"arn:{arn.partition}:sts::{arn.account}:assumed-role/{name}/{self.session}"

    @property
    def caller_arn(self) -> str:
        """The ARN AWS prints in a denial: the session's."""
        return self.session_arn or self.role

    @property
    def service_linked(self) -> bool:
        """Whether this is a service-linked role, which SCPs and RCPs do not bind (semantics E13)."""
        return ":role/aws-service-role/" in self.role


@record
class FederatedUser(_Caller):
    """A GetFederationToken session; without a session policy it has no identity permissions (semantics E8).

    Attributes:
        arn: `arn:aws:sts::ACCOUNT:federated-user/NAME`.
        issuer: ARN of the IAM user that asked for the token; its policies and boundary apply.
        tags: Session tags.
    """

    arn: str
    issuer: str
    tags: Tags = ()

    def __post_init__(self) -> None:
        _require(self.arn, "sts", "federated-user/")
        _require(self.issuer, "iam", "user/")
        self._tell_apart(FederatedUser, self.arn, self.issuer, self.tags)

    @property
    def account(self) -> str:
        """The account the caller belongs to."""
        return self.arn.split(":", 5)[4]

    @property
    def caller_arn(self) -> str:
        """The ARN AWS prints in a denial."""
        return self.arn


@record
class Root(_Caller):
    """The root user of an account.

    Attributes:
        account: The account's id.
        partition: `aws`, `aws-cn` ...
    """

    account: str
    partition: str = "aws"

    def __post_init__(self) -> None:
        if not is_account_id(self.account):
            msg = f"`{self.account}` is not an account id: it needs twelve digits"
            raise InvalidName(msg)
        self._tell_apart(Root, self.account, self.partition)

    @property
    def caller_arn(self) -> str:
        """The ARN AWS prints in a denial."""
        return f"arn:{self.partition}:iam::{self.account}:root"


@record
class Service(_Caller):
    """An AWS service that acts for itself or for a resource (semantics E12, K4).

    Attributes:
        name: The service principal, such as `s3.amazonaws.com`.
        source_arn: The resource on whose behalf it acts: `aws:SourceArn`.
        source_account: That resource's account: `aws:SourceAccount`.
        source_org: That account's organization: `aws:SourceOrgID`.
        aliases: Further names of the same actor, such as a regional one; a Deny on any of them counts.
    """

    name: str
    source_arn: str | None = None
    source_account: str | None = None
    source_org: str | None = None
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._tell_apart(Service, self.name, self.source_arn, self.source_account, self.source_org, self.aliases)

    @property
    def account(self) -> None:
        """A service belongs to no account."""
        return

    @property
    def caller_arn(self) -> str:
        """What stands for the caller in a message."""
        return self.name


@record
class Anonymous(_Caller):
    """A caller who did not sign the request (semantics E15)."""

    def __post_init__(self) -> None:
        self._tell_apart(Anonymous)

    @property
    def account(self) -> None:
        """An anonymous caller belongs to no account."""
        return

    @property
    def caller_arn(self) -> str:
        """What stands for the caller in a message."""
        return "anonymous"


@record
class WebIdentity(_Caller):
    """The bearer of an OIDC token who calls `sts:AssumeRoleWithWebIdentity` (semantics E20).

    Attributes:
        provider: What a trust policy writes under `Federated`: a provider's ARN or a domain name.
        provider_account: The account of the provider, where its ARN does not tell.
    """

    provider: str
    provider_account: str | None = None

    def __post_init__(self) -> None:
        self._tell_apart(WebIdentity, self.provider, self.provider_account)

    @property
    def account(self) -> str | None:
        """The provider's account (semantics K1)."""
        return self.provider_account or _account_of(self.provider)

    @property
    def caller_arn(self) -> str:
        """What stands for the caller in a message."""
        return self.provider


@record
class Saml(_Caller):
    """The bearer of a SAML assertion who calls `sts:AssumeRoleWithSAML` (semantics E20).

    Attributes:
        provider: The SAML provider's ARN.
    """

    provider: str

    def __post_init__(self) -> None:
        self._tell_apart(Saml, self.provider)

    @property
    def account(self) -> str | None:
        """The provider's account (semantics K1)."""
        return _account_of(self.provider)

    @property
    def caller_arn(self) -> str:
        """What stands for the caller in a message."""
        return self.provider


Principal: TypeAlias = User | RoleSession | FederatedUser | Root | Service | Anonymous | WebIdentity | Saml


BEARERS: Final = {"sts:assumerolewithsaml": Saml, "sts:assumerolewithwebidentity": WebIdentity}
"""Who alone makes the calls that nobody signs, by folded action (semantics E20)."""


def _account_of(text: str) -> str | None:
    return Arn.parse(text).account if text.startswith("arn:") else None


def _require(text: str, service: str, prefix: str) -> None:
    arn = Arn.parse(text)
    if arn.service != service or not arn.resource.startswith(prefix) or not is_account_id(arn.account):
        msg = f"`{text}` is not the ARN it should be: arn:aws:{service}::ACCOUNT:{prefix}..."
        raise InvalidName(msg)


def parse_principal(text: str) -> Principal:
    """Read a principal from a text, where the text tells everything a decision needs.

    Accepted: a user's ARN, a role's ARN (some session of that role), `arn:aws:iam::ACCOUNT:root`, `*` or `anonymous`,
    `service:NAME` or a service principal's name, an OIDC or SAML provider's ARN.

    Raises:
        InvalidName: The text is none of these; or it is a session's ARN, which has lost its role's path, or a
            federated user's, which does not tell who issued the token.
    """
    if text in {"*", "anonymous"}:
        return Anonymous()
    if text.startswith("service:"):
        return Service(text.removeprefix("service:"))
    if not text.startswith("arn:"):
        if text.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazon.com")):
            return Service(text)
        msg = f"`{text}` is neither an ARN nor a service principal"
        raise InvalidName(msg)
    return _parse_arn(text, Arn.parse(text))


def _parse_arn(text: str, arn: Arn) -> Principal:
    kind = arn.resource.split("/", 1)[0]
    match arn.service, kind:
        case "iam", "user":
            return User(text)
        case "iam", "role":
            return RoleSession(text)
        case "iam", "root":
            return Root(arn.account, arn.partition)
        case "iam", "oidc-provider":
            return WebIdentity(text)
        case "iam", "saml-provider":
            return Saml(text)
        case "sts", "assumed-role":
            msg = f"`{text}` has lost its role's path: use RoleSession(role=ARN of the role, session=...)"
        case "sts", "federated-user":
            msg = f"`{text}` does not tell who issued the token: use FederatedUser(arn=..., issuer=ARN of the user)"
        case _:
            msg = f"`{text}` is not a principal that can call AWS"
    raise InvalidName(msg)
