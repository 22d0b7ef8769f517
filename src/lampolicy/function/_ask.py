"""Ask an authorizer for one part of an answer."""

from __future__ import annotations

from collections.abc import Sequence

from lampolicy.authorize import Authorizer, authorize
from lampolicy.diagnostic import AwsError
from lampolicy.function._answer import Part
from lampolicy.organization import Policies
from lampolicy.policy import Policy
from lampolicy.request import Context, Principal, Request


def ask(
    authorizer: Authorizer,
    principal: Principal,
    action: str,
    resource: str,
    context: Context | None = None,
    *,
    rule: str,
    why: str,
    aws: AwsError | None = None,
    session: Sequence[Policy] | None = None,
    policies: Policies | None = None,
) -> Part:
    """Decide one (action, resource, context) of a question.

    `policies` stands for those of the organization where the question itself supposes others, such as a trust policy
    that is about to be written.
    """
    organization = authorizer.organization
    owner = organization.owner_of(resource) if resource != "*" else None
    request = Request(organization.enrich(principal), action, resource, context, resource_account=owner)
    bearing = policies or authorizer.policies_for(request, session=session)
    return Part(request, bearing, authorize(request, bearing), rule, why, aws)
