"""`Principal` and `NotPrincipal`: where they may stand and which forms their values take (semantics G9 to G15)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lampolicy.diagnostic import Code, Pointer
from lampolicy.policy._draft import Chosen, Draft, Placed, Places, choose, texts
from lampolicy.policy._faults import Faults
from lampolicy.policy._kinds import Presence
from lampolicy.policy._shape import described, is_object
from lampolicy.policy._types import Effect, PrincipalPattern, PrincipalType

_ID: Final = re.compile(r"A(?:IDA|ROA)[A-Z0-9]{1,124}(?::[\w+=,.@-]{1,64})?", re.ASCII)
_ACCOUNT: Final = re.compile(r"[0-9]{12}", re.ASCII)
_ROOT: Final = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:root", re.ASCII)
_ARN: Final = re.compile(
    r"arn:[a-z-]+:(?:iam::[0-9]{12}:(?:root|(?:user|role)/.+)"
    r"|sts::[0-9]{12}:(?:assumed-role/[^/]+/.+|federated-user/.+))",
    re.ASCII | re.DOTALL,
)
_DOMAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9][A-Za-z0-9-]*)+", re.ASCII)
_DOMAINS_OF_AWS: Final = (
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".amazon.com",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".cloud.adc-e.uk",
    ".csp.hci.ic.gov",
)
_PROVIDER: Final = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:(?:saml-provider/.+|oidc-provider/.+)", re.ASCII | re.DOTALL)
_CANONICAL: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)

_NOBODY: Final[tuple[object, ...]] = ([], (), {})
STAR: Final = PrincipalPattern(PrincipalType.STAR, "*")


def read_principals(draft: Draft, faults: Faults) -> None:
    """Read the statement's principals into the draft."""
    element = choose(draft, "Principal")
    if element is None:
        _none(draft, faults)
        return
    if faults.rules.principal is Presence.FORBIDDEN:
        _forbidden(draft, faults)
        return
    if "Principal" in draft.raw and "NotPrincipal" in draft.raw:
        faults.syntax(
            Code.PRINCIPAL_AND_NOT_PRINCIPAL,
            "the statement has both `Principal` and `NotPrincipal`",
            (*draft.at, "NotPrincipal"),
            on_key=True,
            help="keep one of them",
        )
    if element == "NotPrincipal":
        _may_negate(draft, faults)
    places = _values(draft.raw[element], (*draft.at, element), element, faults)
    if places:
        draft.principals = Chosen(element, places, element == "NotPrincipal")


def _none(draft: Draft, faults: Faults) -> None:
    presence = faults.rules.principal
    if presence is Presence.REQUIRED:
        faults.error(
            Code.NO_PRINCIPAL,
            "the statement names no `Principal`",
            draft.at,
            help='add `"Principal"`: who the statement is about',
            aws=faults.rules.text or "Missing required field Principal",
        )
    elif presence is Presence.EXPECTED:
        faults.warn(
            Code.NO_PRINCIPAL,
            "the statement names no `Principal`, and so matches nobody",
            draft.at,
            help='add `"Principal"`: who the statement is about',
        )


def _forbidden(draft: Draft, faults: Faults) -> None:
    for element in ("Principal", "NotPrincipal"):
        if element in draft.raw:
            faults.error(
                Code.PRINCIPAL_FORBIDDEN,
                f"`{element}` may not stand in this kind of policy",
                (*draft.at, element),
                on_key=True,
                help="remove it: who the policy is about follows from what it hangs on",
                aws=faults.rules.text or "Policy document should not specify a principal.",
            )


def _may_negate(draft: Draft, faults: Faults) -> None:
    at = (*draft.at, "NotPrincipal")
    if not faults.rules.not_principal:
        faults.error(
            Code.NOT_PRINCIPAL_FORBIDDEN,
            "`NotPrincipal` may not stand in this kind of policy",
            at,
            on_key=True,
            help="use `Principal`, and conditions on `aws:PrincipalArn` for exceptions",
        )
    elif draft.effect is Effect.ALLOW:
        faults.error(
            Code.NOT_PRINCIPAL_FORBIDDEN,
            "`NotPrincipal` may stand only beside `Deny`",
            at,
            on_key=True,
            help="an Allow must say whom it allows: use `Principal`",
        )


def _values(written: object, at: Pointer, element: str, faults: Faults) -> Places[PrincipalPattern]:
    if written == "*":
        return (Placed(STAR, at),)
    if isinstance(written, str):
        faults.error(
            Code.BAD_PRINCIPAL,
            f'`{written}` is not a principal: only `"*"` may stand without a type',
            at,
            help='write `{"AWS": "ARN"}`, `{"Service": "NAME"}` or `{"Federated": "PROVIDER"}`',
            aws=faults.rules.principal_text,
        )
        return ()
    if not is_object(written):
        faults.syntax(
            Code.WRONG_TYPE,
            f'`{element}` is {described(written)}, not `"*"` or an object',
            at,
            help='write `"*"` or an object such as `{"AWS": "ARN"}`',
            aws=_shape_text(written, faults),
        )
        return ()
    return _typed(written, at, element, faults)


def _typed(written: Mapping[str, object], at: Pointer, element: str, faults: Faults) -> Places[PrincipalPattern]:
    found: list[Placed[PrincipalPattern]] = []
    known = {str(t): t for t in PrincipalType if t is not PrincipalType.STAR}
    for key, value in written.items():
        if key not in known or known[key] not in faults.rules.principal_types:
            _bad_type(key, (*at, key), faults)
            continue
        if value in _NOBODY:
            continue
        for place in texts(value, (*at, key), f"{element}.{key}", faults, aws=_shape_text(value, faults)):
            pattern = PrincipalPattern(known[key], place.value)
            found.append(Placed(pattern, place.at))
            _check(pattern, place.at, faults)
    if all(value in _NOBODY for value in written.values()):
        faults.error(
            Code.NO_PRINCIPAL,
            f"`{element}` names nobody",
            at,
            help='name at least one principal, or write `"*"`',
            aws=faults.rules.principal_text,
        )
    return tuple(found)


def _shape_text(written: object, faults: Faults) -> str | None:
    """AWS's message for a value of the wrong shape: Lambda tells `null` and empty ones apart from others."""
    if written in _NOBODY:
        return faults.rules.principal_text
    return None if written is None else faults.rules.principal_shape_text


def _bad_type(key: str, at: Pointer, faults: Faults) -> None:
    allowed = ", ".join(f"`{t}`" for t in sorted(faults.rules.principal_types - {PrincipalType.STAR}))
    faults.error(
        Code.PRINCIPAL_TYPE,
        f"`{key}` is not a type of principal that may stand here",
        at,
        on_key=True,
        help=f"use one of {allowed}",
    )


def _check(pattern: PrincipalPattern, at: Pointer, faults: Faults) -> None:
    match pattern.type:
        case PrincipalType.AWS:
            _check_aws(pattern.value, at, faults)
        case PrincipalType.SERVICE:
            _check_service(pattern.value, at, faults)
        case PrincipalType.FEDERATED:
            _check_federated(pattern.value, at, faults)
        case PrincipalType.CANONICAL_USER:
            _check_canonical(pattern.value, at, faults)
        case PrincipalType.STAR:
            pass


def is_aws_principal(text: str) -> bool:
    """Tell whether `text` is a form that may stand under `AWS`: account, root, user, role, session or id (G10)."""
    return text == "*" or any(form.fullmatch(text) for form in (_ACCOUNT, _ARN, _ID))


def is_account_wide(text: str) -> bool:
    """Tell whether `text` stands for a whole account, or for everyone."""
    return text == "*" or _ACCOUNT.fullmatch(text) is not None or _ROOT.fullmatch(text) is not None


def account_root(text: str, partition: str = "aws") -> str | None:
    """Give the root ARN of an account id, which AWS writes in its place; `None` for anything else (semantics L10)."""
    return f"arn:{partition}:iam::{text}:root" if _ACCOUNT.fullmatch(text) else None


def is_service_principal(text: str) -> bool:
    """Tell whether `text` has the form of a service principal: a domain name (semantics G10)."""
    return _DOMAIN.fullmatch(text) is not None


def is_service_of_aws(text: str) -> bool:
    """Tell whether `text` is a service principal under one of AWS's own domains, which Lambda looks for (L10)."""
    return is_service_principal(text) and text.endswith(_DOMAINS_OF_AWS)


def _check_aws(text: str, at: Pointer, faults: Faults) -> None:
    if text == "*":
        return
    if "*" in text or "?" in text:
        _wildcard(text, "AWS", at, faults)
    elif _ID.fullmatch(text):
        faults.warn(
            Code.PRINCIPAL_ID,
            f"`{text}` is the id of a user or role, which AWS shows where that user or role was deleted",
            at,
            help="name the user or role by its ARN",
        )
    elif not is_aws_principal(text):
        faults.error(
            Code.BAD_PRINCIPAL,
            f"`{text}` is not an account, user, role or session",
            at,
            help="write an account id, or the ARN of a user, role or session; a group cannot be a principal",
            aws=_aws_text(text, "AWS", faults),
        )


def _aws_text(text: str, key: str, faults: Faults) -> str:
    if faults.rules.iam:
        return f'Invalid principal in policy: "{key}":"{text}"'
    return faults.rules.principal_text


def _wildcard(text: str, key: str, at: Pointer, faults: Faults) -> None:
    message = f"a wildcard inside a principal matches nothing: `{text}`"
    hint = 'write `"*"` with a condition on `aws:PrincipalArn` (ArnLike), or name the principals'
    if faults.rules.principals_exist:
        faults.error(Code.PRINCIPAL_WILDCARD, message, at, help=hint, aws=_aws_text(text, key, faults))
    else:
        faults.warn(Code.PRINCIPAL_WILDCARD, message, at, help=hint)


def _check_service(text: str, at: Pointer, faults: Faults) -> None:
    if "*" in text or "?" in text:
        _wildcard(text, "SERVICE", at, faults)
    elif not is_service_principal(text):
        faults.error(
            Code.BAD_PRINCIPAL,
            f"`{text}` is not a service principal",
            at,
            help="write the service's full name, such as `lambda.amazonaws.com`",
            aws=_aws_text(text, "SERVICE", faults),
        )


def _check_federated(text: str, at: Pointer, faults: Faults) -> None:
    if not faults.rules.iam:
        faults.warn(
            Code.PRINCIPAL_TYPE,
            f"the federated principal `{text}` never calls with this policy: it means something in trust policies only",
            at,
            help="name the role its users assume",
        )
    elif not _PROVIDER.fullmatch(text) and not _DOMAIN.fullmatch(text):
        faults.error(
            Code.BAD_PRINCIPAL,
            f"`{text}` is not an identity provider",
            at,
            help="write the ARN of a SAML or OIDC provider, or `cognito-identity.amazonaws.com` and its like",
            aws="Federated principals must be valid domain names or SAML metadata ARNs",
        )


def _check_canonical(text: str, at: Pointer, faults: Faults) -> None:
    if not _CANONICAL.fullmatch(text):
        faults.error(
            Code.BAD_PRINCIPAL,
            f"`{text}` is not a canonical user id",
            at,
            help="write the 64 hexadecimal digits, or the account's ARN under `AWS`",
            aws=faults.rules.principal_text,
        )
