"""The codes of all diagnostics, in one closed list."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Stable code of a diagnostic.

    LP10x is the JSON text, LP11x to LP19x the policy language, LP2xx the catalogue of AWS names, LP3xx invocation of
    functions, LP4xx execution roles, LP5xx trust policies, LP6xx privileges too wide, LP8xx expected-decision files and
    other inputs, LP9xx what cannot be told. A code is never given to another fault.
    """

    NOT_JSON = "LP101"
    DUPLICATE_KEY = "LP102"
    TOO_LARGE = "LP103"
    TOO_DEEP = "LP104"
    NOT_UTF8 = "LP105"
