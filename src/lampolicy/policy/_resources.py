"""`Resource` and `NotResource`: which statement needs them, and what IAM checks of an ARN (G8, G20, M7, M8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lampolicy.diagnostic import Code
from lampolicy.policy._arn_words import IAM_PATHS, NEWER_IAM_PATHS, PARTITIONS, S3_REGIONAL
from lampolicy.policy._draft import Chosen, Draft, Placed, choose, texts
from lampolicy.policy._faults import Faults
from lampolicy.policy._kinds import Presence

_PARTS: Final = 6
_ACCOUNT: Final = re.compile(r"[0-9*?]*|aws|.*\$\{.*", re.ASCII)


def read_resources(draft: Draft, faults: Faults) -> None:
    """Read the statement's resources into the draft."""
    element = choose(draft, "Resource")
    if element is None:
        _none(draft, faults)
        return
    if faults.rules.resource is Presence.FORBIDDEN:
        _forbidden(draft, faults)
        return
    if "Resource" in draft.raw and "NotResource" in draft.raw:
        faults.syntax(
            Code.RESOURCE_AND_NOT_RESOURCE,
            "the statement has both `Resource` and `NotResource`",
            (*draft.at, "NotResource"),
            on_key=True,
            help="keep one of them; split the statement if you need both",
        )
    at = (*draft.at, element)
    written = draft.raw[element]
    places = texts(written, at, element, faults, nulls=True)
    if written in ([], ()):
        _empty(element, draft, faults)
    for place in places:
        if not (faults.rules.arn_format and _refused(place, faults)):
            _lint(place, faults)
    if places or isinstance(written, list):
        draft.resources = Chosen(element, places, element == "NotResource")


def _none(draft: Draft, faults: Faults) -> None:
    if faults.rules.resource is Presence.REQUIRED:
        faults.error(
            Code.NO_RESOURCE,
            "the statement has neither `Resource` nor `NotResource`",
            draft.at,
            help='add `"Resource": "*"`, or the ARNs it is about',
            aws=faults.rules.text or _missing_text(faults),
        )


def _missing_text(faults: Faults) -> str:
    return "Policy statement must contain resources." if faults.rules.iam else "Missing required field Resource"


def _empty(element: str, draft: Draft, faults: Faults) -> None:
    faults.error(
        Code.NO_RESOURCE,
        f"`{element}` is empty",
        (*draft.at, element),
        help="name at least one resource, or remove the statement",
        aws=None if faults.rules.text else "Policy statement must contain resources.",
    )


def _forbidden(draft: Draft, faults: Faults) -> None:
    for element in ("Resource", "NotResource"):
        if element in draft.raw:
            faults.error(
                Code.RESOURCE_FORBIDDEN,
                f"`{element}` may not stand in this kind of policy",
                (*draft.at, element),
                on_key=True,
                help="remove it: the resource is what the policy hangs on",
                aws=f"Has prohibited field {element}.",
            )


def _refused(place: Placed[str], faults: Faults) -> bool:
    """Check an ARN as IAM does when it stores a policy, and note the first fault only."""
    for code, message, help_, aws in _faults_of(place.value):
        faults.error(code, message, place.at, help=help_, aws=None if faults.rules.text else aws)
        return True
    return False


def _faults_of(text: str) -> Iterator[tuple[Code, str, str, str]]:
    if text == "*":
        return
    parts = text.split(":", _PARTS - 1)
    if parts[0] != "arn" or len(parts) == 1:
        yield (
            Code.RESOURCE_NOT_ARN,
            f"`{text}` is not an ARN",
            "write an ARN, or `*`",
            f'Resource {text} must be in ARN format or "*".',
        )
        return
    yield from _partition(parts)
    yield from _service(parts)
    yield from _legacy(text, parts)
    yield from _region(text, parts)
    yield from _iam_path(parts)


def _partition(parts: list[str]) -> Iterator[tuple[Code, str, str, str]]:
    if parts[1] != "*" and parts[1] not in PARTITIONS:
        filled = [part or "*" if len(parts) <= index else part for index, part in enumerate(parts)]
        filled += ["*"] * (_PARTS - len(filled))
        yield (
            Code.RESOURCE_PARTITION,
            f"`{parts[1]}` is not a partition of AWS",
            "write `aws`, `aws-cn`, `aws-us-gov` ... or `*`",
            f'Partition "{parts[1]}" is not valid for resource "{":".join(filled)}".',
        )


def _service(parts: list[str]) -> Iterator[tuple[Code, str, str, str]]:
    wild = len(parts) > 2 and parts[1] != "*" and ("*" in parts[2] or "?" in parts[2])
    if len(parts) == 2 or wild:
        yield (
            Code.RESOURCE_SERVICE,
            f"the ARN does not say which service in full: `{parts[2] if wild else ''}`",
            "write the service's prefix without wildcards: `arn:aws:lambda:...`",
            "Resource vendor must be fully qualified and cannot contain regexes.",
        )


def _legacy(text: str, parts: list[str]) -> Iterator[tuple[Code, str, str, str]]:
    short = len(parts) < _PARTS and "::" in text
    if short or parts[2] == "":
        yield (
            Code.RESOURCE_PARTS,
            f"`{text}` has {'too few parts' if short else 'no service'}",
            "write all six parts: `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`; an S3 bucket is `arn:aws:s3:::BUCKET`",
            "The policy failed legacy parsing",
        )


def _region(text: str, parts: list[str]) -> Iterator[tuple[Code, str, str, str]]:
    resource = parts[5] if len(parts) == _PARTS else ""
    regional = len(parts) < 5 or parts[3] != ""
    if parts[2] == "iam" and regional:
        yield (
            Code.RESOURCE_REGION,
            f"`{text}` names a region, but IAM has none",
            "leave the region empty: `arn:aws:iam::ACCOUNT:...`",
            f"IAM resource {text} cannot contain region information.",
        )
    elif parts[2] == "s3" and regional and not resource.startswith(S3_REGIONAL):
        yield (
            Code.RESOURCE_REGION,
            f"`{text}` names a region, but buckets have none in their ARN",
            "leave region and account empty: `arn:aws:s3:::BUCKET`",
            f"Resource {text} can not contain region information.",
        )


def _iam_path(parts: list[str]) -> Iterator[tuple[Code, str, str, str]]:
    if parts[2] != "iam" or len(parts) < _PARTS:
        return
    if parts[5] != "*" and not parts[5].startswith((*IAM_PATHS, *NEWER_IAM_PATHS)):
        yield (
            Code.RESOURCE_IAM_PATH,
            f"`{parts[5]}` is no resource of IAM",
            'begin it with "user/", "role/", "policy/" ..., or write `*`',
            f'IAM resource path must either be "*" or start with {", ".join(IAM_PATHS)}.',
        )


def _lint(place: Placed[str], faults: Faults) -> None:
    text = place.value
    if text == "*":
        return
    parts = text.split(":", _PARTS - 1)
    if parts[0] != "arn" and not faults.rules.arn_format:
        faults.warn(
            Code.RESOURCE_NOT_ARN,
            f"`{text}` is not an ARN and matches no resource",
            place.at,
            help="write an ARN, or `*`",
        )
    elif len(parts) < _PARTS:
        faults.warn(
            Code.SHORT_ARN,
            f"`{text}` has fewer than six parts",
            place.at,
            help="write all six parts, with `*` where anything will do: `arn:aws:lambda:*:*:*`",
        )
    elif any(part.endswith("*") for part in parts[:4]) and not _ACCOUNT.fullmatch(parts[4]):
        faults.warn(
            Code.WILDCARD_ACROSS_PARTS,
            f"in `{text}` the account would be `{parts[4]}`, but the `*` before it may run over colons",
            place.at,
            help="write region and account, each with a `*` of its own: `arn:aws:lambda:*:*:function:NAME`",
        )
