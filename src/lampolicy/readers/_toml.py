"""Reading TOML, with its complaints in our words."""

from __future__ import annotations

import tomllib

from lampolicy.diagnostic import Code, Diagnostic, DocumentError


def read_toml(text: str, code: Code, name: str | None = None) -> dict[str, object]:
    """Read a TOML text.

    Args:
        text: The text.
        code: The code of the fault if it is none.
        name: What to call the file in messages.

    Raises:
        DocumentError: It is not TOML, or nested too deeply.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"this is not TOML: {_lower(str(error))}"
    except RecursionError:
        message = "the file is nested too deeply"
    fault = Diagnostic(code, message, help="mend the TOML at the place named")
    raise DocumentError((fault,), text=text, name=name)


def _lower(text: str) -> str:
    line = " ".join(text.split()).rstrip(".")
    return line[:1].lower() + line[1:]
