"""Who and what exists: accounts, entities of IAM, functions and other resources, with the policies on each."""

from __future__ import annotations

from typing import Literal, TypeAlias

from lampolicy.diagnostic import InvalidName
from lampolicy.names import Arn, FunctionArn, Unqualified, is_account_id
from lampolicy.organization._configuration import Destinations, FunctionConfiguration
from lampolicy.policy import Policy, PolicyKind
from lampolicy.record import record
from lampolicy.request import Tags

UrlAuthType: TypeAlias = Literal["AWS_IAM", "NONE"]


@record
class Unit:
    """A node of the organization's tree: its root, or an organizational unit.

    Attributes:
        id: `r-...` or `ou-...`.
        name: What people call it.
        parent: The id of the node above; `None` for the root.
        service_control: SCPs attached here; `None` if they are not known, which reads as AWS's FullAWSAccess, because
            AWS lets no node be without one (semantics G26). An empty tuple permits nothing.
        resource_control: RCPs attached here, beside RCPFullAWSAccess, which is everywhere.
    """

    id: str
    name: str = ""
    parent: str | None = None
    service_control: tuple[Policy, ...] | None = None
    resource_control: tuple[Policy, ...] = ()


@record
class Account:
    """An AWS account.

    Attributes:
        id: Twelve digits.
        name: What people call it.
        parent: The id of the `Unit` it is in; `None` if that is not known.
        member: Whether it belongs to the organization; accounts outside take part in requests, but no SCP binds them.
        service_control: SCPs attached to the account itself; `None` as for `Unit`.
        resource_control: RCPs attached to the account itself.
    """

    id: str
    name: str = ""
    parent: str | None = None
    member: bool = True
    service_control: tuple[Policy, ...] | None = None
    resource_control: tuple[Policy, ...] = ()

    def __post_init__(self) -> None:
        if not is_account_id(self.id):
            msg = f"`{self.id}` is not an account id: it needs twelve digits"
            raise InvalidName(msg)


@record
class ManagedPolicy:
    """A managed policy, the customer's or AWS's, kept once however many entities use it.

    Attributes:
        arn: `arn:aws:iam::ACCOUNT:policy/PATH/NAME`, or `arn:aws:iam::aws:policy/...`.
        policy: Its default version, of kind `identity`; where it is used as a boundary it is read as one.
    """

    arn: str
    policy: Policy


@record
class IamGroup:
    """An IAM group.

    Attributes:
        arn: The group's ARN with its path.
        inline: Its inline policies.
        attached: ARNs of the managed policies attached to it.
    """

    arn: str
    inline: tuple[Policy, ...] = ()
    attached: tuple[str, ...] = ()


@record
class IamUser:
    """An IAM user.

    Attributes:
        arn: The user's ARN with its path.
        unique_id: Its `AIDA...` id, if known.
        inline: Its inline policies.
        attached: ARNs of the managed policies attached to it.
        groups: ARNs of the groups it is in.
        boundary: ARN of its permissions boundary; `None` if it has none.
        tags: Its tags, which become `aws:PrincipalTag/KEY`.
    """

    arn: str
    unique_id: str | None = None
    inline: tuple[Policy, ...] = ()
    attached: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    boundary: str | None = None
    tags: Tags = ()


@record
class IamRole:
    """An IAM role.

    Attributes:
        arn: The role's ARN with its path.
        role_id: Its `AROA...` id, if known.
        trust: Its trust policy; `None` if it is not known, and then nobody is known to be trusted.
        inline: Its inline policies.
        attached: ARNs of the managed policies attached to it.
        boundary: ARN of its permissions boundary; `None` if it has none.
        tags: Its tags, which become `aws:PrincipalTag/KEY` of its sessions.
    """

    arn: str
    role_id: str | None = None
    trust: Policy | None = None
    inline: tuple[Policy, ...] = ()
    attached: tuple[str, ...] = ()
    boundary: str | None = None
    tags: Tags = ()

    @property
    def name(self) -> str:
        """The role's name without its path."""
        return self.arn.rsplit("/", 1)[-1]

    @property
    def account(self) -> str:
        """The account the role is in."""
        return Arn.parse(self.arn).account


@record
class FunctionUrl:
    """A function URL.

    Attributes:
        arn: The ARN it hangs on: the function's, or that of one of its aliases (semantics L8).
        auth_type: `AWS_IAM` for signed callers, `NONE` for anybody.
        url: The address itself, if known.
    """

    arn: FunctionArn
    auth_type: UrlAuthType
    url: str | None = None


@record
class Function:
    """A Lambda function with its versions and aliases.

    Attributes:
        arn: Its unqualified ARN.
        role: ARN of its execution role, if known.
        policies: The policy of the function, of each version and of each alias, as (ARN, policy) pairs; the one that
            counts is exactly that of the addressed ARN (semantics L4).
        urls: Its function URLs.
        versions: Numbers of its published versions.
        aliases: Its aliases as (name, version) pairs.
        tags: Its current tags, which are `aws:ResourceTag/KEY` on every qualifier of it (semantics L2 to L4).
        layers: ARNs of the layer versions it uses.
        configuration: What else its configuration tells; `None` if that is not known.
        destinations: Where results of asynchronous invocations go, for each qualifier that has some.
    """

    arn: FunctionArn
    role: str | None = None
    policies: tuple[tuple[FunctionArn, Policy], ...] = ()
    urls: tuple[FunctionUrl, ...] = ()
    versions: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    tags: Tags = ()
    layers: tuple[str, ...] = ()
    configuration: FunctionConfiguration | None = None
    destinations: tuple[Destinations, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.arn.qualifier, Unqualified):
            msg = f"`{self.arn}` is qualified: a function is known by its unqualified ARN"
            raise InvalidName(msg)


@record
class Resource:
    """Any other resource: a bucket, queue, topic, key, secret, layer version ...

    Attributes:
        arn: Its ARN.
        account: The account that owns it, which the ARN of a bucket does not tell.
        kind: What its policy is, if it has one.
        policy: Its policy; `None` if it has none.
        tags: Its tags. They take no part in a decision by themselves, since not every service puts them into
            `aws:ResourceTag/KEY`.
        key: ARN of the customer's KMS key that encrypts it, where that is known.
    """

    arn: str
    account: str
    kind: PolicyKind = PolicyKind.RESOURCE
    policy: Policy | None = None
    tags: Tags = ()
    key: str | None = None


@record
class Unread:
    """A policy that is there but has faults, so that nothing it bears on can be decided.

    Attributes:
        on: What it hangs on: the ARN of a user, role, function or resource, or the id of an account or unit.
        kind: What it is.
        name: What to call it.
    """

    on: str
    kind: PolicyKind
    name: str
