"""The form of `organization.toml`, as pydantic models; their JSON Schema is published."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from lampolicy.names import is_account_id
from lampolicy.policy import PolicyKind


def _account(text: str) -> str:
    if is_account_id(text):
        return text
    help_ = 'write twelve digits, as in `[accounts."111122223333"]`'
    raise PydanticCustomError("account_id", "`{given}` is not an account id", {"given": text, "help": help_})


_ACCOUNT_SCHEMA: Final = {"type": "string", "pattern": "^[0-9]{12}$"}

Text: TypeAlias = Annotated[str, Field(min_length=1)]
AccountId: TypeAlias = Annotated[str, AfterValidator(_account), WithJsonSchema(_ACCOUNT_SCHEMA)]
Kind: TypeAlias = Annotated[PolicyKind, Field(strict=False)]


def _shape(value: object) -> str:
    return "<list>" if isinstance(value, list | tuple) else "<one>"


OneOrMore: TypeAlias = Annotated[
    Annotated[Text, Tag("<one>")] | Annotated[list[Text], Tag("<list>")], Discriminator(_shape)
]


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class OrganizationForm(_Form):
    """The organization itself."""

    id: Text | None = Field(None, description="its id, as in o-photo12345")
    management_account: AccountId | None = Field(None, description="its management account, twelve digits")


class UnitForm(_Form):
    """The root or an organizational unit; the table is named for it."""

    id: Text | None = Field(None, description="its id; without it, the name of the table")
    parent: Text | None = Field(None, description="name or id of the unit it is in")


class AccountForm(_Form):
    """An account; the table is named for its id."""

    name: str = Field("", description="its name")
    parent: Text | None = Field(None, description="name or id of the unit it is in")
    member: bool = Field(True, description="false: an account outside the organization")  # noqa: FBT003 - pydantic's way
    folder: Text | None = Field(None, description="the folder whose files are all of this account")


class FileForm(_Form):
    """What is said about files; the table is named for their path, with `*` and `?` as in a shell."""

    kind: Kind | None = Field(None, description="of which kind the policies in it are")
    on: OneOrMore | None = Field(
        None, description="what they hang on: an ARN, an account or unit by id or name, a role, user or group by name"
    )
    account: AccountId | None = Field(None, description="the account they belong to, twelve digits")


class TemplateForm(_Form):
    """What is said about the stack of a template; the table is named for its path, with `*` and `?` as in a shell."""

    account: AccountId | None = Field(None, description="the account it is deployed in, twelve digits")
    region: Text | None = Field(None, description="the region it is deployed in, as in eu-west-1")
    stack: Text | None = Field(None, description="the name of the stack; without it, that of the file")
    parameters: dict[str, str] = Field(default_factory=dict[str, str], description="values of its parameters")
    imports: dict[str, str] = Field(
        default_factory=dict[str, str], description="values that other stacks export, by the name of the export"
    )
    attributes: dict[str, str] = Field(
        default_factory=dict[str, str], description="values of attributes that nothing else tells, by ID.NAME"
    )


class ManifestForm(_Form):
    """`organization.toml`: what exported files do not tell. Every table is optional."""

    model_config = ConfigDict(title="lampolicy organization.toml")

    schema_: str | None = Field(None, alias="$schema", description="the JSON Schema of this file, for editors")
    organization: OrganizationForm = Field(
        default_factory=lambda: OrganizationForm.model_validate({}), description="the organization itself"
    )
    units: dict[str, UnitForm] = Field(default_factory=dict[str, UnitForm], description="its root and units, by name")
    accounts: dict[AccountId, AccountForm] = Field(
        default_factory=dict[AccountId, AccountForm], description="accounts, by id"
    )
    files: dict[str, FileForm] = Field(
        default_factory=dict[str, FileForm], description="files, by their path below this folder"
    )
    templates: dict[str, TemplateForm] = Field(
        default_factory=dict[str, TemplateForm], description="templates, by their path below this folder"
    )


def schema() -> dict[str, object]:
    """The JSON Schema of `organization.toml`, draft 2020-12, as `docs/reference/schemas/` publishes it."""
    found = ManifestForm.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
