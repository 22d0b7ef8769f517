"""What every member of the union of decisions can do beside carrying its evidence."""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING, Self, cast
from lampolicy.diagnostic import RequestError, pydantic_schema

if TYPE_CHECKING:
    from lampolicy.decision._decision import Decision


class Answer:
    """A decision that can be written as JSON, read back, and held by a pydantic model."""

    __slots__ = ()

    def to_dict(self) -> dict[str, object]:
        """Write the decision as a JSON value: `{"decision": "allowed", "by": [...]}` and its like."""
        from lampolicy.decision._wire import write_decision

        return write_decision(cast("Decision", self))

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read a decision of this class back.

        Raises:
            RequestError: `value` is no decision, or one of another class.
        """
        from lampolicy.decision._wire import TAGS, read_decision

        decision = read_decision(value)
        if not isinstance(decision, cls):
            msg = f"the decision is `{TAGS[type(decision)]}`, not `{TAGS[cls]}`"
            raise RequestError(msg)
        return decision

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> object:
        """Let pydantic models hold decisions of this class."""
        return pydantic_schema(cls, cls.from_dict, cls.to_dict)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, object]:
        """Give the JSON Schema of the wire form."""
        from lampolicy.decision._json_schema import SCHEMAS
        from lampolicy.decision._wire import TAGS

        return dict(SCHEMAS[TAGS[cls]])
