"""A whole invocation from source to target, hop by hop; the first broken hop stands out."""

from __future__ import annotations

from collections.abc import Mapping

from lampolicy.function._authorizer import Authorizer
from lampolicy.function._trace_hops import follow
from lampolicy.function._trace_parse import parse_path
from lampolicy.function._trace_path import Path
from lampolicy.function._trace_types import Trace
from lampolicy.request import ContextValue


def trace(authorizer: Authorizer, path: Path | str, context: Mapping[str, ContextValue] | None = None) -> Trace:
    """Follow a whole invocation: who starts it, the role the function gets, and everything it does.

    Every hop is decided, also behind a broken one; `Trace.reached` tells which an invocation gets to.

    Args:
        authorizer: Decides.
        path: The path; or its text, as `parse_path` reads it.
        context: Condition keys that every call on the path carries; those of a step win.

    Raises:
        InvalidName: The text is no path, or a name on it is not known.
        IncompleteOrganization: A policy that bears on it is not known.
    """
    read = parse_path(path, authorizer.organization) if isinstance(path, str) else path
    nodes, hops = follow(authorizer, read, context or {})
    return Trace(read, tuple(nodes), tuple(hops))
