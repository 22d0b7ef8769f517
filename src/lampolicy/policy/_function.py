"""The policies of functions and layer versions as Lambda stores them (semantics L12, L14, L15; recorded writes)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from lampolicy.diagnostic import Code
from lampolicy.names import is_function_arn
from lampolicy.policy._draft import Draft, Placed
from lampolicy.policy._faults import Faults
from lampolicy.policy._principals import is_account_wide
from lampolicy.policy._types import Condition, PrincipalPattern

_LAYER: Final = re.compile(r"arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:layer:[A-Za-z0-9_-]{1,140}:[0-9]{1,18}", re.ASCII)
_KEYS: Final = ("aws:", "lambda:")
_LAYER_ACTION: Final = "lambda:getlayerversion"


def check_function(drafts: Sequence[Draft], faults: Faults) -> None:
    """Demand Lambda's own actions and condition keys, and one and the same function ARN everywhere."""
    for draft in drafts:
        for action in draft.actions.places if draft.actions else ():
            _own_action(action, faults)
        for condition in draft.conditions:
            _own_key(condition.value.key, condition, faults)
        _no_not_resource(draft, faults)
    _one_resource(drafts, is_function_arn, "a function, version or alias", faults)


def check_layer(drafts: Sequence[Draft], faults: Faults) -> None:
    """Demand the one action of layers, and accounts or everyone as principal."""
    for draft in drafts:
        for action in draft.actions.places if draft.actions else ():
            if action.value.lower() != _LAYER_ACTION:
                faults.error(
                    Code.ACTION_NOT_ALLOWED,
                    f"`{action.value}` is not the action of a layer's policy",
                    action.at,
                    help="write `lambda:GetLayerVersion`",
                )
        for principal in draft.principals.places if draft.principals else ():
            _layer_principal(principal, faults)
        _no_not_resource(draft, faults)
    _one_resource(drafts, _is_layer_version, "a layer version", faults)


def _own_action(place: Placed[str], faults: Faults) -> None:
    service = place.value.partition(":")[0].lower()
    if service not in ("lambda", "*"):
        faults.error(
            Code.ACTION_NOT_ALLOWED,
            f"`{place.value}` is not an action of Lambda",
            place.at,
            help="name actions of Lambda, such as `lambda:InvokeFunction`",
        )


def _own_key(key: str, place: Placed[Condition], faults: Faults) -> None:
    if not key.lower().startswith(_KEYS):
        faults.error(
            Code.CONDITION_KEY_PREFIX,
            f"Lambda takes no condition on `{key}`",
            place.at,
            on_key=True,
            help="use a key that begins with `aws:` or `lambda:`",
        )


def _no_not_resource(draft: Draft, faults: Faults) -> None:
    """Lambda takes NotResource only for the very ARN the policy hangs on, and then the statement matches nothing."""
    if "NotResource" in draft.raw:
        faults.error(
            Code.RESOURCE_NOT_OWN,
            "`NotResource` may not stand in this kind of policy",
            (*draft.at, "NotResource"),
            on_key=True,
            help="write `Resource` with the ARN the policy hangs on",
        )


def _resources(drafts: Sequence[Draft]) -> Iterator[Placed[str]]:
    for draft in drafts:
        if draft.resources is not None and not draft.resources.negated:
            yield from draft.resources.places


def _is_layer_version(text: str) -> bool:
    return _LAYER.fullmatch(text) is not None


def _one_resource(drafts: Sequence[Draft], is_one: Callable[[str], bool], wanted: str, faults: Faults) -> None:
    first: str | None = None
    for place in _resources(drafts):
        if not is_one(place.value):
            message = f"`{place.value}` is not the ARN of {wanted}"
        elif first not in (None, place.value):
            message = f"`{place.value}` is another resource than `{first}`: a policy hangs on one only"
        else:
            first = place.value
            continue
        faults.error(
            Code.RESOURCE_NOT_OWN,
            message,
            place.at,
            help="write the ARN the policy hangs on, without wildcards; each version and alias has a policy of its own",
        )


def _layer_principal(place: Placed[PrincipalPattern], faults: Faults) -> None:
    if not is_account_wide(place.value.value):
        faults.error(
            Code.PRINCIPAL_NOT_ALLOWED,
            f"a layer is shared with accounts or with everyone, not with `{place.value.value}`",
            place.at,
            help='write an account id, or `"*"`, with `aws:PrincipalOrgID` for one organization',
        )
