"""The form of expected-decision files, as pydantic models; their JSON Schema is published.

Only the form is checked here: whether an alias exists or an expectation makes sense is a matter of `_cases`.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

Text: TypeAlias = Annotated[str, Field(min_length=1)]

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


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class UserForm(_Form):
    """An IAM user."""

    user: Text = Field(description="the user's ARN with its path")
    unique_id: Text | None = Field(None, description="its AIDA... id")
    tags: dict[str, str] = Field(default_factory=dict[str, str], description="its tags: aws:PrincipalTag/KEY")


class RoleForm(_Form):
    """A session of a role."""

    role: Text = Field(description="the role's ARN with its path, or execution-role-of:FUNCTION")
    session: Text | None = Field(None, description="the session's name; without it, some session of the role")
    role_id: Text | None = Field(None, description="the role's AROA... id")
    tags: dict[str, str] = Field(default_factory=dict[str, str], description="tags of the role and of the session")


class FederatedUserForm(_Form):
    """A GetFederationToken session."""

    federated_user: Text = Field(description="arn:aws:sts::ACCOUNT:federated-user/NAME")
    issuer: Text = Field(description="ARN of the IAM user that asked for the token")
    tags: dict[str, str] = Field(default_factory=dict[str, str], description="session tags")


class RootForm(_Form):
    """The root user of an account."""

    root: Text = Field(description="the account's id, twelve digits in quotes")


class ServiceForm(_Form):
    """An AWS service that acts for itself or for a resource."""

    service: Text = Field(description="the service principal, as in s3.amazonaws.com")
    source_arn: Text | None = Field(None, description="the resource it acts for: aws:SourceArn")
    source_account: Text | None = Field(None, description="that resource's account: aws:SourceAccount")
    source_org: Text | None = Field(None, description="that account's organization: aws:SourceOrgID")
    aliases: list[Text] = Field(default_factory=list[Text], description="further names of the same service")


class WebIdentityForm(_Form):
    """The bearer of an OIDC token."""

    web_identity: Text = Field(description="the provider's ARN or domain name")
    provider_account: Text | None = Field(None, description="the provider's account, where its ARN does not tell")


class SamlForm(_Form):
    """The bearer of a SAML assertion."""

    saml: Text = Field(description="the SAML provider's ARN")


_FORMS = {
    "user": UserForm,
    "role": RoleForm,
    "federated_user": FederatedUserForm,
    "root": RootForm,
    "service": ServiceForm,
    "web_identity": WebIdentityForm,
    "saml": SamlForm,
}
PRINCIPAL_KEYS = tuple(_FORMS)
"""The key that tells which kind of principal a mapping describes."""


def _principal_tag(value: object) -> str | None:
    if isinstance(value, str):
        return "<text>"
    if isinstance(value, dict):
        return next((f"<{key}>" for key in PRINCIPAL_KEYS if key in value), None)
    return None


PrincipalForm: TypeAlias = Annotated[
    Annotated[Text, Tag("<text>")]
    | Annotated[UserForm, Tag("<user>")]
    | Annotated[RoleForm, Tag("<role>")]
    | Annotated[FederatedUserForm, Tag("<federated_user>")]
    | Annotated[RootForm, Tag("<root>")]
    | Annotated[ServiceForm, Tag("<service>")]
    | Annotated[WebIdentityForm, Tag("<web_identity>")]
    | Annotated[SamlForm, Tag("<saml>")],
    Discriminator(_principal_tag),
]
"""A principal: an alias of the file, a text such as an ARN, `service:NAME` or `anonymous`, or a mapping."""


class UnknownMark(_Form):
    """The mark of a context key that is not known: neither its value nor whether it is there."""

    unknown: Literal[True, "true"] = Field(description="always true")


def _value_tag(value: object) -> str:
    if isinstance(value, dict | UnknownMark):
        return "<unknown>"
    return "<list>" if isinstance(value, list | tuple) else "<one>"


Scalar: TypeAlias = str | int | float | bool

Value: TypeAlias = Annotated[
    Annotated[Scalar, Tag("<one>")] | Annotated[list[Scalar], Tag("<list>")] | Annotated[UnknownMark, Tag("<unknown>")],
    Discriminator(_value_tag),
]
"""A value of a context key: one value, a list for a key of several values, or `{unknown: true}`."""


class Check(_Form):
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


class Scenario(_Form):
    """Checks under one name."""

    name: Text = Field(description="what the test shows")
    check: list[Check] = Field(min_length=1, description="the questions")


class World(_Form):
    """The policies that decide, where they are not those of the file's own folder."""

    policies: Text | Annotated[list[Text], Field(min_length=1)] = Field(
        description="files or folders of policies, relative to this file"
    )


class Expectations(_Form):
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
