"""What an organization knows about a caller beyond what the caller says."""

from __future__ import annotations

from lampolicy.organization._index import Index
from lampolicy.record import replace
from lampolicy.request import Principal, RoleSession, Tags, User


def enrich(index: Index, principal: Principal) -> Principal:
    """Add unique id and tags; what the caller says of itself stays (semantics K1, K2)."""
    match principal:
        case User(arn=arn) if (user := index.users.get(arn)) is not None:
            tags = merged(user.tags, principal.tags)
            return replace(principal, unique_id=principal.unique_id or user.unique_id, tags=tags)
        case RoleSession(role=arn) if (role := index.roles.get(arn)) is not None:
            tags = merged(role.tags, principal.tags)
            return replace(principal, role_id=principal.role_id or role.role_id, tags=tags)
        case _:
            return principal


def merged(entity: Tags, session: Tags) -> Tags:
    """Lay session tags over an entity's tags; the session's win, whatever the case of the key (semantics K2)."""
    own = {key.lower() for key, _ in session}
    return (*((key, value) for key, value in entity if key.lower() not in own), *session)
