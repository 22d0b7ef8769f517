"""lampolicy on a workload: the organization, the requests, and what the reference says about them."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.workloads import Asked, Document, Workload
from lampolicy import Authorizer
from lampolicy.decision import Decision
from lampolicy.names import FunctionArn
from lampolicy.organization import Account, Function, IamRole, IamUser, ManagedPolicy, Organization, Resource, Unit
from lampolicy.policy import UNLIMITED, Policy, PolicyKind
from lampolicy.reference import decide
from lampolicy.request import Principal, Request, RoleSession, Service, User

ROOT = "r-ab12"


class EngineDisagrees(RuntimeError):  # noqa: N818 - a finding
    """The engine decides otherwise than the reference: nothing is worth measuring."""


@dataclass(frozen=True, slots=True)
class Ours:
    """A workload as lampolicy takes it.

    Attributes:
        organization: Who exists.
        requests: The questions in order.
    """

    organization: Organization
    requests: list[Request]

    @classmethod
    def of(cls, workload: Workload, limit: int | None = None) -> Ours:
        """Read the neutral form."""
        return cls(organization_of(workload), requests_of(workload, limit))

    def cold(self) -> Authorizer:
        """An authorizer over an equal organization of which nothing was ever compiled."""
        return Authorizer(pickle.loads(pickle.dumps(self.organization)))  # noqa: S301 - what was just written

    def check(self, sample: Sequence[Request]) -> list[bool]:
        """What the reference says about a sample of the requests, the engine having agreed on decision and evidence.

        Raises:
            EngineDisagrees: It did not agree.
        """
        authorizer = Authorizer(self.organization)
        allowed = []
        for request in sample:
            fast = authorizer.decide(request.principal, request.action, request.resource, request.context)
            slow = self.by_reference(authorizer, request)
            if fast != slow:
                raise EngineDisagrees(f"the engine says {fast}, the reference {slow}, for {request}")
            if bool(fast) is not authorizer.allows(
                request.principal, request.action, request.resource, request.context
            ):
                raise EngineDisagrees(f"`allows` contradicts `decide` for {request}")
            allowed.append(bool(slow))
        return allowed

    @staticmethod
    def by_reference(authorizer: Authorizer, request: Request) -> Decision:
        """Decide literally; the reference is told the owner of a bucket, which the organization knows."""
        if request.known_owner is None:
            owner = authorizer.organization.owner_of(request.resource)
            r = request
            request = Request(r.principal, r.action, r.resource, r.context, resource_account=owner)
        return decide(request, authorizer.policies_for(request))


def requests_of(workload: Workload, limit: int | None = None) -> list[Request]:
    """The questions of a workload."""
    callers = {caller: _caller(caller) for caller in workload.callers}
    return [_request(callers[asked.caller], asked) for asked in workload.asked(limit)]


def _request(caller: Principal, asked: Asked) -> Request:
    return Request(caller, asked.action, asked.resource, dict(asked.context))


def _caller(text: str) -> Principal:
    if not text.startswith("arn:"):
        return Service(text)
    return User(text) if ":user/" in text else RoleSession(text)


def organization_of(workload: Workload) -> Organization:
    """Who exists in a workload."""
    used = sorted({name for e in workload.entities for name in e.policies + ((e.boundary,) if e.boundary else ())})
    entities = [
        (IamUser if ":user/" in e.arn else IamRole)(
            e.arn,
            attached=tuple(map(_arn_of, e.policies)),
            boundary=_arn_of(e.boundary) if e.boundary else None,
        )
        for e in workload.entities
    ]
    return Organization(
        id=workload.organization,
        units=tuple(_units(workload)),
        accounts=tuple(_accounts(workload)),
        managed=tuple(
            ManagedPolicy(_arn_of(name), read(workload.documents[name], PolicyKind.IDENTITY, name)) for name in used
        ),
        users=tuple(e for e in entities if isinstance(e, IamUser)),
        roles=tuple(e for e in entities if isinstance(e, IamRole)),
        functions=tuple(_function(workload, arn, policies) for arn, policies in workload.functions.items()),
        resources=tuple(_buckets(workload)),
    )


def read(document: Document, kind: PolicyKind | str, name: str) -> Policy:
    """Read a document, however long."""
    return Policy.parse(document, kind=kind, name=name, quota=UNLIMITED)


def _arn_of(name: str) -> str:
    return f"arn:aws:iam::123456789012:policy/{name}"


def _levels(workload: Workload) -> list[tuple[Policy, ...]]:
    return [
        tuple(read(workload.documents[name], PolicyKind.SERVICE_CONTROL, name) for name in level)
        for level in workload.levels
    ]


def _units(workload: Workload) -> Iterable[Unit]:
    levels = _levels(workload)
    if levels:
        yield Unit(ROOT, "Root", service_control=levels[0])


def _accounts(workload: Workload) -> Iterable[Account]:
    levels = _levels(workload)
    for account in workload.accounts:
        if len(levels) < 2:
            yield Account(account)
        else:
            yield Account(account, parent=ROOT, service_control=levels[1])


def _function(workload: Workload, arn: str, policies: dict[str, str]) -> Function:
    read_policies = tuple(
        (FunctionArn.parse(on), read(workload.documents[name], PolicyKind.FUNCTION, name))
        for on, name in policies.items()
    )
    return Function(FunctionArn.parse(arn), policies=read_policies)


def _buckets(workload: Workload) -> Iterable[Resource]:
    buckets = {arn.partition("/")[0]: account for arn, account in workload.owners.items()}
    for arn, account in buckets.items():
        yield Resource(arn, account, PolicyKind.BUCKET)
