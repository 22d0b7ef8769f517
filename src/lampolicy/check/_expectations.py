"""The form of expected-decision files, as pydantic models; their JSON Schema is published.

Only the form is checked here: whether an alias exists or an expectation makes sense is a matter of `_cases`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field

from lampolicy.check._forms import PrincipalForm, StrictForm, Text, Value
from lampolicy.check._lambda_forms import DeployCheck, InvokeCheck, InvokeUrlCheck, PollCheck, RunCheck, TraceCheck

SideName: TypeAlias = Literal[
    "resource-control-policy",
    "service-control-policy",
    "endpoint-policy",
    "trust-policy",
    "resource-policy",
    "identity-policy",
    "permissions-boundary",
    "session-policy",
]
"""A layer of policies, in the order AWS reports it (semantics E2)."""


class Check(StrictForm):
    """Questions with one expected answer; lists are asked in every combination."""

    principal: PrincipalForm | None = Field(None, description="who asks")
    principals: Annotated[list[PrincipalForm], Field(min_length=1)] | None = Field(None, description="who ask")
    action: Text | None = Field(None, description="the action, as in lambda:InvokeFunction")
    actions: Annotated[list[Text], Field(min_length=1)] | None = Field(None, description="the actions")
    resource: Text | None = Field(None, description="an ARN, *, or a function as NAME or NAME:QUALIFIER")
    resources: Annotated[list[Text], Field(min_length=1)] | None = Field(None, description="the resources")
    context: dict[str, Value] = Field(default_factory=dict[str, Value], description="condition keys of the request")
    resource_account: Text | None = Field(None, description="the owner, where ARN and policies do not tell")
    via: list[Text] = Field(default_factory=list[Text], description="services that forward the caller's call")
    expect: Literal["allow", "deny", "unknown"] = Field(description="the decision")
    reason: Literal["implicit", "explicit"] | None = Field(None, description="the kind of denial")
    blocked_by: SideName | None = Field(None, description="a layer that denies, or is silent where it had to allow")
    statement: Text | None = Field(None, description="the Sid of a statement that decides")


def _some(description: str) -> Any:  # noqa: ANN401 - as pydantic's own Field
    """A list that may be left out, but not left empty."""
    return Field(default_factory=list[Any], min_length=1, description=description)


class Scenario(StrictForm):
    """Questions under one name; at least one list of them."""

    name: Text = Field(description="what the test shows")
    check: list[Check] = _some("single decisions of AWS")
    invoke: list[InvokeCheck] = _some("who may invoke a function")
    invoke_url: list[InvokeUrlCheck] = _some("who may call a function's URL")
    poll: list[PollCheck] = _some("what Lambda may poll for a function")
    run: list[RunCheck] = _some("what a function's code may do")
    deploy: list[DeployCheck] = _some("who may create, change, open or wire a function")
    trace: list[TraceCheck] = _some("whole invocations, from source to target")


class World(StrictForm):
    """The policies that decide, where they are not those of the file's own folder."""

    policies: Text | Annotated[list[Text], Field(min_length=1)] = Field(
        description="files or folders of policies, relative to this file"
    )


class Expectations(StrictForm):
    """An expected-decision file: named principals, and tests that say what AWS must decide."""

    model_config = ConfigDict(title="lampolicy expected decisions", populate_by_name=True)

    schema_: str | None = Field(None, alias="$schema", description="the JSON Schema of this file, for editors")
    world: World | None = Field(None, description="where the policies are; without it, the folder of this file")
    principals: dict[str, PrincipalForm] = Field(
        default_factory=dict[str, PrincipalForm], description="principals by the names the tests call them"
    )
    tests: list[Scenario] = Field(min_length=1, description="the tests")


def schema() -> dict[str, object]:
    """The JSON Schema of expected-decision files, draft 2020-12, as `docs/reference/schemas/` publishes it."""
    found = Expectations.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
