"""What the forms of expected-decision files have in common: texts, principals, values of condition keys."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

Text: TypeAlias = Annotated[str, Field(min_length=1)]


class StrictForm(BaseModel):
    """A mapping of a file: every field is known, and nothing is taken for what it is not."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class UserForm(StrictForm):
    """An IAM user."""

    user: Text = Field(description="the user's ARN with its path")
    unique_id: Text | None = Field(None, description="its AIDA... id")
    tags: dict[str, str] = Field(default_factory=dict[str, str], description="its tags: aws:PrincipalTag/KEY")


class RoleForm(StrictForm):
    """A session of a role."""

    role: Text = Field(description="the role's ARN with its path, or execution-role-of:FUNCTION")
    session: Text | None = Field(None, description="the session's name; without it, some session of the role")
    role_id: Text | None = Field(None, description="the role's AROA... id")
    tags: dict[str, str] = Field(default_factory=dict[str, str], description="tags of the role and of the session")


class FederatedUserForm(StrictForm):
    """A GetFederationToken session."""

    federated_user: Text = Field(description="arn:aws:sts::ACCOUNT:federated-user/NAME")
    issuer: Text = Field(description="ARN of the IAM user that asked for the token")
    tags: dict[str, str] = Field(default_factory=dict[str, str], description="session tags")


class RootForm(StrictForm):
    """The root user of an account."""

    root: Text = Field(description="the account's id, twelve digits in quotes")


class ServiceForm(StrictForm):
    """An AWS service that acts for itself or for a resource."""

    service: Text = Field(description="the service principal, as in s3.amazonaws.com")
    source_arn: Text | None = Field(None, description="the resource it acts for: aws:SourceArn")
    source_account: Text | None = Field(None, description="that resource's account: aws:SourceAccount")
    source_org: Text | None = Field(None, description="that account's organization: aws:SourceOrgID")
    aliases: list[Text] = Field(default_factory=list[Text], description="further names of the same service")


class WebIdentityForm(StrictForm):
    """The bearer of an OIDC token."""

    web_identity: Text = Field(description="the provider's ARN or domain name")
    provider_account: Text | None = Field(None, description="the provider's account, where its ARN does not tell")


class SamlForm(StrictForm):
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


class UnknownMark(StrictForm):
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
