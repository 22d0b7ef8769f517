"""Sources that assume a role instead of using the function policy: Scheduler, Pipes, Step Functions, Firehose ..."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lampolicy.function._ask import Step
from lampolicy.organization import Organization
from lampolicy.request import UNKNOWN, ContextValue, RoleSession, Service, account_in

_SCHEDULE: Final = re.compile(r"(arn:[a-z-]+:scheduler:[^:]*:[0-9]{12}):schedule/([^/]+)/.+", re.ASCII)
_EVENTS: Final = "events.amazonaws.com"
_API_GATEWAY: Final = "apigateway.amazonaws.com"
_FIREHOSE: Final = "firehose.amazonaws.com"


@dataclass(frozen=True, slots=True)
class AssumedBy:
    """A service that invokes as a role it assumes (semantics 5.3).

    What is not told counts as not known: a trust policy that asks for it leaves the answer open.

    Attributes:
        service: The service principal, such as `scheduler.amazonaws.com`.
        role: ARN of the role, with its path.
        source_arn: The resource for which the service acts; of Scheduler the schedule, or its group, which is what
            `aws:SourceArn` holds.
        source_account: That resource's account; that of `source_arn`, or else the role's, if it is not told.
        source_org: That account's organization.
        external_id: The `sts:ExternalId` the service sends.
        session: The name the service gives the session.
    """

    service: str
    role: str
    source_arn: str | None = None
    source_account: str | None = None
    source_org: str | None = None
    external_id: str | None = None
    session: str | None = None

    def __post_init__(self) -> None:
        RoleSession(self.role)

    @property
    def acting_for(self) -> str | None:
        """What `aws:SourceArn` holds: for a schedule the ARN of its group."""
        schedule = _SCHEDULE.fullmatch(self.source_arn or "")
        return f"{schedule[1]}:schedule-group/{schedule[2]}" if schedule else self.source_arn

    @property
    def caller(self) -> Service:
        """The service as it assumes the role."""
        account = self.source_account or account_in(self.source_arn or "") or RoleSession(self.role).account
        return Service(self.service, self.acting_for, account, self.source_org)

    @property
    def assumed(self) -> RoleSession:
        """The session as which it invokes."""
        return RoleSession(self.role, self.session)

    def trust_step(self, organization: Organization) -> Step:
        """What AWS authorizes when the service assumes the role (semantics E20)."""
        return Step("sts:AssumeRole", self.role, "E20", f"{self.service} assumes the role", self._context(organization))

    def _context(self, organization: Organization) -> dict[str, ContextValue]:
        context: dict[str, ContextValue] = {"sts:RoleSessionName": self.session or UNKNOWN}
        if self.acting_for is None:
            context["aws:SourceArn"] = UNKNOWN
        if self.external_id is not None or self.service == _FIREHOSE:
            context["sts:ExternalId"] = self.external_id or UNKNOWN
        if self.service == _API_GATEWAY:
            context["aws:PrincipalType"] = "AssumedRole"  # as recorded; it sends no aws:SourceOrgID
        elif self.source_org is None and organization.id is not None:
            context |= dict.fromkeys(("aws:SourceOrgID", "aws:SourceOrgPaths"), UNKNOWN)
        return context

    def invoke_context(self) -> dict[str, ContextValue]:
        """Condition keys of its call of Lambda: EventBridge names the rule even with a role, but not the account."""
        return {"aws:SourceArn": self.acting_for or UNKNOWN} if self.service == _EVENTS else {}
