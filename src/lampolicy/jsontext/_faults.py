"""The faults of a JSON text, told to whoever wrote it."""

from __future__ import annotations

from lampolicy.diagnostic import Code, Diagnostic
from lampolicy.jsontext._limits import Limits


def too_large(limits: Limits) -> Diagnostic:
    """Tell that the document has more bytes than it may have."""
    return Diagnostic(
        Code.TOO_LARGE,
        f"the document is larger than {limits.bytes:,} bytes",
        help="check that it is the file you meant; a higher limit can be given where the file is read",
    )


def faults_of_bytes(data: bytes) -> tuple[tuple[Diagnostic, ...], str]:
    """Tell where `data` is not UTF-8; give the text as far as it can be read, too."""
    text = data.decode("utf-8", "replace")
    return (Diagnostic(Code.NOT_UTF8, "the document is not UTF-8", help="save the file as UTF-8"),), text


def faults_of_text(text: str, limits: Limits) -> tuple[Diagnostic, ...]:
    """Tell why `text` is not JSON."""
    return (Diagnostic(Code.NOT_JSON, "the document is not JSON"),)


def nested_too_deep(text: str, limits: Limits) -> tuple[Diagnostic, ...]:
    """Tell where `text` nests deeper than it may."""
    return (Diagnostic(Code.TOO_DEEP, f"lists and objects are nested deeper than {limits.depth} levels"),)


def written_twice(text: str, limits: Limits) -> tuple[Diagnostic, ...]:
    """Tell every key of `text` that stands twice in one object."""
    return (Diagnostic(Code.DUPLICATE_KEY, "a key is written twice in one object"),)
