"""The form of the configuration file, as pydantic models; their JSON Schema is published."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from lampolicy.check._code_names import help_for, is_code, is_code_name

NO_SUCH_CODE = "no_such_code"
"""The kind of fault of a name that is none of a code."""


def _code_name(name: str) -> str:
    if is_code_name(name):
        return name
    context = {"given": name, "help": help_for(name)}
    raise PydanticCustomError(NO_SUCH_CODE, "`{given}` is no code, and no code begins with it", context)


def _code(name: str) -> str:
    if is_code(name):
        return name
    context = {"given": name, "help": help_for(name)}
    raise PydanticCustomError(NO_SUCH_CODE, "`{given}` is no code", context)


Text: TypeAlias = Annotated[str, Field(min_length=1)]
CodeName: TypeAlias = Annotated[
    str, AfterValidator(_code_name), WithJsonSchema({"type": "string", "pattern": "^LP[0-9]{0,3}$"})
]
FullCode: TypeAlias = Annotated[
    str, AfterValidator(_code), WithJsonSchema({"type": "string", "pattern": "^LP[0-9]{3}$"})
]


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class SuppressForm(_Form):
    """A finding that is meant so, and need not be told."""

    code: FullCode = Field(description="its code, as in LP303")
    path: Text = Field(description="the file or folder, below the folder of the configuration, with * and ?")
    sid: Text | None = Field(None, description="only in the statement with this Sid")
    reason: Text | None = Field(None, description="why it is meant so")


class ConfigurationForm(_Form):
    """What `lampolicy check` reports, and for what it fails."""

    model_config = ConfigDict(title="lampolicy configuration")

    schema_: str | None = Field(None, alias="$schema", description="the JSON Schema of this file, for editors")
    select: Annotated[list[CodeName], Field(min_length=1)] | None = Field(
        None, description="report only these codes, or codes that begin so; without it, all"
    )
    ignore: list[CodeName] = Field(default_factory=list[CodeName], description="do not report these")
    per_path: dict[str, list[CodeName]] = Field(
        default_factory=dict[str, list[CodeName]],
        alias="per-path",
        description="do not report these below a path, which may hold * and ?",
    )
    fail_on: Literal["error", "warning", "note"] = Field(
        "error", alias="fail-on", description="the check fails for findings from this severity on"
    )
    require_reasons: bool = Field(
        default=False, alias="require-reasons", description="whether every suppression must give its reason"
    )
    suppress: list[SuppressForm] = Field(
        default_factory=list[SuppressForm], description="findings that are meant so, one by one"
    )


def schema() -> dict[str, object]:
    """The JSON Schema of `lampolicy.toml`, draft 2020-12, as `docs/reference/schemas/` publishes it."""
    found = ConfigurationForm.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
