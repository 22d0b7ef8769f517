"""Trust in identity providers that many tenants share needs a condition on the tenant (semantics G29).

Who trusts `gitlab.com` as such trusts everybody who has an account there. So IAM refuses a trust policy that lets
bearers of such a provider's tokens assume the role without a condition on the claim that names the tenant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

from lampolicy.diagnostic import Code
from lampolicy.names import glob, tokens
from lampolicy.policy._draft import Draft
from lampolicy.policy._faults import Faults
from lampolicy.policy._types import BaseOperator, Condition, Effect, PrincipalPattern, PrincipalType
from lampolicy.record import record

_WEB_IDENTITY: Final = "sts:AssumeRoleWithWebIdentity"
_PROVIDER: Final = ":oidc-provider/"
_GITHUB: Final = "token.actions.githubusercontent.com"

_POSITIVE: Final = frozenset(
    {BaseOperator.STRING_EQUALS, BaseOperator.STRING_LIKE, BaseOperator.STRING_EQUALS_IGNORE_CASE}
)
_EXACT: Final = frozenset({BaseOperator.STRING_EQUALS, BaseOperator.STRING_EQUALS_IGNORE_CASE})

_APPLICATION_IDS: Final = MappingProxyType(
    {
        "accounts.google.com": "accounts.google.com:aud",
        "www.amazon.com": "www.amazon.com:app_id",
        "graph.facebook.com": "graph.facebook.com:app_id",
    }
)
"""The providers IAM knows without set-up, and the key that holds the application's id: the older rule."""

_TENANT_CLAIMS: Final = MappingProxyType(
    {
        "cognito-identity.amazonaws.com": "aud",
        "agent.buildkite.com": "sub",
        "oidc.codefresh.io": "sub",
        "studio.datachain.ai/api": "sub",
        "oidc-configuration.audit-log.githubusercontent.com": "sub",
        "vstoken.actions.githubusercontent.com": "sub",
        "gitlab.com": "sub",
        "rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7": "sub",
        "rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr": "sub",
        "rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg": "sub",
        "rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26": "sub",
        "oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb": "sub",
        "oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu": "sub",
        "api.pulumi.com/oidc": "aud",
        "sandboxes.cloud": "aud",
        "scalr.io": "sub",
        "tokens.cloud.shisho.dev": "sub",
        "app.terraform.io": "sub",
        "proidc.upbound.io": "sub",
        "oidc.vercel.com": "aud",
    }
)
"""Shared providers and the claim that names the tenant (IAM User Guide, "Identity-provider controls for shared OIDC
providers"). Azure Sentinel, which is held to the session's name instead, is not among them."""


@record
class _Demand:
    """What a shared provider demands: one of these keys, scoped by one of these operators.

    Attributes:
        keys: The condition keys; one of them is enough.
        operators: The operators that count, with any quantifier, without `IfExists`.
        scopes: Tells whether a value narrows the trust; every value of the condition has to.
        code: The diagnostic's code.
        text: AWS's message.
        help: What to do.
    """

    keys: tuple[str, ...]
    operators: frozenset[BaseOperator]
    scopes: Callable[[str], bool]
    code: Code
    text: str
    help: str

    def met_by(self, conditions: Mapping[str, Sequence[Condition]]) -> bool:
        """Tell whether one of the conditions, filed by their keys in lower case, satisfies the demand."""
        return any(self._accepts(c) for key in self.keys for c in conditions.get(key.lower(), ()))

    def _accepts(self, condition: Condition) -> bool:
        operator = condition.operator
        return operator.base in self.operators and not operator.if_exists and all(map(self.scopes, condition.values))


def check_providers(draft: Draft, faults: Faults) -> None:
    """Demand of every shared provider in an Allow of `sts:AssumeRoleWithWebIdentity` a condition on its tenant."""
    if draft.effect is not Effect.ALLOW or draft.principals is None or not _covers_web_identity(draft):
        return
    filed = _filed(draft)

    @cache
    def open_to_all(principal: PrincipalPattern) -> _Demand | None:
        return next((demand for demand in _demands(principal) if not demand.met_by(filed)), None)

    for place in draft.principals.places:
        demand = open_to_all(place.value)
        if demand is not None:
            message = f"everybody with an account at `{place.value.value}` could assume the role"
            faults.error(demand.code, message, place.at, help=demand.help, aws=demand.text)


def _filed(draft: Draft) -> Mapping[str, Sequence[Condition]]:
    filed: dict[str, list[Condition]] = {}
    for place in draft.conditions:
        filed.setdefault(place.value.key.lower(), []).append(place.value)
    return filed


def _covers_web_identity(draft: Draft) -> bool:
    if draft.actions is None:
        return False
    matched = any(glob(tokens(place.value))(_WEB_IDENTITY) for place in draft.actions.places)
    return matched is not draft.actions.negated


def _demands(principal: PrincipalPattern) -> Iterator[_Demand]:
    if principal.type is not PrincipalType.FEDERATED:
        return
    provider = principal.value.partition(_PROVIDER)[2] or principal.value
    if provider in _APPLICATION_IDS:
        yield _application(provider)
    elif provider == _GITHUB or provider.startswith(f"{_GITHUB}/"):
        yield _github(principal.value, provider)
    elif provider in _TENANT_CLAIMS:
        yield _shared(provider, f"{provider}:{_TENANT_CLAIMS[provider]}")


def _application(provider: str) -> _Demand:
    key = _APPLICATION_IDS[provider]
    return _Demand(
        keys=(key,),
        operators=_EXACT,
        scopes=lambda _: True,
        code=Code.OIDC_APPLICATION_ID,
        text=f"Policy trusting {provider} requires a StringEquals condition on an application id",
        help=f"add `StringEquals` on `{key}` with your application's id",
    )


def _github(principal: str, provider: str) -> _Demand:
    keys = (f"{provider}:sub", f"{provider}:job_workflow_ref")
    return _Demand(
        keys=keys,
        operators=_POSITIVE,
        scopes=lambda value: bool(value.strip()) and not value.startswith("*"),
        code=Code.OIDC_NOT_SCOPED,
        text=_text(principal, " or ".join(keys)),
        help=f"add `StringLike` on `{keys[0]}` with `repo:OWNER/REPOSITORY:*`",
    )


def _shared(provider: str, key: str) -> _Demand:
    return _Demand(
        keys=(key,),
        operators=_POSITIVE,
        scopes=lambda value: value != "*",
        code=Code.OIDC_NOT_SCOPED,
        text=_text(provider, key),
        help=f"add `StringEquals` or `StringLike` on `{key}` with your own tenant",
    )


def _text(provider: str, keys: str) -> str:
    return (
        f"Trust policy with trusted principal {provider} must evaluate, using StringEquals, StringLike or "
        f"StringEqualsIgnoreCase, {keys} which is not scoped to all."
    )
