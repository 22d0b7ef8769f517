"""Which of several faults AWS answers with (semantics G22)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lampolicy.diagnostic._codes import Code
from lampolicy.diagnostic._model import AwsError, Diagnostic, Severity

_ORDER: Final = (
    # syntax, which is also the answer for whatever stands nowhere below
    frozenset[Code](),
    # version
    frozenset({Code.VERSION_TOO_OLD}),
    # legacy parsing
    frozenset({Code.BAD_EFFECT, Code.BAD_LITERAL, Code.RESOURCE_PARTS}),
    # Sids
    frozenset({Code.BAD_SID, Code.DUPLICATE_SID}),
    # that there are actions
    frozenset({Code.NO_ACTION}),
    # the form of resources
    frozenset(
        {
            Code.RESOURCE_NOT_ARN,
            Code.RESOURCE_PARTITION,
            Code.RESOURCE_SERVICE,
            Code.RESOURCE_REGION,
            Code.RESOURCE_IAM_PATH,
        }
    ),
    # the form of actions
    frozenset({Code.ACTION_WITHOUT_VENDOR, Code.ACTION_WITH_TWO_COLONS, Code.ACTION_VENDOR}),
    # what the kind of policy demands
    frozenset(
        {
            Code.NO_RESOURCE,
            Code.ACTION_NOT_ALLOWED,
            Code.RESOURCE_FORBIDDEN,
            Code.PRINCIPAL_FORBIDDEN,
            Code.PRINCIPAL_NOT_ALLOWED,
            Code.BAD_PRINCIPAL,
            Code.PRINCIPAL_WILDCARD,
        }
    ),
    # what a trust policy demands of identity providers
    frozenset({Code.OIDC_NOT_SCOPED, Code.OIDC_APPLICATION_ID}),
    # sizes
    frozenset({Code.TOO_LONG, Code.TOO_MANY}),
)
_RANK: Final = {code: rank for rank, codes in enumerate(_ORDER) for code in codes}


def aws_answer(diagnostics: Iterable[Diagnostic]) -> AwsError | None:
    """Give the error AWS would answer with: that of the first stage that fails, there the first in the document."""
    errors = (d for d in diagnostics if d.severity is Severity.ERROR and d.aws is not None)
    first = min(errors, key=lambda d: _RANK.get(d.code, 0), default=None)
    return None if first is None else first.aws
