"""Policies: from values to typed statements, and everything AWS refuses when a policy is written.

Takes: JSON text or values.
Gives: `Policy` with one statement class for every kind of policy, all faults at once, and the document written back.
Never: matches, evaluates or decides.
"""

from lampolicy._later import later
from lampolicy._typing import TYPE_CHECKING
from lampolicy.policy._policy import Policy
from lampolicy.policy._quotas import (
    INLINE_GROUP,
    INLINE_ROLE,
    INLINE_USER,
    MANAGED,
    QUOTAS,
    SIMULATION,
    UNLIMITED,
    Counting,
    Quota,
    check_inline,
    check_session,
    size_of,
)
from lampolicy.policy._types import (
    AllExcept,
    BaseOperator,
    BoundaryStatement,
    BucketStatement,
    Condition,
    Effect,
    EndpointStatement,
    FunctionStatement,
    IdentityStatement,
    KeyStatement,
    LayerStatement,
    Only,
    Operator,
    PolicyKind,
    PrincipalPattern,
    PrincipalType,
    Quantifier,
    QueueStatement,
    ResourceControlStatement,
    ResourceStatement,
    SecretStatement,
    Selection,
    ServiceControlStatement,
    SessionStatement,
    Statement,
    StatementId,
    TopicStatement,
    TrustStatement,
    Version,
)

if TYPE_CHECKING:
    from lampolicy.policy._function_permission import (
        add_permission,
        check_permission,
        permission_statement,
        remove_permission,
    )
    from lampolicy.policy._layer_permission import add_layer_permission, remove_layer_permission
    from lampolicy.policy._literals import (
        is_canonical_base64,
        read_arn_pattern,
        read_date,
        read_number,
    )
    from lampolicy.policy._permission_calls import (
        Added,
        Stored,
        check_revision,
        check_size,
        statement_text,
        statements_of,
        with_statement,
    )
    from lampolicy.policy._rcp_services import RCP_SERVICES
    from lampolicy.policy._simulation_input import check_simulation_input

__all__ = [
    "INLINE_GROUP",
    "INLINE_ROLE",
    "INLINE_USER",
    "MANAGED",
    "QUOTAS",
    "RCP_SERVICES",
    "SIMULATION",
    "UNLIMITED",
    "Added",
    "AllExcept",
    "BaseOperator",
    "BoundaryStatement",
    "BucketStatement",
    "Condition",
    "Counting",
    "Effect",
    "EndpointStatement",
    "FunctionStatement",
    "IdentityStatement",
    "KeyStatement",
    "LayerStatement",
    "Only",
    "Operator",
    "Policy",
    "PolicyKind",
    "PrincipalPattern",
    "PrincipalType",
    "Quantifier",
    "QueueStatement",
    "Quota",
    "ResourceControlStatement",
    "ResourceStatement",
    "SecretStatement",
    "Selection",
    "ServiceControlStatement",
    "SessionStatement",
    "Statement",
    "StatementId",
    "Stored",
    "TopicStatement",
    "TrustStatement",
    "Version",
    "add_layer_permission",
    "add_permission",
    "check_inline",
    "check_permission",
    "check_revision",
    "check_session",
    "check_simulation_input",
    "check_size",
    "is_canonical_base64",
    "permission_statement",
    "read_arn_pattern",
    "read_date",
    "read_number",
    "remove_layer_permission",
    "remove_permission",
    "size_of",
    "statement_text",
    "statements_of",
    "with_statement",
]

__getattr__ = later(
    __name__,
    {
        "._function_permission": (
            "add_permission",
            "check_permission",
            "permission_statement",
            "remove_permission",
        ),
        "._layer_permission": (
            "add_layer_permission",
            "remove_layer_permission",
        ),
        "._literals": (
            "is_canonical_base64",
            "read_arn_pattern",
            "read_date",
            "read_number",
        ),
        "._permission_calls": (
            "Added",
            "Stored",
            "check_revision",
            "check_size",
            "statement_text",
            "statements_of",
            "with_statement",
        ),
        "._rcp_services": ("RCP_SERVICES",),
        "._simulation_input": ("check_simulation_input",),
    },
)
"""Writing to a policy as AWS's calls do, and values that few conditions have, are loaded on first use."""
