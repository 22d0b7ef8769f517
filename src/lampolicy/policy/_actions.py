"""`Action` and `NotAction`: exactly one of them, each value `*` or `vendor:name` (semantics G7, G21)."""

from __future__ import annotations

import re
from typing import Final

from lampolicy.diagnostic import Code
from lampolicy.policy._draft import Chosen, Draft, Placed, choose, texts
from lampolicy.policy._faults import Faults

_VENDOR: Final = re.compile(r"[A-Za-z0-9.-]+|\*", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z0-9*?]+", re.ASCII)


def read_actions(draft: Draft, faults: Faults) -> None:
    """Read the statement's actions into the draft."""
    if "Action" in draft.raw and "NotAction" in draft.raw:
        faults.syntax(
            Code.ACTION_AND_NOT_ACTION,
            "the statement has both `Action` and `NotAction`",
            (*draft.at, "NotAction"),
            on_key=True,
            help="keep one of them; split the statement if you need both",
        )
    element = choose(draft, "Action")
    if element is None:
        _none(draft, faults)
        return
    if element == "NotAction" and not faults.rules.not_action:
        faults.error(
            Code.NOT_ACTION_FORBIDDEN,
            "`NotAction` may not stand in this kind of policy",
            (*draft.at, element),
            on_key=True,
            help="list the actions under `Action`",
        )
    at = (*draft.at, element)
    written = draft.raw[element]
    places = texts(written, at, element, faults)
    if written in ([], ()):
        faults.error(
            Code.NO_ACTION,
            f"`{element}` is empty",
            at,
            help="name at least one action, or remove the statement",
            aws=None if faults.rules.text else "Policy statement must contain actions.",
        )
    for place in places:
        _check(place, faults)
    if places:
        draft.actions = Chosen(element, places, element == "NotAction")


def _none(draft: Draft, faults: Faults) -> None:
    faults.error(
        Code.NO_ACTION,
        "the statement has neither `Action` nor `NotAction`",
        draft.at,
        help='add `"Action": "service:Name"`',
        aws=None if faults.rules.text else "Policy statement must contain actions.",
    )


def _check(place: Placed[str], faults: Faults) -> None:
    action = place.value
    if action == "*":
        return
    vendor, colon, name = action.partition(":")
    if not colon:
        _refuse(
            Code.ACTION_WITHOUT_VENDOR,
            f"`{action}` names no service",
            place,
            faults,
            help="write `service:Name`, as in `lambda:InvokeFunction`",
            aws="Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        )
    elif ":" in name:
        _refuse(
            Code.ACTION_WITH_TWO_COLONS,
            f"`{action}` has more than one colon",
            place,
            faults,
            help="write `service:Name`",
            aws="Actions/Condition can contain only one colon.",
        )
    elif not _VENDOR.fullmatch(vendor):
        _refuse(
            Code.ACTION_VENDOR,
            f"`{vendor}` is not the name of a service",
            place,
            faults,
            help="write the service's prefix in full: wildcards may stand only behind the colon",
            aws=f"Vendor {vendor} is not valid",
        )
    elif not _NAME.fullmatch(name):
        faults.warn(
            Code.ACTION_MATCHES_NOTHING,
            f"`{action}` matches no action: {_why(name)}",
            place.at,
            help=_hint(action),
        )


def _refuse(code: Code, message: str, place: Placed[str], faults: Faults, *, help: str, aws: str) -> None:  # noqa: A002
    faults.error(code, message, place.at, help=help, aws=None if faults.rules.text else aws)


def _why(name: str) -> str:
    if not name:
        return "its name is empty"
    odd = next(letter for letter in name if not _NAME.fullmatch(letter))
    if odd.isspace():
        return "a blank is part of its name"
    return f"`{odd}` is part of its name"


def _hint(action: str) -> str:
    bare = "".join(action.split())
    if bare != action and _NAME.fullmatch(bare.partition(":")[2]):
        return f"write `{bare}`"
    if "," in action:
        return "write a list with one action each"
    return "write an action's name: letters, digits and wildcards"
