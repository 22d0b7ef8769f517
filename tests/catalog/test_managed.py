"""AWS's managed policies for Lambda (L23): known by name, and the same as where else their text is at hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from lampolicy.catalog import managed_policies, managed_policy
from lampolicy.policy import Policy, PolicyKind

PREFIX = "arn:aws:iam::aws:policy/"
OF_L23 = (
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
    "service-role/AWSLambdaSQSQueueExecutionRole",
    "service-role/AWSLambdaKinesisExecutionRole",
    "service-role/AWSLambdaDynamoDBExecutionRole",
    "service-role/AWSLambdaMSKExecutionRole",
    "service-role/AWSLambdaRole",
    "service-role/AWSLambdaBasicDurableExecutionRolePolicy",
    "service-role/AWSLambdaENIManagementAccess",
    "service-role/AmazonS3ObjectLambdaExecutionRolePolicy",
    "AWSLambdaInvocation-DynamoDB",
    "AWSLambdaExecute",
    "AWSLambda_FullAccess",
    "AWSLambda_ReadOnlyAccess",
    "AWSXRayDaemonWriteAccess",
    "CloudWatchLambdaInsightsExecutionRolePolicy",
)
OF_SAM = ("AWSXrayWriteOnlyAccess",)
"""What the transform of SAM attaches beside those of L23: to a function that traces."""
KNOWN = OF_L23 + OF_SAM


def test_all_that_a_role_or_person_can_be_given_are_known() -> None:
    assert set(managed_policies()) == {PREFIX + name for name in KNOWN}


@pytest.mark.parametrize("name", KNOWN)
def test_each_is_a_policy_without_a_fault(name: str) -> None:
    document = managed_policy(PREFIX + name)

    assert document is not None
    assert Policy.parse(document, kind=PolicyKind.IDENTITY).warnings == ()


@pytest.mark.parametrize("arn", ["arn:aws:iam::111122223333:policy/AWSLambdaExecute", "AWSLambdaExecute", PREFIX])
def test_others_are_not(arn: str) -> None:
    assert managed_policy(arn) is None


@pytest.mark.parametrize("name", KNOWN)
def test_each_grants_what_moto_knows_it_to_grant(name: str) -> None:
    moto = pytest.importorskip("moto.iam.aws_managed_policies", reason="moto carries them")
    theirs: dict[str, Any] = json.loads(moto.aws_managed_policies_data)[name.rpartition("/")[2]]
    ours = managed_policy(PREFIX + name)

    assert ours is not None
    assert theirs["Path"] == f"/{name.rpartition('/')[0]}/".replace("//", "/")
    assert set(_grants(ours)) == set(_grants(theirs["Document"]))


def _grants(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for statement in document["Statement"]:
        condition = json.dumps(statement.get("Condition"), sort_keys=True)
        for action in _listed(statement["Action"]):
            for resource in _listed(statement["Resource"]):
                yield action, resource, condition


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
