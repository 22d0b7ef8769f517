"""JSON text: values quickly, and the line and column of a place where something is to be said.

Takes: bytes or text from strangers; a JSON pointer.
Gives: values, or every fault of the text at once; the span of a pointer; a whole error as a screen.
Never: knows what a policy is, or runs lark for a text without faults.
"""

from lampolicy._later import later
from lampolicy._typing import TYPE_CHECKING
from lampolicy.jsontext._limits import DEFAULT_LIMITS, Limits
from lampolicy.jsontext._read import read_json
from lampolicy.jsontext._values import JsonValue

if TYPE_CHECKING:
    from lampolicy.jsontext._grammar import grammar
    from lampolicy.jsontext._locate import Place, locate, places_in, span_of
    from lampolicy.jsontext._report import finder, report

__all__ = [
    "DEFAULT_LIMITS",
    "JsonValue",
    "Limits",
    "Place",
    "finder",
    "grammar",
    "locate",
    "places_in",
    "read_json",
    "report",
    "span_of",
]

__getattr__ = later(
    __name__,
    {
        "._grammar": ("grammar",),
        "._locate": ("Place", "locate", "places_in", "span_of"),
        "._report": ("finder", "report"),
    },
)
"""Places are told only where there is something to say."""
