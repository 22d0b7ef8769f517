"""Policies that AWS writes as a text inside JSON."""

from __future__ import annotations

from urllib.parse import unquote

from lampolicy.jsontext import JsonValue


def decoded(value: JsonValue) -> str | None:
    """The text of a policy document that stands in the JSON as a text; `None` if the value is no text.

    IAM's API writes documents URL-encoded (RFC 3986); the AWS CLI has decoded most of them already.
    """
    if not isinstance(value, str):
        return None
    if value[:3].lower() not in {"%7b", "%0a", "%20", "%09", "%0d", "%ef"}:
        return value
    return unquote(value, errors="replace")
