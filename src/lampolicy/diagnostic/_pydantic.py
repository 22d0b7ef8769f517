"""How the types of lampolicy become fields of a user's pydantic model; pydantic itself is loaded only when asked."""

from __future__ import annotations

from collections.abc import Callable

from lampolicy._typing import TypeVar
from lampolicy.diagnostic._errors import LampolicyError

T = TypeVar("T")


def pydantic_schema(type_: type[T], read: Callable[[object], T], write: Callable[[T], object]) -> object:
    """Build the core schema of a type that reads and writes itself.

    A value of the type passes as it is; anything else goes through `read`, whose `LampolicyError` becomes an error of
    validation. `write` is used in both modes of serialization, because pydantic would take a dataclass apart.
    """
    from pydantic_core import PydanticCustomError, core_schema

    def validate(value: object) -> T:
        if isinstance(value, type_):
            return value
        try:
            return read(value)
        except LampolicyError as error:
            raise PydanticCustomError("lampolicy", "{message}", {"message": str(error)}) from error

    serialization = core_schema.plain_serializer_function_ser_schema(write)
    return core_schema.no_info_plain_validator_function(validate, serialization=serialization)
