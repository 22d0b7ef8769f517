"""What a token or assertion claimed, as far as CloudTrail tells.

Sources: IAM User Guide, "AWS STS condition context keys"; CloudTrail User Guide, "CloudTrail userIdentity element",
"userIdentity examples" of AssumeRoleWithSAML and AssumeRoleWithWebIdentity.
"""

from __future__ import annotations

from typing import Final

from lampolicy.replay._asked import Told
from lampolicy.replay._event import Event
from lampolicy.replay._json_values import text_at
from lampolicy.request import UNKNOWN, ContextValue

_SAML: Final = {
    "saml:aud": "audience",
    "saml:iss": "issuer",
    "saml:sub": "subject",
    "saml:sub_type": "subjectType",
    "saml:namequalifier": "nameQualifier",
}


def web_claims(event: Event) -> Told:
    """`HOST:sub` and `HOST:aud`: the principal's id is provider, audience and subject with colons between."""
    provider = text_at(event.identity, "identityProvider")
    subject = text_at(event.identity, "userName")
    principal = text_at(event.identity, "principalId")
    if provider is None:
        return {}
    host = provider.partition(":oidc-provider/")[2] or provider
    told: dict[str, ContextValue] = {f"{host}:sub": subject or UNKNOWN, f"{host}:aud": UNKNOWN}
    if principal and subject and principal.startswith(f"{provider}:") and principal.endswith(f":{subject}"):
        audience = principal[len(provider) + 1 : -len(subject) - 1]
        if audience:
            told[f"{host}:aud"] = audience
    return told


def saml_claims(event: Event) -> Told:
    """The `saml:` keys that the answer repeats; a refused call has none."""
    return {key: text_at(event.response, name) or UNKNOWN for key, name in _SAML.items()}
