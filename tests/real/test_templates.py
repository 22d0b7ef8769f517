"""The templates of real applications, read without deploying them, against what was exported after deploying them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lampolicy import Organization, Policy
from lampolicy.readers import load, load_template

from .aws import ACCOUNT, REGION, Application, Deployed
from .test_solutions import ALL, Deploying, deploying, pytestmark

__all__ = ["deploying", "pytestmark"]  # the fixture and marks are those of the deployed applications

_CUSTOM = "of type `Custom::"


def read(application: Application, found: Deployed, folder: Path) -> Organization:
    """What the template of an application deploys, under the names the stack really has."""
    template = application.template()
    assert template is not None
    path, names = folder / f"{application.name}.template.json", folder / "resources.json"
    path.write_text(json.dumps(template), encoding="utf-8")
    told = [{"LogicalResourceId": key, "PhysicalResourceId": name} for key, name in found.physical.items()]
    names.write_text(json.dumps({"StackResources": told}), encoding="utf-8")
    loaded = load_template(
        path,
        account=ACCOUNT,
        region=REGION,
        stack=application.name,
        attributes=streams(found),
        stack_exports=[names],
    )

    said = [said.diagnostic.message for said in loaded.diagnostics]
    assert [message for message in said if _CUSTOM not in message] == []
    assert loaded.faults == ()
    return loaded.organization


def streams(found: Deployed) -> dict[str, str]:
    """The streams of tables, whose ARNs tell the moment they were made, and so stand in no template."""
    tables = {f"{arn}/stream/": key for key, arn in found.arns.items() if found.types[key] == "AWS::DynamoDB::Table"}
    sources = [str(mapping.source) for mapping in load(found.folder).organization.event_sources]
    return {f"{key}.StreamArn": source for stem, key in tables.items() for source in sources if source.startswith(stem)}


def statements(policy: Policy | None) -> frozenset[object]:
    """What a policy says, without the ids of its statements: CloudFormation makes those of permissions up."""
    return (
        frozenset()
        if policy is None
        else frozenset(
            (
                s.effect,
                s.actions,
                getattr(s, "resources", None),
                getattr(s, "principals", None),
                frozenset(s.conditions),
            )
            for s in policy.statements
        )
    )


@pytest.mark.parametrize("application", ALL, ids=lambda one: one.name)
class TestEveryTemplate:
    @pytest.fixture
    def both(self, deploying: Deploying, application: Application, tmp_path: Path) -> tuple[Organization, Organization]:
        found = deploying(application)
        return read(application, found, tmp_path), load(found.folder).organization

    def test_roles_are_those_that_were_deployed(self, both: tuple[Organization, Organization]) -> None:
        template, exported = (
            {
                role.arn: (
                    statements(role.trust),
                    frozenset(statements(policy) for policy in role.inline),
                    frozenset(role.attached),
                    role.boundary,
                )
                for role in organization.roles
            }
            for organization in both
        )

        assert template == exported

    def test_functions_are_those_that_were_deployed(self, both: tuple[Organization, Organization]) -> None:
        template, exported = (
            {
                str(function.arn): (
                    function.role,
                    {str(arn): statements(policy) for arn, policy in function.policies},
                    function.configuration,
                )
                for function in organization.functions
            }
            for organization in both
        )

        assert template == exported

    def test_what_is_polled_is_what_was_deployed(self, both: tuple[Organization, Organization]) -> None:
        template, exported = (
            {(m.function, m.kind, m.source, m.enabled, m.on_failure) for m in organization.event_sources}
            for organization in both
        )

        assert template == exported

    def test_resources_have_the_policies_that_were_deployed(self, both: tuple[Organization, Organization]) -> None:
        template, exported = (
            {r.arn: statements(r.policy) for r in organization.resources if r.policy is not None}
            for organization in both
        )

        assert template == exported
