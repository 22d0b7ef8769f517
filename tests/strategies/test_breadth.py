"""The generators hit everything: an agreement on what never occurs shows nothing."""

from __future__ import annotations

from collections import Counter

import pytest

from lampolicy.policy import BaseOperator, PolicyKind
from lampolicy.testing._compare import by_reference
from lampolicy.testing._worlds import kind_of
from lampolicy.testing.worlds import Tally, worlds

PRINCIPALS = ("User", "RoleSession", "FederatedUser", "Root", "Service", "Anonymous", "WebIdentity", "Saml")
LAYERS = ("resource_control", "service_control", "endpoint", "resource", "identity", "boundary", "session")
DENYING = tuple(kind for kind in PolicyKind if kind is not PolicyKind.LAYER)
GRANTING = ("function", "layer", "bucket", "queue", "topic", "secret", "resource", "key", "trust", "identity")
RULES = ("E10", "E17")
MISSING = (
    "service control policy",
    "VPC endpoint policy",
    "role trust policy",
    "resource-based policy",
    "identity-based policy",
    "permissions boundary",
    "session policy",
)


@pytest.fixture(scope="module")
def tally() -> Tally:
    found = Tally()
    for number, world in enumerate(worlds(12_000, seed=7)):
        found.count_answer(world, by_reference(world))
        if number % 2 == 0:
            found.count_policies(world)
    return found


@pytest.mark.parametrize("base", BaseOperator)
def test_every_operator_occurs(tally: Tally, base: BaseOperator) -> None:
    assert tally.groups["operator"][base] > 0


@pytest.mark.parametrize("quantifier", ["plain", "ForAllValues", "ForAnyValue"])
@pytest.mark.parametrize("suffix", ["", " IfExists"])
def test_every_form_of_an_operator_occurs(tally: Tally, quantifier: str, suffix: str) -> None:
    assert tally.groups["operator form"][quantifier + suffix] > 0


@pytest.mark.parametrize("name", PRINCIPALS)
def test_every_kind_of_caller_occurs(tally: Tally, name: str) -> None:
    assert tally.groups["principal"][name] > 0


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_occurs(tally: Tally, name: str) -> None:
    assert tally.groups["layer"][name] > 0


@pytest.mark.parametrize("kind", PolicyKind)
def test_every_kind_of_policy_occurs(tally: Tally, kind: PolicyKind) -> None:
    assert tally.groups["policy kind"][kind] > 0


@pytest.mark.parametrize("word", ["allow", "explicit_deny", "implicit_deny", "undetermined", "refused"])
def test_every_decision_occurs(tally: Tally, word: str) -> None:
    assert tally.groups["decision"][word] > 0


@pytest.mark.parametrize("kind", DENYING)
def test_every_kind_of_policy_denies_now_and_then(tally: Tally, kind: PolicyKind) -> None:
    assert tally.groups["denied by"][kind] > 0


@pytest.mark.parametrize("source", GRANTING + RULES)
def test_everything_that_can_grant_grants_now_and_then(tally: Tally, source: str) -> None:
    assert tally.groups["granted by"][source] > 0


@pytest.mark.parametrize("side", MISSING)
def test_every_side_is_missing_now_and_then(tally: Tally, side: str) -> None:
    assert tally.groups["missing"][side] > 0


@pytest.mark.parametrize(
    "element", ["NotAction", "NotResource", "NotPrincipal", "variable in a condition", "variable in a resource"]
)
def test_every_element_of_the_language_occurs(tally: Tally, element: str) -> None:
    assert tally.groups["element"][element] > 0


def test_both_versions_of_the_language_occur(tally: Tally) -> None:
    assert set(tally.groups["version"]) == {"2008-10-17", "2012-10-17"}


def test_answers_hang_on_one_test_on_several_and_on_too_many_to_try(tally: Tally) -> None:
    outcomes = tally.groups["undetermined outcomes"]
    assert outcomes["2"] > 0
    assert outcomes["4"] > 0


def test_no_decision_drowns_the_others(tally: Tally) -> None:
    decisions = tally.groups["decision"]
    for word in ("allow", "explicit_deny", "implicit_deny"):
        assert decisions[word] > tally.worlds / 10


def test_requests_of_every_shape_occur() -> None:
    shapes: Counter[str] = Counter()
    for world in worlds(6_000, seed=8):
        request = world.request
        account = request.principal.account
        shapes["within the account"] += account is not None and account == request.known_owner
        shapes["across accounts"] += account is not None and request.known_owner not in {None, account}
        shapes["without a resource"] += request.resource == "*"
        shapes["owner given"] += request.resource_account is not None
        shapes["forwarded"] += bool(request.via)
        shapes["list in the context"] += any(isinstance(v, list) for v in request.context.values())
        shapes["empty list"] += [] in request.context.values()
        shapes["empty text"] += "" in request.context.values()
        shapes["number or truth value"] += any(isinstance(v, bool | int | float) for v in request.context.values())
        shapes["key in capitals"] += any(key.isupper() for key in request.context)
        shapes["outside the basic plane"] += any("\U00010400" in str(v) for v in request.context.values())
        shapes["what if"] += world.what_if
        shapes["service-linked role"] += "/aws-service-role/" in request.principal.caller_arn or (
            kind_of(request.principal) == "RoleSession" and getattr(request.principal, "service_linked", False)
        )
        shapes["management account"] += world.policies.management_account is not None and (
            world.policies.management_account in {account, request.owner}
        )
        shapes["several levels"] += len(world.policies.service_control) > 1
    assert all(count > 0 for count in shapes.values()), shapes
    assert len(shapes) == 15
