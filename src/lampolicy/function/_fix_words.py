"""Where granting would be unwise: why, and what to do rather."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from lampolicy.decision import Side
from lampolicy.function._fix_narrow import OWN_FUNCTIONS
from lampolicy.function._fix_types import Grant, Removal
from lampolicy.function._json_values import conditions_of
from lampolicy.function._place import Place
from lampolicy.names import Arn
from lampolicy.policy import Policy, PolicyKind

Advice: TypeAlias = tuple[str, str | None]
"""Why it is unwise, and the safer way if there is one."""

_ADDING: Final = re.compile(r"aws lambda add-")


def advice(grants: Iterable[Grant], removals: Iterable[Removal]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the cautions about a fix, and what would be safer, each said once."""
    found = [one for removal in removals for one in _of_removal(removal)]
    found += [one for grant in grants for one in _of_grant(grant)]
    cautions = dict.fromkeys(caution for caution, _ in found)
    safer = dict.fromkeys(better for _, better in found if better is not None)
    return tuple(cautions), tuple(safer)


def _of_grant(grant: Grant) -> Iterator[Advice]:
    principal, statement = grant.statement.get("Principal"), grant.statement
    match principal:
        case "*" | {"AWS": "*"}:
            yield _public(grant.place, statement)
        case {"AWS": str(name)} if name.endswith(":root") and grant.place.kind is not PolicyKind.LAYER:
            yield _account(name)
        case {"Service": str(name)}:
            yield from _service(name, grant.place, statement)
        case _:
            pass
    yield from _passing(statement)
    yield from _rail(grant.place)


def _public(place: Place, statement: Mapping[str, object]) -> Advice:
    told = "anybody on the internet gets it, without any credentials"
    if place.kind is PolicyKind.LAYER:
        return "every AWS account gets it", "name the account that uses the layer"
    if place.kind is not PolicyKind.FUNCTION:
        return told, "let callers sign, and grant it to the roles they use"
    safer = "give the function URL the AuthType `AWS_IAM` and grant it to the roles that call it"
    if "Condition" not in statement:
        return f"{told}, and through Invoke as well as through a function URL", safer
    return told, safer


def _account(root: str) -> Advice:
    account = Arn.parse(root).account
    return (
        f"the whole account {account} gets it: whoever its own policies allow it there",
        f"name the one role or user of account {account} that needs it",
    )


def _service(name: str, place: Place, statement: Mapping[str, object]) -> Iterator[Advice]:
    keys = _condition_keys(statement)
    if place.side is Side.TRUST and name in OWN_FUNCTIONS:
        return
    if not keys & {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "lambda:eventsourcetoken"}:
        yield (
            f"nothing says on whose behalf {name} acts: every customer of that service could have it act here",
            f"ask for {name} with its source, so that the statement names it: --source-arn, --source-account",
        )
    elif name == "s3.amazonaws.com" and "aws:sourceaccount" not in keys:
        yield (
            "the name of a deleted bucket can be taken by anybody: the ARN alone does not tell whose it is",
            "name the account of the bucket as well: --source-account",
        )


def _passing(statement: Mapping[str, object]) -> Iterator[Advice]:
    if str(statement["Action"]).lower() != "iam:passrole":
        return
    if statement.get("Resource") == "*":
        yield "every role of the account could be handed over, those of administrators included", "name the one role"
    if "iam:passedtoservice" not in _condition_keys(statement):
        yield (
            "the role could be handed to any service",
            "condition it on iam:PassedToService, as lambda.amazonaws.com",
        )


def _rail(place: Place) -> Iterator[Advice]:
    if place.side is Side.SERVICE_CONTROL:
        yield "a service control policy binds every account below it: its owner has to agree", None
    elif place.side is Side.BOUNDARY:
        yield "a boundary is there to limit what its holder can ever have, and may bound others too", None


def _of_removal(removal: Removal) -> Iterator[Advice]:
    told = f"a Deny is rarely an accident: ask why {removal.name} is there"
    if removal.reads:
        keys = ", ".join(removal.reads)
        yield told, f"tell what the request carries as {keys}: the Deny reads it, and may not concern the real call"
    yield told, "narrow the Deny to what it is meant to stop, rather than remove it"


def replacing(place: Place, before: tuple[Policy, ...], command: str | None) -> Iterator[str]:
    """Warn of a command that replaces a whole policy of which nothing is known here."""
    whole = command is not None and place.side is Side.RESOURCE and not _ADDING.match(command)
    if whole and not before:
        yield f"no policy of {place.holder} is known here: if it has one, the command would replace it"


def _condition_keys(statement: Mapping[str, object]) -> set[str]:
    return {key.lower() for _, key, _ in conditions_of(statement)}
