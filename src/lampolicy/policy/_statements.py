"""One statement: its elements, and the typed statement they make (semantics G2, G5, G6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, cast

from lampolicy.diagnostic import Code, Pointer
from lampolicy.policy._actions import read_actions
from lampolicy.policy._conditions import read_conditions
from lampolicy.policy._draft import Draft
from lampolicy.policy._faults import Faults
from lampolicy.policy._principals import read_principals
from lampolicy.policy._resources import read_resources
from lampolicy.policy._shape import described, is_object
from lampolicy.policy._types import (
    BoundaryStatement,
    BucketStatement,
    Effect,
    EndpointStatement,
    FunctionStatement,
    IdentityStatement,
    KeyStatement,
    LayerStatement,
    PolicyKind,
    QueueStatement,
    ResourceControlStatement,
    ResourceStatement,
    SecretStatement,
    Selection,
    ServiceControlStatement,
    SessionStatement,
    Statement,
    TopicStatement,
    TrustStatement,
    Version,
)
from lampolicy.policy._variables import lint_resource, not_read

K = PolicyKind
ELEMENTS: Final = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
"""Every element a statement may have, in the order AWS writes them."""

_SID: Final = re.compile(r"[A-Za-z0-9]*", re.ASCII)
_CLASSES: Final = MappingProxyType(
    {
        K.IDENTITY: IdentityStatement,
        K.BOUNDARY: BoundaryStatement,
        K.SESSION: SessionStatement,
        K.SERVICE_CONTROL: ServiceControlStatement,
        K.RESOURCE_CONTROL: ResourceControlStatement,
        K.TRUST: TrustStatement,
        K.FUNCTION: FunctionStatement,
        K.LAYER: LayerStatement,
        K.BUCKET: BucketStatement,
        K.QUEUE: QueueStatement,
        K.TOPIC: TopicStatement,
        K.SECRET: SecretStatement,
        K.KEY: KeyStatement,
        K.RESOURCE: ResourceStatement,
        K.ENDPOINT: EndpointStatement,
    }
)
_IDENTITY_SIDE: Final = frozenset({K.IDENTITY, K.BOUNDARY, K.SESSION, K.SERVICE_CONTROL})


def read_statement(written: object, at: Pointer, version: Version, faults: Faults) -> Draft | None:
    """Read one statement; `None` if it is no object at all."""
    if not is_object(written):
        faults.syntax(
            Code.WRONG_TYPE,
            f"a statement is {described(written)}, not an object",
            at,
            help='write `{"Effect": ..., "Action": ..., ...}`',
        )
        return None
    draft = Draft(written, at, version)
    _unknown_elements(written, at, faults)
    _sid(draft, faults)
    _effect(draft, faults)
    read_principals(draft, faults)
    read_actions(draft, faults)
    read_resources(draft, faults)
    read_conditions(draft, faults)
    _lint_variables(draft, faults)
    return draft


def build(draft: Draft, kind: PolicyKind) -> Statement:
    """Make the typed statement of a draft without faults."""
    make = cast("Callable[..., Statement]", _CLASSES[kind])
    parts: dict[str, object] = {
        "effect": draft.effect,
        "actions": None if draft.actions is None else draft.actions.selection,
        "conditions": tuple(place.value for place in draft.conditions),
        "sid": draft.sid,
    }
    if kind is not K.TRUST:
        parts["resources"] = None if draft.resources is None else draft.resources.selection
    if kind not in _IDENTITY_SIDE:
        parts["principals"] = _principals(draft)
    return make(**parts)


def _principals(draft: Draft) -> Selection[object] | None:
    return None if draft.principals is None else cast("Selection[object]", draft.principals.selection)


def _unknown_elements(written: Mapping[str, object], at: Pointer, faults: Faults) -> None:
    for key in written:
        if key not in ELEMENTS:
            near = next((name for name in ELEMENTS if name.lower() == key.lower()), None)
            faults.syntax(
                Code.UNKNOWN_ELEMENT,
                f"`{key}` is not an element of a statement",
                (*at, key),
                on_key=True,
                help=f"write `{near}`: case counts" if near else "remove it",
            )


def _sid(draft: Draft, faults: Faults) -> None:
    if "Sid" not in draft.raw:
        return
    sid = draft.raw["Sid"]
    at = (*draft.at, "Sid")
    if not isinstance(sid, str):
        faults.syntax(Code.WRONG_TYPE, f"`Sid` is {described(sid)}, not a text", at, help="write a text")
        return
    draft.sid = sid
    if faults.rules.iam and not _SID.fullmatch(sid):
        faults.error(
            Code.BAD_SID,
            f"`{sid}` is not a Sid that IAM takes",
            at,
            help="use letters and digits only",
            aws="Statement IDs (SID) must be alpha-numeric. "
            "Check that your input satisfies the regular expression [0-9A-Za-z]*",
        )


def _effect(draft: Draft, faults: Faults) -> None:
    if "Effect" not in draft.raw:
        faults.syntax(
            Code.MISSING_ELEMENT, "the statement has no `Effect`", draft.at, help='add `"Effect": "Allow"` or `"Deny"`'
        )
        return
    written = draft.raw["Effect"]
    at = (*draft.at, "Effect")
    if not isinstance(written, str):
        faults.syntax(
            Code.WRONG_TYPE, f"`Effect` is {described(written)}, not a text", at, help='write `"Allow"` or `"Deny"`'
        )
    elif written in frozenset(Effect):
        draft.effect = Effect(written)
        _effect_allowed(draft.effect, at, faults)
    else:
        _bad_effect(written, at, faults)


def _effect_allowed(effect: Effect, at: Pointer, faults: Faults) -> None:
    if effect not in faults.rules.effects:
        only = " or ".join(f"`{e}`" for e in sorted(faults.rules.effects))
        faults.error(
            Code.EFFECT_FORBIDDEN, f"`{effect}` may not stand in this kind of policy", at, help=f"it takes {only} only"
        )


def _bad_effect(written: str, at: Pointer, faults: Faults) -> None:
    proper = written.capitalize()
    if proper in frozenset(Effect):
        faults.error(
            Code.BAD_EFFECT,
            f"`{written}` is not an effect: case counts",
            at,
            help=f"write `{proper}`",
            aws=None if faults.rules.text else "The policy failed legacy parsing",
        )
    else:
        faults.syntax(Code.BAD_EFFECT, f"`{written}` is not an effect", at, help="write `Allow` or `Deny`")


def _lint_variables(draft: Draft, faults: Faults) -> None:
    for place in draft.resources.places if draft.resources else ():
        lint_resource(place.value, place.at, draft.version, faults)
    for principal in draft.principals.places if draft.principals else ():
        if "${" in principal.value.value:
            not_read(principal.value.value, principal.at, "in a principal", faults)
